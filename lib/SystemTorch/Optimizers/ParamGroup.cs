// Parameters that share options.
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Parameters that share options.</summary>
public class ParamGroup : ILearningRateController
{
    /// <summary>The parameters.</summary>
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    /// <summary>Their options; null until the group joins an optimizer, unless given.</summary>
    public OptimizerOptions Options { get; set; } = null!;

    /// <summary>The rate now.</summary>
    public double LearningRate { get => Options.LearningRate!.Value; set => Options.LearningRate = value; }

    /// <summary>The rate at the start.</summary>
    public double InitialLearningRate { get => Options.InitialLearningRate; set => Options.InitialLearningRate = value; }
}

/// <summary>Parameters that share options of a certain optimizer.</summary>
/// <typeparam name="TOptions">Type of the options.</typeparam>
public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
{
    /// <summary>A group without parameters.</summary>
    public ParamGroup() { }

    /// <summary>A group; options that are null are the optimizer's own.</summary>
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options!;
    }

    /// <summary>The options.</summary>
    public new TOptions Options { get => (TOptions)base.Options; set => base.Options = value; }
}
