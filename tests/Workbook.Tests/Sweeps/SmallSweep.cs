// A sweep of short runs on made-up waves, carried out by the workbook in processes of its own.
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Tests.Experiments;

namespace Workbook.Tests.Sweeps;

/// <summary>A sweep file, its data and its stores in one temporary folder.</summary>
internal sealed class SmallSweep : IDisposable
{
    private static readonly string[] compared = ["metrics.jsonl", "result.json", "model.safetensors", "state.safetensors", "state.json", "spec.json"];

    private readonly TemporaryFolder folder = new();

    /// <param name="runs">Number of runs.</param>
    /// <param name="epochs">Epochs of each: three steps an epoch, about 10 ms.</param>
    /// <param name="width">Channels: a run of 12 leaves 0.25 MB, one of 28 five times as much.</param>
    public SmallSweep(int runs, int epochs, int width = 12)
    {
        Runs = runs;
        var spec = Waves.Spec(Waves.File(folder.Path), epochs);
        spec.Settings["width"] = width;
        var sweep = new JsonObject
        {
            ["name"] = "small",
            ["base"] = JsonNode.Parse(spec.ToJson()),
            ["cases"] = new JsonObject { ["method"] = new JsonObject { ["baseline"] = new JsonObject { ["balancing"] = null }, ["balanced"] = new JsonObject() } },
            ["seeds"] = new JsonObject { ["first"] = 0, ["count"] = runs / 2 },
        };
        System.IO.File.WriteAllText(File, sweep.ToJsonString());
    }

    public int Runs { get; }

    public string File => Path.Combine(folder.Path, "sweep.json");

    public string Store(string name) => Path.Combine(folder.Path, name);

    public void Dispose() => folder.Dispose();

    /// <summary>Starts the workbook with both outputs kept.</summary>
    public static WorkbookProcess Start(params IEnumerable<string> arguments) => new(arguments, []);

    /// <summary>Carries the sweep out to its end and returns the JSON document.</summary>
    public JsonObject Run(string store, int jobs = 2)
    {
        using var process = Start("sweep", File, "--runs", store, "--jobs", $"{jobs}", "--json");
        var (code, output, errors) = process.Wait(TimeSpan.FromMinutes(5));
        Assert.True(code == 0, errors);
        return JsonNode.Parse(output)!.AsObject();
    }

    /// <summary>What a store's runs hold that must not depend on what happened to them: folder → file → content.</summary>
    public static SortedDictionary<string, string> Contents(string store)
    {
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string run in Directory.GetDirectories(store, "fno1d-*"))
            foreach (string name in compared)
                contents[$"{Path.GetFileName(run)}/{name}"] = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(Path.Combine(run, name))));
        return contents;
    }

    /// <summary>Asserts that a store holds the same runs as an undisturbed one, nothing half-written, and an index that tells the truth.</summary>
    public void AssertEqual(string undisturbed, string store)
    {
        var expected = Contents(undisturbed);
        Assert.Equal(Runs * compared.Length, expected.Count);
        Assert.Equal(expected, Contents(store));
        Assert.DoesNotContain(Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories), file => Path.GetFileName(file) is "lock" or "live.json" || file.EndsWith(".partial", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith(".lock", StringComparison.Ordinal));
        var runs = new RunStore(store);
        var table = runs.Table();
        var rows = Rows(table);
        Assert.Equal(Runs, table.Count);
        Assert.Equal(Rows(runs.RebuiltTable()), rows);
        Assert.All(table.Texts("phase"), phase => Assert.Equal(nameof(RunPhase.Finished), phase));

        static List<string> Rows(RunTable table) => [.. table.Columns.Select(column => $"{column}: {JsonSerializer.Serialize(table.Texts(column))}")];
    }

    /// <summary>Processes whose command line names a verb and this sweep's store.</summary>
    public static IReadOnlyList<int> Processes(string verb, string store)
    {
        var found = new List<int>();
        foreach (string folder in Directory.GetDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out int id) && CommandLine(folder) is { } line && line.Contains(verb, StringComparison.Ordinal) && line.Contains(store, StringComparison.Ordinal))
                found.Add(id);
        return found;

        static string? CommandLine(string process)
        {
            try
            {
                return System.IO.File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return null; // it ended meanwhile
            }
        }
    }
}

/// <summary>The workbook in a process of its own.</summary>
internal sealed class WorkbookProcess : IDisposable
{
    private readonly Task<string> output, errors;

    public WorkbookProcess(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Workbook"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["WORKBOOK_ROOT"] = Folders.Root;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        Process = Process.Start(start)!;
        (output, errors) = (Process.StandardOutput.ReadToEndAsync(), Process.StandardError.ReadToEndAsync());
    }

    public Process Process { get; }

    /// <summary>Waits for the end.</summary>
    public (int Code, string Output, string Errors) Wait(TimeSpan longest)
    {
        if (!Process.WaitForExit(longest))
        {
            Process.Kill(entireProcessTree: true);
            Process.WaitForExit();
            Assert.Fail($"The workbook did not end within {longest}: {errors.Result}");
        }
        return (Process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Sends a signal by the system's kill program.</summary>
    public void Signal(string name) => Send(name, Process.Id);

    public static void Send(string name, int process)
    {
        using var kill = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"kill -{name} {process}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        Process.WaitForExit();
        Process.Dispose();
    }
}
