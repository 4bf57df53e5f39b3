// The bootstrap: what a statistic would have been on samples drawn anew from the sample.
using MathNet.Numerics.Random;

namespace ModelBalancing.Statistics;

/// <summary>How an interval is read off the resampled values.</summary>
public enum BootstrapMethod
{
    /// <summary>Quantiles of the resampled values.</summary>
    Percentile,

    /// <summary>Those quantiles mirrored at the observed value.</summary>
    Basic,

    /// <summary>Quantiles moved for bias and skewness (Efron, JASA 82, 1987).</summary>
    BiasCorrected,
}

/// <summary>An interval by the bootstrap.</summary>
/// <param name="Low">Lower end; −∞ for the alternative less.</param>
/// <param name="High">Upper end; +∞ for the alternative greater.</param>
/// <param name="StandardError">Standard deviation of the resampled values.</param>
public sealed record BootstrapInterval(double Low, double High, double StandardError);

/// <summary>A statistic on the sample, on resamples, and with each value left out.</summary>
public sealed class BootstrapDistribution
{
    private readonly double[] sorted;
    private readonly IReadOnlyList<double[]> leftOut;

    private BootstrapDistribution(double observed, double[] values, IReadOnlyList<double[]> leftOut)
    {
        (Observed, Values, this.leftOut) = (observed, values, leftOut);
        sorted = [.. values.Order()];
    }

    /// <summary>The statistic on the sample.</summary>
    public double Observed { get; }

    /// <summary>The statistic on every resample, in order.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Bias correction: the normal quantile of the share of resampled values below the observed one, ties counted half.</summary>
    public double BiasCorrection => NormalDistribution.Quantile((sorted.Count(v => v < Observed) + sorted.Count(v => v <= Observed)) / (2.0 * sorted.Length));

    /// <summary>Acceleration: a sixth of the skewness of the values with one left out; NaN when they are all equal.</summary>
    public double Acceleration
    {
        get
        {
            double cubes = 0, squares = 0;
            foreach (double[] group in leftOut)
            {
                double mean = group.Average(), n = group.Length;
                double[] influences = [.. group.Select(value => (n - 1) * (mean - value))];
                cubes += influences.Sum(u => u * u * u) / (n * n * n);
                squares += influences.Sum(u => u * u) / (n * n);
            }
            return cubes / (6 * Math.Pow(squares, 1.5));
        }
    }

    /// <summary>One sample, resampled at random.</summary>
    /// <param name="values">At least two values.</param>
    /// <param name="statistic">The statistic of a sample.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <exception cref="ArgumentException">Too few values, or one that is not finite.</exception>
    public static BootstrapDistribution Of(IReadOnlyList<double> values, Func<double[], double> statistic, int seed, int resamples = 9999)
    {
        Samples.Check(values, nameof(values), 2);
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        return Of(values, statistic, [.. Enumerable.Range(0, resamples).Select(_ => Draw(random, values.Count))]);
    }

    /// <summary>One sample with given resamples.</summary>
    /// <param name="values">At least two values.</param>
    /// <param name="statistic">The statistic of a sample.</param>
    /// <param name="resamples">Indices of each resample, from 0.</param>
    /// <exception cref="ArgumentException">Too few values, or one that is not finite.</exception>
    public static BootstrapDistribution Of(IReadOnlyList<double> values, Func<double[], double> statistic, IReadOnlyList<int[]> resamples)
    {
        Samples.Check(values, nameof(values), 2);
        return new(statistic([.. values]), [.. resamples.Select(indices => statistic(Chosen(values, indices)))], [WithoutEach(values, statistic)]);
    }

    /// <summary>Two independent samples, each resampled at random.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    /// <param name="statistic">The statistic of both samples.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <exception cref="ArgumentException">Too few values, or one that is not finite.</exception>
    public static BootstrapDistribution Of(IReadOnlyList<double> first, IReadOnlyList<double> second, Func<double[], double[], double> statistic, int seed, int resamples = 9999)
    {
        Samples.Check(first, nameof(first), 2);
        Samples.Check(second, nameof(second), 2);
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        var draws = Enumerable.Range(0, resamples).Select(_ => (Draw(random, first.Count), Draw(random, second.Count))).ToList();
        return Of(first, second, statistic, [.. draws.Select(draw => draw.Item1)], [.. draws.Select(draw => draw.Item2)]);
    }

    /// <summary>Two independent samples with given resamples.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    /// <param name="statistic">The statistic of both samples.</param>
    /// <param name="firstResamples">Indices into the first sample, from 0.</param>
    /// <param name="secondResamples">Indices into the second, one row for each of the first's.</param>
    /// <exception cref="ArgumentException">Too few values, or one that is not finite.</exception>
    public static BootstrapDistribution Of(IReadOnlyList<double> first, IReadOnlyList<double> second, Func<double[], double[], double> statistic,
        IReadOnlyList<int[]> firstResamples, IReadOnlyList<int[]> secondResamples)
    {
        Samples.Check(first, nameof(first), 2);
        Samples.Check(second, nameof(second), 2);
        double[] a = [.. first], b = [.. second];
        return new(statistic(a, b), [.. firstResamples.Zip(secondResamples, (i, j) => statistic(Chosen(first, i), Chosen(second, j)))],
            [WithoutEach(first, rest => statistic(rest, b)), WithoutEach(second, rest => statistic(a, rest))]);
    }

    /// <summary>The two levels at which <see cref="BootstrapMethod.BiasCorrected"/> reads its quantiles.</summary>
    /// <param name="tail">Level of each tail, such as 0.025.</param>
    public (double Low, double High) AdjustedLevels(double tail)
    {
        double bias = BiasCorrection, acceleration = Acceleration;
        double Adjusted(double level)
        {
            double moved = bias + NormalDistribution.Quantile(level);
            return NormalDistribution.Lower(bias + moved / (1 - acceleration * moved));
        }
        return (Adjusted(tail), Adjusted(1 - tail));
    }

    /// <summary>An interval of the statistic.</summary>
    /// <param name="method">How it is read.</param>
    /// <param name="confidence">Default 0.95.</param>
    /// <param name="alternative">A one-sided interval is open on the other side; default two-sided.</param>
    /// <returns>NaN ends where the acceleration is NaN: there is no spread to resample.</returns>
    /// <exception cref="ArgumentException">The confidence does not lie between 0 and 1.</exception>
    public BootstrapInterval Interval(BootstrapMethod method, double confidence = 0.95, Alternative alternative = Alternative.TwoSided)
    {
        Samples.CheckConfidence(confidence);
        double tail = alternative == Alternative.TwoSided ? (1 - confidence) / 2 : 1 - confidence;
        var levels = method == BootstrapMethod.BiasCorrected ? AdjustedLevels(tail) : (Low: tail, High: 1 - tail);
        double low = Quantile(levels.Low), high = Quantile(levels.High);
        if (method == BootstrapMethod.Basic)
            (low, high) = (2 * Observed - high, 2 * Observed - low);
        return new(alternative == Alternative.Less ? double.NegativeInfinity : low, alternative == Alternative.Greater ? double.PositiveInfinity : high, Moments.Of(sorted).Deviation);
    }

    /// <summary>Quantile by linear interpolation between the sorted values.</summary>
    private double Quantile(double level)
    {
        if (double.IsNaN(level))
            return double.NaN;
        double place = level * (sorted.Length - 1);
        int below = Math.Clamp((int)Math.Floor(place), 0, sorted.Length - 1), above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static int[] Draw(Xoshiro256StarStar random, int count)
    {
        var indices = new int[count];
        for (int i = 0; i < count; i++)
            indices[i] = random.Next(count);
        return indices;
    }

    private static double[] Chosen(IReadOnlyList<double> values, int[] indices) => [.. indices.Select(index => values[index])];

    private static double[] WithoutEach(IReadOnlyList<double> values, Func<double[], double> statistic) =>
        [.. Enumerable.Range(0, values.Count).Select(left => statistic([.. values.Where((_, index) => index != left)]))];
}
