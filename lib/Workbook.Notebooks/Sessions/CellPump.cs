// Keeps a cell's own code on the session's thread across awaits, and ends an await when the cell is interrupted.
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Workbook.Notebooks.Sessions;

/// <summary>The continuations of one cell, run one after another by the session's thread.</summary>
internal sealed class CellPump(CancellationToken interrupt)
{
    private static readonly AsyncLocal<CellPump?> Ambient = new();
    private readonly Queue<Action> waiting = new();
    private readonly Thread thread = Thread.CurrentThread;
    private bool delivered;

    /// <summary>The pump of the cell that runs here, or null.</summary>
    internal static CellPump? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    internal bool IsHere => Thread.CurrentThread == thread;

    internal void Post(Action action)
    {
        lock (waiting)
        {
            waiting.Enqueue(action);
            Monitor.Pulse(waiting);
        }
    }

    internal Action Take()
    {
        lock (waiting)
        {
            while (waiting.Count == 0)
                Monitor.Wait(waiting);
            return waiting.Dequeue();
        }
    }

    /// <summary>Continues on the session's thread when the task has ended or, once a cell, when the cell is interrupted.</summary>
    internal void Continue(Task task, Action continuation)
    {
        int posted = 0;
        CancellationTokenRegistration registration = default;
        void Once()
        {
            if (Interlocked.Exchange(ref posted, 1) == 0)
                Post(continuation);
        }
        if (!delivered)
            registration = interrupt.UnsafeRegister(_ => Once(), null);
        task.ContinueWith(_ =>
        {
            registration.Dispose();
            Once();
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Throws when the await ended because of the interrupt. Later awaits of the cell (in its finally blocks) run to their end.</summary>
    internal void ThrowIfCutShort(Task task)
    {
        if (task.IsCompleted || !interrupt.IsCancellationRequested)
            return;
        delivered = true;
        throw new OperationCanceledException("The cell was interrupted.", interrupt);
    }
}

/// <summary>What the top-level awaits of a cell go through; called by code the session makes, not by hand.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellAwait
{
    /// <summary>Awaits a task on the session's thread.</summary>
    /// <param name="task">The task.</param>
    /// <returns>What to await.</returns>
    public static CellAwaitable On(Task task) => new(task);

    /// <summary>Awaits a task on the session's thread.</summary>
    /// <typeparam name="T">The task's result.</typeparam>
    /// <param name="task">The task.</param>
    /// <returns>What to await.</returns>
    public static CellAwaitable<T> On<T>(Task<T> task) => new(task);

    /// <summary>Awaits a task on the session's thread.</summary>
    /// <param name="task">The task.</param>
    /// <returns>What to await.</returns>
    public static CellAwaitable On(ValueTask task) => new(task.AsTask());

    /// <summary>Awaits a task on the session's thread.</summary>
    /// <typeparam name="T">The task's result.</typeparam>
    /// <param name="task">The task.</param>
    /// <returns>What to await.</returns>
    public static CellAwaitable<T> On<T>(ValueTask<T> task) => new(task.AsTask());

    /// <summary>Anything else that can be awaited is left as it is.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="awaitable">What the cell awaits.</param>
    /// <returns>The same.</returns>
    public static T On<T>(T awaitable) where T : allows ref struct => awaitable;

    /// <summary>Enumerates on the session's thread.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="sequence">The sequence.</param>
    /// <returns>What to enumerate.</returns>
    public static CellSequence<T> Each<T>(IAsyncEnumerable<T> sequence) => new(sequence);

    /// <summary>Anything else that can be enumerated is left as it is.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="sequence">What the cell enumerates.</param>
    /// <returns>The same.</returns>
    public static T Each<T>(T sequence) where T : allows ref struct => sequence;
}

/// <summary>Await of a task without result.</summary>
/// <param name="task">The task.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CellAwaitable(Task task) : ICriticalNotifyCompletion
{
    private readonly CellPump? pump = CellPump.Current;

    /// <summary>Itself.</summary>
    /// <returns>The awaiter.</returns>
    public CellAwaitable GetAwaiter() => this;

    /// <summary>True when no continuation is needed.</summary>
    public bool IsCompleted => task.IsCompleted && pump?.IsHere != false;

    /// <summary>Ends the await.</summary>
    public void GetResult()
    {
        pump?.ThrowIfCutShort(task);
        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation)
    {
        if (pump is null)
            task.GetAwaiter().UnsafeOnCompleted(continuation);
        else
            pump.Continue(task, continuation);
    }
}

/// <summary>Await of a task with a result.</summary>
/// <typeparam name="T">The result.</typeparam>
/// <param name="task">The task.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CellAwaitable<T>(Task<T> task) : ICriticalNotifyCompletion
{
    private readonly CellPump? pump = CellPump.Current;

    /// <summary>Itself.</summary>
    /// <returns>The awaiter.</returns>
    public CellAwaitable<T> GetAwaiter() => this;

    /// <summary>True when no continuation is needed.</summary>
    public bool IsCompleted => task.IsCompleted && pump?.IsHere != false;

    /// <summary>Ends the await.</summary>
    /// <returns>The task's result.</returns>
    public T GetResult()
    {
        pump?.ThrowIfCutShort(task);
        return task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation)
    {
        if (pump is null)
            task.GetAwaiter().UnsafeOnCompleted(continuation);
        else
            pump.Continue(task, continuation);
    }
}

/// <summary>An asynchronous sequence enumerated on the session's thread.</summary>
/// <typeparam name="T">The items.</typeparam>
/// <param name="sequence">The sequence.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct CellSequence<T>(IAsyncEnumerable<T> sequence)
{
    /// <summary>Starts the enumeration.</summary>
    /// <returns>The enumerator.</returns>
    public Enumerator GetAsyncEnumerator() => new(sequence.GetAsyncEnumerator());

    /// <summary>An enumerator whose steps come back to the session's thread.</summary>
    /// <param name="inner">The sequence's own enumerator.</param>
    public sealed class Enumerator(IAsyncEnumerator<T> inner)
    {
        private Task<bool> step = Task.FromResult(true);

        /// <summary>The item.</summary>
        public T Current => inner.Current;

        /// <summary>Goes on.</summary>
        /// <returns>False at the end.</returns>
        public CellAwaitable<bool> MoveNextAsync() => new(step = inner.MoveNextAsync().AsTask());

        /// <summary>Ends the enumeration; after an interrupt, as soon as the step under way has ended.</summary>
        /// <returns>What to await.</returns>
        public ValueTask DisposeAsync()
        {
            if (step.IsCompleted)
                return inner.DisposeAsync();
            step.ContinueWith(_ => inner.DisposeAsync().AsTask(), TaskScheduler.Default);
            return default;
        }
    }
}
