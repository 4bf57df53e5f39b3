// A sweep's outcome that stands alone, small enough to be committed: what was run, where and by which commands, and every run's numbers.
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ModelBalancing.Checkpoints;
using ModelBalancing.Statistics;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>Where and when a recorded sweep was made.</summary>
/// <param name="Engine">Engine and version of libtorch, such as "system 1.13.0".</param>
/// <param name="Blas">The matrix library's file.</param>
/// <param name="Device">Where the tensors were.</param>
/// <param name="System">Operating system.</param>
/// <param name="Processor">The processor's name; empty where the system does not tell it.</param>
/// <param name="Processors">Processors of the machine.</param>
/// <param name="Threads">Threads of each run.</param>
/// <param name="Commit">Commit of the checkout; empty outside one.</param>
/// <param name="Science">The library's science version.</param>
/// <param name="First">When the first run was finished.</param>
/// <param name="Last">When the last one was.</param>
public sealed record RecordedOrigin(string Engine, string Blas, string Device, string System, string Processor, int Processors, int Threads, string Commit, int Science, DateTimeOffset First, DateTimeOffset Last);

/// <summary>One run of a recorded sweep.</summary>
/// <param name="Labels">Axis → label.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Rows">Training rows n.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Seconds">Wall-clock time over all its sessions; NaN if it was not kept. Not to be compared unless the machine did nothing else.</param>
/// <param name="Result">What is kept of the result: plain values, the floors by the kind's measure, the measure of every test example; empty if the run failed.</param>
public sealed record RecordedRun(IReadOnlyDictionary<string, string> Labels, string Run, int Rows, RunSeeds Seeds, double LearningRate, double Seconds, JsonObject Result)
{
    /// <summary>A label; "" where the axis does not apply.</summary>
    /// <param name="axis">The axis.</param>
    public string Label(string axis) => Labels.TryGetValue(axis, out var label) ? label : "";

    /// <summary>A number of the result by its dotted name; NaN if there is none.</summary>
    /// <param name="name">Such as "test.nRMSE" or "floors.persistence.nRMSE".</param>
    public double Value(string name) => ResultMeasure.Number(Result, name);

    /// <summary>The measure on every test example; null if it was not kept, one of them has no value, or their mean is not the measure.</summary>
    /// <param name="measure">The measure's dotted name; its list is called "samples" beside it.</param>
    public IReadOnlyList<double>? Examples(string measure) => ResultMeasure.Examples(Result, measure);
}

/// <summary>A sweep with its results. The axis "method" names what is compared; runs of equal rows and seeds are a pair.</summary>
/// <param name="Name">The sweep's name.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Commands">The commands that make it again.</param>
/// <param name="Measure">Dotted name of the number by which its kind of run is judged.</param>
/// <param name="SmallerIsBetter">True for an error.</param>
/// <param name="Origin">Where and when it was made.</param>
/// <param name="Runs">Every point of the sweep.</param>
public sealed record SweepRecord(string Name, string Title, IReadOnlyList<string> Commands, string Measure, bool SmallerIsBetter, RecordedOrigin Origin, IReadOnlyList<RecordedRun> Runs)
{
    private const int Digits = 9; // enough for every comparison, and half the size

    private static readonly JsonSerializerOptions json = new(RunSpec.Json) { WriteIndented = false, RespectRequiredConstructorParameters = true };

    /// <summary>The folder of committed records.</summary>
    public static string Folder => Path.Combine(Folders.Data, "results");

    /// <summary>Training sizes, ascending.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Sizes => [.. Runs.Select(run => run.Rows).Distinct().Order()];

    /// <summary>The methods in the sweep's order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Methods => [.. Runs.Select(run => run.Label("method")).Distinct()];

    /// <summary>The seeds of the subsets, ascending.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Seeds => [.. Runs.Select(run => run.Seeds.Subset).Distinct().Order()];

    /// <summary>The variants that made the numbers.</summary>
    [JsonIgnore]
    public string Fidelity => string.Join(", ", Runs.Select(run => (string?)run.Result["fidelity"]).OfType<string>().Distinct());

    /// <summary>Where the numbers are from, in a few lines.</summary>
    [JsonIgnore]
    public string Provenance
    {
        get
        {
            string days = Origin.First.UtcDateTime.Date == Origin.Last.UtcDateTime.Date ? $"{Origin.Last.UtcDateTime:yyyy-MM-dd}" : $"{Origin.First.UtcDateTime:yyyy-MM-dd} to {Origin.Last.UtcDateTime:yyyy-MM-dd}";
            string seeds = Seeds.Count > 2 && Seeds[^1] - Seeds[0] == Seeds.Count - 1 ? $"{Seeds[0]} to {Seeds[^1]}" : string.Join(", ", Seeds);
            string machine = $"{Origin.Processors} processors{(Origin.Processor.Length > 0 ? $" ({Origin.Processor})" : "")}, {Origin.Threads} thread{(Origin.Threads == 1 ? "" : "s")} a run";
            return string.Create(CultureInfo.InvariantCulture, $"{Name}: {Runs.Count} runs, fidelity {Fidelity}, seeds {seeds}\nmade {days} by engine {Origin.Engine} on {machine}\n") + string.Join("\n", Commands.Select(command => "  " + command));
        }
    }

    /// <summary>Runs of a method at a size, by seeds.</summary>
    /// <param name="method">The method.</param>
    /// <param name="rows">Training rows n.</param>
    public IReadOnlyList<RecordedRun> Of(string method, int rows) => [.. Runs.Where(run => run.Label("method") == method && run.Rows == rows)
        .OrderBy(run => run.Seeds.Subset).ThenBy(run => run.Seeds.Weights).ThenBy(run => run.Seeds.Order)];

    /// <summary>A number of a method's runs at a size, by seeds; NaN where a run failed or diverged.</summary>
    /// <param name="method">The method.</param>
    /// <param name="rows">Training rows n.</param>
    /// <param name="name">Dotted name; the measure if left out.</param>
    public IReadOnlyList<double> Values(string method, int rows, string? name = null) => [.. Of(method, rows).Select(run => run.Value(name ?? Measure))];

    /// <summary>The paired comparison of two methods at a size, with the uncertainty over test examples, and over subsets where several pairs share one.</summary>
    /// <param name="method">The first method.</param>
    /// <param name="against">The second; differences are first − second.</param>
    /// <param name="rows">Training rows n.</param>
    /// <returns>Null where a run has no value: it counts as what it is and is not averaged.</returns>
    /// <exception cref="RunException">The two were not run on the same seeds.</exception>
    public Comparison? Compare(string method, string against, int rows)
    {
        IReadOnlyList<RecordedRun> mine = Of(method, rows), theirs = Of(against, rows);
        if (mine.Count == 0 || !mine.Select(run => run.Seeds).SequenceEqual(theirs.Select(run => run.Seeds)))
            throw new RunException($"'{method}' and '{against}' at n = {rows} are no pairs in '{Name}': they have {mine.Count} and {theirs.Count} runs, which must share their seeds.");
        double[] first = [.. mine.Select(run => run.Value(Measure))], second = [.. theirs.Select(run => run.Value(Measure))];
        if (!first.Concat(second).All(double.IsFinite))
            return null;
        var examples = mine.Zip(theirs, (a, b) => (First: a.Examples(Measure), Second: b.Examples(Measure))).ToList();
        int count = examples[0].First?.Count ?? 0;
        bool kept = count > 0 && examples.All(pair => pair.First?.Count == count && pair.Second?.Count == count);
        int[] subsets = [.. mine.Select(run => run.Seeds.Subset)];
        return Comparison.Of(first, second, new()
        {
            First = method,
            Second = against,
            Quantity = Measure,
            Paired = true,
            Subsets = subsets.Distinct().Count() < subsets.Length ? subsets : null,
            FirstExamples = kept ? [.. examples.Select(pair => pair.First!)] : null,
            SecondExamples = kept ? [.. examples.Select(pair => pair.Second!)] : null,
        });
    }

    /// <summary>Two methods compared at every size where both were run, corrected for there being several; a size with a run that has no value is left out.</summary>
    /// <param name="method">The first method.</param>
    /// <param name="against">The second; differences are first − second.</param>
    public ComparisonFamily Family(string method, string against) => ComparisonFamily.Of([.. from rows in Sizes
        where Of(method, rows).Count > 0 && Of(against, rows).Count > 0
        let compared = Compare(method, against, rows) where compared is not null select (rows.ToString(CultureInfo.InvariantCulture), compared)]);

    /// <summary>Runs without a value of the measure: they diverged or failed, and count as that.</summary>
    [JsonIgnore]
    public IReadOnlyList<RecordedRun> Failures => [.. Runs.Where(run => !double.IsFinite(run.Value(Measure)))];

    /// <summary>A record of a sweep that was just carried out.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="store">Where its runs are.</param>
    /// <param name="commands">The commands that make it again.</param>
    public static SweepRecord Of(Sweep sweep, RunStore store, IReadOnlyList<string> commands) => Of(SweepPlan.Of(sweep, store), commands);

    /// <summary>A record of a planned sweep, from the runs' own files.</summary>
    /// <param name="plan">The sweep's plan.</param>
    /// <param name="commands">The commands that make it again.</param>
    /// <exception cref="RunException">No run of the sweep is finished, or its kinds are judged by different numbers.</exception>
    public static SweepRecord Of(SweepPlan plan, IReadOnlyList<string> commands)
    {
        var measures = plan.Points.Select(point => RunKinds.Find(point.Spec.Kind).Measure).Distinct().ToList();
        if (measures is not [var measure])
            throw new RunException($"The sweep '{plan.Name}' has kinds of runs that are judged by different numbers ({string.Join(", ", measures.Select(one => one.Member))}); record them apart.");
        var stored = plan.Points.Select(point => (Point: point, Run: new StoredRun(Path.Combine(plan.Store, point.Folder)))).ToList();
        var made = stored.Select(one => one.Run.MadeOn).OfType<DateTimeOffset>().ToList();
        var environment = stored.Select(one => one.Run.Environment).FirstOrDefault(found => found is not null);
        if (made.Count == 0 || environment is null)
            throw new RunException($"No run of the sweep '{plan.Name}' is finished below '{plan.Store}'; carry it out first.");
        string Text(string member) => (string?)environment[member] ?? "";
        var origin = new RecordedOrigin((string?)environment["identity"]?["engine"] ?? "", Text("blas"), Text("device"), Text("system"), ProcessorName(), (int?)environment["processors"] ?? 0,
            plan.Threads, Text("commit"), (int?)environment["identity"]?["science"] ?? 0, made.Min(), made.Max());
        return new(plan.Name, plan.Title, commands, measure.Member, measure.SmallerIsBetter, origin, [.. stored.Select(one => new RecordedRun(one.Point.Labels, one.Point.Id, one.Point.Spec.Rows,
            one.Point.Spec.Seeds, one.Point.Spec.LearningRate, ResultMeasure.Number(one.Run.Times, "seconds"), Kept(one.Run.Result, measure)))]);
    }

    /// <summary>Reads a committed record.</summary>
    /// <param name="name">Its name in <see cref="Folder"/>, or a path.</param>
    /// <exception cref="RunException">There is none, or it is damaged.</exception>
    public static SweepRecord Load(string name)
    {
        string path = name.EndsWith(".json", StringComparison.Ordinal) ? name : Path.Combine(Folder, name + ".json");
        if (!File.Exists(path))
            throw new RunException($"There is no recorded sweep '{path}'; data/results/README.md lists them.");
        try
        {
            return JsonSerializer.Deserialize<SweepRecord>(File.ReadAllText(path), json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException wrong)
        {
            throw new RunException($"The recorded sweep '{path}' cannot be read ({RunSpec.Plainly(wrong)}): restore the file from the repository.", wrong);
        }
    }

    /// <summary>Writes the record as JSON, a run a line.</summary>
    /// <param name="path">The file; replaced as a whole.</param>
    public void Save(string path)
    {
        var about = JsonSerializer.SerializeToNode(this with { Runs = [] }, json)!.AsObject();
        about.Remove("runs");
        var text = new StringBuilder("{\n");
        foreach (var (member, value) in about)
            text.Append(CultureInfo.InvariantCulture, $"  {JsonSerializer.Serialize(member)}: {value?.ToJsonString(json)},\n");
        text.Append("  \"runs\": [\n    ").AppendJoin(",\n    ", Runs.Select(run => JsonSerializer.Serialize(run, json))).Append("\n  ]\n}\n");
        AtomicFile.Replace(path, text.ToString());
    }

    /// <summary>Plain values, the floors by the measure alone, and the measure of every example; layers' metrics stay in the runs.</summary>
    private static JsonObject Kept(JsonObject? result, ResultMeasure measure)
    {
        var kept = new JsonObject();
        foreach (var (name, node) in result ?? [])
        {
            JsonNode? value = (name, node) switch
            {
                ("floors", JsonObject floors) => new JsonObject(floors.Select(floor => KeyValuePair.Create(floor.Key, (JsonNode?)new JsonObject { [measure.Name] = Rounded((floor.Value as JsonObject)?[measure.Name]) }))),
                (_, JsonObject part) when measure.Member.StartsWith(name + ".", StringComparison.Ordinal) => new JsonObject(part.Where(member => member.Value is JsonValue || member.Key == "samples").Select(member => KeyValuePair.Create(member.Key, Rounded(member.Value)))),
                (_, JsonValue) => Rounded(node),
                _ => null,
            };
            if (value is not null)
                kept[name] = value;
        }
        return kept;
    }

    private static JsonNode? Rounded(JsonNode? node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(Rounded)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(double.Parse(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).ToString($"g{Digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };

    /// <summary>As Linux tells it.</summary>
    private static string ProcessorName()
    {
        const string path = "/proc/cpuinfo";
        return !File.Exists(path) ? "" : File.ReadLines(path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "";
    }
}
