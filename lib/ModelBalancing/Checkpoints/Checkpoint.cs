// Any checkpoint by one door: safetensors, sharded safetensors, PyTorch archives, sharded archives.
using System.Text.Json;
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>A checkpoint of one or more files: the tensors' names, types and shapes, and their values one at a time.</summary>
/// <remarks>The order is that of the data: by place in a safetensors file, by the state dictionary in a PyTorch archive, shards in the order of their names.</remarks>
public sealed class Checkpoint : IDisposable
{
    private const long LongestIndex = 64L << 20;

    private readonly List<IDisposable> opened;
    private readonly Dictionary<string, Func<Tensor>> readers;

    private Checkpoint(string path, List<IDisposable> opened, IReadOnlyList<SafetensorsEntry> entries, Dictionary<string, Func<Tensor>> readers) =>
        (Path, this.opened, Entries, this.readers) = (path, opened, entries, readers);

    /// <summary>The file that was named.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of the data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Opens a checkpoint; no tensor is read yet.</summary>
    /// <param name="path">.safetensors, .bin, .pt or .pth, an index ("….index.json") of such shards, or a folder that holds one of the usual names.</param>
    /// <exception cref="CheckpointException">It is missing, damaged, or of a form that is not read.</exception>
    public static Checkpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Directory.Exists(path) ? InFolder(path) : path;
        var files = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Shards(file) : [file];
        var (opened, entries, readers) = (new List<IDisposable>(), new List<SafetensorsEntry>(), new Dictionary<string, Func<Tensor>>(StringComparer.Ordinal));
        try
        {
            foreach (var shard in files)
            {
                IReadOnlyList<SafetensorsEntry> found;
                Func<string, Tensor> read;
                if (IsSafetensors(shard))
                {
                    var safetensors = SafetensorsFile.Open(shard);
                    opened.Add(safetensors);
                    (found, read) = ([.. safetensors.Names.Select(safetensors.Entry).OrderBy(entry => entry.Begin)], safetensors.Read);
                }
                else
                {
                    var archive = PytorchArchive.Open(shard);
                    opened.Add(archive);
                    (found, read) = (archive.Entries, archive.Read);
                }
                foreach (var entry in found)
                {
                    if (!readers.TryAdd(entry.Name, () => read(entry.Name)))
                        throw new CheckpointException($"Cannot read '{file}': two shards hold a tensor '{entry.Name}'; get the checkpoint again.");
                    entries.Add(entry);
                }
            }
            return new Checkpoint(path, opened, entries, readers);
        }
        catch
        {
            opened.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>Copies a tensor out of the checkpoint.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new tensor on the CPU; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">There is no tensor of that name, or its bytes are damaged.</exception>
    public Tensor Read(string name) => readers.TryGetValue(name, out var read) ? read()
        : throw new CheckpointException($"'{Path}' holds no tensor '{name}'; it holds {Entries.Count}, among them {string.Join(", ", Entries.Take(3).Select(entry => entry.Name))}.");

    /// <summary>Closes all files; tensors that were read stay valid.</summary>
    public void Dispose() => opened.ForEach(part => part.Dispose());

    // By what the file begins with where its name does not tell.
    private static bool IsSafetensors(string file)
    {
        var ending = System.IO.Path.GetExtension(file).ToLowerInvariant();
        if (ending == ".safetensors")
            return true;
        if (ending is ".bin" or ".pt" or ".pth" or ".ckpt")
            return false;
        throw new CheckpointException($"Cannot read '{file}': '{ending}' is no known ending; name a .safetensors, .bin, .pt or .pth file, or an index of shards (.index.json).");
    }

    private static string InFolder(string folder)
    {
        foreach (var name in new[] { "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json" })
        {
            if (System.IO.Path.Combine(folder, name) is var file && File.Exists(file))
                return file;
        }
        throw new CheckpointException($"Cannot read '{folder}': the folder holds no model.safetensors, pytorch_model.bin or index of shards; name the file itself.");
    }

    private static IReadOnlyList<string> Shards(string index)
    {
        try
        {
            var info = new FileInfo(index);
            if (!info.Exists)
                throw new CheckpointException($"Cannot read '{index}': there is no such file; check the path.");
            if (info.Length > LongestIndex)
                throw new CheckpointException($"Cannot read '{index}': an index of {info.Length} bytes is none; name the index of shards itself.");
            using var document = JsonDocument.Parse(File.ReadAllBytes(index));
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw new CheckpointException($"Cannot read '{index}': it has no \"weight_map\"; name an index of shards.");
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(index))!;
            var names = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var pair in map.EnumerateObject())
            {
                // A shard lies beside its index, nowhere else.
                if (pair.Value.ValueKind != JsonValueKind.String || pair.Value.GetString() is not { Length: > 0 } name || name != System.IO.Path.GetFileName(name) || name is "." or "..")
                    throw new CheckpointException($"Cannot read '{index}': its weight_map names something that is no file beside it; get the index again.");
                names.Add(name);
            }
            if (names.Count == 0)
                throw new CheckpointException($"Cannot read '{index}': its weight_map is empty; get the index again.");
            return [.. names.Select(name => System.IO.Path.Combine(folder, name))];
        }
        catch (JsonException failure)
        {
            throw new CheckpointException($"Cannot read '{index}': it is not valid JSON; get the index again.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read '{index}' ({failure.Message.TrimEnd('.')}); check the path and its permissions.", failure);
        }
    }
}
