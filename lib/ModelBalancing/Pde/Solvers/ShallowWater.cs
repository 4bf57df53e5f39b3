// A dam that breaks all around: shallow water by Clawpack's classic wave propagation, as PDEBench's 2D_rdb file was made.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Solves the shallow water equations over a flat bed on a square with open walls, always in float64.</summary>
/// <remarks>Roe's solver with Harten's entropy fix, wave limiter MC, second-order corrections, one sweep along each axis (Godunov splitting), steps from
/// the last Courant number: LeVeque, Finite Volume Methods (2002), chapters 6, 13, 15 and 19; PyClaw's ClawSolver2D is the published program.</remarks>
public static class ShallowWater
{
    /// <summary>The channels: depth and both momenta.</summary>
    public static IReadOnlyList<string> ChannelNames { get; } = ["h", "hu", "hv"];

    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: depth (> 0) and momenta on two axes.</param>
    /// <param name="settings">Gravity, domain, step control.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    public static Trajectories<double> Evolve(Trajectories<double> start, ShallowWaterSettings settings, int frames, double interval, FlowRun? run = null)
    {
        if (start.Shape.Count != 2 || start.Channels.Count != 3)
            throw new ArgumentException($"start has {start.Channels.Count} channels on {start.Shape.Count} axes; expected depth and two momenta on two axes.", nameof(start));
        return SampleRuns.Evolve<double, double>(start, frames, interval, run, () => new ShallowWaterKernel(settings, start.Shape));
    }

    /// <summary>Still water of depth 1 with a disc of depth <paramref name="inner"/> in the middle.</summary>
    public static Trajectories<double> DamBreak(int points, IReadOnlyList<double> radii, ShallowWaterSettings settings, double inner = 2)
    {
        var start = new Trajectories<double>(radii.Count, 1, [points, points], ChannelNames);
        var width = (settings.Max - settings.Min) / points;
        for (var s = 0; s < radii.Count; s++)
        {
            var depth = start.Frame(0, s, 0);
            for (var i = 0; i < points; i++)
                for (var j = 0; j < points; j++)
                {
                    double x = settings.Min + (i + 0.5) * width, y = settings.Min + (j + 0.5) * width;
                    depth[i * points + j] = Math.Sqrt(x * x + y * y) <= radii[s] ? inner : 1;
                }
        }
        return start;
    }
}
