// The part of a report on settings that may be compared: results, tests, floors, controls, trials, curves, spectra.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MathNet.Numerics.Distributions;
using ModelBalancing.Checkpoints;
using ModelBalancing.Figures;
using ModelBalancing.Spectra;
using TorchSharp;

namespace ModelBalancing.Experiments.Reports;

internal static class ReportedFamilyPage
{
    private const int MostLayers = 4;

    public static string Of(ReportedFamily family, bool namesKind)
    {
        string title = (family.Letter.Length > 0 ? $"{family.Letter}: " : "") + string.Join(", ", new[] { namesKind || family.Title.Length == 0 ? $"Kind {family.Kind}" : "", family.Title }.Where(part => part.Length > 0));
        var html = new StringBuilder($"<h2>{RunReport.Encoded(title)}</h2>");
        if (family.Settings.Any(setting => setting.Reported.Any(run => run.State == ReportedState.Finished)))
        {
            Append(Results(family).ToHtml(), EverySeed(family).ToHtml());
            Compared(family, html);
            Append(Floors(family) is { Count: > 0 } floors ? $"<h3>Floors</h3>{floors.ToHtml()}" : "<p>The results hold no floors.</p>");
            if (family.Trials.Count > 0)
                Append(Trials(family).ToHtml());
            foreach (var setting in family.Settings.Where(setting => setting.Reported.Count < setting.Runs.Count))
                Append($"<p>{RunReport.Encoded($"{setting.Method}, n = {setting.Rows.ToString(CultureInfo.InvariantCulture)}: seed {string.Join(", ", setting.Runs.Except(setting.Reported).Select(run => run.Seed))} ran at several learning rates, so it counts as one that chose among them and is not reported.")}</p>");
            Append(Curves(family));
            Append(Spectra(family));
        }
        return html.ToString();

        void Append(params IEnumerable<string> fragments)
        {
            foreach (string fragment in fragments)
                html.Append(RunReport.Scroll(fragment));
        }
    }

    /// <summary>What the family's comparisons say, in sentences: each of a few, the findings of many.</summary>
    public static IEnumerable<string> Verdicts(ReportedFamily family)
    {
        const int few = 4;
        var comparisons = ReportedComparison.WithBaseline(family);
        var tested = comparisons.Where(one => one.Summary is not null && !double.IsNaN(one.Corrected)).ToList();
        foreach (var one in comparisons.Where(one => comparisons.Count <= few || one.Failures > 0 || one.Corrected < 0.05))
            yield return Verdict(family, one);
        if (comparisons.Count > few)
        {
            int found = tested.Count(one => one.Corrected < 0.05);
            yield return $"{At(family)}{tested.Count} comparisons with the baseline: {(found == 0 ? "none" : $"{found}")} significant after Holm; what each would have found with 80 % power lies between {Quantities.Number(tested.Min(one => one.Summary!.SmallestDetectable), 2)} and {Quantities.Number(tested.Max(one => one.Summary!.SmallestDetectable), 2)} in {family.Measure.Name}.";
        }
        if (comparisons.Count == 0 && family.Settings.Any(setting => !setting.IsBaseline))
            yield return $"{At(family)}there is no baseline of the same spec, so nothing is compared.";
        foreach (double size in family.Sizes)
        {
            var floors = family.Settings.Where(setting => setting.Rows == size).SelectMany(setting => NoBetter(family, setting)).GroupBy(floor => floor.Floor)
                .Select(floor => (Name: floor.Key, No: floor.Sum(one => one.No), Of: floor.Sum(one => one.Of))).Where(floor => floor.No > 0).ToList();
            if (floors.Count > 0)
                yield return $"{At(family, size)}{string.Join(", ", floors.Select(floor => $"{floor.No} of {floor.Of} runs are no better than {floor.Name}"))}.";
        }
    }

    private static string At(ReportedFamily family, double? size = null) => string.Join(", ", new[] { family.Letter, size is { } n ? $"n = {n.ToString(CultureInfo.InvariantCulture)}" : "" }.Where(part => part.Length > 0)) is { Length: > 0 } at ? $"{at}: " : "";

    private static string Verdict(ReportedFamily family, ReportedComparison one)
    {
        string at = At(family, one.Rows) + one.Method;
        if (one.Failures > 0)
            return $"{at} against {one.Against}: {one.Failures} of {one.Differences.Count} pairs have a run without a value, so no means are compared.";
        if (one.Summary is not { } summary)
            return $"{at} and {one.Against} share no seed.";
        string direction = summary.MeanDifference < 0 ? "lower" : "higher";
        string size = $"changes {family.Measure.Name} by {Quantities.Number(summary.MeanDifference, 3)} ({Math.Abs(summary.ImprovementPercent).ToString("0.0", CultureInfo.InvariantCulture)} % {direction}";
        if (double.IsNaN(one.Corrected))
            return $"{at} {size}, {summary.Pairs} pair{(summary.Pairs == 1 ? "" : "s")}); no test is possible{(summary.Pairs > 1 ? ", as all differences are equal" : "")}.";
        string tested = $"{at} {size}, 95 % interval {Quantities.Number(summary.Low, 3)} to {Quantities.Number(summary.High, 3)}, {summary.Pairs} pairs)";
        return one.Corrected < 0.05 ? $"{tested}: significant, p = {Quantities.Number(one.Corrected, 2)} after Holm."
            : $"{tested}: not significant, p = {Quantities.Number(one.Corrected, 2)} after Holm; this design would have found {Quantities.Number(summary.SmallestDetectable, 2)} with 80 % power.";
    }

    private static Table Results(ReportedFamily family)
    {
        var rows = family.Settings.OrderBy(setting => setting.Rows).ThenBy(setting => family.Methods.ToList().IndexOf(setting.Method)).ToList();
        string member = family.Measure.Member;
        var values = rows.Select(setting => (IReadOnlyList<double>)[.. Values(setting, member)]).ToList();
        return new Table($"{family.Measure.Name} on test rows, over seeds ({rows[0].Reported[0].Fidelity})",
            new Column.Number("n", rows.Select(row => row.Rows), "#,0"),
            new Column.Text("method", rows.Select(row => row.Method)),
            new Column.Text("learning rate", rows.Select(row => row.LearningRate.ToString(CultureInfo.InvariantCulture))),
            new Column.Text("seeds", rows.Select(row => string.Join(" ", row.Reported.Select(run => run.Seed)))),
            new Column.Number("diverged", rows.Select(row => (double)row.Count(ReportedState.Diverged)), "0"),
            Column.MeanDeviation.Of($"{family.Measure.Name}, mean ± standard deviation", values),
            new Column.Text("95 % interval of the mean", values.Select(Interval)))
        {
            Note = "A seed draws training rows, initial weights and order together, so the spread is over all three.",
        };
    }

    private static string Interval(IReadOnlyList<double> values)
    {
        if (values.Count < 2 || values.Any(value => !double.IsFinite(value)))
            return "–";
        double mean = values.Average(), error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count);
        double half = StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * error;
        return Range(mean - half, mean + half);
    }

    /// <summary>Two numbers that no table breaks apart.</summary>
    private static string Range(double low, double high) => $"{Quantities.Number(low, 3)}\u00a0to\u00a0{Quantities.Number(high, 3)}";

    /// <summary>A size as a table wants it: a whole number where it is one.</summary>
    private static object Whole(double rows) => double.IsInteger(rows) ? (object)(long)rows : rows;

    private static Figure EverySeed(ReportedFamily family)
    {
        string member = family.Measure.Member, name = family.Measure.Name;
        var floors = FloorNames(family).Select(floor => (Name: floor, Value: family.Settings.SelectMany(setting => Values(setting, $"floors.{floor}.{name}")).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())).Where(floor => double.IsFinite(floor.Value)).ToList();
        if (family.Sizes.Count > 1)
            return Plots.MetricBySize($"{name} on test rows by training rows: every seed", name, family.Sizes,
                [.. family.Methods.Select(method => new MethodResults(method, [.. family.Sizes.Select(size => (IReadOnlyList<double>)(family.Find(method, size) is { } setting ? [.. Values(setting, member)] : []))]))],
                floor: floors.Count > 0 ? floors[0] : null, sizeTitle: "training rows", log: family.Measure.SmallerIsBetter);
        var methods = family.Methods;
        var settings = methods.Select(method => family.Find(method, family.Sizes[0])!).ToList();
        var traces = new List<Trace>();
        for (int i = 0; i < settings.Count; i++)
        {
            double[] values = [.. Values(settings[i], member)];
            traces.Add(new Trace.Points("single seeds", values, [.. values.Select(_ => i + 0.22)]) { Color = Palette.Baseline, Symbol = Symbol.Ring, Size = 6, InLegend = i == 0 });
            traces.Add(new Trace.Points("mean", [values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()], [i]) { Color = Palette.TempBalance, Symbol = Symbol.Diamond, Size = 9, InLegend = i == 0 });
        }
        return new($"{name} on test rows, n = {family.Sizes[0].ToString(CultureInfo.InvariantCulture)}: every seed", new Panel(new(name), new() { Categories = [.. methods], Reversed = true }, traces)
        {
            Marks = [.. floors.Select(floor => (Mark)new Mark.Vertical(floor.Value, floor.Name) { Dash = Dash.Dotted })],
        })
        { PanelHeight = Math.Max(80, 38 * methods.Count + 12) };
    }

    private static void Compared(ReportedFamily family, StringBuilder html)
    {
        foreach (var (heading, explained, comparisons) in new[]
        {
            ("Against the baseline", "", ReportedComparison.WithBaseline(family)),
            ("Against the controls", "The same multipliers on other layers, reversed, or their mean for all: what the order by the metric adds over noise and over a larger rate.", ReportedComparison.WithControls(family)),
        })
        {
            if (comparisons.Count == 0)
                continue;
            html.Append(CultureInfo.InvariantCulture, $"<h3>{heading}</h3><p>{explained}</p>");
            (string, Func<ReportedComparison, object?>)?[] columns =
            [
                ("n", one => Whole(one.Rows)), ("method", one => one.Method), comparisons.Select(one => one.Against).Distinct().Count() > 1 ? ("against", one => one.Against) : null,
                ("pairs", one => one.Differences.Count), comparisons.Any(one => one.Failures > 0) ? ("without a value", one => one.Failures) : null,
                ("mean difference", one => one.Summary?.MeanDifference), ("95 % over seeds", one => one.Summary is { } s && double.IsFinite(s.Low) ? Range(s.Low, s.High) : "–"),
                comparisons.Any(one => one.OverExamples is not null) ? ("95 % over test rows", one => one.OverExamples is { } examples ? Range(examples.Low, examples.High) : "–") : null,
                ("p, paired t", one => one.Summary?.TProbability), ("p, Holm", one => one.Corrected), ("p, permutation", one => one.Summary?.PermutationProbability), ("detectable (80 %)", one => one.Summary?.SmallestDetectable),
            ];
            html.Append(RunReport.Scroll(Table.Of(comparisons, $"Difference in {family.Measure.Name} within pairs ({(family.Measure.SmallerIsBetter ? "negative" : "positive")}: the method is better)",
                [.. columns.Where(column => column is not null).Select(column => column!.Value)]).ToHtml()));
            var drawn = comparisons.Where(one => one.Summary is not null).Select(one => new PairedDifference($"{one.Method}, n = {one.Rows.ToString(CultureInfo.InvariantCulture)}" + (heading.EndsWith("controls", StringComparison.Ordinal) ? $" − {one.Against}" : ""),
                one.Summary!.MeanDifference, one.Summary.Low, one.Summary.High, one.Differences)).ToList();
            if (drawn.Count > 0)
                html.Append(RunReport.Scroll(Plots.PairedDifferences("Difference within pairs, every pair", drawn, $"{family.Measure.Name}, method − other").ToHtml()));
        }
        if (!family.Settings.Any(setting => setting.IsControl) && family.Methods.Count > 1)
            html.Append("<p>No controls were run (shuffled, inverted, mean multiplier): what the order by the metric adds is open.</p>");
    }

    private static IEnumerable<string> FloorNames(ReportedFamily family) => family.Settings.SelectMany(setting => setting.Reported)
        .SelectMany(run => (run.Result?["floors"] as JsonObject)?.Select(floor => floor.Key) ?? []).Distinct();

    private static IEnumerable<(string Floor, int No, int Of)> NoBetter(ReportedFamily family, ReportedSetting setting) => FloorNames(family).Select(floor =>
    {
        var pairs = setting.Reported.Where(run => run.Result is not null).Select(run => (Mine: run.Number(family.Measure.Member), Floor: run.Number($"floors.{floor}.{family.Measure.Name}"))).Where(pair => double.IsFinite(pair.Floor)).ToList();
        return (floor, pairs.Count(pair => !family.Measure.Better(pair.Mine, pair.Floor)), pairs.Count);
    });

    private static Table Floors(ReportedFamily family) => Table.Of(from setting in family.Settings from floor in NoBetter(family, setting) where floor.Of > 0 select (setting, floor), $"{family.Measure.Name} of what a model must beat",
        ("n", row => Whole(row.setting.Rows)), ("method", row => row.setting.Method), ("floor", row => row.floor.Floor),
        ("floor's mean", row => Values(row.setting, $"floors.{row.floor.Floor}.{family.Measure.Name}").Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()),
        ("runs no better", row => $"{row.floor.No} of {row.floor.Of}"));

    private static Table Trials(ReportedFamily family) => Table.Of(family.Trials, "Learning rates that were tried: the error on rows that chose (test rows play no part)",
        ("n", setting => Whole(setting.Rows)), ("method", setting => setting.Method), ("learning rate", setting => setting.LearningRate.ToString(CultureInfo.InvariantCulture)), ("seeds", setting => string.Join(" ", setting.Runs.Select(run => run.Seed))),
        ("mean selection error", setting => setting.Runs.Average(run => run.Number("selectionError"))), ("reported", setting => family.Settings.Any(shown => shown.Runs == setting.Runs) ? "✓" : ""));

    private static string Curves(ReportedFamily family)
    {
        double rows = family.Sizes[^1];
        var settings = family.Methods.Select(method => family.Find(method, rows)).OfType<ReportedSetting>().ToList();
        var logs = settings.Select(setting => (setting.Method, Runs: setting.Reported.Select(run => MetricLog.Read(run.Folder)).Where(log => log.Count > 0).ToList())).Where(one => one.Runs.Count > 0).ToList();
        var html = new StringBuilder($"<h3>Learning curves, n = {rows.ToString(CultureInfo.InvariantCulture)}</h3>");
        string choosing = $"{family.Measure.Name} on rows that choose"; // an error of flows, a score of texts
        foreach (var (member, title) in new[] { ("loss", "training loss"), ("selection", choosing), ("selectionScore", choosing) })
        {
            var curves = logs.Select(one =>
            {
                var known = one.Runs.Select(log => log.Where(row => double.IsFinite(ResultMeasure.Number(row, member))).ToDictionary(row => ResultMeasure.Number(row, "epoch"), row => ResultMeasure.Number(row, member))).ToList();
                double[] epochs = [.. known.SelectMany(log => log.Keys).Distinct().Order()];
                return new MethodCurves(one.Method, epochs, [.. known.Select(log => (IReadOnlyList<double>)[.. epochs.Select(epoch => log.GetValueOrDefault(epoch, double.NaN))])]);
            }).Where(curve => curve.Steps.Count > 1).ToList();
            if (curves.Count > 0)
                html.Append(Plots.LossCurves(char.ToUpperInvariant(title[0]) + title[1..], curves, title).ToHtml());
        }
        return html.ToString();
    }

    private static string Spectra(ReportedFamily family)
    {
        double rows = family.Sizes[^1];
        var first = family.Methods.Where(method => method is ReportedFamily.Baseline or ReportedFamily.Balanced).Select(method => family.Find(method, rows)).OfType<ReportedSetting>()
            .Select(setting => (setting.Method, Run: setting.Reported.FirstOrDefault(run => run.State == ReportedState.Finished))).Where(one => one.Run is not null).ToList();
        if (first.Count == 0 || first[0].Run!.Result?["alphaEnd"] is not JsonObject)
            return "";
        string where = $"n = {rows.ToString(CultureInfo.InvariantCulture)}, seed {first[0].Run!.Seed}";
        string[] layers = [.. ((JsonObject)first[0].Run!.Result!["alphaEnd"]!).Select(layer => layer.Key)];
        Series State(string name, ReportedRun run, string when) => new(name, [.. layers.Select(layer => ResultMeasure.Number(run.Result![when]?[layer]))]);
        var html = new StringBuilder($"<h3>Tail exponents and spectra, before and after</h3>");
        html.Append(Plots.LayerBars($"Tail exponent of each tuned layer, {where}", layers, [State("start", first[0].Run!, "alphaStart"), .. first.Select(one => State($"{one.Method}, end", one.Run!, "alphaEnd"))]).ToHtml());

        var spread = family.Settings.Where(setting => setting.Rows == rows).ToList();
        html.Append(new Table("Spread of α over the layers (standard deviation), over seeds", new Column.Text("method", spread.Select(setting => setting.Method)),
            Column.MeanDeviation.Of("start", spread.Select(setting => Spreads(setting, "alphaStart"))), Column.MeanDeviation.Of("end", spread.Select(setting => Spreads(setting, "alphaEnd")))).ToHtml());

        var panels = new List<LayerSpectrum>();
        var states = new List<(string Name, IReadOnlyList<LayerReport> Reports)>();
        if (AtStart(first[0].Run!) is { } start)
            states.Add(("start", start));
        foreach (var (method, run) in first)
            if (AtEnd(run!) is { } end)
                states.Add((method, end));
        if (states.Count == 0)
            return html.ToString();
        string[] shown = layers.Length <= MostLayers ? layers : [.. Enumerable.Range(0, MostLayers).Select(i => layers[i * (layers.Length - 1) / (MostLayers - 1)])];
        foreach (string layer in shown)
            foreach (var (name, reports) in states)
                if (reports.FirstOrDefault(report => report.Name == layer) is { } report)
                    panels.Add(new LayerSpectrum($"{layer}, {name}", report.Spectrum.Eigenvalues) { Alpha = report.Fit?.Alpha, Xmin = report.Fit?.Xmin, TailCount = report.Fit?.TailCount, Distance = report.Fit?.Distance });
        if (panels.Count > 0)
            html.Append(Plots.SpectralDensities($"Spectra of {shown.Length} of {layers.Length} tuned layers, {where}: weights of the selected epoch", panels, columns: states.Count).ToHtml());
        return html.ToString();

        IReadOnlyList<double> Spreads(ReportedSetting setting, string when) => [.. setting.Reported.Select(run => run.Result?[when] as JsonObject).OfType<JsonObject>()
            .Select(values => layers.Select(layer => ResultMeasure.Number(values[layer])).Where(double.IsFinite).ToList()).Where(values => values.Count > 1)
            .Select(values => Math.Sqrt(values.Average(value => (value - values.Average()) * (value - values.Average()))))];
    }

    /// <summary>Spectra of the selected weights, or null where the model is gone or cannot be read.</summary>
    private static IReadOnlyList<LayerReport>? AtEnd(ReportedRun run)
    {
        string path = Path.Combine(run.Folder, RunFiles.Model);
        if (!File.Exists(path))
            return null;
        try
        {
            using var checkpoint = Checkpoint.Open(path);
            return CheckpointEsd.Analyse(checkpoint, Fidelity.Of(run.Fidelity));
        }
        catch (Exception unreadable) when (unreadable is CheckpointException or SpectrumException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Spectra of the initial weights, made again from the spec; null where its data is not here or the spec is of another library.</summary>
    private static IReadOnlyList<LayerReport>? AtStart(ReportedRun run)
    {
        try
        {
            var spec = RunSpec.Load(Path.Combine(run.Folder, RunFiles.Spec));
            var kind = RunKinds.Find(spec.Kind);
            using var start = kind.Create(kind.Complete(spec));
            using var scope = torch.NewDisposeScope();
            return Esd.Analyse(start.SelectedWeights().Select(weight => KeyValuePair.Create(weight.Key, weight.Value.detach())), Fidelity.Of(run.Fidelity));
        }
        catch (Exception unavailable) when (unavailable is RunException or SpectrumException or ArgumentException or IOException)
        {
            return null;
        }
    }

    private static IEnumerable<double> Values(ReportedSetting setting, string member) => setting.Reported.Where(run => run.Result is not null).Select(run => run.Number(member));
}
