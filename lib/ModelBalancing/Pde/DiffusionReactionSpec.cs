// A 2D diffusion-reaction data set.
using System.Globalization;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>Activator and inhibitor from normal noise; a group a seed. Always computed in float64.</summary>
public sealed record DiffusionReactionSpec : DataSpec
{
    /// <summary>Names the family in the record.</summary>
    public string Family => "diffusion-reaction";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FileName => $"2D_diff-react_NA_NA_{Points}.h5";

    private static DiffusionReactionSettings Settings => new();

    internal override PdeLayout Layout() => new SeedGroupLayout
    {
        Samples = Samples,
        DataShape = [Frames, Points, Points, 2],
        Centres = PdeLayout.CellCentres(Settings.Min, Settings.Max, Points),
        FrameTimes = PdeLayout.Times(Frames, Interval),
        Config = sample => string.Create(CultureInfo.InvariantCulture,
            $"name: 2d_diff-react\nsim:\n  Du: {Settings.Du}\n  Dv: {Settings.Dv}\n  k: {Settings.K}\n  t: {Interval * (Frames - 1)}\n  tdim: {Frames}\n  x_left: {Settings.Min:0.0}\n  x_right: {Settings.Max:0.0}\n  xdim: {Points}\n  y_bottom: {Settings.Min:0.0}\n  y_top: {Settings.Max:0.0}\n  ydim: {Points}\n  'n': 1\n  seed: {sample}\n"),
        Origin = ToOrigin(),
    };

    internal override Trajectories<float> Solve(long first, int count, FlowRun run)
    {
        var start = new Trajectories<float>(count, 1, [Points, Points], DiffusionReaction.ChannelNames);
        for (var s = 0; s < count; s++)
        {
            var random = new SampleRandom(Seed, first + s);
            for (var c = 0; c < 2; c++)
                foreach (ref var value in start.Frame(c, s, 0))
                    value = (float)random.Normal();
        }
        return DiffusionReaction.Evolve(start.As<double>(), Settings, Frames, Interval, run).As<float>();
    }
}
