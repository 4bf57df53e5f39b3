// Several tests at once: p-values corrected so that one false alarm among them all stays as rare as promised.
namespace ModelBalancing.Statistics;

/// <summary>Corrections for several tests.</summary>
public static class MultipleComparisons
{
    /// <summary>Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979): the k-th smallest of m values is multiplied by m − k + 1.</summary>
    /// <param name="probabilities">p-values in [0, 1], in any order.</param>
    /// <returns>Corrected values in the same order, at most 1; none is below that of a smaller p-value.</returns>
    /// <exception cref="ArgumentException">A value is not in [0, 1], NaN included: leave a test without a p-value out and say so.</exception>
    public static double[] Holm(IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Any(p => !(p is >= 0 and <= 1)))
            throw new ArgumentException($"probabilities: every value must lie in [0, 1], got {string.Join(", ", probabilities)}.", nameof(probabilities));
        var corrected = new double[probabilities.Count];
        double largest = 0;
        int remaining = probabilities.Count;
        foreach (int index in Enumerable.Range(0, probabilities.Count).OrderBy(index => probabilities[index]))
            corrected[index] = largest = Math.Max(largest, Math.Min(1, remaining-- * probabilities[index]));
        return corrected;
    }
}
