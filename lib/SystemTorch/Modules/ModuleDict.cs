// Modules under names, in order.
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Named modules; they are registered with the module that holds the dictionary.</summary>
/// <typeparam name="T">Type of the modules.</typeparam>
public class ModuleDict<T> : nn.Module, IDictionary<string, T>, IList<(string, T)> where T : nn.Module
{
    private readonly OrderedDict<string, T> _entries = new();
    private bool _registered;

    /// <summary>An empty dictionary.</summary>
    public ModuleDict() : base("ModuleDict") { }

    /// <summary>The entry at a position.</summary>
    public (string, T) this[int index] { get => _entries[index]; set => _entries[index] = value; }

    /// <inheritdoc/>
    public T this[string key] { get => _entries[key]; set => _entries[key] = value; }

    /// <inheritdoc cref="OrderedDict{TKey, TValue}.Count"/>
    public int Count => _entries.Count;

    /// <summary>Always false.</summary>
    public bool IsReadOnly => false;

    /// <summary>The keys, in order.</summary>
    public ICollection<string> Keys => _entries.Keys;

    /// <summary>The values, in order.</summary>
    public ICollection<T> Values => _entries.Values;

    /// <summary>Removes every entry.</summary>
    public void clear() => _entries.Clear();

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(string, T)> items() => _entries.GetEnumerator();

    /// <summary>The keys, in order.</summary>
    public IEnumerable<string> keys() => _entries.Keys;

    /// <summary>The values, in order.</summary>
    public IEnumerable<T> values() => _entries.Values;

    /// <summary>Appends an entry.</summary>
    public void Add((string, T) item) => _entries.Add(item);

    /// <summary>Appends an entry.</summary>
    public void Add(string key, T value) => _entries.Add(key, value);

    /// <summary>Appends an entry.</summary>
    public void Add(KeyValuePair<string, T> item) => _entries.Add(item);

    /// <summary>Removes every entry.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Whether this very pair is present.</summary>
    public bool Contains((string, T) item) => _entries.Contains(item);

    /// <summary>Whether the pair's key is present.</summary>
    public bool Contains(KeyValuePair<string, T> item) => _entries.Contains(item);

    /// <summary>Whether a key is present.</summary>
    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    /// <summary>Copies the entries to an array.</summary>
    public void CopyTo((string, T)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>Copies the entries to an array.</summary>
    public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>Position of a pair, -1 when it is absent.</summary>
    public int IndexOf((string, T) item) => _entries.IndexOf(item);

    /// <summary>Puts an entry before the one at a position.</summary>
    public void Insert(int index, (string, T) item) => _entries.Insert(index, item);

    /// <summary>Removes a pair; false when it is absent.</summary>
    public bool Remove((string, T) item) => _entries.Remove(item);

    /// <summary>Removes the pair's key; false when it is absent.</summary>
    public bool Remove(KeyValuePair<string, T> item) => _entries.Remove(item);

    /// <summary>Removes a key; false when it is absent.</summary>
    public bool Remove(string key) => _entries.Remove(key);

    /// <summary>Removes the entry at a position.</summary>
    public void RemoveAt(int index) => _entries.RemoveAt(index);

    /// <summary>The value of a key, if the key is present.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _entries.TryGetValue(key, out value);

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(string, T)> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, T>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    /// <summary>Registers the modules under their keys.</summary>
    protected override void RegisterComponents()
    {
        if (_registered) return;
        foreach (var (key, module) in _entries) register_module(key, module);
        _registered = true;
    }
}
