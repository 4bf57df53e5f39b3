// From a NotebookDocument to the bytes of an .ipynb file: keys in nbformat's order, one space of indent, text as lists of lines.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbook.Notebooks.Documents;

/// <summary>Writes nbformat 4.5.</summary>
internal static class NotebookWriter
{
    internal static byte[] ToBytes(NotebookDocument document) => Encoding.UTF8.GetBytes(JsonText.Indented(new JsonObject
    {
        ["cells"] = new JsonArray([.. document.Cells.Select(Cell)]),
        ["metadata"] = document.Metadata.DeepClone(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }) + "\n");

    private static JsonObject Cell(NotebookCell cell)
    {
        var entries = new JsonObject();
        if (cell.Attachments is not null)
            entries["attachments"] = cell.Attachments.DeepClone();
        entries["cell_type"] = cell.Kind switch { CellKind.Code => "code", CellKind.Markdown => "markdown", _ => "raw" };
        if (cell.Kind == CellKind.Code)
            entries["execution_count"] = cell.ExecutionCount;
        entries["id"] = cell.Id;
        entries["metadata"] = cell.Metadata.DeepClone();
        if (cell.Kind == CellKind.Code)
            entries["outputs"] = new JsonArray([.. cell.Outputs.Select(Output)]);
        entries["source"] = Lines(cell.Source);
        return entries;
    }

    private static JsonObject Output(NotebookOutput output) => output switch
    {
        StreamOutput stream => new JsonObject { ["name"] = stream.Name, ["output_type"] = "stream", ["text"] = Lines(stream.Text) },
        DisplayOutput display => new JsonObject { ["data"] = Bundle(display.Data), ["metadata"] = display.Metadata.DeepClone(), ["output_type"] = "display_data" },
        ResultOutput result => new JsonObject
        {
            ["data"] = Bundle(result.Data),
            ["execution_count"] = result.ExecutionCount,
            ["metadata"] = result.Metadata.DeepClone(),
            ["output_type"] = "execute_result",
        },
        ErrorOutput error => new JsonObject
        {
            ["ename"] = error.Name,
            ["evalue"] = error.Message,
            ["output_type"] = "error",
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(output), output, "not one of the four kinds of output"),
    };

    private static JsonObject Bundle(IReadOnlyList<MimeContent> data)
    {
        var entries = new JsonObject();
        foreach (MimeContent content in data)
            entries[content.MimeType] = content.IsJson ? ParsedOrText(content.Text)
                : content.MimeType.StartsWith("image/", StringComparison.Ordinal) && content.MimeType != "image/svg+xml" ? JsonValue.Create(content.Text)
                : Lines(content.Text);
        return entries;
    }

    private static JsonNode? ParsedOrText(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // a cell showed text that is not JSON under a JSON type: keep what it showed
        }
    }

    /// <summary>Text as a list of lines, each but the last ending with its line feed.</summary>
    private static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int feed = text.IndexOf('\n', start);
            int end = feed < 0 ? text.Length : feed + 1;
            lines.Add((JsonNode)JsonValue.Create(text[start..end]));
            start = end;
        }
        return lines;
    }
}
