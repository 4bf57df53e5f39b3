// The file formats of the tasks: tab-separated tables, JSON lines, quoted tables, articles.
using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace ModelBalancing.Text.Tasks;

/// <summary>How a task's file is read: from a path to examples. Labels come as the file's own words, which the task turns into classes.</summary>
public abstract record TaskFormat
{
    /// <summary>The examples of a file in their order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelled">Whether labels are expected; where not, they are not looked for.</param>
    /// <exception cref="TextFileException">Missing, not of this format, a column is missing, a row is short.</exception>
    internal abstract IEnumerable<RawExample> Read(string path, bool labelled);
}

/// <summary>An example whose label is still the file's word.</summary>
internal sealed record RawExample(int Line, string Id, IReadOnlyList<TextInput> Inputs, string? Label, string? Group = null);

/// <summary>GLUE's tables: columns parted by tabs, quotes without meaning, with or without a first line of names.</summary>
/// <param name="Columns">Official names in their order; used where the file has no line of names and that many columns.</param>
/// <param name="First">Column of the first text.</param>
/// <param name="Second">Column of the second text, or null.</param>
/// <param name="Label">Column of the label.</param>
/// <param name="ShortRowsAllowed">Whether rows with fewer columns are left out, as QQP's official file needs; else they are an error.</param>
public sealed record TabSeparated(IReadOnlyList<string> Columns, string First, string? Second, string Label, bool ShortRowsAllowed = false) : TaskFormat
{
    private const int LongestShown = 80;

    internal override IEnumerable<RawExample> Read(string path, bool labelled)
    {
        int first = -1, second = -1, label = -1, width = 0;
        foreach (var (number, line) in TextLines.Of(path))
        {
            string[] cells = line.Split('\t');
            if (number == 1)
            {
                string[] names = cells.Contains(First) ? cells : [.. Columns];
                // A first line that names the label, or a text in other letters, is a line of names with a wrong one.
                if (names != cells && (cells.Length != names.Length || cells.Contains(Label) || cells.Any(cell => cell.Equals(First, StringComparison.OrdinalIgnoreCase))))
                    throw new TextFileException($"'{path}' has no column '{First}' in its first line ('{(line.Length > LongestShown ? line[..LongestShown] + "…" : line).Replace('\t', ' ')}'); expected the columns {string.Join(", ", Columns)}.");
                (first, second, label) = (Column(path, names, First), Second is null ? -1 : Column(path, names, Second), labelled ? Column(path, names, Label) : -1);
                width = new[] { first, second, label }.Max() + 1;
                if (names == cells)
                    continue;
            }
            if (cells.Length < width)
            {
                if (line.Length == 0 || ShortRowsAllowed)
                    continue;
                throw new TextFileException($"'{path}', line {number}: {cells.Length} columns; expected at least {width}.");
            }
            yield return new RawExample(number, number.ToString(CultureInfo.InvariantCulture), [new TextInput(cells[first], second < 0 ? null : cells[second])], label < 0 ? null : cells[label]);
        }
    }

    private static int Column(string path, string[] names, string name) => Array.IndexOf(names, name) is >= 0 and var at ? at
        : throw new TextFileException($"'{path}' has no column '{name}'; its columns are {string.Join(", ", names)}.");
}

/// <summary>One JSON object a line.</summary>
/// <param name="Examples">The examples of one object (MultiRC has many): name, inputs, the label's word if there, group.</param>
public sealed record JsonLines(Func<JsonElement, IEnumerable<(string? Id, IReadOnlyList<TextInput> Inputs, string? Label, string? Group)>> Examples) : TaskFormat
{
    internal override IEnumerable<RawExample> Read(string path, bool labelled)
    {
        foreach (var (number, line) in TextLines.Of(path))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            foreach (var (id, inputs, label, group) in ExamplesOf(path, number, line))
            {
                if (labelled && label is null)
                    throw new TextFileException($"'{path}', line {number}: no label.");
                yield return new RawExample(number, id ?? number.ToString(CultureInfo.InvariantCulture), inputs, labelled ? label : null, group);
            }
        }
    }

    private List<(string? Id, IReadOnlyList<TextInput> Inputs, string? Label, string? Group)> ExamplesOf(string path, int number, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return [.. Examples(document.RootElement)];
        }
        catch (JsonException wrong)
        {
            throw new TextFileException($"'{path}', line {number}: not JSON ({wrong.Message.Split(". ")[0].TrimEnd('.')}).", wrong);
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException)
        {
            throw new TextFileException($"'{path}', line {number}: a member is missing or of another type than this task's files have.", wrong);
        }
    }
}

/// <summary>A quoted, comma-separated table without names: label, text. Quotes inside a text are doubled, texts may hold line ends.</summary>
public sealed record QuotedTable : TaskFormat
{
    internal override IEnumerable<RawExample> Read(string path, bool labelled)
    {
        using var table = CsvReader.FromText(TextLines.Whole(path), new CsvReaderOptions { HasHeader = false, Separator = ',', TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw });
        while (Next(table, path))
        {
            int line = (int)table.LineNumber;
            if (table.FieldCount < 2)
                throw new TextFileException($"'{path}', line {line}: {table.FieldCount} columns; expected label and text.");
            yield return new RawExample(line, table.RowNumber.ToString(CultureInfo.InvariantCulture), [new TextInput(table.GetString(1).TrimEnd('\n', ' '))], labelled ? table.GetString(0) : null);
        }
    }

    private static bool Next(CsvReader table, string path)
    {
        try
        {
            return table.Read();
        }
        catch (CsvFormatException wrong)
        {
            throw new TextFileException($"'{path}' is not a quoted comma-separated table (line {wrong.LineNumber}).", wrong);
        }
    }
}
