// Two methods on the seeds they share.
using ModelBalancing.Statistics;

namespace ModelBalancing.Experiments.Reports;

/// <summary>A method against another one at one size.</summary>
/// <param name="Rows">Training rows.</param>
/// <param name="Method">The method.</param>
/// <param name="Against">What it is compared with.</param>
/// <param name="Failures">Shared seeds at which one of the two has no value: counted, not dropped, and no mean is taken.</param>
/// <param name="Differences">Method − against, one a shared seed.</param>
/// <param name="Summary">The paired summary; null where a run failed or no seed is shared.</param>
internal sealed record ReportedComparison(double Rows, string Method, string Against, int Failures, IReadOnlyList<double> Differences, PairedSummary? Summary)
{
    /// <summary>p after Holm over the comparisons of the family; NaN without a test.</summary>
    public double Corrected { get; init; } = double.NaN;

    public static ReportedComparison Of(ReportedSetting method, ReportedSetting against, ResultMeasure measure)
    {
        var pairs = method.Reported.Join(against.Reported, run => run.Seed, run => run.Seed, (mine, theirs) => (Mine: Value(mine), Theirs: Value(theirs))).ToList();
        int failures = pairs.Count(pair => !double.IsFinite(pair.Mine) || !double.IsFinite(pair.Theirs));
        return new(method.Rows, method.Method, against.Method, failures, [.. pairs.Select(pair => pair.Mine - pair.Theirs)],
            failures > 0 || pairs.Count == 0 ? null : PairedSummary.Of([.. pairs.Select(pair => pair.Theirs)], [.. pairs.Select(pair => pair.Mine)]));

        double Value(ReportedRun run) => run.State == ReportedState.Finished ? run.Number(measure.Member) : double.NaN;
    }

    /// <summary>Every method against the baseline, sizes together in one correction.</summary>
    public static IReadOnlyList<ReportedComparison> WithBaseline(ReportedFamily family) => Holm([.. family.Settings.Where(setting => !setting.IsBaseline)
        .Select(setting => family.Find(ReportedFamily.Baseline, setting.Rows) is { } baseline ? Of(setting, baseline, family.Measure) : null).OfType<ReportedComparison>()]);

    /// <summary>Balancing against each control: what the order by the metric adds.</summary>
    public static IReadOnlyList<ReportedComparison> WithControls(ReportedFamily family) => Holm([.. family.Settings.Where(setting => setting.IsControl)
        .Select(control => family.Find(ReportedFamily.Balanced, control.Rows) is { } balanced ? Of(balanced, control, family.Measure) : null).OfType<ReportedComparison>()]);

    private static IReadOnlyList<ReportedComparison> Holm(IReadOnlyList<ReportedComparison> comparisons)
    {
        var tested = comparisons.Where(one => one.Summary is { } summary && !double.IsNaN(summary.TProbability)).ToList();
        var corrected = MultipleComparisons.Holm([.. tested.Select(one => one.Summary!.TProbability)]);
        return [.. comparisons.Select(one => tested.IndexOf(one) is >= 0 and var at ? one with { Corrected = corrected[at] } : one)];
    }
}
