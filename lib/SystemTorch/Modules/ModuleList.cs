// Modules in a list, registered under their positions.
using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A list of modules; it is registered with the module that holds it.</summary>
/// <typeparam name="T">Type of the modules.</typeparam>
public class ModuleList<T> : nn.Module, IList<T> where T : nn.Module
{
    private readonly List<T> _list;
    private bool _registered;

    /// <summary>A list of the given modules.</summary>
    public ModuleList(params T[] modules) : base("ModuleList") => _list = [.. modules ?? []];

    /// <inheritdoc/>
    public T this[int index] { get => _list[index]; set => _list[index] = value; }

    /// <inheritdoc/>
    public int Count => _list.Count;

    /// <summary>Always false.</summary>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public void Add(T item) => _list.Add(item);

    /// <summary>Appends modules.</summary>
    public void append(params T[] parameters) => _list.AddRange(parameters ?? []);

    /// <summary>Appends modules.</summary>
    public void extend(IEnumerable<T> modules) => _list.AddRange(modules);

    /// <inheritdoc/>
    public void Clear() => _list.Clear();

    /// <inheritdoc/>
    public bool Contains(T item) => _list.Contains(item);

    /// <inheritdoc/>
    public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public int IndexOf(T item) => _list.IndexOf(item);

    /// <inheritdoc/>
    public void Insert(int index, T item) => _list.Insert(index, item);

    /// <inheritdoc/>
    public bool Remove(T item) => _list.Remove(item);

    /// <inheritdoc/>
    public void RemoveAt(int index) => _list.RemoveAt(index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Registers the modules under "0", "1", ...</summary>
    protected override void RegisterComponents()
    {
        if (_registered) return;
        for (var i = 0; i < Count; i++) register_module($"{i}", _list[i]);
        _registered = true;
    }
}
