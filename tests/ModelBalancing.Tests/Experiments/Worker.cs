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
