// The table over 20,000 runs: by the index in a new process and in the same one, the rebuild apart, against reading every file.
using System.Diagnostics;
using System.Globalization;
using ModelBalancing.Experiments;
using ModelBalancing.Tests.Experiments;

namespace ModelBalancing.Benchmarks;

/// <summary>Makes synthetic runs once and times the ways to a table over them.</summary>
internal sealed class RunIndexBenchmark : IDisposable
{
    /// <summary>First argument of the child process that reads a table and ends.</summary>
    public const string ChildArgument = "run-index-table";

    private const int Runs = 20_000;

    private static readonly string[] columns = ["spec.rows", "spec.seeds.subset", "result.method", "result.test.nRMSE", "result.floors.linear.nRMSE", "times.seconds"];

    private readonly string root = Directory.CreateTempSubdirectory("workbook-index-").FullName;

    public RunIndexBenchmark() => SyntheticRuns.Write(root, 0, Runs);

    /// <summary>Reads the table's usual columns.</summary>
    /// <returns>Number of values found.</returns>
    public static int Table(string root)
    {
        var table = new RunStore(root).Table();
        return columns.Sum(column => table[column].Count(value => value is not null));
    }

    public double Rebuild() => Timed(() => new RunStore(root).RebuiltTable());

    public double SameProcess() => Timed(() => Check(Table(root)));

    public double NewProcess() => Timed(() =>
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(RunIndexBenchmark).Assembly.Location, ChildArgument, root] : [ChildArgument, root]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        Check(int.Parse(child.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture));
        child.WaitForExit();
    });

    /// <summary>The same values without an index: every run's three files.</summary>
    public double FilesOnly() => Timed(() => Check(new RunStore(root).Runs().Sum(run =>
    {
        var (spec, result, times) = (run.SpecJson!, run.Result!, run.Times!);
        return new[] { spec["rows"], spec["seeds"]!["subset"], result["method"], result["test"]!["nRMSE"], result["floors"]!["linear"]!["nRMSE"], times["seconds"] }.Count(value => value is not null);
    })));

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static void Check(int found)
    {
        if (found != Runs * columns.Length)
            throw new InvalidOperationException($"The table has {found} values instead of {Runs * columns.Length}.");
    }

    private static double Timed(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
