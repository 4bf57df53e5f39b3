// Balancing with spectra computed beside the training: delayed by exactly one refresh, the same numbers across kills, no process left behind.
using System.Diagnostics;
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Experiments;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Balancing;

[Collection("runs")] // one after another: they set the process's thread count
public sealed class AsynchronousTests : IDisposable
{
    private static readonly string[] compared = ["metrics.jsonl", "result.json", "model.safetensors", "state.safetensors", "state.json", "spec.json"];
    private static readonly RunOptions everyStep = new() { Threads = 1, SaveEvery = TimeSpan.Zero };
    private readonly TemporaryFolder folder = new();
    private readonly string? before = Environment.GetEnvironmentVariable("WORKBOOK_PROGRAM");

    private readonly int threads = get_num_threads();

    public AsynchronousTests()
    {
        Environment.SetEnvironmentVariable("WORKBOOK_PROGRAM", TestData.WorkbookProgram());
        set_num_threads(1); // as the process beside the training has: equal to the last bit
    }

    public void Dispose()
    {
        set_num_threads(threads);
        Environment.SetEnvironmentVariable("WORKBOOK_PROGRAM", before);
        folder.Dispose();
    }

    [Fact]
    public void Multipliers_of_one_refresh_are_applied_at_the_next()
    {
        using var model = Model();
        using var late = TempBalance.Attach(model, new BalanceOptions { Asynchronous = true });
        using var prompt = TempBalance.Attach(model, new BalanceOptions());
        var expected = prompt.Groups;
        Assert.Equal(expected, late.Groups);
        for (var epoch = 0; epoch < 5; epoch++)
        {
            Change(model);
            prompt.AfterEpoch(epoch);
            late.AfterEpoch(epoch);
            Assert.Equal(expected, late.Groups);
            Assert.NotEqual(prompt.Groups, late.Groups);
            expected = prompt.Groups;
        }
        // The present weights on demand, whatever is pending.
        late.Refresh();
        Assert.Equal(prompt.Groups, late.Groups);
    }

    [Fact]
    public void A_restored_balancing_goes_on_with_the_pending_snapshot()
    {
        using var model = Model();
        using var whole = TempBalance.Attach(model, new BalanceOptions { Asynchronous = true });
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Change(model);
            whole.AfterEpoch(epoch);
        }
        var saved = JsonSerializer.Serialize(whole.State);
        using var resumed = TempBalance.Attach(model, new BalanceOptions { Asynchronous = true });
        resumed.Restore(JsonSerializer.Deserialize<BalanceState>(saved)!);
        for (var epoch = 3; epoch < 6; epoch++)
        {
            Change(model);
            whole.AfterEpoch(epoch);
            resumed.AfterEpoch(epoch);
            Assert.Equal(whole.Groups, resumed.Groups);
        }
        Assert.DoesNotContain("Pending", JsonSerializer.Serialize(TempBalance.Attach(model, new BalanceOptions()).State));
    }

    [Fact]
    public void Step_by_step_balancing_is_delayed_and_restored_alike()
    {
        using var model = Model();
        var options = new StepBalanceOptions { Unit = new BalanceUnit.Layer(), RemoveLast = false, Refresh = new RefreshRule.EverySteps(2), Balance = new BalanceOptions { Asynchronous = true } };
        using var late = StepBalance.Attach(model, options);
        using var prompt = StepBalance.Attach(model, options with { Balance = new BalanceOptions() });
        using var resumed = StepBalance.Attach(model, options);
        IReadOnlyList<LayerMetricValue>? expected = null;
        for (var step = 0; step < 8; step++)
        {
            if (step == 5)
                resumed.Restore(JsonSerializer.Deserialize<StepBalanceState>(JsonSerializer.Serialize(late.State))!);
            if (prompt.BeforeStep(step))
            {
                Assert.True(late.BeforeStep(step));
                Assert.Equal(expected ?? prompt.State.Layers, late.State.Layers);
                expected = prompt.State.Layers;
            }
            if (step >= 5)
            {
                resumed.BeforeStep(step);
                Assert.Equal(late.State.Layers, resumed.State.Layers);
                Assert.Equal(late.RatesFor(step, 1e-3), resumed.RatesFor(step, 1e-3));
            }
            Change(model);
        }
        Assert.True(late.Spent > TimeSpan.Zero && prompt.Spent > TimeSpan.Zero);
    }

    [Fact]
    public void A_failure_of_the_weights_is_kept_until_the_refresh_that_uses_them()
    {
        using var model = Model();
        using var balance = TempBalance.Attach(model, new BalanceOptions { Asynchronous = true });
        using var resumed = TempBalance.Attach(model, new BalanceOptions { Asynchronous = true });
        using (no_grad())
            nn.init.constant_(model.parameters().First(), double.NaN);
        balance.AfterEpoch(0);
        var state = JsonSerializer.Deserialize<BalanceState>(JsonSerializer.Serialize(balance.State))!;
        Assert.Contains("'first'", state.Pending!.Failure);
        Assert.Contains("'first'", Assert.Throws<SpectrumException>(() => balance.AfterEpoch(1)).Message);
        resumed.Restore(state);
        Assert.Contains("'first'", Assert.Throws<SpectrumException>(() => resumed.AfterEpoch(1)).Message);
        Assert.Throws<ArgumentException>(() => TempBalance.Attach(model, new BalanceOptions { Asynchronous = true }, _ => []));
    }

    [Fact]
    public void A_process_that_was_ended_is_started_again_and_none_outlives_its_owner()
    {
        using var model = Model();
        var beside = new SpectraProcess();
        beside.Refresh(model);
        beside.Refresh(model);
        var expected = JsonSerializer.Serialize(beside.State);
        beside.Refresh(model);
        using (var first = Process.GetProcessById(beside.ProcessId!.Value))
        {
            first.Kill();
            first.WaitForExit();
        }
        Assert.Equal(expected, JsonSerializer.Serialize(beside.State));
        using var second = Process.GetProcessById(beside.ProcessId!.Value);
        beside.Dispose();
        second.WaitForExit(TimeSpan.FromSeconds(20));
        Assert.True(second.HasExited);
    }

    [Theory]
    [InlineData(56, 13)]
    [InlineData(12, 4)] // no process: small matrices are analysed at once and used later all the same
    public async Task A_run_killed_at_any_point_ends_as_if_it_had_never_been(int width, int every)
    {
        var spec = Spec(epochs: 3, width);
        var places = new List<string>();
        var undisturbed = await Run(spec, Store("undisturbed"), everyStep with { Passed = places.Add });
        var expected = Contents(undisturbed.Folder);
        Assert.Contains("Pending", File.ReadAllText(Path.Combine(undisturbed.Folder, "state.json")));
        var times = undisturbed.Times()!;
        Assert.True(times.Balancing > TimeSpan.Zero && times.Balancing < times.Training && times.BalancingShare < 1);
        Assert.DoesNotContain("econds", File.ReadAllText(Path.Combine(undisturbed.Folder, "result.json")));
        for (var kill = 1; kill < places.Count; kill += every)
        {
            var (store, passed) = (Store($"killed{kill}"), 0);
            await Assert.ThrowsAsync<InvalidOperationException>(() => Run(spec, store, everyStep with { Passed = place => { if (passed++ == kill) throw new InvalidOperationException(place); } }));
            Assert.Equal(expected, Contents((await Run(spec, store)).Folder));
        }
        // Other numbers than without, and another run.
        var prompt = await Run(spec with { Balancing = new BalancingSpec() }, Store("undisturbed"));
        Assert.NotEqual(undisturbed.Id, prompt.Id);
        Assert.Equal(undisturbed.Result["alphaStart"]!.ToJsonString(), prompt.Result["alphaStart"]!.ToJsonString());
        Assert.NotEqual(undisturbed.Result["weights"]!.ToJsonString(), prompt.Result["weights"]!.ToJsonString());
    }

    [Fact]
    public async Task A_run_that_diverges_is_finished_as_what_it_is()
    {
        var outcome = await Run(Spec(epochs: 4) with { LearningRate = 1e18 }, Store("runs"));
        Assert.True(outcome.Result["diverged"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_process_beside_a_killed_training_ends_and_the_training_resumes()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("looks for child processes in /proc");
        var spec = Spec(epochs: 40);
        var expected = Contents((await Run(spec, Store("undisturbed"), new RunOptions { Threads = 1 })).Folder);
        File.WriteAllText(Path.Combine(folder.Path, "spec.json"), spec.ToJson());
        using (var process = Worker.Start(nameof(Worker.Train_in_a_folder), folder.Path))
        {
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var waited = Stopwatch.StartNew();
            while (!process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(120) && (Children(process.Id).Count == 0 || !File.Exists(Path.Combine(RunFolder() ?? "", "state.json"))))
                Thread.Sleep(2);
            Assert.False(process.HasExited, "the worker ended before it could be killed");
            using var child = Process.GetProcessById(Assert.Single(Children(process.Id)));
            process.Kill();
            process.WaitForExit();
            Assert.True(child.WaitForExit(TimeSpan.FromSeconds(20)), "the process beside the training is still there");
        }
        Worker.Run(nameof(Worker.Train_in_a_folder), folder.Path);
        Assert.Equal(expected, Contents(RunFolder()!));

        string? RunFolder() => Directory.Exists(Path.Combine(folder.Path, "runs")) ? Directory.GetDirectories(Path.Combine(folder.Path, "runs")).SingleOrDefault() : null;
    }

    private static List<int> Children(int parent)
    {
        var found = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                // The parent is the second field after the name in parentheses.
                var status = File.ReadAllText(Path.Combine(process, "stat"));
                if (int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) == parent)
                    found.Add(int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                continue; // it has just ended
            }
        }
        return found;
    }

    private static nn.Module<Tensor, Tensor> Model()
    {
        manual_seed(4);
        return nn.Sequential(("first", nn.Linear(30, 40)), ("blocks", nn.Sequential(("0", nn.Linear(40, 80)), ("1", nn.Linear(80, 80)))), ("last", nn.Linear(80, 20)));
    }

    // Layers grow apart, so that every refresh has other metrics.
    private static void Change(nn.Module model)
    {
        using var gradients = no_grad();
        foreach (var parameter in model.parameters())
            parameter.add_(parameter.pow(3), 0.5).add_(0.001);
    }

    // Wide enough for the process; narrower layers are analysed at once.
    private RunSpec Spec(int epochs, int width = 56)
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs) with { Balancing = new BalancingSpec { Asynchronous = true } };
        spec.Settings["width"] = width;
        return spec;
    }

    private RunStore Store(string name) => new(Path.Combine(folder.Path, name));

    private static Dictionary<string, string> Contents(string run) => compared.ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(run, name))));

    private static Task<RunOutcome> Run(RunSpec spec, RunStore store, RunOptions? options = null) =>
        RunExecutor.RunAsync(spec, store, null, TestContext.Current.CancellationToken, options ?? everyStep);
}
