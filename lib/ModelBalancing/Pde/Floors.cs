// What a model has to beat: repeating the last frame, and a linear map from the given frames.
using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

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
        using var last = given.narrow(2, given.shape[2] - 1, 1);
        using var repeated = last.expand(given.shape[0], given.shape[1], frames, given.shape[3]);
        return repeated.contiguous().clone();
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

/// <summary>Ridge regression from all given frames of all points and channels to the change after the last given frame.</summary>
/// <remarks>Channels are standardised on the training samples; the penalty is the one of a grid with the smallest leave-one-out error, which has a
/// closed form (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.10). It is solved in the space of samples, so that
/// thousands of features cost nothing. With a large penalty it becomes persistence plus the mean change.</remarks>
public sealed class LinearFloor
{
    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100];

    private readonly long[] givenShape, futureShape;
    private readonly double[] centres, scales;
    private readonly Vector<double> featureMean, changeMean;
    private readonly Matrix<double> features, dual;

    private LinearFloor(long[] givenShape, long[] futureShape, double[] centres, double[] scales, Vector<double> featureMean, Vector<double> changeMean,
        Matrix<double> features, Matrix<double> dual, double penalty)
    {
        (this.givenShape, this.futureShape, this.centres, this.scales) = (givenShape, futureShape, centres, scales);
        (this.featureMean, this.changeMean, this.features, this.dual) = (featureMean, changeMean, features, dual);
        Penalty = penalty;
    }

    /// <summary>The chosen penalty, relative to the mean squared length of a centred sample.</summary>
    public double Penalty { get; }

    internal static LinearFloor Fit(Tensor given, Tensor future)
    {
        Floors.CheckGiven(given);
        if (future.dim() != 4 || future.shape[0] != given.shape[0] || future.shape[1] != given.shape[1] || future.shape[3] != given.shape[3])
            throw new ArgumentException($"future has the shape ({string.Join(", ", future.shape)}); expected (batch, x, time, channel) with the batch, x and channels of given, ({string.Join(", ", given.shape)}).", nameof(future));
        if (given.shape[0] < 2)
            throw new ArgumentException("One sample was given; a linear predictor needs two or more.", nameof(given));

        var samples = (int)given.shape[0];
        var inputs = Metrics.Numbers(given);
        var (centres, scales) = Standardisation(inputs, (int)given.shape[3]);
        var features = Features(inputs, samples, centres, scales);
        var changes = Changes(inputs, Metrics.Numbers(future), given.shape, future.shape, scales);
        Vector<double> featureMean = features.ColumnSums() / samples, changeMean = changes.ColumnSums() / samples;
        Subtract(features, featureMean);
        Subtract(changes, changeMean);

        // K = F Fᵀ = U S Uᵀ; for a penalty λ the fit is U S/(S + λ) Uᵀ Y.
        var decomposition = features.TransposeAndMultiply(features).Evd(Symmetricity.Symmetric);
        var vectors = decomposition.EigenVectors;
        var values = decomposition.EigenValues.Map(v => Math.Max(0, v.Real));
        var unit = values.Sum() / samples;
        var rotated = vectors.TransposeThisAndMultiply(changes);
        double best = double.PositiveInfinity, penalty = Penalties[^1];
        foreach (var candidate in Penalties)
        {
            var error = LeaveOneOut(vectors, values, rotated, changes, candidate * unit);
            if (error < best)
                (best, penalty) = (error, candidate);
        }
        var weights = values.Map(v => 1 / (v + Math.Max(penalty * unit, double.Epsilon)));
        var dual = vectors * Matrix<double>.Build.DiagonalOfDiagonalVector(weights) * rotated;
        return new LinearFloor(given.shape, future.shape, centres, scales, featureMean, changeMean, features, dual, penalty);
    }

    /// <summary>Predicts what follows.</summary>
    /// <param name="given">(b, x, given frames, c), x, frames and c as fitted.</param>
    /// <returns>(b, x, predicted frames, c) in the type of <paramref name="given"/>.</returns>
    public Tensor Predict(Tensor given)
    {
        Floors.CheckGiven(given);
        if (!given.shape[1..].SequenceEqual(givenShape[1..]))
            throw new ArgumentException($"given has the shape ({string.Join(", ", given.shape)}); the predictor was fitted for (batch, {string.Join(", ", givenShape[1..])}).", nameof(given));
        var samples = (int)given.shape[0];
        var inputs = Metrics.Numbers(given);
        var rows = Features(inputs, samples, centres, scales);
        Subtract(rows, featureMean);
        var changes = rows.TransposeAndMultiply(features) * dual;

        int points = (int)givenShape[1], before = (int)givenShape[2], frames = (int)futureShape[2], channels = (int)givenShape[3];
        var output = new double[samples * points * frames * channels];
        for (var s = 0; s < samples; s++)
            for (var x = 0; x < points; x++)
                for (var t = 0; t < frames; t++)
                    for (var c = 0; c < channels; c++)
                    {
                        var column = (x * frames + t) * channels + c;
                        var last = inputs[((s * points + x) * before + before - 1) * channels + c];
                        output[s * points * frames * channels + column] = last + (changes[s, column] + changeMean[column]) * scales[c];
                    }
        using var result = torch.tensor(output, new long[] { samples, points, frames, channels }, dtype: ScalarType.Float64);
        return result.to(given.dtype).to(given.device);
    }

    private static double LeaveOneOut(Matrix<double> vectors, Vector<double> values, Matrix<double> rotated, Matrix<double> changes, double penalty)
    {
        var samples = changes.RowCount;
        var shrink = values.Map(v => v + penalty > 0 ? v / (v + penalty) : 0);
        var fitted = vectors * Matrix<double>.Build.DiagonalOfDiagonalVector(shrink) * rotated;
        var error = 0.0;
        for (var s = 0; s < samples; s++)
        {
            var leverage = 1.0 / samples;
            for (var k = 0; k < samples; k++)
                leverage += vectors[s, k] * vectors[s, k] * shrink[k];
            var miss = (changes.Row(s) - fitted.Row(s)).L2Norm() / Math.Max(1 - leverage, 1e-9);
            error += miss * miss;
        }
        return error;
    }

    private static (double[] Centres, double[] Scales) Standardisation(double[] inputs, int channels)
    {
        double[] centres = new double[channels], scales = new double[channels];
        var count = inputs.Length / channels;
        for (var i = 0; i < inputs.Length; i++)
            centres[i % channels] += inputs[i] / count;
        for (var i = 0; i < inputs.Length; i++)
            scales[i % channels] += (inputs[i] - centres[i % channels]) * (inputs[i] - centres[i % channels]) / count;
        for (var c = 0; c < channels; c++)
            scales[c] = scales[c] > 0 ? Math.Sqrt(scales[c]) : 1;
        return (centres, scales);
    }

    private static Matrix<double> Features(double[] inputs, int samples, double[] centres, double[] scales)
    {
        var width = inputs.Length / samples;
        var channels = centres.Length;
        return Matrix<double>.Build.Dense(samples, width, (s, i) => (inputs[s * width + i] - centres[i % channels]) / scales[i % channels]);
    }

    private static Matrix<double> Changes(double[] inputs, double[] future, long[] givenShape, long[] futureShape, double[] scales)
    {
        int samples = (int)givenShape[0], points = (int)givenShape[1], before = (int)givenShape[2], frames = (int)futureShape[2], channels = (int)givenShape[3];
        return Matrix<double>.Build.Dense(samples, points * frames * channels, (s, i) =>
        {
            var (x, c) = (i / (frames * channels), i % channels);
            return (future[s * points * frames * channels + i] - inputs[((s * points + x) * before + before - 1) * channels + c]) / scales[c];
        });
    }

    private static void Subtract(Matrix<double> rows, Vector<double> mean)
    {
        for (var s = 0; s < rows.RowCount; s++)
            rows.SetRow(s, rows.Row(s) - mean);
    }
}
