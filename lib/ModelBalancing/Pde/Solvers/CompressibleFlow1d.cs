// The 1D compressible flow solver: from first frames to trajectories, many samples at a time.
using System.Diagnostics;
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>PDEBench's compressible Navier-Stokes scheme on one axis: MC-limited reconstruction, an HLLC-like flux, two-stage midpoint
/// steps, and viscosity in sub-steps of its own.</summary>
/// <remarks>Written from the description of CFD_multi_Hydra.py (PDEBench, commit a68cac4); <see cref="CompressibleFlowScheme"/> names where
/// the published run departs from it. A sample's result depends on nothing but its first frame and the settings: neither on the number
/// of threads, nor on the other samples, nor on the width of the machine's vectors.</remarks>
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
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        if (start.Frames != 1)
            throw new ArgumentException($"start has {start.Frames} frames; expected one (take fields.FrameAt(0)).", nameof(start));
        if (frames < 1)
            throw new ArgumentOutOfRangeException(nameof(frames), frames, $"frames is {frames}; expected 1 or more.");
        if (!(interval > 0))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"interval is {interval}; expected a positive time.");
        run ??= new FlowRun();

        var result = new FlowFields1d<T>(start.Samples, frames, start.Points, start.TransverseVelocity is not null);
        var clock = Stopwatch.StartNew();
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, run.Threads), CancellationToken = run.Cancellation };
        Parallel.For(0, start.Samples, options,
            () => new FlowKernel1d<T>(settings, start.Points, start.TransverseVelocity is not null),
            (sample, _, kernel) =>
            {
                EvolveSample(kernel, start, result, sample, interval, run.Cancellation);
                var finished = Interlocked.Increment(ref done);
                run.Progress?.Report(new SampleProgress(finished, start.Samples, clock.Elapsed, clock.Elapsed * ((start.Samples - finished) / (double)finished)));
                return kernel;
            },
            _ => { });
        return result;
    }

    private static void EvolveSample<T>(FlowKernel1d<T> kernel, FlowFields1d<T> start, FlowFields1d<T> result, int sample, double interval,
        CancellationToken cancellation) where T : unmanaged, IFloatingPointIeee754<T>
    {
        kernel.Load(start.Row(start.Density, sample, 0), start.Row(start.Velocity, sample, 0), start.Row(start.Pressure, sample, 0),
            start.TransverseVelocity is null ? default : start.Row(start.TransverseVelocity, sample, 0));
        for (var frame = 0; frame < result.Frames; frame++)
        {
            var alive = frame == 0 || kernel.Advance(interval, cancellation);
            if (!alive)
            {
                for (var rest = frame; rest < result.Frames; rest++)
                    foreach (var channel in result.Channels)
                        result.Row(channel, sample, rest).Fill(T.NaN);
                return;
            }
            kernel.Store(result.Row(result.Density, sample, frame), result.Row(result.Velocity, sample, frame), result.Row(result.Pressure, sample, frame),
                result.TransverseVelocity is null ? default : result.Row(result.TransverseVelocity, sample, frame));
        }
    }
}
