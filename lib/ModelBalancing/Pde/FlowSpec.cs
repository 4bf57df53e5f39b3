// A 2D or 3D compressible flow data set.
using System.Globalization;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>Flows on the unit square or cube; defaults give PDEBench's viscous periodic 2D set of Mach 0.1.</summary>
public sealed record FlowSpec : FluidSpec
{
    /// <summary>Names the family in the record.</summary>
    public string Family => "flow";

    /// <summary>Axes of space, 2 or 3.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>Family of the first frames.</summary>
    public FlowStates States { get; init; } = FlowStates.Rand;

    /// <summary>Mach number of the first frames.</summary>
    public double Mach { get; init; } = 0.1;

    /// <summary>Turb: the published projection, which leaves some divergence.</summary>
    public bool PublishedProjection { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FileName => string.Create(CultureInfo.InvariantCulture,
        $"{Dimensions}D_CFD_{(States == FlowStates.KelvinHelmholtz ? "KH" : States)}_M{Mach:0.0##}_Eta{Text(Eta)}_Zeta{Text(Zeta)}_{Text(Boundary)}_{Points}.hdf5");

    private FlowSettings Settings => new() { Gamma = Gamma, Eta = Eta, Zeta = Zeta, Cfl = Cfl, Boundary = Boundary, Scheme = Scheme, XMin = 0, XMax = 1 };

    internal override bool DropsEmpty => true;

    internal override void Check()
    {
        base.Check();
        Settings.Check();
        RandomFlows.Draw(States, 0, Points, Dimensions, Mach, Seed);
    }

    internal override PdeLayout Layout() => new ContiguousLayout
    {
        Samples = Samples,
        Arrays = [.. CompressibleFlow.ChannelNames(Dimensions).Select(name => new SampleArray(name, [Frames, .. Enumerable.Repeat(Points, Dimensions)]))],
        Coordinates = [.. new[] { "x", "y", "z" }[..Dimensions].Select(axis => Axis(axis, 0, 1, Points)), Clock()],
        Attributes = [("M", Mach), ("eta", Eta), ("zeta", Zeta)],
        Origin = ToOrigin(),
    };

    internal override Trajectories<float> Solve(long first, int count, FlowRun run)
    {
        // The stored first frame is float32, so the run starts from exactly that: recomputing a file then shows rounding only.
        var start = RandomFlows.Draw(States, count, Points, Dimensions, Mach, Seed, first, Gamma, PublishedProjection).As<float>();
        return SinglePrecision
            ? CompressibleFlow.Evolve(start, Settings, Frames, Interval, run)
            : CompressibleFlow.Evolve<double, float>(start.As<double>(), Settings, Frames, Interval, run);
    }
}
