// How a job array stands: squeue for what is queued or running, sacct for what is over, where the cluster keeps accounts.
using System.Globalization;

namespace ModelBalancing.Experiments.Sweeps.Slurm;

/// <summary>One task of a job array.</summary>
/// <param name="Index">The array's index.</param>
/// <param name="State">Slurm's word, such as PENDING, RUNNING, COMPLETED, FAILED, NODE_FAIL.</param>
/// <param name="Node">Where it runs or ran; "" if nowhere yet.</param>
/// <param name="Reason">Why it waits, or its exit code once it is over.</param>
public sealed record SlurmTask(int Index, string State, string Node, string Reason);

/// <summary>A job array as Slurm tells it.</summary>
/// <param name="Job">Slurm's id.</param>
/// <param name="Tasks">The tasks known to Slurm, by index.</param>
/// <param name="Note">What could not be told, in a sentence; null for nothing.</param>
public sealed record SlurmStatus(string Job, IReadOnlyList<SlurmTask> Tasks, string? Note)
{
    /// <summary>One line, such as "job 12: 2 RUNNING, 4 PENDING".</summary>
    public override string ToString() => $"job {Job}: {(Tasks.Count == 0 ? "no task is in the queue" : string.Join(", ", Tasks.GroupBy(task => task.State).Select(state => $"{state.Count()} {state.Key}")))}{(Note is null ? "" : $" ({Note})")}";
}

/// <summary>Asks Slurm.</summary>
public static class SlurmQueue
{
    /// <summary>The tasks of a job that are queued or running.</summary>
    /// <param name="job">Slurm's id of the array.</param>
    /// <exception cref="RunException">Slurm is not on this machine or does not answer.</exception>
    public static IReadOnlyList<SlurmTask> Tasks(string job)
    {
        var (code, output, errors) = SlurmProgram.Run("squeue", "--noheader", "--array", "--job", job, "--format", "%K|%T|%N|%r");
        if (code != 0 && errors.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase))
            return []; // over for so long that Slurm has forgotten it
        return code == 0 ? Parsed(output) : throw new RunException($"squeue does not answer: {errors.ReplaceLineEndings(" ")}");
    }

    /// <summary>How the array of a sweep stands; null if the sweep was never submitted.</summary>
    /// <param name="folder">The sweep's folder.</param>
    public static SlurmStatus? Status(string folder)
    {
        if (SlurmJob.Read(folder)?.Job is not { } job)
            return null;
        try
        {
            var tasks = Tasks(job).ToDictionary(task => task.Index);
            var (code, output, _) = SlurmProgram.Run("sacct", "--noheader", "--parsable2", "--allocations", "--jobs", job, "--format", "JobID,State,NodeList,ExitCode");
            foreach (var over in code == 0 ? Parsed(output) : [])
                tasks.TryAdd(over.Index, over);
            return new SlurmStatus(job, [.. tasks.Values.OrderBy(task => task.Index)], code == 0 ? null : "this cluster keeps no accounts, so tasks that are over are told by their runs only");
        }
        catch (RunException unasked)
        {
            return new SlurmStatus(job, [], unasked.Message);
        }
    }

    /// <summary>Lines of index, state, node and reason; the index may stand behind the job's id, as in 12_3.</summary>
    internal static IReadOnlyList<SlurmTask> Parsed(string output) =>
    [
        .. from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let parts = line.Split('|')
           where parts.Length == 4 && int.TryParse(parts[0][(parts[0].LastIndexOf('_') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
           select new SlurmTask(int.Parse(parts[0][(parts[0].LastIndexOf('_') + 1)..], CultureInfo.InvariantCulture), parts[1].Split(' ')[0], parts[2] is "None assigned" ? "" : parts[2], parts[3]),
    ];
}
