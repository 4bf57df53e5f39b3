// Ranks with ties sharing their mean rank, and how many share each.
namespace ModelBalancing.Statistics;

/// <summary>Midranks of a sample.</summary>
/// <param name="Values">Rank of every value in input order, from 1; ties share their mean.</param>
/// <param name="TieSizes">How many values share each rank, ascending by value; ones included.</param>
internal sealed record Ranks(double[] Values, int[] TieSizes)
{
    /// <summary>Whether any two values are equal.</summary>
    public bool HasTies => TieSizes.Any(size => size > 1);

    /// <summary>Σ t³ − t over the groups of ties.</summary>
    public double TieTerm => TieSizes.Sum(size => (double)size * size * size - size);

    public static Ranks Of(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[values.Count];
        List<int> sizes = [];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && values[order[end]] == values[order[start]];)
                end++;
            for (int i = start; i < end; i++)
                ranks[order[i]] = (start + 1 + end) / 2.0;
            sizes.Add(end - start);
        }
        return new(ranks, [.. sizes]);
    }
}
