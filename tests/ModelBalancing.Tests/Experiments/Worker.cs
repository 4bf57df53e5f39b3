// Tests that need a process of their own: this test program starts itself and asks for one explicit test.
using System.Diagnostics;
using ModelBalancing.Experiments;
using ModelBalancing.Tests.Training;

namespace ModelBalancing.Tests.Experiments;

public class Worker
{
    private const string FolderVariable = "WORKBOOK_TEST_FOLDER";

    [Fact(Explicit = true)]
    public async Task Train_in_a_folder()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        var spec = RunSpec.Load(Path.Combine(folder, "spec.json"));
        await RunExecutor.RunAsync(spec, new RunStore(Path.Combine(folder, "runs")), cancellation: TestContext.Current.CancellationToken, options: new RunOptions { Threads = 1, SaveEvery = TimeSpan.FromMilliseconds(30) });
    }

    /// <summary>Holds the folder's lock as the owner that owner.json makes up, until a file "release" appears or the lock is lost.</summary>
    [Fact(Explicit = true)]
    public void Hold_a_lock()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        var fake = System.Text.Json.JsonSerializer.Deserialize<FakeOwner>(File.ReadAllText(Path.Combine(folder, "owner.json")))!;
        var owner = LockOwner.Here();
        using var held = RunLock.TryTake(folder, owner with { Host = fake.Host ?? owner.Host, Boot = fake.Boot ?? owner.Boot, Lease = fake.Lease }, out _)!;
        File.WriteAllText(Path.Combine(folder, "held"), "");
        while (!File.Exists(Path.Combine(folder, "release")))
        {
            Thread.Sleep(20);
            if (held.IsHeld)
                continue;
            File.WriteAllText(Path.Combine(folder, "lost"), Assert.Throws<RunException>(held.EnsureHeld).Message);
            return;
        }
    }

    /// <summary>Goes in and out of the folder's lock; inside, nobody else may be.</summary>
    [Fact(Explicit = true)]
    public void Take_turns()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        // A host of its own: only the files tell the others about it.
        var owner = LockOwner.Here() with { Host = $"host{Environment.ProcessId}", Boot = $"boot{Environment.ProcessId}", Lease = 30 };
        for (int turn = 0; turn < 40;)
        {
            using var held = RunLock.TryTake(folder, owner with { Token = Guid.NewGuid().ToString("N") }, out _);
            if (held is null)
            {
                Thread.Sleep(1);
                continue;
            }
            string inside = Path.Combine(folder, "inside");
            new FileStream(inside, FileMode.CreateNew).Dispose();
            File.AppendAllText(Path.Combine(folder, "turns"), "x");
            File.Delete(inside);
            turn++;
        }
    }

    /// <summary>What a lock's holder pretends to be.</summary>
    internal sealed record FakeOwner(string? Host, string? Boot, double Lease);

    [Fact(Explicit = true)]
    public void Measure_memory() => TrajectoryLoopTests.MeasureMemory(Environment.GetEnvironmentVariable(FolderVariable)!);

    /// <summary>Starts a worker.</summary>
    internal static Process Start(string test, string folder)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "ModelBalancing.Tests.exe" : "ModelBalancing.Tests");
        var start = new ProcessStartInfo(program, ["-explicit", "only", "-method", $"{typeof(Worker).FullName}.{test}", "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[FolderVariable] = folder;
        return Process.Start(start)!;
    }

    /// <summary>Runs a worker to its end.</summary>
    internal static void Run(string test, string folder)
    {
        using var process = Start(test, folder);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }
}
