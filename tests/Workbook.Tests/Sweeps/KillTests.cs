// SIGKILL at random moments, for workers and coordinators alike: what comes out is what would have come out undisturbed.
using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments.Sweeps;

namespace Workbook.Tests.Sweeps;

[Collection("sweeps")] // one after the other: they need the processors
public class KillTests
{
    [Fact]
    public void A_sweep_that_is_killed_again_and_again_ends_as_if_it_had_never_been() => Kill(kills: 15, runs: 8, seed: 1);

    /// <summary>The figures that issue and README tell; docs/experiments.md names the command.</summary>
    [Fact(Explicit = true)]
    public void A_hundred_kills_over_forty_runs() => Kill(kills: 100, runs: 40, seed: 2);

    private static void Kill(int kills, int runs, int seed)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Processes are found through /proc.");
        using var sweep = new SmallSweep(runs, epochs: 40);
        var clock = Stopwatch.StartNew();
        sweep.Run(sweep.Store("undisturbed"));
        var undisturbed = clock.Elapsed;

        string store = sweep.Store("killed");
        var random = new Random(seed);
        var firstSeen = new Dictionary<string, DateTime>();
        int coordinators = 0, workers = 0, ended = 0;
        clock.Restart();
        var coordinator = Coordinator();
        try
        {
            for (int kill = 0; kill < kills;)
            {
                // Random moments, paced so that the kills are spread over the whole sweep however fast the machine is.
                double ahead = (double)Finished() / runs - (double)kill / kills;
                Thread.Sleep((int)(random.NextDouble() * (ahead > 0.05 ? 150 : ahead < -0.05 ? 2500 : 1000)));
                if (coordinator.Process.HasExited)
                {
                    Assert.Equal(0, coordinator.Wait(TimeSpan.FromSeconds(30)).Code); // everything is finished: what follows dies while it looks at that
                    coordinator.Dispose();
                    coordinator = Coordinator();
                    ended++;
                }
                bool aimsAtWorker = random.Next(4) != 0;
                var alive = SmallSweep.Processes(SweepWorker.Verb, store);
                for (int wait = 0; aimsAtWorker && alive.Count == 0 && wait < 200 && !coordinator.Process.HasExited; wait++)
                {
                    Thread.Sleep(random.Next(100)); // on a busy machine a coordinator takes its time to start workers
                    alive = SmallSweep.Processes(SweepWorker.Verb, store);
                }
                if (alive.Count == 0 || !aimsAtWorker)
                {
                    if (coordinator.Process.HasExited)
                        continue;
                    coordinator.Process.Kill();
                    coordinator.Process.WaitForExit();
                    if (coordinator.Process.ExitCode != 137)
                        continue; // it ended by itself just before
                    coordinators++;
                    coordinator.Dispose();
                    coordinator = Coordinator();
                }
                else
                {
                    WorkbookProcess.Send("KILL", alive[random.Next(alive.Count)]);
                    workers++;
                }
                kill++;
                Note();
            }
            var (code, output, errors) = coordinator.Wait(TimeSpan.FromMinutes(5));
            Assert.True(code == 0, errors);
            var result = JsonNode.Parse(output)!;
            Assert.Equal((runs, 0), (result["finished"]!.GetValue<int>(), result["failed"]!.GetValue<int>()));
        }
        finally
        {
            coordinator.Dispose();
        }
        var killed = clock.Elapsed;
        Note();
        foreach (var (file, written) in firstSeen)
            Assert.Equal(written, File.GetLastWriteTimeUtc(file)); // finished once: no result was made again
        Assert.Equal(runs, firstSeen.Count);
        sweep.AssertEqual(sweep.Store("undisturbed"), store);
        Assert.Empty(SmallSweep.Processes(SweepWorker.Verb, store));
        var status = SweepStatus.Read(Path.Combine(store, "sweeps", "small"));
        Assert.Equal(runs, status.Count(SweepRunState.Finished));
        TestContext.Current.TestOutputHelper?.WriteLine($"{workers} workers and {coordinators} coordinators killed ({status.Interruptions} interruptions noted), {runs} runs; {undisturbed.TotalSeconds:f0} s undisturbed, {killed.TotalSeconds:f0} s with kills; the sweep was over before the last kill {ended} times.");

        WorkbookProcess Coordinator() => SmallSweep.Start("sweep", sweep.File, "--runs", store, "--jobs", "2", "--save-every", "0.05", "--json");
        IEnumerable<string> Results() => Directory.Exists(store) ? Directory.GetDirectories(store, "fno1d-*").Select(run => Path.Combine(run, "result.json")).Where(File.Exists) : [];
        int Finished() => Results().Count();
        void Note()
        {
            foreach (string file in Results())
                firstSeen.TryAdd(file, File.GetLastWriteTimeUtc(file));
        }
    }

    [Fact]
    public void Workers_of_a_killed_coordinator_save_and_end()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Processes are found through /proc.");
        using var sweep = new SmallSweep(runs: 4, epochs: 2000);
        string store = sweep.Store("runs");
        using (var coordinator = SmallSweep.Start("sweep", sweep.File, "--runs", store, "--jobs", "2"))
        {
            Until(() => Directory.Exists(store) && Directory.GetDirectories(store, "fno1d-*").Count(run => File.Exists(Path.Combine(run, "metrics.jsonl"))) == 2);
            coordinator.Process.Kill();
            coordinator.Process.WaitForExit(); // disposing of one that still ends would kill its workers too
        }
        Until(() => SmallSweep.Processes(SweepWorker.Verb, store).Count == 0);
        foreach (string run in Directory.GetDirectories(store, "fno1d-*"))
        {
            Assert.True(File.Exists(Path.Combine(run, "state.safetensors")), "the state is saved");
            Assert.False(File.Exists(Path.Combine(run, "lock")), "the lock is given back");
        }
    }

    [Fact]
    public void A_stopped_sweep_says_how_to_go_on_and_its_exit_code_tells_who_asked()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals.");
        if (OperatingSystem.IsLinux() && IsInterruptIgnored())
            Assert.Skip("SIGINT is ignored in this process (a shell's background job), and programs inherit that.");
        using var sweep = new SmallSweep(runs: 2, epochs: 2000);
        string store = sweep.Store("runs");
        foreach (var (signal, expected) in new[] { ("INT", 1), ("TERM", SweepWorker.StoppedCode) })
        {
            using var process = SmallSweep.Start("sweep", sweep.File, "--runs", store, "--jobs", "2");
            Until(() => SweepStatusOf(store) is { } status && status.Count(SweepRunState.Running) == 2 && status.Items.Any(item => item.Step > 0));
            // As on a terminal, the signal reaches the whole group: the workers leave SIGINT to their coordinator.
            foreach (int worker in SmallSweep.Processes(SweepWorker.Verb, store))
                WorkbookProcess.Send(signal, worker);
            process.Signal(signal);
            var (code, _, errors) = process.Wait(TimeSpan.FromSeconds(60));
            Assert.Equal(expected, code);
            Assert.Contains("start the same sweep again to go on", errors);
            Assert.Equal(2, SweepStatusOf(store)!.Count(SweepRunState.Interrupted));
        }
    }

    [Fact]
    public void A_worker_that_brings_itself_down_twice_has_failed_and_the_others_go_on()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Processes are found through /proc.");
        using var sweep = new SmallSweep(runs: 2, epochs: 300);
        string store = sweep.Store("runs");
        using var process = SmallSweep.Start("sweep", sweep.File, "--runs", store, "--jobs", "1", "--save-every", "0.05", "--json");
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Until(() => SweepStatusOf(store) is { } status && status.Items[0] is { State: SweepRunState.Running, Step: > 0 } && SmallSweep.Processes(SweepWorker.Verb, store).Count == 1);
            int worker = SmallSweep.Processes(SweepWorker.Verb, store)[0];
            WorkbookProcess.Send("SYS", worker); // the runtime keeps handlers for the other ones
            Until(() => !SmallSweep.Processes(SweepWorker.Verb, store).Contains(worker));
        }
        var (code, output, errors) = process.Wait(TimeSpan.FromMinutes(2));
        Assert.Equal(1, code);
        Assert.Contains("The worker process crashed (SIGSYS)", errors);
        var result = JsonNode.Parse(output)!;
        Assert.Equal((1, 1), (result["finished"]!.GetValue<int>(), result["failed"]!.GetValue<int>()));
        Assert.Contains("SIGSYS", File.ReadAllText(SweepFolder.LogOf(Path.Combine(store, "sweeps", "small"), result["runs"]![0]!["id"]!.GetValue<string>())));
    }

    [Fact]
    public void A_single_run_that_is_terminated_saves_gives_its_lock_back_and_asks_to_be_started_again()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signals.");
        if (OperatingSystem.IsLinux() && IsInterruptIgnored())
            Assert.Skip("SIGINT is ignored in this process (a shell's background job), and programs inherit that.");
        using var sweep = new SmallSweep(runs: 2, epochs: 2000);
        string store = sweep.Store("runs"), spec = sweep.Store("spec.json");
        File.WriteAllText(spec, JsonNode.Parse(File.ReadAllText(sweep.File))!["base"]!.ToJsonString());
        using var process = SmallSweep.Start("train", spec, "--runs", store, "--threads", "1");
        Until(() => Directory.Exists(store) && Directory.GetDirectories(store).Any(run => File.Exists(Path.Combine(run, "metrics.jsonl")) && new FileInfo(Path.Combine(run, "metrics.jsonl")).Length > 0));
        process.Signal("TERM");
        var (code, _, errors) = process.Wait(TimeSpan.FromSeconds(60));
        Assert.Equal(SweepWorker.StoppedCode, code);
        Assert.Contains("run the same spec again to go on", errors);
        string run = Directory.GetDirectories(store).Single();
        Assert.True(File.Exists(Path.Combine(run, "state.safetensors")));
        Assert.False(File.Exists(Path.Combine(run, "lock")));
    }

    private static SweepStatus? SweepStatusOf(string store) => File.Exists(Path.Combine(store, "sweeps", "small", "plan.json")) ? SweepStatus.Read(Path.Combine(store, "sweeps", "small")) : null;

    private static void Until(Func<bool> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(90), "waited too long");
            Thread.Sleep(20);
        }
    }

    private static bool IsInterruptIgnored() =>
        (Convert.ToUInt64(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16) & 1UL << 1) != 0;
}
