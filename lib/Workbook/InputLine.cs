// A line of standard input as a text or a pair of texts, plain or JSON.

using System.Text;
using System.Text.Json;

namespace Workbook;

/// <summary>Reads the lines that <c>tokenize</c> and <c>predict</c> take.</summary>
internal static class InputLine
{
    /// <summary>Whether <see cref="Texts"/> throws this of a line that it cannot read.</summary>
    internal static bool IsUnreadable(Exception wrong) => wrong is DecoderFallbackException or JsonException or FormatException;

    /// <summary>What is wrong with a line, as the end of a sentence.</summary>
    internal static string Sentence(Exception wrong, bool pair) => wrong switch
    {
        DecoderFallbackException => "it is no UTF-8; convert the input first (iconv -t UTF-8).",
        JsonException => pair ? "with --json the line of a pair must be a JSON list of two strings." : "with --json a line must be a JSON string.",
        _ => wrong.Message,
    };

    /// <summary>The text or pair of a line.</summary>
    internal static (string First, string? Second) Texts(ReadOnlyMemory<byte> line, bool pair, bool json)
    {
        if (json)
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (!pair)
                return (Text(root), null);
            return root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 2 ? (Text(root[0]), Text(root[1])) : throw new JsonException();
        }
        string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line.Span);
        if (!pair)
            return (text, null);
        return text.Split('\t') is [var first, var second] ? (first, second) : throw new FormatException($"a pair is two texts with one tab between them, but the line holds {text.Count(c => c == '\t')} tabs.");
    }

    private static string Text(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            throw new JsonException();
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("the string holds half of a surrogate pair, which is no Unicode character.");
        }
    }
}
