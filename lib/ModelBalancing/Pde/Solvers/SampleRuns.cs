// How every solver runs many samples: a kernel a thread, a sample at a time, frame after frame.
using System.Diagnostics;
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>The arithmetic of one sample; it holds the sample's state and work arrays.</summary>
internal interface ISampleKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Takes a sample's first frame.</summary>
    void Load(Trajectories<T> start, int sample);

    /// <summary>Moves the state on by <paramref name="interval"/>; false when it is no longer finite.</summary>
    bool Advance(double interval, CancellationToken cancellation);

    /// <summary>Writes the state as one frame of the result.</summary>
    void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>;
}

/// <summary>Runs kernels over samples.</summary>
internal static class SampleRuns
{
    /// <summary>Evolves every sample from its first frame; a sample that breaks down is NaN from that frame on.</summary>
    /// <exception cref="ArgumentException">The start is not one frame, or a count or the interval is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Trajectories<TResult> Evolve<T, TResult>(Trajectories<T> start, int frames, double interval, FlowRun? run, Func<ISampleKernel<T>> kernel)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.Frames != 1)
            throw new ArgumentException($"start has {start.Frames} frames; expected one (take fields.FrameAt(0)).", nameof(start));
        if (frames < 1)
            throw new ArgumentOutOfRangeException(nameof(frames), frames, $"frames is {frames}; expected 1 or more.");
        if (!(interval > 0))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"interval is {interval}; expected a positive time.");
        run ??= new FlowRun();

        var result = new Trajectories<TResult>(start.Samples, frames, start.Shape, start.Names);
        var clock = Stopwatch.StartNew();
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, run.Threads), CancellationToken = run.Cancellation };
        Parallel.For(0, start.Samples, options, kernel, (sample, _, own) =>
        {
            EvolveSample(own, start, result, sample, interval, run.Cancellation);
            var finished = Interlocked.Increment(ref done);
            run.Progress?.Report(new SampleProgress(finished, start.Samples, clock.Elapsed, clock.Elapsed * ((start.Samples - finished) / (double)finished)));
            return own;
        }, _ => { });
        return result;
    }

    private static void EvolveSample<T, TResult>(ISampleKernel<T> kernel, Trajectories<T> start, Trajectories<TResult> result, int sample, double interval, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        kernel.Load(start, sample);
        for (var frame = 0; frame < result.Frames; frame++)
        {
            if (frame > 0 && !kernel.Advance(interval, cancellation))
            {
                for (var rest = frame; rest < result.Frames; rest++)
                    for (var c = 0; c < result.Channels.Count; c++)
                        result.Frame(c, sample, rest).Fill(TResult.NaN);
                return;
            }
            kernel.Store(result, sample, frame);
        }
    }
}
