// A sweep as a Slurm job array: which task carries out which runs, the script, the submission, the tasks' own part.
using System.Globalization;
using System.Text.Json;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Experiments.Sweeps.Slurm;

/// <summary>A submitted job array; kept in the sweep's folder as slurm/job.json.</summary>
/// <param name="Job">Slurm's id of the array; null before it is submitted.</param>
/// <param name="Submitted">When.</param>
/// <param name="SaveSeconds">Seconds between two saves of a run's state.</param>
/// <param name="Tasks">The ids of each task's runs; the array's index counts from 0.</param>
public sealed record SlurmJob(string? Job, DateTimeOffset Submitted, double SaveSeconds, IReadOnlyList<IReadOnlyList<string>> Tasks)
{
    private const string ScriptName = "job.sh", FileName = "job.json";

    private static string FolderOf(string folder) => Path.Combine(folder, "slurm");

    /// <summary>The script that sbatch is given.</summary>
    /// <param name="folder">The sweep's folder.</param>
    public static string ScriptOf(string folder) => Path.Combine(FolderOf(folder), ScriptName);

    /// <summary>The last job array of a sweep's folder; null if there is none.</summary>
    /// <param name="folder">The sweep's folder.</param>
    public static SlurmJob? Read(string folder)
    {
        string path = Path.Combine(FolderOf(folder), FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<SlurmJob>(File.ReadAllText(path), RunSpec.Json) : null;
    }

    /// <summary>Writes plan and script for the runs that are not finished, and submits them.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="store">The store, in a folder that all nodes see.</param>
    /// <param name="options">What to ask Slurm for.</param>
    /// <param name="submit">False only writes the script.</param>
    /// <returns>The job; null if every run is finished already.</returns>
    /// <exception cref="RunException">A spec is wrong, an earlier array of this sweep is still in the queue, or sbatch refuses.</exception>
    public static SlurmJob? Submit(Sweep sweep, RunStore store, SlurmOptions options, bool submit = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Chunk, 1);
        var plan = SweepPlan.Of(sweep, store);
        string folder = SweepFolder.Of(store, sweep.Name);
        if (Read(folder) is { Job: { } earlier } && SlurmQueue.Tasks(earlier) is { Count: > 0 } waiting)
            throw new RunException($"Job {earlier} of the sweep '{sweep.Name}' is still in the queue ({waiting.Count} tasks): look at it with ./workbook sweep status, or end it with scancel {earlier} first.");
        var open = plan.Runs.Where(run => store.Finished(run.Spec, RunIdentity.Of(run.Spec, plan.Threads)) is null).Select(run => run.Id).ToList();
        if (open.Count == 0)
            return null;
        Directory.CreateDirectory(FolderOf(folder));
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        plan.Write(folder);
        var job = new SlurmJob(null, DateTimeOffset.UtcNow, options.SaveEvery.TotalSeconds, [.. open.Chunk(options.Chunk)]);
        job.Write(folder); // the tasks read it: it is there before the first of them can start
        AtomicFile.Replace(ScriptOf(folder), Script(plan, folder, job, options, SweepWorker.Program()));
        if (!submit)
            return job;
        var (code, output, errors) = SlurmProgram.Run("sbatch", "--parsable", ScriptOf(folder));
        if (code != 0)
            throw new RunException($"sbatch refused the sweep '{sweep.Name}': {errors.ReplaceLineEndings(" ")}; the script is '{ScriptOf(folder)}'.");
        job = job with { Job = output.Split(';')[0].Trim() };
        job.Write(folder);
        return job;
    }

    private void Write(string folder) => JsonFile.Write(Path.Combine(FolderOf(folder), FileName), JsonSerializer.SerializeToNode(this, RunSpec.Json)!);

    /// <summary>The batch script. SIGTERM, whether it comes from preemption, from the time limit that is near or from scancel --signal, is passed on: the task saves and ends with 75.</summary>
    internal static string Script(SweepPlan plan, string folder, SlurmJob job, SlurmOptions options, IReadOnlyList<string> program)
    {
        var lines = new List<string>
        {
            "#!/bin/bash",
            $"# The sweep '{plan.Name}': {job.Tasks.Sum(task => task.Count)} runs in {job.Tasks.Count} tasks. Written by ./workbook sweep --slurm.",
            $"#SBATCH --job-name={plan.Name}",
            $"#SBATCH --array=0-{job.Tasks.Count - 1}{(options.AtOnce is { } atOnce ? $"%{atOnce}" : "")}",
            "#SBATCH --nodes=1",
            "#SBATCH --ntasks=1",
            $"#SBATCH --cpus-per-task={plan.Threads}",
            $"#SBATCH --output={Path.Combine(folder, "logs", "slurm-%A_%a.log").Replace(" ", "\\ ", StringComparison.Ordinal)}",
            "#SBATCH --open-mode=append",
            "#SBATCH --requeue",
            // Slurm signals at once where the limit is nearer than this.
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --signal=B:TERM@{(options.Limit is { } limit ? Math.Min(options.SaveSecondsBeforeEnd, (int)limit.TotalSeconds / 4) : options.SaveSecondsBeforeEnd)}"),
        };
        foreach (var (name, value) in new[] { ("partition", options.Partition), ("time", options.Time), ("gpus", options.Gpus), ("constraint", options.Constraint), ("mem", options.Memory), ("account", options.Account) })
            if (value is not null)
                lines.Add($"#SBATCH --{name}={Word(value)}");
        lines.AddRange(options.More.Select(more => $"#SBATCH {more}"));
        foreach (string variable in new[] { "WORKBOOK_ROOT", "WORKBOOK_ENGINE", "WORKBOOK_DATA", "WORKBOOK_LIBTORCH", "WORKBOOK_TORCH_SHIM", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT" })
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
                lines.Add($"export {variable}={Word(value)}");
        lines.Add($"""
            {string.Join(' ', program.Select(Word))} sweep task {Word(folder)} "$SLURM_ARRAY_TASK_ID" &
            task=$!
            trap 'kill -TERM "$task"' TERM
            wait "$task"; code=$?
            # A signal ends the first wait; the task's own end is waited for.
            while kill -0 "$task" 2> /dev/null; do wait "$task"; code=$?; done
            if [ "$code" = {SweepWorker.StoppedCode} ]; then
              # A task that Slurm itself is ending (cancelled, preempted) is not running any more, and is left to Slurm.
              [ "$(squeue --noheader --job "$SLURM_JOB_ID" --format %T)" = RUNNING ] && scontrol requeue "$SLURM_JOB_ID"
            fi
            exit "$code"

            """);
        return string.Join('\n', lines);
    }

    private static string Word(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=,%@+".Contains(letter, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>What an array task does: its runs one after the other, by the same rules as a sweep on one machine.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="index">The array's index.</param>
    /// <param name="cancellation">Saves and stops.</param>
    /// <exception cref="RunException">There is no such task, or this node would make other runs of the specs.</exception>
    public static async Task<SweepResult> RunTaskAsync(string folder, int index, CancellationToken cancellation)
    {
        var plan = SweepPlan.Read(folder);
        if (Read(folder) is not { } job || index < 0 || index >= job.Tasks.Count)
            throw new RunException($"The sweep in '{folder}' has no Slurm task {index}; submit it with ./workbook sweep SWEEP.json --slurm.");
        return await plan.ToSweep().RunAsync(new RunStore(plan.Store), new SweepOptions
        {
            Workers = SweepWorker.Command(),
            Folder = folder,
            Coordinator = string.Create(CultureInfo.InvariantCulture, $"task-{index}"),
            Only = job.Tasks[index].ToHashSet(),
            SaveEvery = TimeSpan.FromSeconds(job.SaveSeconds),
        }, cancellation: cancellation);
    }
}
