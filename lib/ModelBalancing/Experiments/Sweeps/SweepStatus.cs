// How a sweep stands, told by the coordinator or read from its folder by anybody.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>One run of a sweep.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Labels">Where it stands on the axes.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Step">Steps done, as far as known.</param>
/// <param name="Steps">Steps of the whole run; 0 if not known.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Folder">The run's folder.</param>
public sealed record SweepItem(string Id, IReadOnlyDictionary<string, string> Labels, SweepRunState State, int Step, int Steps, string? Error, string Folder);

/// <summary>How a sweep stands.</summary>
/// <param name="Name">The sweep's name.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Store">Root of the store.</param>
/// <param name="At">When this was so.</param>
/// <param name="Interruptions">Deaths by signal so far.</param>
/// <param name="Left">Estimated time left; null if unknown or nothing goes on.</param>
/// <param name="Items">The distinct runs in the sweep's order.</param>
public sealed record SweepStatus(string Name, string Title, string Folder, string Store, DateTimeOffset At, int Interruptions, TimeSpan? Left, IReadOnlyList<SweepItem> Items)
{
    /// <summary>Number of runs in a state.</summary>
    public int Count(SweepRunState state) => Items.Count(item => item.State == state);

    /// <summary>One line, such as "12 of 40 runs finished, 2 running, 1 failed, 3 min left".</summary>
    public override string ToString()
    {
        var parts = new List<string> { $"{Count(SweepRunState.Finished)} of {Items.Count} runs finished" };
        foreach (var (state, word) in new[] { (SweepRunState.Running, "running"), (SweepRunState.Interrupted, "interrupted"), (SweepRunState.Failed, "failed"), (SweepRunState.Waiting, "waiting") })
            if (Count(state) is > 0 and var count)
                parts.Add($"{count} {word}");
        if (Left is { } left)
            parts.Add($"{Figures.Quantities.Duration(left)} left");
        return string.Join(", ", parts);
    }

    /// <summary>Reads a sweep's folder and the folders of its runs; nothing is changed, and neither data nor tensors are needed.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="RunException">The folder holds no sweep.</exception>
    public static SweepStatus Read(string folder)
    {
        folder = Path.GetFullPath(folder);
        var plan = SweepPlan.Read(folder);
        var last = new Dictionary<string, (DateTimeOffset At, string Event, string? Message)>();
        var running = new Dictionary<string, (int Step, int Steps)>();
        int interruptions = 0;
        TimeSpan? left = null;
        if (Directory.Exists(SweepFolder.CoordinatorsOf(folder)))
            foreach (string coordinator in Directory.GetDirectories(SweepFolder.CoordinatorsOf(folder)))
            {
                foreach (var (id, at, what, message) in Events(Path.Combine(coordinator, SweepFolder.EventsName)))
                {
                    interruptions += what == "interrupted" ? 1 : 0;
                    if (!last.TryGetValue(id, out var known) || known.At <= at)
                        last[id] = (at, what, message);
                }
                if (JsonFile.Read(Path.Combine(coordinator, SweepFolder.LiveName)) is not { } live || RunLock.OwnerOf(coordinator) is null)
                    continue; // none, or left by one that was killed
                if (live["leftSeconds"] is JsonValue seconds && (left is null || left.Value.TotalSeconds < seconds.GetValue<double>()))
                    left = TimeSpan.FromSeconds(seconds.GetValue<double>());
                foreach (var run in live["running"]!.AsArray())
                    running[run!["id"]!.GetValue<string>()] = (run["step"]!.GetValue<int>(), run["steps"]!.GetValue<int>());
            }
        return new SweepStatus(plan.Name, plan.Title, folder, plan.Store, DateTimeOffset.UtcNow, interruptions, left, [.. plan.Runs.Select(Item)]);

        SweepItem Item(PlannedRun run)
        {
            var stored = new StoredRun(Path.Combine(plan.Store, run.Folder));
            var (_, what, message) = last.GetValueOrDefault(run.Id);
            var state = !Directory.Exists(stored.Folder) ? running.ContainsKey(run.Id) ? SweepRunState.Running : what == "failed" ? SweepRunState.Failed : SweepRunState.Waiting
                : stored.Phase() switch
                {
                    RunPhase.Finished => SweepRunState.Finished,
                    RunPhase.Running => SweepRunState.Running, // also on another host, or outside the sweep
                    _ when running.ContainsKey(run.Id) => SweepRunState.Running,
                    _ => what == "failed" ? SweepRunState.Failed : SweepRunState.Interrupted,
                };
            var at = running.TryGetValue(run.Id, out var told) ? told : state is SweepRunState.Running or SweepRunState.Interrupted ? ((int)stored.SavedStep, 0) : default;
            return new SweepItem(run.Id, run.Labels, state, at.Item1, at.Item2, state == SweepRunState.Failed ? message : null, stored.Folder);
        }
    }

    private static IEnumerable<(string Id, DateTimeOffset At, string What, string? Message)> Events(string path)
    {
        if (!File.Exists(path))
            yield break;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            JsonNode? parsed;
            try
            {
                parsed = JsonNode.Parse(line);
            }
            catch (JsonException)
            {
                continue; // torn by a kill
            }
            if (parsed is JsonObject found)
                yield return (found["id"]!.GetValue<string>(), Time(found["at"]), found["event"]!.GetValue<string>(), found["message"]?.GetValue<string>());
        }
    }

    private static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse(text!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
