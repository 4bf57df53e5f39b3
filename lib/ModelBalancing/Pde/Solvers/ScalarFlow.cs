// Advection, Burgers' equation and 1D reaction-diffusion: one scalar on a ring.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>PDEBench's schemes for one scalar on a periodic interval: MC-limited upwind or Rusanov-like flux and two-stage midpoint steps;
/// diffusion in the flux; growth by its exact solution.</summary>
/// <remarks>Written from the description of the *_multi_solution_Hydra.py scripts (PDEBench, commits a68cac4 and 9754b4c).</remarks>
public static class ScalarFlow
{
    /// <summary>Name of the channel, as PDEBench's files have it.</summary>
    public const string Channel = "tensor";

    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: one channel on one axis.</param>
    /// <param name="settings">Equation and coefficients.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    /// <returns>(sample, time, x). A sample that breaks down is NaN from that frame on.</returns>
    /// <exception cref="ArgumentException">The start is not one frame of one channel on one axis, or a number is out of range.</exception>
    public static Trajectories<T> Evolve<T>(Trajectories<T> start, ScalarSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Evolve<T, T>(start, settings, frames, interval, run);

    internal static Trajectories<TResult> Evolve<T, TResult>(Trajectories<T> start, ScalarSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        settings.Check();
        if (start.Channels.Count != 1 || start.Shape.Count != 1)
            throw new ArgumentException($"start has {start.Channels.Count} channels on {start.Shape.Count} axes; expected one channel on one axis.", nameof(start));
        return SampleRuns.Evolve<T, TResult>(start, frames, interval, run, () => new ScalarKernel<T>(settings, start.Cells));
    }
}
