// What the values of a data file are: range, mean, and whether all are finite.
using System.Diagnostics;
using System.Numerics;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>The values of one channel.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Smallest">Smallest finite value; NaN when there is none.</param>
/// <param name="Largest">Largest finite value; NaN when there is none.</param>
/// <param name="Mean">Mean of the finite values.</param>
/// <param name="NotFinite">How many values are NaN or infinite.</param>
/// <param name="FirstNotFinite">The first sample with such a value, or null.</param>
public sealed record ChannelRange(string Name, double Smallest, double Largest, double Mean, long NotFinite, int? FirstNotFinite);

/// <summary>Reads a file through.</summary>
public static class PdeRanges
{
    // Values in memory at a time, about.
    private const long BlockValues = 4 << 20;

    /// <summary>Ranges of every channel over all samples.</summary>
    /// <param name="info">The file.</param>
    /// <param name="progress">Told samples done, samples in all, time left.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="PdeFileException">The file is damaged.</exception>
    public static IReadOnlyList<ChannelRange> Of(PdeFileInfo info, IProgress<(int Done, int Total, TimeSpan Left)>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var found = info.Channels.Select(name => new ChannelRange(name, double.PositiveInfinity, double.NegativeInfinity, 0, 0, null)).ToArray();
        var counts = new long[found.Length];
        var atATime = (int)Math.Clamp(BlockValues / Math.Max(1, info.Frames * info.Cells * info.Channels.Count), 1, info.Samples);
        for (var first = 0; first < info.Samples; first += atATime)
        {
            int[] samples = [.. Enumerable.Range(first, Math.Min(atATime, info.Samples - first))];
            var fields = PdeFile.Read<double>(info, new PdeSelection { Samples = samples }, cancellation);
            var size = fields.Frames * fields.Cells;
            for (var c = 0; c < found.Length; c++)
                for (var s = 0; s < samples.Length; s++)
                    found[c] = Add(found[c], fields.Channels[c].AsSpan(s * size, size), samples[s], ref counts[c]);
            var done = first + samples.Length;
            progress?.Report((done, info.Samples, clock.Elapsed * ((info.Samples - done) / (double)done)));
        }
        return [.. found.Select((range, c) => counts[c] == 0 ? range with { Smallest = double.NaN, Largest = double.NaN, Mean = double.NaN } : range with { Mean = range.Mean / counts[c] })];
    }

    /// <summary>Refuses samples with values that are not finite.</summary>
    internal static void CheckFinite(PdeFileInfo info, Solvers.Trajectories<float> fields, IReadOnlyList<int> samples)
    {
        var size = fields.Frames * fields.Cells;
        for (var c = 0; c < fields.Channels.Count; c++)
            for (var s = 0; s < samples.Count; s++)
                if (!AreFinite(fields.Channels[c].AsSpan(s * size, size)))
                    throw NotFinite(info, samples[s], fields.Names[c]);
    }

    /// <summary>What is said of a sample with values that are not finite.</summary>
    internal static PdeFileException NotFinite(PdeFileInfo info, int sample, string channel) =>
        new($"Sample {sample} of {info.Path} holds values of {channel} that are not finite; look at them with `./workbook data inspect --ranges`, or leave the sample out.");

    /// <summary>Whether every value is finite.</summary>
    internal static bool AreFinite(ReadOnlySpan<float> values)
    {
        // Zero times a finite number is zero, times any other NaN.
        var sum = Vector<float>.Zero;
        var at = 0;
        for (; at <= values.Length - Vector<float>.Count; at += Vector<float>.Count)
            sum += new Vector<float>(values[at..]) * 0f;
        var rest = Vector.Sum(sum);
        for (; at < values.Length; at++)
            rest += values[at] * 0f;
        return rest == 0;
    }

    private static ChannelRange Add(ChannelRange range, ReadOnlySpan<double> values, int sample, ref long count)
    {
        double smallest = range.Smallest, largest = range.Largest, sum = 0;
        long finite = 0;
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                continue;
            finite++;
            sum += value;
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }
        count += finite;
        return range with
        {
            Smallest = smallest, Largest = largest, Mean = range.Mean + sum, NotFinite = range.NotFinite + values.Length - finite,
            FirstNotFinite = range.FirstNotFinite ?? (finite < values.Length ? sample : null),
        };
    }
}
