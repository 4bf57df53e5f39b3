// Adafactor (Shazeer and Stern 2018): Adam's second moment of a matrix kept as one number a row and a column.
using ModelBalancing.Balancing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>What of Adafactor is used; the defaults are those of fine-tuning (no first moment, the rate as given).</summary>
public sealed record AdafactorOptions
{
    /// <summary>Whether the rate is in proportion to the root mean square of the weights, at least <see cref="LeastScale"/>.</summary>
    public bool ScaleByWeights { get; init; }

    /// <summary>Whether the rate is min(0.01, 1/√t) instead of the groups'.</summary>
    public bool RelativeStep { get; init; }

    /// <summary>With <see cref="RelativeStep"/>: whether the rate rises as 10⁻⁶·t first.</summary>
    public bool WarmUp { get; init; }

    /// <summary>Decay of a first moment; null for none.</summary>
    public double? Beta1 { get; init; }

    /// <summary>Largest root mean square of an update before the rate.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>The second moment's decay at step t is 1 − t^this.</summary>
    public double DecayPower { get; init; } = -0.8;

    /// <summary>Added to squared gradients.</summary>
    public double Epsilon { get; init; } = 1e-30;

    /// <summary>Least scale of the weights.</summary>
    public double LeastScale { get; init; } = 1e-3;
}

/// <summary>Adafactor as the transformers library has it; the released runs use it with the rate as given and without a scale.</summary>
/// <param name="groups">Groups in order.</param>
/// <param name="learningRate">Learning rate of every group at first.</param>
/// <param name="weightDecay">Weight decay of every group at first.</param>
/// <param name="options">What of it is used.</param>
public sealed class Adafactor(IEnumerable<BalancedGroup> groups, double learningRate, double weightDecay = 0, AdafactorOptions? options = null) : NamedOptimizer(groups, learningRate, weightDecay)
{
    private const string First = "first", Second = "second", Row = "row", Column = "column";
    private readonly AdafactorOptions options = options ?? new();

    private protected override IEnumerable<(string Kind, Tensor Value)> Initial(Parameter parameter)
    {
        Tensor Zeros(params long[] shape) => zeros(shape, dtype: parameter.dtype, device: parameter.device);
        if (options.Beta1 is not null)
            yield return (First, Zeros(parameter.shape));
        if (parameter.dim() < 2)
        {
            yield return (Second, Zeros(parameter.shape));
            yield break;
        }
        yield return (Row, Zeros(parameter.shape[..^1]));
        yield return (Column, Zeros([.. parameter.shape[..^2], parameter.shape[^1]]));
    }

    private protected override void Update(Parameter parameter, Tensor gradient, State state, double learningRate, double weightDecay)
    {
        double rate = learningRate;
        if (options.RelativeStep)
            rate = Math.Min(options.WarmUp ? 1e-6 * state.Steps : 1e-2, 1 / Math.Sqrt(state.Steps));
        if (options.ScaleByWeights)
            rate *= Math.Max(options.LeastScale, RootMeanSquare(parameter));
        double beta2 = 1 - Math.Pow(state.Steps, options.DecayPower);
        var squared = gradient.square().add_(options.Epsilon);
        Tensor update;
        if (parameter.dim() < 2)
            update = state[Second].mul_(beta2).add_(squared, alpha: 1 - beta2).rsqrt() * gradient;
        else
        {
            var row = state[Row].mul_(beta2).add_(squared.mean([-1]), alpha: 1 - beta2);
            var column = state[Column].mul_(beta2).add_(squared.mean([-2]), alpha: 1 - beta2);
            update = (row / row.mean([-1], keepdim: true)).rsqrt_().unsqueeze(-1) * column.unsqueeze(-2).rsqrt() * gradient; // 1/√(r cᵀ / mean r)
        }
        update.mul_(rate / Math.Max(1, RootMeanSquare(update) / options.Clip));
        if (options.Beta1 is { } beta1)
            update = state[First].mul_(beta1).add_(update, alpha: 1 - beta1);
        if (weightDecay != 0)
            parameter.mul_(1 - weightDecay * rate);
        parameter.sub_(update);
    }

    private static double RootMeanSquare(Tensor x) => x.norm().to(ScalarType.Float64).item<double>() / Math.Sqrt(x.numel());
}
