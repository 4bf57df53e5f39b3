// A dictionary that keeps the order in which its keys arrived; module registries are built on it.
using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary whose entries can also be reached by position, in order of arrival.</summary>
/// <typeparam name="TKey">Type of the keys; unique.</typeparam>
/// <typeparam name="TValue">Type of the values.</typeparam>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)> where TKey : notnull
{
    private readonly List<(TKey, TValue)> _entries = [];
    private readonly Dictionary<TKey, int> _positions = [];

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Always false.</summary>
    public bool IsReadOnly => false;

    /// <summary>The keys, in order.</summary>
    public ICollection<TKey> Keys => _entries.ConvertAll(entry => entry.Item1);

    /// <summary>The values, in order.</summary>
    public ICollection<TValue> Values => _entries.ConvertAll(entry => entry.Item2);

    /// <summary>The entry at a position.</summary>
    public (TKey, TValue) this[int index]
    {
        get => _entries[index];
        set
        {
            _positions.Remove(_entries[index].Item1);
            _positions.Add(value.Item1, index);
            _entries[index] = value;
        }
    }

    /// <summary>The value of a key; setting an unknown key appends it.</summary>
    public TValue this[TKey key]
    {
        get => _entries[_positions[key]].Item2;
        set
        {
            if (_positions.TryGetValue(key, out var index)) _entries[index] = (key, value);
            else Add(key, value);
        }
    }

    /// <summary>Removes every entry.</summary>
    public void clear() => Clear();

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(TKey, TValue)> items() => _entries.GetEnumerator();

    /// <summary>The keys, in order.</summary>
    public IEnumerable<TKey> keys() => Keys;

    /// <summary>The values, in order.</summary>
    public IEnumerable<TValue> values() => Values;

    /// <summary>Appends an entry.</summary>
    /// <exception cref="ArgumentException">The key is already there.</exception>
    public void Add(TKey key, TValue value)
    {
        _positions.Add(key, _entries.Count);
        _entries.Add((key, value));
    }

    /// <summary>Appends an entry.</summary>
    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    /// <summary>Appends an entry.</summary>
    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    /// <summary>Puts an entry before the one at a position.</summary>
    public void Insert(int index, (TKey, TValue) item)
    {
        _positions.Add(item.Item1, index);
        _entries.Insert(index, item);
        Renumber(index);
    }

    /// <summary>Removes every entry.</summary>
    public void Clear()
    {
        _entries.Clear();
        _positions.Clear();
    }

    /// <summary>Whether this very pair is present.</summary>
    public bool Contains((TKey, TValue) item) => _entries.Contains(item);

    /// <summary>Whether the pair's key is present.</summary>
    public bool Contains(KeyValuePair<TKey, TValue> item) => ContainsKey(item.Key);

    /// <summary>Whether a key is present.</summary>
    public bool ContainsKey(TKey key) => _positions.ContainsKey(key);

    /// <summary>Copies the entries to an array.</summary>
    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>Copies the entries to an array.</summary>
    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (key, value) in _entries) array[arrayIndex++] = new(key, value);
    }

    /// <summary>Position of a pair, -1 when it is absent.</summary>
    public int IndexOf((TKey, TValue) item) => _entries.IndexOf(item);

    /// <summary>Removes a pair; false when it is absent.</summary>
    public bool Remove((TKey, TValue) item) => _entries.Contains(item) && Remove(item.Item1);

    /// <summary>Removes the pair's key; false when it is absent.</summary>
    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove(item.Key);

    /// <summary>Removes a key; false when it is absent.</summary>
    public bool Remove(TKey key)
    {
        if (!_positions.TryGetValue(key, out var index)) return false;
        RemoveAt(index);
        return true;
    }

    /// <summary>Removes the entry at a position.</summary>
    public void RemoveAt(int index)
    {
        _positions.Remove(_entries[index].Item1);
        _entries.RemoveAt(index);
        Renumber(index);
    }

    /// <summary>The value of a key, if the key is present.</summary>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _positions.TryGetValue(key, out var index);
        value = found ? _entries[index].Item2 : default;
        return found;
    }

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(TKey, TValue)> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        _entries.Select(entry => KeyValuePair.Create(entry.Item1, entry.Item2)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    /// <summary>A copy of the entries, for loops that change the dictionary.</summary>
    internal (TKey, TValue)[] Snapshot() => [.. _entries];

    private void Renumber(int from)
    {
        for (var i = from; i < _entries.Count; i++) _positions[_entries[i].Item1] = i;
    }
}
