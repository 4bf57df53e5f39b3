// What a cell has shown: the four output kinds of nbformat 4.
using System.Text.Json.Nodes;

namespace Workbook.Notebooks.Documents;

/// <summary>One output of a code cell.</summary>
public abstract record NotebookOutput;

/// <summary>Text written to a standard stream.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text, consecutive writes joined.</param>
public sealed record StreamOutput(string Name, string Text) : NotebookOutput;

/// <summary>A value shown while the cell ran (<c>display_data</c>).</summary>
/// <param name="Data">The value in one or more MIME types, ordered by type.</param>
public sealed record DisplayOutput(IReadOnlyList<MimeContent> Data) : NotebookOutput
{
    /// <summary>Metadata by MIME type; usually empty.</summary>
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>The value of a cell's last expression (<c>execute_result</c>).</summary>
/// <param name="Data">The value in one or more MIME types, ordered by type.</param>
/// <param name="ExecutionCount">The cell's number in its session; null when not known.</param>
public sealed record ResultOutput(IReadOnlyList<MimeContent> Data, int? ExecutionCount) : NotebookOutput
{
    /// <summary>Metadata by MIME type; usually empty.</summary>
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>The error that ended a cell.</summary>
/// <param name="Name">The error's type.</param>
/// <param name="Message">What is shown: <c>cell N, line L: message</c>.</param>
/// <param name="Traceback">Lines to show below one another.</param>
public sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : NotebookOutput;

/// <summary>One representation of a value.</summary>
/// <param name="MimeType">For example <c>text/html</c>; the JSON types (<c>application/json</c>, <c>…+json</c>) hold JSON text.</param>
/// <param name="Text">Text, base64 for binary images, JSON text for JSON types.</param>
public sealed record MimeContent(string MimeType, string Text)
{
    /// <summary>True for types whose content is a JSON value and not a string.</summary>
    public bool IsJson => MimeType == "application/json" || MimeType.EndsWith("+json", StringComparison.Ordinal);
}
