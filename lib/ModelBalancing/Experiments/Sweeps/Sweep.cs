// Many runs as one thing: what to run, how to run it, how far it is, what came out.
using System.Globalization;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>One place of a sweep.</summary>
/// <param name="Spec">What to run.</param>
/// <param name="Labels">Where it stands on the sweep's axes: axis → label.</param>
public sealed record SweepPoint(RunSpec Spec, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The labels in one line, such as "method balanced, rows 32, seed 1".</summary>
    public string Label => string.Join(", ", Labels.Select(label => $"{label.Key} {label.Value}"));
}

/// <summary>Many runs, independent of each other, over one store. Read from a file by <see cref="SweepFile"/>, or made in code.</summary>
/// <param name="Name">Names the sweep's folder.</param>
/// <param name="Points">The runs in order; two points may be the same run, which is then carried out once.</param>
public sealed record Sweep(string Name, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>What the sweep is for.</summary>
    public string Title { get; init; } = "";

    /// <summary>Threads that compute in each run: part of a run's identity, so the number of jobs never changes it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Reads a sweep file and expands it.</summary>
    /// <param name="path">The JSON file; <see cref="SweepFile"/> tells its members.</param>
    /// <exception cref="RunException">The file is missing, not a sweep, or a point is no spec.</exception>
    public static Sweep Load(string path) => SweepFile.Load(path).Expand();

    /// <summary>Carries the sweep out: finished runs are left out at once, interrupted ones go on, a run's own error is tried once more and then reported.</summary>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="options">How many at a time, and where; one after the other in this process if left out.</param>
    /// <param name="progress">Told of every change and step, one call at a time.</param>
    /// <param name="cancellation">Honoured after the current step of every run: states are saved, the same call goes on.</param>
    /// <returns>Every point with its outcome; failed runs are among them and are not thrown.</returns>
    /// <exception cref="RunInterruptedException">Cancelled.</exception>
    /// <exception cref="RunException">A spec or its data is wrong, found before anything runs; or the disk is full.</exception>
    public Task<SweepResult> RunAsync(RunStore store, SweepOptions? options = null, IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return Task.Run(() => new SweepCoordinator(SweepPlan.Of(this, store), store, options ?? new SweepOptions(), progress).RunAsync(cancellation), CancellationToken.None);
    }
}

/// <summary>How a sweep is carried out; nothing here changes a number.</summary>
public sealed record SweepOptions
{
    /// <summary>Runs at a time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Program and first arguments of worker processes, one a job; null runs in this process. <see cref="SweepWorker.Command"/> finds the workbook's own.</summary>
    public IReadOnlyList<string>? Workers { get; init; }

    /// <summary>The sweep's folder: plan, logs, live status; null keeps nothing but the runs. <see cref="SweepFolder.Of(RunStore, string)"/> gives the usual one.</summary>
    public string? Folder { get; init; }

    /// <summary>Time between two saves of a run's state.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a worker may take to save its state when the sweep is stopped; then it is ended.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between two looks at a run that another process holds.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Computes every run again.</summary>
    public bool Fresh { get; init; }

    /// <summary>Name of this coordinator in the sweep's folder; a Slurm task has one of its own.</summary>
    internal string Coordinator { get; init; } = SweepFolder.Local;

    /// <summary>The ids to run; null for all.</summary>
    internal IReadOnlySet<string>? Only { get; init; }
}

/// <summary>What a run of a sweep is doing.</summary>
public enum SweepRunState
{
    /// <summary>Not begun.</summary>
    Waiting,

    /// <summary>Training now.</summary>
    Running,

    /// <summary>Begun and stopped; goes on from its saved state.</summary>
    Interrupted,

    /// <summary>Ended by an error of its own, twice.</summary>
    Failed,

    /// <summary>There is a result.</summary>
    Finished,
}

/// <summary>A run that is going on.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Label">Its labels.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run; 0 before the first.</param>
public sealed record SweepRunning(string Id, string Label, int Step, int Steps);

/// <summary>How far a sweep is; counts are of distinct runs.</summary>
/// <param name="Done">Finished runs, those that were there included.</param>
/// <param name="All">All runs.</param>
/// <param name="Reused">Finished before this call.</param>
/// <param name="Failed">Failed runs.</param>
/// <param name="Interruptions">Deaths by signal so far.</param>
/// <param name="Running">The runs going on.</param>
/// <param name="Left">Estimated time left; null before the first step.</param>
public sealed record SweepProgress(int Done, int All, int Reused, int Failed, int Interruptions, IReadOnlyList<SweepRunning> Running, TimeSpan? Left)
{
    /// <summary>One line to show.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Done} of {All} runs") + Details + (Left is { } left && Done + Failed < All ? $", {Quantities.Duration(left)} left" : "");

    /// <summary>What goes on besides the count: "", or ", 2 running, 1 failed".</summary>
    public string Details => (Running.Count > 0 ? $", {Running.Count} running" : "") + (Failed > 0 ? $", {Failed} failed" : "");
}

/// <summary>One point of a sweep that has been carried out.</summary>
/// <param name="Point">Spec and labels.</param>
/// <param name="Id">The run's id.</param>
/// <param name="Run">The finished run; null if it failed.</param>
/// <param name="Error">Why it failed, with the end of its log; null if it did not.</param>
public sealed record SweepRun(SweepPoint Point, string Id, RunOutcome? Run, string? Error)
{
    /// <summary>A label of the point; "" where the axis does not apply.</summary>
    /// <param name="axis">The axis.</param>
    public string Label(string axis) => Point.Labels.TryGetValue(axis, out var label) ? label : "";

    /// <summary>A number of the run's result, such as "test.nRMSE"; NaN if the run failed or diverged before it had one.</summary>
    /// <param name="name">Dotted name.</param>
    public double Value(string name) => Run?.Number(name) ?? double.NaN;
}

/// <summary>A sweep that has been carried out.</summary>
/// <param name="Runs">Every point, in the sweep's order.</param>
public sealed record SweepResult(IReadOnlyList<SweepRun> Runs)
{
    /// <summary>The points whose run failed.</summary>
    public IReadOnlyList<SweepRun> Failed => [.. Runs.Where(run => run.Run is null)];

    /// <summary>The first failure as an exception, for callers to whom a sweep with a failed run is of no use.</summary>
    /// <exception cref="RunException">A run failed.</exception>
    public SweepResult Whole() => Failed is [var first, ..]
        ? throw new RunException($"{Failed.Count} of {Runs.Count} runs failed; the first ({(first.Point.Label is { Length: > 0 } label ? label : first.Id)}): {first.Error}") : this;
}
