// Draws a figure as SVG.
using System.Text;

namespace ModelBalancing.Figures;

internal sealed class FigureSvg
{
    private readonly FigureLayout layout;
    private readonly SvgCanvas canvas;

    private FigureSvg(FigureLayout layout, SvgCanvas canvas) => (this.layout, this.canvas) = (layout, canvas);

    public static string Draw(FigureLayout layout, Ground ground, bool isDocument, bool oneRunATextLine = false)
    {
        using var canvas = new SvgCanvas(layout.Width, layout.Height, ground, isDocument, layout.Figure.Title, oneRunATextLine);
        new FigureSvg(layout, canvas).Draw();
        return canvas.Finish();
    }

    private void Draw()
    {
        for (var i = 0; i < layout.TitleLines.Count; i++)
            canvas.Text(FigureLayout.Edge, FigureLayout.Edge + 14 + i * 20, layout.TitleLines[i], Sizes.Title, bold: true, kind: "wb-title");
        foreach (var entry in layout.Legend)
        {
            Swatch(entry);
            canvas.Text(entry.Left + 30, entry.Baseline, entry.Trace.Name, Sizes.Legend, kind: "wb-legend");
        }
        if (layout.Panels.Count == 0)
            canvas.Text(layout.Width / 2, layout.Height - 4, "no data", Sizes.AxisTitle, "middle", opacity: 0.7, kind: "wb-empty");
        foreach (var place in layout.Panels)
            Draw(place);
        for (var i = 0; i < layout.NoteLines.Count; i++)
            canvas.Text(FigureLayout.Edge, layout.NoteTop + 12 + i * 14, layout.NoteLines[i], Sizes.Note, opacity: 0.72, kind: "wb-note");
    }

    private void Swatch(LegendEntry entry)
    {
        var (x, y) = (entry.Left, entry.Baseline - 4);
        switch (entry.Trace)
        {
            case Trace.Line line:
                if (line.Band is not null)
                    canvas.Element("rect", ("x", x), ("y", y - 6), ("width", 24.0), ("height", 12.0), ("fill", entry.Color), ("fill-opacity", 0.2));
                canvas.Line(x, y, x + 24, y, entry.Color, Math.Max(1.8, line.Width), dashes: SvgCanvas.Dashes(line.Dash));
                if (line.Marker is { } marker)
                    Marker(x + 12, y, 7, marker, entry.Color, 1, null);
                break;
            case Trace.Points points:
                Marker(x + 12, y, Math.Min(points.Size, 9), points.Symbol, entry.Color, 1, null);
                break;
            default:
                canvas.Element("rect", ("x", x + 4), ("y", y - 5), ("width", 16.0), ("height", 10.0), ("fill", entry.Color), ("fill-opacity", entry.Trace.Opacity));
                break;
        }
    }

    private void Draw(PanelPlace place)
    {
        canvas.Open("g", ("class", "wb-panel"));
        if (place.Panel.Title.Length > 0)
            canvas.Text(place.Left, place.Top - 8, TextWidth.Shorten(place.Panel.Title, Sizes.PanelTitle * 1.05, place.Width + 20), Sizes.PanelTitle, bold: true, kind: "wb-panel-title", whole: place.Panel.Title);
        Grid(place);
        // A nested picture clips to its own rectangle, which needs no identifier that could clash within a page.
        canvas.Open("svg", ("x", place.Left), ("y", place.Top), ("width", place.Width), ("height", place.Height),
            ("viewBox", $"{SvgCanvas.Number(place.Left)} {SvgCanvas.Number(place.Top)} {SvgCanvas.Number(place.Width)} {SvgCanvas.Number(place.Height)}"));
        foreach (var shade in place.Panel.Marks.OfType<Mark.Shade>())
            if (place.X.Has(shade.From) && place.X.Has(shade.To))
            {
                var (from, to) = (place.AtX(shade.From), place.AtX(shade.To));
                canvas.Element("rect", ("x", Math.Min(from, to)), ("y", place.Top), ("width", Math.Abs(to - from)), ("height", place.Height), ("fill", shade.Color), ("fill-opacity", 0.14));
            }
        if (!place.IsEmpty)
            foreach (var trace in place.Panel.Traces)
                Draw(place, trace);
        canvas.Close();
        Frame(place);
        if (place.IsEmpty)
            canvas.Text(place.Left + place.Width / 2, place.Top + place.Height / 2 + 4, "no data", Sizes.AxisTitle, "middle", opacity: 0.7, kind: "wb-empty");
        else
            foreach (var mark in place.Panel.Marks)
                Draw(place, mark);
        if (place.Scaled is { } heatmap && !place.IsEmpty)
            Scale(place, heatmap);
        canvas.Close();
    }

    private void Grid(PanelPlace place)
    {
        if (place.IsEmpty)
            return;
        var isField = place.Panel.Traces.Any(t => t is Trace.Heatmap);
        if (place.Panel.X.Grid && !isField && place.Panel.X.Categories is null)
            foreach (var tick in place.X.Ticks)
                canvas.Line(place.AtX(tick.Value), place.Top, place.AtX(tick.Value), place.Top + place.Height, canvas.Ink, 1, 0.1, kind: "wb-grid");
        if (place.Panel.Y.Grid && !isField)
            foreach (var tick in place.Y.Ticks)
                canvas.Line(place.Left, place.AtY(tick.Value), place.Left + place.Width, place.AtY(tick.Value), canvas.Ink, 1, 0.1, kind: "wb-grid");
    }

    private void Frame(PanelPlace place)
    {
        var (left, bottom, right) = (place.Left, place.Top + place.Height, place.Left + place.Width);
        canvas.Line(left, place.Top, left, bottom, canvas.Ink, 1, 0.65, kind: "wb-axis");
        canvas.Line(left, bottom, right, bottom, canvas.Ink, 1, 0.65, kind: "wb-axis");
        if (!place.IsEmpty)
        {
            HorizontalTicks(place, bottom);
            VerticalTicks(place);
        }
        if (place.Panel.X.Title.Length > 0)
            canvas.Text(left + place.Width / 2, bottom + place.XLabelHeight + 20, TextWidth.Shorten(place.Panel.X.Title, Sizes.AxisTitle, place.Width + 60), Sizes.AxisTitle, "middle", kind: "wb-axis-title");
        if (place.Panel.Y.Title.Length > 0)
            canvas.Text(left - place.YLabelWidth - 18, place.Top + place.Height / 2, TextWidth.Shorten(place.Panel.Y.Title, Sizes.AxisTitle, place.Height + 40), Sizes.AxisTitle, "middle", angle: -90, kind: "wb-axis-title");
    }

    private void HorizontalTicks(PanelPlace place, double bottom)
    {
        var free = double.NegativeInfinity;
        for (var i = 0; i < place.X.Ticks.Count; i++)
        {
            var tick = place.X.Ticks[i];
            var x = place.AtX(tick.Value);
            canvas.Line(x, bottom, x, bottom + 4, canvas.Ink, 1, 0.65, kind: "wb-tick");
            if (i % place.LabelEvery != 0)
                continue;
            var label = TextWidth.Shorten(tick.Text, Sizes.Tick, place.LabelLimit);
            if (place.LabelAngle != 0)
            {
                var down = place.LabelAngle == 90 ? 6 : 12;
                var across = place.LabelAngle == 90 ? 4 : 3;
                canvas.Text(x + across, bottom + down, label, Sizes.Tick, "end", angle: -place.LabelAngle, opacity: 0.9, kind: "wb-tick-label", whole: tick.Text);
                continue;
            }
            var half = TextWidth.Of(tick, Sizes.Tick) / 2;
            if (x - half < free)
                continue; // labels asked for that would overlap: the tick stays
            free = x + half + 4;
            canvas.Text(x, bottom + 17, label, Sizes.Tick, "middle", superscript: tick.Superscript, opacity: 0.9, kind: "wb-tick-label");
        }
        if (place.Panel.X.Log && place.Panel.X.TickValues is null)
            foreach (var value in Ticks.Minor(place.X.Low, place.X.High))
                canvas.Line(place.AtX(value), bottom, place.AtX(value), bottom + 2.5, canvas.Ink, 0.8, 0.5);
    }

    private void VerticalTicks(PanelPlace place)
    {
        foreach (var tick in place.Y.Ticks)
        {
            var y = place.AtY(tick.Value);
            canvas.Line(place.Left - 4, y, place.Left, y, canvas.Ink, 1, 0.65, kind: "wb-tick");
            canvas.Text(place.Left - 7, y + 4, TextWidth.Shorten(tick.Text, Sizes.Tick, place.LabelLimit), Sizes.Tick, "end", superscript: tick.Superscript, opacity: 0.9, kind: "wb-tick-label", whole: tick.Text);
        }
        if (place.Panel.Y.Log && place.Panel.Y.TickValues is null)
            foreach (var value in Ticks.Minor(place.Y.Low, place.Y.High))
                canvas.Line(place.Left - 2.5, place.AtY(value), place.Left, place.AtY(value), canvas.Ink, 0.8, 0.5);
    }

    private void Draw(PanelPlace place, Trace trace)
    {
        var color = layout.ColorOf(trace);
        switch (trace)
        {
            case Trace.Line line:
                Band(place, line, color);
                Errors(place, line.X, line.Y, line.Error, color);
                Path(place, line, color);
                if (line.Marker is { } marker)
                    for (var i = 0; i < line.X.Count; i++)
                        if (place.X.Has(line.X[i]) && place.Y.Has(line.Y[i]))
                            Marker(place.AtX(line.X[i]), place.AtY(line.Y[i]), 7, marker, color, line.Opacity, "wb-point");
                break;
            case Trace.Points points:
                Errors(place, points.X, points.Y, points.Error, color);
                HorizontalErrors(place, points, color);
                for (var i = 0; i < points.X.Count; i++)
                    if (place.X.Has(points.X[i]) && place.Y.Has(points.Y[i]))
                        Marker(place.AtX(points.X[i]), place.AtY(points.Y[i]), points.Size, points.Symbol, color, points.Opacity, "wb-point");
                break;
            case Trace.Bars bars:
                Bars(place, bars, color);
                break;
            case Trace.Histogram histogram:
                Histogram(place, histogram, color);
                break;
            case Trace.Heatmap heatmap:
                Heatmap(place, heatmap);
                break;
        }
    }

    private void Path(PanelPlace place, Trace.Line line, string color)
    {
        var path = new StringBuilder();
        var run = new List<(double X, double Y)>();
        for (var i = 0; i <= line.X.Count; i++)
            if (i < line.X.Count && place.X.Has(line.X[i]) && place.Y.Has(line.Y[i]))
                run.Add((Near(place.AtX(line.X[i])), Near(place.AtY(line.Y[i]))));
            else
            {
                Append(path, Polyline.Reduce(run), 'M');
                run.Clear();
            }
        if (path.Length > 0)
            canvas.Element("path", ("class", "wb-line"), ("d", path), ("fill", "none"), ("stroke", color), ("stroke-width", line.Width), ("stroke-linejoin", "round"),
                ("stroke-linecap", line.Dash == Dash.Dotted ? "round" : null), ("stroke-opacity", line.Opacity == 1 ? null : line.Opacity), ("stroke-dasharray", SvgCanvas.Dashes(line.Dash)));
    }

    private void Band(PanelPlace place, Trace.Line line, string color)
    {
        foreach (var (from, to) in BandRuns(line, place.X.Has, place.Y.Has))
        {
            var path = new StringBuilder();
            var indices = Enumerable.Range(from, to - from);
            Append(path, Polyline.Reduce([.. indices.Select(i => (Near(place.AtX(line.X[i])), Near(place.AtY(line.Band!.High[i]))))]), 'M');
            Append(path, Polyline.Reduce([.. indices.Reverse().Select(i => (Near(place.AtX(line.X[i])), Near(place.AtY(line.Band!.Low[i]))))]), 'L');
            canvas.Element("path", ("class", "wb-band"), ("d", path.Append('Z')), ("fill", color), ("fill-opacity", 0.2 * line.Opacity));
        }
    }

    private static void Append(StringBuilder path, IReadOnlyList<(double X, double Y)> points, char first)
    {
        for (var i = 0; i < points.Count; i++)
            path.Append(i == 0 ? first : 'L').Append(SvgCanvas.Number(points[i].X)).Append(' ').Append(SvgCanvas.Number(points[i].Y));
    }

    /// <summary>Runs of consecutive values where the band has both bounds.</summary>
    internal static IEnumerable<(int From, int To)> BandRuns(Trace.Line line, Func<double, bool> hasX, Func<double, bool> hasY)
    {
        if (line.Band is not { } band)
            yield break;
        for (var i = 0; i < line.X.Count; i++)
        {
            var from = i;
            while (i < line.X.Count && hasX(line.X[i]) && hasY(band.Low[i]) && hasY(band.High[i]))
                i++;
            if (i - from > 1)
                yield return (from, i);
        }
    }

    private void Errors(PanelPlace place, IReadOnlyList<double> x, IReadOnlyList<double> y, Bounds? error, string color)
    {
        if (error is null)
            return;
        for (var i = 0; i < x.Count; i++)
        {
            if (!place.X.Has(x[i]) || !place.Y.Has(y[i]) || !double.IsFinite(error.Low[i]) || !place.Y.Has(error.High[i]))
                continue;
            var at = place.AtX(x[i]);
            // A lower bound that has no place on a logarithmic axis runs out of the panel.
            var low = place.Y.Has(error.Low[i]) ? Near(place.AtY(error.Low[i])) : place.Top + place.Height + 10;
            var high = Near(place.AtY(error.High[i]));
            canvas.Element("path", ("class", "wb-error"), ("fill", "none"), ("stroke", color), ("stroke-width", 1.4),
                ("d", $"M{SvgCanvas.Number(at)} {SvgCanvas.Number(low)}V{SvgCanvas.Number(high)}M{SvgCanvas.Number(at - 3.5)} {SvgCanvas.Number(low)}h7M{SvgCanvas.Number(at - 3.5)} {SvgCanvas.Number(high)}h7"));
        }
    }

    private void HorizontalErrors(PanelPlace place, Trace.Points points, string color)
    {
        if (points.HorizontalError is not { } error)
            return;
        for (var i = 0; i < points.X.Count; i++)
        {
            if (!place.Y.Has(points.Y[i]) || !place.X.Has(error.Low[i]) || !place.X.Has(error.High[i]))
                continue;
            var (at, low, high) = (place.AtY(points.Y[i]), Near(place.AtX(error.Low[i])), Near(place.AtX(error.High[i])));
            canvas.Element("path", ("class", "wb-error"), ("fill", "none"), ("stroke", color), ("stroke-width", 1.8),
                ("d", $"M{SvgCanvas.Number(low)} {SvgCanvas.Number(at)}H{SvgCanvas.Number(high)}M{SvgCanvas.Number(low)} {SvgCanvas.Number(at - 4)}v8M{SvgCanvas.Number(high)} {SvgCanvas.Number(at - 4)}v8"));
        }
    }

    /// <summary>Left offset and width of a bar in its category, in units of categories.</summary>
    internal static (double Offset, double Width) BarSlot(Panel panel, Trace.Bars bars)
    {
        var group = panel.Traces.OfType<Trace.Bars>().ToList();
        var width = 0.76 / group.Count;
        return (-0.38 + group.FindIndex(b => ReferenceEquals(b, bars)) * width, width);
    }

    private void Bars(PanelPlace place, Trace.Bars bars, string color)
    {
        var (offset, width) = BarSlot(place.Panel, bars);
        var ground = place.Top + (1 - Math.Clamp(place.Y.Has(0) ? place.Y.Place(0) : 0, 0, 1)) * place.Height;
        for (var i = 0; i < bars.Heights.Count; i++)
        {
            if (!place.Y.Has(bars.Heights[i]))
                continue;
            var (from, to) = (place.AtX(i + offset), place.AtX(i + offset + width));
            Bar(from, to, ground, Near(place.AtY(bars.Heights[i])), color, bars.Opacity, gap: to - from > 6 ? 1 : 0);
        }
        double[] centres = [.. Enumerable.Range(0, bars.Heights.Count).Select(i => i + offset + width / 2)];
        Errors(place, centres, bars.Heights, bars.Error, canvas.Ink);
    }

    private void Histogram(PanelPlace place, Trace.Histogram histogram, string color)
    {
        var ground = place.Top + (1 - Math.Clamp(place.Y.Has(0) ? place.Y.Place(0) : 0, 0, 1)) * place.Height;
        for (var i = 0; i < histogram.Heights.Count; i++)
        {
            if (histogram.Heights[i] == 0 || !place.Y.Has(histogram.Heights[i]) || !place.X.Has(histogram.Edges[i]) || !place.X.Has(histogram.Edges[i + 1]))
                continue;
            var (from, to) = (Near(place.AtX(histogram.Edges[i])), Near(place.AtX(histogram.Edges[i + 1])));
            Bar(from, to, ground, Near(place.AtY(histogram.Heights[i])), color, histogram.Opacity, gap: to - from > 3 ? 0.6 : 0);
        }
    }

    private void Bar(double from, double to, double ground, double top, string color, double opacity, double gap) =>
        canvas.Element("rect", ("class", "wb-bar"), ("x", Math.Min(from, to) + gap / 2), ("y", Math.Min(ground, top)), ("width", Math.Max(0.5, Math.Abs(to - from) - gap)),
            ("height", Math.Max(0.5, Math.Abs(ground - top))), ("fill", color), ("fill-opacity", opacity == 1 ? null : opacity));

    private void Heatmap(PanelPlace place, Trace.Heatmap heatmap)
    {
        var (rows, columns) = (heatmap.Values.GetLength(0), heatmap.Values.GetLength(1));
        if (rows == 0 || columns == 0)
            return;
        var (low, high) = heatmap.Limits();
        var (x, y) = (FigureLayout.Extent(heatmap.X), FigureLayout.Extent(heatmap.Y));
        var (left, right) = (place.AtX(x[0]), place.AtX(x[1]));
        var (bottom, top) = (place.AtY(y[0]), place.AtY(y[1]));
        var (flipX, flipY) = (right < left, bottom < top);
        // Whole multiples, so that a viewer that smooths still shows the cells' edges, but never a huge image.
        var zoomX = Math.Clamp((int)(Math.Abs(right - left) * 2 / columns), 1, 64);
        var zoomY = Math.Clamp((int)(Math.Abs(bottom - top) * 2 / rows), 1, 64);
        var address = PixelImage.DataAddress(columns * zoomX, rows * zoomY, (column, row) =>
        {
            var (c, r) = (column / zoomX, row / zoomY);
            var value = heatmap.Values[flipY ? r : rows - 1 - r, flipX ? columns - 1 - c : c];
            return double.IsFinite(value) ? heatmap.Scale.At((value - low) / (high - low)) : null;
        });
        canvas.Element("image", ("class", "wb-heatmap"), ("x", Math.Min(left, right)), ("y", Math.Min(top, bottom)), ("width", Math.Abs(right - left)), ("height", Math.Abs(bottom - top)),
            ("preserveAspectRatio", "none"), ("style", "image-rendering:pixelated"), ("href", address));
    }

    private void Scale(PanelPlace place, Trace.Heatmap heatmap)
    {
        var (low, high) = heatmap.Limits();
        var left = place.Left + place.Width + FigureLayout.ScaleGap;
        const int steps = 128;
        canvas.Element("image", ("class", "wb-scale"), ("x", left), ("y", place.Top), ("width", FigureLayout.ScaleWidth), ("height", place.Height), ("preserveAspectRatio", "none"),
            ("href", PixelImage.DataAddress(1, steps, (_, row) => heatmap.Scale.At(1 - row / (steps - 1.0)))));
        canvas.Element("rect", ("x", left), ("y", place.Top), ("width", FigureLayout.ScaleWidth), ("height", place.Height), ("fill", "none"), ("stroke", canvas.Ink), ("stroke-opacity", 0.5), ("stroke-width", 0.8));
        var right = left + FigureLayout.ScaleWidth;
        foreach (var tick in place.ScaleTicks)
        {
            var y = place.Top + (high - tick.Value) / (high - low) * place.Height;
            canvas.Line(right, y, right + 3, y, canvas.Ink, 0.8, 0.65);
            canvas.Text(right + 5, y + 4, tick.Text, Sizes.Tick, superscript: tick.Superscript, opacity: 0.9, kind: "wb-scale-label");
        }
        if (heatmap.ScaleTitle.Length > 0)
        {
            var x = right + 8 + place.ScaleTicks.Select(t => TextWidth.Of(t, Sizes.Tick)).DefaultIfEmpty(0).Max() + 12;
            canvas.Text(x, place.Top + place.Height / 2, TextWidth.Shorten(heatmap.ScaleTitle, Sizes.AxisTitle, place.Height + 30), Sizes.AxisTitle, "middle", angle: -90, kind: "wb-axis-title");
        }
    }

    private void Draw(PanelPlace place, Mark mark)
    {
        switch (mark)
        {
            case Mark.Vertical line when Inside(place.X, line.At):
                var x = place.AtX(line.At);
                canvas.Line(x, place.Top, x, place.Top + place.Height, line.Color, 1.4, dashes: SvgCanvas.Dashes(line.Dash), kind: "wb-mark");
                if (line.Label.Length > 0)
                {
                    var fits = x + 5 + TextWidth.Of(line.Label, Sizes.Mark) < place.Left + place.Width;
                    canvas.Text(fits ? x + 5 : x - 5, place.Top + 12, line.Label, Sizes.Mark, fits ? "start" : "end", kind: "wb-mark-label");
                }
                break;
            case Mark.Horizontal line when Inside(place.Y, line.At):
                var y = place.AtY(line.At);
                canvas.Line(place.Left, y, place.Left + place.Width, y, line.Color, 1.4, dashes: SvgCanvas.Dashes(line.Dash), kind: "wb-mark");
                if (line.Label.Length > 0)
                    canvas.Text(place.Left + place.Width - 4, y - 5 < place.Top + 10 ? y + 14 : y - 5, line.Label, Sizes.Mark, "end", kind: "wb-mark-label");
                break;
            case Mark.Caption label when Inside(place.X, label.X) && Inside(place.Y, label.Y):
                Lines(label.Text, place.AtX(label.X), place.AtY(label.Y), "start");
                break;
            case Mark.Remark remark:
                var lines = remark.Text.ReplaceLineEndings("\n").Split('\n').Length;
                var isTop = remark.Where is Corner.TopLeft or Corner.TopRight;
                var isRight = remark.Where is Corner.TopRight or Corner.BottomRight;
                Lines(remark.Text, isRight ? place.Left + place.Width - 6 : place.Left + 7, isTop ? place.Top + 15 : place.Top + place.Height - 8 - (lines - 1) * 15, isRight ? "end" : "start");
                break;
        }
    }

    private void Lines(string text, double x, double y, string anchor)
    {
        var row = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
            canvas.Text(x, y + 15 * row++, line, Sizes.Mark, anchor, kind: "wb-mark-label");
    }

    private void Marker(double x, double y, double size, Symbol symbol, string color, double opacity, string? kind)
    {
        object? faint = opacity == 1 ? null : opacity;
        var r = size / 2;
        switch (symbol)
        {
            case Symbol.Circle:
                canvas.Element("circle", ("class", kind), ("cx", x), ("cy", y), ("r", r), ("fill", color), ("fill-opacity", faint));
                break;
            case Symbol.Ring:
                canvas.Element("circle", ("class", kind), ("cx", x), ("cy", y), ("r", r - 0.6), ("fill", "none"), ("stroke", color), ("stroke-width", 1.3), ("stroke-opacity", faint));
                break;
            case Symbol.Square:
                canvas.Element("rect", ("class", kind), ("x", x - r), ("y", y - r), ("width", size), ("height", size), ("fill", color), ("fill-opacity", faint));
                break;
            default:
                var d = r * 1.25;
                canvas.Element("path", ("class", kind), ("d", $"M{SvgCanvas.Number(x)} {SvgCanvas.Number(y - d)}l{SvgCanvas.Number(d)} {SvgCanvas.Number(d)}l{SvgCanvas.Number(-d)} {SvgCanvas.Number(d)}l{SvgCanvas.Number(-d)} {SvgCanvas.Number(-d)}Z"), ("fill", color), ("fill-opacity", faint));
                break;
        }
    }

    private static bool Inside(AxisView axis, double value) => axis.Has(value) && axis.Place(value) is >= -1e-9 and <= 1 + 1e-9;

    /// <summary>Places far outside are drawn just outside: some viewers lose paths with huge coordinates.</summary>
    private static double Near(double pixels) => Math.Clamp(pixels, -20000, 20000);
}
