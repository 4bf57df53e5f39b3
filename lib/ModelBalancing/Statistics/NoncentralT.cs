// The noncentral t distribution, which the power of a t test is made of; MathNet has none.
using MathNet.Numerics;
using MathNet.Numerics.Integration;

namespace ModelBalancing.Statistics;

/// <summary>The distribution of (Z + shift) / √(χ²/freedom).</summary>
public static class NoncentralT
{
    /// <summary>P(T ≤ t).</summary>
    /// <param name="t">The statistic.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    /// <param name="shift">The noncentrality, positive or negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 degree of freedom.</exception>
    /// <remarks>Given the estimated deviation s, the statistic is normal: the integral of Φ(t s − shift) over the density of s, all terms positive.</remarks>
    public static double Lower(double t, double freedom, double shift) => Integral(t, freedom, shift, 1);

    /// <summary>P(T ≥ t).</summary>
    /// <inheritdoc cref="Lower"/>
    public static double Upper(double t, double freedom, double shift) => Integral(t, freedom, shift, -1);

    private static double Integral(double t, double freedom, double shift, int side)
    {
        if (!(freedom >= 1))
            throw new ArgumentOutOfRangeException(nameof(freedom), freedom, "freedom: must be at least 1.");
        double root = Math.Sqrt(freedom);
        // In units of χ, whose density has a width below 1 around √freedom; beyond 14 from there it is below 1e-40.
        double start = Math.Max(0, root - 14), end = root + 14;
        List<double> breaks = [.. Enumerable.Range(0, 57).Select(k => start + (end - start) * k / 56)];
        if (t != 0)
        {
            // Where Φ rises from 0 to 1 it may do so within a hair.
            double centre = shift * root / t, width = root / Math.Abs(t);
            breaks.AddRange(Enumerable.Range(-10, 21).Select(k => centre + k * width).Where(x => x > start && x < end));
        }
        breaks.Sort();
        double logScale = (1 - freedom / 2) * Constants.Ln2 - SpecialFunctions.GammaLn(freedom / 2);
        double Density(double x) => Math.Exp(logScale + (freedom == 1 ? 0 : (freedom - 1) * Math.Log(x)) - x * x / 2);
        double sum = 0;
        for (int part = 1; part < breaks.Count; part++)
            if (breaks[part] > breaks[part - 1])
                sum += GaussLegendreRule.Integrate(x => Density(x) * NormalDistribution.Lower(side * (t * x / root - shift)), breaks[part - 1], breaks[part], 12);
        return Math.Min(1, sum);
    }
}
