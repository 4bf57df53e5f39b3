// Carries out a run: reuse, lock, resume, train, save, result. The order of writes makes a run killed at any moment resumable.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Figures;
using TorchSharp;

namespace ModelBalancing.Experiments;

/// <summary>How a run is carried out; nothing here changes its numbers, except the threads, which belong to its identity.</summary>
public sealed record RunOptions
{
    /// <summary>Computes again even if the run is finished or half done.</summary>
    public bool Fresh { get; init; }

    /// <summary>Threads that compute; null for what the process uses already.</summary>
    public int? Threads { get; init; }

    /// <summary>Time between two saves of the state.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Called at every place where a run could be killed; a test throws from it.</summary>
    internal Action<string>? Passed { get; init; }
}

/// <summary>How far a run is.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="Left">Estimated time left, from this session's steps; null at first.</param>
/// <param name="Row">The last metric row, if one was completed.</param>
public sealed record RunProgress(string Id, int Step, int Steps, int Epoch, int Epochs, TimeSpan? Left, JsonObject? Row)
{
    /// <summary>One line to show.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {Epoch}/{Epochs}, step {Step}/{Steps}{(Row?["loss"] is JsonValue loss ? $", loss {loss.GetValue<double>():g4}" : "")}{(Left is { } left ? $", {Quantities.Duration(left)} left" : "")}");
}

/// <summary>Carries out runs.</summary>
public static class RunExecutor
{
    /// <summary>Runs a spec to its end, or returns the finished run if everything agrees. An unfinished run goes on from its last saved state.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Honoured after the current step: the state is saved first.</param>
    /// <param name="options">How to carry it out.</param>
    /// <returns>The finished run.</returns>
    /// <exception cref="RunInterruptedException">Cancelled; the state is saved, the message says how to go on.</exception>
    /// <exception cref="RunBusyException">Another process writes this run.</exception>
    /// <exception cref="RunException">The spec, its data or the saved state does not allow it.</exception>
    /// <remarks>An error of the run itself is noted in failure.json and thrown on; running the spec again tries again, from the last saved state. The work is done on one thread of its own, because gradient mode and dispose scopes belong to a thread.</remarks>
    public static Task<RunOutcome> RunAsync(RunSpec spec, RunStore store, IProgress<RunProgress>? progress = null, CancellationToken cancellation = default, RunOptions? options = null) =>
        Task.Factory.StartNew(() => Run(spec, store, progress, cancellation, options ?? new RunOptions()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static RunOutcome Run(RunSpec spec, RunStore store, IProgress<RunProgress>? progress, CancellationToken cancellation, RunOptions options)
    {
        spec.Check();
        var kind = RunKinds.Find(spec.Kind);
        spec = kind.Complete(spec);
        // Said even if it is so already: the matrix library may have another number of its own.
        torch.set_num_threads(options.Threads ?? torch.get_num_threads());
        var identity = RunIdentity.Of(spec, torch.get_num_threads());
        if (!options.Fresh && store.Finished(spec, identity) is { } finished)
            return finished;

        using var run = kind.Create(spec); // before anything is written: a spec that its data does not allow leaves nothing behind
        string folder = store.FolderOf(spec, identity);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderFlush.ToDisk(store.Root);
        }
        using var held = RunLock.Take(folder);
        RunLock.DeleteLeftovers(folder);
        if (!options.Fresh && store.Finished(spec, identity) is { } meanwhile)
            return meanwhile; // another process finished it while this one waited
        if (options.Fresh)
            Clear(folder);
        File.Delete(Path.Combine(folder, RunFiles.Result)); // one that does not agree

        if (!File.Exists(Path.Combine(folder, RunFiles.Environment)))
        {
            JsonFile.Write(Path.Combine(folder, RunFiles.Spec), JsonNode.Parse(spec.ToJson())!);
            JsonFile.Write(Path.Combine(folder, RunFiles.Environment), DescribeEnvironment(identity));
        }
        options.Passed?.Invoke("folder");
        try
        {
            return Train(run, identity, folder, held, progress, cancellation, options);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && RunFailure.Note(folder, failure, run.Step, held.IsHeld))
        {
            throw; // noted only
        }
        finally
        {
            FreedMemory.Return();
        }
    }

    private static RunOutcome Train(ITrainingRun run, RunIdentity identity, string folder, RunLock held, IProgress<RunProgress>? progress, CancellationToken cancellation, RunOptions options)
    {
        var stateFile = new RunStateFile(folder);
        long metricsLength = 0;
        int savedStep = -1;
        if (stateFile.Load() is { } saved)
        {
            run.Restore(saved.State);
            foreach (var tensor in saved.State.Tensors.Values)
                tensor.Dispose();
            (savedStep, metricsLength) = (run.Step, saved.MetricsLength);
        }
        using var log = MetricLog.Open(folder, metricsLength);

        int firstStep = run.Step;
        var clock = Stopwatch.StartNew();
        var sinceSave = Stopwatch.StartNew();
        TimeSpan? firstOver = null; // the first step holds what is done but once, so the pace is that of the others
        void Save()
        {
            held.EnsureHeld();
            log.FlushToDisk();
            stateFile.Save(run.Capture(), run.Step, log.Length, options.Passed);
            savedStep = run.Step;
            sinceSave.Restart();
        }

        while (run.Step < run.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                if (savedStep != run.Step)
                    Save();
                AddTime(folder, clock.Elapsed, clock.Elapsed, run.BalancingTime, finished: false);
                throw new RunInterruptedException($"Interrupted after step {run.Step} of {run.Steps}; the state is saved in '{folder}', run the same spec again to go on.", cancellation);
            }
            var rows = run.Advance();
            options.Passed?.Invoke("step");
            foreach (var row in rows)
            {
                log.Append(row);
                options.Passed?.Invoke("row");
            }
            if (sinceSave.Elapsed >= options.SaveEvery)
                Save();
            progress?.Report(new RunProgress(identity.Id, run.Step, run.Steps, Math.Min(run.Epoch.Current + 1, run.Epoch.Count), run.Epoch.Count,
                firstOver is { } began ? (clock.Elapsed - began) / (run.Step - firstStep - 1) * (run.Steps - run.Step) : null, rows.Count > 0 ? rows[^1] : null));
            firstOver ??= clock.Elapsed;
        }
        if (savedStep != run.Step)
            Save();
        var (trained, balancing) = (clock.Elapsed, run.BalancingTime);

        var result = run.Result();
        options.Passed?.Invoke("result computed");
        held.EnsureHeld();
        SafetensorsFile.Write(Path.Combine(folder, RunFiles.Model), run.SelectedWeights(), new Dictionary<string, string> { ["run"] = identity.Id });
        options.Passed?.Invoke("model");
        AddTime(folder, clock.Elapsed, trained, balancing, finished: true);
        options.Passed?.Invoke("times");
        File.Delete(Path.Combine(folder, RunFiles.Failure)); // of an earlier attempt
        JsonFile.Write(Path.Combine(folder, RunFiles.Result), new JsonObject { ["identity"] = identity.ToJson(), ["result"] = result.DeepClone() });
        return new RunOutcome(identity.Id, folder, result, Reused: false, DateTimeOffset.UtcNow);
    }

    private static void Clear(string folder)
    {
        foreach (string name in new[] { RunFiles.Result, RunStateFile.TensorsName, RunStateFile.NumbersName, MetricLog.FileName, RunFiles.Model, RunFiles.Times, RunFiles.Failure, RunFiles.Environment, RunFiles.Spec })
            File.Delete(Path.Combine(folder, name));
    }

    /// <summary>Wall-clock times live apart from results, which are the same however often a run was interrupted.</summary>
    private static void AddTime(string folder, TimeSpan all, TimeSpan trained, TimeSpan balancing, bool finished)
    {
        string path = Path.Combine(folder, RunFiles.Times);
        var times = JsonFile.Read(path) ?? new JsonObject { ["seconds"] = 0.0, ["sessions"] = 0 };
        foreach (var (name, time) in new[] { ("seconds", all), ("trainingSeconds", trained), ("balancingSeconds", balancing) })
            times[name] = Math.Round((times[name]?.GetValue<double>() ?? 0) + time.TotalSeconds, 4);
        times["sessions"] = (times["sessions"]?.GetValue<int>() ?? 0) + 1;
        if (finished)
            times["finished"] = DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture);
        JsonFile.Write(path, times);
    }

    private static JsonObject DescribeEnvironment(RunIdentity identity) => new()
    {
        ["identity"] = identity.ToJson(),
        ["library"] = typeof(RunExecutor).Assembly.GetName().Version?.ToString(),
        ["commit"] = Commit(),
        ["torch"] = torch.__version__,
        ["blas"] = Path.GetFileName(Engine.BlasPath),
        ["device"] = Engine.Device.ToString(),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = RuntimeInformation.OSDescription,
        ["machine"] = Environment.MachineName,
        ["processors"] = Environment.ProcessorCount,
        ["threads"] = identity.Threads,
        ["started"] = DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture),
    };

    /// <summary>The commit that the checkout is at, or null outside a checkout.</summary>
    private static string? Commit()
    {
        string git;
        try
        {
            git = Path.Combine(Folders.Root, ".git");
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        if (!File.Exists(Path.Combine(git, "HEAD")))
            return null;
        string head = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
        if (!head.StartsWith("ref: ", StringComparison.Ordinal))
            return head;
        string reference = head["ref: ".Length..];
        string loose = Path.Combine(git, reference), packed = Path.Combine(git, "packed-refs");
        return File.Exists(loose) ? File.ReadAllText(loose).Trim()
            : File.Exists(packed) ? File.ReadLines(packed).FirstOrDefault(line => line.EndsWith(' ' + reference))?.Split(' ')[0] : null;
    }
}
