// The options of ./workbook sweep that are for Slurm.

using System.CommandLine;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Experiments.Sweeps.Slurm;

namespace Workbook.Commands;

/// <summary>What a job array asks for, from the command line.</summary>
internal sealed class SlurmArguments
{
    private readonly Option<bool> slurm = new("--slurm") { Description = "Submit a Slurm job array instead of running here; the folder of runs must be seen by all nodes. --jobs is then the number of tasks at a time." };
    private readonly Option<string?> partition = new("--partition") { Description = "Slurm: partition." };
    private readonly Option<string?> time = new("--time") { Description = "Slurm: time limit of a task, such as 2:00:00; a task that reaches it saves and is queued again." };
    private readonly Option<string?> gpus = new("--gpus") { Description = "Slurm: GPUs of a task." };
    private readonly Option<string?> constraint = new("--constraint") { Description = "Slurm: features that a node must have." };
    private readonly Option<string?> memory = new("--memory") { Description = "Slurm: memory of a task, such as 8G." };
    private readonly Option<string?> account = new("--account") { Description = "Slurm: account that pays." };
    private readonly Option<int> chunk = new("--chunk") { Description = "Slurm: runs of one task, for short runs.", DefaultValueFactory = _ => 1 };
    private readonly Option<string[]> more = new("--sbatch") { Description = "Slurm: a further option of sbatch, such as --sbatch=--qos=low; may be repeated." };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Slurm: write the script, submit nothing." };

    internal static SlurmArguments Create() => new();

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[slurm, partition, time, gpus, constraint, memory, account, chunk, more, dryRun]) command.Options.Add(option);
    }

    internal bool IsAskedFor(ParseResult parsed)
    {
        if (parsed.GetValue(slurm)) return true;
        foreach (Option option in (Option[])[partition, time, gpus, constraint, memory, account, chunk, more, dryRun])
            if (parsed.GetResult(option) is { Implicit: false }) throw new UsageException($"{option.Name} is for Slurm: give --slurm too.");
        return false;
    }

    internal int Submit(ParseResult parsed, Sweep sweep, RunStore store, int? atOnce, TimeSpan saveEvery, bool json)
    {
        if (parsed.GetValue(chunk) < 1) throw new UsageException($"--chunk is {parsed.GetValue(chunk)}, but must be at least 1.");
        var options = new SlurmOptions
        {
            Partition = parsed.GetValue(partition),
            Time = parsed.GetValue(time),
            Gpus = parsed.GetValue(gpus),
            Constraint = parsed.GetValue(constraint),
            Memory = parsed.GetValue(memory),
            Account = parsed.GetValue(account),
            Chunk = parsed.GetValue(chunk),
            More = parsed.GetValue(more) ?? [],
            AtOnce = atOnce,
            SaveEvery = saveEvery,
        };
        var folder = SweepFolder.Of(store, sweep.Name);
        var job = SlurmJob.Submit(sweep, store, options, submit: !parsed.GetValue(dryRun));
        if (json) JsonOutput.Write(new { sweep.Name, Folder = folder, Store = store.Root, job?.Job, Tasks = job?.Tasks ?? [], Script = job is null ? null : SlurmJob.ScriptOf(folder) });
        else if (job is null) Console.WriteLine($"All {sweep.Points.Count} runs are finished already; nothing was submitted.");
        else if (job.Job is null) Console.WriteLine($"{SlurmJob.ScriptOf(folder)}: {job.Tasks.Count} tasks; not submitted.");
        else Console.WriteLine($"Job {job.Job}: {job.Tasks.Sum(task => task.Count)} runs in {job.Tasks.Count} tasks; ./workbook sweep status {folder} tells how it stands, scancel {job.Job} ends it.");
        return 0;
    }
}
