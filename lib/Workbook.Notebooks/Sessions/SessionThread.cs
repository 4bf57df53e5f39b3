// One thread for all cells of a session: what libraries keep per thread (gradient mode, dispose scopes) survives from cell to cell.
using System.Collections.Concurrent;

namespace Workbook.Notebooks.Sessions;

/// <summary>A long-lived thread with a stack for deep recursion.</summary>
internal sealed class SessionThread : IDisposable
{
    private const int StackBytes = 64 << 20;
    private readonly BlockingCollection<Action> work = [];

    internal SessionThread()
    {
        Thread = new Thread(Work, StackBytes) { IsBackground = true, Name = "notebook session" };
        Thread.Start();
    }

    internal Thread Thread { get; }

    /// <summary>Runs an action after those posted before it. The action must not throw.</summary>
    internal void Post(Action action) => work.Add(action);

    /// <summary>Takes no more actions; the thread ends after the ones it has.</summary>
    public void Dispose() => work.CompleteAdding();

    private void Work()
    {
        foreach (Action action in work.GetConsumingEnumerable())
            action();
    }
}
