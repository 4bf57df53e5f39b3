// Reading JSON vocabularies: every wrong or missing member is named in one sentence.
using System.Text.Json;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A part of a JSON file, with its path for messages.</summary>
internal readonly struct JsonPart
{
    private readonly JsonElement element;
    private readonly string path;

    private JsonPart(JsonElement element, string file, string path) => (this.element, File, this.path) = (element, file, path);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Whether it is null or absent.</summary>
    public bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is a text.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TokenizerException">It cannot be read, or is no JSON object.</exception>
    public static JsonPart Read(string file)
    {
        byte[] bytes = VocabularyFolder.Bytes(file);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement.Clone();
            if (root.ValueKind != JsonValueKind.Object)
                throw new TokenizerException($"'{file}' holds no JSON object: get the file again.");
            return new(root, file, "");
        }
        catch (JsonException broken)
        {
            throw new TokenizerException($"'{file}' is no whole JSON (line {broken.LineNumber + 1}): get the file again.", broken);
        }
    }

    /// <summary>A member; absent ones are null.</summary>
    public JsonPart this[string name] => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
        ? new(member, File, path.Length == 0 ? name : $"{path}.{name}")
        : new(default, File, path.Length == 0 ? name : $"{path}.{name}");

    /// <summary>A text.</summary>
    public string Text()
    {
        if (element.ValueKind != JsonValueKind.String)
            throw Wrong("a text");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("valid Unicode");
        }
    }

    /// <summary>A text, or what stands for none.</summary>
    public string Text(string otherwise) => IsNull ? otherwise : Text();

    /// <summary>A whole number.</summary>
    public int Number() => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) ? number : throw Wrong("a whole number");

    /// <summary>A number.</summary>
    public double Real() => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number) ? number : throw Wrong("a number");

    /// <summary>True or false, or what stands for none.</summary>
    public bool Flag(bool otherwise) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => otherwise,
        _ => throw Wrong("true or false"),
    };

    /// <summary>Entries of an array.</summary>
    public IEnumerable<JsonPart> Entries()
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Wrong("a list");
        var (file, path) = (File, this.path);
        return element.EnumerateArray().Select((entry, i) => new JsonPart(entry, file, $"{path}[{i}]"));
    }

    /// <summary>Members of an object, those that come twice included.</summary>
    public IEnumerable<(string Name, JsonPart Value)> Members()
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong("an object");
        var (file, path) = (File, this.path);
        return element.EnumerateObject().Select(member =>
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                throw new TokenizerException($"'{file}' has a name in {path} that is no valid Unicode: get the file again.");
            }
            return (name, new JsonPart(member.Value, file, $"{path}.{name}"));
        });
    }

    /// <summary>What is told of a value of another kind.</summary>
    public TokenizerException Wrong(string expected) => new($"'{File}' should have {expected} at {(path.Length == 0 ? "its root" : Vocabulary.Shown(path))}, but {(IsNull ? "has none" : "has something else")}: get the file again.");

    /// <summary>What is told of a part that is not supported.</summary>
    public TokenizerException Unsupported(string kind, string type, string known) =>
        new($"'{File}' uses the {kind} '{Vocabulary.Shown(type)}', which is not supported here (supported: {known}).");
}
