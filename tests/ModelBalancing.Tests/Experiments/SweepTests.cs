// Sweeps in this process: what is left out, tried again, waited for, reported and collected.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Reports;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Experiments.Sweeps.Slurm;
using ModelBalancing.Pde.PdeBench;

namespace ModelBalancing.Tests.Experiments;

[Collection("runs")] // they set the process's thread count
public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RunStore store;

    public SweepTests() => store = new RunStore(Path.Combine(folder.Path, "runs"));

    public void Dispose() => folder.Dispose();

    private static Sweep Seeds(int first, int count) => new("tiny", [.. Enumerable.Range(first, count).Select(seed => new SweepPoint(TinyKind.Spec(seed), new Dictionary<string, string> { ["seed"] = $"{seed}" }))]);

    private string SweepPath => SweepFolder.Of(store, "tiny");

    private Task<SweepResult> Run(Sweep sweep, SweepOptions? options = null, IProgress<SweepProgress>? progress = null, CancellationToken? cancellation = null) =>
        sweep.RunAsync(store, (options ?? new SweepOptions()) with { Folder = SweepPath }, progress, cancellation ?? TestContext.Current.CancellationToken);

    [Fact]
    public async Task Every_point_is_carried_out_once_and_finished_runs_are_left_out()
    {
        var sweep = Seeds(100, 6);
        sweep = sweep with { Points = [.. sweep.Points, sweep.Points[0] with { Labels = new Dictionary<string, string> { ["seed"] = "again" } }] };
        var told = new List<SweepProgress>();
        var result = await Run(sweep, new SweepOptions { Jobs = 3 }, new Immediate(told.Add));
        Assert.Equal(7, result.Runs.Count);
        Assert.Empty(result.Failed);
        Assert.Equal(result.Runs[0].Id, result.Runs[6].Id);
        Assert.Equal(["100", "101", "102", "103", "104", "105", "again"], result.Runs.Select(run => run.Label("seed")));
        Assert.Equal(Enumerable.Range(100, 6).Select(seed => 5.0 * seed + 15), result.Runs.Take(6).Select(run => run.Value("test.error")));
        Assert.All(Enumerable.Range(100, 6), seed => Assert.Equal(1, TinyKind.Begun[seed]));
        Assert.Equal((6, 6, 0), (told[^1].Done, told[^1].All, told[^1].Failed));
        Assert.Contains(told, progress => progress.Running.Count == 3);
        Assert.Contains(told, progress => progress.Left is not null);

        var again = await Run(Seeds(100, 8));
        Assert.Equal([true, true, true, true, true, true, false, false], again.Runs.Select(run => run.Run!.Reused));
        Assert.Equal(1, TinyKind.Begun[100]);
        var status = SweepStatus.Read(SweepPath);
        Assert.Equal((8, "8 of 8 runs finished"), (status.Count(SweepRunState.Finished), status.ToString()));
        string page = File.ReadAllText(Path.Combine(SweepPath, "status.html"));
        Assert.Contains("8 of 8 runs finished", page);
        Assert.DoesNotContain("http-equiv", page); // nothing will change any more
    }

    [Fact]
    public async Task A_run_that_fails_before_it_has_a_folder_is_named_by_status_report_and_comparison()
    {
        // 60 trajectories: no room for 1,000 training rows, which the run finds out and its plan does not.
        string data = Waves.File(folder.Path);
        SweepPoint Point(int rows, int seed, bool balanced) => new(Waves.Spec(data, 1, balanced) with { Rows = rows, Seeds = RunSeeds.Of(seed) },
            new Dictionary<string, string> { ["method"] = balanced ? "balanced" : "plain", ["rows"] = $"{rows}", ["seed"] = $"{seed}" });
        var sweep = new Sweep("tiny", [Point(8, 1, false), Point(8, 1, true), Point(8, 2, false), Point(8, 2, true), Point(1000, 1, false), Point(1000, 1, true)]);
        var failed = (await Run(sweep)).Failed;
        Assert.Equal(["1000", "1000"], failed.Select(run => run.Label("rows")));
        Assert.Equal(4, Directory.GetDirectories(store.Root, "fno1d-*").Length);
        string error = failed[0].Error!.Split('\n')[0];

        var status = SweepStatus.Read(SweepPath);
        Assert.Equal("4 of 6 runs finished, 2 failed", status.ToString());
        Assert.StartsWith(error, status.Items[4].Error);

        string page = Path.Combine(folder.Path, "report.html");
        Assert.Equal(new RunReportCounts(4, 0, 2, 0), RunReport.Write(store.Root, page, "again"));
        string html = File.ReadAllText(page);
        Assert.Contains(failed[1].Id, html);
        Assert.Contains("failed before they began", html);

        foreach (string place in new[] { store.Root, SweepPath })
        {
            var found = RunComparison.Of([place], RunSelection.Parse("plain"), RunSelection.Parse("balanced"));
            Assert.Equal([8, 1000], found.Sizes.Select(size => size.Rows));
            Assert.NotNull(found.Sizes[0].Comparison);
            Assert.Contains("1 of 1 pairs hold a failed run", found.Sizes[1].Note);
            Assert.Equal(2, found.LeftOut.Count(run => run.Rows == 1000 && run.Reason == $"failed before it began: {error}"));
        }
        foreach (string run in Directory.GetDirectories(store.Root, "fno1d-*"))
            Directory.Delete(run, recursive: true);
        Assert.Contains("2 runs of its sweeps failed before they began", Assert.Throws<RunException>(() => RunReport.Write(store.Root, page, "again")).Message);
    }

    [Fact]
    public async Task A_runs_own_error_is_tried_once_more_and_then_reported_with_the_end_of_its_log()
    {
        (TinyKind.Failures[201], TinyKind.Failures[202]) = (1, 3);
        var result = await Run(Seeds(200, 4), new SweepOptions { Jobs = 2 });
        var failed = Assert.Single(result.Failed);
        Assert.Equal("202", failed.Label("seed"));
        Assert.Contains("told to fail, 2 left", failed.Error);
        Assert.Contains("Attempt 2 of 2 failed", failed.Error); // the end of the log
        string log = File.ReadAllText(SweepFolder.LogOf(SweepPath, failed.Id));
        Assert.Contains("told to fail, 3 left", log);
        Assert.Contains("   at ", log); // an unforeseen error tells where
        Assert.True(File.Exists(SweepFolder.LogOf(SweepPath, result.Runs[1].Id)));
        Assert.False(File.Exists(SweepFolder.LogOf(SweepPath, result.Runs[0].Id)));
        Assert.Equal((1, 2, 2, 1), (TinyKind.Begun[200], TinyKind.Begun[201], TinyKind.Begun[202], TinyKind.Begun[203]));
        Assert.Contains("1 of 4 runs failed; the first (seed 202)", Assert.Throws<RunException>(result.Whole).Message);
        var status = SweepStatus.Read(SweepPath);
        Assert.Equal((3, 1), (status.Count(SweepRunState.Finished), status.Count(SweepRunState.Failed)));
        Assert.Contains("told to fail", status.Items.Single(item => item.State == SweepRunState.Failed).Error);
        Assert.Contains("told to fail", File.ReadAllText(Path.Combine(SweepPath, "status.html")));

        // The same sweep again tries it again.
        Assert.Empty((await Run(Seeds(200, 4), new SweepOptions())).Failed);
        Assert.Equal(4, SweepStatus.Read(SweepPath).Count(SweepRunState.Finished));
    }

    [Fact]
    public async Task A_run_that_somebody_else_writes_is_waited_for()
    {
        var sweep = Seeds(300, 2);
        var plan = SweepPlan.Of(sweep, store);
        string taken = Path.Combine(store.Root, plan.Points[0].Folder);
        Directory.CreateDirectory(taken);
        var held = RunLock.Take(taken);
        var others = new TaskCompletionSource();
        var running = Run(sweep, new SweepOptions { LookAgain = TimeSpan.FromMilliseconds(30) }, new Immediate(progress =>
        {
            if (progress.Done == 1)
                others.TrySetResult();
        }));
        await others.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);
        held.Dispose();
        Assert.Empty((await running).Failed);
    }

    [Fact]
    public async Task A_stopped_sweep_saves_and_goes_on()
    {
        var sweep = new Sweep("tiny", [.. Enumerable.Range(400, 3).Select(seed => new SweepPoint(TinyKind.Spec(seed, epochs: 200), new Dictionary<string, string>()))]);
        using var source = new CancellationTokenSource();
        var stopped = await Assert.ThrowsAsync<RunInterruptedException>(() => Run(sweep, new SweepOptions { Jobs = 2 }, new Immediate(progress =>
        {
            if (progress.Running.Any(run => run.Step > 20))
                source.Cancel();
        }), source.Token));
        Assert.Contains("0 of 3 runs are finished", stopped.Message);
        var status = SweepStatus.Read(SweepPath);
        Assert.Equal((2, 1), (status.Count(SweepRunState.Interrupted), status.Count(SweepRunState.Waiting)));
        Assert.Contains(status.Items, item => item is { State: SweepRunState.Interrupted, Step: > 0 });
        Assert.Contains("http-equiv=\"refresh\"", File.ReadAllText(Path.Combine(SweepPath, "status.html")));
        Assert.Empty((await Run(sweep)).Failed);
    }

    [Fact]
    public async Task One_coordinator_at_a_time_and_a_wrong_point_stops_before_anything_runs()
    {
        Directory.CreateDirectory(Path.Combine(SweepPath, "coordinators", "local"));
        using (RunLock.Take(Path.Combine(SweepPath, "coordinators", "local")))
            Assert.Contains("is already going on", (await Assert.ThrowsAsync<RunBusyException>(() => Run(Seeds(500, 1)))).Message);
        var wrong = Seeds(500, 2);
        wrong = wrong with { Points = [wrong.Points[0], wrong.Points[1] with { Spec = wrong.Points[1].Spec with { Epochs = 0 } }] };
        Assert.StartsWith("At seed 501: The spec's epochs", (await Assert.ThrowsAsync<RunException>(() => Run(wrong))).Message);
        Assert.False(TinyKind.Begun.ContainsKey(500));
    }

    [Fact]
    public void A_damaged_data_file_is_told_without_a_stack_trace() =>
        Assert.Equal(new WorkerReply.Failed("x.hdf5 is truncated."), WorkerReply.Of(new PdeFileException("x.hdf5 is truncated.")));

    [Fact]
    public async Task Runs_of_other_stores_are_merged_into_one_table()
    {
        var elsewhere = new RunStore(Path.Combine(folder.Path, "elsewhere"));
        await Seeds(600, 2).RunAsync(store, cancellation: TestContext.Current.CancellationToken);
        await Seeds(601, 2).RunAsync(elsewhere, cancellation: TestContext.Current.CancellationToken);
        await (Seeds(603, 1) with { Threads = 2 }).RunAsync(elsewhere, cancellation: TestContext.Current.CancellationToken);
        var plan = SweepPlan.Of(Seeds(600, 4), store);

        var report = SweepCollection.Merge(plan, [elsewhere.Root]);
        Assert.Equal([plan.Points[2].Id], report.Copied);
        Assert.Equal([plan.Points[3].Id], report.Missing);
        Assert.Empty(report.Conflicts);
        Assert.Contains("2 threads", Assert.Single(report.Others));
        foreach (string name in new[] { "result.json", "state.safetensors", "metrics.jsonl", "model.safetensors" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(elsewhere.Root, plan.Points[2].Folder, name)), File.ReadAllBytes(Path.Combine(store.Root, plan.Points[2].Folder, name)));
        Assert.DoesNotContain(Directory.EnumerateFiles(store.Root, "*", SearchOption.AllDirectories), file => file.EndsWith(".partial", StringComparison.Ordinal) || Path.GetFileName(file) == "lock");

        string csv = Path.Combine(folder.Path, "table.csv");
        SweepCollection.Save(plan, csv);
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal("seed,run,finished,seconds,method,diverged,test.error", lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.EndsWith(",tiny,no,3025", lines[3]);
        Assert.Contains($"603,{plan.Points[3].Id},no,", lines[4]);
        var labelled = plan with { Points = [.. plan.Points.Select(point => point with { Labels = new Dictionary<string, string> { ["method"] = "first" } })] };
        Assert.Equal(["method", "run", "finished", "seconds", "result.method", "diverged", "test.error"], SweepCollection.Table(labelled).Columns.Select(column => column.Header));
        SweepCollection.Save(plan, Path.Combine(folder.Path, "table.json"));
        Assert.Equal(3025, JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "table.json")))![2]!["result"]!["test"]!["error"]!.GetValue<double>());

        // Equal runs with unequal results are told, and ours are kept.
        string result = Path.Combine(elsewhere.Root, plan.Points[1].Folder, "result.json");
        File.WriteAllText(result, File.ReadAllText(result).Replace("3020", "3021"));
        Assert.Equal([plan.Points[1].Id], SweepCollection.Merge(plan, [elsewhere.Root]).Conflicts);
        Assert.Equal(3020, new StoredRun(Path.Combine(store.Root, plan.Points[1].Folder)).Result!["test"]!["error"]!.GetValue<double>());
    }

    [Fact]
    public void A_job_arrays_script_asks_for_what_was_said_and_is_queued_again_after_a_stop()
    {
        var plan = SweepPlan.Of(Seeds(700, 5) with { Threads = 2 }, store);
        var job = new SlurmJob(null, DateTimeOffset.UnixEpoch, 20, [.. plan.Runs.Select(run => run.Id).Chunk(2)]);
        string script = SlurmJob.Script(plan, "/a folder/sweep", job, new SlurmOptions { Partition = "gpu", Time = "1:00:00", Gpus = "a100:1", Constraint = "fast&big", Memory = "8G", AtOnce = 2, More = ["--qos=low"] }, ["/usr/bin/dotnet", "/x/Workbook.dll"]);
        foreach (string line in new[]
        {
            "#SBATCH --array=0-2%2", "#SBATCH --cpus-per-task=2", "#SBATCH --requeue", "#SBATCH --signal=B:TERM@120", "#SBATCH --partition=gpu", "#SBATCH --time=1:00:00", "#SBATCH --gpus=a100:1",
            "#SBATCH --constraint='fast&big'", "#SBATCH --mem=8G", "#SBATCH --qos=low", "/usr/bin/dotnet /x/Workbook.dll sweep task '/a folder/sweep' \"$SLURM_ARRAY_TASK_ID\" &", "if [ \"$code\" = 75 ]; then",
        })
            Assert.Contains(line, script.Split('\n').Select(found => found.Trim()));
        Assert.StartsWith("#!/bin/bash\n", script);
        Assert.EndsWith("exit \"$code\"\n", script);
    }

    [Theory]
    [InlineData("10", 600, 120)]
    [InlineData("2:30", 150, 37)]
    [InlineData("1:00:00", 3600, 120)]
    [InlineData("1-2", 93600, 120)]
    [InlineData("1-02:30", 95400, 120)]
    [InlineData("0-0:0:40", 40, 10)]
    public void A_time_limit_is_read_as_slurm_reads_it_and_the_signal_comes_before_it(string time, int seconds, int before)
    {
        var options = new SlurmOptions { Time = time };
        Assert.Equal(seconds, options.Limit!.Value.TotalSeconds);
        Assert.Contains($"--signal=B:TERM@{before}\n", SlurmJob.Script(new SweepPlan("tiny", "", 1, store.Root, []), "/x", new SlurmJob(null, DateTimeOffset.UnixEpoch, 20, [["a"]]), options, ["x"]));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("1:2:3:4")]
    [InlineData("-5")]
    public void A_wrong_time_limit_is_refused(string time) => Assert.Contains("is not of Slurm's forms", Assert.Throws<RunException>(() => new SlurmOptions { Time = time }.Limit).Message);

    [Fact]
    public void Tasks_are_read_from_squeue_and_sacct()
    {
        var tasks = SlurmQueue.Parsed("3|RUNNING|n1|None\n4|PENDING||JobArrayTaskLimit\n\nnonsense\n12_5|CANCELLED by 0|None assigned|0:15\n12_[6-9]|PENDING|None assigned|0:0\n");
        Assert.Equal([new SlurmTask(3, "RUNNING", "n1", "None"), new SlurmTask(4, "PENDING", "", "JobArrayTaskLimit"), new SlurmTask(5, "CANCELLED", "", "0:15")], tasks);
    }

    private sealed class Immediate(Action<SweepProgress> report) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => report(value);
    }
}
