// JSON in one spelling, so that equal data gives equal text and equal hashes.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>Writes JSON with sorted members, no white space, no null members and shortest numbers.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical text of a node.</summary>
    public static string Of(JsonNode node) => Sorted(node)!.ToJsonString();

    /// <summary>SHA-256 of a text in lower-case hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(m => m.Value is not null)
            .OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => Number(value),
        null => null,
        _ => node.DeepClone(),
    };

    private static JsonValue Number(JsonValue value)
    {
        var element = JsonSerializer.SerializeToElement(value);
        return element.TryGetInt64(out long whole) ? JsonValue.Create(whole) : JsonValue.Create(element.GetDouble());
    }
}
