// Two methods on the same seeds: the difference, its interval, its tests, and what the design could have found.
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using MathNet.Numerics.RootFinding;

namespace ModelBalancing.Experiments;

/// <summary>Summary of paired differences, treatment − baseline; for an error, negative means that the treatment is better.</summary>
/// <param name="Pairs">Number of pairs.</param>
/// <param name="BaselineMean">Mean of the baseline.</param>
/// <param name="TreatmentMean">Mean of the treatment.</param>
/// <param name="MeanDifference">Mean of the differences.</param>
/// <param name="Deviation">Standard deviation of the differences (n − 1); NaN for one pair.</param>
/// <param name="Low">Lower end of the 95 % t interval of the mean difference.</param>
/// <param name="High">Upper end.</param>
/// <param name="TProbability">Two-sided p of the paired t test; NaN for one pair or equal differences.</param>
/// <param name="PermutationProbability">Two-sided p of the exact sign-flip permutation test of the mean; its smallest possible value is 2/2ⁿ.</param>
/// <param name="SmallestDetectable">Smallest true mean difference that this design finds with 80 % power at level 0.05 if the deviation is true.</param>
public sealed record PairedSummary(int Pairs, double BaselineMean, double TreatmentMean, double MeanDifference, double Deviation,
    double Low, double High, double TProbability, double PermutationProbability, double SmallestDetectable)
{
    /// <summary>Most pairs of the exact test: 2²² sign patterns.</summary>
    public const int MostPairs = 22;

    private const double Level = 0.05, Power = 0.80;

    /// <summary>Improvement of the mean in per cent of the baseline's mean; positive means a lower treatment.</summary>
    public double ImprovementPercent => 100 * (BaselineMean - TreatmentMean) / BaselineMean;

    /// <summary>Summarises pairs.</summary>
    /// <param name="baseline">One value a pair.</param>
    /// <param name="treatment">One value a pair, in the same order.</param>
    /// <exception cref="ArgumentException">No pairs, different numbers, more than <see cref="MostPairs"/>, or values that are not finite: a failed run must be reported, not averaged.</exception>
    public static PairedSummary Of(IReadOnlyList<double> baseline, IReadOnlyList<double> treatment)
    {
        int n = baseline.Count;
        if (n != treatment.Count || n < 1 || n > MostPairs)
            throw new ArgumentException($"treatment: expected as many values as the baseline, 1 to {MostPairs}; got {treatment.Count} and {n}.", nameof(treatment));
        if (baseline.Concat(treatment).Any(value => !double.IsFinite(value)))
            throw new ArgumentException("baseline, treatment: a value is not finite; report the failed run as such instead of averaging it.", nameof(baseline));

        double[] differences = [.. treatment.Zip(baseline, (t, b) => t - b)];
        double mean = differences.Average();
        double deviation = n > 1 ? Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (n - 1)) : double.NaN;
        double error = deviation / Math.Sqrt(n);
        var t = n > 1 ? new StudentT(0, 1, n - 1) : null;
        double half = t is null ? double.NaN : error * t.InverseCumulativeDistribution(1 - Level / 2);
        double probability = t is null || error == 0 ? double.NaN : 2 * t.CumulativeDistribution(-Math.Abs(mean / error));
        return new(n, baseline.Average(), treatment.Average(), mean, deviation, mean - half, mean + half, probability, SignFlips(differences), n > 1 ? Detectable(n) * deviation : double.NaN);
    }

    /// <summary>Share of sign patterns whose sum is at least as far from 0 as the observed one.</summary>
    private static double SignFlips(double[] differences)
    {
        int patterns = 1 << differences.Length;
        double observed = Math.Abs(differences.Sum());
        double slack = 1e-12 * differences.Sum(Math.Abs); // equal sums in another order of addition count as equal
        int asFar = 0;
        for (int pattern = 0; pattern < patterns; pattern++)
        {
            double sum = 0;
            for (int pair = 0; pair < differences.Length; pair++)
                sum += (pattern >> pair & 1) == 0 ? differences[pair] : -differences[pair];
            if (Math.Abs(sum) >= observed - slack)
                asFar++;
        }
        return (double)asFar / patterns;
    }

    /// <summary>Smallest detectable mean difference in units of the deviation, from the power of the two-sided t test.</summary>
    internal static double Detectable(int pairs)
    {
        int freedom = pairs - 1;
        double critical = new StudentT(0, 1, freedom).InverseCumulativeDistribution(1 - Level / 2);
        var chi = new Chi(freedom);
        double end = Math.Sqrt(freedom) + 8; // beyond it the density is below 1e-14
        // Given the estimated deviation s = χ/√freedom, the t statistic is normal around the shift divided by s.
        double PowerAt(double shift) => Enumerable.Range(0, 64).Sum(part => GaussLegendreRule.Integrate(x =>
        {
            double limit = critical * x / Math.Sqrt(freedom);
            return chi.Density(x) * (Normal.CDF(0, 1, shift - limit) + Normal.CDF(0, 1, -shift - limit));
        }, part * end / 64, (part + 1) * end / 64, 10));
        double upper = 1;
        while (PowerAt(upper) < Power)
            upper *= 2;
        return Brent.FindRoot(shift => PowerAt(shift) - Power, 0, upper, 1e-10) / Math.Sqrt(pairs);
    }
}
