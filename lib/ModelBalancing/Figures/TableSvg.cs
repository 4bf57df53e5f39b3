// Draws a table as SVG: three rules, as in a paper.
namespace ModelBalancing.Figures;

internal static class TableSvg
{
    private const double Font = 12, RowHeight = 22, Padding = 10, Widest = 360;

    public static string Draw(Table table, Ground ground)
    {
        var widths = table.Columns.Select(c => Math.Min(Widest, Enumerable.Range(0, table.Count)
            .Select(r => TextWidth.Of(c.Shown(r), Font, c.IsBold(r))).Prepend(TextWidth.Of(c.Header, Font, bold: true)).Max()) + 2 * Padding).ToList();
        var inner = Math.Max(widths.Sum(), 180);
        var width = Math.Max(inner + 2 * FigureLayout.Edge, 200);
        var caption = table.Caption.Length == 0 ? [] : TextWidth.Wrap(table.Caption, 13, inner, bold: true);
        var note = table.Note.Length == 0 ? [] : TextWidth.Wrap(table.Note, Sizes.Note, inner);
        var top = FigureLayout.Edge + caption.Count * 18 + (caption.Count > 0 ? 6 : 0);
        var bottom = top + RowHeight + 4 + Math.Max(1, table.Count) * RowHeight + 4;
        using var canvas = new SvgCanvas(width, bottom + note.Count * 14 + (note.Count > 0 ? 6 : 0) + FigureLayout.Edge, ground, isDocument: true, table.Caption);
        for (var i = 0; i < caption.Count; i++)
            canvas.Text(FigureLayout.Edge, FigureLayout.Edge + 12 + i * 18, caption[i], 13, bold: true, kind: "wb-title");
        void Rule(double y, double weight) => canvas.Line(FigureLayout.Edge, y, FigureLayout.Edge + inner, y, canvas.Ink, weight, 0.7);
        Rule(top, 1.6);
        Rule(top + RowHeight + 2, 0.9);
        Rule(bottom, 1.6);
        var left = FigureLayout.Edge;
        for (var c = 0; c < table.Columns.Count; left += widths[c++])
        {
            var column = table.Columns[c];
            var (x, anchor) = column.IsNumeric ? (left + widths[c] - Padding, "end") : (left + Padding, "start");
            void Cell(double y, string text, bool bold, string kind) =>
                canvas.Text(x, y, TextWidth.Shorten(text, Font * (bold ? 1.1 : 1), widths[c] - 2 * Padding + 2), Font, anchor, bold, kind: kind, whole: text);
            Cell(top + 16, column.Header, bold: true, "wb-header");
            for (var row = 0; row < table.Count; row++)
                Cell(top + RowHeight + 4 + row * RowHeight + 15, column.Shown(row), column.IsBold(row), "wb-cell");
        }
        if (table.Count == 0)
            canvas.Text(FigureLayout.Edge + Padding, top + RowHeight + 19, "no data", Font, opacity: 0.7, kind: "wb-empty");
        for (var i = 0; i < note.Count; i++)
            canvas.Text(FigureLayout.Edge, bottom + 16 + i * 14, note[i], Sizes.Note, opacity: 0.72, kind: "wb-note");
        return canvas.Finish();
    }
}
