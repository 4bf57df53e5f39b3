// ./workbook sweep, status and collect: their JSON, their tables, and their answers to wrong calls.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Experiments.Sweeps.Slurm;

namespace Workbook.Tests.Sweeps;

[Collection("sweeps")]
public sealed class SweepCommandTests : IDisposable
{
    private readonly SmallSweep sweep = new(runs: 4, epochs: 2);

    public void Dispose() => sweep.Dispose();

    [Fact]
    public void A_sweep_its_status_and_its_table_are_told_as_json_and_text()
    {
        string store = sweep.Store("runs"), folder = Path.Combine(store, "sweeps", "small");
        var first = sweep.Run(store);
        Assert.Equal((4, 0, 0, folder), (first["finished"]!.GetValue<int>(), first["reused"]!.GetValue<int>(), first["failed"]!.GetValue<int>(), first["folder"]!.GetValue<string>()));
        Assert.Equal(["method", "seed"], first["runs"]![0]!["labels"]!.AsObject().Select(label => label.Key));
        Assert.Equal(4, sweep.Run(store)["reused"]!.GetValue<int>());

        foreach (string named in new[] { sweep.File, folder })
        {
            var status = JsonNode.Parse(Call(0, "sweep", "status", named, "--runs", store, "--watch", "0.1", "--json").Output)!;
            Assert.Equal((4, 4, 0), (status["runs"]!.GetValue<int>(), status["finished"]!.GetValue<int>(), status["waiting"]!.GetValue<int>()));
            Assert.Null(status["slurm"]);
        }
        Assert.Equal("small: 4 of 4 runs finished", Call(0, "sweep", "status", folder).Output.Trim());

        string table = sweep.Store("table.csv");
        Assert.Contains("4 rows; 0 runs copied", Call(0, "sweep", "collect", folder, "--runs", store, "--out", table).Output);
        string[] lines = File.ReadAllLines(table);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("method,seed,run,finished,seconds,", lines[0]);
        Assert.Contains("test.nRMSE", lines[0].Split(','));
        Assert.StartsWith("baseline,0,", lines[1]);

        // Threads are part of a run's identity, the number of jobs is not.
        var other = JsonNode.Parse(Call(0, "sweep", sweep.File, "--runs", store, "--jobs", "1", "--threads", "2", "--json").Output)!;
        Assert.Equal(0, other["reused"]!.GetValue<int>());
        Assert.NotEqual(first["runs"]![0]!["id"]!.GetValue<string>(), other["runs"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public void Trials_are_followed_by_the_reported_runs_at_the_rates_that_they_chose()
    {
        var file = JsonNode.Parse(File.ReadAllText(sweep.File))!.AsObject();
        file["name"] = "small-trials";
        file["cases"]!["setting"] = new JsonObject { ["eight rows"] = new JsonObject() };
        file["grid"] = new JsonObject { ["learningRate"] = new JsonArray(1e-3, 5e-3) };
        file["seeds"] = new JsonArray(101);
        string trials = sweep.Store("trials.json"), store = sweep.Store("runs");
        File.WriteAllText(trials, file.ToJsonString());
        var (output, errors) = Call(0, "sweep", trials, "--runs", store, "--report", "1-2");
        Assert.Contains("4 trials and 4 reported runs", errors);
        Assert.Contains("learning rate", output);
        var reported = SweepFile.Load(Path.Combine(store, "sweeps", "small", "sweep.json")).Expand().Points;
        Assert.Equal([1, 1, 2, 2], reported.Select(point => point.Spec.Seeds.Subset).Order());
        Assert.All(reported, point => Assert.Contains(point.Spec.LearningRate, new[] { 1e-3, 5e-3 }));
        Assert.Contains("seeds such as 1-5", Call(2, "sweep", trials, "--report", "one").Errors);
        Assert.Contains("-trials", Call(1, "sweep", sweep.File, "--runs", store, "--report", "1-2").Errors);
    }

    [Fact]
    public void The_script_of_a_job_array_is_written_without_slurm()
    {
        string store = sweep.Store("runs"), folder = Path.Combine(store, "sweeps", "small");
        var written = JsonNode.Parse(Call(0, "sweep", sweep.File, "--runs", store, "--slurm", "--dry-run", "--chunk", "3", "--jobs", "1", "--gpus", "1", "--sbatch=--qos=low", "--json").Output)!;
        Assert.Equal([3, 1], written["tasks"]!.AsArray().Select(task => task!.AsArray().Count));
        Assert.Null(written["job"]);
        string script = File.ReadAllText(written["script"]!.GetValue<string>());
        foreach (string part in new[] { "--array=0-1%1", "--gpus=1", "--qos=low", $"sweep task {folder} " })
            Assert.Contains(part, script);
        Assert.Equal(4, SweepStatus.Read(folder).Count(SweepRunState.Waiting));
        Assert.Equal(2, SlurmJob.Read(folder)!.Tasks.Count);

        // What a task does needs no Slurm either.
        Call(0, "sweep", "task", folder, "1");
        var status = SweepStatus.Read(folder);
        Assert.Equal((1, 3), (status.Count(SweepRunState.Finished), status.Count(SweepRunState.Waiting)));
        Assert.Contains("has no Slurm task 2", Call(1, "sweep", "task", folder, "2").Errors);
    }

    [Fact]
    public void Wrong_calls_are_answered_in_one_sentence()
    {
        string store = sweep.Store("runs");
        foreach (string[] wrong in new string[][] { [sweep.File, "--jobs", "0"], [sweep.File, "--threads", "0"], [sweep.File, "--save-every", "-1"], [sweep.File, "--partition", "main"], [sweep.File, "--slurm", "--chunk", "0"], [sweep.File, "--slurm", "--fresh"], ["status", sweep.File, "--watch", "0"], [] })
            Call(2, ["sweep", .. wrong, .. wrong.Length > 0 ? ["--runs", store] : Array.Empty<string>()]);
        Assert.Contains("There is no sweep file", Call(1, "sweep", "nowhere.json").Errors);
        Assert.Contains("holds no sweep", Call(1, "sweep", "status", sweep.File, "--runs", store).Errors);
        Assert.Contains("no folder of runs", Call(1, "sweep", "collect", sweep.File, "--runs", store, "--from", sweep.Store("nowhere")).Errors);
        Assert.Contains("is not of Slurm's forms", Call(1, "sweep", sweep.File, "--runs", store, "--slurm", "--time", "soon").Errors);
        using var without = new WorkbookProcess(["sweep", sweep.File, "--runs", store, "--slurm"], [KeyValuePair.Create("PATH", sweep.Store("empty"))]);
        var (code, _, errors) = without.Wait(TimeSpan.FromMinutes(1));
        Assert.Equal(1, code);
        Assert.Contains("'sbatch' is not on this machine", errors);
    }

    private static (string Output, string Errors) Call(int expected, params string[] arguments)
    {
        using var process = SmallSweep.Start(arguments);
        var (code, output, errors) = process.Wait(TimeSpan.FromMinutes(2));
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}: {output}{errors}");
        return (output, errors);
    }
}
