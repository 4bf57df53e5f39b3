// What came out of a sweep: its runs brought into one store, and a table of them.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>What a collection found.</summary>
/// <param name="Copied">Runs taken over from other stores, by id.</param>
/// <param name="Conflicts">Runs that are finished here and there with different results; ours were kept.</param>
/// <param name="Missing">Runs that are finished nowhere.</param>
/// <param name="Others">Finished runs elsewhere of the same specs but of another engine, thread count or library version: a sentence each.</param>
public sealed record CollectionReport(IReadOnlyList<string> Copied, IReadOnlyList<string> Conflicts, IReadOnlyList<string> Missing, IReadOnlyList<string> Others);

/// <summary>Merges the runs of a sweep and makes a table of them.</summary>
public static class SweepCollection
{
    // In this order a copy that is cut short is at worst an unfinished run whose state is whole; result.json comes last.
    private static readonly string[] copied = [RunFiles.Spec, RunFiles.Environment, MetricLog.FileName, RunStateFile.NumbersName, RunStateFile.TensorsName, RunFiles.Model, RunFiles.Times, RunFiles.Result];

    /// <summary>Copies the sweep's finished runs from other stores into its own.</summary>
    /// <param name="plan">The sweep's plan.</param>
    /// <param name="stores">Roots of other stores, such as folders copied from other hosts.</param>
    /// <exception cref="RunException">A folder does not exist, or a run cannot be copied.</exception>
    public static CollectionReport Merge(SweepPlan plan, IEnumerable<string> stores)
    {
        List<string> taken = [], conflicts = [], others = [];
        foreach (string root in stores.Select(Path.GetFullPath))
        {
            if (!Directory.Exists(root))
                throw new RunException($"There is no folder of runs '{root}' to collect from.");
            if (root == Path.GetFullPath(plan.Store))
                continue;
            foreach (var run in plan.Runs)
            {
                string there = Path.Combine(root, run.Folder), here = Path.Combine(plan.Store, run.Folder);
                if (IdentityOf(there) is not { } identity || (string?)identity["id"] != run.Id)
                    continue;
                if (IdentityOf(here) is null)
                {
                    Copy(there, here);
                    taken.Add(run.Id);
                }
                else if (ResultOf(there) != ResultOf(here))
                    conflicts.Add(run.Id);
            }
            others.AddRange(MadeElsewise(plan, root));
        }
        return new CollectionReport(taken, conflicts, [.. plan.Runs.Where(run => IdentityOf(Path.Combine(plan.Store, run.Folder)) is null).Select(run => run.Id)], others);
    }

    /// <summary>The sweep as a table: labels, run, state, seconds and every plain number or word of the results (as <c>result.NAME</c> where a label has the same name); a row a point.</summary>
    /// <param name="plan">The sweep's plan.</param>
    public static Table Table(SweepPlan plan)
    {
        var rows = plan.Points.Select(point =>
        {
            var stored = new StoredRun(Path.Combine(plan.Store, point.Folder));
            var result = stored.Result;
            return (Point: point, Finished: result is not null, Seconds: result is null ? null : stored.Times?["seconds"]?.GetValue<double>(),
                Values: result is null ? [] : ResultNumbers.PlainValues(result).ToDictionary());
        }).ToList();
        var axes = plan.Points.SelectMany(point => point.Labels.Keys).Distinct().ToList();
        var names = rows.SelectMany(row => row.Values.Keys).Distinct().ToList();
        string[] own = [.. axes, "run", "finished", "seconds"];
        return Figures.Table.Of(rows, plan.Title.Length > 0 ? plan.Title : plan.Name,
        [
            .. axes.Select(axis => (axis, (Func<(PlannedRun Point, bool Finished, double? Seconds, Dictionary<string, JsonValue> Values), object?>)(row => row.Point.Labels.GetValueOrDefault(axis)))),
            ("run", row => row.Point.Id),
            ("finished", row => row.Finished ? "yes" : "no"),
            ("seconds", row => row.Seconds),
            .. names.Select(name => (own.Contains(name) ? $"result.{name}" : name, (Func<(PlannedRun Point, bool Finished, double? Seconds, Dictionary<string, JsonValue> Values), object?>)(row => row.Values.TryGetValue(name, out var value) ? Plain(value) : null))),
        ]);
    }

    /// <summary>Writes the table as CSV, or as JSON (a list of rows) where the name ends so.</summary>
    /// <param name="plan">The sweep's plan.</param>
    /// <param name="path">The file.</param>
    public static void Save(SweepPlan plan, string path)
    {
        string text = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Rows(plan).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n" : Table(plan).ToCsv();
        AtomicFile.Replace(path, text);
    }

    /// <summary>The table as JSON: a list of rows, each with labels, run, folder, seconds and the whole result.</summary>
    /// <param name="plan">The sweep's plan.</param>
    public static JsonArray Rows(SweepPlan plan) => new([.. plan.Points.Select(point =>
    {
        var stored = new StoredRun(Path.Combine(plan.Store, point.Folder));
        var result = stored.Result;
        return new JsonObject
        {
            ["labels"] = new JsonObject(point.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)JsonValue.Create(label.Value)))),
            ["run"] = point.Id,
            ["folder"] = stored.Folder,
            ["finished"] = result is not null,
            ["seconds"] = result is null ? null : stored.Times?["seconds"]?.DeepClone(),
            ["result"] = result?.DeepClone(),
        };
    })]);

    private static object? Plain(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => value.GetValue<double>(),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.ToString(),
    };

    private static JsonObject? IdentityOf(string folder) => JsonFile.Read(Path.Combine(folder, RunFiles.Result))?["identity"] as JsonObject;

    private static string ResultOf(string folder) => CanonicalJson.Of(JsonFile.Read(Path.Combine(folder, RunFiles.Result))!["result"]!);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        using var held = RunLock.Take(to);
        RunLock.DeleteLeftovers(to);
        foreach (string name in copied.Where(name => File.Exists(Path.Combine(from, name))))
            AtomicFile.Replace(Path.Combine(to, name), target =>
            {
                using var source = File.OpenRead(Path.Combine(from, name));
                source.CopyTo(target);
            });
        File.Delete(Path.Combine(to, RunFiles.Failure)); // of an attempt here that did not end
    }

    /// <summary>Runs of the plan's specs that are other runs all the same, because they were made in another way.</summary>
    private static IEnumerable<string> MadeElsewise(SweepPlan plan, string root)
    {
        var wanted = plan.Runs.ToLookup(run => run.Spec.Canonical());
        foreach (var stored in new RunStore(root).Runs())
        {
            if (stored.Result is null || plan.Runs.Any(run => run.Folder == stored.Name) || stored.SpecJson is not { } spec || !wanted.Contains(CanonicalJson.Of(spec)))
                continue;
            var identity = IdentityOf(stored.Folder);
            yield return $"{stored.Name} in '{root}' has a spec of this sweep, but was made with engine {identity?["engine"]}, {identity?["threads"]} threads, science version {identity?["science"]}: it is another run and was left there.";
        }
    }
}
