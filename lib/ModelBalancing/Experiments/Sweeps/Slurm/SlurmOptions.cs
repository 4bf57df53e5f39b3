// What a sweep asks of Slurm.
namespace ModelBalancing.Experiments.Sweeps.Slurm;

/// <summary>Resources of one array task, and how the runs are spread over tasks. What is left out is the cluster's default.</summary>
public sealed record SlurmOptions
{
    /// <summary>Partition, or several with commas.</summary>
    public string? Partition { get; init; }

    /// <summary>Time limit of a task, in Slurm's form, such as "2:00:00". A task that reaches it saves its state and is queued again.</summary>
    public string? Time { get; init; }

    /// <summary>GPUs of a task, such as "1" or "a100:1".</summary>
    public string? Gpus { get; init; }

    /// <summary>Features that a node must have.</summary>
    public string? Constraint { get; init; }

    /// <summary>Memory of a task, such as "8G".</summary>
    public string? Memory { get; init; }

    /// <summary>Account that pays.</summary>
    public string? Account { get; init; }

    /// <summary>Further options of sbatch as they are, such as "--qos=low".</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>Runs of one task, one after the other: many for short runs, so that a task is worth its start.</summary>
    public int Chunk { get; init; } = 1;

    /// <summary>Tasks at a time; null leaves it to Slurm.</summary>
    public int? AtOnce { get; init; }

    /// <summary>Seconds before the time limit at which a task is asked to save its state.</summary>
    public int SaveSecondsBeforeEnd { get; init; } = 120;

    /// <summary>Time between two saves of a run's state.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(20);
}
