// JSON text as nbformat's own writer makes it: only quotes, backslashes and control characters are escaped,
// so that accents and emoji stay readable in diffs (the framework's relaxed encoder still escapes the latter).
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbook.Notebooks.Documents;

/// <summary>Quoting of strings and writing of nodes.</summary>
internal static class JsonText
{
    /// <summary>A string as a JSON literal.</summary>
    internal static string Quote(string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        for (int index = 0; index < text.Length; index++)
        {
            char character = text[index];
            switch (character)
            {
                case '"': builder.Append("\\\""); break;
                case '\\': builder.Append("\\\\"); break;
                case '\n': builder.Append("\\n"); break;
                case '\r': builder.Append("\\r"); break;
                case '\t': builder.Append("\\t"); break;
                case '\b': builder.Append("\\b"); break;
                case '\f': builder.Append("\\f"); break;
                case var high when char.IsHighSurrogate(high) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]):
                    builder.Append(high).Append(text[++index]);
                    break;
                case < ' ':
                case var lone when char.IsSurrogate(lone):
                    builder.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default: builder.Append(character); break;
            }
        }
        return builder.Append('"').ToString();
    }

    /// <summary>A node as JSON text without line breaks or blanks; numbers keep the digits they were read with.</summary>
    internal static string Compact(JsonNode? node)
    {
        var builder = new StringBuilder();
        Write(builder, node, null);
        return builder.ToString();
    }

    /// <summary>A node as JSON text, each level indented by one blank.</summary>
    internal static string Indented(JsonNode? node)
    {
        var builder = new StringBuilder();
        Write(builder, node, 0);
        return builder.ToString();
    }

    private static void Write(StringBuilder builder, JsonNode? node, int? level)
    {
        switch (node)
        {
            case null:
                builder.Append("null");
                break;
            case JsonObject entries:
                WriteItems(builder, '{', '}', entries, level, (entry, inner) =>
                {
                    builder.Append(Quote(entry.Key)).Append(level is null ? ":" : ": ");
                    Write(builder, entry.Value, inner);
                });
                break;
            case JsonArray items:
                WriteItems(builder, '[', ']', items, level, (item, inner) => Write(builder, item, inner));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                builder.Append(Quote(value.GetValue<string>()));
                break;
            default:
                builder.Append(node.ToJsonString());
                break;
        }
    }

    private static void WriteItems<T>(StringBuilder builder, char open, char close, ICollection<T> items, int? level, Action<T, int?> write)
    {
        builder.Append(open);
        bool isFirst = true;
        foreach (T item in items)
        {
            if (!isFirst)
                builder.Append(',');
            isFirst = false;
            if (level is int depth)
                builder.Append('\n').Append(' ', depth + 1);
            write(item, level + 1);
        }
        if (level is int outer && items.Count > 0)
            builder.Append('\n').Append(' ', outer);
        builder.Append(close);
    }
}
