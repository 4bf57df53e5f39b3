// The folder of runs: one folder a run, named by kind and id.
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>Finished and unfinished runs below one folder.</summary>
/// <param name="root">The folder; made when the first run starts. Null for the checkout's runs folder.</param>
public sealed class RunStore(string? root = null)
{
    /// <summary>The folder that holds the runs.</summary>
    public string Root { get; } = Path.GetFullPath(root ?? Folders.Runs);

    /// <summary>Folder of a run; need not exist.</summary>
    public string FolderOf(RunSpec spec, RunIdentity identity) => Path.Combine(Root, $"{spec.Kind}-{identity.Id}");

    /// <summary>The finished run of an identity, or null: there is none, or what is stored does not agree in everything.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="identity">Its identity here and now.</param>
    public RunOutcome? Finished(RunSpec spec, RunIdentity identity)
    {
        string folder = FolderOf(spec, identity);
        if (JsonFile.Read(Path.Combine(folder, "result.json")) is not { } stored || stored["result"] is not JsonObject result)
            return null;
        if (stored["identity"] is not JsonObject found || CanonicalJson.Of(found) != CanonicalJson.Of(identity.ToJson()))
            return null;
        return new RunOutcome(identity.Id, folder, result, Reused: true, MadeOn(folder));
    }

    /// <summary>Folders of all finished runs, oldest first.</summary>
    public IReadOnlyList<string> FinishedFolders() => !Directory.Exists(Root) ? [] :
        [.. Directory.GetDirectories(Root).Where(folder => File.Exists(Path.Combine(folder, "result.json")))
            .OrderBy(folder => File.GetLastWriteTimeUtc(Path.Combine(folder, "result.json"))).ThenBy(folder => folder, StringComparer.Ordinal)];

    private static DateTimeOffset MadeOn(string folder) =>
        JsonFile.Read(Path.Combine(folder, RunExecutor.TimesName))?["finished"]?.GetValue<string>() is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time : File.GetLastWriteTimeUtc(Path.Combine(folder, "result.json"));
}

/// <summary>A finished run.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Folder">The run's folder.</param>
/// <param name="Result">The kind's result.</param>
/// <param name="Reused">True when it was made before.</param>
/// <param name="MadeOn">When it was finished.</param>
public sealed record RunOutcome(string Id, string Folder, JsonObject Result, bool Reused, DateTimeOffset MadeOn)
{
    /// <summary>What is shown beside the numbers: "reused, made on DATE" or "made now".</summary>
    public string Notice => Reused ? $"reused, made on {MadeOn.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "made now";

    /// <summary>How long the run took, over all its sessions; null if it did not keep its times.</summary>
    public RunTimes? Times() => JsonFile.Read(Path.Combine(Folder, RunExecutor.TimesName)) is { } times
        && times["trainingSeconds"]?.GetValue<double>() is { } training && times["balancingSeconds"]?.GetValue<double>() is { } balancing
            ? new RunTimes(TimeSpan.FromSeconds(training), TimeSpan.FromSeconds(balancing)) : null;

    /// <summary>The run's metric rows.</summary>
    public IReadOnlyList<JsonObject> Metrics() => MetricLog.Read(Folder);
}

/// <summary>Wall-clock times of a run.</summary>
/// <param name="Training">All steps, with the looks at selection rows and the saving in between.</param>
/// <param name="Balancing">The part of it that balancing took: analyses, or snapshots and waiting for late results.</param>
public sealed record RunTimes(TimeSpan Training, TimeSpan Balancing)
{
    /// <summary>Share of the training time that balancing took.</summary>
    public double BalancingShare => Balancing / Training;
}
