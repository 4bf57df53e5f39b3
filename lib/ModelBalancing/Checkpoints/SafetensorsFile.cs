// Reading and writing .safetensors, the format in which weights and training state are kept and exchanged.
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>An open safetensors file: its names are known, its tensors are read one by one from the memory-mapped file.</summary>
/// <remarks>
/// Format: github.com/huggingface/safetensors. It has no complex type: a complex tensor is stored as pairs (real, imaginary)
/// along a last axis of length 2, and the metadata "complex" lists the names, separated by commas. One thread at a time.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    // A span has at most 2^31 - 1 elements, so longer tensors go in pieces.
    private const long LargestPiece = 1L << 26;

    private readonly string path;
    private readonly SafetensorsHeader header;
    private readonly Dictionary<string, SafetensorsEntry> entries;
    private readonly MemoryMappedFile map;
    private bool closed;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile map)
    {
        this.path = path;
        this.header = header;
        this.map = map;
        entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        Names = [.. header.Entries.Select(entry => entry.Name)];
    }

    /// <summary>The tensors' names in the order of the header.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The text pairs of the header; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Opens a file and checks its whole header: length, JSON, types, sizes, offsets, duplicates.</summary>
    /// <param name="path">The .safetensors file.</param>
    /// <exception cref="CheckpointException">The file is missing, unreadable or damaged.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new CheckpointException($"Cannot read '{path}': it is a folder; name the .safetensors file in it.");
        try
        {
            return Map(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"Cannot read '{path}': there is no such file; check the path.", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new CheckpointException($"Cannot read '{path}': permission denied; make the file readable.", failure);
        }
        catch (IOException failure)
        {
            throw new CheckpointException($"Cannot read '{path}' ({failure.Message.TrimEnd('.')}); check the disk and the path.", failure);
        }
    }

    /// <summary>Whether the file holds a tensor of that name.</summary>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>Type, shape and place of a tensor.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    public SafetensorsEntry Entry(string name) => entries.TryGetValue(name, out var entry) ? entry
        : throw new CheckpointException($"'{path}' holds no tensor '{name}'; it holds {Names.Count}, among them {string.Join(", ", Names.Take(3))}.");

    /// <summary>Copies a tensor out of the file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new tensor on the CPU that does not depend on the file; complex if it is marked so. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    public Tensor Read(string name)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        var entry = Entry(name);
        if (!entry.IsComplex)
            return ReadStored(entry.Shape, entry.Type, entry);
        using var pairs = ReadStored([.. entry.Shape, 2], entry.Type == ScalarType.ComplexFloat32 ? ScalarType.Float32 : ScalarType.Float64, entry);
        return view_as_complex(pairs);
    }

    /// <summary>Copies every tensor, in the order of <see cref="Names"/>.</summary>
    /// <returns>New tensors by name; the caller disposes them.</returns>
    public Dictionary<string, Tensor> ReadAll() => Names.ToDictionary(name => name, Read, StringComparer.Ordinal);

    /// <summary>Writes tensors to a file, replacing it as a whole.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="tensors">Names and tensors of type float64, 32, 16, bfloat16, int64, 32, 16, 8, byte, bool or complex 64, 32; any device, any layout.</param>
    /// <param name="metadata">Text to keep in the header; the key "complex" is the writer's own.</param>
    /// <exception cref="ArgumentException">Two tensors of one name, a type that the format lacks, a reserved name or key.</exception>
    /// <exception cref="CheckpointException">The disk is full or the place cannot be written; the target is as it was.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var named = tensors.ToList();
        CheckNames(named, metadata);
        var complex = named.Where(pair => is_complex(pair.Value)).Select(pair => pair.Key).ToList();
        var described = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            described.Add(key, value);
        if (complex.Count > 0)
            described.Add(SafetensorsHeader.ComplexKey, string.Join(',', complex));

        // Wide elements first, so that every tensor starts at a multiple of its element's size.
        var stored = named.Select(pair => (pair.Key, pair.Value, Type: StoredType(pair.Key, pair.Value.dtype)))
            .OrderByDescending(tensor => SafetensorsHeader.SizeOf(tensor.Type)).ToList();
        var places = new List<SafetensorsEntry>(stored.Count);
        long end = 0;
        foreach (var (name, tensor, type) in stored)
        {
            long[] shape = is_complex(tensor) ? [.. tensor.shape, 2] : tensor.shape;
            var begin = end;
            end += shape.Aggregate((long)SafetensorsHeader.SizeOf(type), (bytes, axis) => checked(bytes * axis));
            places.Add(new SafetensorsEntry(name, type, shape, begin, end));
        }
        var start = SafetensorsHeader.Write(places, described);
        AtomicFile.Replace(path, stream =>
        {
            stream.Write(start);
            foreach (var (_, tensor, _) in stored)
                WriteBytes(stream, tensor);
        });
    }

    /// <summary>Closes the file; tensors that were read stay valid.</summary>
    public void Dispose()
    {
        closed = true;
        map.Dispose();
    }

    private static SafetensorsFile Map(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        MemoryMappedFile? map = null;
        try
        {
            var length = stream.Length;
            // An empty file cannot be mapped; a short one has no header, and the check says so.
            if (length < SafetensorsHeader.LengthField)
                SafetensorsHeader.HeaderLength(path, [], length);
            map = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            var longest = (int)Math.Min(length, SafetensorsHeader.LengthField + SafetensorsHeader.LongestHeader);
            using var view = map.CreateViewAccessor(0, longest, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(path, SafetensorsHeader.Read(path, Bytes(view, 0, longest), length), map);
        }
        catch
        {
            map?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    private static void CheckNames(List<KeyValuePair<string, Tensor>> named, IReadOnlyDictionary<string, string>? metadata)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        foreach (var (name, tensor) in named)
        {
            if (!seen.Add(name))
                throw new ArgumentException($"The tensor name '{name}' is used twice or reserved: give every tensor its own name.", nameof(named));
            if (is_complex(tensor) && name.Contains(','))
                throw new ArgumentException($"The complex tensor '{name}' has a comma in its name, which separates names in the metadata: rename it.", nameof(named));
        }
        if (metadata?.ContainsKey(SafetensorsHeader.ComplexKey) == true)
            throw new ArgumentException($"The metadata key '{SafetensorsHeader.ComplexKey}' is written by the file itself: choose another key.", nameof(metadata));
    }

    private static ScalarType StoredType(string name, ScalarType type) => type switch
    {
        ScalarType.ComplexFloat32 => ScalarType.Float32,
        ScalarType.ComplexFloat64 => ScalarType.Float64,
        _ when SafetensorsHeader.CanStore(type) => type,
        _ => throw new ArgumentException($"Tensor '{name}' has type {type}, which safetensors cannot hold: convert it first.", nameof(type)),
    };

    private static void WriteBytes(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var plain = tensor.detach().cpu();
        if (is_complex(plain))
            plain = view_as_real(plain.resolve_conj());
        var flat = plain.contiguous().reshape(-1);
        ForEachPiece(flat, piece => stream.Write(piece));
    }

    private Tensor ReadStored(long[] shape, ScalarType type, SafetensorsEntry entry)
    {
        var tensor = empty(shape, dtype: type, device: CPU);
        using var scope = NewDisposeScope();
        var position = header.DataBegin + entry.Begin;
        ForEachPiece(tensor.reshape(-1), piece =>
        {
            // A view of its own, gone with the piece: pages that were read do not stay in the process.
            using var view = map.CreateViewAccessor(position, piece.Length, MemoryMappedFileAccess.Read);
            Bytes(view, 0, piece.Length).CopyTo(piece);
            position += piece.Length;
        });
        return tensor;
    }

    private delegate void OnPiece(Span<byte> piece);

    // The memory of a flat contiguous tensor, in pieces that a span can hold. Disposal is the caller's scope's business.
    private static void ForEachPiece(Tensor flat, OnPiece use)
    {
        var step = LargestPiece / flat.element_size();
        for (long first = 0; first < flat.shape[0]; first += step)
            use(flat.narrow(0, first, Math.Min(step, flat.shape[0] - first)).bytes);
    }

    private static unsafe ReadOnlySpan<byte> Bytes(MemoryMappedViewAccessor view, long offset, int length)
    {
        // Valid as long as the accessor lives, which is the caller's business.
        var pointer = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
        return new ReadOnlySpan<byte>(pointer + offset, length);
    }
}
