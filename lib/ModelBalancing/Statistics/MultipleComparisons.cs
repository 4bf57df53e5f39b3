// Several tests at once: p-values corrected so that one false alarm among them all stays as rare as promised.
using MathNet.Numerics;

namespace ModelBalancing.Statistics;

/// <summary>A correction for several tests.</summary>
public enum Correction
{
    /// <summary>Holm's step-down (Scandinavian Journal of Statistics 6, 1979); holds whatever the tests' dependence.</summary>
    Holm,

    /// <summary>Holm's with Šidák's factors; slightly sharper, for independent tests.</summary>
    HolmSidak,

    /// <summary>Every value times the number of tests.</summary>
    Bonferroni,

    /// <summary>Hochberg's step-up by Simes' inequality (Biometrika 75, 1988); for independent or positively dependent tests.</summary>
    Hochberg,

    /// <summary>Benjamini and Hochberg's false discovery rate (JRSS B 57, 1995).</summary>
    BenjaminiHochberg,

    /// <summary>Benjamini and Yekutieli's false discovery rate under any dependence (Annals of Statistics 29, 2001).</summary>
    BenjaminiYekutieli,
}

/// <summary>Corrections for several tests.</summary>
public static class MultipleComparisons
{
    /// <summary>Holm's correction: the k-th smallest of m values is multiplied by m − k + 1.</summary>
    /// <inheritdoc cref="Adjusted"/>
    public static double[] Holm(IReadOnlyList<double> probabilities) => Adjusted(probabilities, Correction.Holm);

    /// <summary>Holm's correction where some tests have no p-value: they stay NaN and do not count.</summary>
    /// <param name="probabilities">p-values in [0, 1], or NaN.</param>
    public static double[] HolmOfTested(IReadOnlyList<double> probabilities)
    {
        int[] tested = [.. Enumerable.Range(0, probabilities.Count).Where(i => !double.IsNaN(probabilities[i]))];
        double[] corrected = Holm([.. tested.Select(i => probabilities[i])]), all = [.. probabilities];
        for (int i = 0; i < tested.Length; i++)
            all[tested[i]] = corrected[i];
        return all;
    }

    /// <summary>Corrects p-values.</summary>
    /// <param name="probabilities">p-values in [0, 1], in any order.</param>
    /// <param name="correction">The correction.</param>
    /// <returns>Corrected values in the same order, at most 1; none is below that of a smaller p-value.</returns>
    /// <exception cref="ArgumentException">A value is not in [0, 1], NaN included: leave a test without a p-value out and say so.</exception>
    public static double[] Adjusted(IReadOnlyList<double> probabilities, Correction correction)
    {
        var order = Order(probabilities);
        int count = order.Length;
        var corrected = new double[count];
        if (StepsDown(correction))
        {
            double largest = 0;
            for (int k = 0; k < count; k++)
                corrected[order[k]] = largest = Math.Max(largest, Math.Min(1, Single(probabilities[order[k]], k + 1, count, correction)));
        }
        else
        {
            double smallest = 1;
            for (int k = count - 1; k >= 0; k--)
                corrected[order[k]] = smallest = Math.Min(smallest, Single(probabilities[order[k]], k + 1, count, correction));
        }
        return corrected;
    }

    /// <summary>Which hypotheses are rejected, by the corrections' own limits, so that a value on the limit counts as below it.</summary>
    /// <param name="probabilities">p-values in [0, 1], in any order.</param>
    /// <param name="correction">The correction.</param>
    /// <param name="level">The level α.</param>
    /// <returns>One answer a value, in the same order.</returns>
    /// <exception cref="ArgumentException">A value is not in [0, 1].</exception>
    public static bool[] Rejected(IReadOnlyList<double> probabilities, Correction correction, double level = 0.05)
    {
        var order = Order(probabilities);
        int count = order.Length;
        var rejected = new bool[count];
        bool Within(int k) => probabilities[order[k]] <= Limit(k + 1, count, level, correction);
        int taken = 0;
        if (StepsDown(correction))
            while (taken < count && Within(taken)) taken++;
        else
            for (taken = count; taken > 0 && !Within(taken - 1);) taken--;
        for (int k = 0; k < taken; k++)
            rejected[order[k]] = true;
        return rejected;
    }

    private static bool StepsDown(Correction correction) => correction is Correction.Holm or Correction.HolmSidak or Correction.Bonferroni;

    /// <summary>The k-th smallest value, corrected by itself.</summary>
    private static double Single(double p, int k, int count, Correction correction) => correction switch
    {
        Correction.Holm or Correction.Hochberg => p * (count - k + 1),
        Correction.HolmSidak => -Elementary.ExponentialMinusOne((count - k + 1) * Elementary.LogOnePlus(-p)),
        Correction.Bonferroni => p * count,
        Correction.BenjaminiHochberg => p * count / k,
        _ => p * count / k * SpecialFunctions.Harmonic(count),
    };

    /// <summary>The limit of the k-th smallest value.</summary>
    private static double Limit(int k, int count, double level, Correction correction) => correction switch
    {
        Correction.Holm or Correction.Hochberg => level / (count - k + 1),
        Correction.HolmSidak => 1 - Math.Pow(1 - level, 1.0 / (count - k + 1)),
        Correction.Bonferroni => level / count,
        Correction.BenjaminiHochberg => (double)k / count * level,
        _ => (double)k / count / SpecialFunctions.Harmonic(count) * level,
    };

    private static int[] Order(IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Any(p => !(p is >= 0 and <= 1)))
            throw new ArgumentException($"probabilities: every value must lie in [0, 1], got {string.Join(", ", probabilities)}.", nameof(probabilities));
        return [.. Enumerable.Range(0, probabilities.Count).OrderBy(index => probabilities[index])];
    }
}
