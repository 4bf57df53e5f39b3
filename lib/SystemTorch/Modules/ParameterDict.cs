// Parameters under names, in order.
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Named parameters; they are part of the module that holds the dictionary.</summary>
public class ParameterDict : nn.Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
{
    private readonly OrderedDict<string, Parameter> _entries = new();
    private bool _registered;

    /// <summary>An empty dictionary.</summary>
    public ParameterDict() : base(nameof(ParameterDict)) { }

    /// <summary>The entry at a position.</summary>
    public (string, Parameter) this[int index] { get => _entries[index]; set => _entries[index] = value; }

    /// <inheritdoc/>
    public Parameter this[string key] { get => _entries[key]; set => _entries[key] = value; }

    /// <inheritdoc cref="OrderedDict{TKey, TValue}.Count"/>
    public int Count => _entries.Count;

    /// <summary>Always false.</summary>
    public bool IsReadOnly => false;

    /// <summary>The keys, in order.</summary>
    public ICollection<string> Keys => _entries.Keys;

    /// <summary>The values, in order.</summary>
    public ICollection<Parameter> Values => _entries.Values;

    /// <summary>Removes every entry.</summary>
    public void clear() => _entries.Clear();

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(string, Parameter)> items() => _entries.GetEnumerator();

    /// <summary>The keys, in order.</summary>
    public IEnumerable<string> keys() => _entries.Keys;

    /// <summary>The values, in order.</summary>
    public IEnumerable<Parameter> values() => _entries.Values;

    /// <summary>Appends an entry.</summary>
    public void Add((string, Parameter) item) => _entries.Add(item);

    /// <summary>Appends an entry.</summary>
    public void Add(string key, Parameter value) => _entries.Add(key, value);

    /// <summary>Appends an entry.</summary>
    public void Add(KeyValuePair<string, Parameter> item) => _entries.Add(item);

    /// <summary>Removes every entry.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Whether this very pair is present.</summary>
    public bool Contains((string, Parameter) item) => _entries.Contains(item);

    /// <summary>Whether the pair's key is present.</summary>
    public bool Contains(KeyValuePair<string, Parameter> item) => _entries.Contains(item);

    /// <summary>Whether a key is present.</summary>
    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    /// <summary>Copies the entries to an array.</summary>
    public void CopyTo((string, Parameter)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>Copies the entries to an array.</summary>
    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>Position of a pair, -1 when it is absent.</summary>
    public int IndexOf((string, Parameter) item) => _entries.IndexOf(item);

    /// <summary>Puts an entry before the one at a position.</summary>
    public void Insert(int index, (string, Parameter) item) => _entries.Insert(index, item);

    /// <summary>Removes a pair; false when it is absent.</summary>
    public bool Remove((string, Parameter) item) => _entries.Remove(item);

    /// <summary>Removes the pair's key; false when it is absent.</summary>
    public bool Remove(KeyValuePair<string, Parameter> item) => _entries.Remove(item);

    /// <summary>Removes a key; false when it is absent.</summary>
    public bool Remove(string key) => _entries.Remove(key);

    /// <summary>Removes the entry at a position.</summary>
    public void RemoveAt(int index) => _entries.RemoveAt(index);

    /// <summary>The value of a key, if the key is present.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => _entries.TryGetValue(key, out value);

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(string, Parameter)> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, Parameter>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    /// <inheritdoc/>
    public override bool has_parameter(string target) => _entries.ContainsKey(target);

    /// <inheritdoc/>
    public override Parameter? get_parameter(string target) => _entries.TryGetValue(target, out var parameter) ? parameter : null;

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse) => _entries.Snapshot();

    /// <summary>Registers the parameters under their keys.</summary>
    protected override void RegisterComponents()
    {
        if (_registered) return;
        foreach (var (key, parameter) in _entries) register_parameter(key, parameter);
        _registered = true;
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        foreach (var (key, parameter) in _entries.Snapshot())
        {
            if (!ReplaceParameter(dtype, device, parameter, out var replaced)) continue;
            parameter.Dispose();
            _entries[key] = replaced!;
            if (_registered) ConditionallyRegisterParameter(key, replaced);
        }
        if (device is not null) (_deviceType, _deviceIndex) = (device.type, device.index);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var (_, parameter) in _entries)
                if (!parameter.IsInvalid) parameter.DetachFromDisposeScope().Dispose();
        base.Dispose(disposing);
    }
}
