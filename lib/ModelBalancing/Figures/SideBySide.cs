// Published numbers and our own in one table and one picture; a test of equality only where the two measure the same thing.
using System.Globalization;
using ModelBalancing.Experiments;
using ModelBalancing.Statistics;

namespace ModelBalancing.Figures;

/// <summary>A result of the workbook's own, with everything that decides whether it may be compared.</summary>
/// <param name="Label">The setting, such as "FNO, n = 50, TempBalance".</param>
/// <param name="Values">The metric, one value a seed.</param>
public sealed record OwnResult(string Label, IReadOnlyList<double> Values)
{
    /// <summary>The data set, in the words of <see cref="PublishedValue.Data"/> if it is the same.</summary>
    public required string Data { get; init; }

    /// <summary>The model, in the words of <see cref="PublishedValue.Model"/> if it is the same.</summary>
    public required string Model { get; init; }

    /// <summary>The model's size, in the words of <see cref="PublishedValue.ModelSize"/> if it is the same.</summary>
    public required string ModelSize { get; init; }

    /// <summary>The metric in its variant, in the words of <see cref="PublishedValue.Metric"/> if it is the same.</summary>
    public required string Metric { get; init; }

    /// <summary>Training rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Training rows in per cent of all; null where they are not a share of the published set.</summary>
    public double? Ratio { get; init; }

    /// <summary>Variant that made the numbers.</summary>
    public required string Fidelity { get; init; }

    /// <summary>The command that makes them again.</summary>
    public required string Command { get; init; }
}

/// <summary>A published number beside one of ours.</summary>
/// <param name="Published">What was published.</param>
/// <param name="Ours">What we have.</param>
/// <param name="Differences">In what the two differ beside the number itself: data, ratio, model size, metric variant.</param>
/// <param name="Test">The test of equivalence (Welch); null where it is refused.</param>
/// <param name="Refusal">Why there is no test; empty where there is one.</param>
public sealed record SideBySideRow(PublishedValue Published, OwnResult Ours, IReadOnlyList<string> Differences, EquivalenceResult? Test, string Refusal);

/// <summary>Published numbers and our own, row by row.</summary>
public sealed class SideBySide
{
    private SideBySide(string title, double margin, IReadOnlyList<SideBySideRow> rows) => (Title, Margin, Rows) = (title, margin, rows);

    /// <summary>What is compared.</summary>
    public string Title { get; }

    /// <summary>Share of the published mean within which the two count as equal.</summary>
    public double Margin { get; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<SideBySideRow> Rows { get; }

    /// <summary>Puts published numbers and our own beside each other.</summary>
    /// <param name="title">What is compared.</param>
    /// <param name="published">The published numbers.</param>
    /// <param name="ours">Our own, the i-th beside the i-th published one.</param>
    /// <param name="margin">Share of the published mean within which the two count as equal; default 5 %. To be chosen before the runs.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the margin is not positive.</exception>
    /// <remarks>
    /// A test is made only if data, ratio, model, its size and the metric's variant agree, and both sides have a deviation of at least two seeds.
    /// The printed deviations divide by n; they are converted (<see cref="PublishedValue.SampleDeviation"/>).
    /// </remarks>
    public static SideBySide Of(string title, IReadOnlyList<PublishedValue> published, IReadOnlyList<OwnResult> ours, double margin = 0.05)
    {
        Same.Length(ours, nameof(ours), published, nameof(published));
        if (!(margin > 0) || !double.IsFinite(margin))
            throw new ArgumentException($"margin is {margin.ToString(CultureInfo.InvariantCulture)}, but must be a positive share of the published mean, such as 0.05.", nameof(margin));
        return new(title, margin, [.. published.Zip(ours, (theirs, mine) => Row(theirs, mine, margin))]);
    }

    private static SideBySideRow Row(PublishedValue published, OwnResult ours, double margin)
    {
        var differences = Differing(published, ours).ToList();
        string refusal = differences.Count > 0 ? string.Join("; ", differences)
            : double.IsNaN(published.SampleDeviation) ? "no deviation over seeds is published"
            : ours.Values.Count(double.IsFinite) < ours.Values.Count ? "a run of ours has no value"
            : ours.Values.Count < 2 ? "ours is a single seed" : "";
        return new(published, ours, differences, refusal.Length > 0 ? null : Equivalent(published, ours, margin * Math.Abs(published.Mean)), refusal);
    }

    private static IEnumerable<string> Differing(PublishedValue published, OwnResult ours)
    {
        foreach (var (what, theirs, mine) in new[]
        {
            ("data", published.Data, ours.Data), ("model", published.Model, ours.Model), ("model size", published.ModelSize, ours.ModelSize), ("metric", published.Metric, ours.Metric),
        })
            if (theirs != mine)
                yield return $"{what}: {theirs ?? "not published"} / {mine}";
        if (published.Ratio != ours.Ratio)
            yield return $"training rows: {Share(published.Ratio, published.Rows)} / {Share(ours.Ratio, ours.Rows)}";
    }

    private static string Share(double? ratio, int? rows) => (ratio, rows) switch
    {
        ({ } share, { } count) => $"{share.ToString(CultureInfo.InvariantCulture)} % ({Quantities.Count(count)} rows)",
        ({ } share, null) => $"{share.ToString(CultureInfo.InvariantCulture)} %",
        (null, { } count) => $"{Quantities.Count(count)} rows",
        _ => "not published",
    };

    /// <summary>Welch's test of equivalence from our values and the published mean, deviation and number of seeds.</summary>
    private static EquivalenceResult Equivalent(PublishedValue published, OwnResult ours, double margin)
    {
        Moments mine = Moments.Of(ours.Values), theirs = new(published.Seeds!.Value, published.Mean, published.SampleDeviation * published.SampleDeviation * (published.Seeds.Value - 1));
        var test = new TTestResult(mine.Mean - theirs.Mean, Math.Sqrt(mine.Variance / mine.Count + theirs.Variance / theirs.Count), TTest.WelchFreedom(mine, theirs), Alternative.TwoSided);
        return new(margin, test with { Expected = -margin, Alternative = Alternative.Greater }, test with { Expected = margin, Alternative = Alternative.Less });
    }

    /// <summary>The table: both numbers, their difference, the test or why there is none. What holds for every row stands below it.</summary>
    public Table ToTable()
    {
        var common = Rows.Count == 0 ? [] : Rows[0].Differences.Where(difference => Rows.All(row => row.Differences.Contains(difference))).ToList();
        string Verdict(SideBySideRow row) => row.Test is { } test
            ? double.IsNaN(test.P) ? "no spread, no test" : $"{(test.P <= 0.05 ? "equal" : "not shown equal")} within ±{Quantities.Number(test.Margin, 3)} (p = {Quantities.Number(test.P, 2)})"
            : row.Differences.Count == 0 ? $"refused: {row.Refusal}"
            : row.Differences.Except(common).ToList() is { Count: > 0 } own ? $"refused: {string.Join("; ", own)}" : "refused";
        var moments = Rows.Select(row => Moments.Of(row.Ours.Values)).ToList();
        bool isOnePlace = Rows.Select(row => row.Published.Place).Distinct().Count() == 1, isOneVariant = Rows.Select(row => row.Ours.Fidelity).Distinct().Count() == 1;
        return new($"{Title}: published{(isOnePlace ? $" ({Rows[0].Published.Place})" : "")} and ours{(isOneVariant ? $" ({Rows[0].Ours.Fidelity})" : "")}",
            new Column.Text("published", Rows.Select(row => isOnePlace ? row.Published.Method : $"{row.Published.Place}: {row.Published.Method}")),
            new Column.Text("ours", Rows.Select(row => isOneVariant ? row.Ours.Label : $"{row.Ours.Label} ({row.Ours.Fidelity})")),
            new Column.MeanDeviation("published value", Rows.Select(row => row.Published.Mean), Rows.Select(row => row.Published.Deviation ?? double.NaN)),
            new Column.MeanDeviation("our value", moments.Select(sample => sample.Mean), moments.Select(sample => sample.Deviation)),
            new Column.Text("seeds", Rows.Select(row => $"{row.Published.Seeds?.ToString(CultureInfo.InvariantCulture) ?? "–"} / {row.Ours.Values.Count}")),
            new Column.Number("ours − published", Rows.Zip(moments, (row, sample) => sample.Mean - row.Published.Mean)),
            new Column.Text("difference", Rows.Zip(moments, (row, sample) => Quantities.Percent((sample.Mean - row.Published.Mean) / row.Published.Mean))),
            new Column.Text($"equivalence within {Quantities.Percent(Margin, 0)}", Rows.Select(Verdict)))
        {
            Note = string.Join(" ", new[]
            {
                common.Count > 0 ? $"No row is tested for equality, because the two differ (published / ours) in {string.Join("; ", common)}." : "",
                "Published deviations are as printed, with divisor n; ours have n − 1.",
                string.Join(" ", Rows.Select(row => row.Published.Inconsistency).OfType<string>().Distinct()),
                $"Ours again: {string.Join("; ", Rows.Select(row => row.Ours.Command).Distinct())}.",
            }.Where(sentence => sentence.Length > 0)),
        };
    }

    /// <summary>The picture: published mean ± deviation, our mean and every seed, a row each.</summary>
    public Figure ToFigure()
    {
        double[] places = [.. Enumerable.Range(0, Rows.Count).Select(row => (double)row)];
        double[] printed = [.. Rows.Select(row => row.Published.Mean)], means = [.. Rows.Select(row => Sample.Of(row.Ours.Values).Mean)];
        double[] deviations = [.. Rows.Select(row => double.IsNaN(row.Published.SampleDeviation) ? 0 : row.Published.SampleDeviation)];
        var seeds = Rows.SelectMany((row, at) => row.Ours.Values.Select(value => (Value: value, Place: at + 0.25))).ToList();
        var metrics = Rows.SelectMany(row => new[] { row.Published.Metric, row.Ours.Metric }).Distinct().ToList();
        return new($"{Title}: published and ours", new Panel(new(metrics.Count == 1 ? metrics[0].Split(" (")[0] : "each side's own metric"), new() { Categories = [.. Rows.Select(row => row.Ours.Label)], Reversed = true },
            new Trace.Points("published, mean ± standard deviation", printed, [.. places.Select(place => place - 0.15)]) { Color = Palette.Reference, Symbol = Symbol.Square, HorizontalError = Bounds.Around(printed, deviations) },
            new Trace.Points("ours, single seeds", [.. seeds.Select(seed => seed.Value)], [.. seeds.Select(seed => seed.Place)]) { Color = Palette.Baseline, Symbol = Symbol.Ring, Size = 6 },
            new Trace.Points("ours, mean", means, [.. places.Select(place => place + 0.1)]) { Color = Palette.TempBalance, Symbol = Symbol.Diamond, Size = 8 }))
        {
            PanelHeight = Math.Max(90, 44 * Rows.Count + 14),
            Note = Rows.Any(row => row.Test is null) ? "Where data, ratio, model size or metric differ, the two are not compared by a test." : "",
        };
    }
}
