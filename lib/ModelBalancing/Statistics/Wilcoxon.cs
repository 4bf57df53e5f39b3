// Wilcoxon's signed-rank test of paired samples.
namespace ModelBalancing.Statistics;

/// <summary>What becomes of pairs without a difference.</summary>
public enum ZeroMethod
{
    /// <summary>They are left out before ranking (Wilcoxon).</summary>
    Wilcox,

    /// <summary>They are ranked and then left out (Pratt).</summary>
    Pratt,

    /// <summary>They are ranked, and their ranks shared by both signs.</summary>
    Split,
}

/// <summary>How the p-value of a rank test is found.</summary>
public enum RankMethod
{
    /// <summary>Exact where that is valid and small enough, else by the normal distribution.</summary>
    Auto,

    /// <summary>By the distribution without ties and zeros; where there are some, this is not a valid p-value.</summary>
    Exact,

    /// <summary>By the normal distribution, corrected for ties.</summary>
    Asymptotic,

    /// <summary>By all signs of the ranks at hand: exact given the ties and zeros. A result's method only.</summary>
    SignPermutation,
}

/// <summary>Names of methods.</summary>
public static class RankMethods
{
    /// <summary>A result's method in words.</summary>
    public static string Words(this RankMethod method) => method switch
    {
        RankMethod.Exact => "exact",
        RankMethod.SignPermutation => "all signs of the ranks at hand",
        _ => "normal approximation",
    };
}

/// <summary>A signed-rank test.</summary>
/// <param name="Statistic">Sum of the ranks of positive differences; two-sided: the smaller of the two sums.</param>
/// <param name="P">The p-value; NaN by the normal distribution when no difference is left.</param>
/// <param name="Method">The method used.</param>
/// <param name="Z">The normal statistic of <see cref="RankMethod.Asymptotic"/>, two-sided never positive; else NaN.</param>
public sealed record WilcoxonResult(double Statistic, double P, RankMethod Method, double Z);

/// <summary>Makes signed-rank tests.</summary>
public static class Wilcoxon
{
    /// <summary>Most pairs of an exact test that is chosen by itself.</summary>
    public const int MostExact = 50;

    /// <summary>Most pairs of a sign permutation that is chosen by itself.</summary>
    public const int MostPermuted = 13;

    private const int MostPairs = 500;

    /// <summary>Tests first against second.</summary>
    /// <param name="first">At least one value.</param>
    /// <param name="second">As many, in the same order.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <param name="zeros">What becomes of zeros; default left out.</param>
    /// <param name="method">Default <see cref="RankMethod.Auto"/>: exact without ties and zeros up to 50 pairs; with some, all signs up to 13 pairs; else asymptotic (SciPy's rule).</param>
    /// <param name="correction">Whether the asymptotic statistic is moved by 1/2 towards its mean.</param>
    /// <exception cref="ArgumentException">Unequal lengths, no values, one that is not finite, or too many for an exact test (500).</exception>
    public static WilcoxonResult Test(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided,
        ZeroMethod zeros = ZeroMethod.Wilcox, RankMethod method = RankMethod.Auto, bool correction = false)
    {
        double[] differences = Samples.Differences(first, second);
        int pairs = differences.Length, zeroCount = differences.Count(d => d == 0);
        double[] ranked = zeros == ZeroMethod.Wilcox ? [.. differences.Where(d => d != 0)] : differences;
        var ranks = Ranks.Of([.. ranked.Select(Math.Abs)]);
        double plus = 0, minus = 0, shared = 0;
        for (int i = 0; i < ranked.Length; i++)
        {
            if (ranked[i] > 0) plus += ranks.Values[i];
            else if (ranked[i] < 0) minus += ranks.Values[i];
            else if (zeros == ZeroMethod.Split) shared += ranks.Values[i] / 2;
        }

        bool plain = zeroCount == 0 && !ranks.HasTies;
        var used = method != RankMethod.Auto ? method
            : plain ? (pairs <= MostExact ? RankMethod.Exact : RankMethod.Asymptotic)
            : pairs <= MostPermuted ? RankMethod.SignPermutation : RankMethod.Asymptotic;
        double statistic = alternative == Alternative.TwoSided ? Math.Min(plus, minus) + shared : plus + shared;
        if (used == RankMethod.Asymptotic)
        {
            double z = Standardised(plus + shared, ranked.Length, zeros == ZeroMethod.Pratt ? zeroCount : 0, TieTerm(ranks, zeros, zeroCount), alternative, correction);
            return new(statistic, NormalDistribution.Probability(z, alternative), used, alternative == Alternative.TwoSided ? -Math.Abs(z) : z);
        }
        if (ranked.Length > MostPairs)
            throw new ArgumentException($"method: the exact test takes at most {MostPairs} pairs, got {ranked.Length}; use the asymptotic one.", nameof(method));
        // Without ties the ranks are 1 to n, whatever the differences; a sign permutation takes the ranks at hand. Doubled, half ranks are whole numbers.
        int[] doubled = used == RankMethod.Exact ? [.. Enumerable.Range(1, ranked.Length).Select(rank => 2 * rank)]
            : [.. ranked.Select((d, i) => d == 0 ? 0 : (int)(2 * ranks.Values[i])).Where(rank => rank > 0)];
        double[] distribution = SumDistribution(doubled);
        // Sums that no arrangement without ties can have are rounded to the side that makes the p-value larger.
        double observed = used == RankMethod.Exact ? plus + shared : plus;
        int low = used == RankMethod.Exact ? 2 * (int)Math.Ceiling(observed) : (int)(2 * observed);
        int high = used == RankMethod.Exact ? 2 * (int)Math.Floor(observed) : low;
        double lower = distribution.Take(low + 1).Sum(), upper = distribution.Skip(high).Sum();
        return new(statistic, alternative.Probability(Math.Min(1, lower), Math.Min(1, upper)), used, double.NaN);
    }

    /// <summary>z of the sum of positive ranks, its moments corrected for ties and for Pratt's zeros (Cureton, JASA 62, 1967).</summary>
    private static double Standardised(double plus, int count, int leftOut, double tieTerm, Alternative alternative, bool correction)
    {
        double n = count, z = leftOut;
        double mean = (n * (n + 1) - z * (z + 1)) / 4;
        double variance = (n * (n + 1) * (2 * n + 1) - z * (z + 1) * (2 * z + 1) - tieTerm / 2) / 24;
        double deviation = Math.Sqrt(variance);
        double standardised = (plus - mean) / deviation;
        double towards = !correction || double.IsNaN(standardised) ? 0 : alternative switch { Alternative.Greater => 1, Alternative.Less => -1, _ => Math.Sign(standardised) };
        return standardised - towards * 0.5 / deviation;
    }

    private static double TieTerm(Ranks ranks, ZeroMethod zeros, int zeroCount) =>
        ranks.TieTerm - (zeros == ZeroMethod.Pratt ? (double)zeroCount * zeroCount * zeroCount - zeroCount : 0);

    /// <summary>Probability of every sum when each rank is in it or not by the toss of a coin.</summary>
    private static double[] SumDistribution(int[] ranks)
    {
        var probabilities = new double[ranks.Sum() + 1];
        probabilities[0] = 1;
        int reach = 0;
        foreach (int rank in ranks)
        {
            reach += rank;
            for (int sum = reach; sum >= 0; sum--)
                probabilities[sum] = 0.5 * (probabilities[sum] + (sum >= rank ? probabilities[sum - rank] : 0));
        }
        return probabilities;
    }
}
