// The data behind a figure, as a table that any program reads.
using System.Globalization;
using CsvHelper;

namespace ModelBalancing.Figures;

internal static class FigureCsv
{
    public static string Write(Figure figure)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = Csv.To(text))
        {
            foreach (var header in (string[])["panel", "trace", "kind", "x", "y", "z", "low", "high", "label"])
                csv.WriteField(header);
            csv.EndRecord();
            for (var i = 0; i < figure.Panels.Count; i++)
            {
                var panel = figure.Panels[i];
                var name = panel.Title.Length > 0 ? panel.Title : (i + 1).ToString(CultureInfo.InvariantCulture);
                foreach (var trace in panel.Traces)
                    foreach (var row in Rows(panel, trace))
                    {
                        csv.WriteField(name);
                        csv.WriteField(trace.Name);
                        csv.WriteField(row.Kind);
                        foreach (var number in (double?[])[row.X, row.Y, row.Z, row.Low, row.High])
                            csv.WriteField(number is { } value ? Csv.Number(value) : "");
                        csv.WriteField(row.Label);
                        csv.EndRecord();
                    }
            }
        }
        return text.ToString();
    }

    private sealed record Row(string Kind, double? X, double? Y, double? Z = null, double? Low = null, double? High = null, string Label = "");

    private static IEnumerable<Row> Rows(Panel panel, Trace trace)
    {
        string Name(IReadOnlyList<string>? names, int i) => names is not null && i < names.Count ? names[i] : "";
        switch (trace)
        {
            case Trace.Line t:
                for (var i = 0; i < t.X.Count; i++)
                    yield return new("line", t.X[i], t.Y[i], null, (t.Band ?? t.Error)?.Low[i], (t.Band ?? t.Error)?.High[i]);
                break;
            case Trace.Points t:
                for (var i = 0; i < t.X.Count; i++)
                    yield return new("points", t.X[i], t.Y[i], null, (t.Error ?? t.HorizontalError)?.Low[i], (t.Error ?? t.HorizontalError)?.High[i],
                        panel.Y.Categories is not null && t.Y[i] == Math.Round(t.Y[i]) && t.Y[i] >= 0 ? Name(panel.Y.Categories, (int)t.Y[i]) : "");
                break;
            case Trace.Bars t:
                for (var i = 0; i < t.Heights.Count; i++)
                    yield return new("bars", i, t.Heights[i], null, t.Error?.Low[i], t.Error?.High[i], Name(panel.X.Categories, i));
                break;
            case Trace.Histogram t:
                for (var i = 0; i < t.Heights.Count; i++)
                    yield return new("histogram", (t.Edges[i] + t.Edges[i + 1]) / 2, t.Heights[i], null, t.Edges[i], t.Edges[i + 1], "low and high are the bin's edges");
                break;
            case Trace.Heatmap t:
                for (var r = 0; r < t.Y.Count; r++)
                    for (var c = 0; c < t.X.Count; c++)
                        yield return new("heatmap", t.X[c], t.Y[r], t.Values[r, c]);
                break;
        }
    }
}

/// <summary>How all our CSV files are written: comma, RFC 4180 quotes, line feed, numbers that read back exactly.</summary>
internal static class Csv
{
    public static CsvWriter To(TextWriter text) => CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
