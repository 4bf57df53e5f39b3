// The header of a safetensors file: 8 bytes of length (little endian), then JSON, then the tensors' bytes.
// Nothing in a header is believed before it is checked, and nothing is allocated by a size that it names.
using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>Checked header of a safetensors file.</summary>
/// <param name="DataBegin">Offset in the file of the first tensor byte: 8 + header length.</param>
/// <param name="Entries">The tensors in the order of the header.</param>
/// <param name="Metadata">The text pairs under "__metadata__"; empty if there are none.</param>
/// <remarks>Format: github.com/huggingface/safetensors, README "Format". Offsets start at 0, leave no hole and end at the file's end.</remarks>
internal sealed record SafetensorsHeader(long DataBegin, IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Bytes of the length field.</summary>
    internal const int LengthField = 8;

    /// <summary>Longest header accepted, the limit of the format's own library.</summary>
    internal const long LongestHeader = 100_000_000;

    /// <summary>Most axes accepted; the tensor library has the same limit.</summary>
    internal const int MostAxes = 64;

    /// <summary>Metadata key that lists, separated by commas, the tensors stored as pairs (real, imaginary).</summary>
    internal const string ComplexKey = "complex";

    private const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new(StringComparer.Ordinal)
    {
        ["F64"] = (ScalarType.Float64, 8),
        ["F32"] = (ScalarType.Float32, 4),
        ["F16"] = (ScalarType.Float16, 2),
        ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8),
        ["I32"] = (ScalarType.Int32, 4),
        ["I16"] = (ScalarType.Int16, 2),
        ["I8"] = (ScalarType.Int8, 1),
        ["U8"] = (ScalarType.Byte, 1),
        ["BOOL"] = (ScalarType.Bool, 1),
    };

    /// <summary>Reads and checks the header at the start of a file.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="start">The file's first bytes: the length field and at least the header, if the file has them.</param>
    /// <param name="fileLength">Bytes in the whole file.</param>
    /// <exception cref="CheckpointException">Anything wrong, in one sentence.</exception>
    internal static SafetensorsHeader Read(string path, ReadOnlySpan<byte> start, long fileLength)
    {
        var length = HeaderLength(path, start, fileLength);
        var json = start.Slice(LengthField, (int)length);
        if (json[0] != (byte)'{')
            throw Wrong(path, "its header is not a JSON object");
        var (stored, metadata) = Parse(path, json);
        var dataLength = fileLength - LengthField - length;
        CheckLayout(path, stored, dataLength);
        return new SafetensorsHeader(LengthField + length, Restored(path, stored, metadata), metadata);
    }

    /// <summary>Length of the JSON text, checked against the file.</summary>
    internal static long HeaderLength(string path, ReadOnlySpan<byte> start, long fileLength)
    {
        if (fileLength < LengthField || start.Length < LengthField)
            throw Wrong(path, $"it has {fileLength} bytes and a safetensors file has at least {LengthField + 2}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length < 2)
            throw Wrong(path, $"its header length is {length}");
        if (length > (ulong)LongestHeader)
            throw Wrong(path, $"its header claims {length} bytes, more than the {LongestHeader} allowed");
        if (length > (ulong)(fileLength - LengthField))
            throw Wrong(path, $"its header claims {length} bytes but only {fileLength - LengthField} follow");
        return (long)length;
    }

    /// <summary>The header bytes of a file to write, length field included, padded so that the data starts at a multiple of 8.</summary>
    internal static byte[] Write(IEnumerable<SafetensorsEntry> stored, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (var entry in stored)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", NameOf(entry.Type));
                json.WriteStartArray("shape");
                foreach (var axis in entry.Shape)
                    json.WriteNumberValue(axis);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Begin);
                json.WriteNumberValue(entry.End);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padded = (buffer.WrittenCount + 7) / 8 * 8;
        if (padded > LongestHeader)
            throw new ArgumentException($"The header would take {padded} bytes, more than the {LongestHeader} that readers accept: shorten the names or the metadata.");
        var bytes = new byte[LengthField + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)padded);
        buffer.WrittenSpan.CopyTo(bytes.AsSpan(LengthField));
        bytes.AsSpan(LengthField + buffer.WrittenCount).Fill((byte)' ');
        return bytes;
    }

    /// <summary>Whether a tensor of this type can be stored as it is.</summary>
    internal static bool CanStore(ScalarType type) => Types.Values.Any(known => known.Type == type);

    /// <summary>Bytes of one element of a storable type.</summary>
    internal static int SizeOf(ScalarType type) => Types.Values.First(known => known.Type == type).Size;

    private static string NameOf(ScalarType type) => Types.First(known => known.Value.Type == type).Key;

    private static CheckpointException Wrong(string path, string what, Exception? inner = null) =>
        new($"Cannot read '{path}': {what}; the file is damaged or not a safetensors file, download or write it again.", inner);

    private static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(string path, ReadOnlySpan<byte> json)
    {
        var entries = new List<SafetensorsEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!names.Add(name))
                    throw Wrong(path, $"its header names {Shown(name)} twice");
                reader.Read();
                if (name == MetadataKey)
                    ParseMetadata(path, ref reader, metadata);
                else
                    entries.Add(ParseEntry(path, name, ref reader));
            }
            while (reader.Read())
            {
                // A second value after the object is reported by the reader itself.
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw Wrong(path, "its header is not valid JSON", failure);
        }
        return (entries, metadata);
    }

    private static void ParseMetadata(string path, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(path, "its metadata is not an object of text values");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Wrong(path, $"its metadata {Shown(key)} is not text");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw Wrong(path, $"its metadata names {Shown(key)} twice");
        }
    }

    private static SafetensorsEntry ParseEntry(string path, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(path, $"tensor {Shown(name)} is not described by an object");
        (ScalarType Type, int Size)? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            var again = field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (again)
                throw Wrong(path, $"tensor {Shown(name)} has two fields '{field}'");
            switch (field)
            {
                case "dtype":
                    if (reader.TokenType != JsonTokenType.String)
                        throw Wrong(path, $"the dtype of tensor {Shown(name)} is not text");
                    var written = reader.GetString()!;
                    type = Types.TryGetValue(written, out var known) ? known
                        : throw new CheckpointException($"Cannot read '{path}': tensor {Shown(name)} has dtype {Shown(written)}, which is not supported; convert the file to one of {string.Join(", ", Types.Keys)}.");
                    break;
                case "shape":
                    shape = ParseNumbers(path, name, "shape", MostAxes, ref reader);
                    break;
                case "data_offsets":
                    offsets = ParseNumbers(path, name, "data_offsets", 2, ref reader);
                    if (offsets.Count != 2)
                        throw Wrong(path, $"tensor {Shown(name)} has {offsets.Count} data offsets, not 2");
                    break;
                default:
                    throw Wrong(path, $"tensor {Shown(name)} has an unknown field {Shown(field)}");
            }
        }
        if (type is not { } found || shape is null || offsets is null)
            throw Wrong(path, $"tensor {Shown(name)} lacks its {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        if (offsets[1] < offsets[0])
            throw Wrong(path, $"tensor {Shown(name)} ends before it begins");
        if (BytesOf(shape, found.Size) != offsets[1] - offsets[0])
            throw Wrong(path, $"tensor {Shown(name)} of shape [{string.Join(", ", shape)}] does not take the {offsets[1] - offsets[0]} bytes that its offsets span");
        return new SafetensorsEntry(name, found.Type, [.. shape], offsets[0], offsets[1]);
    }

    private static List<long> ParseNumbers(string path, string name, string field, int most, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(path, $"the {field} of tensor {Shown(name)} is not a list");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Wrong(path, $"the {field} of tensor {Shown(name)} holds something other than whole numbers from 0 to 2^63 - 1");
            if (numbers.Count == most)
                throw Wrong(path, $"the {field} of tensor {Shown(name)} has more than {most} numbers");
            numbers.Add(number);
        }
        return numbers;
    }

    // Bytes of a shape, or null when they exceed 63 bits.
    private static long? BytesOf(List<long> shape, int size)
    {
        if (shape.Contains(0))
            return 0;
        Int128 bytes = size;
        foreach (var axis in shape)
        {
            bytes *= axis;
            if (bytes > long.MaxValue)
                return null;
        }
        return (long)bytes;
    }

    private static void CheckLayout(string path, List<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.End > dataLength)
                throw Wrong(path, $"tensor {Shown(entry.Name)} ends at byte {entry.End} of {dataLength} (an interrupted download?)");
            if (entry.Begin < end)
                throw Wrong(path, $"tensor {Shown(entry.Name)} overlaps another one");
            if (entry.Begin > end)
                throw Wrong(path, $"{entry.Begin - end} bytes before tensor {Shown(entry.Name)} belong to no tensor");
            end = entry.End;
        }
        if (end != dataLength)
            throw Wrong(path, $"{dataLength - end} bytes at its end belong to no tensor");
    }

    // The entries as they are read: the marked ones are complex and lose their last axis.
    private static List<SafetensorsEntry> Restored(string path, List<SafetensorsEntry> stored, Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(ComplexKey, out var list) || list.Length == 0)
            return stored;
        var marked = list.Split(',').ToHashSet(StringComparer.Ordinal);
        var restored = stored.Select(entry => marked.Remove(entry.Name) ? Complex(path, entry) : entry).ToList();
        if (marked.Count > 0)
            throw Wrong(path, $"its metadata marks {Shown(marked.First())} as complex but it holds no such tensor");
        return restored;
    }

    private static SafetensorsEntry Complex(string path, SafetensorsEntry entry)
    {
        ScalarType? type = entry.Type switch
        {
            ScalarType.Float32 => ScalarType.ComplexFloat32,
            ScalarType.Float64 => ScalarType.ComplexFloat64,
            _ => null,
        };
        if (type is null || entry.Shape.Length == 0 || entry.Shape[^1] != 2)
            throw Wrong(path, $"tensor {Shown(entry.Name)} is marked as complex but is not F32 or F64 with a last axis of length 2");
        return entry with { Type = type.Value, Shape = entry.Shape[..^1] };
    }

    // Names come from the file: shortened and without control characters.
    private static string Shown(string name)
    {
        var shown = new StringBuilder("'");
        foreach (var character in name.Length <= 80 ? name : name[..80] + "...")
            shown.Append(char.IsControl(character) ? "\\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture) : character.ToString());
        return shown.Append('\'').ToString();
    }
}
