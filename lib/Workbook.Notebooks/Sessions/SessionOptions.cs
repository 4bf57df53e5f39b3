// How a session is set up.
namespace Workbook.Notebooks.Sessions;

/// <summary>How a session is set up.</summary>
public sealed record SessionOptions
{
    /// <summary>The notebook's folder: where relative <c>#r</c> and <c>#load</c> paths start. Default: the process's working folder.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>
    /// True (default) when the process exists for this session: the folder becomes its working folder,
    /// and what threads of unknown origin write to the console belongs to the latest cell.
    /// </summary>
    public bool OwnsProcess { get; init; } = true;

    /// <summary>Asks the user for a line (the prompt, and whether it is a password); null (default) when there is no user.</summary>
    public Func<string, bool, string>? Ask { get; init; }

    /// <summary>How long a cell that holds its cancellation token may take to end its step; default 30 s.</summary>
    public TimeSpan StepTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after the last means an interrupted cell is given up; default 5 s.</summary>
    public TimeSpan AbandonTime { get; init; } = TimeSpan.FromSeconds(5);
}
