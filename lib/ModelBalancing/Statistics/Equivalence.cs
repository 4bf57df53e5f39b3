// Two one-sided tests: is the difference surely smaller than a margin?
namespace ModelBalancing.Statistics;

/// <summary>A test of equivalence (Schuirmann 1987).</summary>
/// <param name="Margin">Differences between −margin and margin count as none.</param>
/// <param name="Lower">Test that the difference lies above −margin.</param>
/// <param name="Upper">Test that it lies below margin.</param>
public sealed record EquivalenceResult(double Margin, TTestResult Lower, TTestResult Upper)
{
    /// <summary>The larger of the two p-values; small: equivalent within the margin. NaN where either is.</summary>
    public double P => double.IsNaN(Lower.P) || double.IsNaN(Upper.P) ? double.NaN : Math.Max(Lower.P, Upper.P);
}

/// <summary>Makes tests of equivalence.</summary>
public static class Equivalence
{
    /// <summary>Independent samples; Welch's test, or Student's with a pooled variance.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    /// <param name="margin">The margin, in the data's unit; positive.</param>
    /// <param name="pooled">Whether both share one variance; default false.</param>
    /// <exception cref="ArgumentException">The margin is not positive, there are too few values, or one is not finite.</exception>
    /// <remarks>Without any spread Welch's degrees of freedom, and with them the p-values, are NaN (statsmodels says the same).</remarks>
    public static EquivalenceResult Independent(IReadOnlyList<double> first, IReadOnlyList<double> second, double margin, bool pooled = false)
    {
        var test = pooled ? TTest.Student(first, second) : TTest.Welch(first, second);
        return Of(pooled ? test : test with { DegreesOfFreedom = TTest.WelchFreedom(Moments.Of(first), Moments.Of(second)) }, margin);
    }

    /// <summary>Paired samples.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">As many, in the same order.</param>
    /// <param name="margin">The margin, in the data's unit; positive.</param>
    /// <exception cref="ArgumentException">The margin is not positive, lengths differ, there are too few values, or one is not finite.</exception>
    public static EquivalenceResult Paired(IReadOnlyList<double> first, IReadOnlyList<double> second, double margin) => Of(TTest.Paired(first, second), margin);

    private static EquivalenceResult Of(TTestResult test, double margin)
    {
        if (!(margin > 0) || !double.IsFinite(margin))
            throw new ArgumentException($"margin: must be positive, got {margin.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(margin));
        return new(margin,
            test with { Expected = -margin, Alternative = Alternative.Greater },
            test with { Expected = margin, Alternative = Alternative.Less });
    }
}
