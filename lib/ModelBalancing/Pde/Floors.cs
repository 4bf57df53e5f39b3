// What a model has to beat: repeating the last frame, and a linear map of the given frames.
using MathNet.Numerics;
using MathNet.Numerics.IntegralTransforms;
using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;
using Complex = System.Numerics.Complex;

namespace ModelBalancing.Pde;

/// <summary>Predictors without a network; a model below one of them is said to be below it.</summary>
public static class Floors
{
    /// <summary>Repeats the last given frame.</summary>
    /// <param name="given">(b, x, given frames, c).</param>
    /// <param name="frames">Frames to predict, ≥ 1.</param>
    /// <returns>(b, x, frames, c), a new tensor.</returns>
    public static Tensor Persistence(Tensor given, int frames)
    {
        CheckGiven(given);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        using var scope = NewDisposeScope();
        var last = given.narrow(2, given.shape[2] - 1, 1);
        return last.expand(given.shape[0], given.shape[1], frames, given.shape[3]).clone().MoveToOuterDisposeScope();
    }

    /// <summary>Fits the linear predictor on training samples.</summary>
    /// <param name="given">(b, x, given frames, c).</param>
    /// <param name="future">(b, x, predicted frames, c), what follows.</param>
    public static LinearFloor Linear(Tensor given, Tensor future) => LinearFloor.Fit(given, future);

    internal static void CheckGiven(Tensor given)
    {
        if (given.dim() != 4 || given.shape[2] < 1)
            throw new ArgumentException($"given has the shape ({string.Join(", ", given.shape)}); expected (batch, x, time, channel) with at least one frame.", nameof(given));
    }
}

/// <summary>Ridge regression from the given frames to the change after the last one, the same at every place: a convolution over the whole domain.</summary>
/// <remarks>A map that does not depend on the place is a small matrix a Fourier mode (given frames × channels in, predicted frames × channels out),
/// so each mode is fitted by itself and few samples suffice. The ends of the domain count as joined. Channels are standardised on the training
/// samples; one penalty for all modes is chosen from a grid by its leave-one-out error, which has a closed form (Hastie, Tibshirani and Friedman,
/// The Elements of Statistical Learning, section 7.10). With a large penalty it becomes persistence plus the mean change.</remarks>
public sealed class LinearFloor
{
    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1, 3, 10, 100];

    private readonly int points, given, predicted, channels;
    private readonly double[] centres, scales;
    private readonly Matrix<Complex>[] weights;
    private readonly Vector<Complex> meanInput, meanChange;

    private LinearFloor(int points, int given, int predicted, int channels, double[] centres, double[] scales, Matrix<Complex>[] weights,
        Vector<Complex> meanInput, Vector<Complex> meanChange, double penalty)
    {
        (this.points, this.given, this.predicted, this.channels) = (points, given, predicted, channels);
        (this.centres, this.scales, this.weights, this.meanInput, this.meanChange) = (centres, scales, weights, meanInput, meanChange);
        Penalty = penalty;
    }

    /// <summary>The chosen penalty, relative to the mean eigenvalue of the modes' Gram matrices.</summary>
    public double Penalty { get; }

    internal static LinearFloor Fit(Tensor given, Tensor future)
    {
        Floors.CheckGiven(given);
        if (future.dim() != 4 || future.shape[0] != given.shape[0] || future.shape[1] != given.shape[1] || future.shape[3] != given.shape[3])
            throw new ArgumentException($"future has the shape ({string.Join(", ", future.shape)}); expected (batch, x, time, channel) with the batch, x and channels of given, ({string.Join(", ", given.shape)}).", nameof(future));
        if (given.shape[0] < 2)
            throw new ArgumentException("One sample was given; a linear predictor needs two or more.", nameof(given));

        int samples = (int)given.shape[0], points = (int)given.shape[1], before = (int)given.shape[2], channels = (int)given.shape[3], after = (int)future.shape[2];
        double[] past = Metrics.Numbers(given), next = Metrics.Numbers(future);
        var (centres, scales) = Standardisation(past, channels);
        var inputs = Modes(Standardised(past, centres, scales), samples, points, before * channels);
        var changes = Modes(Changes(past, next, samples * points, before, after, channels, scales), samples, points, after * channels);

        // Only the mean over x can have a mean over samples that is the same at every place.
        Vector<Complex> meanInput = inputs[0].ColumnSums() / samples, meanChange = changes[0].ColumnSums() / samples;
        Subtract(inputs[0], meanInput);
        Subtract(changes[0], meanChange);

        // G = XᴴX = V S Vᴴ and Z = XV; for a penalty λ the fit is Z (S + λ)⁻¹ Zᴴ Y.
        var fits = inputs.Select((x, mode) => ModeFit.Of(x, changes[mode])).ToArray();
        var unit = fits.Average(f => f.Values.Average());
        double best = double.PositiveInfinity, penalty = Penalties[^1];
        foreach (var candidate in Penalties)
        {
            var error = 0.0;
            for (var mode = 0; mode < fits.Length; mode++)
                // A mode and its mirror image in the spectrum count alike.
                error += (mode == 0 || 2 * mode == points ? 1 : 2) * fits[mode].LeaveOneOut(candidate * unit, mode == 0 ? 1.0 / samples : 0);
            if (error < best)
                (best, penalty) = (error, candidate);
        }
        return new LinearFloor(points, before, after, channels, centres, scales, Array.ConvertAll(fits, f => f.Weights(penalty * unit)), meanInput, meanChange, penalty);
    }

    /// <summary>Predicts what follows.</summary>
    /// <param name="frames">(b, x, given frames, c), x, frames and c as fitted.</param>
    /// <returns>(b, x, predicted frames, c) in the type of <paramref name="frames"/>.</returns>
    public Tensor Predict(Tensor frames)
    {
        Floors.CheckGiven(frames);
        if (!frames.shape[1..].SequenceEqual([points, given, channels]))
            throw new ArgumentException($"frames has the shape ({string.Join(", ", frames.shape)}); the predictor was fitted for (batch, {points}, {given}, {channels}).", nameof(frames));
        var samples = (int)frames.shape[0];
        var past = Metrics.Numbers(frames);
        var inputs = Modes(Standardised(past, centres, scales), samples, points, given * channels);
        Subtract(inputs[0], meanInput);
        var changes = new Matrix<Complex>[inputs.Length];
        for (var mode = 0; mode < inputs.Length; mode++)
            changes[mode] = inputs[mode] * weights[mode];
        Subtract(changes[0], -meanChange);

        var columns = predicted * channels;
        var output = new double[samples * points * columns];
        var spectrum = new Complex[points];
        for (var s = 0; s < samples; s++)
            for (var column = 0; column < columns; column++)
            {
                for (var mode = 0; mode < changes.Length; mode++)
                {
                    spectrum[mode] = changes[mode][s, column];
                    if (mode > 0)
                        spectrum[points - mode] = Complex.Conjugate(spectrum[mode]);
                }
                Fourier.Inverse(spectrum, FourierOptions.AsymmetricScaling);
                var c = column % channels;
                for (var x = 0; x < points; x++)
                    output[(s * points + x) * columns + column] = past[((s * points + x) * given + given - 1) * channels + c] + spectrum[x].Real * scales[c];
            }
        using var scope = NewDisposeScope();
        var result = torch.tensor(output, new long[] { samples, points, predicted, channels }, dtype: ScalarType.Float64);
        return result.to(frames.dtype).to(frames.device).MoveToOuterDisposeScope();
    }

    private static (double[] Centres, double[] Scales) Standardisation(double[] values, int channels)
    {
        double[] centres = new double[channels], scales = new double[channels];
        var count = values.Length / channels;
        for (var i = 0; i < values.Length; i++)
            centres[i % channels] += values[i] / count;
        for (var i = 0; i < values.Length; i++)
            scales[i % channels] += (values[i] - centres[i % channels]) * (values[i] - centres[i % channels]) / count;
        for (var c = 0; c < channels; c++)
            scales[c] = scales[c] > 0 ? Math.Sqrt(scales[c]) : 1;
        return (centres, scales);
    }

    private static double[] Standardised(double[] values, double[] centres, double[] scales)
    {
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            result[i] = (values[i] - centres[i % centres.Length]) / scales[i % scales.Length];
        return result;
    }

    // (place, frame, channel): what each frame adds to the last given one, in standard units.
    private static double[] Changes(double[] past, double[] next, int places, int before, int after, int channels, double[] scales)
    {
        var changes = new double[next.Length];
        for (var place = 0; place < places; place++)
            for (var i = 0; i < after * channels; i++)
            {
                var c = i % channels;
                changes[place * after * channels + i] = (next[place * after * channels + i] - past[(place * before + before - 1) * channels + c]) / scales[c];
            }
        return changes;
    }

    // From (sample, x, column) to one matrix (sample, column) a mode 0 .. points / 2.
    private static Matrix<Complex>[] Modes(double[] values, int samples, int points, int columns)
    {
        var modes = new Matrix<Complex>[points / 2 + 1];
        for (var mode = 0; mode < modes.Length; mode++)
            modes[mode] = Matrix<Complex>.Build.Dense(samples, columns);
        var spectrum = new Complex[points];
        for (var s = 0; s < samples; s++)
            for (var column = 0; column < columns; column++)
            {
                for (var x = 0; x < points; x++)
                    spectrum[x] = values[(s * points + x) * columns + column];
                Fourier.Forward(spectrum, FourierOptions.AsymmetricScaling);
                for (var mode = 0; mode < modes.Length; mode++)
                    modes[mode][s, column] = spectrum[mode];
            }
        return modes;
    }

    private static void Subtract(Matrix<Complex> rows, Vector<Complex> mean)
    {
        for (var s = 0; s < rows.RowCount; s++)
            rows.SetRow(s, rows.Row(s) - mean);
    }

    /// <summary>The eigenvalues S and vectors V of one mode's Gram matrix, with Z = XV, ZᴴY and Y.</summary>
    private sealed record ModeFit(double[] Values, Matrix<Complex> Vectors, Matrix<Complex> Rotated, Matrix<Complex> Moments, Matrix<Complex> Changes)
    {
        public static ModeFit Of(Matrix<Complex> inputs, Matrix<Complex> changes)
        {
            var decomposition = inputs.ConjugateTransposeThisAndMultiply(inputs).Evd(Symmetricity.Hermitian);
            var rotated = inputs * decomposition.EigenVectors;
            return new ModeFit(decomposition.EigenValues.Select(v => Math.Max(0, v.Real)).ToArray(), decomposition.EigenVectors, rotated,
                rotated.ConjugateTransposeThisAndMultiply(changes), changes);
        }

        /// <summary>Sum over samples of the squared miss when the sample itself is left out of the fit.</summary>
        public double LeaveOneOut(double penalty, double leverageOfMean)
        {
            var shrunk = Shrink(penalty);
            var fitted = Rotated * Scaled(shrunk);
            var error = 0.0;
            for (var s = 0; s < Changes.RowCount; s++)
            {
                var leverage = leverageOfMean;
                for (var k = 0; k < shrunk.Length; k++)
                    leverage += Rotated[s, k].MagnitudeSquared() * shrunk[k];
                var miss = (Changes.Row(s) - fitted.Row(s)).L2Norm() / Math.Max(1 - leverage, 1e-9);
                error += miss * miss;
            }
            return error;
        }

        public Matrix<Complex> Weights(double penalty) => Vectors * Scaled(Shrink(penalty));

        private double[] Shrink(double penalty) => Array.ConvertAll(Values, v => v + penalty > 0 ? 1 / (v + penalty) : 0);

        private Matrix<Complex> Scaled(double[] factors) => Matrix<Complex>.Build.Dense(Moments.RowCount, Moments.ColumnCount, (k, j) => Moments[k, j] * factors[k]);
    }
}
