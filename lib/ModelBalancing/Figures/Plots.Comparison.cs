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
}
