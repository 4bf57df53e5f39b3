// What makes two runs the same run: spec, data, engine, threads and the version of the science.
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace ModelBalancing.Experiments;

/// <summary>Version of everything that makes numbers. Raise it when a change alters results: older runs are then no longer reused.</summary>
public static class ScienceVersion
{
    /// <summary>The current version.</summary>
    public const int Current = 2;
}

/// <summary>Everything that must agree for a finished run to be reused.</summary>
/// <param name="Id">First 16 hexadecimal digits of the hash over all other parts; names the run's folder.</param>
/// <param name="Spec">Canonical JSON of the spec, with the data's path left out.</param>
/// <param name="DataChecksum">SHA-256 of the data file; over the names and checksums of several; empty without data.</param>
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
        string text = TextOf(spec);
        string engine = $"{ModelBalancing.Engine.Name} {torch.__version__}";
        string hash = CanonicalJson.Hash(string.Join('\n', text, checksum, engine, threads, ScienceVersion.Current));
        return new(hash[..16], text, checksum, engine, threads, ScienceVersion.Current);
    }

    /// <summary>What of a spec enters the id: everything but where its data lies. Members added later must stay away from the text while they have their default, so that old runs keep their ids.</summary>
    internal static string TextOf(RunSpec spec)
    {
        var described = JsonSerializer.SerializeToNode(spec, RunSpec.Json)!.AsObject();
        described.Remove("data");
        return CanonicalJson.Of(described);
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
