// What came of running a notebook.
using System.Text.Json.Serialization;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Running;

/// <summary>How the run of a notebook ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotebookStatus>))]
public enum NotebookStatus
{
    /// <summary>Every cell ran.</summary>
    Succeeded,

    /// <summary>A cell failed or took too long.</summary>
    Failed,

    /// <summary>It was stopped from outside.</summary>
    Stopped,

    /// <summary>The process that ran it ended unexpectedly.</summary>
    Crashed,

    /// <summary>The file is not a notebook this kernel can run; no cell ran.</summary>
    Unreadable,
}

/// <summary>What came of running a notebook.</summary>
/// <param name="Path">The notebook.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Seconds">Wall-clock time of the run, s.</param>
public sealed record NotebookRunResult(string Path, NotebookStatus Status, double Seconds)
{
    /// <summary>The executed notebook's file; null when none was written.</summary>
    public string? OutputPath { get; init; }

    /// <summary>The first failed code cell's number, from 1; null when none failed.</summary>
    public int? FailedCell { get; init; }

    /// <summary>What went wrong, in one line; null after success.</summary>
    public string? Error { get; init; }

    /// <summary>Wall-clock time of each code cell that ran, s, by cell id.</summary>
    public IReadOnlyDictionary<string, double> CellSeconds { get; init; } = new Dictionary<string, double>();

    /// <summary>The executed notebook; null when the file could not be read.</summary>
    [JsonIgnore]
    public NotebookDocument? Document { get; init; }
}

/// <summary>A step of a run, for progress lines.</summary>
/// <param name="Path">The notebook.</param>
/// <param name="Cell">The code cell's number, from 1; 0 for the notebook as a whole.</param>
/// <param name="Cells">How many code cells there are.</param>
/// <param name="Status">Null when the cell starts; how it ended when it has ended.</param>
/// <param name="Seconds">How long it took, s; 0 at the start.</param>
/// <param name="Text">The error's line, or text to show; usually null.</param>
public sealed record RunProgress(string Path, int Cell, int Cells, CellStatus? Status, double Seconds, string? Text = null)
{
    /// <summary>The step as a line for a terminal.</summary>
    /// <returns>For example <c>03-fno.ipynb  cell 4 of 11  1.2 s</c>.</returns>
    public override string ToString()
    {
        string name = System.IO.Path.GetFileName(Path);
        if (Cell == 0)
            return Text is null ? name : $"{name}  {Text}";
        string end = Status switch
        {
            null => "…",
            CellStatus.Succeeded => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Seconds:0.0} s"),
            _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Seconds:0.0} s  {Text ?? Status.ToString()}"),
        };
        return $"{name}  cell {Cell} of {Cells}  {end}";
    }
}
