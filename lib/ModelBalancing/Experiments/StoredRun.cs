// One run's folder, as it is on disk.
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>How far a stored run is. A diverged run is finished: it counts as what it is.</summary>
public enum RunPhase
{
    /// <summary>Begun, not finished, nobody writes it: the next start goes on from its last saved state.</summary>
    Unfinished,

    /// <summary>A living process holds its lock.</summary>
    Running,

    /// <summary>Its last attempt ended in an error; failure.json tells which.</summary>
    Failed,

    /// <summary>result.json is there.</summary>
    Finished,
}

/// <summary>A run's folder. Every member reads its file anew; a file that is missing or torn is null.</summary>
/// <param name="folder">The folder.</param>
public sealed class StoredRun(string folder)
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The folder's name: kind and id.</summary>
    public string Name { get; } = Path.GetFileName(folder);

    /// <summary>The run's id: what follows the last hyphen of the name.</summary>
    public string Id => Name[(Name.LastIndexOf('-') + 1)..];

    /// <summary>spec.json as it is; it may be of an older library.</summary>
    public JsonObject? SpecJson => JsonFile.Read(Path.Combine(Folder, RunFiles.Spec));

    /// <summary>environment.json.</summary>
    public JsonObject? Environment => JsonFile.Read(Path.Combine(Folder, RunFiles.Environment));

    /// <summary>times.json: seconds, sessions, finished.</summary>
    public JsonObject? Times => JsonFile.Read(Path.Combine(Folder, RunFiles.Times));

    /// <summary>The kind's result; null while the run is not finished.</summary>
    public JsonObject? Result => JsonFile.Read(Path.Combine(Folder, RunFiles.Result))?["result"] as JsonObject;

    /// <summary>The last error of a run that is not finished.</summary>
    public RunFailure? Failure => RunFailure.Read(Folder);

    /// <summary>The metric rows.</summary>
    public IReadOnlyList<JsonObject> Metrics() => MetricLog.Read(Folder);

    /// <summary>The spec.</summary>
    /// <exception cref="RunException">There is none, or this library no longer reads it.</exception>
    public RunSpec Spec() => RunSpec.Load(Path.Combine(Folder, RunFiles.Spec));

    /// <summary>Steps of the last saved state; 0 without one.</summary>
    public long SavedStep => JsonFile.Read(Path.Combine(Folder, RunStateFile.NumbersName))?["generation"]?.GetValue<long>() ?? 0;

    /// <summary>How far the run is now; looks at the lock of one that is not finished.</summary>
    public RunPhase Phase() => File.Exists(Path.Combine(Folder, RunFiles.Result)) ? RunPhase.Finished
        : RunLock.OwnerOf(Folder) is not null ? RunPhase.Running
        : File.Exists(Path.Combine(Folder, RunFiles.Failure)) ? RunPhase.Failed : RunPhase.Unfinished;

    /// <summary>When it was finished; null if it is not.</summary>
    public DateTimeOffset? MadeOn => !File.Exists(Path.Combine(Folder, RunFiles.Result)) ? null
        : Times?["finished"]?.GetValue<string>() is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time : File.GetLastWriteTimeUtc(Path.Combine(Folder, RunFiles.Result));
}
