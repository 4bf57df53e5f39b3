// The Mann-Whitney test of two independent samples.
namespace ModelBalancing.Statistics;

/// <summary>A Mann-Whitney test.</summary>
/// <param name="U">Pairs (one value of each sample) in which the first is larger, ties counted half.</param>
/// <param name="P">The p-value; NaN by the normal distribution without continuity correction when all values are equal.</param>
/// <param name="Method">The method used: <see cref="RankMethod.Exact"/> or <see cref="RankMethod.Asymptotic"/>.</param>
public sealed record MannWhitneyResult(double U, double P, RankMethod Method);

/// <summary>Makes Mann-Whitney tests.</summary>
public static class MannWhitney
{
    /// <summary>Largest size of the smaller sample for which the exact test is chosen by itself.</summary>
    public const int MostExact = 8;

    private const long MostWork = 2_000_000_000;

    /// <summary>Tests first against second.</summary>
    /// <param name="first">At least one value.</param>
    /// <param name="second">At least one value.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <param name="method">Default <see cref="RankMethod.Auto"/>: exact without ties where a sample has at most 8 values, else asymptotic (SciPy's rule).</param>
    /// <param name="continuity">Whether the asymptotic statistic is moved by 1/2 towards its mean; default true.</param>
    /// <exception cref="ArgumentException">No values, one that is not finite, or too many for an exact test.</exception>
    public static MannWhitneyResult Test(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided,
        RankMethod method = RankMethod.Auto, bool continuity = true)
    {
        Samples.Check(first, nameof(first));
        Samples.Check(second, nameof(second));
        long m = first.Count, n = second.Count;
        var ranks = Ranks.Of([.. first, .. second]);
        double u = ranks.Values.Take(first.Count).Sum() - m * (m + 1) / 2.0;
        var used = method != RankMethod.Auto ? method : Math.Min(m, n) <= MostExact && !ranks.HasTies ? RankMethod.Exact : RankMethod.Asymptotic;
        // Both one-sided questions are about an upper tail: of U, or of the other sample's U.
        double greater, less;
        if (used == RankMethod.Exact)
        {
            if (m * n * m * n > MostWork)
                throw new ArgumentException($"method: the exact test of {m} and {n} values would take too long; use the asymptotic one.", nameof(method));
            double[] distribution = Distribution((int)m, (int)n);
            greater = distribution.Skip((int)Math.Floor(u)).Sum();
            less = distribution.Skip((int)Math.Floor(m * n - u)).Sum();
        }
        else
        {
            double all = m + n;
            double deviation = Math.Sqrt(m * n / 12.0 * (all + 1 - ranks.TieTerm / (all * (all - 1))));
            double shift = continuity ? 0.5 : 0;
            greater = NormalDistribution.Upper((u - m * n / 2.0 - shift) / deviation);
            less = NormalDistribution.Upper((m * n / 2.0 - u - shift) / deviation);
        }
        return new(u, alternative.Probability(Math.Min(1, less), Math.Min(1, greater)), used);
    }

    /// <summary>Probability of every U from 0 to m n without ties: the largest of all values belongs to the first sample with probability m/(m + n), and then beats all n.</summary>
    private static double[] Distribution(int m, int n)
    {
        double[][] row = [.. Enumerable.Range(0, n + 1).Select(_ => new[] { 1.0 })];
        for (int i = 1; i <= m; i++)
        {
            double[][] next = [[1.0], .. new double[n][]];
            for (int j = 1; j <= n; j++)
            {
                var probabilities = new double[i * j + 1];
                double mine = (double)i / (i + j), other = (double)j / (i + j);
                for (int u = 0; u < row[j].Length; u++)
                    probabilities[u + j] += mine * row[j][u];
                for (int u = 0; u < next[j - 1].Length; u++)
                    probabilities[u] += other * next[j - 1][u];
                next[j] = probabilities;
            }
            row = next;
        }
        return row[n];
    }
}
