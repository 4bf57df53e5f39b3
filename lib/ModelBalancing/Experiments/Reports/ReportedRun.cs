// One run as a report sees it: read from its folder's files, whatever library wrote them.
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments.Reports;

/// <summary>What became of a run.</summary>
internal enum ReportedState
{
    Finished, Diverged, Failed, Unfinished,
}

/// <summary>A run's folder, read once.</summary>
internal sealed class ReportedRun
{
    private ReportedRun(string folder, JsonObject spec)
    {
        (Folder, Name) = (folder, Path.GetFileName(folder));
        Members = SpecMembers.Of(spec);
        Result = JsonFile.Read(Path.Combine(folder, "result.json"))?["result"] as JsonObject;
        Environment = JsonFile.Read(Path.Combine(folder, "environment.json")) ?? [];
        Times = JsonFile.Read(Path.Combine(folder, "times.json")) ?? [];
        Failure = (string?)JsonFile.Read(Path.Combine(folder, "failure.json"))?["message"];
        // What was read decides, not where it lay.
        if (Members.Remove("data.path", out string? path))
            Members["data"] = Environment["identity"]?["data"]?.GetValue<string>() is { Length: > 12 } checksum ? $"{Path.GetFileName(path)} ({checksum[..12]})" : Path.GetFileName(path);
        Members.Remove("data.checksum");
        Fidelity = Member("fidelity") ?? "Corrected";
        Members["fidelity"] = Fidelity;
        Kind = Member("kind") ?? "";
        Seed = string.Join("/", new[] { "subset", "weights", "order" }.Select(part => Member($"seeds.{part}") ?? "0").Distinct());
        Rows = double.TryParse(Member("rows"), NumberStyles.Float, CultureInfo.InvariantCulture, out double rows) ? rows : double.NaN;
    }

    public string Folder { get; }
    public string Name { get; }
    public string Kind { get; }
    public string Fidelity { get; }
    public double Rows { get; }

    /// <summary>The seeds in one word: one number if all three agree, else subset/weights/order.</summary>
    public string Seed { get; }

    /// <summary>The spec's members by dotted name.</summary>
    public SortedDictionary<string, string> Members { get; }
    public JsonObject? Result { get; }
    public JsonObject Environment { get; }
    public JsonObject Times { get; }
    public string? Failure { get; }

    public ReportedState State => Result is not null ? (bool?)Result["diverged"] == true ? ReportedState.Diverged : ReportedState.Finished
        : Failure is not null ? ReportedState.Failed : ReportedState.Unfinished;

    public double Seconds => ResultMeasure.Number(Times, "seconds");
    public string? Finished => (string?)Times["finished"];

    public string? Member(string name) => Members.GetValueOrDefault(name);

    public double Number(string name) => ResultMeasure.Number(Result, name);

    /// <summary>All runs below a folder, by name.</summary>
    public static IReadOnlyList<ReportedRun> All(string root) =>
    [
        .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
            .Select(folder => (folder, Spec: JsonFile.Read(Path.Combine(folder, "spec.json"))))
            .Where(run => run.Spec is not null).Select(run => new ReportedRun(run.folder, run.Spec!)),
    ];
}

/// <summary>A spec as a flat list of members.</summary>
internal static class SpecMembers
{
    public static SortedDictionary<string, string> Of(JsonObject spec)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(spec, "");
        return members;

        void Add(JsonObject part, string prefix)
        {
            foreach (var (name, value) in part)
                if (value is JsonObject inner)
                    Add(inner, $"{prefix}{name}.");
                else if (value is not null)
                    members[prefix + name] = value is JsonValue single && single.TryGetValue(out string? text) ? text : value.ToJsonString();
        }
    }
}
