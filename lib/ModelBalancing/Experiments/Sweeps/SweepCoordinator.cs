// Hands the runs of a sweep to workers: what is finished is left out, what was interrupted goes on, what fails twice is reported.
using System.Diagnostics;
using System.Globalization;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>One call of a sweep.</summary>
internal sealed class SweepCoordinator
{
    /// <summary>How often a run may fail by an error of its own.</summary>
    private const int MostAttempts = 2;

    /// <summary>Deaths by signal without a step in between after which a run has to wait before it is started again.</summary>
    private const int PatientDeaths = 5;

    private static readonly TimeSpan longestPause = TimeSpan.FromMinutes(1), renewed = TimeSpan.FromSeconds(1);

    private readonly SweepPlan plan;
    private readonly RunStore store;
    private readonly SweepOptions options;
    private readonly IProgress<SweepProgress>? progress;
    private readonly List<Item> items;
    private readonly PriorityQueue<Item, (DateTime NotBefore, int Order)> queue = new();
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int done, reused, failed, interruptions;
    private double trained; // in runs, by workers that have settled
    private RunException? fatal;
    private SweepJournal? journal;

    internal SweepCoordinator(SweepPlan plan, RunStore store, SweepOptions options, IProgress<SweepProgress>? progress)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Jobs, 1);
        (this.plan, this.store, this.options, this.progress) = (plan, store, options, progress);
        if (options.Only?.FirstOrDefault(id => plan.Runs.All(run => run.Id != id)) is { } unknown)
            throw new RunException($"The run {unknown} of the sweep's plan would be another run here: engine, data or library differ from where the sweep was planned; submit it again from a machine like this one.");
        items = [.. plan.Runs.Where(run => options.Only?.Contains(run.Id) ?? true).Select((run, order) => new Item(run, order) { Fresh = options.Fresh })];
    }

    internal async Task<SweepResult> RunAsync(CancellationToken cancellation)
    {
        try
        {
            using (journal = options.Folder is { } folder ? await TakePlaceAsync(folder, cancellation) : null)
                return await CarryOutAsync(cancellation);
        }
        catch (Exception failure) when (failure is not RunException && AtomicFile.IsDiskFull(failure))
        {
            throw Full(failure.Message, failure);
        }
    }

    /// <summary>A person is told at once that the sweep is going on; a scheduler's task, of which there is one, waits until the lease of its lost predecessor has run out.</summary>
    private async Task<SweepJournal> TakePlaceAsync(string folder, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return SweepJournal.Open(folder, options.Coordinator);
            }
            catch (RunBusyException) when (options.Coordinator != SweepFolder.Local)
            {
                await Task.Delay(options.LookAgain, cancellation);
            }
        }
    }

    private async Task<SweepResult> CarryOutAsync(CancellationToken cancellation)
    {
        if (journal is not null && options.Coordinator == SweepFolder.Local)
            plan.Write(options.Folder!);
        foreach (var item in items)
        {
            item.Outcome = options.Fresh ? null : Finished(item.Run);
            if (item.Outcome is null)
                queue.Enqueue(item, (DateTime.MinValue, item.Order));
            else
                (item.State, done, reused) = (SweepRunState.Finished, done + 1, reused + 1);
        }
        Tell();
        Show();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using (var shown = journal is null ? null : new Timer(_ => Show(), null, renewed, renewed))
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(options.Jobs, queue.Count)).Select(_ => Task.Run(() => WorkAsync(stop), CancellationToken.None)));
            if (shown is not null)
                await shown.DisposeAsync();
        }
        if (fatal is null && !cancellation.IsCancellationRequested)
            foreach (var item in items.Where(item => item.State == SweepRunState.Finished))
                Tidy(item.Run);
        Show();
        if (fatal is not null)
            throw fatal;
        if (done + failed < items.Count)
            throw new RunInterruptedException($"Interrupted: {done} of {items.Count} runs are finished, the states of the others are saved in '{store.Root}'; start the same sweep again to go on.", cancellation);
        var byId = items.ToDictionary(item => item.Run.Id);
        return new SweepResult([.. plan.Points.Where(point => byId.ContainsKey(point.Id)).Select(point => new SweepRun(point.Point, point.Id, byId[point.Id].Outcome, byId[point.Id].Error))]);
    }

    private RunOutcome? Finished(PlannedRun run) => store.Finished(run.Spec, RunIdentity.Of(run.Spec, plan.Threads));

    private async Task WorkAsync(CancellationTokenSource stop)
    {
        ISweepWorker? worker = null;
        try
        {
            while (await NextAsync(stop.Token) is { } item)
            {
                worker ??= options.Workers is { } command ? WorkerProcess.Start(command, store.Root, plan.Threads, options.Grace) : new WorkerHere(store);
                var log = item.Log ??= new SweepLog(options.Folder is { } folder ? SweepFolder.LogOf(folder, item.Run.Id) : null);
                var request = new WorkerRequest(item.Run.Id, item.Run.Spec, plan.Threads, options.SaveEvery.TotalSeconds, item.Fresh);
                var reply = await worker.RunAsync(request, new SweepWorker.Immediate<RunProgress>(step => Report(item, step)), log, stop.Token);
                if (!worker.Lives)
                {
                    await worker.DisposeAsync();
                    worker = null;
                }
                Settle(item, reply, log, stop);
            }
        }
        catch (Exception failure) when (AtomicFile.IsDiskFull(failure))
        {
            Stop(Full(failure.Message, failure), stop);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            Stop(new RunException($"The worker process '{options.Workers?[0]}' cannot be started ({failure.Message.TrimEnd('.')}); run ./workbook doctor.", failure), stop);
        }
        finally
        {
            if (worker is not null)
                await worker.DisposeAsync();
        }
    }

    /// <summary>The next run, waited for while others may still come back; null if there is none, or the sweep is being stopped.</summary>
    private async Task<Item?> NextAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            lock (gate)
            {
                if (done + failed == items.Count)
                    return null;
                if (queue.TryPeek(out var item, out var when) && when.NotBefore <= DateTime.UtcNow)
                {
                    queue.Dequeue();
                    (item.State, item.Step, item.Steps, item.First) = (SweepRunState.Running, 0, 0, null);
                    journal?.Note(item.Run.Id, "started");
                    Tell();
                    return item;
                }
            }
            await Task.Delay(50, CancellationToken.None);
        }
        return null;
    }

    private void Report(Item item, RunProgress step)
    {
        lock (gate)
        {
            double part = (double)step.Step / step.Steps;
            item.First ??= part - 1.0 / step.Steps; // a resumed run has its first part from before
            (item.Step, item.Steps, item.Deaths, item.Fresh) = (step.Step, step.Steps, 0, false);
            Tell();
        }
    }

    private void Settle(Item item, WorkerReply reply, SweepLog log, CancellationTokenSource stop)
    {
        var outcome = reply is WorkerReply.Finished ? Finished(item.Run) : null;
        if (reply is WorkerReply.Finished && outcome is null)
            reply = new WorkerReply.Failed("The worker says that the run is finished, but its result is missing or does not agree.");
        lock (gate)
        {
            trained += item.Steps > 0 ? (reply is WorkerReply.Finished ? 1 : (double)item.Step / item.Steps) - (item.First ?? 0) : 0;
            item.First = null;
            if (reply is WorkerReply.Failed { Details: { } details })
                log.Write(details);
            switch (reply)
            {
                case WorkerReply.Finished finished:
                    (item.State, item.Outcome) = (SweepRunState.Finished, outcome! with { Reused = finished.Reused });
                    done++;
                    reused += finished.Reused ? 1 : 0;
                    journal?.Note(item.Run.Id, finished.Reused ? "found finished" : "finished");
                    break;
                case WorkerReply.Interrupted interrupted:
                    item.State = SweepRunState.Interrupted;
                    if (!stop.IsCancellationRequested)
                        interruptions++;
                    item.Deaths++;
                    journal?.Note(item.Run.Id, "interrupted", interrupted.By);
                    // One that dies before every first step is not started over and over at full speed.
                    Again(item, item.Deaths < PatientDeaths ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(longestPause.TotalSeconds, Math.Pow(2, item.Deaths - PatientDeaths))));
                    break;
                case WorkerReply.Busy:
                    item.State = SweepRunState.Waiting;
                    Again(item, options.LookAgain);
                    break;
                case WorkerReply.DiskFull full:
                    item.State = SweepRunState.Interrupted;
                    Again(item, TimeSpan.Zero);
                    Stop(Full(full.Message, null), stop);
                    break;
                case WorkerReply.Failed error when ++item.Attempts < MostAttempts:
                    item.State = SweepRunState.Interrupted;
                    log.Write($"Attempt {item.Attempts} of {MostAttempts} failed: {error.Message}");
                    journal?.Note(item.Run.Id, "failed once", error.Message);
                    Again(item, TimeSpan.Zero);
                    break;
                case WorkerReply.Failed error:
                    log.Write($"Attempt {item.Attempts} of {MostAttempts} failed: {error.Message}");
                    (item.State, item.Error) = (SweepRunState.Failed, $"{error.Message}\n{log.End}");
                    failed++;
                    journal?.Note(item.Run.Id, "failed", item.Error);
                    break;
            }
            Tell();
        }
    }

    // Begun runs come before others: a run that was interrupted is the first to go on.
    private void Again(Item item, TimeSpan pause) => queue.Enqueue(item, (pause == TimeSpan.Zero ? DateTime.MinValue : DateTime.UtcNow + pause, item.Order - items.Count));

    private void Stop(RunException why, CancellationTokenSource stop)
    {
        lock (gate)
            fatal ??= why;
        stop.Cancel();
    }

    private RunException Full(string message, Exception? inner) => new(
        $"The disk is full, so the sweep was stopped: {message.TrimEnd('.')}. {done} of {items.Count} runs are finished and kept, as are the saved states of the others; make room below '{store.Root}' and start the same sweep again.", inner);

    /// <summary>A process that was killed right after its last write left its lock behind.</summary>
    private void Tidy(PlannedRun run)
    {
        string folder = Path.Combine(store.Root, run.Folder);
        if (!Directory.EnumerateFiles(folder, ".*").Any() && !File.Exists(Path.Combine(folder, RunLock.FileName)))
            return;
        using var held = RunLock.TryTake(folder, out var owner);
        if (held is not null)
            RunLock.DeleteLeftovers(folder);
        else
            journal?.Note(run.Id, "still held", $"by process {owner?.Process} on {owner?.Host}");
    }

    private void Tell()
    {
        if (progress is null)
            return;
        progress.Report(new SweepProgress(done, items.Count, reused, failed, interruptions,
            [.. items.Where(item => item.State == SweepRunState.Running).Select(item => new SweepRunning(item.Run.Id, item.Run.Point.Label, item.Step, item.Steps))], Left()));
    }

    /// <summary>From the work of this call: a run counts as one, whatever its length.</summary>
    private TimeSpan? Left()
    {
        double now = trained, open = 0;
        foreach (var item in items)
            if (item.State is not (SweepRunState.Finished or SweepRunState.Failed))
            {
                double part = item.Steps > 0 ? (double)item.Step / item.Steps : 0;
                open += 1 - part;
                now += item.First is { } first ? part - first : 0;
            }
        return now > 0 ? clock.Elapsed * (open / now) : null;
    }

    private void Show()
    {
        if (journal is null)
            return;
        SweepStatus status;
        lock (gate)
            status = new SweepStatus(plan.Name, plan.Title, options.Folder!, store.Root, DateTimeOffset.UtcNow, interruptions, fatal is not null || done + failed == items.Count ? null : Left(),
                [.. items.Select(item => new SweepItem(item.Run.Id, item.Run.Labels, item.State, item.Step, item.Steps, item.Error, Path.Combine(store.Root, item.Run.Folder)))]);
        try
        {
            journal.Show(status, page: options.Coordinator == SweepFolder.Local);
        }
        catch (CheckpointException unwritten)
        {
            // The page is for looking at: without it the runs go on, or end by the same cause with a sentence of their own.
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The sweep's status is not shown: {unwritten.Message}"));
        }
    }

    /// <summary>A run and where it is.</summary>
    private sealed class Item(PlannedRun run, int order)
    {
        public PlannedRun Run { get; } = run;
        public int Order { get; } = order;
        public SweepRunState State { get; set; }
        public int Attempts { get; set; }
        public int Deaths { get; set; }
        public int Step { get; set; }
        public int Steps { get; set; }
        public double? First { get; set; }
        public bool Fresh { get; set; }
        public RunOutcome? Outcome { get; set; }
        public string? Error { get; set; }
        public SweepLog? Log { get; set; }
    }
}
