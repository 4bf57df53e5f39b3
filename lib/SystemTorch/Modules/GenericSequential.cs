// Base classes of user-defined chains whose links are not all tensor to tensor.
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A chain called with one argument; derived classes say how its links follow each other.</summary>
public abstract class Sequential<T, TResult> : nn.Module<T, TResult>
{
    private readonly List<(string name, nn.Module module)> _links = [];

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module[] modules) : base("Sequential")
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => _links[index].module;

    /// <summary>The links from start to before end.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The links of a range.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential<T, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential<T, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    /// <summary>Appends a link.</summary>
    protected internal void Add(string name, nn.Module sm) => _links.Add((name, sm));

    /// <summary>Appends a link named by its position.</summary>
    protected internal void Add(nn.Module module) => Add(Count.ToString(), module);

    /// <summary>The links from start to before end; a derived class that can be sliced overrides it.</summary>
    protected virtual Sequential<T, TResult> Slice(int start, int end) =>
        throw new NotSupportedException($"{GetType().Name} does not say how it is sliced: override Slice.");

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => _links;
}

/// <summary>A chain called with two arguments; derived classes say how its links follow each other.</summary>
public abstract class Sequential<T1, T2, TResult> : nn.Module<T1, T2, TResult>
{
    private readonly List<(string name, nn.Module module)> _links = [];

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module[] modules) : base("Sequential")
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => _links[index].module;

    /// <summary>The links from start to before end.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The links of a range.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential<T1, T2, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential<T1, T2, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    /// <summary>Appends a link.</summary>
    protected internal void Add(string name, nn.Module sm) => _links.Add((name, sm));

    /// <summary>Appends a link named by its position.</summary>
    protected internal void Add(nn.Module module) => Add(Count.ToString(), module);

    /// <summary>The links from start to before end; a derived class that can be sliced overrides it.</summary>
    protected virtual Sequential<T1, T2, TResult> Slice(int start, int end) =>
        throw new NotSupportedException($"{GetType().Name} does not say how it is sliced: override Slice.");

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => _links;
}

/// <summary>A chain called with three arguments; derived classes say how its links follow each other.</summary>
public abstract class Sequential<T1, T2, T3, TResult> : nn.Module<T1, T2, T3, TResult>
{
    private readonly List<(string name, nn.Module module)> _links = [];

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module[] modules) : base("Sequential")
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => _links[index].module;

    /// <summary>The links from start to before end.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The links of a range.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential<T1, T2, T3, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential<T1, T2, T3, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    /// <summary>Appends a link.</summary>
    protected internal void Add(string name, nn.Module sm) => _links.Add((name, sm));

    /// <summary>Appends a link named by its position.</summary>
    protected internal void Add(nn.Module module) => Add(Count.ToString(), module);

    /// <summary>The links from start to before end; a derived class that can be sliced overrides it.</summary>
    protected virtual Sequential<T1, T2, T3, TResult> Slice(int start, int end) =>
        throw new NotSupportedException($"{GetType().Name} does not say how it is sliced: override Slice.");

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => _links;
}

/// <summary>A chain called with four arguments; derived classes say how its links follow each other.</summary>
public abstract class Sequential<T1, T2, T3, T4, TResult> : nn.Module<T1, T2, T3, T4, TResult>
{
    private readonly List<(string name, nn.Module module)> _links = [];

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module[] modules) : base("Sequential")
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => _links[index].module;

    /// <summary>The links from start to before end.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The links of a range.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential<T1, T2, T3, T4, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential<T1, T2, T3, T4, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    /// <summary>Appends a link.</summary>
    protected internal void Add(string name, nn.Module sm) => _links.Add((name, sm));

    /// <summary>Appends a link named by its position.</summary>
    protected internal void Add(nn.Module module) => Add(Count.ToString(), module);

    /// <summary>The links from start to before end; a derived class that can be sliced overrides it.</summary>
    protected virtual Sequential<T1, T2, T3, T4, TResult> Slice(int start, int end) =>
        throw new NotSupportedException($"{GetType().Name} does not say how it is sliced: override Slice.");

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => _links;
}

/// <summary>A chain called with five arguments; derived classes say how its links follow each other.</summary>
public abstract class Sequential<T1, T2, T3, T4, T5, TResult> : nn.Module<T1, T2, T3, T4, T5, TResult>
{
    private readonly List<(string name, nn.Module module)> _links = [];

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module[] modules) : base("Sequential")
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => _links[index].module;

    /// <summary>The links from start to before end.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The links of a range.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential<T1, T2, T3, T4, T5, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential<T1, T2, T3, T4, T5, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    /// <summary>Appends a link.</summary>
    protected internal void Add(string name, nn.Module sm) => _links.Add((name, sm));

    /// <summary>Appends a link named by its position.</summary>
    protected internal void Add(nn.Module module) => Add(Count.ToString(), module);

    /// <summary>The links from start to before end; a derived class that can be sliced overrides it.</summary>
    protected virtual Sequential<T1, T2, T3, T4, T5, TResult> Slice(int start, int end) =>
        throw new NotSupportedException($"{GetType().Name} does not say how it is sliced: override Slice.");

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => _links;
}

/// <summary>A chain called with six arguments; derived classes say how its links follow each other.</summary>
public abstract class Sequential<T1, T2, T3, T4, T5, T6, TResult> : nn.Module<T1, T2, T3, T4, T5, T6, TResult>
{
    private readonly List<(string name, nn.Module module)> _links = [];

    /// <summary>A chain of named links.</summary>
    protected Sequential(params (string name, nn.Module submodule)[] modules) : base("Sequential")
    {
        foreach (var (name, module) in modules) Add(name, module);
    }

    /// <summary>A chain of links named by position.</summary>
    protected Sequential(params nn.Module[] modules) : base("Sequential")
    {
        foreach (var module in modules) Add(module);
    }

    /// <summary>Number of links.</summary>
    public int Count => _links.Count;

    /// <summary>The link at a position.</summary>
    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => _links[index].module;

    /// <summary>The links from start to before end.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The links of a range.</summary>
    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Appends a link.</summary>
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    /// <summary>Appends a link named by its position.</summary>
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    /// <summary>Appends a link.</summary>
    protected internal void Add(string name, nn.Module sm) => _links.Add((name, sm));

    /// <summary>Appends a link named by its position.</summary>
    protected internal void Add(nn.Module module) => Add(Count.ToString(), module);

    /// <summary>The links from start to before end; a derived class that can be sliced overrides it.</summary>
    protected virtual Sequential<T1, T2, T3, T4, T5, T6, TResult> Slice(int start, int end) =>
        throw new NotSupportedException($"{GetType().Name} does not say how it is sliced: override Slice.");

    /// <inheritdoc/>
    public override IEnumerable<(string name, nn.Module module)> named_children() => _links;
}
