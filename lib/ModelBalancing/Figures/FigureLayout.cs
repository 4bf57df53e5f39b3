// Where everything of a figure goes, in pixels; shared by the static picture and the Plotly layout so that both look alike.
namespace ModelBalancing.Figures;

/// <summary>Font sizes in pixels.</summary>
internal static class Sizes
{
    public const double Title = 15, PanelTitle = 12.5, AxisTitle = 12, Tick = 11, Legend = 12, Mark = 11, Note = 10.5;
}

/// <summary>A line of the legend.</summary>
internal sealed record LegendEntry(Trace Trace, string Color, double Left, double Baseline);

/// <summary>A panel's rectangle and axes.</summary>
internal sealed record PanelPlace(int Index, Panel Panel, AxisView X, AxisView Y)
{
    public double Left { get; set; }

    public double Top { get; set; }

    public double Width { get; set; }

    public double Height { get; set; }

    /// <summary>Degrees by which the labels of the horizontal axis are turned: 0, 40 or 90.</summary>
    public int LabelAngle { get; set; }

    /// <summary>Label only every n-th category.</summary>
    public int LabelEvery { get; set; } = 1;

    /// <summary>The widest that a category's label may be.</summary>
    public double LabelLimit { get; set; } = double.PositiveInfinity;

    /// <summary>Room for tick labels right of the vertical axis' title.</summary>
    public double YLabelWidth { get; set; }

    /// <summary>Room for tick labels above the horizontal axis' title.</summary>
    public double XLabelHeight { get; set; }

    public IReadOnlyList<Tick> ScaleTicks { get; set; } = [];

    public Trace.Heatmap? Scaled => Panel.Traces.OfType<Trace.Heatmap>().FirstOrDefault(h => h.ShowScale);

    public bool IsEmpty => Panel.Traces.Count == 0 || (X.IsEmpty && X.Axis.Categories is null) || Y.IsEmpty;

    public double AtX(double value) => Left + X.Place(value) * Width;

    public double AtY(double value) => Top + (1 - Y.Place(value)) * Height;
}

internal sealed class FigureLayout
{
    public const double Edge = 12, ScaleGap = 12, ScaleWidth = 12, YTitle = 20, XTitle = 20;

    /// <summary>The widest label of a category on the vertical axis, and on the horizontal one when turned.</summary>
    private const double WidestRowLabel = 230, WidestTurnedLabel = 140;

    private readonly Dictionary<string, string> colors = [];

    public FigureLayout(Figure figure)
    {
        Figure = figure;
        Width = figure.Width;
        foreach (var trace in figure.Panels.SelectMany(p => p.Traces).Where(t => t is not Trace.Heatmap && t.Color is null))
            if (!colors.ContainsKey(trace.Name))
                colors[trace.Name] = Palette.Known(trace.Name) ?? Palette.Of(colors.Count);
        TitleLines = figure.Title.Length == 0 ? [] : TextWidth.Wrap(figure.Title, Sizes.Title, Width - 2 * Edge, bold: true);
        Panels = [.. figure.Panels.Select((panel, i) => Place(i, panel))];
        NoteLines = Notes();
        Columns = Math.Max(1, Math.Min(figure.Columns, Panels.Count));
        var top = Edge + TitleLines.Count * 20 + (TitleLines.Count > 0 ? 4 : 0);
        LegendTop = top;
        (Legend, var legendHeight) = LayLegend(top);
        top += legendHeight;
        PlaceColumns();
        Height = PlaceRows(top);
    }

    public Figure Figure { get; }

    public double Width { get; }

    public double Height { get; }

    public int Columns { get; }

    public IReadOnlyList<PanelPlace> Panels { get; }

    public IReadOnlyList<string> TitleLines { get; }

    public IReadOnlyList<string> NoteLines { get; }

    public double NoteTop { get; private set; }

    public IReadOnlyList<LegendEntry> Legend { get; }

    public double LegendTop { get; }

    public string ColorOf(Trace trace) => trace.Color ?? colors.GetValueOrDefault(trace.Name, Palette.Reference);

    private static PanelPlace Place(int index, Panel panel)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        void Bounded(List<double> into, Bounds? bounds)
        {
            if (bounds is null)
                return;
            into.AddRange(bounds.Low);
            into.AddRange(bounds.High);
        }
        bool Plotted(double x, double y) =>
            double.IsFinite(x) && double.IsFinite(y) && (!panel.X.Log || x > 0) && (!panel.Y.Log || y > 0);
        void Pairs(IReadOnlyList<double> x, IReadOnlyList<double> y)
        {
            for (var i = 0; i < x.Count; i++)
                if (Plotted(x[i], y[i]))
                {
                    xs.Add(x[i]);
                    ys.Add(y[i]);
                }
        }
        foreach (var trace in panel.Traces)
            switch (trace)
            {
                case Trace.Line line:
                    Pairs(line.X, line.Y);
                    Bounded(ys, line.Band);
                    Bounded(ys, line.Error);
                    break;
                case Trace.Points points:
                    Pairs(points.X, points.Y);
                    Bounded(ys, points.Error);
                    Bounded(xs, points.HorizontalError);
                    break;
                case Trace.Bars bars:
                    if (bars.Heights.Any(double.IsFinite))
                        xs.AddRange([-0.5, bars.Heights.Count - 0.5]);
                    ys.AddRange(bars.Heights);
                    Bounded(ys, bars.Error);
                    break;
                case Trace.Histogram histogram:
                    xs.AddRange(histogram.Edges);
                    ys.AddRange(histogram.Heights);
                    break;
                case Trace.Heatmap { X.Count: > 0, Y.Count: > 0 } heatmap:
                    xs.AddRange(Extent(heatmap.X));
                    ys.AddRange(Extent(heatmap.Y));
                    break;
            }
        if (xs.Count > 0 && ys.Count > 0)
            foreach (var mark in panel.Marks)
                switch (mark)
                {
                    case Mark.Vertical { At: var at }: xs.Add(at); break;
                    case Mark.Horizontal { At: var at }: ys.Add(at); break;
                }
        var isField = panel.Traces.Any(t => t is Trace.Heatmap);
        var hasBars = panel.Traces.Any(t => t is Trace.Bars);
        var standing = hasBars || panel.Traces.Any(t => t is Trace.Histogram);
        return new(index, panel,
            AxisView.Over(panel.X, xs, 0.03, exact: isField || hasBars, fromZero: false),
            AxisView.Over(panel.Y, ys, 0.06, exact: isField, fromZero: standing));
    }

    /// <summary>Outer edges of evenly spaced cells with given centres.</summary>
    public static double[] Extent(IReadOnlyList<double> centres)
    {
        var half = centres.Count > 1 ? (centres[^1] - centres[0]) / (centres.Count - 1) / 2 : 0.5;
        return [centres[0] - half, centres[^1] + half];
    }

    private IReadOnlyList<string> Notes()
    {
        var parts = new List<string>();
        if (Figure.Note.Length > 0)
            parts.Add(Figure.Note);
        parts.AddRange(Omissions.Of(Panels).Sentences());
        return parts.Count == 0 ? [] : TextWidth.Wrap(string.Join(" ", parts), Sizes.Note, Width - 2 * Edge);
    }

    private (IReadOnlyList<LegendEntry>, double Height) LayLegend(double top)
    {
        var seen = new HashSet<(string, string)>();
        var traces = Figure.Panels.SelectMany(p => p.Traces)
            .Where(t => t.InLegend && t is not Trace.Heatmap && t.Name.Length > 0 && seen.Add((t.Name, ColorOf(t)))).ToList();
        if (traces.Count < 2)
            return ([], 0);
        var entries = new List<LegendEntry>();
        var (left, row) = (Edge, 0);
        foreach (var trace in traces)
        {
            var width = 30 + TextWidth.Of(trace.Name, Sizes.Legend) + 16;
            if (left > Edge && left + width - 16 > Width - Edge)
                (left, row) = (Edge, row + 1);
            entries.Add(new(trace, ColorOf(trace), left, top + row * 19 + 14));
            left += width;
        }
        return (entries, (row + 1) * 19 + 6);
    }

    private void PlaceColumns()
    {
        var left = new double[Columns];
        var right = new double[Columns];
        foreach (var place in Panels)
        {
            var column = place.Index % Columns;
            place.Height = Figure.PanelHeight ?? Columns switch { 1 => 300, 2 => 220, _ => 170 };
            place.Y.ChooseTicks(Math.Max(2, (int)(place.Height / 45)));
            place.LabelLimit = place.Panel.Y.Categories is null ? double.PositiveInfinity : Math.Min(WidestRowLabel, Width * 0.35);
            place.YLabelWidth = place.Y.Ticks.Select(t => Math.Min(TextWidth.Of(t, Sizes.Tick), place.LabelLimit)).DefaultIfEmpty(0).Max();
            left[column] = Math.Max(left[column], place.YLabelWidth + 10 + (place.Panel.Y.Title.Length > 0 ? YTitle : 0));
            right[column] = Math.Max(right[column], 6 + ScaleRoom(place));
        }
        var gap = 12.0;
        var plotWidth = Math.Max(40, (Width - 2 * Edge - left.Sum() - right.Sum() - gap * (Columns - 1)) / Columns);
        foreach (var place in Panels)
        {
            var column = place.Index % Columns;
            place.Left = Edge + Enumerable.Range(0, column).Sum(c => left[c] + plotWidth + right[c] + gap) + left[column];
            place.Width = plotWidth;
            LabelHorizontalAxis(place);
        }
    }

    private static double ScaleRoom(PanelPlace place)
    {
        if (place.Scaled is not { } heatmap)
            return 0;
        var (low, high) = heatmap.Limits();
        place.ScaleTicks = Ticks.Linear(low, high, Math.Max(2, (int)(place.Height / 45)));
        return ScaleGap + ScaleWidth + 8 + place.ScaleTicks.Select(t => TextWidth.Of(t, Sizes.Tick)).DefaultIfEmpty(0).Max() + (heatmap.ScaleTitle.Length > 0 ? 18 : 0);
    }

    private static void LabelHorizontalAxis(PanelPlace place)
    {
        var axis = place.X;
        place.XLabelHeight = 16;
        if (axis.Axis.Categories is not { } names)
        {
            for (var wanted = Math.Max(2, (int)(place.Width / 45)); ; wanted--)
            {
                axis.ChooseTicks(wanted);
                var widest = axis.Ticks.Select(t => TextWidth.Of(t, Sizes.Tick)).DefaultIfEmpty(0).Max();
                if (wanted <= 2 || axis.Ticks.Count * (widest + 10) <= place.Width + 20 || axis.Axis.TickValues is not null)
                    break;
            }
            return;
        }
        axis.ChooseTicks(names.Count);
        var longest = names.Select(n => TextWidth.Of(n, Sizes.Tick)).DefaultIfEmpty(0).Max();
        var slot = place.Width / Math.Max(1, names.Count);
        if (longest <= slot - 6)
            return;
        place.LabelLimit = WidestTurnedLabel;
        // Turned labels reach to the left; the first must still end inside the picture.
        var free = (place.Left + slot / 2 - 6) / 0.77;
        place.LabelAngle = slot >= 26 && (longest <= free || free >= 100) ? 40 : 90;
        if (place.LabelAngle == 40)
            place.LabelLimit = Math.Min(free, WidestTurnedLabel);
        place.LabelEvery = Math.Max(1, (int)Math.Ceiling(13 / slot));
        var turned = Math.Min(longest, place.LabelLimit);
        place.XLabelHeight = place.LabelAngle == 90 ? turned + 6 : turned * 0.65 + 14;
    }

    private double PlaceRows(double top)
    {
        foreach (var row in Panels.Chunk(Columns))
        {
            top += row.Any(p => p.Panel.Title.Length > 0) ? 24 : 8;
            foreach (var place in row)
                place.Top = top;
            top += row.Max(p => p.Height) + row.Max(p => p.XLabelHeight + 8 + (p.Panel.X.Title.Length > 0 ? XTitle : 0)) + 4;
        }
        NoteTop = top + 2;
        return top + (NoteLines.Count > 0 ? NoteLines.Count * 14 + 6 : 0) + Edge - 4;
    }
}
