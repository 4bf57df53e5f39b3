// Numbers of a run's result by name.
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>Reads a result as numbers.</summary>
public static class ResultNumbers
{
    /// <summary>A number of a run's result, such as "test.nRMSE".</summary>
    /// <param name="run">The finished run.</param>
    /// <param name="name">Dotted name.</param>
    /// <returns>The number; NaN if there is none of that name, or the run diverged before it had one.</returns>
    public static double Number(this RunOutcome run, string name) => ResultMeasure.Number(run.Result, name);

    /// <summary>A number as JSON, which has no NaN and no infinity: they are null.</summary>
    internal static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>All plain values of a result by dotted name, in the result's order; lists and what is inside them are left out.</summary>
    /// <param name="result">The result.</param>
    public static IEnumerable<KeyValuePair<string, JsonValue>> PlainValues(JsonObject result) => PlainValues(result, "");

    private static IEnumerable<KeyValuePair<string, JsonValue>> PlainValues(JsonObject result, string prefix) => result.SelectMany(member => member.Value switch
    {
        JsonObject inner => PlainValues(inner, prefix + member.Key + "."),
        JsonValue value => [KeyValuePair.Create(prefix + member.Key, value)],
        _ => Enumerable.Empty<KeyValuePair<string, JsonValue>>(),
    });
}
