// Errors of predicted fields, as PDEBench and the paper's authors define them, each variant under its own name.
using System.Numerics;
using MathNet.Numerics.IntegralTransforms;
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

    /// <summary>Root mean square error of the two end cells, mean over samples.</summary>
    public required MetricValue BRmse { get; init; }

    /// <summary>Error of the Fourier modes 0 to 3.</summary>
    public required MetricValue FRmseLow { get; init; }

    /// <summary>Error of the Fourier modes 4 to 11.</summary>
    public required MetricValue FRmseMid { get; init; }

    /// <summary>Error of the Fourier modes from 12 on; NaN when the grid has none.</summary>
    public required MetricValue FRmseHigh { get; init; }

    /// <summary>Target fields (sample, channel, frame; all frames) that are zero everywhere. Their nRMSE is 0/0 or infinite; they are left out
    /// of its means and counted here, unless the guard is off.</summary>
    public required int ZeroFields { get; init; }

    /// <summary>The means under their usual names: RMSE, nRMSE, nRMSEAllFrames, cRMSE, Max, bRMSE, fRMSE_low, fRMSE_mid, fRMSE_high.</summary>
    public IReadOnlyDictionary<string, double> Means => new Dictionary<string, double>
    {
        ["RMSE"] = Rmse.Mean, ["nRMSE"] = NRmse.Mean, ["nRMSEAllFrames"] = NRmseAllFrames.Mean, ["cRMSE"] = CRmse.Mean, ["Max"] = MaxError.Mean,
        ["bRMSE"] = BRmse.Mean, ["fRMSE_low"] = FRmseLow.Mean, ["fRMSE_mid"] = FRmseMid.Mean, ["fRMSE_high"] = FRmseHigh.Mean,
    };
}

/// <summary>Computes <see cref="FieldMetrics"/> of 1D fields.</summary>
public static class Metrics
{
    private const int FirstMidMode = 4;
    private const int FirstHighMode = 12;

    /// <summary>Errors of predictions that hold all frames, the given ones first.</summary>
    /// <param name="prediction">(b, x, t, c), any floating type and device.</param>
    /// <param name="target">(b, x, t, c), the same shape.</param>
    /// <param name="givenFrames">Frames that the model was given, 0 ≤ givenFrames &lt; t.</param>
    /// <param name="guardZeroFields">Leave zero targets out of nRMSE and count them; false: NaN and infinity as published.</param>
    /// <exception cref="ArgumentException">A shape differs from what is expected.</exception>
    public static FieldMetrics Of(Tensor prediction, Tensor target, int givenFrames, bool guardZeroFields = true)
    {
        CheckShape(prediction, target);
        var shape = target.shape;
        return Of(Numbers(prediction), Numbers(target), (int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3], givenFrames, guardZeroFields);
    }

    /// <summary>Errors of predictions that hold the predicted frames only; the given ones count as exact in nRMSEAllFrames.</summary>
    /// <param name="prediction">(b, x, predicted frames, c).</param>
    /// <param name="target">(b, x, predicted frames, c).</param>
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

    /// <summary>Errors of predictions in plain arrays.</summary>
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
        if (givenFrames < 0 || givenFrames >= frames)
            throw new ArgumentOutOfRangeException(nameof(givenFrames), givenFrames, $"givenFrames is {givenFrames}; expected 0 to {frames - 1}.");

        double[][] rmse = Table(channels, frames), normalised = Table(channels, frames), conserved = Table(channels, frames), largest = Table(channels, frames),
            edges = Table(channels, frames), low = Table(channels, frames), mid = Table(channels, frames), high = Table(channels, frames);
        var zeroFields = 0;
        var difference = new double[points];
        var spectrum = new Complex[points];
        var power = new double[points / 2 + 1];
        for (var c = 0; c < channels; c++)
            for (var t = 0; t < frames; t++)
            {
                var counted = 0;
                Array.Clear(power);
                for (var s = 0; s < samples; s++)
                {
                    double squares = 0, targetSquares = 0, sum = 0, worst = 0;
                    for (var x = 0; x < points; x++)
                    {
                        var at = ((s * points + x) * frames + t) * channels + c;
                        var d = prediction[at] - target[at];
                        difference[x] = d;
                        squares += d * d;
                        targetSquares += target[at] * target[at];
                        sum += d;
                        worst = Math.Max(worst, Math.Abs(d));
                    }
                    rmse[c][t] += Math.Sqrt(squares / points) / samples;
                    conserved[c][t] += sum * sum / samples;
                    largest[c][t] = Math.Max(largest[c][t], worst);
                    edges[c][t] += Math.Sqrt((difference[0] * difference[0] + difference[^1] * difference[^1]) / 2) / samples;
                    if (targetSquares == 0)
                        zeroFields++;
                    if (targetSquares != 0 || !guardZeroFields)
                    {
                        normalised[c][t] += Math.Sqrt(squares / points) / Math.Sqrt(targetSquares / points);
                        counted++;
                    }
                    if (t >= givenFrames)
                        AddPower(difference, spectrum, power);
                }
                normalised[c][t] = counted == 0 ? double.NaN : normalised[c][t] / counted;
                conserved[c][t] = Math.Sqrt(conserved[c][t]) / points;
                // F_k = sqrt(mean over samples of |difference's transform|²) / points, the domain's length counting as 1.
                var modes = Array.ConvertAll(power, p => Math.Sqrt(p / samples) / points);
                low[c][t] = Band(modes, 0, FirstMidMode);
                mid[c][t] = Band(modes, FirstMidMode, FirstHighMode);
                high[c][t] = Band(modes, FirstHighMode, modes.Length);
            }

        MetricValue Scored(double[][] values, bool skip = false) => MetricValue.Of(Array.ConvertAll(values, v => v[givenFrames..]), skip);
        return new FieldMetrics
        {
            Samples = samples, GivenFrames = givenFrames, PredictedFrames = frames - givenFrames, ZeroFields = zeroFields,
            Rmse = Scored(rmse), NRmse = Scored(normalised, guardZeroFields), NRmseAllFrames = MetricValue.Of(normalised, guardZeroFields),
            CRmse = Scored(conserved), MaxError = Scored(largest), BRmse = Scored(edges),
            FRmseLow = Scored(low), FRmseMid = Scored(mid), FRmseHigh = Scored(high),
        };
    }

    /// <summary>nRMSE over the predicted frames only; see <see cref="FieldMetrics.NRmse"/>.</summary>
    public static double NRmse(Tensor prediction, Tensor target, int givenFrames) => Of(prediction, target, givenFrames).NRmse.Mean;

    /// <summary>nRMSE over all frames, the given ones included; see <see cref="FieldMetrics.NRmseAllFrames"/>.</summary>
    public static double NRmseAllFrames(Tensor prediction, Tensor target, int givenFrames) => Of(prediction, target, givenFrames).NRmseAllFrames.Mean;

    private static void AddPower(double[] difference, Complex[] spectrum, double[] power)
    {
        for (var x = 0; x < difference.Length; x++)
            spectrum[x] = difference[x];
        Fourier.Forward(spectrum, FourierOptions.NoScaling);
        for (var k = 0; k < power.Length; k++)
            power[k] += spectrum[k].Real * spectrum[k].Real + spectrum[k].Imaginary * spectrum[k].Imaginary;
    }

    private static double Band(double[] modes, int from, int to)
    {
        to = Math.Min(to, modes.Length);
        return to <= from ? double.NaN : modes[from..to].Average();
    }

    private static double[][] Table(int channels, int frames) => Enumerable.Range(0, channels).Select(_ => new double[frames]).ToArray();

    private static void CheckShape(Tensor prediction, Tensor target)
    {
        if (target.dim() != 4)
            throw new ArgumentException($"target has the shape ({string.Join(", ", target.shape)}); expected (batch, x, time, channel).", nameof(target));
        if (!prediction.shape.SequenceEqual(target.shape))
            throw new ArgumentException($"prediction has the shape ({string.Join(", ", prediction.shape)}); expected that of target, ({string.Join(", ", target.shape)}).", nameof(prediction));
    }

    internal static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }
}
