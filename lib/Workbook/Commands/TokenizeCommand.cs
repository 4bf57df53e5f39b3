// ./workbook tokenize: lines in, one JSON object a line out, with ids, tokens and their places.

using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelBalancing.Text.Tokenizers;

namespace Workbook.Commands;

/// <summary>Encodes standard input line by line.</summary>
internal static class TokenizeCommand
{
    private const int FlushBytes = 1 << 16;

    private static readonly JsonWriterOptions relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Create()
    {
        var vocabulary = new Option<string>("--vocabulary") { Description = "A folder or file: tokenizer.json; a .model; vocab.json with merges.txt; encoder.json with vocab.bpe (and dict.txt); vocab.txt.", Required = true };
        var pair = new Option<bool>("--pair") { Description = "Each line holds two texts with a tab between; with --json a list of two strings. An empty second text counts as none." };
        var maxLength = new Option<int?>("--max-length") { Description = "Cut rows to so many tokens, the longest text first." };
        var json = new Option<bool>("--json") { Description = "Each line is a JSON string instead of plain text." };
        var command = new Command("tokenize", "Lines of text in, ids, tokens and offsets (Unicode code points) out, one JSON object a line.") { vocabulary, pair, maxLength, json };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(maxLength) is < 1 and var length)
                throw new UsageException($"--max-length is {length}, but must be at least 1.");
            var tokenizer = Tokenizer.Load(parsed.GetValue(vocabulary)!);
            var options = parsed.GetValue(maxLength) is { } most ? EncodeOptions.Within(most) : new EncodeOptions();
            Run(tokenizer, options, parsed.GetValue(pair), parsed.GetValue(json), Console.OpenStandardInput(), Console.OpenStandardOutput(), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Encodes every line; what is done is written whenever no more input waits, so that it can be used in a pipe.</summary>
    internal static void Run(Tokenizer tokenizer, EncodeOptions options, bool pair, bool json, Stream input, Stream output, CancellationToken cancellation)
    {
        using var reader = new LineReader(input);
        using var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer, relaxed);
        int number = 0;
        while (reader.Next(out var bytes, Flush))
        {
            cancellation.ThrowIfCancellationRequested();
            number++;
            try
            {
                var (first, second) = Texts(bytes, pair, json);
                // As transformers does in a call with one pair: an empty second text is none.
                Write(writer, tokenizer.Encode(first, second is "" ? null : second, options), pair);
            }
            catch (Exception wrong) when (wrong is TokenizerException or DecoderFallbackException or JsonException or FormatException)
            {
                Flush();
                throw new UsageException($"Line {number}: {Sentence(wrong, pair)}");
            }
            writer.Flush();
            writer.Reset();
            buffer.WriteByte((byte)'\n');
            if (buffer.Length > FlushBytes)
                Flush();
        }
        Flush();

        void Flush()
        {
            buffer.WriteTo(output);
            output.Flush();
            buffer.SetLength(0);
        }
    }

    private static string Sentence(Exception wrong, bool pair) => wrong switch
    {
        DecoderFallbackException => "it is no UTF-8; convert the input first (iconv -t UTF-8).",
        JsonException => pair ? "with --json --pair a line must be a JSON list of two strings." : "with --json a line must be a JSON string.",
        _ => wrong.Message,
    };

    private static (string First, string? Second) Texts(ReadOnlyMemory<byte> line, bool pair, bool json)
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
        return text.Split('\t') is [var first, var second] ? (first, second) : throw new FormatException($"with --pair it must hold two texts and one tab between them, but it holds {text.Count(c => c == '\t')} tabs.");
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

    private static void Write(Utf8JsonWriter writer, TokenEncoding row, bool pair)
    {
        writer.WriteStartObject();
        Numbers("ids", row.Ids);
        writer.WriteStartArray("tokens");
        foreach (string token in row.Tokens)
            writer.WriteStringValue(token);
        writer.WriteEndArray();
        writer.WriteStartArray("offsets");
        foreach (var (start, end) in row.Offsets)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(start);
            writer.WriteNumberValue(end);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        if (pair)
        {
            Numbers("types", row.Types);
            Numbers("sequence", row.Sequence);
        }
        writer.WriteEndObject();

        void Numbers(string name, int[] values)
        {
            writer.WriteStartArray(name);
            foreach (int value in values)
                writer.WriteNumberValue(value);
            writer.WriteEndArray();
        }
    }

    /// <summary>Cuts a stream at line feeds only; a carriage return before one belongs to the line's end.</summary>
    private sealed class LineReader(Stream input) : IDisposable
    {
        private byte[] buffer = new byte[1 << 16];
        private int start, end;

        /// <summary>Next line without its end.</summary>
        /// <param name="line">Valid until the next call.</param>
        /// <param name="beforeWaiting">Called before the stream is read.</param>
        public bool Next(out ReadOnlyMemory<byte> line, Action beforeWaiting)
        {
            int searched = start;
            while (true)
            {
                int found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
                if (found >= 0)
                {
                    line = Trimmed(start, searched + found);
                    start = searched + found + 1;
                    return true;
                }
                searched = end;
                if (end == buffer.Length)
                {
                    // The line goes on: move it to the front, or make room.
                    if (start > 0)
                        buffer.AsSpan(start, end - start).CopyTo(buffer);
                    else
                        Array.Resize(ref buffer, 2 * buffer.Length);
                    (searched, end, start) = (searched - start, end - start, 0);
                }
                beforeWaiting();
                int count = input.Read(buffer, end, buffer.Length - end);
                if (count == 0)
                {
                    line = Trimmed(start, end);
                    bool any = end > start;
                    start = end;
                    return any;
                }
                end += count;
            }
        }

        public void Dispose() => input.Dispose();

        private ReadOnlyMemory<byte> Trimmed(int from, int to) => buffer.AsMemory(from, to > from && buffer[to - 1] == '\r' ? to - 1 - from : to - from);
    }
}
