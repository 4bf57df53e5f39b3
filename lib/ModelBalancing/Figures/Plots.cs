// General plots from plain numbers; the others of this class are in the files named after what they show.
namespace ModelBalancing.Figures;

/// <summary>A named series of values.</summary>
/// <param name="Name">As the legend says it.</param>
/// <param name="Values">The values.</param>
public sealed record Series(string Name, IReadOnlyList<double> Values);

/// <summary>
/// The workbook's plots, made from plain numbers. Each returns a <see cref="Figure"/> that can be shown, saved or combined.
/// Colours are the same everywhere: <see cref="Palette"/>.
/// </summary>
public static partial class Plots
{
    /// <summary>Lines over common positions.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="xTitle">What x is, with its unit.</param>
    /// <param name="yTitle">What y is, with its unit.</param>
    /// <param name="x">Positions.</param>
    /// <param name="series">Lines, each as long as <paramref name="x"/>.</param>
    /// <param name="logX">Whether x is logarithmic; default false.</param>
    /// <param name="logY">Whether y is logarithmic; default false.</param>
    /// <param name="markers">Whether each point has a marker; default false.</param>
    public static Figure Lines(string title, string xTitle, string yTitle, IReadOnlyList<double> x, IReadOnlyList<Series> series, bool logX = false, bool logY = false, bool markers = false) =>
        new(title, new Panel(new(xTitle) { Log = logX }, new(yTitle) { Log = logY },
            [.. series.Select(s =>
            {
                Same.Length(s.Values, nameof(series), x, nameof(x));
                return (Trace)new Trace.Line(s.Name, x, s.Values) { Marker = markers ? Symbol.Circle : null };
            })]));

    /// <summary>Grouped bars over categories.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="yTitle">What the heights are, with their unit.</param>
    /// <param name="categories">Names along x.</param>
    /// <param name="series">Bars, each as long as <paramref name="categories"/>.</param>
    /// <param name="logY">Whether y is logarithmic; default false.</param>
    public static Figure Bars(string title, string yTitle, IReadOnlyList<string> categories, IReadOnlyList<Series> series, bool logY = false) =>
        new(title, new Panel(new() { Categories = categories }, new(yTitle) { Log = logY },
            [.. series.Select(s =>
            {
                Same.Length(s.Values, nameof(series), categories, nameof(categories));
                return (Trace)new Trace.Bars(s.Name, s.Values);
            })]));

    /// <summary>One field as colours.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="xTitle">What x is, with its unit.</param>
    /// <param name="yTitle">What y is, with its unit.</param>
    /// <param name="x">Cell centres along x.</param>
    /// <param name="y">Cell centres along y.</param>
    /// <param name="values">Values (y, x).</param>
    /// <param name="valueTitle">What the values are, with their unit.</param>
    public static Figure Heatmap(string title, string xTitle, string yTitle, IReadOnlyList<double> x, IReadOnlyList<double> y, double[,] values, string valueTitle = "") =>
        new(title, new Panel(new(xTitle), new(yTitle), new Trace.Heatmap(valueTitle, x, y, values) { ScaleTitle = valueTitle }));
}
