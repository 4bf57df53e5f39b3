// How two columns go together: Pearson's r, Spearman's rho, Kendall's tau, and the straight line.
namespace ModelBalancing.Statistics;

/// <summary>A correlation.</summary>
/// <param name="Value">From −1 to 1; NaN when a column does not vary.</param>
/// <param name="P">Two-sided p-value of no correlation.</param>
public sealed record CorrelationResult(double Value, double P);

/// <summary>A straight line y = intercept + slope x by least squares.</summary>
/// <param name="Slope">Slope.</param>
/// <param name="Intercept">Intercept.</param>
/// <param name="R">Correlation.</param>
/// <param name="P">Two-sided p-value of a slope of 0.</param>
/// <param name="SlopeError">Standard error of the slope.</param>
/// <param name="InterceptError">Standard error of the intercept.</param>
public sealed record LineResult(double Slope, double Intercept, double R, double P, double SlopeError, double InterceptError);

/// <summary>Correlations of pairs.</summary>
public static class Correlation
{
    private const int MostExactKendall = 33;

    /// <summary>Pearson's r.</summary>
    /// <param name="x">At least three values.</param>
    /// <param name="y">As many.</param>
    /// <exception cref="ArgumentException">Unequal lengths, too few values, or one that is not finite.</exception>
    public static CorrelationResult Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        double[] a = Unit(x), b = Unit(y);
        double r = 0;
        for (int i = 0; i < a.Length; i++)
            r += a[i] * b[i];
        r = double.IsNaN(r) ? r : Math.Clamp(r, -1, 1);
        double rest = 1 - r * r;
        return new(r, double.IsNaN(r) ? r : IncompleteBeta.Regularized(x.Count / 2.0 - 1, 0.5, rest, r * r));
    }

    /// <summary>Interval of Pearson's r by Fisher's z.</summary>
    /// <param name="r">The correlation.</param>
    /// <param name="count">Number of pairs n.</param>
    /// <param name="confidence">Default 0.95.</param>
    /// <returns>−1 to 1 for three pairs, NaN where r is.</returns>
    public static (double Low, double High) PearsonInterval(double r, int count, double confidence = 0.95)
    {
        Samples.CheckConfidence(confidence);
        if (double.IsNaN(r))
            return (double.NaN, double.NaN);
        if (count <= 3)
            return (-1, 1);
        double z = Math.Atanh(r), half = -NormalDistribution.Quantile((1 - confidence) / 2) / Math.Sqrt(count - 3);
        return (Math.Tanh(z - half), Math.Tanh(z + half));
    }

    /// <summary>Spearman's rho: Pearson's r of the midranks, its p-value by Student's t.</summary>
    /// <inheritdoc cref="Pearson"/>
    public static CorrelationResult Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        double[] a = Ranks.Of(x).Values, b = Ranks.Of(y).Values;
        double mean = (a.Length + 1) / 2.0, xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < a.Length; i++)
        {
            xx += (a[i] - mean) * (a[i] - mean);
            yy += (b[i] - mean) * (b[i] - mean);
            xy += (a[i] - mean) * (b[i] - mean);
        }
        double share = 1.0 / (a.Length - 1);
        double rho = xy * share / Math.Sqrt(xx * share) / Math.Sqrt(yy * share);
        if (double.IsNaN(rho))
            return new(rho, rho);
        rho = Math.Clamp(rho, -1, 1);
        double t = rho * Math.Sqrt((a.Length - 2) / ((1 + rho) * (1 - rho)));
        return new(rho, StudentT.Probability(t, a.Length - 2, Alternative.TwoSided));
    }

    /// <summary>Kendall's tau-b; its p-value by counting all orders without ties up to 33 pairs, else by the normal distribution.</summary>
    /// <param name="x">At least two values.</param>
    /// <param name="y">As many.</param>
    /// <exception cref="ArgumentException">Unequal lengths, too few values, or one that is not finite.</exception>
    public static CorrelationResult Kendall(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Samples.Differences(x, y, 2);
        int n = x.Count;
        long balance = 0, discordant = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
            {
                int sign = Math.Sign(x[i].CompareTo(x[j])) * Math.Sign(y[i].CompareTo(y[j]));
                balance += sign;
                if (sign < 0) discordant++;
            }
        double pairs = n * (n - 1.0) / 2;
        var (xTies, xTriples, xFives) = TieSums(Ranks.Of(x));
        var (yTies, yTriples, yFives) = TieSums(Ranks.Of(y));
        if (xTies == pairs || yTies == pairs)
            return new(double.NaN, double.NaN);
        double tau = Math.Clamp(balance / Math.Sqrt(pairs - xTies) / Math.Sqrt(pairs - yTies), -1, 1);
        double fewer = Math.Min(discordant, pairs - discordant);
        if (xTies == 0 && yTies == 0 && (n <= MostExactKendall || fewer <= 1))
            return new(tau, InversionsAtMost(n, (int)fewer));
        double m = n * (n - 1.0);
        double variance = (m * (2 * n + 5) - xFives - yFives) / 18 + 2 * xTies * yTies / m + xTriples * yTriples / (9 * m * (n - 2));
        return new(tau, NormalDistribution.Probability(balance / Math.Sqrt(variance), Alternative.TwoSided));
    }

    /// <summary>The straight line of y on x.</summary>
    /// <param name="x">At least three values, not all equal.</param>
    /// <param name="y">As many.</param>
    /// <exception cref="ArgumentException">Unequal lengths, too few values, one that is not finite, or all x are equal.</exception>
    public static LineResult Line(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        Check(x, y);
        Moments a = Moments.Of(x), b = Moments.Of(y);
        if (a.SquareSum == 0)
            throw new ArgumentException("x: all values are equal, so there is no line.", nameof(x));
        int n = x.Count;
        double product = 0;
        for (int i = 0; i < n; i++)
            product += (x[i] - a.Mean) * (y[i] - b.Mean);
        double xx = a.SquareSum / n, yy = b.SquareSum / n, xy = product / n;
        double slope = xy / xx, intercept = b.Mean - slope * a.Mean;
        double r = yy == 0 ? 0 : Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1);
        // The smallest of numbers keeps a perfect line's t finite, as SciPy does.
        const double tiny = 1e-20;
        double t = r * Math.Sqrt((n - 2) / ((1 - r + tiny) * (1 + r + tiny)));
        double slopeError = Math.Sqrt((1 - r * r) * yy / xx / (n - 2));
        return new(slope, intercept, r, StudentT.Probability(t, n - 2, Alternative.TwoSided), slopeError, slopeError * Math.Sqrt(xx + a.Mean * a.Mean));
    }

    /// <summary>Deviations from the mean, of length 1.</summary>
    private static double[] Unit(IReadOnlyList<double> values)
    {
        double mean = Moments.Of(values).Mean;
        double[] deviations = [.. values.Select(value => value - mean)];
        double largest = deviations.Max(Math.Abs);
        double length = largest * Math.Sqrt(deviations.Sum(d => d / largest * (d / largest)));
        return [.. deviations.Select(d => d / length)];
    }

    /// <summary>Σ t(t − 1)/2, Σ t(t − 1)(t − 2) and Σ t(t − 1)(2t + 5) over the groups of ties.</summary>
    private static (double Pairs, double Triples, double Fives) TieSums(Ranks ranks) => (
        ranks.TieSizes.Sum(t => t * (t - 1.0) / 2),
        ranks.TieSizes.Sum(t => t * (t - 1.0) * (t - 2)),
        ranks.TieSizes.Sum(t => t * (t - 1.0) * (2 * t + 5)));

    /// <summary>Two-sided probability that a random order has as few inversions.</summary>
    private static double InversionsAtMost(int n, int most)
    {
        if (4L * most == (long)n * (n - 1))
            return 1;
        var probabilities = new double[most + 1];
        probabilities[0] = 1;
        for (int size = 2; size <= n; size++)
        {
            var next = new double[most + 1];
            double window = 0;
            for (int inversions = 0; inversions <= most; inversions++)
            {
                window += probabilities[inversions] - (inversions >= size ? probabilities[inversions - size] : 0);
                next[inversions] = Math.Max(0, window) / size;
            }
            probabilities = next;
        }
        return Math.Min(1, 2 * probabilities.Sum());
    }

    private static void Check(IReadOnlyList<double> x, IReadOnlyList<double> y) => Samples.Differences(x, y, 3);
}
