// A table: typed columns, and every form in which it can be shown or saved.
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelBalancing.Figures;

/// <summary>Columns of equal length with a caption and a note on the source. It shows itself in notebooks.</summary>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Table
{
    /// <summary>Makes a table.</summary>
    /// <param name="caption">What it shows; plain text, empty for none.</param>
    /// <param name="columns">Its columns, all of the same length.</param>
    /// <exception cref="ArgumentException">The columns' lengths differ.</exception>
    public Table(string caption, params IReadOnlyList<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentNullException.ThrowIfNull(columns);
        foreach (var column in columns)
            if (column.Count != columns[0].Count)
                throw new ArgumentException($"The column '{column.Header}' has {column.Count} rows but '{columns[0].Header}' has {columns[0].Count}; expected as many.", nameof(columns));
        (Caption, Columns) = (caption, columns);
    }

    /// <summary>A table from rows: a column of numbers where every value is a number or null, else of text.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">Each column's header and what it takes from a row.</param>
    public static Table Of<T>(IEnumerable<T> rows, string caption, params (string Header, Func<T, object?> Value)[] columns)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var list = rows.ToList();
        return new(caption, [.. columns.Select(column => ColumnOf(column.Header, [.. list.Select(column.Value)]))]);
    }

    /// <summary>What it shows.</summary>
    public string Caption { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Where the numbers are from; shown below; default none.</summary>
    public string Note { get; init; } = "";

    /// <summary>How many rows there are.</summary>
    public int Count => Columns.Count == 0 ? 0 : Columns[0].Count;

    /// <summary>The fragment for a notebook or report, class <c>wb-table</c>; a click on a header sorts where scripts run.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder();
        html.Append("<style>").Append(Style).Append("</style><table class=\"wb-table\">");
        if (Caption.Length > 0)
            html.Append("<caption>").Append(Encoded(Caption)).Append("</caption>");
        html.Append("<thead><tr>");
        foreach (var column in Columns)
            html.Append(column.IsNumeric ? "<th scope=\"col\" class=\"wb-number\">" : "<th scope=\"col\">").Append(Cell(column.Header)).Append("</th>");
        html.Append("</tr></thead><tbody>");
        for (var row = 0; row < Count; row++)
        {
            html.Append("<tr>");
            foreach (var column in Columns)
            {
                html.Append("<td");
                if (column.IsNumeric)
                    html.Append(" class=\"wb-number\" data-value=\"").Append(Csv.Number(column.SortedBy(row) ?? double.NaN)).Append('"');
                else if (IsFigure(column.Shown(row)))
                    html.Append(" class=\"wb-figure\"");
                html.Append(column.IsBold(row) ? "><strong>" : ">").Append(Cell(column.Shown(row))).Append(column.IsBold(row) ? "</strong></td>" : "</td>");
            }
            html.Append("</tr>");
        }
        if (Count == 0)
            html.Append("<tr><td colspan=\"").Append(Math.Max(1, Columns.Count)).Append("\"><em>no data</em></td></tr>");
        html.Append("</tbody>");
        if (Note.Length > 0)
            html.Append("<tfoot><tr><td colspan=\"").Append(Math.Max(1, Columns.Count)).Append("\">").Append(Encoded(Note)).Append("</td></tr></tfoot>");
        return html.Append("</table><script>").Append(Sorting).Append("</script>").ToString();
    }

    /// <summary>A page of its own.</summary>
    public string ToPage() => FigureHtml.Page(Caption, ToHtml(), null);

    /// <summary>Aligned columns in plain text.</summary>
    public string ToText()
    {
        // A row stays one line, whatever its names hold: line breaks and a terminal's control characters become blanks.
        static string Cell(string text) => text.Any(char.IsControl) ? new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]) : text;
        var widths = Columns.Select(c => Enumerable.Range(0, Count).Select(r => CellsOf(Cell(c.Shown(r)))).Prepend(CellsOf(c.Header)).Max()).ToList();
        var text = new StringBuilder();
        if (Caption.Length > 0)
            text.AppendLine(Caption);
        void Row(Func<Column, string> cell) =>
            text.AppendLine(string.Join("  ", Columns.Select((c, i) => Padded(cell(c), widths[i], c.IsNumeric))).TrimEnd());
        Row(c => c.Header);
        text.AppendLine(string.Join("  ", widths.Select(w => new string('-', w))));
        for (var row = 0; row < Count; row++)
            Row(c => Cell(c.Shown(row)));
        if (Count == 0)
            text.AppendLine("no data");
        if (Note.Length > 0)
            text.AppendLine(Note);
        return text.ToString().TrimEnd();
    }

    /// <summary>A Markdown table with the caption above and the note below.</summary>
    public string ToMarkdown()
    {
        static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;");
        var text = new StringBuilder();
        if (Caption.Length > 0)
            text.Append("**").Append(Cell(Caption)).Append("**\n\n");
        text.Append("| ").AppendJoin(" | ", Columns.Select(c => Cell(c.Header))).Append(" |\n|");
        foreach (var column in Columns)
            text.Append(column.IsNumeric ? " ---: |" : " --- |");
        text.Append('\n');
        for (var row = 0; row < Count; row++)
            text.Append("| ").AppendJoin(" | ", Columns.Select(c => c.IsBold(row) ? $"**{Cell(c.Shown(row))}**" : Cell(c.Shown(row)))).Append(" |\n");
        if (Count == 0)
            text.Append("\nno data\n");
        if (Note.Length > 0)
            text.Append('\n').Append(Cell(Note)).Append('\n');
        return text.ToString();
    }

    /// <summary>The values in full precision; a mean and its deviation become two columns.</summary>
    public string ToCsv()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = Csv.To(text))
        {
            foreach (var column in Columns)
            {
                csv.WriteField(column.Header);
                if (column is Column.MeanDeviation)
                    csv.WriteField(column.Header + " (standard deviation)");
            }
            csv.EndRecord();
            for (var row = 0; row < Count; row++)
            {
                foreach (var column in Columns)
                {
                    csv.WriteField(column.SortedBy(row) is { } number ? Csv.Number(number) : column.Shown(row));
                    if (column is Column.MeanDeviation pair)
                        csv.WriteField(Csv.Number(pair.Deviations[row]));
                }
                csv.EndRecord();
            }
        }
        return text.ToString();
    }

    /// <summary>Caption, note, headers, and one object a row with the values in full precision (null when not finite).</summary>
    public JsonObject ToJson()
    {
        static JsonNode? Value(double number) => double.IsFinite(number) ? JsonValue.Create(number) : null;
        var rows = new JsonArray();
        for (var row = 0; row < Count; row++)
        {
            var cells = new JsonArray();
            foreach (var column in Columns)
                cells.Add(column switch
                {
                    Column.MeanDeviation pair => new JsonObject { ["mean"] = Value(pair.Means[row]), ["deviation"] = Value(pair.Deviations[row]) },
                    Column.Number numbers => Value(numbers.Values[row]),
                    _ => (JsonNode)column.Shown(row),
                });
            rows.Add(cells);
        }
        return new()
        {
            ["caption"] = Caption, ["note"] = Note, ["columns"] = new JsonArray([.. Columns.Select(c => (JsonNode)c.Header)]), ["rows"] = rows,
        };
    }

    /// <summary>The table as a picture.</summary>
    /// <param name="ground">What lies behind it; default white.</param>
    public string ToSvg(Ground ground = Ground.White) => TableSvg.Draw(this, ground);

    /// <inheritdoc cref="Figure.ToPng"/>
    public byte[] ToPng(double scale = 2) => PngImage.Of(ToSvg(), scale);

    /// <summary>Saves it in the form that the extension names: .svg, .png, .json, .csv, .html, .md or .txt; the file is whole or untouched.</summary>
    /// <param name="path">Where to; missing folders are made.</param>
    /// <exception cref="ArgumentException">The extension is none of these.</exception>
    public void Save(string path) => WrittenFile.Save(path, "table",
        (".svg", () => Encoding.UTF8.GetBytes(ToSvg())),
        (".png", () => ToPng()),
        (".json", () => Encoding.UTF8.GetBytes(ToJson().ToJsonString())),
        (".csv", () => Encoding.UTF8.GetBytes(ToCsv())),
        (".html", () => Encoding.UTF8.GetBytes(ToPage())),
        (".md", () => Encoding.UTF8.GetBytes(ToMarkdown())),
        (".txt", () => Encoding.UTF8.GetBytes(ToText())));

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => ToText();

    private const int LongestFigure = 24; // characters; what is longer is a sentence

    private const string Style =
        ".wb-table{border-collapse:collapse;margin:.6em 0;font-variant-numeric:tabular-nums;border-top:2px solid;border-bottom:2px solid;border-color:color-mix(in srgb,currentColor 55%,transparent)}"
        + ".wb-table caption{caption-side:top;text-align:left;font-weight:600;padding:.2em 0 .5em}"
        + ".wb-table th,.wb-table td{padding:.28em .8em;text-align:left;border:0;vertical-align:baseline}"
        + ".wb-table thead th{border-bottom:1px solid;border-color:color-mix(in srgb,currentColor 55%,transparent);cursor:pointer;user-select:none}"
        + ".wb-table .wb-number{text-align:right}.wb-table td.wb-number,.wb-table .wb-figure{white-space:nowrap}"
        + ".wb-table tbody tr:hover{background:rgba(128,128,128,.12)}"
        + ".wb-table tfoot td{font-size:.86em;opacity:.75;border-top:1px solid;border-color:color-mix(in srgb,currentColor 30%,transparent)}";

    /// <summary>One listener a page sorts every table: numbers by value, text by the alphabet, unknown last; again turns the order round.</summary>
    private const string Sorting = """
        if(!window.wbTableSorting){window.wbTableSorting=true;document.addEventListener('click',function(e){var h=e.target.closest&&e.target.closest('.wb-table thead th');if(!h)return;var b=h.closest('table').tBodies[0],i=h.cellIndex,up=h.getAttribute('aria-sort')!=='ascending';Array.prototype.forEach.call(h.parentNode.cells,function(c){c.removeAttribute('aria-sort')});h.setAttribute('aria-sort',up?'ascending':'descending');Array.prototype.slice.call(b.rows).sort(function(p,q){var x=p.cells[i],y=q.cells[i];if(!x||!y)return 0;var n=x.hasAttribute('data-value'),u=n?parseFloat(x.getAttribute('data-value')):x.textContent,v=n?parseFloat(y.getAttribute('data-value')):y.textContent;if(n&&(u!==u||v!==v))return u!==u?(v!==v?0:1):-1;var d=n?(u===v?0:u<v?-1:1):u.localeCompare(v,undefined,{numeric:true});return up?d:-d}).forEach(function(r){b.appendChild(r)})})}
        """;

    private static Column ColumnOf(string header, IReadOnlyList<object?> values)
    {
        static double? Real(object? value) => value switch
        {
            null => double.NaN,
            double or float or decimal or int or long or short or byte or uint or ulong or Half => Convert.ToDouble(value is Half half ? (double)half : value, CultureInfo.InvariantCulture),
            _ => null,
        };
        if (values.Count > 0 && values.All(v => Real(v) is not null) && values.Any(v => v is not null))
        {
            var whole = values.All(v => v is null or int or long or short or byte or uint or ulong);
            return new Column.Number(header, values.Select(v => Real(v)!.Value), whole ? "#,0" : null);
        }
        return new Column.Text(header, values.Select(v => v switch
        {
            null => "",
            bool yes => yes ? "yes" : "no",
            TimeSpan duration => Quantities.Duration(duration),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => v.ToString(),
        }));
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Text of a cell; a percentage stays in one piece.</summary>
    private static string Cell(string text) => Encoded(text.Replace(" %", "\u00a0%", StringComparison.Ordinal));

    /// <summary>Whether a text is a number with its unit or an interval, which a line break would tear apart: "12.6 %", "−0.01 to 0.02", "3 min 20 s".</summary>
    private static bool IsFigure(string text) => text.Length is > 0 and <= LongestFigure && (char.IsAsciiDigit(text[0]) || (text.Length > 1 && text[0] is '−' or '+' or '±' && char.IsAsciiDigit(text[1])));

    /// <summary>How many character cells a text takes.</summary>
    private static int CellsOf(string text) => new StringInfo(text).LengthInTextElements;

    private static string Padded(string text, int width, bool right)
    {
        var space = new string(' ', Math.Max(0, width - CellsOf(text)));
        return right ? space + text : text + space;
    }
}
