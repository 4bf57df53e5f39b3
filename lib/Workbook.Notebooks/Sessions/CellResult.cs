// How the execution of a cell ended.
namespace Workbook.Notebooks.Sessions;

/// <summary>How the execution of a cell ended.</summary>
public enum CellStatus
{
    /// <summary>To its end.</summary>
    Succeeded,

    /// <summary>With an error, of the compiler or of the code.</summary>
    Failed,

    /// <summary>Because the user asked for it.</summary>
    Interrupted,

    /// <summary>It was asked to end and did not: it still runs, and the session takes no cells until it has ended.</summary>
    Abandoned,
}

/// <summary>How the execution of a cell ended.</summary>
/// <param name="Status">How.</param>
/// <param name="Elapsed">From the request to the end, compilation included.</param>
/// <param name="Error">What went wrong; null after success.</param>
public sealed record CellResult(CellStatus Status, TimeSpan Elapsed, CellError? Error = null);

/// <summary>What went wrong in a cell, ready to be shown.</summary>
/// <param name="Name">The kind: an exception's type name, <c>CompilationError</c>, <c>Interrupted</c>, …</param>
/// <param name="Message"><c>cell N, line L: message</c>, or without the place when none is known.</param>
/// <param name="Traceback">Lines to show below one another: the message, what caused it, the frames within cells.</param>
/// <param name="Line">The line within the cell, from 1; null when the fault is not in the cell's own text.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line = null);
