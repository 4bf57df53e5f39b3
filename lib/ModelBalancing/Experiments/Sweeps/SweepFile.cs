// A sweep as a JSON file: one base spec and the axes that are varied. It expands to the same list of runs everywhere.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>What a sweep file holds. Axes multiply, in the order cases, grid, zip, seeds; the last varies fastest.</summary>
/// <remarks>Members of a spec are named with dots, such as <c>balancing.schedule.tau</c>. docs/experiments.md shows an example.</remarks>
public sealed record SweepFile
{
    /// <summary>The sweep's name: letters, digits, '-', '_' and '.'; it names the sweep's folder.</summary>
    public required string Name { get; init; }

    /// <summary>What the sweep is for, in a sentence.</summary>
    public string Title { get; init; } = "";

    /// <summary>The spec that all runs start from: an object, or the path of a spec file beside this one.</summary>
    public required JsonNode Base { get; init; }

    /// <summary>Members of the base that are replaced, by dotted name.</summary>
    public JsonObject Set { get; init; } = [];

    /// <summary>Axes of named alternatives: axis → label → members to replace.</summary>
    public JsonObject Cases { get; init; } = [];

    /// <summary>Axes of values: member → values. A value may be <c>{ "label": …, "value": … }</c>.</summary>
    public JsonObject Grid { get; init; } = [];

    /// <summary>Axes whose members vary together: each object gives members lists of equal length.</summary>
    public IReadOnlyList<JsonObject> Zip { get; init; } = [];

    /// <summary>Seeds, each for all three seeds of a run: a list, or <c>{ "first": 0, "count": 10 }</c>; left out: the base's.</summary>
    public JsonNode? Seeds { get; init; }

    /// <summary>Conditional parameters, applied one after the other to the points that they match.</summary>
    public IReadOnlyList<SweepRule> When { get; init; } = [];

    /// <summary>Threads that compute in each run: part of a run's identity, whatever the number of jobs.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Most points of a sweep; more are a slip of the pen.</summary>
    public const int MostPoints = 200_000;

    /// <summary>Reads a sweep file; a base given as a path is read too, so that the result stands alone.</summary>
    /// <param name="path">The JSON file.</param>
    /// <exception cref="RunException">The file is missing or not a sweep.</exception>
    public static SweepFile Load(string path)
    {
        if (!File.Exists(path))
            throw new RunException($"There is no sweep file '{path}'; give the path of a JSON file.");
        return Parse(File.ReadAllText(path), Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads a sweep from JSON text.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="origin">Name used in messages, such as the file's.</param>
    /// <param name="folder">Where a base given as a path is looked for; null refuses paths.</param>
    /// <exception cref="RunException">Not JSON, a member is missing, unknown or of the wrong type.</exception>
    public static SweepFile Parse(string json, string origin = "the sweep", string? folder = null)
    {
        SweepFile file;
        try
        {
            file = JsonSerializer.Deserialize<SweepFile>(json, RunSpec.Json) ?? throw new RunException($"{origin}: the sweep is empty; it must be one JSON object.");
        }
        catch (JsonException wrong)
        {
            throw new RunException($"{origin}: {RunSpec.Plainly(wrong).Replace("the spec lacks", "the sweep lacks", StringComparison.Ordinal)}{(wrong.Path is { Length: > 1 } place ? $" (at {place})" : "")}; docs/experiments.md tells a sweep's members.", wrong);
        }
        if (file.Name.Length is 0 or > 80 || file.Name[0] == '.' || !file.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            throw new RunException($"{origin}: the name '{file.Name}' must be 1 to 80 letters, digits, '-', '_' or '.', and not begin with a point: it names a folder.");
        if (file.Threads < 1)
            throw new RunException($"{origin}: threads is {file.Threads}, but must be at least 1.");
        return file.Base switch
        {
            JsonObject => file,
            JsonValue value when value.TryGetValue(out string? path) => folder is null
                ? throw new RunException($"{origin}: base is a path, but there is no folder to look in; write the spec itself.")
                : file with { Base = JsonNode.Parse(RunSpec.Load(Path.Combine(folder, path)).ToJson())! },
            _ => throw new RunException($"{origin}: base must be a spec or the path of a spec file."),
        };
    }

    /// <summary>The sweep as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunSpec.Json);

    /// <summary>All runs of the sweep, in the file's order.</summary>
    /// <exception cref="RunException">An axis is empty or malformed, a member does not exist, or a value does not fit it.</exception>
    public Sweep Expand()
    {
        var start = Base.DeepClone().AsObject();
        foreach (var (member, value) in Set)
            Put(start, member, value);
        var points = new List<Draft> { new(start, []) };
        foreach (var axis in Axes())
            points = Multiplied(points, axis);
        var known = points.SelectMany(point => point.Labels).Select(label => label.Axis).Concat(When.SelectMany(rule => rule.Grid).Select(axis => axis.Key))
            .Concat(RunSpec.Json.GetTypeInfo(typeof(RunSpec)).Properties.Select(member => member.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (string condition in When.SelectMany(rule => rule.If).Select(condition => condition.Key))
            if (!known.Contains(condition) && !known.Contains(condition.Split('.')[0]))
                throw Wrong($"a rule of 'when' asks for '{condition}', which is neither an axis nor a member of the spec");
        foreach (var rule in When)
            points = rule.Apply(points, MostPoints);
        return new Sweep(Name, [.. points.Select(Finished)]) { Title = Title, Threads = Threads };
    }

    private IEnumerable<IReadOnlyList<Change>> Axes()
    {
        foreach (var (axis, alternatives) in Cases)
        {
            if (alternatives is not JsonObject { Count: > 0 } named)
                throw Wrong($"cases.{axis} must be an object of label → members to replace, at least one");
            yield return [.. named.Select(one => new Change([(axis, one.Key)], [.. (one.Value as JsonObject ?? throw Wrong($"cases.{axis}.{one.Key} must be an object of the members to replace")).Select(m => (m.Key, m.Value))]))];
        }
        foreach (var axis in GridAxes(Grid, Name))
            yield return axis;
        foreach (var together in Zip)
        {
            var lists = together.Select(member => (member.Key, Values: Listed(member.Value, $"zip.{member.Key}", Name))).ToList();
            if (lists.Count == 0 || lists.Any(list => list.Values.Count != lists[0].Values.Count))
                throw Wrong($"the lists of a zip must be of equal length, but {string.Join(", ", lists.Select(list => $"{list.Key} has {list.Values.Count}"))}");
            yield return [.. Enumerable.Range(0, lists[0].Values.Count).Select(at => new Change(
                [.. lists.Select(list => (list.Key, list.Values[at].Label))], [.. lists.Select(list => (list.Key, list.Values[at].Value))]))];
        }
        if (Seeds is not null)
            yield return [.. SeedNumbers().Select(seed => new Change([("seed", seed.ToString(CultureInfo.InvariantCulture))],
                [("seeds", new JsonObject { ["subset"] = seed, ["weights"] = seed, ["order"] = seed })]))];
    }

    private List<int> SeedNumbers()
    {
        const string form = "seeds must be a list of whole numbers, or { \"first\": …, \"count\": … }";
        try
        {
            List<int> seeds = Seeds switch
            {
                JsonArray list => [.. list.Select(one => one!.GetValue<int>())],
                JsonObject { Count: 2 } range => [.. Enumerable.Range(range["first"]!.GetValue<int>(), range["count"]!.GetValue<int>())],
                _ => throw Wrong(form),
            };
            return seeds.Count == 0 || seeds.Distinct().Count() != seeds.Count ? throw Wrong("seeds must be at least one, and none twice") : seeds;
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException or NullReferenceException or ArgumentOutOfRangeException)
        {
            throw Wrong(form);
        }
    }

    private RunException Wrong(string what) => Wrong(Name, what);

    private static RunException Wrong(string sweep, string what) => new($"The sweep '{sweep}': {what}; correct the file.");

    private SweepPoint Finished(Draft draft)
    {
        string labels = string.Join(", ", draft.Labels.Select(label => $"{label.Axis} {label.Label}"));
        return new SweepPoint(RunSpec.Parse(draft.Spec.ToJsonString(), labels.Length > 0 ? $"the sweep '{Name}' at {labels}" : $"the sweep '{Name}'"),
            draft.Labels.ToDictionary(label => label.Axis, label => label.Label));
    }

    /// <summary>The axes of a grid object.</summary>
    internal static IEnumerable<IReadOnlyList<Change>> GridAxes(JsonObject grid, string sweep) =>
        grid.Select(member => (IReadOnlyList<Change>)[.. Listed(member.Value, $"grid.{member.Key}", sweep)
            .Select(value => new Change([(member.Key, value.Label)], [(member.Key, value.Value)]))]);

    private static List<(string Label, JsonNode? Value)> Listed(JsonNode? node, string name, string sweep) =>
        node is not JsonArray { Count: > 0 } values ? throw Wrong(sweep, $"{name} must be a list of at least one value")
        : [.. values.Select(value => value is JsonObject { Count: 2 } labelled && labelled["label"] is JsonValue label && labelled.ContainsKey("value")
            ? (Text(label), labelled["value"]) : (Text(value), value))];

    /// <summary>A value as a label: text without quotes, everything else as canonical JSON.</summary>
    internal static string Text(JsonNode? value) => value is null ? "null" : value is JsonValue text && text.TryGetValue(out string? plain) ? plain : CanonicalJson.Of(value);

    /// <summary>Every point with every change, the changes varying faster.</summary>
    internal static List<Draft> Multiplied(IReadOnlyList<Draft> points, IReadOnlyList<Change> axis)
    {
        if ((long)points.Count * axis.Count > MostPoints)
            throw new RunException($"The sweep has more than {MostPoints:N0} runs; make it smaller, or several of it.");
        return [.. from point in points from change in axis select point.With(change)];
    }

    /// <summary>Replaces a member by its dotted name.</summary>
    internal static void Put(JsonObject spec, string member, JsonNode? value)
    {
        var parts = member.Split('.');
        var place = spec;
        foreach (string part in parts[..^1])
        {
            if (place[part] is null)
                place[part] = new JsonObject();
            place = place[part] as JsonObject ?? throw new RunException($"The sweep sets '{member}', but '{part}' is a plain value in the spec, not an object.");
        }
        place[parts[^1]] = value?.DeepClone();
    }

    /// <summary>A value by its dotted name; null where there is none.</summary>
    internal static JsonNode? Get(JsonObject spec, string member)
    {
        JsonNode? at = spec;
        foreach (string part in member.Split('.'))
            at = (at as JsonObject)?[part];
        return at;
    }

    /// <summary>One place of an axis: its labels and what it replaces.</summary>
    internal sealed record Change(IReadOnlyList<(string Axis, string Label)> Labels, IReadOnlyList<(string Member, JsonNode? Value)> Members);

    /// <summary>A point before it is a spec.</summary>
    internal sealed record Draft(JsonObject Spec, IReadOnlyList<(string Axis, string Label)> Labels)
    {
        public Draft With(Change change)
        {
            var spec = Spec.DeepClone().AsObject();
            foreach (var (member, value) in change.Members)
                Put(spec, member, value);
            if (change.Labels.FirstOrDefault(label => Labels.Any(known => known.Axis == label.Axis)) is { Axis: { } twice })
                throw new RunException($"The sweep varies '{twice}' twice; give one of the axes another name, or merge them.");
            return new(spec, [.. Labels, .. change.Labels]);
        }
    }
}

/// <summary>A conditional part of a sweep: for the points where all conditions hold, leaves them out, replaces members, or adds axes.</summary>
public sealed record SweepRule
{
    /// <summary>Axis label or member → the value, or a list of values, that it must have.</summary>
    public required JsonObject If { get; init; }

    /// <summary>Leaves the matching points out.</summary>
    public bool Skip { get; init; }

    /// <summary>Members to replace.</summary>
    public JsonObject Set { get; init; } = [];

    /// <summary>Axes that only the matching points have.</summary>
    public JsonObject Grid { get; init; } = [];

    internal List<SweepFile.Draft> Apply(IReadOnlyList<SweepFile.Draft> points, int most)
    {
        if (If.Count == 0)
            throw new RunException("A rule of the sweep's 'when' has no condition; name an axis or a member in its 'if'.");
        var axes = SweepFile.GridAxes(Grid, "when").ToList();
        var result = new List<SweepFile.Draft>();
        foreach (var point in points)
        {
            if (!Matches(point))
                result.Add(point);
            else if (!Skip)
            {
                List<SweepFile.Draft> here = [point.With(new([], [.. Set.Select(member => (member.Key, member.Value))]))];
                foreach (var axis in axes)
                    here = SweepFile.Multiplied(here, axis);
                result.AddRange(here);
            }
            if (result.Count > most)
                throw new RunException($"The sweep has more than {most:N0} runs; make it smaller, or several of it.");
        }
        return result;
    }

    private bool Matches(SweepFile.Draft point) => If.All(condition =>
    {
        var known = point.Labels.FirstOrDefault(label => label.Axis == condition.Key);
        string found = known.Axis is not null ? known.Label : SweepFile.Text(SweepFile.Get(point.Spec, condition.Key));
        return condition.Value is JsonArray any ? any.Any(one => SweepFile.Text(one) == found) : SweepFile.Text(condition.Value) == found;
    });
}
