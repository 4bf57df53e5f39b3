// Two methods compared by the runs that lie on disk: pairs by rows and seeds, a comparison a size, and a list of every run that could not take part.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Figures;
using ModelBalancing.Statistics;

namespace ModelBalancing.Experiments;

/// <summary>How stored runs are compared.</summary>
public sealed record RunComparisonOptions
{
    /// <summary>Dotted name of a number of the result, such as "test.nRMSE"; null for the kind's own measure.</summary>
    public string? Metric { get; init; }

    /// <summary>The side, of treatment against baseline; default two-sided.</summary>
    public Alternative Alternative { get; init; }

    /// <summary>Confidence of the intervals; default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Margin of a test of equivalence; null for none.</summary>
    public double? Margin { get; init; }
}

/// <summary>One size of a comparison.</summary>
/// <param name="Label">What is compared: rows, and kind and data where there are several.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="Pairs">Pairs with two finite numbers.</param>
/// <param name="Comparison">Treatment against baseline; null where a run failed or fewer than two pairs are there.</param>
/// <param name="Signs">Who is better, a failed run counting as the worse one; null for a metric of which the better side is not known, or without pairs.</param>
/// <param name="Note">Why there is no comparison, or empty.</param>
public sealed record SizeComparison(string Label, int Rows, int Pairs, Comparison? Comparison, SignTest? Signs, string Note);

/// <summary>A selected run that no comparison counts.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Method">baseline or treatment.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="Reason">Why.</param>
public sealed record RunLeftOut(string Run, string Method, int Rows, string Seeds, string Reason);

/// <summary>Treatment against baseline over stored runs.</summary>
/// <param name="Metric">Dotted name of the number compared.</param>
/// <param name="Baseline">How the baseline's runs were selected.</param>
/// <param name="Treatment">How the treatment's runs were selected.</param>
/// <param name="Sizes">Every size, smallest first; p-values corrected by Holm over them.</param>
/// <param name="LeftOut">Failed, unfinished and unpaired runs.</param>
/// <param name="OtherDifferences">Members of the specs in which pairs differ and that no selection names.</param>
public sealed record RunComparison(string Metric, string Baseline, string Treatment, IReadOnlyList<SizeComparison> Sizes, IReadOnlyList<RunLeftOut> LeftOut,
    IReadOnlyList<string> OtherDifferences)
{
    /// <summary>Compares runs.</summary>
    /// <param name="places">Run folders, folders that hold run folders, and sweeps' folders (all runs of the plan, begun or not).</param>
    /// <param name="baseline">The baseline's runs.</param>
    /// <param name="treatment">The treatment's runs.</param>
    /// <param name="options">How.</param>
    /// <exception cref="RunException">A place holds no runs, a selection finds none, or it finds several for one pair.</exception>
    public static RunComparison Of(IReadOnlyList<string> places, RunSelection baseline, RunSelection treatment, RunComparisonOptions? options = null)
    {
        options ??= new();
        var (known, torn) = StoredCandidates.Read(places);
        List<StoredCandidate> ours = Chosen(known, treatment), theirs = Chosen(known, baseline);
        if (ours.Find(run => theirs.Any(other => other.Run.Folder == run.Run.Folder)) is { } both)
            throw new RunException($"The run '{both.Run.Name}' belongs to the baseline ({baseline.Text}) and to the treatment ({treatment.Text}); select by a member in which the two differ.");
        string metric = options.Metric ?? Measure(ours[0].Spec).Member;
        bool? smaller = Kind(ours[0].Spec) is { } kind && kind.Measure.Member == metric ? kind.Measure.SmallerIsBetter : null;
        if (options.Metric is not null && !ours.Concat(theirs).Any(run => double.IsFinite(ResultMeasure.Number(run.Result, metric))))
            throw new RunException($"No selected run has a number '{metric}' in its result; the numbers there are {Names(ours.Concat(theirs))}.");

        var left = new List<RunLeftOut>();
        var pairs = new List<Pair>();
        foreach (var group in ours.Select(run => (Run: run, Mine: true)).Concat(theirs.Select(run => (Run: run, Mine: false))).GroupBy(entry => entry.Run.Key)
            .OrderBy(group => group.First().Run.Rows).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            StoredCandidate? One(bool mine, RunSelection selection)
            {
                var found = group.Where(entry => entry.Mine == mine).Select(entry => entry.Run).ToList();
                return found.Count <= 1 ? found.FirstOrDefault() : throw new RunException(
                    $"{selection.Text} selects {found.Count} runs of {found[0].Rows} rows and seeds {found[0].Seeds}, which differ in {Told(Different(found[0], found[1]))}: select by that too, such as '{selection.Text},{Example(found)}'.");
            }
            var (treated, base_) = (One(true, treatment), One(false, baseline));
            if (treated is null || base_ is null)
            {
                var alone = treated ?? base_!;
                left.Add(new(alone.Run.Folder, treated is null ? "baseline" : "treatment", alone.Rows, alone.Seeds, $"unpaired: no {(treated is null ? "treatment" : "baseline")} run of these rows and seeds"));
            }
            else
                pairs.Add(new(treated, base_));
        }
        left.AddRange(torn.Select(folder => new RunLeftOut(folder, "unknown", 0, "", "its spec.json cannot be read")));

        bool several = pairs.Select(pair => pair.Treatment.Group).Distinct().Count() > 1;
        var sizes = pairs.GroupBy(pair => (pair.Treatment.Rows, pair.Treatment.Group)).Select(size =>
            Size(several ? $"{size.Key.Rows} ({(string?)size.First().Treatment.Spec["kind"]})" : size.Key.Rows.ToString(CultureInfo.InvariantCulture), [.. size], metric, smaller, options, left)).ToList();
        var family = ComparisonFamily.Of([.. sizes.Where(size => size.Comparison is not null).Select(size => (size.Label, size.Comparison!))]);
        var corrected = family.Members.Select(member => member.Comparison).GetEnumerator();
        for (int i = 0; i < sizes.Count; i++)
            if (sizes[i].Comparison is not null && corrected.MoveNext())
                sizes[i] = sizes[i] with { Comparison = corrected.Current };
        string[] named = [.. baseline.Members, .. treatment.Members];
        string[] others = [.. pairs.SelectMany(pair => Different(pair.Treatment, pair.Baseline)).Distinct().Order(StringComparer.Ordinal)
            .Where(member => !named.Any(name => name == member || name.StartsWith(member + ".", StringComparison.Ordinal) || member.StartsWith(name + ".", StringComparison.Ordinal)))];
        return new(metric, baseline.Text, treatment.Text, sizes, left, others);
    }

    /// <summary>A row a size that could be compared.</summary>
    public Table ToTable() => ComparisonFamily.Of([.. Sizes.Where(size => size.Comparison is not null).Select(size => (size.Label, size.Comparison!))])
        .ToTable($"{Metric}: treatment ({Treatment}) against baseline ({Baseline})");

    /// <summary>A sentence a size, failures named.</summary>
    public IReadOnlyList<string> Sentences => [.. Sizes.Select(size => $"n = {size.Label}: {size.Comparison?.Sentence ?? size.Note}"
        + (size.Comparison is null && size.Signs is { } signs ? $" The treatment is better in {signs.Better} pairs and worse in {signs.Worse}, a failed run counting as the worse one (sign test, p = {Quantities.Number(signs.P, 2)})." : ""))];

    private sealed record Pair(StoredCandidate Treatment, StoredCandidate Baseline);

    private static List<StoredCandidate> Chosen(List<StoredCandidate> runs, RunSelection selection)
    {
        var chosen = runs.FindAll(run => selection.Holds(run.Spec, run.Result, run.Labels));
        if (chosen.Count > 0)
            return chosen;
        var values = selection.Members.Select(member => $"{member}: {string.Join(", ", runs.Select(run => RunSelection.Member(run.Spec, member)?.ToJsonString() ?? "null").Distinct().Take(6))}");
        string there = selection.Members.Count > 0 ? $"their values are {string.Join("; ", values)}"
            : $"their labels are {string.Join(", ", runs.Select(run => run.Labels.SelectMany(axes => axes.Values).DefaultIfEmpty(run.Result?["method"] is JsonValue method ? method.ToString() : "")).SelectMany(names => names).Where(name => name.Length > 0).Distinct().Take(8).DefaultIfEmpty("none"))}";
        throw new RunException($"None of the {runs.Count} runs is selected by '{selection.Text}'; {there}.");
    }

    private static SizeComparison Size(string label, IReadOnlyList<Pair> pairs, string metric, bool? smaller, RunComparisonOptions options, List<RunLeftOut> left)
    {
        int rows = pairs[0].Treatment.Rows, failures = 0, better = 0, worse = 0, ties = 0;
        List<Pair> whole = [];
        foreach (var pair in pairs)
        {
            bool waiting = false;
            double Value(StoredCandidate run, string method)
            {
                double value = ResultMeasure.Number(run.Result, metric);
                if (double.IsFinite(value))
                    return value;
                var phase = run.Run.Phase();
                string reason = run.NeverBegan is { } why ? $"failed before it began: {why}" : run.Result is not null ? $"diverged: no finite {metric}"
                    : phase == RunPhase.Failed ? $"failed: {run.Run.Failure?.Message ?? "no reason noted"}" : phase == RunPhase.Running ? "still running" : Directory.Exists(run.Run.Folder) ? "not finished" : "not started";
                waiting |= run.Result is null && phase != RunPhase.Failed && run.NeverBegan is null;
                left.Add(new(run.Run.Folder, method, run.Rows, run.Seeds, reason));
                return double.NaN;
            }
            double ours = Value(pair.Treatment, "treatment"), theirs = Value(pair.Baseline, "baseline");
            if (waiting)
            {
                foreach (var (run, method, value) in new[] { (pair.Treatment, "treatment", ours), (pair.Baseline, "baseline", theirs) })
                    if (double.IsFinite(value))
                        left.Add(new(run.Run.Folder, method, run.Rows, run.Seeds, "its partner is not finished"));
                continue;
            }
            if (double.IsNaN(ours) || double.IsNaN(theirs)) failures++;
            else whole.Add(pair);
            // A run without a number is the worse one.
            int sign = double.IsNaN(ours) || double.IsNaN(theirs) ? double.IsNaN(theirs).CompareTo(double.IsNaN(ours)) : smaller == false ? ours.CompareTo(theirs) : theirs.CompareTo(ours);
            if (sign > 0) better++;
            else if (sign < 0) worse++;
            else ties++;
        }
        var signs = smaller is null || better + worse + ties == 0 ? null : new SignTest(better, worse, ties);
        if (failures > 0)
            return new(label, rows, whole.Count, null, signs, $"{failures} of {pairs.Count} pairs hold a failed run; no mean, interval or p is given, since leaving them out would flatter the method that failed.");
        if (whole.Count < 2)
            return new(label, rows, whole.Count, null, signs, whole.Count == 0 ? "no pair is finished." : "only one pair is finished; a comparison needs two.");
        var examples = whole.Select(pair => (Ours: ResultMeasure.Examples(pair.Treatment.Result!, metric), Theirs: ResultMeasure.Examples(pair.Baseline.Result!, metric))).ToList();
        bool resampled = examples.All(pair => pair.Ours is not null && pair.Theirs is not null && pair.Ours.Length == examples[0].Ours!.Length && pair.Theirs.Length == pair.Ours.Length);
        int[] subsets = [.. whole.Select(pair => pair.Treatment.Spec["seeds"]?["subset"]?.GetValue<int>() ?? 0)];
        double[] Of(Func<Pair, StoredCandidate> side) => [.. whole.Select(pair => ResultMeasure.Number(side(pair).Result, metric))];
        return new(label, rows, whole.Count, Comparison.Of(Of(pair => pair.Treatment), Of(pair => pair.Baseline), new()
        {
            First = "treatment",
            Second = "baseline",
            Quantity = metric,
            Paired = true,
            Alternative = options.Alternative,
            Confidence = options.Confidence,
            Margin = options.Margin,
            Subsets = subsets.Distinct().Count() < subsets.Length ? subsets : null,
            FirstExamples = resampled ? [.. examples.Select(pair => pair.Ours!)] : null,
            SecondExamples = resampled ? [.. examples.Select(pair => pair.Theirs!)] : null,
        }), signs, "");
    }

    private static IRunKind? Kind(JsonObject spec) => (string?)spec["kind"] is { } name && RunKinds.Names.Contains(name) ? RunKinds.Find(name) : null;

    private static ResultMeasure Measure(JsonObject spec) => Kind(spec)?.Measure
        ?? throw new RunException($"This workbook does not know runs of kind '{spec["kind"]}'; name the number to compare with --metric, such as test.accuracy.");

    /// <summary>Members in which two specs differ, seeds and place of the data aside; a part that one of them lacks is named as a whole.</summary>
    private static IReadOnlyList<string> Different(StoredCandidate a, StoredCandidate b)
    {
        List<string> names = [];
        void Walk(string name, JsonNode? left, JsonNode? right)
        {
            if (name is "seeds" or "data" || JsonNode.DeepEquals(left, right))
                return;
            if (left is JsonObject one && right is JsonObject other)
                foreach (string member in one.Select(m => m.Key).Union(other.Select(m => m.Key)))
                    Walk(name.Length == 0 ? member : $"{name}.{member}", one[member], other[member]);
            else
                names.Add(name);
        }
        Walk("", a.Spec, b.Spec);
        return names;
    }

    private static string Told(IReadOnlyList<string> members) => members.Count == 0 ? "nothing of their specs, but in engine, threads or version (their environment.json)" : string.Join(", ", members);

    private static string Example(List<StoredCandidate> runs)
    {
        string member = Different(runs[0], runs[1]).FirstOrDefault(name => RunSelection.Member(runs[0].Spec, name) is JsonValue) ?? "member";
        return $"{member}={(RunSelection.Member(runs[0].Spec, member) is JsonValue value ? value.ToString() : "value")}";
    }

    private static string Names(IEnumerable<StoredCandidate> runs)
    {
        List<string> names = [];
        void Walk(string name, JsonNode? node)
        {
            if (node is JsonObject members)
                foreach (var (member, value) in members)
                    Walk(name.Length == 0 ? member : $"{name}.{member}", value);
            else if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
                names.Add(name);
        }
        Walk("", runs.FirstOrDefault(run => run.Result is not null)?.Result);
        return names.Count == 0 ? "none" : string.Join(", ", names.OrderByDescending(name => name.StartsWith("test.", StringComparison.Ordinal)).Take(12));
    }
}
