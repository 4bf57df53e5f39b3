// What a sample is summed up to before any test: size, mean, variance, median.
namespace ModelBalancing.Statistics;

/// <summary>Size, mean and spread of a sample.</summary>
/// <param name="Count">Number of values n.</param>
/// <param name="Mean">Arithmetic mean; NaN for none.</param>
/// <param name="SquareSum">Σ (x − mean)², 0 for one value.</param>
public sealed record Moments(int Count, double Mean, double SquareSum)
{
    /// <summary>Sample variance with n − 1; NaN for fewer than two values.</summary>
    public double Variance => Count > 1 ? SquareSum / (Count - 1) : double.NaN;

    /// <summary>Square root of <see cref="Variance"/>.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>Standard error of the mean.</summary>
    public double StandardError => Math.Sqrt(Variance / Count);

    /// <summary>Of a sample, in two passes.</summary>
    public static Moments Of(IReadOnlyList<double> values)
    {
        double mean = Mean(values);
        double squares = 0;
        for (int i = 0; i < values.Count; i++)
            squares += (values[i] - mean) * (values[i] - mean);
        return new(values.Count, mean, squares);

        static double Mean(IReadOnlyList<double> values)
        {
            double sum = 0;
            for (int i = 0; i < values.Count; i++)
                sum += values[i];
            return values.Count == 0 ? double.NaN : sum / values.Count;
        }
    }

    /// <summary>The middle value, or the mean of the two middle ones; NaN for none.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return double.NaN;
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
