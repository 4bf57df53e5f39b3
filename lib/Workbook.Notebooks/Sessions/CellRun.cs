// One execution of a cell, from request to end, and the ways to stop it.
using System.Diagnostics;
using Microsoft.DotNet.Interactive;
using Workbook.Notebooks.Documents;

namespace Workbook.Notebooks.Sessions;

/// <summary>One execution of a cell.</summary>
internal sealed class CellRun
{
    /// <summary>How long an ordinary cell gets to end by its cancelled token before its thread is woken.</summary>
    private static readonly TimeSpan TokenTime = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a woken thread gets to end before it is aborted.</summary>
    private static readonly TimeSpan WakeTime = TimeSpan.FromMilliseconds(150);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource abort = new();
    private readonly ManualResetEventSlim ended = new();
    private readonly ManualResetEventSlim hurry = new();
    private readonly TaskCompletionSource<CellResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly SessionOptions options;
    private readonly SessionThread thread;
    private int requests;
    private bool hasBegun;
    private bool isOver;
    private volatile bool wasWoken;
    private bool wasCutShort;

    internal CellRun(int cell, IOutputSink output, SessionOptions options, SessionThread thread)
    {
        Cell = cell;
        this.options = options;
        this.thread = thread;
        Output = new OrderedSink(output, CutShort);
        Context = new KernelInvocationContext(Output, stop.Token, options.Ask);
    }

    internal int Cell { get; }

    internal IOutputSink Output { get; }

    internal KernelInvocationContext Context { get; }

    internal Task<CellResult> Completion => completion.Task;

    internal CancellationToken Stop => stop.Token;

    internal CancellationToken Abort => abort.Token;

    internal bool HasEnded => ended.IsSet;

    internal bool WasAskedToStop => Volatile.Read(ref requests) > 0;

    /// <summary>Called on the session's thread before anything else of the cell.</summary>
    /// <returns>False when the cell was asked to stop while it waited for earlier ones.</returns>
    internal bool Begin()
    {
        lock (gate)
            return hasBegun = !WasAskedToStop;
    }

    /// <summary>Called on the session's thread when the cell is over, whatever happened.</summary>
    internal void End(CellStatus status, CellError? error)
    {
        bool woken;
        lock (gate)
        {
            isOver = true;
            woken = wasWoken;
        }
        if (woken)
            SwallowPendingWake();
        if (abort.IsCancellationRequested)
            AbortedThread.Restore();
        if (error is not null && !completion.Task.IsCompleted)
            Output.Error(error);
        ended.Set();
        completion.TrySetResult(new CellResult(status, Stopwatch.GetElapsedTime(started), error));
    }

    /// <summary>Asks the cell to stop; a second request does not wait for the cell's own means.</summary>
    internal void RequestStop()
    {
        lock (gate)
        {
            if (Interlocked.Increment(ref requests) > 1)
                hurry.Set();
            else if (hasBegun && !isOver)
                new Thread(StopInOrder) { IsBackground = true, Name = $"stops cell {Cell}" }.Start();
        }
    }

    /// <summary>Output is a safe place to end a cell that was asked to stop and looks at no token: safer than an abort, which can come anywhere.</summary>
    private void CutShort()
    {
        if (!wasWoken || wasCutShort || Thread.CurrentThread != thread.Thread || isOver)
            return;
        wasCutShort = true;
        throw new OperationCanceledException("The cell was interrupted.", Stop);
    }

    /// <summary>Token, wake, abort, give up: in this order, because an abort neither wakes a sleeping thread nor returns before the thread has ended.</summary>
    private void StopInOrder()
    {
        _ = stop.CancelAsync();
        if (!EndsWithin(TokenTime, canHurry: true) && Context.TokenWasTaken && !hurry.IsSet)
        {
            Output.WriteText("stderr", $"stopping cell {Cell}: it ends its current step (interrupt again to stop at once)\n");
            EndsWithin(options.StepTime, canHurry: true);
        }
        lock (gate)
        {
            if (isOver)
                return;
            wasWoken = true;
            thread.Thread.Interrupt();
        }
        if (EndsWithin(WakeTime, canHurry: false))
            return;
        _ = Task.Factory.StartNew(abort.Cancel, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (EndsWithin(options.AbandonTime, canHurry: false))
            return;
        CellError error = CellErrors.Sentence("Interrupted", Cell, null, "does not react to the interrupt and still runs (native code, or a loop that looks at no token); restart the session to end it.");
        Output.Error(error);
        completion.TrySetResult(new CellResult(CellStatus.Abandoned, Stopwatch.GetElapsedTime(started), error));
    }

    private bool EndsWithin(TimeSpan time, bool canHurry) =>
        canHurry ? WaitHandle.WaitAny([ended.WaitHandle, hurry.WaitHandle], time) == 0 : ended.Wait(time);

    private static void SwallowPendingWake()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            return; // the wake came after the cell had ended: it must not hit the next one
        }
    }

    /// <summary>Lets one call through at a time, whatever threads the cell uses.</summary>
    private sealed class OrderedSink(IOutputSink output, Action beforeOutput) : IOutputSink
    {
        private readonly Lock gate = new();

        public void WriteText(string stream, string text)
        {
            beforeOutput();
            lock (gate)
                output.WriteText(stream, text);
        }

        public void Display(string displayId, IReadOnlyList<MimeContent> data)
        {
            beforeOutput();
            lock (gate)
                output.Display(displayId, data);
        }

        public void Update(string displayId, IReadOnlyList<MimeContent> data)
        {
            beforeOutput();
            lock (gate)
                output.Update(displayId, data);
        }

        public void Result(IReadOnlyList<MimeContent> data)
        {
            beforeOutput();
            lock (gate)
                output.Result(data);
        }

        public void Error(CellError error)
        {
            lock (gate)
                output.Error(error);
        }
    }
}
