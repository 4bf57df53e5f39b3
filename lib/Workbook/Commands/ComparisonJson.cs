// A comparison as the JSON that stats prints: its member names are a promise to scripts.

using ModelBalancing.Statistics;

namespace Workbook.Commands;

/// <summary>Gives comparisons the members of <c>stats --json</c>.</summary>
internal static class ComparisonJson
{
    internal static object Of(Comparison comparison) => new
    {
        hypothesis = comparison.Hypothesis,
        quantity = comparison.Options.Quantity,
        a = Sample(comparison.Options.First, comparison.First),
        b = Sample(comparison.Options.Second, comparison.Second),
        paired = comparison.Options.Paired,
        alternative = comparison.Options.Alternative.Name(),
        confidence = comparison.Options.Confidence,
        difference = comparison.Difference,
        interval = new[] { comparison.Interval.Low, comparison.Interval.High },
        t = new { test = comparison.Options.Paired ? "paired" : "Welch", statistic = comparison.Test.Statistic, df = comparison.Test.DegreesOfFreedom, p = comparison.Test.P, standardError = comparison.Test.StandardError },
        correctedP = comparison.CorrectedP,
        significant = comparison.IsSignificant,
        permutation = new { p = comparison.Permutation.P, exact = comparison.Permutation.Exact, arrangements = comparison.Permutation.Arrangements },
        wilcoxon = comparison.Wilcoxon is { } wilcoxon ? new { statistic = wilcoxon.Statistic, p = wilcoxon.P, method = wilcoxon.Method.Words() } : null,
        mannWhitney = comparison.MannWhitney is { } mannWhitney ? new { u = mannWhitney.U, p = mannWhitney.P, method = mannWhitney.Method.Words() } : null,
        hedgesG = comparison.HedgesG,
        cohenD = comparison.CohenD,
        cliffsDelta = comparison.CliffsDelta,
        power = new { level = comparison.Level, power = 0.8, deviation = comparison.Deviation, smallestDetectable = comparison.SmallestDetectable, smallestDetectableEffect = comparison.SmallestDetectable / comparison.Deviation, needed = Math.Ceiling(comparison.Needed) },
        equivalence = comparison.Equivalence is { } tost ? new { margin = tost.Margin, p = tost.P, lower = Side(tost.Lower), upper = Side(tost.Upper) } : null,
        assumptions = comparison.Assumptions,
        uncertainty = comparison.Uncertainties.Select(source => new { source = source.Source, units = source.Units, interval = new[] { source.Low, source.High }, method = source.Method }),
        sentence = comparison.Sentence,
    };

    private static object Sample(string name, Moments moments) => new { name, n = moments.Count, mean = moments.Mean, sd = moments.Deviation };

    private static object Side(TTestResult test) => new { statistic = test.Statistic, df = test.DegreesOfFreedom, p = test.P };
}
