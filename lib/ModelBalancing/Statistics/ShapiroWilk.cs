// The Shapiro-Wilk test of normality by Royston's approximation.
namespace ModelBalancing.Statistics;

/// <summary>Tests whether a sample may come from a normal distribution.</summary>
public static class ShapiroWilk
{
    /// <summary>Most values for which the approximation was made.</summary>
    public const int MostValues = 5000;

    // Polynomials of algorithm AS R94 (Royston, Applied Statistics 44, 1995), lowest power first.
    private static readonly double[] lastWeight = [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056];
    private static readonly double[] secondWeight = [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633];
    private static readonly double[] smallMean = [0.544, -0.39978, 0.025054, -6.714e-4];
    private static readonly double[] smallDeviation = [1.3822, -0.77857, 0.062767, -0.0020322];
    private static readonly double[] largeMean = [-1.5861, -0.31082, -0.083751, 0.0038915];
    private static readonly double[] largeDeviation = [-0.4803, -0.082676, 0.0030302];

    /// <summary>Tests a sample.</summary>
    /// <param name="values">The sample; 3 to 5000 values.</param>
    /// <returns>W and its p-value; NaN for fewer than three values; 1 and 1 when all are equal.</returns>
    /// <exception cref="ArgumentException">More than 5000 values, or one that is not finite.</exception>
    public static (double Statistic, double P) Test(IReadOnlyList<double> values)
    {
        Samples.Check(values, nameof(values));
        int n = values.Count;
        if (n > MostValues)
            throw new ArgumentException($"values: the approximation holds up to {MostValues} values, got {n}.", nameof(values));
        if (n < 3)
            return (double.NaN, double.NaN);
        double[] sorted = [.. values.Order()];
        double middle = sorted[n / 2], range = sorted[^1] - sorted[0];
        if (range <= 0)
            return (1, 1);
        double[] scaled = [.. sorted.Select(value => (value - middle) / range)];
        double lack = Lack(scaled, Weights(n));
        return (1 - lack, Probability(lack, n));
    }

    /// <summary>Weights of the upper half, largest first; the lower half has the same with a minus.</summary>
    private static double[] Weights(int n)
    {
        if (n == 3)
            return [Math.Sqrt(0.5)];
        double[] scores = [.. Enumerable.Range(1, n / 2).Select(i => -NormalDistribution.Quantile((i - 0.375) / (n + 0.25)))];
        double squares = 2 * scores.Sum(score => score * score), root = 1 / Math.Sqrt(n);
        double first = Polynomial(lastWeight, root) + scores[0] / Math.Sqrt(squares);
        double[] weights;
        if (n > 5)
        {
            double second = Polynomial(secondWeight, root) + scores[1] / Math.Sqrt(squares);
            double scale = Math.Sqrt((squares - 2 * scores[0] * scores[0] - 2 * scores[1] * scores[1]) / (1 - 2 * first * first - 2 * second * second));
            weights = [.. scores.Select(score => score / scale)];
            weights[1] = second;
        }
        else
        {
            double scale = Math.Sqrt((squares - 2 * scores[0] * scores[0]) / (1 - 2 * first * first));
            weights = [.. scores.Select(score => score / scale)];
        }
        weights[0] = first;
        return weights;
    }

    /// <summary>1 − W, as a product, so that a W close to 1 keeps its digits.</summary>
    private static double Lack(double[] sorted, double[] weights)
    {
        int n = sorted.Length;
        double Weight(int i) => i < n / 2 ? -weights[i] : i >= n - n / 2 ? weights[n - 1 - i] : 0;
        double mean = sorted.Average(), weightMean = Enumerable.Range(0, n).Average(Weight);
        double weightSquares = 0, squares = 0, product = 0;
        for (int i = 0; i < n; i++)
        {
            double w = Weight(i) - weightMean, x = sorted[i] - mean;
            weightSquares += w * w;
            squares += x * x;
            product += w * x;
        }
        double root = Math.Sqrt(weightSquares * squares);
        return (root - product) * (root + product) / (weightSquares * squares);
    }

    private static double Probability(double lack, int n)
    {
        if (n == 3)
            return 1 - lack < 0.75 ? 0 : Math.Clamp(1 - 6 / Math.PI * Math.Acos(Math.Sqrt(1 - lack)), 0, 1);
        double y = Math.Log(lack), logSize = Math.Log(n), mean, deviation;
        if (n <= 11)
        {
            double limit = -2.273 + 0.459 * n;
            if (y >= limit)
                return 1e-99;
            y = -Math.Log(limit - y);
            (mean, deviation) = (Polynomial(smallMean, n), Math.Exp(Polynomial(smallDeviation, n)));
        }
        else
            (mean, deviation) = (Polynomial(largeMean, logSize), Math.Exp(Polynomial(largeDeviation, logSize)));
        return NormalDistribution.Upper((y - mean) / deviation);
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        double sum = 0;
        for (int power = coefficients.Length - 1; power >= 0; power--)
            sum = sum * x + coefficients[power];
        return sum;
    }
}
