// The kinds of runs on PDE data: "pde", any model and way of training, and "fno1d", the Fourier operator on a line with fewer settings.
using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;

[assembly: RunKind(typeof(ModelBalancing.Training.PdeRunKind))]
[assembly: RunKind(typeof(ModelBalancing.Training.FnoRunKind))]

namespace ModelBalancing.Training;

/// <summary>The kind "pde": an FNO, a U-Net or a DPOT on a data set, with or without balancing.</summary>
/// <remarks>Data: one file, or "trajectories" and "pretrained" (official DPOT weights) by name.</remarks>
public sealed class PdeRunKind : IRunKind
{
    /// <inheritdoc/>
    public string Name => "pde";

    /// <inheritdoc/>
    public ResultMeasure Measure { get; } = new("test.nRMSE");

    /// <inheritdoc/>
    public RunSpec Complete(RunSpec spec) => spec with
    {
        Settings = JsonSerializer.SerializeToNode(PdeSettings.Of(spec), RunSpec.Json)!.AsObject(),
        Fidelity = Fidelity.Of(spec.Fidelity).Name,
    };

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec) => new PdeRun(spec, PdeSettings.Of(spec));
}

/// <summary>The kind "fno1d".</summary>
public sealed class FnoRunKind : IRunKind
{
    /// <inheritdoc/>
    public string Name => "fno1d";

    /// <inheritdoc/>
    public ResultMeasure Measure { get; } = new("test.nRMSE");

    /// <inheritdoc/>
    public RunSpec Complete(RunSpec spec) => spec with
    {
        Settings = JsonSerializer.SerializeToNode(FnoSettings.Of(spec), RunSpec.Json)!.AsObject(),
        Fidelity = Fidelity.Of(spec.Fidelity).Name,
    };

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec) => new PdeRun(spec, PdeSettings.Of(spec));
}
