// How large a difference is, apart from how sure it is.
namespace ModelBalancing.Statistics;

/// <summary>Standardised differences and the share of wins.</summary>
public static class EffectSize
{
    /// <summary>Cohen's d: difference of means over the pooled standard deviation.</summary>
    /// <exception cref="ArgumentException">No values, or one that is not finite.</exception>
    /// <remarks>Infinite without spread, NaN without a difference either.</remarks>
    public static double CohenD(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        Samples.Check(first, nameof(first));
        Samples.Check(second, nameof(second));
        Moments a = Moments.Of(first), b = Moments.Of(second);
        return (a.Mean - b.Mean) / Math.Sqrt((a.SquareSum + b.SquareSum) / (a.Count + b.Count - 2));
    }

    /// <summary>Hedges' g: d freed of its upward bias in small samples by the usual approximation 1 − 3/(4 df − 1) (Journal of Educational Statistics 6, 1981).</summary>
    /// <inheritdoc cref="CohenD"/>
    public static double HedgesG(IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        CohenD(first, second) * (1 - 3 / (4.0 * (first.Count + second.Count - 2) - 1));

    /// <summary>Hedges' g with the exact factor Γ(df/2) / (√(df/2) Γ((df − 1)/2)).</summary>
    /// <inheritdoc cref="CohenD"/>
    public static double HedgesGExact(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double half = (first.Count + second.Count - 2) / 2.0;
        return CohenD(first, second) * Math.Exp(IncompleteBeta.LogGammaRatio(half - 0.5, 0.5)) / Math.Sqrt(half);
    }

    /// <summary>Sampling variance of <see cref="HedgesG"/>: 1/m + 1/n + g²/(2 (m + n − 3.94)), as statsmodels pools it.</summary>
    /// <inheritdoc cref="CohenD"/>
    public static double HedgesGVariance(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double g = HedgesG(first, second), all = first.Count + second.Count;
        return 1.0 / first.Count + 1.0 / second.Count + g * g / (2 * (all - 3.94));
    }

    /// <summary>Cliff's delta: share of pairs (one value of each) in which the first is larger, minus the share in which it is smaller; −1 to 1.</summary>
    /// <exception cref="ArgumentException">No values, or one that is not finite.</exception>
    public static double CliffsDelta(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        Samples.Check(first, nameof(first));
        Samples.Check(second, nameof(second));
        double[] sorted = [.. second.Order()];
        double wins = 0;
        foreach (double value in first)
        {
            int at = Array.BinarySearch(sorted, value), from = at < 0 ? ~at : at, to = from;
            while (from > 0 && sorted[from - 1] == value) from--;
            while (to < sorted.Length && sorted[to] == value) to++;
            wins += from - (sorted.Length - to);
        }
        return wins / ((double)first.Count * second.Count);
    }

    /// <summary>Mean of the differences over their standard deviation, for pairs (d of the differences).</summary>
    /// <exception cref="ArgumentException">Unequal lengths, fewer than two pairs, or a value that is not finite.</exception>
    public static double OfDifferences(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var moments = Moments.Of(Samples.Differences(first, second, 2));
        return moments.Mean / moments.Deviation;
    }
}
