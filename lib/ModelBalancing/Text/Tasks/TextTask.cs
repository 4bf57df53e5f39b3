// A task: its labels, its metric, its files and how they are found and read.
using System.Globalization;
using ModelBalancing.Text.Metrics;

namespace ModelBalancing.Text.Tasks;

/// <summary>What is predicted.</summary>
public enum TaskKind
{
    /// <summary>One of a few classes.</summary>
    Classification,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>Which of several texts is right; the encoder scores each.</summary>
    MultipleChoice,
}

/// <summary>Part of a task's data.</summary>
public enum TaskSplit
{
    /// <summary>Training rows.</summary>
    Train,

    /// <summary>The official development rows; MNLI's are of the training genres.</summary>
    Validation,

    /// <summary>MNLI's development rows of other genres.</summary>
    ValidationMismatched,

    /// <summary>Test rows; official ones often have no labels.</summary>
    Test,
}

/// <summary>A file of a task.</summary>
/// <param name="Split">Which part it holds.</param>
/// <param name="Paths">Where it may lie below a folder of data, tried in this order.</param>
/// <param name="Format">How it is read.</param>
/// <param name="Labelled">Whether its labels are given.</param>
public sealed record TaskFile(TaskSplit Split, IReadOnlyList<string> Paths, TaskFormat Format, bool Labelled = true);

/// <summary>A task.</summary>
/// <param name="Name">Short name, as commands and specs take it.</param>
/// <param name="Title">Name as papers print it.</param>
/// <param name="Suite">Where it belongs: GLUE, SuperGLUE, domain, offline.</param>
/// <param name="Kind">What is predicted.</param>
/// <param name="Labels">Class names in the order of their indices; empty for regression.</param>
/// <param name="Metric">How it is judged.</param>
/// <param name="Files">Its files.</param>
public sealed record TextTask(string Name, string Title, string Suite, TaskKind Kind, IReadOnlyList<string> Labels, TaskMetric Metric, IReadOnlyList<TaskFile> Files)
{
    /// <summary>The files' own words for the classes, where they are not the names; same order.</summary>
    public IReadOnlyList<string> Words { get; init; } = Labels;

    /// <summary>Name of its data in the catalogue, as <c>./workbook data get</c> takes it.</summary>
    public string CatalogueName { get; init; } = Name;

    /// <summary>Whether the encoder reads a pair of texts at once.</summary>
    public bool IsPair
    {
        get => field || Files is [{ Format: TabSeparated { Second: not null } }, ..];
        init;
    }

    /// <summary>How its data can be had, for the message when it is missing.</summary>
    public string Source
    {
        get => field ?? $"run './workbook data get {CatalogueName}', or put the files below the folder that WORKBOOK_DATA names";
        init;
    }

    /// <summary>The file of a split, or null where none of its places has it.</summary>
    /// <param name="split">Which part.</param>
    /// <param name="folders">Folders of data; null for the usual ones (<see cref="TextData.Folders"/>).</param>
    public string? Find(TaskSplit split, IReadOnlyList<string>? folders = null) =>
        (from folder in folders ?? TextData.Folders
         from file in Files
         where file.Split == split
         from path in file.Paths
         let place = Path.Combine(folder, path)
         where File.Exists(place)
         select place).FirstOrDefault();

    /// <summary>The examples of a split in the file's order.</summary>
    /// <param name="split">Which part.</param>
    /// <param name="folders">Folders of data; null for the usual ones.</param>
    /// <exception cref="TextFileException">The file is missing, damaged, lacks a column or has a label that the task does not know.</exception>
    public IReadOnlyList<TextExample> Read(TaskSplit split, IReadOnlyList<string>? folders = null)
    {
        folders ??= TextData.Folders;
        return ReadFile(split, Find(split, folders) ?? throw new TextFileException(
            $"The {split.ToString().ToLowerInvariant()} rows of {Title} were not found (looked for {string.Join(", ", Files.Where(file => file.Split == split).SelectMany(file => file.Paths))} below {string.Join(", ", folders)}); {Source}."));
    }

    /// <summary>The examples of a file, wherever it lies.</summary>
    /// <param name="split">Which part it holds.</param>
    /// <param name="path">The file; where its name is none of the task's, it is read as the split's first form.</param>
    /// <exception cref="TextFileException">As <see cref="Read"/>, or the task has no such part.</exception>
    public IReadOnlyList<TextExample> ReadFile(TaskSplit split, string path)
    {
        var forms = Files.Where(file => file.Split == split).ToList();
        var file = forms.Find(file => file.Paths.Any(place => path.EndsWith(place.Replace('/', Path.DirectorySeparatorChar), StringComparison.Ordinal)))
            ?? (forms.Count > 0 ? forms[0] : throw new TextFileException($"{Title} has no {split.ToString().ToLowerInvariant()} rows; its parts are {string.Join(", ", Files.Select(known => known.Split).Distinct())}."));
        var examples = file.Format.Read(path, file.Labelled).Select(raw => Labelled(raw, path)).ToList();
        return examples.Count > 0 ? examples : throw new TextFileException($"'{path}' has no example.");
    }

    /// <summary>The task's values for predicted classes or choices.</summary>
    /// <param name="examples">Labelled examples, n ≥ 1.</param>
    /// <param name="predictions">Predicted class or choice of every example.</param>
    public MetricValues Judge(IReadOnlyList<TextExample> examples, ReadOnlySpan<int> predictions)
    {
        int[] labels = [.. examples.Select(example => example.Label)];
        return Metric == TaskMetric.MultiRc ? MultiRcMetric.Of([.. examples.Select(example => example.Group ?? example.Id)], predictions, labels) : Metric.Of(predictions, labels);
    }

    /// <summary>The task's values for predicted scores.</summary>
    /// <param name="examples">Examples with scores, n ≥ 1.</param>
    /// <param name="predictions">Predicted score of every example.</param>
    public MetricValues Judge(IReadOnlyList<TextExample> examples, ReadOnlySpan<double> predictions) =>
        Metric.Of(predictions, [.. examples.Select(example => example.Score)]);

    private TextExample Labelled(RawExample raw, string path)
    {
        var example = new TextExample { Id = raw.Id, Inputs = raw.Inputs, Group = raw.Group };
        if (raw.Label is null)
            return Kind == TaskKind.Regression ? example with { Score = double.NaN } : example;
        if (Kind == TaskKind.Regression)
            return double.TryParse(raw.Label, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)
                ? example with { Label = 0, Score = score }
                : throw new TextFileException($"'{path}', line {raw.Line}: the score is '{raw.Label}'; expected a number.");
        int label = Index(Words, raw.Label) is >= 0 and var word ? word : Index(Labels, raw.Label);
        return label >= 0 ? example with { Label = label }
            : throw new TextFileException($"'{path}', line {raw.Line}: the label is '{raw.Label}'; {Title} knows {string.Join(", ", Words)}.");
    }

    private static int Index(IReadOnlyList<string> words, string word)
    {
        for (int i = 0; i < words.Count; i++)
            if (words[i].Equals(word, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }
}
