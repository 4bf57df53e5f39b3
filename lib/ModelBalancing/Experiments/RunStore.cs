// The folder of runs: one folder a run, named by kind and id.
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>Finished and unfinished runs below one folder.</summary>
/// <param name="root">The folder; made when the first run starts. Null for the checkout's runs folder.</param>
/// <exception cref="RunException">It is a file.</exception>
public sealed class RunStore(string? root = null)
{
    /// <summary>The folder that holds the runs.</summary>
    public string Root { get; } = !File.Exists(root) ? Path.GetFullPath(root ?? Folders.Runs) : throw new RunException($"'{root}' is a file; give a folder for the runs.");

    /// <summary>Folder of a run; need not exist.</summary>
    public string FolderOf(RunSpec spec, RunIdentity identity) => Path.Combine(Root, $"{spec.Kind}-{identity.Id}");

    /// <summary>The finished run of an identity, or null: there is none, or what is stored does not agree in everything.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="identity">Its identity here and now.</param>
    public RunOutcome? Finished(RunSpec spec, RunIdentity identity)
    {
        string folder = FolderOf(spec, identity);
        if (JsonFile.Read(Path.Combine(folder, RunFiles.Result)) is not { } stored || stored["result"] is not JsonObject result)
            return null;
        if (stored["identity"] is not JsonObject found || CanonicalJson.Of(found) != CanonicalJson.Of(identity.ToJson()))
            return null;
        return new RunOutcome(identity.Id, folder, result, Reused: true, new StoredRun(folder).MadeOn!.Value);
    }

    /// <summary>All runs, begun or finished, by name, read from their files; <see cref="Table"/> is for many.</summary>
    public IEnumerable<StoredRun> Runs() => !Directory.Exists(Root) ? [] :
        Directory.GetDirectories(Root).Where(folder => File.Exists(Path.Combine(folder, RunFiles.Spec))).Order(StringComparer.Ordinal).Select(folder => new StoredRun(folder));

    /// <summary>A run by its folder's name, its id or the beginning of either.</summary>
    /// <param name="name">Name, id or beginning.</param>
    /// <exception cref="RunException">No run, or several, are called so.</exception>
    public StoredRun Find(string name)
    {
        var called = Runs().Where(run => run.Name.StartsWith(name, StringComparison.Ordinal) || run.Id.StartsWith(name, StringComparison.Ordinal)).Take(2).ToList();
        return called.Count == 1 ? called[0] : throw new RunException(called.Count == 0
            ? $"There is no run '{name}' in '{Root}'; ./workbook runs list shows them."
            : $"'{name}' is the beginning of several runs; give more of the id.");
    }

    /// <summary>All runs as a table, through the index; what changed since it was written is read anew.</summary>
    public RunTable Table() => RunIndex.Of(Root).Table();

    /// <summary>The same table after the index was thrown away and made anew from the files, which are the truth.</summary>
    public RunTable RebuiltTable() => RunIndex.Of(Root).Rebuilt();

    /// <summary>Deletes the saved states of finished runs and what dead writers left half written; models, results and metrics stay.</summary>
    /// <param name="dryRun">Only tells what would go.</param>
    public GarbageReport CollectGarbage(bool dryRun = false) => RunGarbage.Collect(this, dryRun);
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
    public RunTimes? Times() => JsonFile.Read(Path.Combine(Folder, RunFiles.Times)) is { } times
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
