// What of a run's files becomes columns of the table.
using System.Text.Json;

namespace ModelBalancing.Experiments;

/// <summary>A run's files flattened to dotted names.</summary>
/// <param name="Phase">Finished, failed or unfinished; whether one is running is asked of its lock, not of the index.</param>
/// <param name="Values">Dotted names and values: double or string.</param>
internal sealed record RunMembers(RunPhase Phase, IReadOnlyList<(string Column, object Value)> Values)
{
    private const int MostWords = 16;

    /// <summary>Reads a run's folder; null if it is none: it has no spec.json.</summary>
    public static RunMembers? Read(string folder)
    {
        var values = new List<(string, object)>();
        if (!Add("spec", RunFiles.Spec, document => document))
            return null;
        bool finished = Add(null, RunFiles.Result, document => document); // its members are identity and result
        Add("environment", RunFiles.Environment, document => document, except: "identity");
        Add("times", RunFiles.Times, document => document);
        bool failed = !finished && Add("failure", RunFiles.Failure, document => document);
        if (!finished)
            Add("progress.step", RunStateFile.NumbersName, document => document.TryGetProperty("generation", out var step) ? step : default);
        return new(finished ? RunPhase.Finished : failed ? RunPhase.Failed : RunPhase.Unfinished, values);

        bool Add(string? prefix, string file, Func<JsonElement, JsonElement> part, string? except = null)
        {
            try
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
                Flatten(prefix, part(document.RootElement), values, except);
                return true;
            }
            catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or JsonException)
            {
                return false; // missing, or torn by something that is not this library
            }
        }
    }

    private static void Flatten(string? name, JsonElement element, List<(string, object)> values, string? except = null)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    if (member.Name != except)
                        Flatten(name is null ? member.Name : $"{name}.{member.Name}", member.Value, values);
                break;
            case JsonValueKind.Array:
                if (element.GetArrayLength() <= MostWords && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
                    values.Add((name!, string.Join(", ", element.EnumerateArray().Select(item => item.GetString()))));
                break;
            case JsonValueKind.Number:
                values.Add((name!, element.GetDouble()));
                break;
            case JsonValueKind.String:
                values.Add((name!, element.GetString()!));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                values.Add((name!, element.ValueKind == JsonValueKind.True ? "true" : "false"));
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
        }
    }
}
