// Base classes of losses.
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp;

/// <summary>A loss of two arguments.</summary>
public abstract class Loss<T1, T2, TResult> : Module<T1, T2, TResult>
{
    /// <summary>A loss that is reduced as told; the mean by default.</summary>
    public Loss(Reduction reduction = Reduction.Mean) : base("Loss") => this.reduction = reduction;

    /// <summary>What becomes of the single losses.</summary>
    public Reduction reduction { get; }
}

/// <summary>A loss of three arguments.</summary>
public abstract class Loss<T1, T2, T3, TResult> : Module<T1, T2, T3, TResult>
{
    /// <summary>A loss that is reduced as told; the mean by default.</summary>
    public Loss(Reduction reduction = Reduction.Mean) : base("Loss") => this.reduction = reduction;

    /// <summary>What becomes of the single losses.</summary>
    public Reduction reduction { get; }
}

/// <summary>A loss of four arguments.</summary>
public abstract class Loss<T1, T2, T3, T4, TResult> : Module<T1, T2, T3, T4, TResult>
{
    /// <summary>A loss that is reduced as told; the mean by default.</summary>
    public Loss(Reduction reduction = Reduction.Mean) : base("Loss") => this.reduction = reduction;

    /// <summary>What becomes of the single losses.</summary>
    public Reduction reduction { get; }
}

/// <summary>A loss of two arguments with weights.</summary>
public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
{
    /// <summary>A loss with optional weights, reduced as told; the mean by default.</summary>
    public WeightedLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(reduction) => this.weight = weight;

    /// <summary>Weights, of each class or each element; null means all are one.</summary>
    public Tensor? weight { get; }
}

/// <summary>A loss of three arguments with weights.</summary>
public abstract class WeightedLoss<T1, T2, T3, TResult> : Loss<T1, T2, T3, TResult>
{
    /// <summary>A loss with optional weights, reduced as told; the mean by default.</summary>
    public WeightedLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(reduction) => this.weight = weight;

    /// <summary>Weights, of each class or each element; null means all are one.</summary>
    public Tensor? weight { get; }
}

/// <summary>A loss of four arguments with weights.</summary>
public abstract class WeightedLoss<T1, T2, T3, T4, TResult> : Loss<T1, T2, T3, T4, TResult>
{
    /// <summary>A loss with optional weights, reduced as told; the mean by default.</summary>
    public WeightedLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(reduction) => this.weight = weight;

    /// <summary>Weights, of each class or each element; null means all are one.</summary>
    public Tensor? weight { get; }
}
