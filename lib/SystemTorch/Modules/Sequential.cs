// A chain of modules, each called with the result of the one before.
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A chain of tensor-to-tensor modules.</summary>
/// <remarks>Results between links are freed at once; a link must therefore not keep its input without an alias.</remarks>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<(string name, nn.IModule<Tensor, Tensor> module)> _links = [];

    internal Sequential() : base(nameof(Sequential)) { }

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : this()
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module<Tensor, Tensor>[] modules) : this()
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.IModule<Tensor, Tensor> this[int index] => _links[index].module;

    /// <summary>A chain of the links from start to before end; they are shared, not copied.</summary>
    [IndexerName("SequentialItems")]
    public Sequential this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>A chain of the links of a range; they are shared, not copied.</summary>
    [IndexerName("SequentialItems")]
    public Sequential this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential append(nn.IModule<Tensor, Tensor> module)
    {
        Add(module);
        return this;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() =>
        _links.Select(link => (link.name, (nn.Module)link.module));

    /// <summary>Calls the links one after the other.</summary>
    public override Tensor forward(Tensor tensor)
    {
        if (Count == 0) return tensor.alias();
        var current = _links[0].module.call(tensor);
        for (var i = 1; i < Count; i++)
        {
            var next = _links[i].module.call(current);
            current.Dispose();
            current = next;
        }
        return current;
    }

    internal void Add(string name, nn.IModule<Tensor, Tensor> module) => _links.Add((name, module));

    internal void Add(nn.IModule<Tensor, Tensor> module) => Add(Count.ToString(), module);

    private Sequential Slice(int start, int end)
    {
        if (start < 0 || start > Count) throw new IndexOutOfRangeException($"{start} is not a valid index.");
        if (end < 0 || end > Count) throw new IndexOutOfRangeException($"{end} is not a valid index.");
        var slice = new Sequential();
        for (var i = start; i < end; i++) slice.Add(_links[i].name, _links[i].module);
        return slice;
    }
}
