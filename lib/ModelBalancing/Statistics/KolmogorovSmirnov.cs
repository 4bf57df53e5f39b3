// The Kolmogorov-Smirnov test of two samples: the largest gap between their distribution functions.
namespace ModelBalancing.Statistics;

/// <summary>A two-sample Kolmogorov-Smirnov test.</summary>
/// <param name="Statistic">The largest gap D.</param>
/// <param name="P">The p-value.</param>
/// <param name="Location">The value at which the gap is found.</param>
/// <param name="Sign">1 if the first sample's function lies above the second's there, else −1.</param>
public sealed record KolmogorovSmirnovResult(double Statistic, double P, double Location, int Sign);

/// <summary>Makes Kolmogorov-Smirnov tests.</summary>
public static class KolmogorovSmirnov
{
    private const int MostMatrix = 5000;

    /// <summary>Tests first against second.</summary>
    /// <param name="first">At least one value.</param>
    /// <param name="second">At least one value.</param>
    /// <param name="alternative"><see cref="Alternative.Greater"/>: the first sample's distribution function lies above, so its values are smaller (SciPy's convention).</param>
    /// <param name="exact">True counts all orders (ties are ignored); false takes the limit for large samples.</param>
    /// <exception cref="ArgumentException">No values, or one that is not finite.</exception>
    public static KolmogorovSmirnovResult Test(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided, bool exact = true)
    {
        Samples.Check(first, nameof(first));
        Samples.Check(second, nameof(second));
        double[] a = [.. first.Order()], b = [.. second.Order()];
        double above = double.NegativeInfinity, below = double.PositiveInfinity, aboveAt = 0, belowAt = 0;
        foreach (double value in a.Concat(b))
        {
            double gap = (double)Count(a, value) / a.Length - (double)Count(b, value) / b.Length;
            if (gap > above) (above, aboveAt) = (gap, value);
            if (gap < below) (below, belowAt) = (gap, value);
        }
        bool under = alternative == Alternative.Less || alternative == Alternative.TwoSided && -below > above;
        // In whole numbers from here, in units of 1/(m n).
        long size = (long)Math.Round(Math.Max(0, under ? -below : above) * a.Length * b.Length);
        double statistic = size / ((double)a.Length * b.Length);
        double p = size == 0 ? 1 : exact ? Reached(a.Length, b.Length, size, alternative == Alternative.TwoSided) : Limit(a.Length, b.Length, statistic, alternative);
        return new(statistic, Math.Clamp(p, 0, 1), under ? belowAt : aboveAt, under ? -1 : 1);
    }

    /// <summary>How many sorted values are at most as large.</summary>
    private static int Count(double[] sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] <= value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Probability that a random order of m and n values ever shows a gap of at least this size: the mass that first steps over the line.</summary>
    private static double Reached(int m, int n, long size, bool bothSides)
    {
        var inside = new double[n + 1];
        double reached = 0;
        for (int i = 0; i <= m; i++)
            for (int j = 0; j <= n; j++)
            {
                double here = i == 0 && j == 0 ? 1
                    : (i > 0 ? inside[j] * (m - i + 1) / (m - i + 1 + n - j) : 0) + (j > 0 ? inside[j - 1] * (n - j + 1) / (m - i + n - j + 1) : 0);
                long gap = (long)i * n - (long)j * m;
                if (gap >= size || bothSides && -gap >= size)
                {
                    reached += here;
                    here = 0;
                }
                inside[j] = here;
            }
        return reached;
    }

    /// <summary>Two-sided: the exact distribution of one sample of the effective size m n/(m + n); one-sided: Hodges' expansion (Arkiv för Matematik 3, 1958).</summary>
    private static double Limit(double m, double n, double statistic, Alternative alternative)
    {
        if (alternative == Alternative.TwoSided)
            return OneSampleUpper((int)Math.Round(m * n / (m + n)), statistic);
        double large = Math.Max(m, n), small = Math.Min(m, n);
        double z = Math.Sqrt(large * small / (large + small)) * statistic;
        return Math.Exp(-2 * z * z - 2 * z * (large + 2 * small) / Math.Sqrt(large * small * (large + small)) / 3);
    }

    /// <summary>P(D ≥ x) for one sample of n values: twice the one-sided probability where both sides cannot meet, else the matrix of Durbin, Marsaglia, Tsang and Wang (Journal of Statistical Software 8, 2003).</summary>
    private static double OneSampleUpper(int n, double x)
    {
        if (n <= 0)
            return double.NaN;
        if (x >= 1)
            return 0;
        if (n * x <= 0.5)
            return 1;
        if (x >= 0.5 || n * x * x > 4)
            return Math.Min(1, 2 * OneSided(n, x));
        return n <= MostMatrix ? 1 - MatrixLower(n, x) : Series(Math.Sqrt(n) * x);
    }

    /// <summary>P(D⁺ ≥ x) by Birnbaum and Tingey's sum, all terms positive.</summary>
    private static double OneSided(int n, double x)
    {
        double sum = 0, logChoose = 0;
        for (int j = 0; j <= (int)Math.Floor(n * (1 - x)); j++)
        {
            double rest = 1 - x - (double)j / n;
            if (rest > 0 || j == n)
                sum += Math.Exp(logChoose + (j - 1) * Math.Log(x + (double)j / n) + (j == n ? 0 : (n - j) * Math.Log(rest)));
            logChoose += Math.Log((double)(n - j) / (j + 1));
        }
        return x * sum;
    }

    private static double Series(double z) => 2 * Enumerable.Range(1, 100).Sum(k => (k % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * k * k * z * z));

    private static double MatrixLower(int n, double x)
    {
        int k = (int)(n * x) + 1, size = 2 * k - 1;
        double h = k - n * x;
        var matrix = new double[size, size];
        double[] inverseFactorial = new double[size + 1];
        inverseFactorial[0] = 1;
        for (int i = 1; i <= size; i++)
            inverseFactorial[i] = inverseFactorial[i - 1] / i;
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                matrix[i, j] = i - j + 1 < 0 ? 0 : inverseFactorial[i - j + 1];
        // The first column and the last row lack what lies beyond the band.
        for (int i = 0; i < size; i++)
        {
            matrix[i, 0] -= Math.Pow(h, i + 1) * inverseFactorial[i + 1];
            matrix[size - 1, i] -= Math.Pow(h, size - i) * inverseFactorial[size - i];
        }
        if (2 * h > 1)
            matrix[size - 1, 0] += Math.Pow(2 * h - 1, size) * inverseFactorial[size];
        // n!/nⁿ is multiplied in factor by factor, so that nothing overflows.
        var row = new double[size];
        row[k - 1] = 1;
        for (int step = 1; step <= n; step++)
        {
            var next = new double[size];
            for (int i = 0; i < size; i++)
                if (row[i] != 0)
                    for (int j = 0; j < size; j++)
                        next[j] += row[i] * matrix[i, j];
            for (int j = 0; j < size; j++)
                row[j] = next[j] * step / n;
        }
        return row[k - 1];
    }
}
