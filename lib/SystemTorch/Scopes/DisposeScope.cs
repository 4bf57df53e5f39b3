// Block-wise release of tensors: what is made inside a scope is disposed with it, unless moved out.
using SystemTorch;

namespace TorchSharp;

/// <summary>Owns the tensors made on its thread while it is the innermost scope; made by torch.NewDisposeScope().</summary>
public sealed class DisposeScope : IDisposable
{
    DisposeScopeManager? manager;
    List<IScoped> held = [];

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    /// <summary>A snapshot of what the scope holds.</summary>
    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            _ = Manager;
            return held.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            _ = Manager;
            return held.Count;
        }
    }

    DisposeScopeManager Manager => manager ?? throw new ObjectDisposedException(typeof(DisposeScope).FullName);

    // ---- to the scope around this one

    public T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        MoveToOther(OuterScope, (IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOther(OuterScope, (IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        MoveToOther(OuterScope, (IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    // ---- to any scope

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        MoveToOther(scope, (IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        MoveToOther(scope, (IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        MoveToOther(scope, (IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <summary>Moves what this scope holds to another one; what it does not hold stays where it is.</summary>
    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        _ = Manager;
        if (scope is null)
        {
            Detach(disposables);
            return;
        }
        foreach (var disposable in disposables)
            if (disposable is IScoped item && item.OwningDisposeScope == this) scope.Take(item);
    }

    // ---- out of all scopes

    public T Detach<T>(T disposable) where T : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[disposable]);
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        Detach((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        var statistics = Manager.StatisticsInstance;
        foreach (var disposable in disposables)
        {
            if (disposable is not IScoped item || item.OwningDisposeScope != this) continue;
            Remove(item);
            item.StatisticsIn(statistics).DetachedFromScopeCount++;
        }
    }

    // ---- into this scope

    public void Attach(IDisposable disposable) => Attach((IEnumerable<IDisposable>)[disposable]);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var statistics = Manager.StatisticsInstance;
        List<IDisposable> attached = [];
        foreach (var disposable in disposables)
        {
            if (disposable is not IScoped item) throw new InvalidOperationException($"A dispose scope holds tensors, not {disposable.GetType()}.");
            if (Take(item)) item.StatisticsIn(statistics).AttachedToScopeCount++;
            attached.Add(disposable);
        }
        return attached;
    }

    // ---- release

    /// <summary>Disposes all that the scope holds and leaves it open.</summary>
    public void DisposeEverything() => DisposeEverythingBut((IEnumerable<IDisposable>)[]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        _ = Manager;
        var old = held;
        held = [];
        foreach (var disposable in inKeep)
        {
            if (disposable is not IScoped item || ReferenceEquals(item.OwningDisposeScope, this) && item.ScopeIndex < held.Count && held[item.ScopeIndex] == item) continue;
            if (item.OwningDisposeScope is { } other && other != this) other.Remove(item);
            item.OwningDisposeScope = this;
            item.ScopeIndex = held.Count;
            held.Add(item);
        }
        foreach (var item in old)
        {
            if (item.ScopeIndex < held.Count && held[item.ScopeIndex] == item) continue;
            item.Dispose();
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    /// <summary>Disposes what the scope holds and makes the scope around it the current one again.</summary>
    public void Dispose()
    {
        if (manager is null) return;
        DisposeEverything();
        manager.RemoveDisposeScope(this);
        manager = null;
    }

    /// <summary>Takes a disposed thing off the scope's list.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _ = Manager;
        if (disposable is IScoped item) Forget(item);
    }

    public bool Contains(IDisposable disposable) => disposable is IScoped item && item.OwningDisposeScope == this;

    internal static void ReplaceWith(torch.Tensor original, torch.Tensor replacement)
    {
        if (original.OwningDisposeScope is not { } scope) return;
        scope.Remove(original);
        scope.Take(replacement);
    }

    internal void Add(IScoped item)
    {
        item.OwningDisposeScope = this;
        item.ScopeIndex = held.Count;
        held.Add(item);
    }

    // False if the item is here already.
    internal bool Take(IScoped item)
    {
        if (item.OwningDisposeScope == this) return false;
        item.OwningDisposeScope?.Remove(item);
        Add(item);
        return true;
    }

    internal void Forget(IScoped item)
    {
        if (item.OwningDisposeScope == this) Remove(item);
    }

    void Remove(IScoped item)
    {
        var index = item.ScopeIndex;
        if (index < held.Count && held[index] == item)
        {
            var last = held[^1];
            held[index] = last;
            last.ScopeIndex = index;
            held.RemoveAt(held.Count - 1);
        }
        item.OwningDisposeScope = null;
    }

    /// <summary>Lets go of everything and closes the scope; the caller owns what is returned.</summary>
    internal IReadOnlyList<IDisposable> DetachAllAndDispose()
    {
        var released = held.ToArray();
        Detach((IEnumerable<IDisposable>)released);
        Dispose();
        return released;
    }
}
