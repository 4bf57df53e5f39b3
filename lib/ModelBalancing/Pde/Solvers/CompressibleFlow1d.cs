// The compressible flow solver on one axis.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary><see cref="CompressibleFlow"/> for fields of one axis.</summary>
public static class CompressibleFlow1d
{
    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: one frame, density and pressure positive. Float runs in float, double in double.</param>
    /// <param name="settings">Fluid, domain and scheme.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0; frames fall exactly on its multiples.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    /// <returns>(sample, time, x) fields. A sample that breaks down is NaN from that frame on.</returns>
    /// <exception cref="ArgumentException">The start is not one frame, or a count or the interval is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FlowFields1d<T> Evolve<T>(FlowFields1d<T> start, FlowSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        FlowFields1d<T>.Over(CompressibleFlow.Evolve(start.AsTrajectories(), settings, frames, interval, run));
}
