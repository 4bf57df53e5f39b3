// How two methods differ.
namespace ModelBalancing.Figures;

/// <summary>A difference between two methods in one setting, paired by seed.</summary>
/// <param name="Setting">What was compared, such as "FNO, 5 % of the data".</param>
/// <param name="Mean">The mean difference.</param>
/// <param name="Low">The confidence interval's lower end.</param>
/// <param name="High">The confidence interval's upper end.</param>
/// <param name="Differences">The differences of the single pairs.</param>
public sealed record PairedDifference(string Setting, double Mean, double Low, double High, IReadOnlyList<double> Differences);

public static partial class Plots
{
    /// <summary>Paired differences, a row a setting: the mean with its confidence interval and every pair as a ring, against a line at zero.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="differences">The rows, from the top.</param>
    /// <param name="differenceTitle">What the difference is and which way is better, such as "nRMSE, TempBalance − baseline (negative is better)".</param>
    /// <param name="level">The intervals' confidence, for the note; default 0.95.</param>
    public static Figure PairedDifferences(string title, IReadOnlyList<PairedDifference> differences, string differenceTitle, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(differences);
        double[] rows = [.. Enumerable.Range(0, differences.Count).Select(i => (double)i)];
        var pairs = differences.SelectMany((d, i) => d.Differences.Select(value => (Row: i + 0.24, Value: value))).ToList();
        var figure = new Panel(new(differenceTitle), new() { Categories = [.. differences.Select(d => d.Setting)], Reversed = true },
            new Trace.Points("single pairs", [.. pairs.Select(p => p.Value)], [.. pairs.Select(p => p.Row)]) { Color = Palette.Baseline, Symbol = Symbol.Ring, Size = 6 },
            new Trace.Points($"mean with {Quantities.Percent(level, 0)} interval", [.. differences.Select(d => d.Mean)], rows)
            {
                Color = Palette.TempBalance, Symbol = Symbol.Diamond, Size = 8,
                HorizontalError = new([.. differences.Select(d => d.Low)], [.. differences.Select(d => d.High)]),
            })
        {
            Marks = [new Mark.Vertical(0) { Dash = Dash.Solid }],
        };
        return new(title, figure) { PanelHeight = Math.Max(70, 36 * differences.Count + 10) };
    }

    /// <summary>A metric of methods in several settings, a row a setting: every seed as a ring, the mean as a diamond, and what a method has to beat as a square.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="metric">What the values are, such as "test nRMSE".</param>
    /// <param name="settings">The rows, from the top.</param>
    /// <param name="methods">Each method's values, one list a setting.</param>
    /// <param name="floors">References, such as the error of persistence, one value a setting; NaN where there is none.</param>
    /// <param name="log">Whether the metric's axis is logarithmic; default true.</param>
    public static Figure MetricBySetting(string title, string metric, IReadOnlyList<string> settings, IReadOnlyList<MethodResults> methods, IReadOnlyList<Series> floors, bool log = true)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(floors);
        var traces = new List<Trace>();
        for (var f = 0; f < floors.Count; f++)
        {
            Same.Length(floors[f].Values, nameof(floors), settings, nameof(settings));
            int[] known = [.. Enumerable.Range(0, settings.Count).Where(i => double.IsFinite(floors[f].Values[i]))];
            traces.Add(new Trace.Points(floors[f].Name, [.. known.Select(i => floors[f].Values[i])], [.. known.Select(i => (double)i)]) { Color = Palette.Of(methods.Count + f), Symbol = Symbol.Square, Size = 6 });
        }
        for (var m = 0; m < methods.Count; m++)
        {
            Same.Length(methods[m].Values, nameof(methods), settings, nameof(settings));
            var shift = (m - (methods.Count - 1) / 2.0) * 0.5 / methods.Count;
            var color = Palette.OfMethod(methods[m].Name, m);
            var seeds = methods[m].Values.SelectMany((values, i) => values.Where(double.IsFinite).Select(value => (Value: value, Row: i + shift))).ToList();
            int[] whole = [.. Enumerable.Range(0, settings.Count).Where(i => methods[m].Values[i].Count > 0 && methods[m].Values[i].All(double.IsFinite))];
            traces.Add(new Trace.Points(methods[m].Name + ", single seeds", [.. seeds.Select(seed => seed.Value)], [.. seeds.Select(seed => seed.Row)]) { Color = color, Symbol = Symbol.Ring, Size = 6, InLegend = false });
            traces.Add(new Trace.Points(methods[m].Name, [.. whole.Select(i => methods[m].Values[i].Average())], [.. whole.Select(i => i + shift)]) { Color = color, Symbol = Symbol.Diamond, Size = 8 });
        }
        return new(title, new Panel(new(metric) { Log = log }, new() { Categories = [.. settings], Reversed = true }, traces))
        {
            PanelHeight = Math.Max(90, (14 + 15 * methods.Count) * settings.Count + 14),
            Note = "Diamonds: mean over seeds; rings: single seeds; squares: floors. A setting with a diverged run has no mean.",
        };
    }
}
