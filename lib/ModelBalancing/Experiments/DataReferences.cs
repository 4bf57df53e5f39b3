// Where a run's data is: one file, or several by name. The kind says which names it needs.
using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelBalancing.Experiments;

/// <summary>Where a run's data is and what it must be.</summary>
/// <param name="Path">A file or folder: absolute, or relative to the checkout's data folder or to the cache. Where it lies does not enter the run's id.</param>
/// <param name="Checksum">SHA-256 in lower-case hexadecimal, of a folder as <see cref="DataFiles.Checksum(DataReference)"/> makes it; null accepts what is there. What was found enters the id.</param>
public sealed record DataReference(string Path, string? Checksum = null);

/// <summary>A run's data references by name. In JSON: one reference as it is, or an object of named ones, or null.</summary>
[JsonConverter(typeof(DataReferencesJson))]
public sealed class DataReferences : IEnumerable<KeyValuePair<string, DataReference>>, IEquatable<DataReferences>
{
    private const string SingleName = "";
    private readonly SortedDictionary<string, DataReference> references = new(StringComparer.Ordinal);

    /// <summary>References by name, such as "train" and "dev".</summary>
    /// <param name="named">Names that are not empty and not "path".</param>
    /// <exception cref="RunException">A name is empty, "path" or given twice.</exception>
    public DataReferences(IEnumerable<KeyValuePair<string, DataReference>> named)
    {
        foreach (var (name, reference) in named)
            if (name is "" or "path" || !references.TryAdd(name, reference))
                throw new RunException($"'{name}' cannot name a data file: names are not empty, not 'path' and differ from each other.");
    }

    private DataReferences(DataReference single) => references.Add(SingleName, single);

    /// <summary>No data.</summary>
    public static DataReferences None { get; } = new([]);

    /// <summary>Number of references.</summary>
    public int Count => references.Count;

    /// <summary>Whether there is one reference, without a name.</summary>
    public bool IsSingle => references.ContainsKey(SingleName);

    /// <summary>The only reference.</summary>
    /// <exception cref="RunException">There are none or several.</exception>
    public DataReference Only => references.Count == 1 ? references.Values.First()
        : throw new RunException($"This kind of run needs one data file, the spec's data names {(Count == 0 ? "none" : string.Join(", ", references.Keys))}; give \"data\": {{ \"path\": … }}.");

    /// <summary>A reference by name.</summary>
    /// <exception cref="RunException">There is none of that name.</exception>
    public DataReference this[string name] => Find(name)
        ?? throw new RunException($"The spec's data lacks '{name}'{(Count == 0 || IsSingle ? "" : $", it has {string.Join(", ", references.Keys)}")}; give \"data\": {{ \"{name}\": {{ \"path\": … }} }}.");

    /// <summary>A reference by name, or null.</summary>
    public DataReference? Find(string name) => references.GetValueOrDefault(name);

    /// <summary>One reference without a name.</summary>
    public static implicit operator DataReferences(DataReference single) => new(single);

    /// <inheritdoc/>
    public bool Equals(DataReferences? other) => other is not null && references.SequenceEqual(other.references);

    /// <inheritdoc/>
    public override bool Equals(object? other) => Equals(other as DataReferences);

    /// <inheritdoc/>
    public override int GetHashCode() => references.Aggregate(0, (hash, named) => HashCode.Combine(hash, named.Key, named.Value));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, DataReference>> GetEnumerator() => references.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>One reference is written as it always was; several as an object of them.</summary>
internal sealed class DataReferencesJson : JsonConverter<DataReferences>
{
    public override bool HandleNull => true;

    public override DataReferences Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        if (element.ValueKind == JsonValueKind.Null)
            return DataReferences.None;
        if (element.ValueKind != JsonValueKind.Object)
            throw new JsonException("data must be { \"path\": … } or an object of such");
        return element.TryGetProperty("path", out var path) && path.ValueKind == JsonValueKind.String
            ? element.Deserialize<DataReference>(options)!
            : new DataReferences(element.EnumerateObject().Select(named => KeyValuePair.Create(named.Name, named.Value.Deserialize<DataReference>(options)
                ?? throw new JsonException($"data.{named.Name} is null"))));
    }

    public override void Write(Utf8JsonWriter writer, DataReferences value, JsonSerializerOptions options)
    {
        if (value.IsSingle)
            JsonSerializer.Serialize(writer, value.Only, options);
        else if (value.Count == 0)
            writer.WriteNullValue();
        else
            JsonSerializer.Serialize(writer, value.ToDictionary(), options);
    }
}
