// Finds the files behind a spec's data references and what they hold.
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>Finds data files and their checksums.</summary>
public static class DataFiles
{
    private static readonly Dictionary<(string Path, long Length, DateTime Written), string> known = [];

    /// <summary>The one file of a run whose kind needs no more.</summary>
    /// <exception cref="RunException">There is no such file, or the spec names none or several.</exception>
    public static string Resolve(DataReferences data) => Resolve(data.Only);

    /// <summary>The file or folder behind a reference: an absolute path as it is, else below the checkout's data folder, else below the cache.</summary>
    /// <exception cref="RunException">There is no such file.</exception>
    public static string Resolve(DataReference data)
    {
        if (Path.IsPathRooted(data.Path))
            return Path.Exists(data.Path) ? data.Path : throw new RunException($"There is nothing at '{data.Path}': put the file or folder there, or correct the spec's path.");
        string[] places = [Path.Combine(Folders.Data, data.Path), Path.Combine(Folders.Cache, data.Path)];
        return places.FirstOrDefault(Path.Exists)
            ?? throw new RunException($"The data file '{data.Path}' is neither below '{Folders.Data}' nor below '{Folders.Cache}'; generate or download it first (./workbook data).");
    }

    /// <summary>One checksum of all data of a run: that of a single unnamed file as it is, else a hash over names and checksums.</summary>
    /// <exception cref="RunException">A file is missing, or its checksum is not the reference's.</exception>
    public static string Checksum(DataReferences data) => data.Count == 0 ? ""
        : data.IsSingle ? Checksum(data.Only)
        : CanonicalJson.Hash(CanonicalJson.Of(new JsonObject(data.Select(named => KeyValuePair.Create(named.Key, (JsonNode?)Checksum(named.Value))))));

    /// <summary>SHA-256 of the file behind a reference, remembered while the file does not change; of a folder, a hash over its files' names and checksums.</summary>
    /// <exception cref="RunException">The file is missing, or its checksum is not the reference's.</exception>
    public static string Checksum(DataReference data)
    {
        string path = Resolve(data);
        string found = Directory.Exists(path)
            ? CanonicalJson.Hash(string.Join('\n', Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => $"{Path.GetRelativePath(path, file).Replace('\\', '/')} {OfFile(file)}")))
            : OfFile(path);
        if (data.Checksum is { } wanted && !wanted.Equals(found, StringComparison.OrdinalIgnoreCase))
            throw new RunException($"The data file '{path}' has the checksum {found[..12]}…, the spec wants {wanted[..Math.Min(12, wanted.Length)]}…: get the right file, or remove data.checksum from the spec.");
        return found;
    }

    private static string OfFile(string path)
    {
        var file = new FileInfo(path);
        var key = (file.FullName, file.Length, file.LastWriteTimeUtc);
        lock (known)
        {
            if (!known.TryGetValue(key, out string? found))
            {
                using var stream = file.OpenRead();
                known[key] = found = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
            return found;
        }
    }
}
