// A 1D compressible flow data set.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>What is generated; defaults give PDEBench's viscous periodic set at a size for two cores. The public files have 1024 points and an
/// interval of 0.01, and are read with a stride of 5.</summary>
public sealed record GenerationSpec : FluidSpec
{
    /// <summary>Family of the first frames.</summary>
    public InitialStates States { get; init; } = InitialStates.Rand;

    /// <summary>A name in PDEBench's manner, with the number of points: <c>1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_64.hdf5</c>.</summary>
    [JsonIgnore]
    public override string FileName => string.Create(CultureInfo.InvariantCulture, $"1D_CFD_{States}_Eta{Text(Eta)}_Zeta{Text(Zeta)}_{Text(Boundary)}_{Points}.hdf5");

    /// <summary>The solver's settings.</summary>
    [JsonIgnore]
    public FlowSettings Settings => new() { Gamma = Gamma, Eta = Eta, Zeta = Zeta, Cfl = Cfl, Boundary = Boundary, Scheme = Scheme };

    /// <summary>The specification stored in a file, or null when there is none or it is not ours.</summary>
    public static GenerationSpec? FromOrigin(string? origin)
    {
        if (string.IsNullOrWhiteSpace(origin))
            return null;
        try
        {
            return JsonSerializer.Deserialize<GenerationSpec>(origin, Json) is { } spec ? spec with { Scheme = spec.Scheme.Current() } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override bool Made(string? origin) => FromOrigin(origin) == this;

    internal override bool DropsEmpty => true;

    internal override void Check()
    {
        base.Check();
        Settings.Check();
        var most = States switch { InitialStates.Sod => 7, InitialStates.SoundWave => 1, _ => int.MaxValue };
        if (Samples > most)
            throw new ArgumentException($"{Samples} samples of {States} were asked for; there {(most == 1 ? "is 1" : $"are {most}")}.");
    }

    internal override PdeLayout Layout() => new ContiguousLayout
    {
        Samples = Samples,
        Arrays = [.. CompressibleFlow.ChannelNames(1).Select(name => new SampleArray(name, [Frames, Points]))],
        Coordinates = [Axis("x", -1, 1, Points), Clock()],
        Attributes = [("eta", Eta), ("zeta", Zeta)],
        Origin = ToOrigin(),
    };

    internal override Trajectories<float> Solve(long first, int count, FlowRun run)
    {
        // The stored first frame is float32, so the run starts from exactly that: recomputing a file then shows rounding only.
        var start = RandomFields1d.Draw(States, count, Points, Seed, first).As<float>().AsTrajectories();
        return SinglePrecision
            ? CompressibleFlow.Evolve(start, Settings, Frames, Interval, run)
            : CompressibleFlow.Evolve<double, float>(start.As<double>(), Settings, Frames, Interval, run);
    }
}
