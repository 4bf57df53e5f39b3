// Parameters in a list, named by their positions.
using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A list of parameters; they are part of the module that holds the list.</summary>
public class ParameterList : nn.Module, IList<Parameter>
{
    private readonly List<Parameter> _list;
    private bool _registered;

    /// <summary>A list of the given parameters.</summary>
    public ParameterList(params Parameter[] parameters) : base(nameof(ParameterList)) => _list = [.. parameters ?? []];

    /// <inheritdoc/>
    public Parameter this[int index] { get => _list[index]; set => _list[index] = value; }

    /// <inheritdoc/>
    public int Count => _list.Count;

    /// <summary>Always false.</summary>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public void Add(Parameter item) => _list.Add(item);

    /// <summary>Appends parameters.</summary>
    public void append(params Parameter[] parameters) => _list.AddRange(parameters ?? []);

    /// <summary>Appends parameters.</summary>
    public void extend(IEnumerable<Parameter> parameters) => _list.AddRange(parameters);

    /// <inheritdoc/>
    public void Clear() => _list.Clear();

    /// <inheritdoc/>
    public bool Contains(Parameter item) => _list.Contains(item);

    /// <inheritdoc/>
    public void CopyTo(Parameter[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public int IndexOf(Parameter item) => _list.IndexOf(item);

    /// <inheritdoc/>
    public void Insert(int index, Parameter item) => _list.Insert(index, item);

    /// <inheritdoc/>
    public bool Remove(Parameter item) => _list.Remove(item);

    /// <inheritdoc/>
    public void RemoveAt(int index) => _list.RemoveAt(index);

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
        _list.Select((parameter, i) => ($"{i}", parameter)).ToArray();

    /// <inheritdoc/>
    public override bool has_parameter(string target) => get_parameter(target) is not null;

    /// <inheritdoc/>
    public override Parameter? get_parameter(string target) =>
        int.TryParse(target, out var index) && index >= 0 && index < Count ? _list[index] : null;

    /// <summary>Registers the parameters under "0", "1", ...</summary>
    protected override void RegisterComponents()
    {
        if (_registered) return;
        for (var i = 0; i < Count; i++) register_parameter($"{i}", _list[i]);
        _registered = true;
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        for (var i = 0; i < Count; i++)
        {
            if (!ReplaceParameter(dtype, device, _list[i], out var replaced)) continue;
            _list[i].Dispose();
            _list[i] = replaced!;
            if (_registered) ConditionallyRegisterParameter($"{i}", replaced);
        }
        if (device is not null) (_deviceType, _deviceIndex) = (device.type, device.index);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var parameter in _list)
                if (!parameter.IsInvalid) parameter.DetachFromDisposeScope().Dispose();
        base.Dispose(disposing);
    }
}
