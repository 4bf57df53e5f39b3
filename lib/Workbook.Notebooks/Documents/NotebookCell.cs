// A cell of a notebook: text or code, with what the code has shown.
using System.Text.Json.Nodes;

namespace Workbook.Notebooks.Documents;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>Code that a kernel runs.</summary>
    Code,

    /// <summary>Text for the reader.</summary>
    Markdown,

    /// <summary>Text that no front end touches.</summary>
    Raw,
}

/// <summary>One cell of a notebook.</summary>
/// <param name="Kind">Code, text or raw.</param>
/// <param name="Id">Unique within the notebook, 1 to 64 of the characters a-z, A-Z, 0-9, - and _.</param>
/// <param name="Source">The cell's text, lines separated by <c>\n</c>.</param>
public sealed record NotebookCell(CellKind Kind, string Id, string Source)
{
    /// <summary>The cell's metadata as read; empty in a new cell.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Files carried by a text cell, by name; null when there are none.</summary>
    public JsonObject? Attachments { get; init; }

    /// <summary>The number of the execution that made the outputs; null when not run.</summary>
    public int? ExecutionCount { get; init; }

    /// <summary>What the code has shown; empty for other kinds.</summary>
    public IReadOnlyList<NotebookOutput> Outputs { get; init; } = [];

    /// <summary>The language named in the cell's metadata (<c>csharp</c>, <c>fsharp</c>, …), or null for the notebook's own.</summary>
    public string? Language =>
        Text(Metadata["polyglot_notebook"], "kernelName") ?? Text(Metadata["dotnet_interactive"], "language");

    private static string? Text(JsonNode? block, string key) =>
        block is JsonObject entries && entries[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
