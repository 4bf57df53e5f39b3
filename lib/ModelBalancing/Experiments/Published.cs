// What the authors published: tables of the paper and of the review thread, and the settings behind them, read from data/published.
using System.Globalization;
using System.Text.Json;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments;

/// <summary>The published numbers. data/published/README.md tells the files' members.</summary>
public static class Published
{
    private static readonly JsonSerializerOptions json = new(RunSpec.Json) { RespectRequiredConstructorParameters = true };

    private static readonly Lazy<IReadOnlyDictionary<string, PublishedTask>> tasks =
        new(() => Read<TaskFile>("tasks.json").Tasks.ToDictionary(task => task.Name));

    private static readonly Lazy<IReadOnlyList<PublishedSetting>> settings = new(() => Read<SettingFile>("hyperparameters.json").Hyperparameters);

    private static readonly Lazy<IReadOnlyDictionary<string, PublishedTable>> tables = new(() =>
        Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileName(path))
            .Where(name => name is not ("tasks.json" or "hyperparameters.json")).Order(StringComparer.Ordinal)
            .Select(name => Complete(Read<TableFile>(name), name)).ToDictionary(table => table.Id));

    /// <summary>The folder of the files.</summary>
    public static string Folder => Path.Combine(Folders.Data, "published");

    /// <summary>All tables, by id.</summary>
    /// <exception cref="RunException">A file is missing or damaged.</exception>
    public static IReadOnlyCollection<PublishedTable> Tables => [.. tables.Value.Values];

    /// <summary>The tasks that the tables name.</summary>
    public static IReadOnlyCollection<PublishedTask> Tasks => [.. tasks.Value.Values];

    /// <summary>All settings as listed, the general ones first.</summary>
    public static IReadOnlyList<PublishedSetting> Settings => settings.Value;

    /// <summary>A table by its id, such as "paper-table-19" or "review-2.1".</summary>
    /// <exception cref="RunException">There is none of that id.</exception>
    public static PublishedTable Table(string id) => tables.Value.TryGetValue(id, out var table) ? table
        : throw new RunException($"There is no published table '{id}'; known are {string.Join(", ", tables.Value.Keys)}.");

    /// <summary>The settings of one cell: every entry that holds for it, later ones over earlier ones.</summary>
    /// <param name="model">Model as the tables name it, such as "FNO".</param>
    /// <param name="task">Task as the tables name it, such as "1D CFD".</param>
    /// <param name="ratio">Per cent of the training rows.</param>
    /// <param name="method">The method; entries of another method are left out. Null leaves out all that name a method.</param>
    /// <param name="source">Only entries of this source; null takes paper and released code, the code's over the paper's.</param>
    /// <returns>The merged entry; its <see cref="PublishedSetting.Number"/> names every table that had a part in it.</returns>
    /// <exception cref="RunException">Nothing is published for it.</exception>
    public static PublishedSetting Hyperparameters(string model, string task, double ratio, string? method = null, string? source = null)
    {
        var found = settings.Value.Where(entry => entry.HoldsFor(model, task, ratio, method) && (source is null || entry.Source == source)).ToList();
        return !found.Any(entry => entry.Tasks?.Contains(task) ?? false)
            ? throw new RunException($"No settings are published for {model} on {task} at {ratio.ToString(CultureInfo.InvariantCulture)} %; Published.Settings lists all.")
            : found.Aggregate((general, special) => general.RefinedBy(special));
    }

    private static T Read<T>(string name)
    {
        string path = Path.Combine(Folder, name);
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), json)!;
        }
        catch (Exception wrong) when (wrong is JsonException or IOException)
        {
            throw new RunException($"The published numbers in '{path}' cannot be read ({wrong.Message.Split(" Path:")[0].TrimEnd('.')}): restore the file from the repository.", wrong);
        }
    }

    private static PublishedTable Complete(TableFile file, string name)
    {
        if (file.Id + ".json" != name)
            throw new RunException($"The published table in '{name}' calls itself '{file.Id}': restore the file from the repository.");
        return new(file.Id, file.Source, file.Number, file.Title, file.Notes ?? [], [.. file.Values.Select(Value)], file.Averages ?? []);

        PublishedValue Value(Cell cell)
        {
            var task = cell.Task is null ? null : tasks.Value.TryGetValue(cell.Task, out var known) ? known
                : throw new RunException($"The published table '{file.Id}' names the task '{cell.Task}', which tasks.json does not have.");
            return new PublishedValue
            {
                Table = file.Id,
                Source = file.Source,
                Number = file.Number,
                Method = cell.Method,
                Task = cell.Task,
                Ratio = cell.Ratio,
                Rows = cell.Ratio is { } ratio ? task?.RowsOf(ratio) : null,
                Mean = cell.Mean,
                Deviation = cell.Deviation,
                Seeds = file.Seeds,
                Model = cell.Model ?? file.Model,
                ModelSize = cell.ModelSize ?? (cell.Model is null ? file.ModelSize : null),
                Data = task?.Data,
                Metric = file.Quantity ?? task?.Metric ?? "",
                Unit = file.Unit ?? (file.Quantity is null ? task?.Unit ?? "" : ""),
                Better = (file.Better ?? task?.Better) switch { "higher" => PublishedDirection.Higher, "lower" => PublishedDirection.Lower, _ => PublishedDirection.Neither },
                PrintedReduction = cell.PrintedReduction,
                Repaired = cell.Repaired,
                Alternative = cell.Alternative,
                Inconsistency = cell.Inconsistency,
            };
        }
    }

    private sealed record TaskFile(IReadOnlyList<PublishedTask> Tasks);

    private sealed record SettingFile(IReadOnlyList<PublishedSetting> Hyperparameters);

    private sealed record TableFile(string Id, string Source, string Number, string Title, IReadOnlyList<Cell> Values)
    {
        public string? Model { get; init; }
        public string? ModelSize { get; init; }
        public int? Seeds { get; init; }
        public string? Quantity { get; init; }
        public string? Unit { get; init; }
        public string? Better { get; init; }
        public IReadOnlyList<string>? Notes { get; init; }
        public IReadOnlyList<PublishedAverage>? Averages { get; init; }
    }

    private sealed record Cell(string Method, double Mean)
    {
        public string? Task { get; init; }
        public double? Ratio { get; init; }
        public double? Deviation { get; init; }
        public string? Model { get; init; }
        public string? ModelSize { get; init; }
        public double? PrintedReduction { get; init; }
        public bool Repaired { get; init; }
        public bool Alternative { get; init; }
        public string? Inconsistency { get; init; }
    }
}

/// <summary>Which way a metric is better.</summary>
public enum PublishedDirection
{
    /// <summary>It is no matter of better or worse.</summary>
    Neither,

    /// <summary>Larger is better.</summary>
    Higher,

    /// <summary>Smaller is better.</summary>
    Lower,
}

/// <summary>A published table.</summary>
/// <param name="Id">Its id here, such as "paper-table-19".</param>
/// <param name="Source">paper, review thread or released code.</param>
/// <param name="Number">Its number, such as "Table 19".</param>
/// <param name="Title">What it shows.</param>
/// <param name="Notes">What a reader of the numbers must know.</param>
/// <param name="Values">Its cells.</param>
/// <param name="Averages">The row averages as printed.</param>
public sealed record PublishedTable(string Id, string Source, string Number, string Title, IReadOnlyList<string> Notes, IReadOnlyList<PublishedValue> Values, IReadOnlyList<PublishedAverage> Averages)
{
    /// <summary>What contradicts what, each sentence once.</summary>
    public IReadOnlyList<string> Inconsistencies => [.. Values.Select(value => value.Inconsistency).Concat(Averages.Select(average => average.Inconsistency)).OfType<string>().Distinct()];

    /// <summary>One cell.</summary>
    /// <param name="method">The method as the table names it.</param>
    /// <param name="task">The task; null where the table has one.</param>
    /// <param name="ratio">Per cent of the training rows; null where the table has none.</param>
    /// <param name="model">The model; null where the table has one.</param>
    /// <exception cref="RunException">No cell, or several, agree; a second number printed for the same setting is never returned.</exception>
    public PublishedValue Value(string method, string? task = null, double? ratio = null, string? model = null)
    {
        var found = Values.Where(value => value.Method == method && (task is null || value.Task == task) && (ratio is null || value.Ratio == ratio)
            && (model is null || value.Model == model) && !value.Alternative).ToList();
        return found.Count == 1 ? found[0]
            : throw new RunException($"{found.Count} cells of '{Id}' are of method '{method}'{(task is null ? "" : $", task '{task}'")}{(ratio is null ? "" : $", ratio {ratio.Value.ToString(CultureInfo.InvariantCulture)} %")}{(model is null ? "" : $", model '{model}'")}; expected 1.");
    }

    /// <summary>The table to show: a column a ratio where there are several, else a row a cell. What contradicts it stands below.</summary>
    public Table ToTable()
    {
        var shown = Values.Where(value => !value.Alternative).ToList();
        var metrics = shown.Select(MetricOf).Distinct().ToList();
        var ratios = shown.Select(value => value.Ratio).Distinct().ToList();
        var rows = ratios.Count > 1 && ratios.All(ratio => ratio is not null) ? shown.GroupBy(value => (value.Model, value.Task, value.Method)).Select(row => row.ToList()).ToList() : [.. shown.Select(value => new List<PublishedValue> { value })];
        Column Ratio(double? ratio) => Printed($"{ratio!.Value.ToString(CultureInfo.InvariantCulture)} %", rows.Select(row => row.FirstOrDefault(value => value.Ratio == ratio)));
        IEnumerable<Column> columns =
        [
            Told("model", value => value.Model), Told("task", value => value.Task), new Column.Text("method", rows.Select(row => row[0].Method)),
            .. rows.Count < shown.Count ? ratios.Select(Ratio) : [new Column.Text("ratio", rows.Select(row => row[0].Ratio is { } ratio ? $"{ratio.ToString(CultureInfo.InvariantCulture)} %" : null)), Printed("printed", rows.Select(row => row[0]))],
            new Column.Text("metric", metrics.Count > 1 ? rows.Select(row => MetricOf(row[0])) : rows.Select(_ => "")),
        ];
        string?[] common = [shown.Select(value => value.Model).Distinct().ToList() is [{ } model] ? model : null, metrics.Count == 1 ? metrics[0] : null];
        return new($"{Title} ({string.Join("; ", common.OfType<string>().Prepend($"{Source}, {Number}"))})", [.. columns.Where(column => column is not Column.Text text || text.Values.Any(value => value.Length > 0))])
        {
            Note = string.Join(" ", Notes.Concat(Inconsistencies)),
        };

        // What is the same in every row stands in the caption or the title.
        Column Told(string header, Func<PublishedValue, string?> value) => new Column.Text(header, rows.Select(row => shown.Select(value).Distinct().Count() > 1 ? value(row[0]) : null));
        static string MetricOf(PublishedValue value) => value.Unit.Length > 0 ? $"{value.Metric}, {value.Unit}" : value.Metric;
        static Column Printed(string header, IEnumerable<PublishedValue?> values)
        {
            var list = values.ToList();
            string? format = list.OfType<PublishedValue>().First() switch { { Unit: "%", Deviation: not null } => "0.00", { Deviation: not null } => "0.00#e-0", _ => null };
            return new Column.MeanDeviation(header, list.Select(value => value?.Mean ?? double.NaN), list.Select(value => value?.Deviation ?? double.NaN), format);
        }
    }
}

/// <summary>A row average as printed.</summary>
/// <param name="Method">The row's method.</param>
/// <param name="Mean">The average over the row's tasks.</param>
/// <param name="Ratio">The row's ratio in per cent.</param>
/// <param name="Inconsistency">What contradicts it; null for nothing.</param>
public sealed record PublishedAverage(string Method, double Mean, double? Ratio = null, string? Inconsistency = null);

/// <summary>A published number with everything that says what it is.</summary>
public sealed record PublishedValue
{
    /// <summary>Id of its table.</summary>
    public required string Table { get; init; }

    /// <summary>paper, review thread or released code.</summary>
    public required string Source { get; init; }

    /// <summary>Number of its table as printed.</summary>
    public required string Number { get; init; }

    /// <summary>The method as its table names it.</summary>
    public required string Method { get; init; }

    /// <summary>The task; null where the number belongs to none.</summary>
    public string? Task { get; init; }

    /// <summary>Training rows in per cent of all; null where none is given.</summary>
    public double? Ratio { get; init; }

    /// <summary>Training rows; null where the ratio or the size of the set is not known.</summary>
    public int? Rows { get; init; }

    /// <summary>The mean, or the number itself, in <see cref="Unit"/>.</summary>
    public required double Mean { get; init; }

    /// <summary>The standard deviation as printed, which divides by the number of seeds; null where none is printed.</summary>
    public double? Deviation { get; init; }

    /// <summary>Seeds behind the mean; null where there are none.</summary>
    public int? Seeds { get; init; }

    /// <summary>The model.</summary>
    public string? Model { get; init; }

    /// <summary>The model's size; null where none is published.</summary>
    public string? ModelSize { get; init; }

    /// <summary>The data set.</summary>
    public string? Data { get; init; }

    /// <summary>The metric in the variant that was reported, or another quantity.</summary>
    public required string Metric { get; init; }

    /// <summary>Unit of the mean: %, s, or empty for numbers without one.</summary>
    public required string Unit { get; init; }

    /// <summary>Which way is better.</summary>
    public PublishedDirection Better { get; init; }

    /// <summary>The reduction against the baseline as printed, in per cent.</summary>
    public double? PrintedReduction { get; init; }

    /// <summary>Whether the cell's text was damaged and the printed row average confirms the repair.</summary>
    public bool Repaired { get; init; }

    /// <summary>Whether it is a second number that the paper prints for the same setting.</summary>
    public bool Alternative { get; init; }

    /// <summary>What contradicts it; null for nothing known.</summary>
    public string? Inconsistency { get; init; }

    /// <summary>The standard deviation with divisor n − 1, as tests want it; NaN where it is not known.</summary>
    public double SampleDeviation => Deviation is { } printed && Seeds is { } seeds and > 1 ? printed * Math.Sqrt(seeds / (seeds - 1.0)) : double.NaN;

    /// <summary>Where it stands, such as "paper, Table 19".</summary>
    public string Place => $"{Source}, {Number}";
}

/// <summary>A task of the published tables.</summary>
/// <param name="Name">Name as the tables have it.</param>
/// <param name="Data">The data set.</param>
/// <param name="Metric">The metric in the variant reported.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Better">higher or lower.</param>
public sealed record PublishedTask(string Name, string Data, string Metric, string Unit, string Better)
{
    /// <summary>Rows of the whole training set; null where not known.</summary>
    public int? TrainRows { get; init; }

    /// <summary>What the numbers were reported on.</summary>
    public string? ReportedOn { get; init; }

    /// <summary>Its rows; null where not known.</summary>
    public int? ReportedRows { get; init; }

    /// <summary>Training rows at ratios whose printed value is rounded, by ratio.</summary>
    public IReadOnlyDictionary<string, int> RowsAt { get; init; } = new Dictionary<string, int>();

    /// <summary>A remark; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>Training rows at a ratio: the whole part of their share; null where the size of the set is not known.</summary>
    /// <param name="ratio">Per cent.</param>
    public int? RowsOf(double ratio) => RowsAt.TryGetValue(ratio.ToString(CultureInfo.InvariantCulture), out int rows) ? rows
        : TrainRows is { } all ? (int)(all * (decimal)ratio / 100) : null;
}
