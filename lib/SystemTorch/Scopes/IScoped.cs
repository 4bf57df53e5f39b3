// What a dispose scope can hold.
using TorchSharp;

namespace SystemTorch;

/// <summary>A disposable that knows the scope that owns it and its place there, so that leaving a scope costs no search.</summary>
internal interface IScoped : IDisposable
{
    DisposeScope? OwningDisposeScope { get; set; }

    int ScopeIndex { get; set; }

    /// <summary>The statistics of this thread that count this kind of thing.</summary>
    LifetimeStatistics StatisticsIn(ThreadDisposeScopeStatistics statistics);
}
