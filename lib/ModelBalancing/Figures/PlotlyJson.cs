// A figure as Plotly's data and layout, laid out like the static picture.
using System.Text.Json.Nodes;

namespace ModelBalancing.Figures;

internal static class PlotlyJson
{
    private const string Faint = "rgba(128,128,128,0.22)", Line = "rgba(128,128,128,0.8)";

    public static JsonObject Of(Figure figure)
    {
        var place = new FigureLayout(figure);
        var area = Area(place);
        var data = new JsonArray();
        var annotations = new JsonArray();
        var shapes = new JsonArray();
        var layout = new JsonObject
        {
            ["title"] = new JsonObject
            {
                ["text"] = "<b>" + string.Join("<br>", place.TitleLines.Select(Plain)) + "</b>",
                ["x"] = FigureLayout.Edge / place.Width, ["xanchor"] = "left", ["xref"] = "container",
                ["y"] = 1 - FigureLayout.Edge / place.Height, ["yanchor"] = "top", ["yref"] = "container",
                ["font"] = new JsonObject { ["size"] = Sizes.Title },
            },
            ["width"] = place.Width,
            ["height"] = place.Height,
            ["margin"] = new JsonObject { ["l"] = area.Left, ["t"] = area.Top, ["r"] = place.Width - area.Right, ["b"] = place.Height - area.Bottom, ["pad"] = 0 },
            ["font"] = new JsonObject { ["family"] = "Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif", ["size"] = Sizes.Tick },
            ["paper_bgcolor"] = "rgba(0,0,0,0)",
            ["plot_bgcolor"] = "rgba(0,0,0,0)",
            ["hovermode"] = "closest",
            ["showlegend"] = place.Legend.Count > 0,
            ["barmode"] = "overlay",
            ["modebar"] = new JsonObject { ["bgcolor"] = "rgba(0,0,0,0)", ["color"] = "rgba(128,128,128,0.6)", ["activecolor"] = "rgba(128,128,128,1)" },
            ["legend"] = new JsonObject
            {
                ["orientation"] = "h", ["font"] = new JsonObject { ["size"] = Sizes.Legend }, ["bgcolor"] = "rgba(0,0,0,0)",
                ["xref"] = "container", ["x"] = FigureLayout.Edge / place.Width, ["xanchor"] = "left",
                ["yref"] = "container", ["y"] = 1 - place.LegendTop / place.Height, ["yanchor"] = "top",
            },
        };
        if (place.TitleLines.Count == 0)
            layout.Remove("title");
        var listed = new HashSet<(string, string)>();
        foreach (var panel in place.Panels)
        {
            var suffix = panel.Index == 0 ? "" : (panel.Index + 1).ToString();
            layout["xaxis" + suffix] = AxisOf(panel.X, panel.Panel.X.Title, "y" + suffix, (panel.Left - area.Left) / area.Width, (panel.Left + panel.Width - area.Left) / area.Width, -panel.LabelAngle, panel, isVertical: false);
            layout["yaxis" + suffix] = AxisOf(panel.Y, panel.Panel.Y.Title, "x" + suffix, (area.Bottom - panel.Top - panel.Height) / area.Height, (area.Bottom - panel.Top) / area.Height, 0, panel, isVertical: true);
            if (panel.Panel.Title.Length > 0)
                annotations.Add(Annotation("<b>" + Plain(panel.Panel.Title) + "</b>", $"x{suffix} domain", 0, $"y{suffix} domain", 1, "left", "bottom", Sizes.PanelTitle, yShift: 3));
            if (panel.IsEmpty)
                annotations.Add(Annotation("no data", $"x{suffix} domain", 0.5, $"y{suffix} domain", 0.5, "center", "middle", Sizes.AxisTitle));
            else
                foreach (var trace in panel.Panel.Traces)
                    foreach (var node in TraceOf(trace, panel, place.ColorOf(trace), area, listed))
                    {
                        node["xaxis"] = "x" + suffix;
                        node["yaxis"] = "y" + suffix;
                        data.Add(node);
                    }
            foreach (var mark in panel.Panel.Marks)
                Add(mark, panel, suffix, annotations, shapes);
        }
        if (place.Panels.Count == 0)
            annotations.Add(Annotation("no data", "paper", 0.5, "paper", 0.5, "center", "middle", Sizes.AxisTitle));
        if (place.NoteLines.Count > 0)
        {
            var note = Annotation(string.Join("<br>", place.NoteLines.Select(Plain)), "paper", 0, "paper", 0, "left", "top", Sizes.Note, yShift: area.Bottom - place.NoteTop);
            note["xshift"] = FigureLayout.Edge - area.Left;
            note["align"] = "left";
            note["opacity"] = 0.75;
            annotations.Add(note);
        }
        layout["annotations"] = annotations;
        layout["shapes"] = shapes;
        return new() { ["data"] = data, ["layout"] = layout };
    }

    private sealed record PlotArea(double Left, double Top, double Right, double Bottom)
    {
        public double Width => Right - Left;

        public double Height => Bottom - Top;
    }

    /// <summary>The rectangle around all panels, which Plotly calls paper.</summary>
    private static PlotArea Area(FigureLayout place) => place.Panels.Count == 0
        ? new(FigureLayout.Edge, place.Height / 2, place.Width - FigureLayout.Edge, place.Height / 2 + 1)
        : new(place.Panels.Min(p => p.Left), place.Panels.Min(p => p.Top), place.Panels.Max(p => p.Left + p.Width), place.Panels.Max(p => p.Top + p.Height));

    private static JsonObject AxisOf(AxisView view, string title, string anchor, double from, double to, int angle, PanelPlace panel, bool isVertical)
    {
        double End(double value) => view.Axis.Log ? Math.Log10(value) : value;
        var (low, high) = view.Axis.Reversed ? (view.High, view.Low) : (view.Low, view.High);
        var isField = panel.Panel.Traces.Any(t => t is Trace.Heatmap);
        var axis = new JsonObject
        {
            ["domain"] = new JsonArray(Math.Clamp(from, 0, 1), Math.Clamp(to, 0, 1)),
            ["anchor"] = anchor,
            ["type"] = view.Axis.Log ? "log" : "linear",
            ["range"] = new JsonArray(End(low), End(high)),
            ["showgrid"] = view.Axis.Grid && !isField && (isVertical || view.Axis.Categories is null),
            ["gridcolor"] = Faint, ["zeroline"] = false, ["showline"] = true, ["linecolor"] = Line,
            ["ticks"] = "outside", ["ticklen"] = 4, ["tickcolor"] = Line,
            ["exponentformat"] = "power",
            ["nticks"] = Math.Max(3, view.Ticks.Count + 1),
        };
        if (title.Length > 0)
            axis["title"] = new JsonObject { ["text"] = Plain(title), ["standoff"] = 6, ["font"] = new JsonObject { ["size"] = Sizes.AxisTitle } };
        if (view.Axis.Log && view.Axis.TickValues is null && Math.Log10(view.High) - Math.Log10(view.Low) > 1.6)
        {
            axis["tickfont"] = new JsonObject { ["size"] = Sizes.Tick / 1.25 }; // Plotly sets powers a quarter larger
            axis["dtick"] = Math.Max(1, view.Ticks.Count > 1 ? Math.Round(Math.Log10(view.Ticks[1].Value) - Math.Log10(view.Ticks[0].Value)) : 1);
        }
        if (view.Axis.Categories is not null || view.Axis.TickValues is not null)
        {
            var every = isVertical ? 1 : panel.LabelEvery;
            var kept = view.Ticks.Where((_, i) => i % every == 0).ToList();
            axis.Remove("nticks");
            axis["tickmode"] = "array";
            axis["tickvals"] = new JsonArray([.. kept.Select(t => (JsonNode)t.Value)]);
            axis["ticktext"] = new JsonArray([.. kept.Select(t => (JsonNode)(Plain(TextWidth.Shorten(t.Text, Sizes.Tick, panel.LabelLimit)) + (t.Superscript.Length > 0 ? $"<sup>{t.Superscript}</sup>" : "")))]);
            if (!isVertical)
                axis["tickangle"] = angle;
        }
        return axis;
    }

    private static IEnumerable<JsonObject> TraceOf(Trace trace, PanelPlace panel, string color, PlotArea area, HashSet<(string, string)> listed)
    {
        var isListed = trace.InLegend && trace.Name.Length > 0 && trace is not Trace.Heatmap && listed.Add((trace.Name, color));
        var node = new JsonObject { ["name"] = Plain(trace.Name), ["showlegend"] = isListed, ["legendgroup"] = trace.Name + color };
        if (trace.Opacity != 1)
            node["opacity"] = trace.Opacity;
        switch (trace)
        {
            case Trace.Line line:
                if (BandOf(line, panel, color) is { } band)
                    yield return band;
                node["type"] = "scatter";
                node["mode"] = line.Marker is null ? "lines" : "lines+markers";
                node["x"] = Numbers(line.X, panel.X);
                node["y"] = Numbers(line.Y, panel.Y);
                node["line"] = new JsonObject { ["color"] = color, ["width"] = line.Width, ["dash"] = line.Dash switch { Dash.Dashed => "dash", Dash.Dotted => "dot", _ => "solid" } };
                if (line.Marker is { } marker)
                    node["marker"] = MarkerOf(marker, 7, color);
                if (line.Error is { } error)
                    node["error_y"] = ErrorOf(line.Y, error, color);
                break;
            case Trace.Points points:
                node["type"] = "scatter";
                node["mode"] = "markers";
                node["x"] = Numbers(points.X, panel.X);
                node["y"] = Numbers(points.Y, panel.Y);
                node["marker"] = MarkerOf(points.Symbol, points.Size, color);
                if (points.Error is { } vertical)
                    node["error_y"] = ErrorOf(points.Y, vertical, color);
                if (points.HorizontalError is { } horizontal)
                    node["error_x"] = ErrorOf(points.X, horizontal, color);
                break;
            case Trace.Bars bars:
                var (offset, width) = FigureSvg.BarSlot(panel.Panel, bars);
                node["type"] = "bar";
                node["x"] = new JsonArray([.. Enumerable.Range(0, bars.Heights.Count).Select(i => (JsonNode)i)]);
                node["y"] = Numbers(bars.Heights, panel.Y);
                node["offset"] = offset;
                node["width"] = width;
                node["marker"] = new JsonObject { ["color"] = color };
                if (panel.Panel.X.Categories is { } names)
                {
                    node["hovertext"] = new JsonArray([.. names.Take(bars.Heights.Count).Select(n => (JsonNode)Plain(n))]);
                    node["hovertemplate"] = "%{hovertext}<br>%{y}<extra>%{fullData.name}</extra>";
                }
                if (bars.Error is { } barError)
                    node["error_y"] = ErrorOf(bars.Heights, barError, Line);
                break;
            case Trace.Histogram histogram:
                node["type"] = "bar";
                // On a logarithmic axis too a bar's width is in data units, around the arithmetic middle.
                node["x"] = Numbers([.. histogram.Heights.Select((_, i) => (histogram.Edges[i] + histogram.Edges[i + 1]) / 2)], panel.X);
                node["y"] = Numbers(histogram.Heights, panel.Y);
                node["width"] = Numbers([.. histogram.Heights.Select((_, i) => histogram.Edges[i + 1] - histogram.Edges[i])], null);
                node["marker"] = new JsonObject { ["color"] = color, ["line"] = new JsonObject { ["width"] = 0 } };
                break;
            case Trace.Heatmap heatmap:
                Fill(node, heatmap, panel, area);
                break;
        }
        yield return node;
    }

    private static JsonObject? BandOf(Trace.Line line, PanelPlace panel, string color)
    {
        var (x, y) = (new JsonArray(), new JsonArray());
        foreach (var (from, to) in FigureSvg.BandRuns(line, panel.X.Has, panel.Y.Has))
        {
            if (x.Count > 0)
            {
                x.Add(null);
                y.Add(null);
            }
            for (var i = from; i < to; i++)
            {
                x.Add(line.X[i]);
                y.Add(line.Band!.High[i]);
            }
            for (var i = to - 1; i >= from; i--)
            {
                x.Add(line.X[i]);
                y.Add(line.Band!.Low[i]);
            }
        }
        if (x.Count == 0)
            return null;
        var rgb = Rgb.Parse(color);
        return new()
        {
            ["type"] = "scatter", ["mode"] = "lines", ["name"] = Plain(line.Name), ["legendgroup"] = line.Name + color, ["showlegend"] = false, ["hoverinfo"] = "skip",
            ["x"] = x, ["y"] = y, ["fill"] = "toself", ["fillcolor"] = $"rgba({rgb.R},{rgb.G},{rgb.B},0.2)", ["line"] = new JsonObject { ["width"] = 0 },
        };
    }

    private static void Fill(JsonObject node, Trace.Heatmap heatmap, PanelPlace panel, PlotArea area)
    {
        var (low, high) = heatmap.Limits();
        var rows = new JsonArray();
        for (var r = 0; r < heatmap.Values.GetLength(0); r++)
        {
            var row = new JsonArray();
            for (var c = 0; c < heatmap.Values.GetLength(1); c++)
                row.Add(double.IsFinite(heatmap.Values[r, c]) ? JsonValue.Create((float)heatmap.Values[r, c]) : null);
            rows.Add(row);
        }
        var scale = new JsonArray();
        for (var i = 0; i < heatmap.Scale.Count; i++)
            scale.Add(new JsonArray(i / (heatmap.Scale.Count - 1.0), heatmap.Scale.Stop(i).ToString()));
        node["type"] = "heatmap";
        node["x"] = Numbers(heatmap.X, null);
        node["y"] = Numbers(heatmap.Y, null);
        node["z"] = rows;
        node["colorscale"] = scale;
        node["zmin"] = low;
        node["zmax"] = high;
        node["showscale"] = heatmap.ShowScale;
        if (heatmap.ShowScale)
            node["colorbar"] = new JsonObject
            {
                ["x"] = (panel.Left + panel.Width + FigureLayout.ScaleGap - area.Left) / area.Width, ["xanchor"] = "left", ["xpad"] = 0,
                ["y"] = (area.Bottom - panel.Top - panel.Height) / area.Height, ["yanchor"] = "bottom", ["ypad"] = 0,
                ["len"] = panel.Height / area.Height, ["lenmode"] = "fraction", ["thickness"] = FigureLayout.ScaleWidth,
                ["outlinewidth"] = 0.5, ["exponentformat"] = "power", ["nticks"] = panel.ScaleTicks.Count + 1,
                ["title"] = new JsonObject { ["text"] = Plain(heatmap.ScaleTitle), ["side"] = "right" },
            };
    }

    private static JsonObject MarkerOf(Symbol symbol, double size, string color) => new()
    {
        ["size"] = size, ["color"] = color,
        ["symbol"] = symbol switch { Symbol.Square => "square", Symbol.Diamond => "diamond", Symbol.Ring => "circle-open", _ => "circle" },
    };

    private static JsonObject ErrorOf(IReadOnlyList<double> values, Bounds bounds, string color) => new()
    {
        ["type"] = "data", ["symmetric"] = false, ["color"] = color, ["thickness"] = 1.4, ["width"] = 3.5,
        ["array"] = Numbers([.. bounds.High.Zip(values, (high, v) => high - v)], null),
        ["arrayminus"] = Numbers([.. bounds.Low.Zip(values, (low, v) => v - low)], null),
    };

    private static void Add(Mark mark, PanelPlace panel, string suffix, JsonArray annotations, JsonArray shapes)
    {
        JsonObject Shape(string kind, string xRef, double x0, double x1, string yRef, double y0, double y1) => new()
        {
            ["type"] = kind, ["xref"] = xRef, ["x0"] = x0, ["x1"] = x1, ["yref"] = yRef, ["y0"] = y0, ["y1"] = y1, ["layer"] = kind == "rect" ? "below" : "above",
        };
        // Plotly wants the logarithm for annotations on logarithmic axes, but not for shapes.
        double Written(AxisView axis, double value) => axis.Axis.Log ? Math.Log10(value) : value;
        JsonObject Stroke(Dash dash) => new() { ["color"] = mark.Color, ["width"] = 1.4, ["dash"] = dash switch { Dash.Dashed => "dash", Dash.Dotted => "dot", _ => "solid" } };
        var (x, y, xDomain, yDomain) = ("x" + suffix, "y" + suffix, $"x{suffix} domain", $"y{suffix} domain");
        switch (mark)
        {
            case Mark.Vertical line when panel.X.Has(line.At):
                var vertical = Shape("line", x, line.At, line.At, yDomain, 0, 1);
                vertical["line"] = Stroke(line.Dash);
                shapes.Add(vertical);
                var fits = panel.AtX(line.At) + 5 + TextWidth.Of(line.Label, Sizes.Mark) < panel.Left + panel.Width;
                if (line.Label.Length > 0)
                {
                    var label = Annotation(Plain(line.Label), x, Written(panel.X, line.At), yDomain, 1, fits ? "left" : "right", "top", Sizes.Mark);
                    label["xshift"] = fits ? 4 : -4;
                    annotations.Add(label);
                }
                break;
            case Mark.Horizontal line when panel.Y.Has(line.At):
                var horizontal = Shape("line", xDomain, 0, 1, y, line.At, line.At);
                horizontal["line"] = Stroke(line.Dash);
                shapes.Add(horizontal);
                if (line.Label.Length > 0)
                    annotations.Add(Annotation(Plain(line.Label), xDomain, 1, y, Written(panel.Y, line.At), "right", "bottom", Sizes.Mark));
                break;
            case Mark.Shade shade when panel.X.Has(shade.From) && panel.X.Has(shade.To):
                var rect = Shape("rect", x, shade.From, shade.To, yDomain, 0, 1);
                rect["fillcolor"] = shade.Color;
                rect["opacity"] = 0.14;
                rect["line"] = new JsonObject { ["width"] = 0 };
                shapes.Add(rect);
                break;
            case Mark.Caption label when panel.X.Has(label.X) && panel.Y.Has(label.Y):
                annotations.Add(Annotation(Lines(label.Text), x, Written(panel.X, label.X), y, Written(panel.Y, label.Y), "left", "middle", Sizes.Mark));
                break;
            case Mark.Remark remark:
                var isTop = remark.Where is Corner.TopLeft or Corner.TopRight;
                var isRight = remark.Where is Corner.TopRight or Corner.BottomRight;
                var note = Annotation(Lines(remark.Text), xDomain, isRight ? 1 : 0, yDomain, isTop ? 1 : 0, isRight ? "right" : "left", isTop ? "top" : "bottom", Sizes.Mark);
                note["align"] = isRight ? "right" : "left";
                annotations.Add(note);
                break;
        }
    }

    private static JsonObject Annotation(string text, string xRef, double x, string yRef, double y, string xAnchor, string yAnchor, double size, double yShift = 0)
    {
        var annotation = new JsonObject
        {
            ["text"] = text, ["showarrow"] = false, ["xref"] = xRef, ["x"] = x, ["xanchor"] = xAnchor, ["yref"] = yRef, ["y"] = y, ["yanchor"] = yAnchor,
            ["font"] = new JsonObject { ["size"] = size },
        };
        if (yShift != 0)
            annotation["yshift"] = yShift;
        return annotation;
    }

    /// <summary>Numbers as JSON; what has no place on the axis is null, which Plotly draws as a gap.</summary>
    private static JsonArray Numbers(IReadOnlyList<double> values, AxisView? axis) =>
        new([.. values.Select(v => double.IsFinite(v) && (axis is null || axis.Has(v)) ? (JsonNode)v : null)]);

    private static string Lines(string text) => string.Join("<br>", text.ReplaceLineEndings("\n").Split('\n').Select(Plain));

    /// <summary>Plotly reads a little HTML in its texts; ours are plain.</summary>
    private static string Plain(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
