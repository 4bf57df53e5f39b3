// Several estimates of one effect pooled into one: fixed and random effects, and p-values combined.
namespace ModelBalancing.Statistics;

/// <summary>A pooled effect and its standard error.</summary>
/// <param name="Effect">The estimate.</param>
/// <param name="StandardError">Its standard error.</param>
public sealed record PooledEffect(double Effect, double StandardError)
{
    /// <summary>Interval by the normal distribution.</summary>
    /// <param name="confidence">Default 0.95.</param>
    public (double Low, double High) Interval(double confidence = 0.95)
    {
        Samples.CheckConfidence(confidence);
        double half = -NormalDistribution.Quantile((1 - confidence) / 2) * StandardError;
        return (Effect - half, Effect + half);
    }
}

/// <summary>Estimates pooled under fixed and random effects.</summary>
/// <param name="BetweenVariance">Variance of the true effects τ².</param>
/// <param name="Q">Cochran's Q: weighted squares around the fixed effect, chi-squared with k − 1 degrees of freedom if all true effects are one.</param>
/// <param name="Count">Number of estimates k.</param>
/// <param name="Fixed">One true effect.</param>
/// <param name="Random">Mean of the true effects.</param>
public sealed record PooledEffects(double BetweenVariance, double Q, int Count, PooledEffect Fixed, PooledEffect Random)
{
    /// <summary>Share of the variation that is not sampling: (Q − (k − 1)) / Q; negative when there is less than sampling alone would give.</summary>
    public double ISquared => (Q - (Count - 1)) / Q;

}

/// <summary>Pools estimates.</summary>
public static class Pooling
{
    private const int MostSteps = 200;

    /// <summary>DerSimonian and Laird (Controlled Clinical Trials 7, 1986): τ² from Q in one step.</summary>
    /// <param name="effects">At least two estimates.</param>
    /// <param name="variances">Their sampling variances, positive.</param>
    /// <param name="negative">Leaves a τ² below 0 as it comes out, as statsmodels does; default false: it becomes 0.</param>
    /// <exception cref="ArgumentException">Fewer than two estimates, unequal lengths, or a variance that is not positive.</exception>
    public static PooledEffects DerSimonianLaird(IReadOnlyList<double> effects, IReadOnlyList<double> variances, bool negative = false)
    {
        Check(effects, variances);
        double[] weights = [.. variances.Select(v => 1 / v)];
        double sum = weights.Sum(), q = Weighted(effects, variances, 0).Q;
        double between = (q - (effects.Count - 1)) / (sum - weights.Sum(w => w * w) / sum);
        return Pooled(effects, variances, negative ? between : Math.Max(0, between));
    }

    /// <summary>Paule and Mandel (Journal of Research of the NBS 87, 1982): the τ² at which Q is what it should be, k − 1; 0 if it is smaller without.</summary>
    /// <param name="effects">At least two estimates.</param>
    /// <param name="variances">Their sampling variances, positive.</param>
    /// <param name="tolerance">How far Q may stay above k − 1; default 1e-12 (statsmodels stops at 1e-5).</param>
    /// <exception cref="ArgumentException">Fewer than two estimates, unequal lengths, or a variance that is not positive.</exception>
    public static PooledEffects PauleMandel(IReadOnlyList<double> effects, IReadOnlyList<double> variances, double tolerance = 1e-12)
    {
        Check(effects, variances);
        double between = 0;
        // Q falls and is convex in τ², so Newton's steps from 0 rise to the root and never pass it.
        for (int step = 0; step < MostSteps; step++)
        {
            var (mean, q) = Weighted(effects, variances, between);
            double excess = q - (effects.Count - 1);
            if (excess <= tolerance)
                break;
            between += excess / effects.Select((effect, i) => (effect - mean) * (effect - mean) / Math.Pow(variances[i] + between, 2)).Sum();
        }
        return Pooled(effects, variances, between);
    }

    private static PooledEffects Pooled(IReadOnlyList<double> effects, IReadOnlyList<double> variances, double between)
    {
        PooledEffect At(double added) => new(Weighted(effects, variances, added).Mean, Math.Sqrt(1 / variances.Sum(v => 1 / (v + added))));
        return new(between, Weighted(effects, variances, 0).Q, effects.Count, At(0), At(between));
    }

    private static (double Mean, double Q) Weighted(IReadOnlyList<double> effects, IReadOnlyList<double> variances, double added)
    {
        double weights = 0, sum = 0, q = 0;
        for (int i = 0; i < effects.Count; i++)
        {
            weights += 1 / (variances[i] + added);
            sum += effects[i] / (variances[i] + added);
        }
        double mean = sum / weights;
        for (int i = 0; i < effects.Count; i++)
            q += (effects[i] - mean) * (effects[i] - mean) / (variances[i] + added);
        return (mean, q);
    }

    private static void Check(IReadOnlyList<double> effects, IReadOnlyList<double> variances)
    {
        Samples.Check(effects, nameof(effects), 2);
        Samples.Check(variances, nameof(variances), 2);
        if (effects.Count != variances.Count)
            throw new ArgumentException($"variances: expected one for each of the {effects.Count} effects, got {variances.Count}.", nameof(variances));
        if (variances.Any(v => v <= 0))
            throw new ArgumentException("variances: every one must be positive; an effect without spread has no weight to pool it by.", nameof(variances));
    }
}

/// <summary>Several p-values of one hypothesis combined into one.</summary>
public static class CombinedProbability
{
    /// <summary>Fisher's method: −2 Σ ln p is chi-squared with 2k degrees of freedom.</summary>
    /// <param name="probabilities">At least one p-value of an independent test, in [0, 1].</param>
    /// <exception cref="ArgumentException">None, or one outside [0, 1].</exception>
    public static (double Statistic, double P) Fisher(IReadOnlyList<double> probabilities)
    {
        Check(probabilities);
        double statistic = -2 * probabilities.Sum(Math.Log);
        return (statistic, ChiSquared.Upper(statistic, 2 * probabilities.Count));
    }

    /// <summary>Stouffer's method: the mean of the normal quantiles, times √k.</summary>
    /// <param name="probabilities">At least one one-sided p-value of an independent test, in [0, 1].</param>
    /// <exception cref="ArgumentException">None, or one outside [0, 1].</exception>
    public static (double Statistic, double P) Stouffer(IReadOnlyList<double> probabilities)
    {
        Check(probabilities);
        double statistic = probabilities.Sum(p => -NormalDistribution.Quantile(p)) / Math.Sqrt(probabilities.Count);
        return (statistic, NormalDistribution.Upper(statistic));
    }

    private static void Check(IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Count == 0 || probabilities.Any(p => !(p is >= 0 and <= 1)))
            throw new ArgumentException($"probabilities: expected at least one value, all in [0, 1], got [{string.Join(", ", probabilities)}].", nameof(probabilities));
    }
}
