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
                var (first, second) = InputLine.Texts(bytes, pair, json);
                // As transformers does in a call with one pair: an empty second text is none.
                Write(writer, tokenizer.Encode(first, second is "" ? null : second, options), pair);
            }
            catch (Exception wrong) when (wrong is TokenizerException || InputLine.IsUnreadable(wrong))
            {
                Flush();
                throw new UsageException($"Line {number}: {InputLine.Sentence(wrong, pair)}");
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
}
