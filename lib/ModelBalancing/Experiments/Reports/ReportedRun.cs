// One run as a report sees it: read from its folder's files, whatever library wrote them.
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments.Reports;

/// <summary>What became of a run.</summary>
internal enum ReportedState
{
    Finished, Diverged, Failed, Running, Unfinished,
}

/// <summary>A run's folder, read once.</summary>
internal sealed class ReportedRun
{
    private ReportedRun(StoredRun stored)
    {
        (Folder, Name) = (stored.Folder, stored.Name);
        Members = SpecMembers.Of(stored.SpecJson!);
        Result = stored.Result;
        Environment = stored.Environment ?? [];
        Times = stored.Times ?? [];
        Failure = stored.Failure;
        IsRunning = Result is null && stored.Phase() == RunPhase.Running;
        NameData();
        Members["fidelity"] = Fidelity = Member("fidelity") ?? "Corrected";
        Kind = Member("kind") ?? "";
        Seed = string.Join("/", new[] { "subset", "weights", "order" }.Select(part => Member($"seeds.{part}") ?? "0").Distinct());
        Rows = double.TryParse(Member("rows"), NumberStyles.Float, CultureInfo.InvariantCulture, out double rows) ? rows : double.NaN;
    }

    /// <summary>What was read tells data apart, not where it lay.</summary>
    private void NameData()
    {
        string[] data = [.. Members.Keys.Where(name => name.StartsWith("data.", StringComparison.Ordinal))];
        var names = data.Where(name => name.EndsWith("path", StringComparison.Ordinal)).Select(name => Path.GetFileName(Members[name])).ToList();
        foreach (string name in data)
            Members.Remove(name);
        if (names.Count > 0)
            Members["data"] = string.Join(", ", names) + (Environment["identity"]?["data"]?.ToString() is { Length: > 12 } checksum ? $" ({checksum[..12]})" : "");
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
    public RunFailure? Failure { get; }
    public bool IsRunning { get; }

    public ReportedState State => Result is not null ? (bool?)Result["diverged"] == true ? ReportedState.Diverged : ReportedState.Finished
        : IsRunning ? ReportedState.Running : Failure is not null ? ReportedState.Failed : ReportedState.Unfinished;

    public double Seconds => ResultMeasure.Number(Times, "seconds");
    public string? Finished => (string?)Times["finished"];

    public string? Member(string name) => Members.GetValueOrDefault(name);

    public double Number(string name) => ResultMeasure.Number(Result, name);

    /// <summary>All runs of a folder, by name.</summary>
    public static IReadOnlyList<ReportedRun> All(RunStore store) => [.. store.Runs().Where(run => run.SpecJson is not null).Select(run => new ReportedRun(run))];
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
