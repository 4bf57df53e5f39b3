// PyTorch checkpoints (.bin, .pt, .pth): the zip form, read without running anything in it.
using System.Buffers.Binary;
using System.IO.Compression;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>An open PyTorch archive: names, types and shapes of its tensors are known, their bytes are read one tensor at a time.</summary>
/// <remarks>
/// The zip form written since PyTorch 1.6: data.pkl and one uncompressed entry a storage. Extents and strides are checked against the entry's own
/// length before anything is built. The older tar and the bare pickle form are refused.
/// </remarks>
public sealed class PytorchArchive : IDisposable
{
    private const long LongestPickle = 64L << 20;
    private const int MostAxes = 64;

    private readonly string path;
    private readonly FileStream stream;
    private readonly ZipArchive zip;
    private readonly string prefix;
    private readonly Dictionary<string, ArchivedTensor> tensors;

    private PytorchArchive(string path, FileStream stream, ZipArchive zip, string prefix, IReadOnlyList<ArchivedTensor> found)
    {
        (this.path, this.stream, this.zip, this.prefix) = (path, stream, zip, prefix);
        tensors = found.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Entries = [.. found.Select(tensor => new SafetensorsEntry(tensor.Name, tensor.Type, tensor.Shape, 0, Elements(tensor.Shape) * SizeOf(tensor.Type)))];
    }

    /// <summary>The tensors in the order of the state dictionary; Begin and End give their size, not their place.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Opens a checkpoint and checks every tensor's extent.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">It is missing, of an older form, damaged, or holds more than weights and plain data.</exception>
    public static PytorchArchive Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        ZipArchive? zip = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            RefuseOlderForms(path, stream);
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var pickle = zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal) || entry.FullName == "data.pkl")
                ?? throw Wrong(path, "it has no data.pkl");
            var prefix = pickle.FullName[..^"data.pkl".Length];
            if (zip.GetEntry(prefix + "byteorder") is { } order && Text(path, order) is not ("little" or ""))
                throw Wrong(path, "its bytes are in big-endian order");
            var value = new PickleReader(path, Bytes(path, pickle, LongestPickle)).Read();
            var found = new List<ArchivedTensor>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            Collect(path, zip, prefix, StateDictionary(path, value), "", found, names, 0);
            if (found.Count == 0)
                throw Wrong(path, "it holds no tensors");
            return new PytorchArchive(path, stream, zip, prefix, found);
        }
        catch (Exception failure)
        {
            zip?.Dispose();
            stream?.Dispose();
            throw failure switch
            {
                CheckpointException => failure,
                FileNotFoundException or DirectoryNotFoundException => new CheckpointException($"Cannot read '{path}': there is no such file; check the path.", failure),
                UnauthorizedAccessException => new CheckpointException($"Cannot read '{path}': permission denied or a folder; name a readable file.", failure),
                InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException =>
                    Wrong(path, $"its zip structure is broken ({failure.Message.TrimEnd('.')})", failure),
                _ => failure,
            };
        }
    }

    /// <summary>Copies a tensor out of the archive.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new contiguous tensor on the CPU; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">There is no tensor of that name, or its bytes are damaged.</exception>
    public Tensor Read(string name)
    {
        if (!tensors.TryGetValue(name, out var tensor))
            throw new CheckpointException($"'{path}' holds no tensor '{name}'; it holds {tensors.Count}, among them {string.Join(", ", tensors.Keys.Take(3))}.");
        try
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            var storage = empty(tensor.StorageElements, dtype: tensor.Type, device: CPU);
            Fill(storage, zip.GetEntry($"{prefix}data/{tensor.Key}")!);
            return (tensor.Shape.Contains(0) ? empty(tensor.Shape, dtype: tensor.Type, device: CPU)
                : storage.as_strided(tensor.Shape, tensor.Strides, tensor.Offset).clone().contiguous()).MoveToOuterDisposeScope();
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw Wrong(path, $"the bytes of tensor '{Shown(name)}' are damaged ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    /// <summary>Closes the file; tensors that were read stay valid.</summary>
    public void Dispose()
    {
        zip.Dispose();
        stream.Dispose();
    }

    private static CheckpointException Wrong(string path, string what, Exception? inner = null) =>
        new($"Cannot read '{path}': {what}; the file is damaged or no PyTorch checkpoint of weights, get it again or save it as safetensors.", inner);

    private static void RefuseOlderForms(string path, FileStream stream)
    {
        Span<byte> start = stackalloc byte[512];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (length < 4)
            throw Wrong(path, $"it has {length} bytes");
        if (BinaryPrimitives.ReadUInt32LittleEndian(start) == 0x04034b50)
            return;
        if (length > 262 && start.Slice(257, 5).SequenceEqual("ustar"u8))
            throw new CheckpointException($"Cannot read '{path}': it is in PyTorch's old tar form; load it in PyTorch and save it again, which writes the zip form, or save it as safetensors.");
        if (start[0] == 0x80)
            throw new CheckpointException($"Cannot read '{path}': it is in PyTorch's pickle form from before version 1.6; load it in PyTorch and save it again, which writes the zip form, or save it as safetensors.");
        throw Wrong(path, "it is no zip archive");
    }

    private static byte[] Bytes(string path, ZipArchiveEntry entry, long most)
    {
        if (entry.Length > most)
            throw Wrong(path, $"its entry '{Shown(entry.FullName)}' claims {entry.Length} bytes, more than the {most} allowed");
        using var source = entry.Open();
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            if (bytes.Length + read > most)
                throw Wrong(path, $"its entry '{Shown(entry.FullName)}' is longer than it says");
            bytes.Write(buffer, 0, read);
        }
        if (Crc32.Append(0, bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) != entry.Crc32)
            throw Wrong(path, $"the checksum of its entry '{Shown(entry.FullName)}' does not match");
        return bytes.ToArray();
    }

    private static string Text(string path, ZipArchiveEntry entry) => System.Text.Encoding.ASCII.GetString(Bytes(path, entry, 64)).Trim();

    // Trainers wrap the weights: {"state_dict": ..., "epoch": ...}.
    private static object? StateDictionary(string path, object? value)
    {
        foreach (var key in new[] { "state_dict", "model_state_dict", "model", "module" })
        {
            foreach (var (name, inner) in Items(value) ?? [])
            {
                if (name is string text && text == key && Items(inner) is not null)
                    return inner;
            }
        }
        return Items(value) is not null ? value : throw Wrong(path, "its top value is no dictionary");
    }

    private static IReadOnlyList<KeyValuePair<object?, object?>>? Items(object? value) => value switch
    {
        PickledDictionary dictionary => dictionary.Items,
        PickledCall { Function.Name: "OrderedDict" } call => call.Items,
        _ => null,
    };

    private static void Collect(string path, ZipArchive zip, string prefix, object? value, string name, List<ArchivedTensor> found, HashSet<string> names, int depth)
    {
        if (depth > 8)
            throw Wrong(path, "its dictionaries are nested more than 8 deep");
        if (Items(value) is { } items)
        {
            foreach (var (key, inner) in items)
            {
                if (key is string text)
                    Collect(path, zip, prefix, inner, name.Length == 0 ? text : $"{name}.{text}", found, names, depth + 1);
            }
            return;
        }
        // A parameter is a tensor with a flag.
        while (value is PickledCall { Function.Name: "_rebuild_parameter" or "_rebuild_parameter_with_state" or "Parameter" } parameter)
            value = parameter.Arguments.Count > 0 ? parameter.Arguments[0] : throw Wrong(path, $"parameter '{Shown(name)}' holds no tensor");
        if (value is not PickledCall { Function.Name: "_rebuild_tensor_v2" or "_rebuild_tensor" } call)
            return;
        if (!names.Add(name))
            throw Wrong(path, $"it names tensor '{Shown(name)}' twice");
        found.Add(TensorOf(path, zip, prefix, name, call));
    }

    private static ArchivedTensor TensorOf(string path, ZipArchive zip, string prefix, string name, PickledCall call)
    {
        var shown = Shown(name);
        if (call.Arguments is not [PickledReference { Id: object?[] id }, long offset, object?[] shapeValues, object?[] strideValues, ..]
            || id is not ["storage", PickledGlobal storageType, string key, _, ..])
            throw Wrong(path, $"tensor '{shown}' is not described as PyTorch does");
        var type = TypeOf(storageType.Name) ?? throw Wrong(path, $"tensor '{shown}' has storage {storageType}, which is not supported");
        var (shape, strides) = (Numbers(shapeValues), Numbers(strideValues));
        if (shape is null || strides is null || shape.Length != strides.Length || shape.Length > MostAxes || offset < 0)
            throw Wrong(path, $"tensor '{shown}' has no valid shape, strides or offset");
        if (key.Length > 200 || key.Contains("..", StringComparison.Ordinal) || zip.GetEntry($"{prefix}data/{key}") is not { } entry)
            throw Wrong(path, $"the storage of tensor '{shown}' is missing");
        // Stored without compression, so that the length in the directory is bounded by the file.
        if (entry.CompressedLength != entry.Length)
            throw Wrong(path, $"the storage of tensor '{shown}' is compressed, as PyTorch never writes it");
        var size = SizeOf(type);
        if (entry.Length % size != 0)
            throw Wrong(path, $"the storage of tensor '{shown}' has {entry.Length} bytes, no whole number of elements");
        var elements = entry.Length / size;
        // A tensor without elements reaches nowhere, whatever its strides.
        if (shape.Contains(0))
            return offset <= elements ? new ArchivedTensor(name, type, shape, strides, offset, key, elements)
                : throw Wrong(path, $"tensor '{shown}' begins beyond its storage of {elements} elements");
        Int128 last = offset, count = 1;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            count *= shape[axis];
            last += (Int128)(shape[axis] - 1) * strides[axis];
            if (last > elements || count > long.MaxValue / 16)
                throw Wrong(path, $"tensor '{shown}' of shape [{string.Join(", ", shape)}] reaches beyond its storage of {elements} elements");
        }
        if (last >= elements)
            throw Wrong(path, $"tensor '{shown}' of shape [{string.Join(", ", shape)}] reaches beyond its storage of {elements} elements");
        // Broadcast views would let a small file ask for any amount of memory.
        if (count > elements)
            throw Wrong(path, $"tensor '{shown}' has {count} elements and its storage {elements}: its strides repeat elements");
        return new ArchivedTensor(name, type, shape, strides, offset, key, elements);
    }

    private static long[]? Numbers(object?[] values) => values.All(value => value is long and >= 0) ? [.. values.Select(value => (long)value!)] : null;

    private static ScalarType? TypeOf(string storage) => storage switch
    {
        "DoubleStorage" => ScalarType.Float64,
        "FloatStorage" => ScalarType.Float32,
        "HalfStorage" => ScalarType.Float16,
        "BFloat16Storage" => ScalarType.BFloat16,
        "LongStorage" => ScalarType.Int64,
        "IntStorage" => ScalarType.Int32,
        "ShortStorage" => ScalarType.Int16,
        "CharStorage" => ScalarType.Int8,
        "ByteStorage" => ScalarType.Byte,
        "BoolStorage" => ScalarType.Bool,
        "ComplexFloatStorage" => ScalarType.ComplexFloat32,
        "ComplexDoubleStorage" => ScalarType.ComplexFloat64,
        _ => null,
    };

    private static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.ComplexFloat64 => 16,
        ScalarType.Float64 or ScalarType.Int64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    private static long Elements(long[] shape) => shape.Aggregate(1L, (product, axis) => product * axis);

    private static void Fill(Tensor storage, ZipArchiveEntry entry)
    {
        using var source = entry.Open();
        const long piece = 1L << 28;
        var reals = storage.is_complex() ? view_as_real(storage).reshape(-1) : storage;
        var step = piece / reals.element_size();
        uint checksum = 0;
        for (long first = 0; first < reals.shape[0]; first += step)
        {
            var bytes = reals.narrow(0, first, Math.Min(step, reals.shape[0] - first)).bytes;
            source.ReadExactly(bytes);
            checksum = Crc32.Append(checksum, bytes);
        }
        if (checksum != entry.Crc32)
            throw new InvalidDataException("their checksum does not match");
    }

    private static string Shown(string name) => new([.. (name.Length <= 80 ? name : name[..80] + "...").Select(character => char.IsControl(character) ? '?' : character)]);
}
