// Who holds a run's lock, told so that another process, boot or host can judge whether the holder still lives.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ModelBalancing.Experiments;

/// <summary>The holder of a lock.</summary>
/// <param name="Process">Process id.</param>
/// <param name="Host">Machine name.</param>
/// <param name="Started">The process's start, which tells a reused id apart: clock ticks since boot on Linux, seconds since 1970 elsewhere.</param>
/// <param name="Token">Different for every lock.</param>
public sealed record LockOwner(int Process, string Host, long Started, string Token)
{
    /// <summary>Id of the machine's boot; null where the system tells none.</summary>
    public string? Boot { get; init; }

    /// <summary>Id of the machine's installation; tells machines of the same name apart. Null where there is none.</summary>
    public string? Machine { get; init; }

    /// <summary>Name space of the process id: a container has its own.</summary>
    public string? Space { get; init; }

    /// <summary>Id of the Slurm job; null outside one.</summary>
    public string? Job { get; init; }

    /// <summary>How often that job was requeued.</summary>
    public int Restarts { get; init; }

    /// <summary>Seconds without a heartbeat after which a holder that cannot be asked counts as dead.</summary>
    public double Lease { get; init; } = 90;

    /// <summary>This process, with a new token.</summary>
    public static LockOwner Here()
    {
        int process = Environment.ProcessId;
        return new(process, Environment.MachineName, StartOf(process) ?? 0, Guid.NewGuid().ToString("N"))
        {
            Boot = FirstLine("/proc/sys/kernel/random/boot_id"),
            Machine = FirstLine("/etc/machine-id"),
            Space = SpaceHere(),
            Job = Environment.GetEnvironmentVariable("SLURM_JOB_ID") is { Length: > 0 } job ? job : null,
            Restarts = int.TryParse(Environment.GetEnvironmentVariable("SLURM_RESTART_COUNT"), CultureInfo.InvariantCulture, out int restarts) ? restarts : 0,
        };
    }

    /// <summary>Whether this owner is certainly, or by its lease, gone.</summary>
    /// <param name="judge">Who asks.</param>
    /// <param name="silence">Time since the last heartbeat, by the clock of the file system.</param>
    /// <remarks>
    /// A process in reach (same boot, same name space) is asked, whatever its lease: a stopped one still holds. Another boot of the same machine, or an earlier
    /// start of the asking job, is dead. Everybody else is dead when the lease has run out.
    /// </remarks>
    public bool IsDead(LockOwner judge, TimeSpan silence)
    {
        if (Job is not null && Job == judge.Job && Restarts < judge.Restarts)
            return true;
        if (Host == judge.Host && Machine == judge.Machine && Boot is not null && judge.Boot is not null && Boot != judge.Boot)
            return true;
        bool inReach = Boot is null ? Host == judge.Host : Boot == judge.Boot && Space == judge.Space;
        return inReach ? StartOf(Process) is not { } started || Math.Abs(started - Started) > (OperatingSystem.IsLinux() ? 0 : 2) : silence.TotalSeconds > Lease;
    }

    /// <summary>The owner as a line of JSON.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads an owner; null if the text is none, so that nobody can be asked and nobody holds.</summary>
    internal static LockOwner? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<LockOwner>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Start of a living process; null if there is none.</summary>
    private static long? StartOf(int process)
    {
        if (OperatingSystem.IsLinux())
        {
            // Fields after the name in brackets, which may itself hold brackets and blanks: state is the first, the start the twentieth.
            if (FirstLine($"/proc/{process}/stat") is not { } line)
                return null;
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return found.HasExited ? null : new DateTimeOffset(found.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string? SpaceHere() => OperatingSystem.IsLinux() && File.Exists("/proc/self/stat") ? new FileInfo("/proc/self/ns/pid").LinkTarget : null;

    private static string? FirstLine(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return reader.ReadLine() is { Length: > 0 } line ? line : null;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
