// Which of many runs are meant: by members of their spec, or by labels.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>A choice of runs, such as <c>balancing=null</c>, <c>balancing.schedule.curve=sigmoid,seeds.subset=1|2|3</c>, <c>method=balanced</c>, or the label <c>balanced</c>.</summary>
public sealed class RunSelection
{
    private readonly IReadOnlyList<Condition> conditions;

    private RunSelection(string text, IReadOnlyList<Condition> conditions) => (Text, this.conditions) = (text, conditions);

    /// <summary>The selection as it was given.</summary>
    public string Text { get; }

    /// <summary>The spec's members that it names.</summary>
    public IReadOnlyList<string> Members => [.. conditions.Select(condition => condition.Member).OfType<string>()];

    /// <summary>Reads a selection.</summary>
    /// <param name="text">
    /// Conditions joined by commas; all must hold. <c>member=value</c>: a member of the spec, <c>null</c> for one that is not there; one that no spec has may be a sweep's axis.
    /// Without an equals sign: a label of any axis, or the result's <c>method</c>. Several values may be given, as in <c>seeds.subset=1|2|3</c>.
    /// </param>
    /// <exception cref="RunException">A condition is empty or has no member.</exception>
    public static RunSelection Parse(string text) => new(text, [.. text.Split(',').Select(part => part.Split('=', 2) switch
    {
        [var label] when label.Trim().Length > 0 => new Condition(null, Values(label)),
        [var member, var values] when member.Trim().Length > 0 => new Condition(member.Trim(), Values(values)),
        _ => throw new RunException($"'{text}' is no selection of runs: '{part}' must be member=value, such as balancing=null, or a label."),
    })]);

    /// <summary>Whether a run is meant.</summary>
    /// <param name="spec">Its spec as it is on disk.</param>
    /// <param name="result">Its result, if there is one.</param>
    /// <param name="labels">Its labels in every sweep that it belongs to: axis → label.</param>
    public bool Holds(JsonObject spec, JsonObject? result, IReadOnlyList<IReadOnlyDictionary<string, string>> labels) =>
        conditions.All(condition => condition.Values.Any(value => condition.Member is { } member ? Has(spec, labels, member, value) : IsCalled(result, labels, value)));

    private static bool Has(JsonObject spec, IReadOnlyList<IReadOnlyDictionary<string, string>> labels, string member, string value)
    {
        if (Member(spec, member) is { } found)
            return Equal(found, value);
        var axes = labels.Where(axes => axes.ContainsKey(member)).ToList();
        return axes.Count == 0 ? value is "null" or "" : axes.Any(axes => axes[member].Equals(value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsCalled(JsonObject? result, IReadOnlyList<IReadOnlyDictionary<string, string>> labels, string name) =>
        labels.Any(axes => axes.Values.Contains(name, StringComparer.OrdinalIgnoreCase)) || result?["method"] is { } method && Equal(method, name);

    /// <summary>A member by its dotted name; null if there is none.</summary>
    internal static JsonNode? Member(JsonNode? node, string name)
    {
        foreach (string part in name.Split('.'))
            node = (node as JsonObject)?[part];
        return node;
    }

    private static string[] Values(string values) => values.Split('|', StringSplitOptions.TrimEntries);

    private static bool Equal(JsonNode found, string wanted) => found switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => double.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number == double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => string.Equals(value.GetValue<string>(), wanted, StringComparison.OrdinalIgnoreCase),
        JsonValue value => value.ToJsonString() == wanted,
        _ => false,
    };

    /// <summary>One condition.</summary>
    /// <param name="Member">The member or axis; null for a label.</param>
    /// <param name="Values">Any of these.</param>
    private sealed record Condition(string? Member, IReadOnlyList<string> Values);
}
