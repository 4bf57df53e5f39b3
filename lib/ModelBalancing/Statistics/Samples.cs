// The checks that every test makes on what it is given.
namespace ModelBalancing.Statistics;

internal static class Samples
{
    /// <summary>Refuses too few values and values that are not finite.</summary>
    public static void Check(IReadOnlyList<double> values, string name, int fewest = 1)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count < fewest)
            throw new ArgumentException($"{name}: expected at least {fewest} value{(fewest == 1 ? "" : "s")}, got {values.Count}.", name);
        for (int i = 0; i < values.Count; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"{name}: value {i + 1} is {values[i].ToString(System.Globalization.CultureInfo.InvariantCulture)}; report the failed run as such instead of averaging it.", name);
    }

    /// <summary>Refuses samples that cannot be pairs, and gives first − second.</summary>
    public static double[] Differences(IReadOnlyList<double> first, IReadOnlyList<double> second, int fewest = 1)
    {
        Check(first, nameof(first), fewest);
        Check(second, nameof(second), fewest);
        if (first.Count != second.Count)
            throw new ArgumentException($"second: pairs need equally many values, got {first.Count} and {second.Count}.", nameof(second));
        var differences = new double[first.Count];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = first[i] - second[i];
        return differences;
    }

    /// <summary>Refuses a confidence outside (0, 1).</summary>
    public static void CheckConfidence(double confidence)
    {
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentException($"confidence: must lie between 0 and 1, got {confidence.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(confidence));
    }
}
