// Errors of predicted fields, as PDEBench and the paper's authors define them, each variant under its own name.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Pde;

/// <summary>One metric: its mean, and what it is the mean of.</summary>
/// <param name="Mean">Mean over channels and frames.</param>
/// <param name="PerChannel">(channel): mean over frames.</param>
/// <param name="PerChannelFrame">(channel)(frame); NaN where the metric is not defined.</param>
public sealed record MetricValue(double Mean, double[] PerChannel, double[][] PerChannelFrame)
{
    internal static MetricValue Of(double[][] values, bool skipUndefined)
    {
        double MeanOf(IEnumerable<double> entries)
        {
            var kept = skipUndefined ? entries.Where(v => !double.IsNaN(v)).ToArray() : entries.ToArray();
            return kept.Length == 0 ? double.NaN : kept.Average();
        }
        return new MetricValue(MeanOf(values.SelectMany(v => v)), Array.ConvertAll(values, MeanOf), values);
    }
}

/// <summary>The errors of a set of predictions; every sample weighs the same.</summary>
/// <remarks>All but <see cref="NRmseAllFrames"/> are over the predicted frames only. Definitions: PDEBench metrics.py (commit 9754b4c) and the
/// authors' metrics.py (ModelBalancing, commit 9970cea). Those average over batches, so that a short last batch weighs more and the largest
/// error depends on the batch size; here the whole set is one batch.</remarks>
public sealed record FieldMetrics
{
    /// <summary>Number of samples.</summary>
    public required int Samples { get; init; }

    /// <summary>Frames given to the model, not scored.</summary>
    public required int GivenFrames { get; init; }

    /// <summary>Frames scored.</summary>
    public required int PredictedFrames { get; init; }

    /// <summary>Root mean square error over x, mean over samples.</summary>
    public required MetricValue Rmse { get; init; }

    /// <summary>nRMSE: root mean square error over the root mean square of the target, mean over samples, predicted frames only (PDEBench since October 2024).</summary>
    public required MetricValue NRmse { get; init; }

    /// <summary>nRMSEAllFrames: the same over all frames, the given ones included, which have no error: (predicted / all frames) times as large.
    /// The variant of the paper's SciML results.</summary>
    public required MetricValue NRmseAllFrames { get; init; }

    /// <summary>Error of the field's mean over x: root over samples of its mean square.</summary>
    public required MetricValue CRmse { get; init; }

    /// <summary>Largest absolute error over samples and x.</summary>
    public required MetricValue MaxError { get; init; }

    /// <summary>Root mean square error of the cells at the ends of the axes (an edge's corner counts twice), mean over samples.</summary>
    public required MetricValue BRmse { get; init; }

    /// <summary>Mean of bRMSE as PDEBench defines it: in three dimensions the squares of all channels are summed before the root; else as <see cref="BRmse"/>.</summary>
    public required double PublishedBRmse { get; init; }

    /// <summary>Error of the Fourier modes 0 to 3. On planes and in space the published sum over non-negative frequencies of every axis: an error that runs
    /// along the other diagonal, cos 2π(3x − 4y), does not count at all; see <see cref="FRmseLowCorrected"/>.</summary>
    public required MetricValue FRmseLow { get; init; }

    /// <summary>Error of the Fourier modes 4 to 11.</summary>
    public required MetricValue FRmseMid { get; init; }

    /// <summary>Error of the Fourier modes from 12 on; NaN when the grid has none.</summary>
    public required MetricValue FRmseHigh { get; init; }

    /// <summary>Error of the modes 0 to 3, every pair of opposite frequencies counted once; on a line the same as <see cref="FRmseLow"/>.</summary>
    public required MetricValue FRmseLowCorrected { get; init; }

    /// <summary>The same of the modes 4 to 11.</summary>
    public required MetricValue FRmseMidCorrected { get; init; }

    /// <summary>The same of the modes from 12 to half the shortest axis.</summary>
    public required MetricValue FRmseHighCorrected { get; init; }

    /// <summary>Number of axes of the fields.</summary>
    public required int Axes { get; init; }

    /// <summary>Target fields (sample, channel, frame; all frames) that are zero everywhere. Their nRMSE is 0/0 or infinite; they are left out
    /// of its means and counted here, unless the guard is off.</summary>
    public required int ZeroFields { get; init; }

    /// <summary>The means under their usual names: RMSE, nRMSE, nRMSEAllFrames, cRMSE, Max, bRMSE, fRMSE_low, fRMSE_mid, fRMSE_high; on planes and in space
    /// also fRMSE_low_corrected, fRMSE_mid_corrected and fRMSE_high_corrected.</summary>
    public IReadOnlyDictionary<string, double> Means => Axes == 1 ? Plain : new Dictionary<string, double>(Plain)
    {
        ["fRMSE_low_corrected"] = FRmseLowCorrected.Mean, ["fRMSE_mid_corrected"] = FRmseMidCorrected.Mean, ["fRMSE_high_corrected"] = FRmseHighCorrected.Mean,
    };

    private Dictionary<string, double> Plain => new()
    {
        ["RMSE"] = Rmse.Mean, ["nRMSE"] = NRmse.Mean, ["nRMSEAllFrames"] = NRmseAllFrames.Mean, ["cRMSE"] = CRmse.Mean, ["Max"] = MaxError.Mean,
        ["bRMSE"] = BRmse.Mean, ["fRMSE_low"] = FRmseLow.Mean, ["fRMSE_mid"] = FRmseMid.Mean, ["fRMSE_high"] = FRmseHigh.Mean,
    };
}

/// <summary>Computes <see cref="FieldMetrics"/> of fields on lines, planes and in space.</summary>
public static class Metrics
{
    private const int FirstMidMode = 4;
    private const int FirstHighMode = 12;
    private const long MostAtOnce = 1 << 23; // numbers of a piece of samples, for bounded memory

    /// <summary>Errors of predictions that hold all frames, the given ones first.</summary>
    /// <param name="prediction">(b, x..., t, c) with one to three axes of space, any floating type and device.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="givenFrames">Frames that the model was given, 0 ≤ givenFrames &lt; t.</param>
    /// <param name="guardZeroFields">Leave zero targets out of nRMSE and count them; false: NaN and infinity as published.</param>
    /// <exception cref="ArgumentException">A shape differs from what is expected.</exception>
    public static FieldMetrics Of(Tensor prediction, Tensor target, int givenFrames, bool guardZeroFields = true)
    {
        CheckShape(prediction, target);
        var (samples, frames) = (target.shape[0], (int)target.shape[^2]);
        if (givenFrames < 0 || givenFrames >= frames)
            throw new ArgumentOutOfRangeException(nameof(givenFrames), givenFrames, $"givenFrames is {givenFrames}; expected 0 to {frames - 1}.");
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var sums = new Sums(target.shape, givenFrames, guardZeroFields);
        long piece = Math.Max(1, MostAtOnce / (target.numel() / samples));
        for (long first = 0; first < samples; first += piece)
        {
            long count = Math.Min(piece, samples - first);
            sums.Add(prediction.narrow(0, first, count), target.narrow(0, first, count));
        }
        return sums.Finish();
    }

    /// <summary>Errors of predictions that hold the predicted frames only; the given ones count as exact in nRMSEAllFrames.</summary>
    /// <param name="prediction">(b, x..., predicted frames, c).</param>
    /// <param name="target">The same shape.</param>
    /// <param name="givenFrames">Frames that the model was given, ≥ 0, none of them in the tensors.</param>
    /// <param name="guardZeroFields">As in <see cref="Of(Tensor, Tensor, int, bool)"/>.</param>
    public static FieldMetrics OfPredictedFrames(Tensor prediction, Tensor target, int givenFrames, bool guardZeroFields = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(givenFrames);
        var scored = Of(prediction, target, 0, guardZeroFields);
        var zeros = new double[givenFrames];
        var all = MetricValue.Of(Array.ConvertAll(scored.NRmse.PerChannelFrame, frames => zeros.Concat(frames).ToArray()), guardZeroFields);
        return scored with { GivenFrames = givenFrames, NRmseAllFrames = all };
    }

    /// <summary>Errors of predictions on a line in plain arrays.</summary>
    /// <param name="prediction">(sample, x, t, channel), contiguous, all frames.</param>
    /// <param name="target">The same layout.</param>
    /// <param name="samples">Number of samples, ≥ 1.</param>
    /// <param name="points">Number of cells, ≥ 1.</param>
    /// <param name="frames">Number of frames, the given ones included.</param>
    /// <param name="channels">Number of channels, ≥ 1.</param>
    /// <param name="givenFrames">Frames that the model was given, 0 ≤ givenFrames &lt; frames.</param>
    /// <param name="guardZeroFields">As in <see cref="Of(Tensor, Tensor, int, bool)"/>.</param>
    public static FieldMetrics Of(double[] prediction, double[] target, int samples, int points, int frames, int channels, int givenFrames, bool guardZeroFields = true)
    {
        var expected = (long)samples * points * frames * channels;
        if (prediction.Length != expected || target.Length != expected || expected == 0)
            throw new ArgumentException($"prediction has {prediction.Length} and target {target.Length} numbers; expected {samples} x {points} x {frames} x {channels} = {expected}, not zero.");
        using var scope = NewDisposeScope();
        long[] shape = [samples, points, frames, channels];
        return Of(tensor(prediction, shape), tensor(target, shape), givenFrames, guardZeroFields);
    }

    /// <summary>nRMSE over the predicted frames only; see <see cref="FieldMetrics.NRmse"/>.</summary>
    public static double NRmse(Tensor prediction, Tensor target, int givenFrames) => Of(prediction, target, givenFrames).NRmse.Mean;

    /// <summary>nRMSE over all frames, the given ones included; see <see cref="FieldMetrics.NRmseAllFrames"/>.</summary>
    public static double NRmseAllFrames(Tensor prediction, Tensor target, int givenFrames) => Of(prediction, target, givenFrames).NRmseAllFrames.Mean;

    /// <summary>Means as the public evaluation loops make them: of every batch by itself, then averaged, so that a short last batch weighs more.</summary>
    /// <param name="prediction">(b, x..., t, c), all frames.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="givenFrames">Frames that the model was given.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <remarks>PDEBench's loop at 9754b4c divides by one batch too few; the authors' and this one by their number.</remarks>
    public static IReadOnlyDictionary<string, double> BatchAverages(Tensor prediction, Tensor target, int givenFrames, int batch)
    {
        CheckShape(prediction, target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var means = new List<IReadOnlyDictionary<string, double>>();
        for (long first = 0; first < target.shape[0]; first += batch)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(batch, target.shape[0] - first);
            means.Add(Of(prediction.narrow(0, first, count), target.narrow(0, first, count), givenFrames).Means);
        }
        return means[0].Keys.ToDictionary(name => name, name => means.Average(mean => mean[name]));
    }

    /// <summary>Running sums over samples; every table is (channels, frames).</summary>
    private sealed class Sums : IDisposable
    {
        private readonly int samples, frames, channels, given, axes;
        private readonly long cells;
        private readonly long[] points;
        private readonly bool guard;
        private readonly DisposeScope scope = NewDisposeScope();
        private readonly Tensor rmse, normalised, counted, conserved, largest, edges, published, corrected;
        private readonly (Tensor Places, Tensor Bins, Tensor Weights, int Count) quadrant, half;
        private double merged;
        private int zeroFields;

        public Sums(long[] shape, int given, bool guard)
        {
            (samples, frames, channels, axes) = ((int)shape[0], (int)shape[^2], (int)shape[^1], shape.Length - 3);
            (this.given, this.guard, points) = (given, guard, shape[1..^2]);
            cells = points.Aggregate(1L, (product, n) => product * n);
            quadrant = Bins(corrected: false);
            half = Bins(corrected: true);
            Tensor Table(int count) => zeros([channels, count], dtype: ScalarType.Float64);
            (normalised, counted) = (Table(frames), Table(frames));
            int scored = frames - given;
            (rmse, conserved, largest, edges) = (Table(scored), Table(scored), Table(scored), Table(scored));
            (published, corrected) = (zeros([channels, scored, quadrant.Count], dtype: ScalarType.Float64), zeros([channels, scored, half.Count], dtype: ScalarType.Float64));
        }

        public void Add(Tensor prediction, Tensor target)
        {
            using var pass = NewDisposeScope();
            // (b, c, t, x...)
            long[] order = [0, axes + 2, axes + 1, .. Enumerable.Range(1, axes).Select(axis => (long)axis)];
            Tensor Exact(Tensor fields) => fields.detach().cpu().to(ScalarType.Float64).permute(order);
            var wanted = Exact(target);
            var all = (Exact(prediction) - wanted).contiguous();
            var size = wanted.square().flatten(3).sum(-1);
            var ratio = (all.square().flatten(3).sum(-1) / cells).sqrt() / (size / cells).sqrt();
            var zero = size.eq(0);
            zeroFields += (int)zero.sum().item<long>();
            normalised.add_((guard ? ratio.masked_fill(zero, 0) : ratio).sum([0]));
            counted.add_((guard ? zero.logical_not() : ones_like(zero)).sum([0]));

            var difference = all.narrow(2, given, frames - given);
            var flat = difference.flatten(3);
            rmse.add_((flat.square().sum(-1) / cells).sqrt().sum([0]));
            conserved.add_(flat.sum(-1).square().sum([0]));
            largest.copy_(maximum(largest, flat.abs().amax([0, 3])));
            var ends = Ends(difference);
            edges.add_(ends.sqrt().sum([0]));
            merged += (axes == 3 ? ends.sum(1).sqrt() : ends.sqrt().mean([1])).sum().item<double>();
            var spectrum = fft.fftn(difference, dim: [.. Enumerable.Range(3, axes).Select(axis => (long)axis)]);
            var power = view_as_real(spectrum.flatten(3)).square().sum(-1).sum([0]); // (c, t, modes)
            published.index_add_(2, quadrant.Bins, power.index_select(2, quadrant.Places) * quadrant.Weights, 1);
            corrected.index_add_(2, half.Bins, power.index_select(2, half.Places) * half.Weights, 1);
        }

        public FieldMetrics Finish()
        {
            int scored = frames - given;
            double[][] Rows(Tensor table) => [.. Enumerable.Range(0, channels).Select(channel => table.select(0, channel).contiguous().data<double>().ToArray())];
            var ratios = Rows(normalised.div(guard ? counted.masked_fill(counted.eq(0), double.NaN) : counted));
            // F_k = sqrt(mean over samples of |difference's transform|²) / cells, the domain's lengths counting as 1.
            var (inQuadrant, inHalf) = ((published / samples).sqrt() / cells, (corrected / samples).sqrt() / cells);
            MetricValue Band(Tensor modes, int from, int to)
            {
                to = Math.Min(to, (int)modes.shape[2]);
                return MetricValue.Of(to <= from ? [.. Enumerable.Range(0, channels).Select(_ => Enumerable.Repeat(double.NaN, scored).ToArray())] : Rows(modes.narrow(2, from, to - from).mean([2])), false);
            }
            return new FieldMetrics
            {
                Samples = samples, GivenFrames = given, PredictedFrames = scored, ZeroFields = zeroFields, Axes = axes,
                Rmse = MetricValue.Of(Rows(rmse / samples), false),
                NRmse = MetricValue.Of(Array.ConvertAll(ratios, row => row[given..]), guard),
                NRmseAllFrames = MetricValue.Of(ratios, guard),
                CRmse = MetricValue.Of(Rows((conserved / samples).sqrt() / cells), false),
                MaxError = MetricValue.Of(Rows(largest), false),
                BRmse = MetricValue.Of(Rows(edges / samples), false),
                PublishedBRmse = merged / (samples * (double)scored),
                FRmseLow = Band(inQuadrant, 0, FirstMidMode), FRmseMid = Band(inQuadrant, FirstMidMode, FirstHighMode), FRmseHigh = Band(inQuadrant, FirstHighMode, int.MaxValue),
                FRmseLowCorrected = Band(inHalf, 0, FirstMidMode), FRmseMidCorrected = Band(inHalf, FirstMidMode, FirstHighMode), FRmseHighCorrected = Band(inHalf, FirstHighMode, int.MaxValue),
            };
        }

        public void Dispose() => scope.Dispose();

        // Mean square over the cells at both ends of every axis, (b, c, t).
        private Tensor Ends(Tensor difference)
        {
            Tensor? sum = null;
            long count = 0;
            for (int axis = 0; axis < axes; axis++)
            {
                foreach (long place in new[] { 0, points[axis] - 1 })
                {
                    var end = difference.select(3 + axis, place).square().reshape(difference.shape[0], channels, frames - given, -1).sum(-1);
                    sum = sum is null ? end : sum + end;
                }
                count += 2 * cells / points[axis];
            }
            return sum! / count;
        }

        // Which modes of the full transform count, in which bin ⌊|k|⌋ and how much.
        private (Tensor Places, Tensor Bins, Tensor Weights, int Count) Bins(bool corrected)
        {
            int shortest = (int)points.Min() / 2, count = axes == 1 || corrected ? shortest + 1 : shortest;
            var (places, bins, weights) = (new List<long>(), new List<long>(), new List<double>());
            for (long place = 0; place < cells; place++)
            {
                long rest = place, squares = 0;
                bool kept = true, own = true; // own: the mode is its own opposite
                for (int axis = axes - 1; axis >= 0; axis--)
                {
                    long n = points[axis], k = rest % n;
                    rest /= n;
                    long frequency = k <= n / 2 ? k : n - k;
                    kept &= corrected || (axes == 1 ? k <= n / 2 : k < n / 2);
                    own &= k == 0 || 2 * k == n;
                    squares += frequency * frequency;
                }
                long bin = (long)Math.Sqrt(squares);
                if (!kept || bin >= count)
                    continue;
                places.Add(place);
                bins.Add(bin);
                weights.Add(corrected && !own ? 0.5 : 1);
            }
            return (tensor(places.ToArray()), tensor(bins.ToArray()), tensor(weights.ToArray()), count);
        }
    }

    private static void CheckShape(Tensor prediction, Tensor target)
    {
        if (target.dim() is < 4 or > 6 || target.numel() == 0)
            throw new ArgumentException($"target has the shape ({string.Join(", ", target.shape)}); expected (batch, x..., time, channel) with one to three axes of space, not empty.", nameof(target));
        if (!prediction.shape.SequenceEqual(target.shape))
            throw new ArgumentException($"prediction has the shape ({string.Join(", ", prediction.shape)}); expected that of target, ({string.Join(", ", target.shape)}).", nameof(prediction));
    }
}
