// From the bytes of an .ipynb file to a NotebookDocument. Everything that can be wrong ends in one sentence.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbook.Notebooks.Documents;

/// <summary>Reads nbformat 4.0 to 4.5.</summary>
internal static class NotebookReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    internal static NotebookDocument Parse(byte[] bytes, string name)
    {
        try
        {
            ReadOnlySpan<byte> content = bytes;
            if (content.StartsWith(Encoding.UTF8.Preamble))
                content = content[Encoding.UTF8.Preamble.Length..];
            if (content.IsEmpty)
                throw new FormatException("it is empty");
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            return Document(JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new FormatException("its top level is not a JSON object"));
        }
        catch (JsonException error)
        {
            throw Damaged(name, $"the JSON breaks off at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw Damaged(name, "its text is not UTF-8", error);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or OverflowException)
        {
            throw Damaged(name, error.Message.TrimEnd('.'), error);
        }
    }

    private static NotebookFormatException Damaged(string name, string fault, Exception error) =>
        new($"{name} is not a readable notebook: {fault}; restore it from version control or save it again as nbformat 4.", error);

    private static NotebookDocument Document(JsonObject root)
    {
        int major = Integer(root["nbformat"]) ?? throw new FormatException("the field \"nbformat\" is missing");
        if (major != 4)
            throw new FormatException($"it is nbformat {major}, and only nbformat 4 is read");
        if (root["cells"] is not JsonArray array)
            throw new FormatException("the list \"cells\" is missing");
        var cells = new List<NotebookCell>();
        var taken = new HashSet<string>();
        foreach (JsonNode? node in array)
        {
            NotebookCell cell = Cell(node, cells.Count);
            for (int attempt = 0; !taken.Add(cell.Id); attempt++)
                cell = cell with { Id = CellIds.For(cells.Count, $"{attempt}\n{cell.Source}") };
            cells.Add(cell);
        }
        return new NotebookDocument(cells, Detached(root["metadata"]) ?? []);
    }

    private static NotebookCell Cell(JsonNode? node, int index)
    {
        string place = $"cell {index + 1}";
        if (node is not JsonObject entries)
            throw new FormatException($"{place} is not a JSON object");
        CellKind kind = OptionalText(entries["cell_type"], place) switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            var other => throw new FormatException($"{place} has the unknown type \"{other}\""),
        };
        string source = Lines(entries["source"], $"the source of {place}");
        string? id = OptionalText(entries["id"], place);
        return new NotebookCell(kind, CellIds.IsValid(id) ? id! : CellIds.For(index, source), source)
        {
            Metadata = Detached(entries["metadata"]) ?? [],
            Attachments = Detached(entries["attachments"]),
            ExecutionCount = Integer(entries["execution_count"]),
            Outputs = entries["outputs"] is JsonArray outputs ? [.. outputs.Select(output => Output(output, place))] : [],
        };
    }

    private static NotebookOutput Output(JsonNode? node, string place)
    {
        if (node is not JsonObject entries)
            throw new FormatException($"an output of {place} is not a JSON object");
        JsonObject metadata = Detached(entries["metadata"]) ?? [];
        return OptionalText(entries["output_type"], place) switch
        {
            "stream" => new StreamOutput(OptionalText(entries["name"], place) ?? "stdout", Lines(entries["text"], $"an output of {place}")),
            "display_data" => new DisplayOutput(Bundle(entries["data"], place)) { Metadata = metadata },
            "execute_result" => new ResultOutput(Bundle(entries["data"], place), Integer(entries["execution_count"])) { Metadata = metadata },
            "error" => new ErrorOutput(
                OptionalText(entries["ename"], place) ?? "Error",
                OptionalText(entries["evalue"], place) ?? "",
                entries["traceback"] is JsonArray lines ? [.. lines.Select(line => OptionalText(line, place) ?? "")] : []),
            var other => throw new FormatException($"an output of {place} has the unknown type \"{other}\""),
        };
    }

    private static IReadOnlyList<MimeContent> Bundle(JsonNode? node, string place)
    {
        if (node is not JsonObject entries)
            throw new FormatException($"an output of {place} has no data");
        var contents = new List<MimeContent>();
        foreach (var (type, value) in entries)
        {
            var content = new MimeContent(type, "");
            contents.Add(content with { Text = content.IsJson ? JsonText.Compact(value) : Lines(value, $"an output of {place}") });
        }
        return contents;
    }

    private static string Lines(JsonNode? node, string place) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(line => OptionalText(line, place))),
        JsonValue => OptionalText(node, place)!,
        _ => throw new FormatException($"{place} is neither text nor a list of lines"),
    };

    private static string? OptionalText(JsonNode? node, string place) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw new FormatException($"{place} holds a {node.GetValueKind()} where text belongs"),
    };

    private static int? Integer(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) ? number : null;

    private static JsonObject? Detached(JsonNode? node) => node is JsonObject entries ? (JsonObject)entries.DeepClone() : null;
}
