// Distribution functions with full relative precision in both tails: p-values of 1e-200 and of 0.3 are right to the same number of digits.
using MathNet.Numerics;
using Gaussian = MathNet.Numerics.Distributions.Normal;

namespace ModelBalancing.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    /// <summary>P(Z ≤ z).</summary>
    public static double Lower(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    /// <summary>P(Z ≥ z).</summary>
    public static double Upper(double z) => Lower(-z);

    /// <summary>The z with P(Z ≤ z) = p; ±∞ at 0 and 1.</summary>
    public static double Quantile(double p) => p is >= 0 and <= 1 ? Gaussian.InvCDF(0, 1, p) : double.NaN;

    /// <summary>The p-value of a z.</summary>
    internal static double Probability(double z, Alternative alternative) =>
        double.IsNaN(z) ? double.NaN : alternative.Probability(Lower(z), Upper(z));
}

/// <summary>Student's t distribution; degrees of freedom may be any positive number.</summary>
public static class StudentT
{
    /// <summary>P(T ≥ t).</summary>
    /// <param name="t">The statistic; may be infinite.</param>
    /// <param name="freedom">Degrees of freedom, positive.</param>
    public static double Upper(double t, double freedom)
    {
        if (double.IsNaN(t) || !(freedom > 0))
            return double.NaN;
        if (t < 0)
            return 1 - Upper(-t, freedom);
        double square = t / freedom * t;
        double beyond = 1 / (1 + square);
        return 0.5 * IncompleteBeta.Regularized(freedom / 2, 0.5, beyond, double.IsInfinity(square) ? 1 : square * beyond);
    }

    /// <summary>P(T ≤ t).</summary>
    public static double Lower(double t, double freedom) => Upper(-t, freedom);

    /// <summary>The t with P(T ≤ t) = p; ±∞ at 0 and 1.</summary>
    public static double Quantile(double p, double freedom)
    {
        if (!(p is >= 0 and <= 1) || !(freedom > 0))
            return double.NaN;
        return p < 0.5 ? -UpperQuantile(p, freedom) : UpperQuantile(1 - p, freedom);
    }

    /// <summary>The t ≥ 0 that is exceeded with probability q ≤ 1/2.</summary>
    internal static double UpperQuantile(double q, double freedom) => q switch
    {
        0.5 => 0,
        0 => double.PositiveInfinity,
        _ => RootSearch.Upwards(t => Upper(t, freedom) / q - 1),
    };

    /// <summary>The p-value of a t.</summary>
    internal static double Probability(double t, double freedom, Alternative alternative) =>
        alternative.Probability(Lower(t, freedom), Upper(t, freedom));
}

/// <summary>The chi-squared distribution.</summary>
public static class ChiSquared
{
    /// <summary>P(X ≤ x).</summary>
    public static double Lower(double x, double freedom) => x <= 0 ? 0 : double.IsNaN(x) ? double.NaN : double.IsInfinity(x) ? 1 : SpecialFunctions.GammaLowerRegularized(freedom / 2, x / 2);

    /// <summary>P(X ≥ x).</summary>
    public static double Upper(double x, double freedom) => x <= 0 ? 1 : double.IsNaN(x) ? double.NaN : double.IsInfinity(x) ? 0 : SpecialFunctions.GammaUpperRegularized(freedom / 2, x / 2);

    /// <summary>The x with P(X ≤ x) = p.</summary>
    public static double Quantile(double p, double freedom) => p switch
    {
        0 => 0,
        1 => double.PositiveInfinity,
        > 0 and <= 0.5 => RootSearch.Upwards(x => 1 - Lower(x, freedom) / p),
        > 0.5 and < 1 => RootSearch.Upwards(x => Upper(x, freedom) / (1 - p) - 1),
        _ => double.NaN,
    };
}

/// <summary>Fisher's F distribution.</summary>
public static class FisherF
{
    /// <summary>P(F ≥ x).</summary>
    /// <param name="x">The ratio; may be infinite.</param>
    /// <param name="numerator">Degrees of freedom of the numerator.</param>
    /// <param name="denominator">Degrees of freedom of the denominator.</param>
    public static double Upper(double x, double numerator, double denominator)
    {
        if (double.IsNaN(x))
            return double.NaN;
        double ratio = numerator * x / denominator;
        double beyond = 1 / (1 + ratio);
        return x <= 0 ? 1 : IncompleteBeta.Regularized(denominator / 2, numerator / 2, beyond, double.IsInfinity(ratio) ? 1 : ratio * beyond);
    }

    /// <summary>P(F ≤ x).</summary>
    public static double Lower(double x, double numerator, double denominator) => double.IsNaN(x) ? double.NaN : x <= 0 ? 0 : Upper(1 / x, denominator, numerator);

    /// <summary>The x with P(F ≤ x) = p.</summary>
    public static double Quantile(double p, double numerator, double denominator) => p switch
    {
        0 => 0,
        1 => double.PositiveInfinity,
        > 0 and <= 0.5 => RootSearch.Upwards(x => 1 - Lower(x, numerator, denominator) / p),
        > 0.5 and < 1 => RootSearch.Upwards(x => Upper(x, numerator, denominator) / (1 - p) - 1),
        _ => double.NaN,
    };
}
