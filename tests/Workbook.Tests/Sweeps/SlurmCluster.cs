// A Slurm cluster of two nodes on this machine: munge, slurmctld and two slurmd, all state in one temporary folder.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Workbook.Tests.Sweeps;

/// <summary>Started by a test and ended with it; nothing outside its folder is touched.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] needed = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"];

    private readonly string folder = Directory.CreateTempSubdirectory("workbook-slurm-").FullName;
    private readonly List<Process> daemons = [];

    /// <summary>Starts the daemons and waits until both nodes are idle.</summary>
    public SlurmCluster()
    {
        try
        {
            string host = Dns.GetHostName();
            int[] ports = FreePorts(3);
            Directory.CreateDirectory(In("state"));
            File.WriteAllBytes(In("munge.key"), RandomNumberGenerator.GetBytes(1024));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(In("munge.key"), UnixFileMode.UserRead);
            File.WriteAllLines(In("slurm.conf"),
            [
                "ClusterName=workbook", $"SlurmctldHost={host}(127.0.0.1)", $"SlurmctldPort={ports[0]}", "SlurmUser=root",
                "AuthType=auth/munge", $"AuthInfo=socket={In("munge.socket")},cred_expire=5", "CryptoType=crypto/munge",
                $"StateSaveLocation={In("state")}", $"SlurmdSpoolDir={In("spool.%n")}", $"SlurmctldPidFile={In("slurmctld.pid")}", $"SlurmdPidFile={In("slurmd.%n.pid")}",
                $"SlurmctldLogFile={In("slurmctld.log")}", $"SlurmdLogFile={In("slurmd.%n.log")}",
                "ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "SelectType=select/cons_tres", "SelectTypeParameters=CR_Core", "SwitchType=switch/none", "MpiDefault=none",
                "ReturnToService=2", "SlurmdTimeout=6", "SlurmctldTimeout=6", "KillWait=5", "JobRequeue=1", "SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2",
                // One core each, so that two tasks at a time are one on each node, whatever this machine has.
                $"NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 State=UNKNOWN",
                $"NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 State=UNKNOWN",
                "PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP",
            ]);
            Daemon("munged", "--foreground", "--force", $"--socket={In("munge.socket")}", $"--key-file={In("munge.key")}", $"--log-file={In("munge.log")}", $"--pid-file={In("munge.pid")}", $"--seed-file={In("munge.seed")}");
            Until(() => File.Exists(In("munge.socket")), "munged does not start");
            Daemon("slurmctld", "-D");
            StartNode("n1");
            StartNode("n2");
            Until(() => NodeState("n1") == "idle" && NodeState("n2") == "idle", "the nodes do not come up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why no cluster can be started here; null if one can.</summary>
    public static string? Obstacle =>
        !OperatingSystem.IsLinux() ? "Slurm runs on Linux."
        : Environment.UserName != "root" ? "A cluster of one's own on one machine needs root."
        : needed.FirstOrDefault(program => Found(program) is null) is { } missing ? $"Slurm is not installed ({missing} is missing): apt-get install slurm-wlm munge." : null;

    /// <summary>The environment in which Slurm's programs find this cluster.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["SLURM_CONF"] = In("slurm.conf") };

    /// <summary>Runs one of Slurm's programs and returns what it prints.</summary>
    public string Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(Start(program, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim() + (process.ExitCode == 0 ? "" : $" [{program} ended with {process.ExitCode}: {errors.Result.Trim()}]");
    }

    /// <summary>Sends a signal to a job's script. scancel repeats itself until the job answers as it likes, which one that is queued again does not: it is not waited for.</summary>
    public void Signal(string job, string signal) => Cancel($"--signal={signal}", "--batch", job);

    private void Cancel(params string[] arguments)
    {
        using var process = Process.Start(Start("scancel", arguments))!;
        if (!process.WaitForExit(TimeSpan.FromSeconds(2)))
            process.Kill();
        process.WaitForExit();
    }

    /// <summary>Slurm's word for a node, such as idle, allocated, down*.</summary>
    public string NodeState(string node) => Run("sinfo", "--noheader", "--nodes", node, "--format", "%T");

    /// <summary>Starts a node's daemon.</summary>
    public void StartNode(string node) => Daemon("slurmd", "-D", "-N", node);

    /// <summary>Ends a node as a power cut would: its daemon, the keepers of its jobs and the jobs, all by SIGKILL.</summary>
    public void KillNode(string node)
    {
        var daemon = daemons.Single(process => !process.HasExited && process.StartInfo.ArgumentList.LastOrDefault() == node);
        daemon.Kill();
        daemon.WaitForExit();
        var jobs = ProcessesWith("environ", $"SLURMD_NODENAME={node}\0", $"SLURM_CONF={In("slurm.conf")}\0");
        foreach (int keeper in jobs.Select(Parent).Distinct().Where(parent => parent > 1 && CommandOf(parent).Contains("slurmstepd", StringComparison.Ordinal)).ToList())
            WorkbookProcess.Send("KILL", keeper);
        foreach (int job in jobs)
            WorkbookProcess.Send("KILL", job);
    }

    /// <summary>What the daemons wrote, for a failed test.</summary>
    public string Logs => string.Join("\n", Directory.GetFiles(folder, "*.log").Select(log => $"== {Path.GetFileName(log)}\n{string.Join('\n', File.ReadLines(log).TakeLast(25))}"));

    /// <summary>Waits for something.</summary>
    public void Until(Func<bool> holds, string otherwise, double seconds = 60)
    {
        var waited = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(waited.Elapsed.TotalSeconds < seconds, $"{otherwise}\n{Logs}");
            Thread.Sleep(100);
        }
    }

    public void Dispose()
    {
        if (daemons.Count > 1)
            Cancel("--user=root");
        foreach (int job in ProcessesWith("environ", "SLURMD_NODENAME=", $"SLURM_CONF={In("slurm.conf")}\0"))
            WorkbookProcess.Send("KILL", job);
        foreach (var daemon in Enumerable.Reverse(daemons))
        {
            if (!daemon.HasExited)
                daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }
        // The keepers of jobs leave their daemon's tree, but name its configuration.
        foreach (int keeper in ProcessesWith("environ", $"SLURM_CONF={In("slurm.conf")}\0"))
            if (CommandOf(keeper).Contains("slurmstepd", StringComparison.Ordinal))
                WorkbookProcess.Send("KILL", keeper);
        Directory.Delete(folder, recursive: true);
    }

    private string In(string name) => Path.Combine(folder, name);

    private ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Found(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = In("slurm.conf");
        return start;
    }

    private void Daemon(string program, params string[] arguments)
    {
        var daemon = Process.Start(Start(program, arguments))!;
        daemon.OutputDataReceived += (_, _) => { }; // its log file tells the same
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        daemons.Add(daemon);
    }

    // Daemons are in sbin, which is not on every account's path.
    private static string? Found(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"]).Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    private static List<int> ProcessesWith(string file, params string[] texts) =>
    [
        .. from process in Directory.GetDirectories("/proc")
           where int.TryParse(Path.GetFileName(process), out _) && Read(Path.Combine(process, file)) is { } found && texts.All(text => found.Contains(text, StringComparison.Ordinal))
           select int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture),
    ];

    private static int Parent(int process) => Read($"/proc/{process}/stat") is { } stat && int.TryParse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out int parent) ? parent : 0;

    private static string CommandOf(int process) => Read($"/proc/{process}/cmdline") ?? "";

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // the process ended meanwhile
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
