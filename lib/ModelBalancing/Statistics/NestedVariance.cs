// How much of a spread belongs to groups and how much to what lies within them, such as training subsets and the seeds run on each.
namespace ModelBalancing.Statistics;

/// <summary>Variance components of values in groups: value = mean + group's part + its own part.</summary>
/// <param name="Mean">Mean of all values.</param>
/// <param name="Between">Variance of the groups' parts; an estimate below 0 is set to 0.</param>
/// <param name="Within">Variance of the values' own parts.</param>
/// <param name="Groups">Number of groups.</param>
/// <param name="Values">Number of values.</param>
/// <param name="F">Mean square between over mean square within.</param>
/// <param name="P">Its p-value: groups make no difference.</param>
public sealed record NestedVariance(double Mean, double Between, double Within, int Groups, int Values, double F, double P)
{
    /// <summary>Share of the variance of a single value that its group explains (the intraclass correlation); NaN without any spread.</summary>
    public double GroupShare => Between / (Between + Within);

    /// <summary>Components by the analysis of variance of one random factor; groups may differ in size.</summary>
    /// <param name="groups">At least two groups, of which one holds at least two values.</param>
    /// <exception cref="ArgumentException">Too few groups or values, an empty group, or a value that is not finite.</exception>
    /// <remarks>Searle, Casella and McCulloch, Variance Components, 1992, section 3.6: the mean square between estimates within + n₀·between.</remarks>
    public static NestedVariance Of(IReadOnlyList<IReadOnlyList<double>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        for (int i = 0; i < groups.Count; i++)
            Samples.Check(groups[i], $"groups[{i}]");
        int all = groups.Sum(group => group.Count);
        if (groups.Count < 2 || all == groups.Count)
            throw new ArgumentException($"groups: expected at least two groups, one of them with two values, got {groups.Count} groups with {all} values.", nameof(groups));
        double mean = groups.Sum(group => group.Sum()) / all;
        double between = groups.Sum(group => group.Count * Math.Pow(group.Average() - mean, 2)) / (groups.Count - 1);
        double within = groups.Sum(group => Moments.Of(group).SquareSum) / (all - groups.Count);
        double size = (all - groups.Sum(group => (double)group.Count * group.Count) / all) / (groups.Count - 1);
        double f = between / within;
        return new(mean, Math.Max(0, (between - within) / size), within, groups.Count, all, f, FisherF.Upper(f, groups.Count - 1, all - groups.Count));
    }
}
