// Two methods on the seeds they share.
using System.Text.Json.Nodes;
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

    /// <summary>95 % bootstrap interval of the mean difference over test examples, the seeds as they are; null where results hold no errors of single examples.</summary>
    public (double Low, double High)? OverExamples { get; init; }

    public static ReportedComparison Of(ReportedSetting method, ReportedSetting against, ResultMeasure measure)
    {
        var runs = method.Reported.Join(against.Reported, run => run.Seed, run => run.Seed, (mine, theirs) => (Mine: mine, Theirs: theirs)).ToList();
        var pairs = runs.Select(pair => (Mine: Value(pair.Mine), Theirs: Value(pair.Theirs))).ToList();
        int failures = pairs.Count(pair => !double.IsFinite(pair.Mine) || !double.IsFinite(pair.Theirs));
        return new(method.Rows, method.Method, against.Method, failures, [.. pairs.Select(pair => pair.Mine - pair.Theirs)],
            failures > 0 || pairs.Count == 0 ? null : PairedSummary.Of([.. pairs.Select(pair => pair.Theirs)], [.. pairs.Select(pair => pair.Mine)]))
        {
            OverExamples = failures > 0 ? null : Resampled([.. runs.Select(pair => (Examples(pair.Mine), Examples(pair.Theirs)))]),
        };

        double[] Examples(ReportedRun run) => ResultMeasure.Examples(run.Result, measure.Member) ?? [];
        double Value(ReportedRun run) => run.State == ReportedState.Finished ? run.Number(measure.Member) : double.NaN;
    }

    private static (double Low, double High)? Resampled(IReadOnlyList<(double[] Mine, double[] Theirs)> pairs)
    {
        int examples = pairs.Count == 0 ? 0 : pairs[0].Mine.Length;
        if (examples < 2 || pairs.Any(pair => pair.Mine.Length != examples || pair.Theirs.Length != examples))
            return null;
        double[] differences = [.. Enumerable.Range(0, examples).Select(example => pairs.Average(pair => pair.Mine[example] - pair.Theirs[example]))];
        if (!differences.All(double.IsFinite))
            return null;
        var interval = BootstrapDistribution.Of(differences, values => values.Average(), seed: 1, resamples: 1999).Interval(BootstrapMethod.Percentile);
        return (interval.Low, interval.High);
    }

    /// <summary>Every method against the baseline, sizes together in one correction.</summary>
    public static IReadOnlyList<ReportedComparison> WithBaseline(ReportedFamily family) => Holm([.. family.Settings.Where(setting => !setting.IsBaseline)
        .Select(setting => family.Find(ReportedFamily.Baseline, setting.Rows) is { } baseline ? Of(setting, baseline, family.Measure) : null).OfType<ReportedComparison>()]);

    /// <summary>Balancing against each control: what the order by the metric adds.</summary>
    public static IReadOnlyList<ReportedComparison> WithControls(ReportedFamily family) => Holm([.. family.Settings.Where(setting => setting.IsControl)
        .Select(control => family.Find(ReportedFamily.Balanced, control.Rows) is { } balanced ? Of(balanced, control, family.Measure) : null).OfType<ReportedComparison>()]);

    private static IReadOnlyList<ReportedComparison> Holm(IReadOnlyList<ReportedComparison> comparisons)
    {
        double[] corrected = MultipleComparisons.HolmOfTested([.. comparisons.Select(one => one.Summary?.TProbability ?? double.NaN)]);
        return [.. comparisons.Select((one, i) => one with { Corrected = corrected[i] })];
    }
}
