// A message of the Jupyter protocol: its frames, its signature, and what is refused.
using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Workbook.Notebooks.Jupyter;

/// <summary>A message whose signature was right.</summary>
/// <param name="Identities">The frames before the delimiter; a reply begins with the same.</param>
/// <param name="Type">For example <c>execute_request</c>.</param>
/// <param name="Header">The header as it came, to be the parent of replies.</param>
/// <param name="Content">What it says.</param>
internal sealed record JupyterMessage(IReadOnlyList<byte[]> Identities, string Type, byte[] Header, JsonElement Content);

/// <summary>The message is refused; the text is for the log.</summary>
internal sealed class RefusedMessageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Reads and writes signed messages with one key.</summary>
internal sealed class JupyterWire(byte[] key)
{
    private const int Remembered = 1 << 16;
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] Empty = "{}"u8.ToArray();

    private readonly string session = Guid.NewGuid().ToString();
    private readonly Lock gate = new();
    private readonly HashSet<string> seen = [];
    private readonly Queue<string> order = new();

    private static ReadOnlySpan<byte> Delimiter => "<IDS|MSG>"u8;

    /// <summary>Checks and reads a message: delimiter, signature, that it is not played again, then the JSON.</summary>
    /// <exception cref="RefusedMessageException">It is not a message of somebody who knows the key.</exception>
    internal JupyterMessage Read(IReadOnlyList<byte[]> frames)
    {
        int delimiter = 0;
        while (delimiter < frames.Count && !Delimiter.SequenceEqual(frames[delimiter]))
            delimiter++;
        if (frames.Count < delimiter + 6)
            throw new RefusedMessageException(delimiter == frames.Count ? "no delimiter" : "fewer frames than a message has");
        byte[] signature = frames[delimiter + 1];
        if (signature.Length == 0)
            throw new RefusedMessageException("not signed");
        if (!CryptographicOperations.FixedTimeEquals(signature, Signature([.. frames.Skip(delimiter + 2).Take(4).Select(frame => (ReadOnlyMemory<byte>)frame)])))
            throw new RefusedMessageException("wrong signature");
        RequireNew(Convert.ToBase64String(signature));
        try
        {
            JsonElement header = Parse(frames[delimiter + 2]), content = Parse(frames[delimiter + 5]);
            Parse(frames[delimiter + 3]);
            Parse(frames[delimiter + 4]);
            if (header.GetProperty("msg_id").ValueKind != JsonValueKind.String)
                throw new RefusedMessageException("no msg_id");
            return new JupyterMessage([.. frames.Take(delimiter)], header.GetProperty("msg_type").GetString() ?? throw new RefusedMessageException("no msg_type"), frames[delimiter + 2], content);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new RefusedMessageException($"malformed: {error.Message}", error);
        }
    }

    /// <summary>A message as frames, signed.</summary>
    /// <param name="identities">The frames before the delimiter: a peer's, or the topic.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="parent">The header of the message that caused it; null for none.</param>
    /// <param name="content">Writes the content's members.</param>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Write(IEnumerable<byte[]> identities, string type, byte[]? parent, Action<Utf8JsonWriter> content)
    {
        ReadOnlyMemory<byte> header = Json(writer =>
        {
            writer.WriteString("msg_id", Guid.NewGuid().ToString());
            writer.WriteString("session", session);
            writer.WriteString("username", "kernel");
            writer.WriteString("date", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("msg_type", type);
            writer.WriteString("version", JupyterKernel.ProtocolVersion);
        });
        ReadOnlyMemory<byte>[] parts = [header, parent ?? Empty, Empty, Json(content)];
        return [.. identities.Select(identity => (ReadOnlyMemory<byte>)identity), Delimiter.ToArray(), Signature(parts), .. parts];
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static JsonElement Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new RefusedMessageException("malformed: not an object");
    }

    private byte[] Signature(ReadOnlyMemory<byte>[] parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (ReadOnlyMemory<byte> part in parts)
            hash.AppendData(part.Span);
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private void RequireNew(string signature)
    {
        lock (gate)
        {
            if (!seen.Add(signature))
                throw new RefusedMessageException("played again");
            order.Enqueue(signature);
            if (order.Count > Remembered)
                seen.Remove(order.Dequeue());
        }
    }
}
