// Do two or more samples have one variance? Looked at beside a comparison, never used to choose its test.
namespace ModelBalancing.Statistics;

/// <summary>From which centre Levene's test measures deviations.</summary>
public enum LeveneCentre
{
    /// <summary>The mean (Levene).</summary>
    Mean,

    /// <summary>The median (Brown and Forsythe).</summary>
    Median,

    /// <summary>The mean of the values that are left when a tenth at each end is cut off.</summary>
    Trimmed,
}

/// <summary>Tests of equal variances.</summary>
public static class Variances
{
    private const double Cut = 0.1;

    /// <summary>Levene's test: a one-way analysis of variance of the absolute deviations.</summary>
    /// <param name="centre">From where deviations are measured.</param>
    /// <param name="samples">At least two samples.</param>
    /// <returns>F and its p-value: infinite and 0 when deviations do not vary within samples, NaN when they do not vary at all.</returns>
    /// <exception cref="ArgumentException">Fewer than two samples, an empty one, or a value that is not finite.</exception>
    public static (double Statistic, double P) Levene(LeveneCentre centre, params IReadOnlyList<IReadOnlyList<double>> samples)
    {
        Check(samples, 1);
        var deviations = samples.Select(sample => Deviations(sample, centre)).ToList();
        double all = deviations.Sum(z => z.Length);
        double mean = deviations.Sum(z => z.Sum()) / all;
        double between = deviations.Sum(z => z.Length * Math.Pow(z.Average() - mean, 2)), within = deviations.Sum(z => Moments.Of(z).SquareSum);
        double freedom = samples.Count - 1, rest = all - samples.Count;
        double f = rest * between / (freedom * within);
        return (f, FisherF.Upper(f, freedom, rest));
    }

    /// <summary>Bartlett's test; sharper than Levene's for normal data, misleading for other.</summary>
    /// <param name="samples">At least two samples of at least two values.</param>
    /// <returns>The statistic and its p-value: infinite and 0 when one sample has no spread, NaN when none has.</returns>
    /// <exception cref="ArgumentException">Fewer than two samples, fewer than two values, or one that is not finite.</exception>
    public static (double Statistic, double P) Bartlett(params IReadOnlyList<IReadOnlyList<double>> samples)
    {
        Check(samples, 2);
        var moments = samples.Select(Moments.Of).ToList();
        double freedom = moments.Sum(m => m.Count - 1.0), pooled = moments.Sum(m => m.SquareSum) / freedom;
        double numerator = freedom * Math.Log(pooled) - moments.Sum(m => (m.Count - 1) * Math.Log(m.Variance));
        double statistic = numerator / (1 + (moments.Sum(m => 1.0 / (m.Count - 1)) - 1 / freedom) / (3.0 * (samples.Count - 1)));
        return (statistic, ChiSquared.Upper(statistic, samples.Count - 1));
    }

    private static double[] Deviations(IReadOnlyList<double> sample, LeveneCentre centre)
    {
        double from = centre == LeveneCentre.Median ? Moments.Median(sample) : Moments.Of(centre == LeveneCentre.Trimmed ? Trimmed(sample) : sample).Mean;
        return [.. sample.Select(value => Math.Abs(value - from))];
    }

    private static double[] Trimmed(IReadOnlyList<double> sample)
    {
        int cut = (int)(Cut * sample.Count);
        return [.. sample.Order().Skip(cut).Take(sample.Count - 2 * cut)];
    }

    private static void Check(IReadOnlyList<IReadOnlyList<double>> samples, int fewest)
    {
        if (samples.Count < 2)
            throw new ArgumentException($"samples: expected at least two, got {samples.Count}.", nameof(samples));
        foreach (var sample in samples)
            Samples.Check(sample, nameof(samples), fewest);
    }
}
