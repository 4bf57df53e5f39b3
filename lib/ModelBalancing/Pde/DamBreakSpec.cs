// A radial dam break data set.
using System.Globalization;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>Discs of water of depth 2 and radius U(0.3, 0.7) in water of depth 1; a group a seed, depth only. Always computed in float64.</summary>
public sealed record DamBreakSpec : DataSpec
{
    /// <summary>Names the family in the record.</summary>
    public string Family => "dam-break";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FileName => $"2D_rdb_NA_NA_{Points}.h5";

    // On a coarse grid different radii make the same disc.
    internal override bool DropsRepeats => false;

    private static ShallowWaterSettings Settings => new();

    internal override PdeLayout Layout() => new SeedGroupLayout
    {
        Samples = Samples,
        DataShape = [Frames, Points, Points, 1],
        Centres = PdeLayout.CellCentres(Settings.Min, Settings.Max, Points),
        FrameTimes = PdeLayout.Times(Frames, Interval),
        Config = sample => string.Create(CultureInfo.InvariantCulture,
            $"name: 2d_rdb\nsim:\n  T_end: {Interval * (Frames - 1):0.0###}\n  n_time_steps: {Frames - 1}\n  xdim: {Points}\n  ydim: {Points}\n  gravity: {Settings.Gravity:0.0}\n  dam_radius: {Radius(sample)}\n  inner_height: 2.0\n  x_left: {Settings.Min}\n  x_right: {Settings.Max}\n  y_bottom: {Settings.Min}\n  y_top: {Settings.Max}\n  seed: {sample}\n"),
        Origin = ToOrigin(),
    };

    internal override Trajectories<float> Solve(long first, int count, FlowRun run) =>
        ShallowWater.Evolve(ShallowWater.DamBreak(Points, [.. Enumerable.Range(0, count).Select(s => Radius(first + s))], Settings), Settings, Frames, Interval, run).As<float>();

    private double Radius(long sample) => new SampleRandom(Seed, sample).Uniform(0.3, 0.7);
}
