// What a sweep asks of Slurm.
using System.Globalization;

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

    /// <summary>Seconds before the time limit at which a task is asked to save its state; at most a quarter of the limit.</summary>
    public int SaveSecondsBeforeEnd { get; init; } = 120;

    /// <summary>Time between two saves of a run's state.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary><see cref="Time"/> as a duration; null without one.</summary>
    /// <exception cref="RunException">It is not of Slurm's forms.</exception>
    internal TimeSpan? Limit
    {
        get
        {
            if (Time is null)
                return null;
            string[] days = Time.Split('-');
            int[] parts = [.. days[^1].Split(':').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
            TimeSpan? limit = (days.Length, parts.Length) switch
            {
                _ when parts.Contains(-1) => null,
                (1, 1) => new TimeSpan(0, parts[0], 0),
                (1, 2) => new TimeSpan(0, parts[0], parts[1]),
                (1, 3) => new TimeSpan(parts[0], parts[1], parts[2]),
                (2, <= 3) when int.TryParse(days[0], NumberStyles.None, CultureInfo.InvariantCulture, out int whole) => new TimeSpan(whole, parts[0], parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2)),
                _ => null,
            };
            return limit is { TotalSeconds: > 0 } ? limit : throw new RunException($"The time limit '{Time}' is not of Slurm's forms: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or days-hours:minutes:seconds.");
        }
    }
}
