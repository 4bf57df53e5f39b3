// The t tests: Student's, Welch's, paired and of one sample, each with the interval that belongs to it.
namespace ModelBalancing.Statistics;

/// <summary>A t test.</summary>
/// <param name="Difference">The estimated difference of means, first − second; for one sample its mean.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="DegreesOfFreedom">Degrees of freedom; a fraction for Welch's.</param>
/// <param name="Alternative">The side.</param>
public sealed record TTestResult(double Difference, double StandardError, double DegreesOfFreedom, Alternative Alternative)
{
    /// <summary>The difference of the hypothesis; default 0.</summary>
    public double Expected { get; init; }

    /// <summary>t = (difference − expected) / standard error: infinite when there is no spread, NaN when there is nothing to tell apart either.</summary>
    public double Statistic => (Difference - Expected) / StandardError;

    /// <summary>The p-value; NaN where <see cref="Statistic"/> is.</summary>
    public double P => StudentT.Probability(Statistic, DegreesOfFreedom, Alternative);

    /// <summary>Interval of the difference; one side is infinite for a one-sided alternative.</summary>
    /// <param name="confidence">Share of designs whose interval holds the true difference; default 0.95.</param>
    /// <exception cref="ArgumentException">The confidence does not lie between 0 and 1.</exception>
    /// <remarks>Without spread the closed ends are the difference itself, and an open end is NaN (SciPy says the same).</remarks>
    public (double Low, double High) Interval(double confidence = 0.95)
    {
        Samples.CheckConfidence(confidence);
        if (double.IsNaN(StandardError))
            return (double.NaN, double.NaN);
        double quantile = StudentT.UpperQuantile(Alternative == Alternative.TwoSided ? (1 - confidence) / 2 : Math.Min(0.5, 1 - confidence), DegreesOfFreedom);
        if (Alternative != Alternative.TwoSided && confidence < 0.5)
            quantile = -StudentT.UpperQuantile(confidence, DegreesOfFreedom);
        return (Difference + (Alternative == Alternative.Less ? double.NegativeInfinity : -quantile) * StandardError,
            Difference + (Alternative == Alternative.Greater ? double.PositiveInfinity : quantile) * StandardError);
    }
}

/// <summary>Makes t tests.</summary>
public static class TTest
{
    /// <summary>Student's test of two independent samples with a common variance.</summary>
    /// <param name="first">At least one value; both together at least three.</param>
    /// <param name="second">At least one value.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Too few values, or one that is not finite.</exception>
    public static TTestResult Student(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided)
    {
        Samples.Check(first, nameof(first));
        Samples.Check(second, nameof(second));
        Moments a = Moments.Of(first), b = Moments.Of(second);
        double freedom = a.Count + b.Count - 2;
        return new(a.Mean - b.Mean, Math.Sqrt((a.SquareSum + b.SquareSum) / freedom * (1.0 / a.Count + 1.0 / b.Count)), freedom, alternative);
    }

    /// <summary>Welch's test of two independent samples whose variances may differ (Biometrika 34, 1947).</summary>
    /// <inheritdoc cref="Student"/>
    public static TTestResult Welch(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided)
    {
        Samples.Check(first, nameof(first));
        Samples.Check(second, nameof(second));
        Moments a = Moments.Of(first), b = Moments.Of(second);
        double freedom = WelchFreedom(a, b);
        return new(a.Mean - b.Mean, Math.Sqrt(a.Variance / a.Count + b.Variance / b.Count), double.IsNaN(freedom) ? 1 : freedom, alternative);
    }

    /// <summary>Welch's and Satterthwaite's degrees of freedom; NaN without any spread.</summary>
    internal static double WelchFreedom(Moments a, Moments b)
    {
        double u = a.Variance / a.Count, v = b.Variance / b.Count;
        // In shares of the sum, so that variances of 1e-200 do not vanish when squared.
        double share = u / (u + v), rest = v / (u + v);
        return 1 / (share * share / (a.Count - 1) + rest * rest / (b.Count - 1));
    }

    /// <summary>The test of paired samples: one sample of the differences first − second.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">As many, in the same order.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Unequal lengths, too few values, or one that is not finite.</exception>
    public static TTestResult Paired(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided) =>
        OfDifferences(Samples.Differences(first, second, 2), 0, alternative);

    /// <summary>The test of one sample's mean.</summary>
    /// <param name="values">At least two values.</param>
    /// <param name="expected">The mean of the hypothesis.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Too few values, or one that is not finite.</exception>
    public static TTestResult OneSample(IReadOnlyList<double> values, double expected = 0, Alternative alternative = Alternative.TwoSided)
    {
        Samples.Check(values, nameof(values), 2);
        return OfDifferences(values, expected, alternative);
    }

    private static TTestResult OfDifferences(IReadOnlyList<double> values, double expected, Alternative alternative)
    {
        var moments = Moments.Of(values);
        return new(moments.Mean, moments.StandardError, moments.Count - 1, alternative) { Expected = expected };
    }
}
