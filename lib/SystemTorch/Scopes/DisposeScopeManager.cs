// The dispose scopes of one thread.
using SystemTorch;

namespace TorchSharp;

/// <summary>Keeps a thread's scopes in their order of nesting, and its statistics.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] static DisposeScopeManager? threadSingleton;

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new();

    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope? RegisterOnCurrentDisposeScope(IScoped item)
    {
        var statistics = item.StatisticsIn(StatisticsInstance);
        if (CurrentDisposeScope is not { } scope)
        {
            statistics.CreatedOutsideScopeCount++;
            return null;
        }
        statistics.CreatedInScopeCount++;
        scope.Add(item);
        return scope;
    }

    internal void DisposingOnCurrentScope(IScoped item)
    {
        var statistics = item.StatisticsIn(StatisticsInstance);
        if (item.OwningDisposeScope is null) statistics.DisposedOutsideScopeCount++;
        else statistics.DisposedInScopeCount++;
    }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    internal void RemoveDisposeScope(DisposeScope closed)
    {
        if (CurrentDisposeScope == closed)
        {
            CurrentDisposeScope = closed.OuterScope;
            return;
        }
        // Closed out of order: unlink it from the chain.
        for (var scope = CurrentDisposeScope; scope is not null; scope = scope.OuterScope)
        {
            if (scope.OuterScope != closed) continue;
            scope.OuterScope = closed.OuterScope;
            return;
        }
    }
}
