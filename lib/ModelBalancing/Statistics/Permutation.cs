// Permutation tests of a difference of means: every arrangement, or a seeded sample of them.
using MathNet.Numerics.Random;

namespace ModelBalancing.Statistics;

/// <summary>A permutation test.</summary>
/// <param name="Statistic">The observed difference of means, first − second.</param>
/// <param name="Lower">Share of arrangements whose difference is at most the observed one.</param>
/// <param name="Upper">Share of arrangements whose difference is at least the observed one.</param>
/// <param name="Arrangements">How many arrangements were looked at: all of them, or the number drawn.</param>
/// <param name="Exact">Whether all were.</param>
/// <param name="Alternative">The side.</param>
public sealed record PermutationResult(double Statistic, double Lower, double Upper, double Arrangements, bool Exact, Alternative Alternative)
{
    /// <summary>The p-value; two-sided is twice the smaller tail, at most 1.</summary>
    public double P => Alternative.Probability(Lower, Upper);
}

/// <summary>Makes permutation tests of the difference of means.</summary>
/// <remarks>
/// All arrangements are counted without listing them: the sums of two halves are sorted and matched (Horowitz and Sahni 1974), so that 40 pairs take no longer than 2²⁰ sums.
/// Sums that differ by less than the rounding of their addition count as equal.
/// </remarks>
public static class Permutation
{
    /// <summary>Most pairs, or values of both samples together, for which every arrangement is counted.</summary>
    public const int MostExact = 40;

    /// <summary>Arrangements drawn where not all can be counted.</summary>
    public const int DefaultDraws = 99_999;

    /// <summary>Paired samples: within each pair the two values may be swapped; 2ⁿ arrangements.</summary>
    /// <param name="first">At least one value.</param>
    /// <param name="second">As many, in the same order.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Unequal lengths, no values, one that is not finite, or more than <see cref="MostExact"/> pairs.</exception>
    public static PermutationResult Paired(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided)
    {
        double[] differences = Samples.Differences(first, second);
        CheckSize(differences.Length);
        double observed = differences.Sum(), slack = Slack(differences);
        double[] left = SignedSums(differences.AsSpan(..(differences.Length / 2))), right = SignedSums(differences.AsSpan((differences.Length / 2)..));
        double all = Math.Pow(2, differences.Length);
        var (lower, upper) = Matched(left, right, observed, slack);
        return new(observed / differences.Length, lower / all, upper / all, all, true, alternative);
    }

    /// <summary>Independent samples: any of the values may have come from either; C(m + n, m) arrangements.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Fewer than two values, one that is not finite, or more than <see cref="MostExact"/> together.</exception>
    public static PermutationResult Independent(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative = Alternative.TwoSided)
    {
        double[] pooled = Centred(first, second);
        CheckSize(pooled.Length);
        int chosen = first.Count, half = pooled.Length / 2;
        double observed = pooled.Take(chosen).Sum(), slack = Slack(pooled);
        double[][] left = ChosenSums(pooled.AsSpan(..half)), right = ChosenSums(pooled.AsSpan(half..));
        double lower = 0, upper = 0, all = 0;
        for (int k = Math.Max(0, chosen - (pooled.Length - half)); k <= Math.Min(half, chosen); k++)
        {
            var (low, high) = Matched(left[k], right[chosen - k], observed, slack);
            (lower, upper, all) = (lower + low, upper + high, all + (double)left[k].Length * right[chosen - k].Length);
        }
        return new(MeanDifference(first, second), lower / all, upper / all, all, true, alternative);
    }

    /// <summary>Paired samples by random swaps; the observed arrangement counts as one of them, so that p is never 0.</summary>
    /// <param name="first">At least one value.</param>
    /// <param name="second">As many, in the same order.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="draws">Arrangements drawn.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Unequal lengths, no values, one that is not finite, or no draws.</exception>
    public static PermutationResult PairedDrawn(IReadOnlyList<double> first, IReadOnlyList<double> second, int seed, int draws = DefaultDraws, Alternative alternative = Alternative.TwoSided)
    {
        double[] differences = Samples.Differences(first, second);
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        return Drawn(differences.Sum(), Slack(differences), differences.Sum() / differences.Length, draws, alternative, () =>
        {
            double sum = 0;
            foreach (double difference in differences)
                sum += random.Next(2) == 0 ? difference : -difference;
            return sum;
        });
    }

    /// <summary>Independent samples by random splits; the observed arrangement counts as one of them, so that p is never 0.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="draws">Arrangements drawn.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Fewer than two values, one that is not finite, or no draws.</exception>
    public static PermutationResult IndependentDrawn(IReadOnlyList<double> first, IReadOnlyList<double> second, int seed, int draws = DefaultDraws, Alternative alternative = Alternative.TwoSided)
    {
        double[] pooled = Centred(first, second);
        int chosen = first.Count;
        double observed = pooled.Take(chosen).Sum();
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        return Drawn(observed, Slack(pooled), MeanDifference(first, second), draws, alternative, () =>
        {
            double sum = 0;
            for (int i = 0; i < chosen; i++)
            {
                int other = random.Next(i, pooled.Length);
                (pooled[i], pooled[other]) = (pooled[other], pooled[i]);
                sum += pooled[i];
            }
            return sum;
        });
    }

    /// <summary>Every arrangement where that is possible, else drawn ones.</summary>
    /// <param name="first">The first sample.</param>
    /// <param name="second">The second.</param>
    /// <param name="paired">Whether they are pairs.</param>
    /// <param name="alternative">The side.</param>
    /// <param name="seed">Seed of the draws.</param>
    internal static PermutationResult Test(IReadOnlyList<double> first, IReadOnlyList<double> second, bool paired, Alternative alternative, int seed) =>
        (paired ? first.Count : first.Count + second.Count) <= MostExact
            ? paired ? Paired(first, second, alternative) : Independent(first, second, alternative)
            : paired ? PairedDrawn(first, second, seed, Draws(first.Count), alternative) : IndependentDrawn(first, second, seed, Draws(first.Count), alternative);

    /// <summary>Fewer draws of long samples, so that a call takes about a second.</summary>
    private static int Draws(int count) => Math.Clamp(100_000_000 / count, 4999, DefaultDraws);

    private static PermutationResult Drawn(double observed, double slack, double statistic, int draws, Alternative alternative, Func<double> draw)
    {
        if (draws < 1)
            throw new ArgumentException($"draws: expected at least 1, got {draws}.", nameof(draws));
        int lower = 1, upper = 1;
        for (int i = 0; i < draws; i++)
        {
            double sum = draw();
            if (sum <= observed + slack) lower++;
            if (sum >= observed - slack) upper++;
        }
        return new(statistic, lower / (draws + 1.0), upper / (draws + 1.0), draws, false, alternative);
    }

    private static void CheckSize(int count)
    {
        if (count > MostExact)
            throw new ArgumentException($"first: every arrangement can be counted for at most {MostExact} pairs or values, got {count}; draw arrangements instead.", "first");
    }

    private static double MeanDifference(IReadOnlyList<double> first, IReadOnlyList<double> second) => Moments.Of(first).Mean - Moments.Of(second).Mean;

    /// <summary>Both samples with their common mean taken away: the test does not change, and sums keep their digits.</summary>
    private static double[] Centred(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        Samples.Check(first, nameof(first), 2);
        Samples.Check(second, nameof(second), 2);
        double[] pooled = [.. first, .. second];
        double mean = Moments.Of(pooled).Mean;
        for (int i = 0; i < pooled.Length; i++)
            pooled[i] -= mean;
        return pooled;
    }

    /// <summary>How far the same sum may move when its terms are added in another order.</summary>
    private static double Slack(double[] terms) => 100 * MathNet.Numerics.Precision.DoublePrecision * terms.Sum(Math.Abs);

    /// <summary>How many sums of one term from each sorted list are at most, and at least, the observed one.</summary>
    private static (double Lower, double Upper) Matched(double[] left, double[] right, double observed, double slack)
    {
        double lower = 0, upper = 0;
        int within = right.Length, below = right.Length;
        foreach (double term in left)
        {
            while (within > 0 && term + right[within - 1] > observed + slack) within--;
            while (below > 0 && term + right[below - 1] >= observed - slack) below--;
            lower += within;
            upper += right.Length - below;
        }
        return (lower, upper);
    }

    private static double[] SignedSums(ReadOnlySpan<double> terms)
    {
        double[] sums = [0];
        foreach (double term in terms)
            sums = [.. sums.Select(sum => sum - term), .. sums.Select(sum => sum + term)];
        Array.Sort(sums);
        return sums;
    }

    /// <summary>Sorted sums of every choice of 0, 1, … of the terms.</summary>
    private static double[][] ChosenSums(ReadOnlySpan<double> terms)
    {
        double[][] sums = [[0]];
        foreach (double term in terms)
        {
            double[] With(int count) => [.. sums[count].Select(sum => sum + term)];
            double[][] next = new double[sums.Length + 1][];
            next[0] = sums[0];
            for (int count = 1; count < sums.Length; count++)
                next[count] = [.. sums[count], .. With(count - 1)];
            next[sums.Length] = With(sums.Length - 1);
            sums = next;
        }
        foreach (double[] group in sums)
            Array.Sort(group);
        return sums;
    }
}
