// The runs that a comparison may choose from: folders on disk, and what sweeps planned.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments.Sweeps;

namespace ModelBalancing.Experiments;

/// <summary>A run with what pairs it.</summary>
/// <param name="Run">Its folder; need not exist for a planned run.</param>
/// <param name="Spec">Its spec.</param>
/// <param name="Result">Its result; null while it is not finished.</param>
/// <param name="Labels">Its labels in every sweep it belongs to.</param>
/// <param name="Data">Checksums of its data, or where it lies; runs of other data are never a pair.</param>
/// <param name="NeverBegan">Why a planned run failed before it had a folder; null for every other.</param>
internal sealed record StoredCandidate(StoredRun Run, JsonObject Spec, JsonObject? Result, IReadOnlyList<IReadOnlyDictionary<string, string>> Labels, string Data, string? NeverBegan = null)
{
    public int Rows { get; } = Spec["rows"]?.GetValue<int>() ?? 0;

    /// <summary>The seeds in one word: one number if all three agree, else subset/weights/order.</summary>
    public string Seeds { get; } = string.Join('/', new[] { "subset", "weights", "order" }.Select(name => Spec["seeds"]?[name]?.GetValue<int>() ?? 0) is var seeds && seeds.Distinct().Count() == 1 ? seeds.Take(1) : seeds);

    /// <summary>Kind and data.</summary>
    public string Group => $"{Spec["kind"]} {Data}";

    /// <summary>What the runs of a pair share.</summary>
    public string Key => $"{Rows}|{Seeds}|{Group}";
}

/// <summary>Finds runs.</summary>
internal static class StoredCandidates
{
    /// <summary>Reads places: run folders, folders that hold some, and sweeps' folders.</summary>
    /// <returns>The runs, and folders whose spec cannot be read.</returns>
    /// <exception cref="RunException">A place holds no runs.</exception>
    public static (List<StoredCandidate> Runs, List<string> Torn) Read(IReadOnlyList<string> places)
    {
        if (places.Count == 0)
            throw new RunException("No runs are given; name run folders, or a folder that holds some.");
        List<StoredCandidate> runs = [];
        List<string> torn = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string place in places)
        {
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
            var found = Found(folder, place);
            var roots = found.Select(entry => Path.GetDirectoryName(entry.Run.Folder)!).Distinct().ToList();
            var plans = roots.ToDictionary(root => root, Labelled);
            var never = roots.SelectMany(NeverBegun.Of).DistinctBy(run => run.Folder).ToDictionary(run => run.Folder);
            // A folder of runs is asked for all of them, a sweep's folder names its own.
            if (roots.Contains(folder))
                found = [.. found, .. never.Values.Select(run => (new StoredRun(run.Folder), (JsonObject?)Json(run.Run.Spec)))];
            foreach (var (run, planned) in found.Where(entry => seen.Add(entry.Run.Folder)))
            {
                if ((run.SpecJson ?? planned) is not { } spec || spec["rows"] is not JsonValue rows || rows.GetValueKind() != JsonValueKind.Number)
                {
                    torn.Add(run.Folder);
                    continue;
                }
                var identity = run.Environment?["identity"] ?? JsonFile.Read(Path.Combine(run.Folder, RunFiles.Result))?["identity"];
                runs.Add(new(run, spec, run.Result, [.. plans[Path.GetDirectoryName(run.Folder)!][run.Name]], identity?["data"]?.ToJsonString() ?? "", never.GetValueOrDefault(run.Folder)?.Error));
            }
        }
        // A run that has not read its data yet has that of the runs whose spec names the same.
        var known = runs.Where(run => run.Data.Length > 0).GroupBy(Named).ToDictionary(group => group.Key, group => group.First().Data);
        return ([.. runs.Select(run => run.Data.Length > 0 ? run : run with { Data = known.GetValueOrDefault(Named(run), Named(run)) })], torn);

        static string Named(StoredCandidate run) => run.Spec["data"]?.ToJsonString() ?? "";
    }

    private static IReadOnlyList<(StoredRun Run, JsonObject? Planned)> Found(string folder, string place)
    {
        if (File.Exists(Path.Combine(folder, RunFiles.Spec)))
            return [(new StoredRun(folder), null)];
        if (File.Exists(Path.Combine(folder, SweepPlan.FileName)))
        {
            var plan = SweepPlan.Read(folder);
            return [.. plan.Points.Select(point => (new StoredRun(Path.Combine(plan.Store, point.Folder)), (JsonObject?)Json(point.Spec)))];
        }
        var found = new RunStore(folder).Runs().Select(run => (run, (JsonObject?)null)).ToList();
        return found.Count > 0 ? found : throw new RunException(Directory.Exists(folder)
            ? $"'{place}' is neither a run nor does it hold any: there is no {RunFiles.Spec} in it or in a folder of it."
            : $"There is no folder '{place}'; name run folders, or a folder that holds some.");
    }

    private static JsonObject Json(RunSpec spec) => JsonSerializer.SerializeToNode(spec, RunSpec.Json)!.AsObject();

    /// <summary>Labels that the sweeps of a store gave its runs, by the runs' folder names.</summary>
    private static ILookup<string, IReadOnlyDictionary<string, string>> Labelled(string root)
    {
        string below = Path.Combine(root, SweepFolder.Below);
        return (Directory.Exists(below) ? Directory.GetDirectories(below).Order(StringComparer.Ordinal) : Enumerable.Empty<string>()).SelectMany(Points).ToLookup(point => point.Folder, point => point.Labels);

        static IEnumerable<PlannedRun> Points(string sweep)
        {
            try
            {
                return File.Exists(Path.Combine(sweep, SweepPlan.FileName)) ? SweepPlan.Read(sweep).Points : [];
            }
            catch (RunException)
            {
                return []; // a plan of another version labels nothing; its runs are read all the same
            }
        }
    }
}
