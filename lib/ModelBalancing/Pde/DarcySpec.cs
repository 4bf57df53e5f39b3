// A Darcy flow data set.
using System.Globalization;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>Conductivity and pressure head on the unit square; one frame. Frames and interval of the base have no meaning here.</summary>
public sealed record DarcySpec : DataSpec
{
    /// <summary>Names the family in the record.</summary>
    public string Family => "darcy";

    /// <summary>β, the source.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>March from a random start to t = 1.75, as published (true), or solve for the steady state (false).</summary>
    public bool Marched { get; init; }

    /// <summary>u = 0 on the wall itself instead of at the centre of the cells beyond it.</summary>
    public bool ZeroOnTheWall { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FileName => string.Create(CultureInfo.InvariantCulture, $"2D_DarcyFlow_beta{Beta:0.0##}_{(Marched ? "" : "steady_")}{Points}.hdf5");

    private DarcySettings Settings => new() { Beta = Beta, ZeroOnTheWall = ZeroOnTheWall };

    internal override long ValuesPerSample => 10L * Points * Points;

    internal override PdeLayout Layout() => new ContiguousLayout
    {
        Samples = Samples,
        Arrays = [new SampleArray("tensor", [1, Points, Points]), new SampleArray("nu", [Points, Points])],
        Coordinates = [Axis("x", 0, 1, Points), Axis("y", 0, 1, Points)],
        Attributes = [("beta", Beta)],
        Origin = ToOrigin(),
    };

    internal override Trajectories<float> Solve(long first, int count, FlowRun run)
    {
        // The stored conductivity is float32, so that is solved.
        var start = DarcyFields.Draw(count, Points, Seed, first).As<float>();
        if (!Marched)
            return DarcyFlow.Steady(start.As<double>(), Settings, run).As<float>();
        var frames = (int)Math.Round(DarcyFlow.LabelTime / DarcyFlow.PublishedInterval) + 1;
        return SinglePrecision
            ? DarcyFlow.March(start, Settings, frames, DarcyFlow.PublishedInterval, run).FrameAt(frames - 1)
            : DarcyFlow.March(start.As<double>(), Settings, frames, DarcyFlow.PublishedInterval, run).FrameAt(frames - 1).As<float>();
    }
}
