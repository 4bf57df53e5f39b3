// Runs that differ in nothing but their seeds, and settings that differ in nothing but the method.
using System.Globalization;
using ModelBalancing.Balancing;
using System.Text.Json;

namespace ModelBalancing.Experiments.Reports;

/// <summary>Runs of one spec with different seeds.</summary>
/// <param name="Method">baseline, or what tells this balancing from the others.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="LearningRate">The rate of the first epochs.</param>
/// <param name="Runs">One run a seed, by seed.</param>
internal sealed record ReportedSetting(string Method, double Rows, double LearningRate, IReadOnlyList<ReportedRun> Runs)
{
    public bool IsBaseline => Method == ReportedFamily.Baseline;
    public bool IsControl => Runs[0].Member("balancing.control") is { } control && control != nameof(BalanceControl.None);

    /// <summary>The runs that are reported: those of seeds that chose nothing.</summary>
    public IReadOnlyList<ReportedRun> Reported { get; init; } = Runs;

    public int Count(ReportedState state) => Reported.Count(run => run.State == state);
}

/// <summary>Settings that may be compared: they differ in method, rows and rate, and in what the rows decide.</summary>
/// <param name="Kind">Kind of run.</param>
/// <param name="Title">What tells this family from the kind's others; empty for the only one.</param>
/// <param name="Settings">The settings shown: one a method and size.</param>
/// <param name="Trials">Settings that only served to choose a learning rate, and the chosen ones.</param>
internal sealed record ReportedFamily(string Kind, string Title, IReadOnlyList<ReportedSetting> Settings, IReadOnlyList<ReportedSetting> Trials)
{
    public const string Baseline = "baseline", Balanced = "TempBalance";

    /// <summary>Members that may follow from the number of rows.</summary>
    private static readonly string[] sized = ["epochs", "batchSize", "decay.", "weightDecay"];

    private static readonly SortedDictionary<string, string> usual =
        SpecMembers.Of(JsonSerializer.SerializeToNode(new BalancingSpec(), RunSpec.Json)!.AsObject());

    /// <summary>A letter by which sentences name it; empty for the only family of a report.</summary>
    public string Letter { get; init; } = "";

    public ResultMeasure Measure => RunKinds.Names.Contains(Kind) ? RunKinds.Find(Kind).Measure : new("test.nRMSE");
    public IReadOnlyList<double> Sizes => [.. Settings.Select(setting => setting.Rows).Distinct().Order()];
    public IReadOnlyList<string> Methods => [.. Settings.Select(setting => setting.Method).Distinct().OrderBy(method => method == Baseline ? 0 : method == Balanced ? 1 : 2).ThenBy(method => method, StringComparer.Ordinal)];

    public ReportedSetting? Find(string method, double rows) => Settings.FirstOrDefault(setting => setting.Method == method && setting.Rows == rows);

    /// <summary>Groups runs into families, each with its settings.</summary>
    public static IReadOnlyList<ReportedFamily> Of(IReadOnlyList<ReportedRun> runs)
    {
        ReportedFamily[] families = [.. runs.GroupBy(run => run.Kind).SelectMany(OfKind).OrderBy(family => family.Settings[0].Runs[0].Fidelity == "Corrected" ? 0 : 1).ThenByDescending(family => family.Settings.Sum(setting => setting.Runs.Count))];
        return families.Length == 1 ? families : [.. families.Select((family, at) => family with { Letter = at < 26 ? $"{(char)('A' + at)}" : $"A{at}" })];
    }

    private static IEnumerable<ReportedFamily> OfKind(IGrouping<string, ReportedRun> kind)
    {
        var methods = MethodNames([.. kind]);
        string[] names = [.. kind.SelectMany(run => run.Members.Keys).Distinct().Where(name => !IsAxis(name))];
        // A member that every size has one value of belongs to the size.
        string[] free = [.. names.Where(name => !sized.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            || kind.GroupBy(run => run.Rows).Any(size => size.Select(run => run.Member(name)).Distinct().Count() > 1))];
        var families = kind.GroupBy(run => string.Join('\n', free.Select(name => $"{name}={run.Member(name)}"))).ToList();
        string[] telling = Telling([.. families.Select(family => family.First())], free);
        foreach (var family in families)
        {
            var all = family.GroupBy(run => (run.Rows, Method: methods[run], Rate: run.Member("learningRate")))
                .Select(group => new ReportedSetting(group.Key.Method, group.Key.Rows, double.Parse(group.Key.Rate ?? "NaN", CultureInfo.InvariantCulture), [.. group.OrderBy(run => run.Seed.Length).ThenBy(run => run.Seed, StringComparer.Ordinal)])).ToList();
            var shown = new List<ReportedSetting>();
            var trials = new List<ReportedSetting>();
            foreach (var rates in all.GroupBy(setting => (setting.Rows, setting.Method)))
            {
                // Seeds that ran at several rates, while others ran at one, chose among the rates.
                var times = rates.SelectMany(setting => setting.Runs.Select(run => run.Seed)).CountBy(seed => seed).ToDictionary();
                bool chose = times.Values.Any(count => count > 1) && times.Values.Any(count => count == 1);
                IReadOnlyList<ReportedRun> Reported(ReportedSetting setting) => chose ? [.. setting.Runs.Where(run => times[run.Seed] == 1)] : setting.Runs;
                var chosen = rates.OrderByDescending(setting => Reported(setting).Count).ThenBy(setting => setting.Runs.Average(run => run.Number("selectionError") is var error && double.IsNaN(error) ? double.PositiveInfinity : error)).First();
                shown.Add(chosen with { Reported = Reported(chosen) });
                if (rates.Count() > 1)
                    trials.AddRange(rates.OrderBy(setting => setting.LearningRate));
            }
            yield return new(kind.Key, string.Join(", ", telling.Select(name => family.First().Member(name) is { } value ? $"{name} {value}" : $"no {name}")),
                [.. shown.OrderBy(setting => setting.Rows)], trials);
        }
    }

    /// <summary>As few members as tell the families apart, variant and data before others.</summary>
    private static string[] Telling(IReadOnlyList<ReportedRun> families, IEnumerable<string> names)
    {
        var telling = new List<string>();
        int Parts(IEnumerable<string> members) => families.Select(run => string.Join('\n', members.Select(run.Member))).Distinct().Count();
        foreach (string name in names.OrderBy(name => name == "fidelity" ? 0 : name == "data" ? 1 : 2))
            if (Parts(telling.Append(name)) > Parts(telling))
                telling.Add(name);
        return [.. telling];
    }

    private static bool IsAxis(string name) => name is "rows" or "learningRate" || name.StartsWith("seeds.", StringComparison.Ordinal) || name.StartsWith("balancing.", StringComparison.Ordinal);

    /// <summary>Names of the methods: what varies among the balanced runs and is not the usual value.</summary>
    private static Dictionary<ReportedRun, string> MethodNames(IReadOnlyList<ReportedRun> runs)
    {
        static bool IsBalanced(ReportedRun run) => run.Members.Keys.Any(name => name.StartsWith("balancing.", StringComparison.Ordinal)) && run.Member("balancing.control") != nameof(BalanceControl.Baseline);
        var balanced = runs.Where(IsBalanced).ToList();
        string[] varying = [.. balanced.SelectMany(run => run.Members.Keys).Where(name => name.StartsWith("balancing.", StringComparison.Ordinal)).Distinct()
            .Where(name => balanced.Select(run => run.Member(name)).Distinct().Count() > 1)];
        return runs.ToDictionary(run => run, run => !IsBalanced(run) ? Baseline
            : string.Join(", ", varying.Where(name => run.Member(name) is { } value && usual.GetValueOrDefault(name["balancing.".Length..]) != value)
                .Select(name => $"{name[(name.LastIndexOf('.') + 1)..]} {run.Member(name)}").Prepend(Balanced)));
    }
}
