// What makes two runs the same run: spec, data, engine, threads and the version of the science.
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace ModelBalancing.Experiments;

/// <summary>Version of everything that makes numbers. Raise it when a change alters results: older runs are then no longer reused.</summary>
public static class ScienceVersion
{
    /// <summary>The current version.</summary>
    public const int Current = 1;
}

/// <summary>Everything that must agree for a finished run to be reused.</summary>
/// <param name="Id">First 16 hexadecimal digits of the hash over all other parts; names the run's folder.</param>
/// <param name="Spec">Canonical JSON of the spec, with the data's path left out.</param>
/// <param name="DataChecksum">SHA-256 of the data file.</param>
/// <param name="Engine">Engine and version of libtorch, such as "cpu 2.10.0".</param>
/// <param name="Threads">Threads that compute.</param>
/// <param name="Science"><see cref="ScienceVersion"/>.</param>
public sealed record RunIdentity(string Id, string Spec, string DataChecksum, string Engine, int Threads, int Science)
{
    /// <summary>Identity of a spec on this machine; reads the data file to find its checksum.</summary>
    /// <param name="spec">The spec, with its kind's defaults filled in.</param>
    /// <param name="threads">Threads that will compute.</param>
    /// <exception cref="RunException">The data file is missing or not the one that the spec names.</exception>
    public static RunIdentity Of(RunSpec spec, int threads)
    {
        string checksum = DataFiles.Checksum(spec.Data);
        var described = JsonSerializer.SerializeToNode(spec, RunSpec.Json)!.AsObject();
        described.Remove("data");
        string text = CanonicalJson.Of(described);
        string engine = $"{ModelBalancing.Engine.Name} {torch.__version__}";
        string hash = CanonicalJson.Hash(string.Join('\n', text, checksum, engine, threads, ScienceVersion.Current));
        return new(hash[..16], text, checksum, engine, threads, ScienceVersion.Current);
    }

    /// <summary>The identity as a JSON object, as stored in a run's folder.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["spec"] = CanonicalJson.Hash(Spec),
        ["data"] = DataChecksum,
        ["engine"] = Engine,
        ["threads"] = Threads,
        ["science"] = Science,
    };
}

/// <summary>Finds data files and their checksums.</summary>
public static class DataFiles
{
    private static readonly Dictionary<(string Path, long Length, DateTime Written), string> known = [];

    /// <summary>The file behind a reference: an absolute path as it is, else below the checkout's data folder, else below the cache.</summary>
    /// <exception cref="RunException">There is no such file.</exception>
    public static string Resolve(DataReference data)
    {
        if (Path.IsPathRooted(data.Path))
            return File.Exists(data.Path) ? data.Path : throw new RunException($"There is no data file '{data.Path}'; generate or download it first (./workbook data).");
        string[] places = [Path.Combine(Folders.Data, data.Path), Path.Combine(Folders.Cache, data.Path)];
        return places.FirstOrDefault(File.Exists)
            ?? throw new RunException($"The data file '{data.Path}' is neither below '{Folders.Data}' nor below '{Folders.Cache}'; generate or download it first (./workbook data).");
    }

    /// <summary>SHA-256 of the file behind a reference, remembered while the file does not change.</summary>
    /// <exception cref="RunException">The file is missing, or its checksum is not the reference's.</exception>
    public static string Checksum(DataReference data)
    {
        string path = Resolve(data);
        var file = new FileInfo(path);
        var key = (file.FullName, file.Length, file.LastWriteTimeUtc);
        string found;
        lock (known)
            if (!known.TryGetValue(key, out found!))
            {
                using var stream = file.OpenRead();
                known[key] = found = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
        if (data.Checksum is { } wanted && !wanted.Equals(found, StringComparison.OrdinalIgnoreCase))
            throw new RunException($"The data file '{path}' has the checksum {found[..12]}…, the spec wants {wanted[..Math.Min(12, wanted.Length)]}…: get the right file, or remove data.checksum from the spec.");
        return found;
    }
}
