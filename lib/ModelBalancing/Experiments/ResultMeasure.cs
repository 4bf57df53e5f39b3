// The number by which a kind of run is judged, so that comparing, sweeping and reporting need to know no field.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>The main number of a kind's results.</summary>
/// <param name="Member">Dotted name in result.json's result, such as "test.nRMSE" or "test.accuracy"; the last part is also its name in every floor.</param>
/// <param name="SmallerIsBetter">True for an error.</param>
public sealed record ResultMeasure(string Member, bool SmallerIsBetter = true)
{
    /// <summary>Its name without where it stands: "nRMSE".</summary>
    public string Name => Member[(Member.LastIndexOf('.') + 1)..];

    /// <summary>The number of a result; NaN where the run diverged before it had one.</summary>
    /// <param name="result">The kind's result.</param>
    public double Of(JsonObject result) => Number(result, Member);

    /// <summary>Whether a value is better than another; never with NaN.</summary>
    public bool Better(double value, double other) => SmallerIsBetter ? value < other : value > other;

    /// <summary>Floors that a result does not beat (rule 6): all of them for a result without a number.</summary>
    /// <param name="result">The kind's result with its <c>floors</c>, an object of metrics a floor.</param>
    /// <returns>Their names in the result's order.</returns>
    public IReadOnlyList<string> BelowFloors(JsonObject result) => result["floors"] is not JsonObject floors ? []
        : [.. floors.Where(floor => !Better(Of(result), Number(floor.Value as JsonObject, Name))).Select(floor => floor.Key)];

    /// <summary>
    /// A number on every test example: the list "samples" beside it, if its mean is the number. Where the list holds wrong (1) and right (0) answers and the number is the share
    /// of right ones, what is right. Null otherwise, as for a score that is no mean over examples.
    /// </summary>
    /// <param name="result">The kind's result.</param>
    /// <param name="name">Dotted name, such as "test.nRMSE".</param>
    internal static double[]? Examples(JsonObject? result, string name)
    {
        JsonNode? node = result;
        foreach (string part in name.Split('.')[..^1].Append("samples"))
            node = (node as JsonObject)?[part];
        if (node is not JsonArray { Count: > 1 } list || !list.All(item => item?.GetValueKind() == JsonValueKind.Number))
            return null;
        double[] values = [.. list.Select(item => double.Parse(item!.ToJsonString(), CultureInfo.InvariantCulture))];
        double value = Number(result, name);
        bool IsMean(double mean) => Math.Abs(mean - value) <= 1e-6 * Math.Abs(value);
        return IsMean(values.Average()) ? values : values.All(error => error is 0 or 1) && IsMean(1 - values.Average()) ? [.. values.Select(error => 1 - error)] : null;
    }

    /// <summary>A number by its dotted name; NaN if there is none.</summary>
    internal static double Number(JsonObject? members, string name)
    {
        JsonNode? node = members;
        foreach (string part in name.Split('.'))
            node = (node as JsonObject)?[part];
        return Number(node);
    }

    /// <summary>A number, or NaN for anything else.</summary>
    internal static double Number(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : double.NaN;
}
