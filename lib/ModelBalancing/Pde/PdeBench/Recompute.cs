// Runs a file's first frames through our own solver and compares with what the file holds.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>What may be told instead of being inferred from the file.</summary>
public sealed record RecomputeOptions
{
    /// <summary>Samples to recompute; null: the first eight, or all of a smaller file.</summary>
    public IReadOnlyList<int>? Samples { get; init; }

    /// <summary>The flow scheme; null: the one recorded in the file, else as published.</summary>
    public CompressibleFlowScheme? Scheme { get; init; }

    /// <summary>The boundary; null: by the file's record, else by its name, else by trial.</summary>
    public FlowBoundary? Boundary { get; init; }

    /// <summary>Shear viscosity; null: by attribute, else by the file's name.</summary>
    public double? Eta { get; init; }

    /// <summary>Bulk viscosity; null: by attribute, else by the file's name.</summary>
    public double? Zeta { get; init; }

    /// <summary>Advection and Burgers: the flux without (true) or with (false) its factor ½; null: by the file's record, else by trial.</summary>
    public bool? FullFlux { get; init; }

    /// <summary>Time between frames; null: by the file's t-coordinate.</summary>
    public double? Interval { get; init; }

    /// <summary>Compute in float32 as the published generator did; default float64, which shows the file's own rounding.</summary>
    public bool SinglePrecision { get; init; }

    /// <summary>Threads, progress, cancellation.</summary>
    public FlowRun? Run { get; init; }
}

/// <summary>How far one channel is from the file.</summary>
/// <param name="Name">The channel, such as density.</param>
/// <param name="MaxRelative">(frames): the largest over samples of max|ours − file| / max|file|, maxima over space.</param>
/// <param name="RmsRelative">(frames): the same with root mean squares.</param>
/// <param name="MaxAbsolute">(frames): the largest over samples of max|ours − file|; tells more where the field itself is rounding.</param>
public sealed record ChannelDifference(string Name, double[] MaxRelative, double[] RmsRelative, double[] MaxAbsolute)
{
    /// <summary>The largest entry of <see cref="MaxRelative"/>.</summary>
    public double Largest => MaxRelative.Max();
}

/// <summary>The comparison of a file with our solver.</summary>
/// <param name="Path">The file.</param>
/// <param name="Family">Its family.</param>
/// <param name="Settings">What was run when it is a compressible flow, else null.</param>
/// <param name="Interval">Time between frames.</param>
/// <param name="Times">(frames): time of every compared frame.</param>
/// <param name="Samples">Which samples.</param>
/// <param name="Inferred">Where each setting came from, one sentence each.</param>
/// <param name="Channels">The differences.</param>
/// <param name="Reservation">Why the differences cannot be judged; null when they can.</param>
/// <param name="Hint">What to try when one channel is far off while others agree, which tells of wrong settings rather than of a wrong scheme; else null.</param>
public sealed record RecomputeReport(string Path, PdeFamily Family, FlowSettings? Settings, double Interval, IReadOnlyList<double> Times, IReadOnlyList<int> Samples,
    IReadOnlyList<string> Inferred, IReadOnlyList<ChannelDifference> Channels, string? Reservation, string? Hint);

/// <summary>Recomputes data files of every family.</summary>
public static class Recompute
{
    // Fields of so many values are in memory at a time.
    private const long BlockValues = 1 << 25;

    /// <summary>Evolves the chosen samples from their first frames and compares every frame.</summary>
    /// <exception cref="PdeFileException">The file cannot be read or does not say enough to be recomputed.</exception>
    public static RecomputeReport Of(string path, RecomputeOptions? options = null)
    {
        options ??= new RecomputeOptions();
        var info = PdeFile.Info(path);
        var samples = options.Samples ?? [.. Enumerable.Range(0, Math.Min(8, info.Samples))];
        if (samples.Count == 0)
            throw new ArgumentException("No sample was asked for; expected at least one.", nameof(options));
        var inferred = new List<string>();
        var model = new RecomputeModel(info, options, inferred, () => PdeFile.Read(path, [samples[0]]));

        var bySample = new List<IReadOnlyList<ChannelDifference>>();
        var atATime = (int)Math.Max(1, BlockValues / ((long)info.Frames * info.Channels.Count * Trajectories<double>.Product(info.Shape)));
        foreach (var block in samples.Chunk(atATime))
        {
            var file = PdeFile.Read(path, block);
            var ours = model.Evolve(file);
            bySample.AddRange(Enumerable.Range(0, block.Length).Select(s => Compare(ours.SamplesAt([s]), file.SamplesAt([s]), model.Compared)));
        }
        IReadOnlyList<double> times = info.Family == PdeFamily.Darcy ? [DarcyFlow.LabelTime] : [.. Enumerable.Range(0, info.Frames).Select(frame => frame * model.Interval)];
        return new RecomputeReport(path, info.Family, model.Flow, model.Interval, times, samples, inferred, bySample.Aggregate(Worse), model.Reservation, model.Reservation is null ? RecomputeHint.Of(info, model.Flow, samples, bySample) : null);
    }

    /// <summary>Differences of two sets of fields of the same shape, relative to the second.</summary>
    public static IReadOnlyList<ChannelDifference> Compare(FlowFields1d<double> ours, FlowFields1d<double> reference) => Compare(ours.AsTrajectories(), reference.AsTrajectories());

    /// <summary>Differences of two sets of fields of the same shape, relative to the second.</summary>
    /// <param name="ours">Fields.</param>
    /// <param name="reference">What they are compared with.</param>
    /// <param name="channels">How many of the channels are compared; null: all.</param>
    public static IReadOnlyList<ChannelDifference> Compare(Trajectories<double> ours, Trajectories<double> reference, int? channels = null)
    {
        if ((ours.Samples, ours.Frames) != (reference.Samples, reference.Frames) || !ours.Shape.SequenceEqual(reference.Shape))
            throw new ArgumentException($"ours is ({ours.Samples}, {ours.Frames}, {string.Join(", ", ours.Shape)}), the reference ({reference.Samples}, {reference.Frames}, {string.Join(", ", reference.Shape)}); expected equal shapes.", nameof(ours));
        var differences = new List<ChannelDifference>();
        for (var c = 0; c < (channels ?? reference.Channels.Count); c++)
        {
            double[] largest = new double[ours.Frames], rms = new double[ours.Frames], absolute = new double[ours.Frames];
            for (var s = 0; s < ours.Samples; s++)
                for (var f = 0; f < ours.Frames; f++)
                {
                    Span<double> a = ours.Frame(c, s, f), b = reference.Frame(c, s, f);
                    double difference = 0, size = 0, differenceSquares = 0, squares = 0;
                    for (var i = 0; i < a.Length; i++)
                    {
                        var d = Math.Abs(a[i] - b[i]);
                        difference = Math.Max(difference, d);
                        size = Math.Max(size, Math.Abs(b[i]));
                        differenceSquares += d * d;
                        squares += b[i] * b[i];
                    }
                    largest[f] = Math.Max(largest[f], Ratio(difference, size));
                    rms[f] = Math.Max(rms[f], Ratio(Math.Sqrt(differenceSquares), Math.Sqrt(squares)));
                    absolute[f] = Math.Max(absolute[f], difference);
                }
            differences.Add(new ChannelDifference(reference.Names[c], largest, rms, absolute));
        }
        return differences;
    }

    // A field that is zero on both sides differs by nothing.
    private static double Ratio(double difference, double size) => difference == 0 ? 0 : difference / size;

    private static IReadOnlyList<ChannelDifference> Worse(IReadOnlyList<ChannelDifference> a, IReadOnlyList<ChannelDifference> b)
    {
        static double[] Larger(double[] x, double[] y) => [.. x.Zip(y, Math.Max)];
        return [.. a.Zip(b, (x, y) => new ChannelDifference(x.Name, Larger(x.MaxRelative, y.MaxRelative), Larger(x.RmsRelative, y.RmsRelative), Larger(x.MaxAbsolute, y.MaxAbsolute)))];
    }
}
