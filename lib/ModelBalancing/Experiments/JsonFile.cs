// Small JSON files of a run's folder, replaced as a whole.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Experiments;

internal static class JsonFile
{
    private static readonly JsonWriterOptions indented = new() { Indented = true };

    public static void Write(string path, JsonNode node) => AtomicFile.Replace(path, stream =>
    {
        using (var writer = new Utf8JsonWriter(stream, indented))
            node.WriteTo(writer);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>The file's object, or null if there is no file or it holds something else.</summary>
    public static JsonObject? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
