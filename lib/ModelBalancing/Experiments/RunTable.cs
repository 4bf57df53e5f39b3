// Runs as a table: a row a run, a column a member of what the run's files hold.
using System.Globalization;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments;

/// <summary>Runs and what their files hold, as it was when the table was asked for.</summary>
/// <remarks>
/// Columns: <c>name</c>, <c>phase</c>, and the members of the files by their dotted names: <c>spec.rows</c>, <c>spec.seeds.subset</c>, <c>identity.threads</c>,
/// <c>result.test.nRMSE</c>, <c>environment.machine</c>, <c>times.seconds</c>, <c>failure.message</c>, <c>progress.step</c>. A column is read when it is first asked for.
/// Values are double or string (truth values are "true" and "false"), null where the run has none; short lists of words are joined, lists of numbers are left to the file.
/// </remarks>
public sealed class RunTable
{
    private readonly RunIndexContent content;
    private readonly IReadOnlyDictionary<string, RunPhase> open;
    private readonly int[] rows;

    internal RunTable(RunIndexContent content, IReadOnlyDictionary<string, RunPhase> open, string? notice)
        : this(content, open, [.. Enumerable.Range(0, content.Names.Count)], notice)
    {
    }

    private RunTable(RunIndexContent content, IReadOnlyDictionary<string, RunPhase> open, int[] rows, string? notice) =>
        (this.content, this.open, this.rows, Notice) = (content, open, rows, notice);

    /// <summary>Number of runs.</summary>
    public int Count => rows.Length;

    /// <summary>All columns that any run of the folder has, in alphabetical order, name and phase first.</summary>
    public IReadOnlyList<string> Columns => ["name", "phase", .. content.Columns];

    /// <summary>What is to be said about the index, such as that it was damaged and made anew; null for nothing.</summary>
    public string? Notice { get; }

    /// <summary>The values of a column, a run each; all null if no run has it.</summary>
    /// <param name="column">The column's name.</param>
    public IReadOnlyList<object?> this[string column]
    {
        get
        {
            if (column == "name")
                return [.. rows.Select(row => content.Names[row])];
            if (column == "phase")
                return [.. rows.Select(row => PhaseOf(row).ToString())];
            var values = content.Values(column);
            return [.. rows.Select(row => values[row])];
        }
    }

    /// <summary>The numbers of a column; NaN where a run has none.</summary>
    /// <param name="column">The column's name.</param>
    public IReadOnlyList<double> Numbers(string column) => [.. this[column].Select(value => value is double number ? number : double.NaN)];

    /// <summary>The texts of a column, numbers as they are written; null where a run has none.</summary>
    /// <param name="column">The column's name.</param>
    public IReadOnlyList<string?> Texts(string column) => [.. this[column].Select(Text)];

    /// <summary>The runs, in the table's order.</summary>
    public IEnumerable<RunRow> Rows => Enumerable.Range(0, Count).Select(row => new RunRow(this, row));

    /// <summary>The runs whose value equals another; null asks for runs without one.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="value">A number, text or truth value.</param>
    public RunTable Where(string column, object? value)
    {
        string? wanted = Text(value);
        var texts = Texts(column);
        return Of(Enumerable.Range(0, Count).Where(row => texts[row] == wanted));
    }

    /// <summary>The runs for which something holds.</summary>
    /// <param name="holds">What must hold.</param>
    public RunTable Where(Func<RunRow, bool> holds) => Of(Rows.Where(holds).Select(row => row.Index));

    /// <summary>The runs in the order of a column: numbers first, then texts, then runs without a value; equal ones stay as they are.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="descending">Largest first.</param>
    public RunTable OrderBy(string column, bool descending = false)
    {
        var values = this[column];
        static int Rank(object? value) => value is null ? 2 : value is string ? 1 : 0;
        int Compared(int a, int b) => (values[a], values[b]) switch
        {
            (double x, double y) => descending ? y.CompareTo(x) : x.CompareTo(y),
            (string x, string y) => descending ? string.CompareOrdinal(y, x) : string.CompareOrdinal(x, y),
            _ => Rank(values[a]).CompareTo(Rank(values[b])),
        };
        return Of(Enumerable.Range(0, Count).Order(Comparer<int>.Create((a, b) => Compared(a, b) is not 0 and var order ? order : a.CompareTo(b))));
    }

    /// <summary>The first runs.</summary>
    /// <param name="count">How many, at most.</param>
    public RunTable Take(int count) => Of(Enumerable.Range(0, Math.Min(count, Count)));

    /// <summary>Shows some columns.</summary>
    /// <param name="caption">What the table shows.</param>
    /// <param name="columns">The columns' names.</param>
    public Table ToTable(string caption, params IReadOnlyList<string> columns)
    {
        // Counts are shown as counts: a column without a fraction is one of whole numbers.
        static object? Shown(object? value, bool whole) => whole && value is double number ? (long)number : value;
        var taken = columns.Select(column => this[column]).Select(values =>
        {
            bool whole = values.All(value => value is not double number || (double.IsInteger(number) && Math.Abs(number) < 1e15));
            return values.Select(value => Shown(value, whole)).ToList();
        }).ToList();
        return Table.Of(Enumerable.Range(0, Count), caption, [.. columns.Select((column, at) => (column, (Func<int, object?>)(row => taken[at][row])))]);
    }

    internal RunPhase PhaseOf(int contentRow) => open.TryGetValue(content.Names[contentRow], out var phase) ? phase : RunPhase.Finished;

    internal int ContentRow(int row) => rows[row];

    internal StoredRun Run(int row) => new(Path.Combine(content.Root, content.Names[rows[row]]));

    internal object? Value(string column, int row) => column switch
    {
        "name" => content.Names[rows[row]],
        "phase" => PhaseOf(rows[row]).ToString(),
        _ => content.Values(column)[rows[row]],
    };

    internal static string? Text(object? value) => value switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        IFormattable number => (number is double or float ? number : Convert.ToDouble(number, CultureInfo.InvariantCulture)).ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private RunTable Of(IEnumerable<int> chosen) => new(content, open, [.. chosen.Select(row => rows[row])], Notice);
}

/// <summary>One run of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">Its row, from 0.</param>
public readonly record struct RunRow(RunTable Table, int Index)
{
    /// <summary>The run's folder name.</summary>
    public string Name => Run.Name;

    /// <summary>How far the run is.</summary>
    public RunPhase Phase => Table.PhaseOf(Table.ContentRow(Index));

    /// <summary>The run's folder.</summary>
    public StoredRun Run => Table.Run(Index);

    /// <summary>A value: double, string or null.</summary>
    /// <param name="column">The column's name.</param>
    public object? this[string column] => Table.Value(column, Index);

    /// <summary>A number; NaN if the run has none.</summary>
    /// <param name="column">The column's name.</param>
    public double Number(string column) => this[column] is double number ? number : double.NaN;

    /// <summary>A text; null if the run has none.</summary>
    /// <param name="column">The column's name.</param>
    public string? Text(string column) => RunTable.Text(this[column]);
}
