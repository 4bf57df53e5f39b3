// A worker of a sweep: carries out one run after the other, in this process or in one of its own.
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Pde.PdeBench;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>How a run that a worker was given ended.</summary>
internal abstract record WorkerReply
{
    /// <summary>There is a result.</summary>
    public sealed record Finished(bool Reused) : WorkerReply;

    /// <summary>Stopped from outside, by a signal or on request; the run goes on from its saved state.</summary>
    public sealed record Interrupted(string By) : WorkerReply;

    /// <summary>Another process holds the run.</summary>
    public sealed record Busy(string Message) : WorkerReply;

    /// <summary>An error of the run's own; with details where the message is not a sentence of this library, which says all by itself.</summary>
    public sealed record Failed(string Message, string? Details = null) : WorkerReply;

    /// <summary>No room to write: no other run would fare better.</summary>
    public sealed record DiskFull(string Message) : WorkerReply;

    /// <summary>The reply to an exception that a run threw.</summary>
    public static WorkerReply Of(Exception failure) => failure switch
    {
        OperationCanceledException => new Interrupted("request"),
        RunBusyException busy => new Busy(busy.Message),
        _ when AtomicFile.IsDiskFull(failure) => new DiskFull(failure.Message),
        RunException or CheckpointException or PdeFileException => new Failed(failure.Message),
        _ => new Failed($"{failure.GetType().Name}: {failure.Message}", failure.ToString()),
    };
}

/// <summary>What a worker is given.</summary>
/// <param name="Id">The id that the run must have.</param>
/// <param name="Spec">The spec.</param>
/// <param name="Threads">Threads that compute.</param>
/// <param name="SaveSeconds">Seconds between two saves.</param>
/// <param name="Fresh">Computes again.</param>
internal sealed record WorkerRequest(string Id, RunSpec Spec, int Threads, double SaveSeconds, bool Fresh)
{
    /// <summary>Carries the run out in this process.</summary>
    public async Task<WorkerReply> RunAsync(RunStore store, IProgress<RunProgress> progress, CancellationToken stop)
    {
        try
        {
            var outcome = await RunExecutor.RunAsync(Spec, store, progress, stop, new RunOptions { Threads = Threads, SaveEvery = TimeSpan.FromSeconds(SaveSeconds), Fresh = Fresh });
            return outcome.Id == Id ? new WorkerReply.Finished(outcome.Reused)
                : new WorkerReply.Failed($"The run has the id {outcome.Id} here, but {Id} in the sweep's plan: data, engine or library changed meanwhile; start the sweep again.");
        }
        catch (Exception failure) // whatever a run throws is that run's outcome
        {
            return WorkerReply.Of(failure);
        }
    }
}

/// <summary>One place where runs are carried out.</summary>
internal interface ISweepWorker : IAsyncDisposable
{
    /// <summary>False after the worker has died: a new one is needed.</summary>
    bool Lives { get; }

    /// <summary>Carries out a run.</summary>
    Task<WorkerReply> RunAsync(WorkerRequest request, IProgress<RunProgress> progress, SweepLog log, CancellationToken stop);
}

/// <summary>Runs in this process, for notebooks and kinds that only this process knows.</summary>
internal sealed class WorkerHere(RunStore store) : ISweepWorker
{
    public bool Lives => true;

    public Task<WorkerReply> RunAsync(WorkerRequest request, IProgress<RunProgress> progress, SweepLog log, CancellationToken stop) => request.RunAsync(store, progress, stop);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The program of worker processes: requests come as lines on standard input, replies go as lines to standard output.</summary>
public static class SweepWorker
{
    /// <summary>First argument of a program that is to serve as a worker: <see cref="Serve"/> gets the second, the store's root.</summary>
    public const string Verb = "__sweep-worker";

    /// <summary>Exit code of a process that was asked to stop by SIGTERM and has saved its state: start it again to go on (EX_TEMPFAIL of sysexits.h).</summary>
    public const int StoppedCode = 75;

    /// <summary>The command of the workbook's worker processes.</summary>
    /// <exception cref="RunException">The workbook's program is nowhere.</exception>
    public static IReadOnlyList<string> Command() => [.. Program(), Verb];

    /// <summary>Program and first argument that start the workbook.</summary>
    internal static IReadOnlyList<string> Program() => WorkbookProgram.Find(out var places)
        ?? throw new RunException($"The workbook's program is at none of {string.Join(", ", places)}: run ./workbook doctor once, which builds it, or leave the workers out to run in this process.");

    /// <summary>Serves until standard input ends (the coordinator is gone or has no more work) or SIGTERM comes; then the current run is saved.</summary>
    /// <param name="store">Root of the store.</param>
    /// <returns>The exit code: 0, or <see cref="StoppedCode"/> if a run was stopped.</returns>
    public static int Serve(string store)
    {
        using var stop = new CancellationTokenSource();
        // Ctrl-C goes to every process of the terminal; the coordinator tells its workers when to stop.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => { signal.Cancel = true; stop.Cancel(); });
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => { signal.Cancel = true; stop.Cancel(); });
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        Console.SetOut(Console.Error); // replies only on standard output
        using var requests = new System.Collections.Concurrent.BlockingCollection<string>();
        var listener = new Thread(() =>
        {
            using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
            while (input.ReadLine() is { } line)
                requests.Add(line);
            requests.CompleteAdding();
            stop.Cancel();
        }) { IsBackground = true };
        listener.Start();

        void Say(JsonObject message)
        {
            try
            {
                lock (output)
                    output.WriteLine(message.ToJsonString());
            }
            catch (IOException)
            {
                stop.Cancel(); // nobody listens any more: the coordinator is gone
            }
        }

        var runs = new RunStore(store);
        try
        {
            foreach (string line in requests.GetConsumingEnumerable(stop.Token))
            {
                var request = JsonSerializer.Deserialize<WorkerRequest>(line, RunSpec.Json)!;
                var told = Stopwatch.StartNew();
                bool first = true;
                var progress = new Immediate<RunProgress>(step =>
                {
                    if (!first && step.Step < step.Steps && told.ElapsedMilliseconds < 100)
                        return;
                    first = false;
                    told.Restart();
                    Say(new JsonObject { ["step"] = step.Step, ["steps"] = step.Steps });
                });
                var reply = request.RunAsync(runs, progress, stop.Token).GetAwaiter().GetResult();
                Say(reply switch
                {
                    WorkerReply.Finished finished => new JsonObject { ["end"] = "finished", ["reused"] = finished.Reused },
                    WorkerReply.Busy busy => new JsonObject { ["end"] = "busy", ["message"] = busy.Message },
                    WorkerReply.DiskFull full => new JsonObject { ["end"] = "disk full", ["message"] = full.Message },
                    WorkerReply.Failed failed => new JsonObject { ["end"] = "failed", ["message"] = failed.Message, ["details"] = failed.Details },
                    _ => new JsonObject { ["end"] = "interrupted" },
                });
                if (reply is WorkerReply.Interrupted)
                    return StoppedCode;
            }
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0; // stopped between two runs
        }
    }

    /// <summary>Reports on the run's own thread.</summary>
    internal sealed class Immediate<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}

/// <summary>A worker process and the coordinator's end of its pipes.</summary>
internal sealed class WorkerProcess : ISweepWorker
{
    // Signals by which a program brings itself down; every other one comes from outside.
    private static readonly Dictionary<int, string> crashes = new() { [4] = "SIGILL", [5] = "SIGTRAP", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE", [11] = "SIGSEGV", [31] = "SIGSYS" };

    private readonly Process process;
    private readonly TimeSpan grace;
    private readonly Task listener;
    private SweepLog? log;
    private bool dead;

    private WorkerProcess(Process process, TimeSpan grace)
    {
        (this.process, this.grace) = (process, grace);
        listener = ListenAsync();
    }

    /// <summary>Starts a process that computes with so many threads.</summary>
    public static WorkerProcess Start(IReadOnlyList<string> command, string store, int threads, TimeSpan grace)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), store])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Read when the libraries load: without them a worker would start as many threads as there are processors.
        foreach (string variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
            start.Environment[variable] = threads.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new WorkerProcess(Process.Start(start)!, grace);
    }

    /// <inheritdoc/>
    public bool Lives => !dead;

    /// <inheritdoc/>
    public async Task<WorkerReply> RunAsync(WorkerRequest request, IProgress<RunProgress> progress, SweepLog log, CancellationToken stop)
    {
        this.log = log;
        using var late = new CancellationTokenSource();
        // Closing its input asks the worker to save and stop; one that takes too long is ended, which loses what it did since its last save.
        using var asked = stop.Register(() =>
        {
            CloseInput();
            late.CancelAfter(grace);
        });
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, compact)).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return await EndedAsync(); // it died while it waited, or the sweep is being stopped
        }
        try
        {
            while (await process.StandardOutput.ReadLineAsync(late.Token).ConfigureAwait(false) is { } line)
            {
                if (Parsed(line) is not { } message)
                    log.Write(line);
                else if (message["steps"] is { } steps)
                    progress.Report(new RunProgress(request.Id, message["step"]!.GetValue<int>(), steps.GetValue<int>(), 0, 0, null, null));
                else
                    return message["end"]!.GetValue<string>() switch
                    {
                        "finished" => new WorkerReply.Finished(message["reused"]!.GetValue<bool>()),
                        "busy" => new WorkerReply.Busy(message["message"]!.GetValue<string>()),
                        "disk full" => new WorkerReply.DiskFull(message["message"]!.GetValue<string>()),
                        "failed" => new WorkerReply.Failed(message["message"]!.GetValue<string>(), message["details"]?.GetValue<string>()),
                        _ => await EndedAsync(),
                    };
            }
            return await EndedAsync();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return await EndedAsync();
        }
    }

    private static readonly JsonSerializerOptions compact = new(RunSpec.Json) { WriteIndented = false };

    private static JsonObject? Parsed(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonNode.Parse(line) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What the end of the process means for its run.</summary>
    private async Task<WorkerReply> EndedAsync()
    {
        dead = true;
        CloseInput();
        await process.WaitForExitAsync().ConfigureAwait(false);
        await listener.ConfigureAwait(false);
        int code = process.ExitCode, signal = code - 128;
        return code is 0 or SweepWorker.StoppedCode ? new WorkerReply.Interrupted("request")
            : signal > 0 && !crashes.ContainsKey(signal) ? new WorkerReply.Interrupted($"signal {signal}")
            : new WorkerReply.Failed(crashes.TryGetValue(signal, out var name) ? $"The worker process crashed ({name})." : $"The worker process ended with exit code {code}.");
    }

    private async Task ListenAsync()
    {
        while (await process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
            log?.Write(line);
    }

    private void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            dead = true; // what was still to be written went to a process that is gone
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        CloseInput();
        using var late = new CancellationTokenSource(grace);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        await listener;
        process.Dispose();
    }
}
