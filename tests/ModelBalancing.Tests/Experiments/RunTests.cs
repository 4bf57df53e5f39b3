// Runs: reuse, interrupts, kills at any moment, locks. What is resumed must be what was never disturbed, bit for bit.
using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using TorchSharp;

namespace ModelBalancing.Tests.Experiments;

[Collection("runs")] // one after another: they set the process's thread count
public sealed class RunTests : IDisposable
{
    private static readonly string[] compared = ["metrics.jsonl", "result.json", "model.safetensors", "state.safetensors", "state.json", "spec.json"];
    private static readonly RunOptions everyStep = new() { Threads = 1, SaveEvery = TimeSpan.Zero };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private RunStore Store(string name) => new(Path.Combine(folder.Path, name));

    private static Dictionary<string, string> Contents(string run) => compared.ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(run, name))));

    private static Task<RunOutcome> Run(RunSpec spec, RunStore store, RunOptions? options = null, IProgress<RunProgress>? progress = null, CancellationTokenSource? stop = null) =>
        RunExecutor.RunAsync(spec, store, progress, stop?.Token ?? TestContext.Current.CancellationToken, options ?? everyStep);

    [Fact]
    public async Task A_run_killed_at_any_point_ends_as_if_it_had_never_been()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 2);
        var places = new List<string>();
        var undisturbed = await Run(spec, Store("undisturbed"), everyStep with { Passed = places.Add });
        var expected = Contents(undisturbed.Folder);
        Assert.Contains("between tensors and numbers", places);

        for (int kill = 0; kill < places.Count; kill += 2)
        {
            var store = Store($"killed{kill}");
            int passed = 0;
            var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => Run(spec, store, everyStep with { Passed = place => Stop(passed++ == kill, place) }));
            string run = Directory.GetDirectories(store.Root).Single();
            if (kill % 4 == 0)
                File.AppendAllText(Path.Combine(run, "metrics.jsonl"), "{\"epoch\": 7, \"lo"); // a torn line
            var resumed = await Run(spec, store);
            Assert.False(resumed.Reused);
            foreach (var (name, content) in Contents(resumed.Folder))
                Assert.True(content == expected[name], $"{name} differs after a kill at '{stopped.Message}' ({kill})");
        }

        static void Stop(bool now, string place)
        {
            if (now)
                throw new InvalidOperationException(place);
        }
    }

    [Fact]
    public async Task A_run_killed_again_and_again_still_ends_the_same()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 3);
        var expected = Contents((await Run(spec, Store("undisturbed"))).Folder);
        var store = Store("killed");
        var random = new Random(5);
        for (int attempt = 0; ; attempt++)
        {
            int left = random.Next(2, 14);
            try
            {
                var finished = await Run(spec, store, everyStep with { Passed = _ => { if (--left == 0) throw new InvalidOperationException("killed"); } });
                Assert.True(attempt > 3);
                Assert.Equal(expected, Contents(finished.Folder));
                return;
            }
            catch (InvalidOperationException killed) when (killed.Message == "killed")
            {
                Assert.True(attempt < 200, "the run does not get on");
            }
        }
    }

    [Fact]
    public async Task A_killed_process_can_be_resumed()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 60);
        var expected = Contents((await Run(spec, Store("undisturbed"), new RunOptions { Threads = 1 })).Folder);
        File.WriteAllText(Path.Combine(folder.Path, "spec.json"), spec.ToJson());
        foreach (int rows in new[] { 4, 25 })
        {
            using var process = Worker.Start(nameof(Worker.Train_in_a_folder), folder.Path);
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var waited = Stopwatch.StartNew();
            while (!process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(120) && Rows() < rows)
                Thread.Sleep(2);
            Assert.False(process.HasExited, "the worker ended before it could be killed");
            process.Kill();
            process.WaitForExit();
            Assert.True(File.Exists(Path.Combine(RunFolder()!, "lock")), "a killed process leaves its lock");
        }
        Worker.Run(nameof(Worker.Train_in_a_folder), folder.Path);
        Assert.Equal(expected, Contents(RunFolder()!));
        Assert.False(File.Exists(Path.Combine(RunFolder()!, "lock")));

        string? RunFolder() => Directory.Exists(Path.Combine(folder.Path, "runs")) ? Directory.GetDirectories(Path.Combine(folder.Path, "runs")).SingleOrDefault() : null;
        int Rows() => RunFolder() is { } run ? MetricLog.Read(run).Count : 0;
    }

    [Fact]
    public async Task An_interrupt_saves_the_state_and_says_how_to_go_on()
    {
        var spec = Waves.Spec(Waves.File(folder.Path));
        var expected = Contents((await Run(spec, Store("undisturbed"))).Folder);
        using var source = new CancellationTokenSource();
        var seen = new List<RunProgress>();
        var progress = new Immediate(p =>
        {
            seen.Add(p);
            if (p.Step == 5)
                source.Cancel();
        });
        var store = Store("interrupted");
        var interrupted = await Assert.ThrowsAsync<RunInterruptedException>(() => Run(spec, store, new RunOptions { Threads = 1 }, progress, source));
        Assert.Contains("after step 5 of 12", interrupted.Message);
        Assert.Contains("run the same spec again", interrupted.Message);
        Assert.Equal([1, 2, 3, 4, 5], seen.Select(p => p.Step));
        Assert.Null(seen[0].Left); // one step is no pace
        Assert.NotNull(seen[^1].Left);

        seen.Clear();
        var finished = await Run(spec, store, progress: progress);
        Assert.Equal(6, seen[0].Step);
        Assert.Equal(expected, Contents(finished.Folder));
    }

    [Fact]
    public async Task A_finished_run_is_reused_only_when_everything_agrees()
    {
        string data = Waves.File(folder.Path);
        var spec = Waves.Spec(data, epochs: 1);
        var store = Store("runs");
        var first = await Run(spec, store);
        Assert.False(first.Reused);
        var again = await Run(spec, store);
        Assert.True(again.Reused);
        Assert.StartsWith("reused, made on 20", again.Notice);
        Assert.Equal(CanonicalJson.Of(first.Result), CanonicalJson.Of(again.Result));

        // The path of the data and an explicit default do not matter; every number does.
        string moved = Path.Combine(folder.Path, "moved.safetensors");
        File.Copy(data, moved);
        Assert.True((await Run(spec with { Data = new DataReference(moved) }, store)).Reused);
        var settings = spec.Settings.DeepClone().AsObject();
        settings["validateEvery"] = 2;
        Assert.True((await Run(spec with { Settings = settings }, store)).Reused);
        foreach (var other in new[] { spec with { LearningRate = 4e-3 }, spec with { Balancing = null }, spec with { Seeds = new RunSeeds(3, 3, 4) }, spec with { Profile = "standard" }, spec with { Data = new DataReference(Waves.File(folder.Path, seed: 1)) } })
            Assert.NotEqual(first.Id, (await Run(other, store)).Id);
        Assert.NotEqual(first.Id, (await Run(spec, store, everyStep with { Threads = 2 })).Id);

        var fresh = await Run(spec, store, everyStep with { Fresh = true });
        Assert.False(fresh.Reused);
        Assert.Equal(CanonicalJson.Of(first.Result), CanonicalJson.Of(fresh.Result));

        // A result whose identity was made by something else is not believed.
        string result = Path.Combine(first.Folder, "result.json");
        File.WriteAllText(result, File.ReadAllText(result).Replace("\"threads\": 1", "\"threads\": 9"));
        Assert.False((await Run(spec, store)).Reused);
        Assert.Equal(7, store.Runs().Count(run => run.Phase() == RunPhase.Finished));
    }

    [Fact]
    public async Task A_result_tells_what_was_made_and_keeps_the_floor_beside_it()
    {
        var outcome = await Run(Waves.Spec(Waves.File(folder.Path), epochs: 30), Store("runs"));
        var result = outcome.Result;
        Assert.Equal("balanced", result["method"]!.GetValue<string>());
        Assert.Equal("best epoch on validation rows", result["selection"]!.GetValue<string>());
        double error = result["test"]!["nRMSE"]!.GetValue<double>();
        Assert.Equal(error / 2, result["test"]!["nRMSEAllFrames"]!.GetValue<double>(), 1e-12);
        foreach (string floor in new[] { "persistence", "linear" })
            Assert.Equal(!(error < result["floors"]![floor]!["nRMSE"]!.GetValue<double>()), result["belowFloors"]!.AsArray().Any(below => below!.GetValue<string>() == floor));
        Assert.Equal(error, result["test"]!["samples"]!.AsArray().Average(sample => sample!.GetValue<double>()), 1e-12);
        Assert.Equal(["fc0", "w0", "w1", "w2", "w3", "fc1"], result["tuned"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(10, result["test"]!["samples"]!.AsArray().Count);

        var rows = outcome.Metrics();
        Assert.Equal(Enumerable.Range(0, 30), rows.Select(row => row["epoch"]!.GetValue<int>()));
        Assert.All(rows, row => Assert.Equal(7, row["learningRates"]!.AsObject().Count));
        Assert.Equal(5e-3 * Math.Pow(0.5, 14), rows[29]["learningRates"]!["rest"]!.GetValue<double>(), 1e-12);
        Assert.Equal(15, rows.Count(row => row["selection"] is not null));
        Assert.Contains("fc0.weight", SafetensorsFile.Open(Path.Combine(outcome.Folder, "model.safetensors")).Names);
        Assert.True(File.Exists(Path.Combine(outcome.Folder, "environment.json")));
    }

    [Fact]
    public async Task A_released_run_selects_on_the_reported_rows_says_so_and_resumes()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 3) with { Fidelity = "released" };
        spec.Settings["width"] = 16; // more than 12 eigenvalues
        var whole = await Run(spec, Store("undisturbed"));
        Assert.Equal("Released", whole.Result["fidelity"]!.GetValue<string>());
        Assert.Equal("best epoch on the reported rows", whole.Result["selection"]!.GetValue<string>());
        Assert.Equal(whole.Result["selectionError"]!.GetValue<double>(), whole.Result["test"]!["nRMSE"]!.GetValue<double>(), 1e-12);
        int left = 9;
        var store = Store("killed");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(spec, store, everyStep with { Passed = place => { if (place == "step" && --left == 0) throw new InvalidOperationException(place); } }));
        Assert.Equal(Contents(whole.Folder), Contents((await Run(spec, store)).Folder));
    }

    [Fact]
    public async Task A_diverged_run_is_finished_as_what_it_is()
    {
        var outcome = await Run(Waves.Spec(Waves.File(folder.Path), epochs: 6, balanced: false) with { LearningRate = 1e18 }, Store("runs"));
        Assert.True(outcome.Result["diverged"]!.GetValue<bool>());
        Assert.Equal(2, outcome.Result["belowFloors"]!.AsArray().Count);
        Assert.True((await Run(Waves.Spec(Waves.File(folder.Path), epochs: 6, balanced: false) with { LearningRate = 1e18 }, Store("runs"))).Reused);
    }

    [Fact]
    public async Task A_damaged_state_is_one_sentence_with_the_way_out()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 1);
        var store = Store("runs");
        var first = await Run(spec, store);
        File.Delete(Path.Combine(first.Folder, "result.json"));
        File.WriteAllBytes(Path.Combine(first.Folder, "state.safetensors"), [1, 2, 3]);
        Assert.Contains("start the run again with fresh", (await Assert.ThrowsAsync<RunException>(() => Run(spec, store))).Message);
        var fresh = await Run(spec, store, everyStep with { Fresh = true });
        Assert.Equal(CanonicalJson.Of(first.Result), CanonicalJson.Of(fresh.Result));
    }

    [Fact]
    public async Task Wrong_specs_are_refused_by_name()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 1);
        async Task Refused(RunSpec wrong, string part) => Assert.Contains(part, (await Assert.ThrowsAsync<RunException>(() => Run(wrong, Store("runs")))).Message);
        await Refused(spec with { Kind = "nonsense" }, "known are fno1d");
        await Refused(spec with { Rows = 51 }, "51 training rows and 10 test rows were asked for, the data has 60");
        await Refused(spec with { Epochs = 0 }, "epochs");
        await Refused(spec with { Fidelity = "exact" }, "fidelity");
        await Refused(spec with { Data = new DataReference("nowhere.hdf5") }, "nowhere.hdf5");
        await Refused(spec with { Data = spec.Data.Only with { Checksum = new string('0', 64) } }, "checksum");
        await Refused(spec with { Settings = new JsonObject { ["mode"] = 8 } }, "mode");
        foreach (var (curve, member) in new (Schedule, string)[] { (new Schedule.Sigmoid(1, 1, Tau: -10), "tau is -10"), (new Schedule.Sigmoid(1, -1), "sAbove is -1"), (new Schedule.LinearMap(Slope: double.NaN), "slope is NaN"), (new Schedule.Rank(Min: -1), "min is -1"), (new Schedule.Exponential(-1), "s is -1") })
            await Refused(spec with { Balancing = new BalancingSpec { Schedule = curve } }, $"balancing.schedule: {member}, but must be at least 0");
    }

    [Fact]
    public void A_lock_is_held_by_one_and_recovered_from_the_dead()
    {
        using (RunLock.Take(folder.Path))
            Assert.Contains("already being written by this process", Assert.Throws<RunBusyException>(() => RunLock.Take(folder.Path)).Message);
        Assert.False(File.Exists(Path.Combine(folder.Path, RunLock.FileName)));

        using var gone = Process.Start(new ProcessStartInfo("sleep", "0"))!;
        gone.WaitForExit();
        void Leave(int process, string host, double started) =>
            File.WriteAllText(Path.Combine(folder.Path, RunLock.FileName), new JsonObject { ["Process"] = process, ["Host"] = host, ["Started"] = started, ["Token"] = "t" }.ToJsonString());
        Leave(gone.Id, Environment.MachineName, 0);
        RunLock.Take(folder.Path).Dispose();
        Leave(Environment.ProcessId, Environment.MachineName, 1); // the id was used again by another process
        RunLock.Take(folder.Path).Dispose();
        File.WriteAllText(Path.Combine(folder.Path, RunLock.FileName), "{\"Pro");
        RunLock.Take(folder.Path).Dispose();
        Leave(1, "elsewhere", 0);
        Assert.Contains("process 1 on elsewhere", Assert.Throws<RunBusyException>(() => RunLock.Take(folder.Path)).Message);
    }

    [Fact]
    public void Of_many_that_find_a_dead_lock_one_gets_it()
    {
        File.WriteAllText(Path.Combine(folder.Path, RunLock.FileName), "");
        using var start = new ManualResetEventSlim();
        var held = new System.Collections.Concurrent.ConcurrentBag<RunLock>();
        int refused = 0;
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            start.Wait();
            try
            {
                held.Add(RunLock.Take(folder.Path));
            }
            catch (RunException)
            {
                Interlocked.Increment(ref refused);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        start.Set();
        threads.ForEach(thread => thread.Join());
        Assert.Equal((1, 7), (held.Count, refused));
        held.Single().Dispose();
    }

    [Fact]
    public void A_torn_line_is_no_row_and_is_cut_off()
    {
        using (var log = MetricLog.Open(folder.Path, 0))
        {
            log.Append(new JsonObject { ["epoch"] = 0 });
            log.Append(new JsonObject { ["epoch"] = 1 });
        }
        string path = Path.Combine(folder.Path, MetricLog.FileName);
        long length = new FileInfo(path).Length;
        File.AppendAllText(path, "{\"epoch\":2,");
        Assert.Equal(2, MetricLog.Read(folder.Path).Count);
        using (var log = MetricLog.Open(folder.Path, length))
            log.Append(new JsonObject { ["epoch"] = 2 });
        Assert.Equal([0, 1, 2], MetricLog.Read(folder.Path).Select(row => row["epoch"]!.GetValue<int>()));
        Assert.Contains("fresh", Assert.Throws<RunException>(() => MetricLog.Open(folder.Path, 10_000)).Message);
    }

    [Fact]
    public async Task A_paired_experiment_shares_all_but_the_balancing()
    {
        var treatment = Waves.Spec(Waves.File(folder.Path), epochs: 3);
        var experiment = new PairedExperiment(treatment with { Balancing = null }, treatment, Sizes: [4, 8], Seeds: [0, 1, 2]);
        var result = await experiment.RunAsync(Store("runs"), options: everyStep, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(experiment.RunCount, result.Points.Count);
        foreach (int rows in experiment.Sizes)
        {
            var summary = result.Summary(rows);
            Assert.Equal(3, summary.Pairs);
            Assert.Equal(summary.TreatmentMean - summary.BaselineMean, summary.MeanDifference, 1e-12);
        }
        // two at a time: not one number changes
        var together = await experiment.RunAsync(Store("together"), options: everyStep, jobs: 2, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(result.Points.Select(point => (point.Method, point.Rows, point.Seed, CanonicalJson.Of(point.Run.Result))), together.Points.Select(point => (point.Method, point.Rows, point.Seed, CanonicalJson.Of(point.Run.Result))));
        // same initial weights and rows: the first epoch's first alpha and the floor agree within a pair
        foreach (var pair in result.Points.GroupBy(point => (point.Rows, point.Seed)))
        {
            Assert.Single(pair.Select(point => point.Run.Result["alphaStart"]!.ToJsonString()).Distinct());
            Assert.Single(pair.Select(point => point.Run.Result["standardiser"]!.ToJsonString()).Distinct());
            Assert.Equal(2, pair.Select(point => point.Value()).Distinct().Count());
        }
        var rates = experiment with { Sizes = [4], Seeds = [5], LearningRates = [1e-3, 5e-3], TuningSeeds = [6] };
        var tuned = await rates.RunAsync(Store("runs"), options: everyStep, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(4, tuned.Trials.Count);
        Assert.All(tuned.Points, point => Assert.Equal(tuned.Trials.Where(t => t.Method == point.Method).MinBy(t => t.SelectionError)!.LearningRate, point.LearningRate));
        await Assert.ThrowsAsync<RunException>(() => (rates with { TuningSeeds = [5] }).RunAsync(Store("runs"), options: everyStep, cancellation: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<RunException>(() => (experiment with { Treatment = treatment with { Epochs = 4 } }).RunAsync(Store("runs"), options: everyStep, cancellation: TestContext.Current.CancellationToken));
    }

    /// <summary>Reports on the run's own thread.</summary>
    private sealed class Immediate(Action<RunProgress> report) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => report(value);
    }
}
