// A figure in words.
using System.Text;

namespace ModelBalancing.Figures;

internal static class FigureText
{
    public static string Describe(Figure figure)
    {
        var layout = new FigureLayout(figure);
        var text = new StringBuilder();
        text.Append("Figure: ").AppendLine(figure.Title.Length > 0 ? figure.Title : "(no title)");
        if (layout.Panels.Count == 0)
            text.AppendLine("  no data");
        foreach (var place in layout.Panels)
        {
            var panel = place.Panel;
            if (panel.Title.Length > 0)
                text.Append("  ").AppendLine(panel.Title);
            text.Append("  x: ").Append(AxisText(place.X)).Append("; y: ").AppendLine(AxisText(place.Y));
            if (place.IsEmpty)
                text.AppendLine("    no data");
            else
                foreach (var trace in panel.Traces)
                    text.Append("    ").AppendLine(TraceText(trace));
            foreach (var mark in panel.Marks)
                if (MarkText(mark) is { } words)
                    text.Append("    ").AppendLine(words);
        }
        if (figure.Note.Length > 0)
            text.Append("  ").AppendLine(figure.Note);
        foreach (var sentence in Omissions.Of(layout.Panels).Sentences())
            text.Append("  ").AppendLine(sentence);
        return text.ToString().TrimEnd();
    }

    private static string AxisText(AxisView view)
    {
        var name = view.Axis.Title.Length > 0 ? view.Axis.Title : "(no title)";
        var range = view.Axis.Categories is { } names ? $"{names.Count} categories"
            : view.IsEmpty ? "empty"
            : $"{Quantities.Number(view.Low, 3)} to {Quantities.Number(view.High, 3)}" + (view.Axis.Log ? ", log" : "");
        return $"{name} [{range}]";
    }

    private static string TraceText(Trace trace)
    {
        var (kind, values) = trace switch
        {
            Trace.Line t => ("line", t.Y),
            Trace.Points t => ("points", t.Y),
            Trace.Bars t => ("bars", t.Heights),
            Trace.Histogram t => ("histogram", t.Heights),
            Trace.Heatmap t => ("heatmap", (IReadOnlyList<double>)[.. t.Values.Cast<double>()]),
            _ => ("trace", []),
        };
        var finite = values.Where(double.IsFinite).ToList();
        var size = trace is Trace.Heatmap field ? $"{field.Values.GetLength(0)} × {field.Values.GetLength(1)} values" : $"{values.Count} value{(values.Count == 1 ? "" : "s")}";
        return $"{(trace.Name.Length > 0 ? trace.Name : kind)}: {kind}, {size}" + (finite.Count == 0 ? "" :
            $", {Quantities.Number(finite.Min())} to {Quantities.Number(finite.Max())}"
            + (trace is Trace.Line or Trace.Points && finite.Count > 1 ? $", last {Quantities.Number(finite[^1])}" : $", mean {Quantities.Number(finite.Average())}"));
    }

    private static string? MarkText(Mark mark) => mark switch
    {
        Mark.Vertical t => $"{(t.Label.Length > 0 ? t.Label : "line")} at x = {Quantities.Number(t.At)}",
        Mark.Horizontal t => $"{(t.Label.Length > 0 ? t.Label : "line")} at y = {Quantities.Number(t.At)}",
        Mark.Remark t => t.Text.ReplaceLineEndings("; "),
        Mark.Caption t => t.Text.ReplaceLineEndings("; "),
        _ => null,
    };
}
