// Which of many runs are meant: by members of their spec, or by a label.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>A choice of runs, such as <c>method=balanced</c>, <c>balancing=null</c>, <c>balancing.schedule.curve=sigmoid,learningRate=0.01</c>, or a label.</summary>
public sealed class RunSelection
{
    private readonly IReadOnlyList<(string Member, string Value)> conditions;
    private readonly string? label;

    private RunSelection(string text, IReadOnlyList<(string, string)> conditions, string? label) => (Text, this.conditions, this.label) = (text, conditions, label);

    /// <summary>The selection as it was given.</summary>
    public string Text { get; }

    /// <summary>The spec's members that it names.</summary>
    public IReadOnlyList<string> Members => [.. conditions.Select(condition => condition.Member)];

    /// <summary>Reads a selection.</summary>
    /// <param name="text">Conditions member=value, joined by commas; all must hold. Several values may be given, as in seeds.subset=1|2|3. A member that no spec has may be a sweep's axis. Without an equals sign: a label of any axis, or the result's <c>method</c>.</param>
    /// <exception cref="RunException">A condition has no member.</exception>
    public static RunSelection Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
            return text.Trim().Length > 0 ? new(text, [], text.Trim()) : throw new RunException("A selection of runs is empty; give member=value, such as balancing=null, or a label.");
        return new(text, [.. text.Split(',').Select(part => part.Split('=', 2) is [var member, var value] && member.Trim().Length > 0 ? (member.Trim(), value.Trim())
            : throw new RunException($"'{text}' is no selection of runs: '{part}' must be member=value, such as balancing=null."))], null);
    }

    /// <summary>Whether a run is meant.</summary>
    /// <param name="spec">Its spec as it is on disk.</param>
    /// <param name="result">Its result, if there is one.</param>
    /// <param name="labels">Its labels in every sweep that it belongs to: axis → label.</param>
    public bool Holds(JsonObject spec, JsonObject? result, IReadOnlyList<IReadOnlyDictionary<string, string>> labels) => label is { } name
        ? labels.Any(axes => axes.Values.Contains(name, StringComparer.OrdinalIgnoreCase)) || result?["method"] is { } method && Equal(method, name)
        : conditions.All(condition => condition.Value.Split('|').Any(value => Member(spec, condition.Member) is { } member ? Equal(member, value.Trim())
            : labels.Any(axes => axes.TryGetValue(condition.Member, out var found) && found.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
                || !labels.Any(axes => axes.ContainsKey(condition.Member)) && Equal(null, value.Trim())));

    /// <summary>A member by its dotted name; null if there is none.</summary>
    internal static JsonNode? Member(JsonNode? node, string name)
    {
        foreach (string part in name.Split('.'))
            node = (node as JsonObject)?[part];
        return node;
    }

    private static bool Equal(JsonNode? found, string wanted) => found switch
    {
        null => wanted is "null" or "",
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => double.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number == double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => string.Equals(value.GetValue<string>(), wanted, StringComparison.OrdinalIgnoreCase),
        JsonValue value => value.ToJsonString() == wanted,
        _ => false,
    };
}
