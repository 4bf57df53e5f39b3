// The compressible flow solver in one, two and three dimensions: from first frames to trajectories, many samples at a time.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>PDEBench's compressible Navier-Stokes scheme: MC-limited reconstruction, an HLLC-like flux, two-stage midpoint steps without
/// splitting of the axes, and viscosity in sub-steps of its own.</summary>
/// <remarks>Written from the description of CFD_multi_Hydra.py (PDEBench, commit a68cac4); <see cref="CompressibleFlowScheme"/> names where
/// the published run departs from it. A sample's result depends on nothing but its first frame and the settings: neither on the number
/// of threads, nor on the other samples, nor on the width of the machine's vectors.</remarks>
public static class CompressibleFlow
{
    /// <summary>The channels' names, in PDEBench's order.</summary>
    /// <param name="dimensions">Axes of space, 1 to 3.</param>
    public static IReadOnlyList<string> ChannelNames(int dimensions) => ["density", "pressure", .. new[] { "Vx", "Vy", "Vz" }[..dimensions]];

    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: density, pressure and the velocity components, as <see cref="ChannelNames"/> says (one transverse
    /// component more is allowed in 1D); density and pressure positive. Float runs in float, double in double.</param>
    /// <param name="settings">Fluid, domain and scheme.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0; frames fall exactly on its multiples.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    /// <returns>The fields. A sample that breaks down is NaN from that frame on.</returns>
    /// <exception cref="ArgumentException">The start is not one frame of the right channels, or a number is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Trajectories<T> Evolve<T>(Trajectories<T> start, FlowSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Evolve<T, T>(start, settings, frames, interval, run);

    /// <summary>The same with the result stored in another precision.</summary>
    internal static Trajectories<TResult> Evolve<T, TResult>(Trajectories<T> start, FlowSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        var components = start.Channels.Count - 2;
        if (components < start.Shape.Count || components > 3)
            throw new ArgumentException($"start has {start.Channels.Count} channels; expected density, pressure and {start.Shape.Count} to 3 velocity components.", nameof(start));
        return SampleRuns.Evolve<T, TResult>(start, frames, interval, run, () => new FlowKernel<T>(settings, start.Shape, components));
    }
}
