// Runs a file's first frames through our own solver and compares with what the file holds.
using System.Globalization;
using System.Text.RegularExpressions;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>What may be told instead of being inferred from the file.</summary>
public sealed record RecomputeOptions
{
    /// <summary>Samples to recompute; null: the first eight, or all of a smaller file.</summary>
    public IReadOnlyList<int>? Samples { get; init; }

    /// <summary>The scheme; null: the one recorded in the file, else as published.</summary>
    public CompressibleFlowScheme? Scheme { get; init; }

    /// <summary>The boundary; null: by the file's record, else by its name, else by trial.</summary>
    public FlowBoundary? Boundary { get; init; }

    /// <summary>Shear viscosity; null: by attribute, else by the file's name.</summary>
    public double? Eta { get; init; }

    /// <summary>Bulk viscosity; null: by attribute, else by the file's name.</summary>
    public double? Zeta { get; init; }

    /// <summary>Time between frames; null: by the file's t-coordinate.</summary>
    public double? Interval { get; init; }

    /// <summary>Compute in float32 as the published generator did; default float64, which shows the file's own rounding.</summary>
    public bool SinglePrecision { get; init; }

    /// <summary>Threads, progress, cancellation.</summary>
    public FlowRun? Run { get; init; }
}

/// <summary>How far one channel is from the file.</summary>
/// <param name="Name">density, pressure or Vx.</param>
/// <param name="MaxRelative">(frames): the largest over samples of max|ours − file| / max|file|, maxima over x.</param>
/// <param name="RmsRelative">(frames): the same with root mean squares.</param>
public sealed record ChannelDifference(string Name, double[] MaxRelative, double[] RmsRelative)
{
    /// <summary>The largest entry of <see cref="MaxRelative"/>.</summary>
    public double Largest => MaxRelative.Max();
}

/// <summary>The comparison of a file with our solver.</summary>
/// <param name="Path">The file.</param>
/// <param name="Settings">What was run.</param>
/// <param name="Interval">Time between frames.</param>
/// <param name="Samples">Which samples.</param>
/// <param name="Inferred">Where each setting came from, one sentence each.</param>
/// <param name="Channels">density, pressure, Vx.</param>
public sealed record RecomputeReport(string Path, FlowSettings Settings, double Interval, IReadOnlyList<int> Samples, IReadOnlyList<string> Inferred,
    IReadOnlyList<ChannelDifference> Channels);

/// <summary>Recomputes 1D CFD files.</summary>
public static class Recompute
{
    /// <summary>Evolves the chosen samples from their first frames and compares every frame.</summary>
    /// <exception cref="PdeFileException">The file cannot be read or does not say enough to be recomputed.</exception>
    public static RecomputeReport Of(string path, RecomputeOptions? options = null)
    {
        options ??= new RecomputeOptions();
        var info = CfdFile.Info(path);
        var samples = options.Samples ?? Enumerable.Range(0, Math.Min(8, info.Samples)).ToArray();
        var file = CfdFile.ReadDouble(path, new CfdSelection { Samples = samples });
        var inferred = new List<string>();
        var interval = IntervalOf(info, options, inferred);
        var settings = SettingsOf(info, options, file, interval, inferred);
        var ours = Evolve(file.FrameAt(0), settings, file.Frames, interval, options);
        return new RecomputeReport(path, settings, interval, samples, inferred, Compare(ours, file));
    }

    /// <summary>Differences of two sets of fields of the same shape, relative to the second.</summary>
    public static IReadOnlyList<ChannelDifference> Compare(FlowFields1d<double> ours, FlowFields1d<double> reference)
    {
        if ((ours.Samples, ours.Frames, ours.Points) != (reference.Samples, reference.Frames, reference.Points))
            throw new ArgumentException($"ours is ({ours.Samples}, {ours.Frames}, {ours.Points}), the reference ({reference.Samples}, {reference.Frames}, {reference.Points}); expected equal shapes.", nameof(ours));
        var channels = new List<ChannelDifference>();
        for (var c = 0; c < CfdFile.Fields.Count; c++)
        {
            double[] largest = new double[ours.Frames], rms = new double[ours.Frames];
            for (var s = 0; s < ours.Samples; s++)
                for (var f = 0; f < ours.Frames; f++)
                {
                    Span<double> a = ours.Row(ours.Channels[c], s, f), b = reference.Row(reference.Channels[c], s, f);
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
                }
            channels.Add(new ChannelDifference(CfdFile.Fields[c], largest, rms));
        }
        return channels;
    }

    // A field that is zero on both sides differs by nothing.
    private static double Ratio(double difference, double size) => difference == 0 ? 0 : difference / size;

    private static FlowFields1d<double> Evolve(FlowFields1d<double> start, FlowSettings settings, int frames, double interval, RecomputeOptions options) =>
        options.SinglePrecision
            ? CompressibleFlow1d.Evolve(start.As<float>(), settings, frames, interval, options.Run).As<double>()
            : CompressibleFlow1d.Evolve(start, settings, frames, interval, options.Run);

    private static double IntervalOf(CfdInfo info, RecomputeOptions options, List<string> inferred)
    {
        if (options.Interval is { } told)
        {
            inferred.Add($"interval {told}: as told");
            return told;
        }
        if (info.Frames == 1)
            return 1;
        if (info.Interval is not { } interval || !(interval > 0))
            throw new PdeFileException($"{info.Path} has no usable t-coordinate; give the time between its frames.");
        // The coordinate is float32: its own digits only, so that 0.05 is not 0.0500000007.
        interval = double.Parse(interval.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        inferred.Add($"interval {interval}: from t-coordinate");
        return interval;
    }

    private static FlowSettings SettingsOf(CfdInfo info, RecomputeOptions options, FlowFields1d<double> file, double interval, List<string> inferred)
    {
        var origin = GenerationSpec.FromOrigin(info.Origin);
        var name = Path.GetFileName(info.Path);
        var width = info.X.Length > 1 ? (info.X[^1] - info.X[0]) / (info.X.Length - 1) : 2.0;
        var settings = new FlowSettings
        {
            Eta = Viscosity("eta", options.Eta, info.Eta, name, inferred),
            Zeta = Viscosity("zeta", options.Zeta, info.Zeta, name, inferred),
            Scheme = options.Scheme ?? origin?.Scheme ?? CompressibleFlowScheme.AsPublished,
            XMin = Digits(info.X[0] - width / 2),
            XMax = Digits(info.X[^1] + width / 2),
        };
        if (origin is not null)
            settings = settings with { Gamma = origin.Gamma, Cfl = origin.Cfl };
        inferred.Add($"domain ({settings.XMin}, {settings.XMax}): from x-coordinate");
        inferred.Add($"scheme {settings.Scheme.Name}: {(options.Scheme is not null ? "as told" : origin is not null ? "recorded in the file" : "assumed, the file does not say")}");

        if (options.Boundary is { } told)
            inferred.Add($"boundary {told}: as told");
        else if (origin is not null)
        {
            told = origin.Boundary;
            inferred.Add($"boundary {told}: recorded in the file");
        }
        else if (name.Contains("periodic", StringComparison.OrdinalIgnoreCase) || name.Contains("trans", StringComparison.OrdinalIgnoreCase))
        {
            told = name.Contains("periodic", StringComparison.OrdinalIgnoreCase) ? FlowBoundary.Periodic : FlowBoundary.Transparent;
            inferred.Add($"boundary {told}: from the file's name");
        }
        else
        {
            told = ByTrial(file, settings, interval, options, inferred);
        }
        return settings with { Boundary = told };
    }

    // Neither record nor name: the boundary whose run is nearer to the file's first sample.
    private static FlowBoundary ByTrial(FlowFields1d<double> file, FlowSettings settings, double interval, RecomputeOptions options, List<string> inferred)
    {
        var first = file.SamplesAt(0);
        double Miss(FlowBoundary boundary) =>
            Compare(Evolve(first.FrameAt(0), settings with { Boundary = boundary }, first.Frames, interval, options), first).Max(c => c.Largest);
        var (periodic, transparent) = (Miss(FlowBoundary.Periodic), Miss(FlowBoundary.Transparent));
        var better = periodic <= transparent ? FlowBoundary.Periodic : FlowBoundary.Transparent;
        inferred.Add(string.Create(CultureInfo.InvariantCulture, $"boundary {better}: by trial (difference {periodic:g2} periodic, {transparent:g2} transparent)"));
        return better;
    }

    private static double Viscosity(string name, double? told, double? attribute, string file, List<string> inferred)
    {
        if (told is { } value)
        {
            inferred.Add($"{name} {value}: as told");
            return value;
        }
        if (attribute is { } stored)
        {
            inferred.Add($"{name} {stored}: from the attribute");
            return stored;
        }
        var match = Regex.Match(file, name + @"([0-9.]+(?:e-?[0-9]+)?)", RegexOptions.IgnoreCase);
        if (match.Success && double.TryParse(match.Groups[1].Value.TrimEnd('.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var written))
        {
            inferred.Add($"{name} {written}: from the file's name");
            return written;
        }
        inferred.Add($"{name} 1e-8: assumed, neither attribute nor name says");
        return 1e-8;
    }

    private static double Digits(double x) => double.Parse(x.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
