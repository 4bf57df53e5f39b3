// Two reacting and diffusing substances on a square (FitzHugh-Nagumo), as PDEBench's 2D diffusion-reaction files have them.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Solves the 2D diffusion-reaction system by <see cref="DormandPrince"/>, always in float64.</summary>
/// <remarks>Written from the description of gen_diff_react.py and sim_diff_react.py (PDEBench, commit 9754b4c).</remarks>
public static class DiffusionReaction
{
    /// <summary>The channels: activator and inhibitor.</summary>
    public static IReadOnlyList<string> ChannelNames { get; } = ["u", "v"];

    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: u and v on two axes.</param>
    /// <param name="settings">Coefficients and tolerances.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    public static Trajectories<double> Evolve(Trajectories<double> start, DiffusionReactionSettings settings, int frames, double interval, FlowRun? run = null)
    {
        if (start.Shape.Count != 2 || start.Channels.Count != 2)
            throw new ArgumentException($"start has {start.Channels.Count} channels on {start.Shape.Count} axes; expected u and v on two axes.", nameof(start));
        return SampleRuns.Evolve<double, double>(start, frames, interval, run, () => new DiffusionReactionKernel(settings, start.Shape, interval * (frames - 1)));
    }
}
