// A sweep as a job array on a real Slurm: a node dies and comes back, a task is asked to save, and the results are those of the local sweep.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments.Sweeps.Slurm;

namespace Workbook.Tests.Sweeps;

[Collection("sweeps")]
public class SlurmTests
{
    [Fact]
    public void A_job_array_survives_a_lost_node_and_a_requeued_task_and_equals_the_local_sweep()
    {
        if (SlurmCluster.Obstacle is { } obstacle)
            Assert.Skip(obstacle);
        using var sweep = new SmallSweep(runs: 12, epochs: 60);
        string local = sweep.Store("local"), store = sweep.Store("slurm"), folder = Path.Combine(store, "sweeps", "small");
        sweep.Run(local);
        using var cluster = new SlurmCluster();

        var submitted = Call(0, "sweep", sweep.File, "--slurm", "--jobs", "2", "--time", "10", "--partition", "main", "--save-every", "0.2", "--runs", store, "--json")!;
        string job = submitted["job"]!.GetValue<string>();
        Assert.Equal(12, submitted["tasks"]!.AsArray().Count);
        Assert.Contains($"Job {job} of the sweep 'small' is still in the queue", Errors(1, "sweep", sweep.File, "--slurm", "--runs", store));

        // A task that trains is asked to save, as preemption and the time limit ask: it is queued again, and goes on.
        var asked = Training("n1");
        cluster.Signal($"{job}_{asked}", "TERM");
        cluster.Until(() => Restarts(asked) > 0, "the task was not queued again");
        Assert.Contains("start the same sweep again to go on", Log(asked));

        // The other node is lost with all that runs on it; Slurm notices, and queues the task again.
        var lost = Training("n2");
        cluster.KillNode("n2");
        cluster.Until(() => cluster.NodeState("n2").StartsWith("down", StringComparison.Ordinal) && Restarts(lost) > 0, "the lost node's task was not queued again");
        cluster.StartNode("n2");
        cluster.Until(() => cluster.NodeState("n2") is "idle" or "mixed" or "allocated", "the node did not come back");

        int most = 0;
        cluster.Until(() =>
        {
            var tasks = Status()["slurm"]!["tasks"]!.AsArray();
            most = Math.Max(most, tasks.Count(task => task!["state"]!.GetValue<string>() == "RUNNING"));
            return tasks.All(task => task!["state"]!.GetValue<string>() is not ("RUNNING" or "PENDING" or "COMPLETING" or "CONFIGURING" or "REQUEUED"));
        }, "the array does not end", seconds: 300);
        var status = Status();
        Assert.Equal(12, status["finished"]!.GetValue<int>());
        Assert.InRange(most, 1, 2);
        sweep.AssertEqual(local, store);
        Assert.Contains("nothing was submitted", Errors(0, "sweep", sweep.File, "--slurm", "--runs", store));

        // The same runs under another root are one table here.
        string merged = sweep.Store("merged");
        var collected = Call(0, "sweep", "collect", sweep.File, "--runs", merged, "--from", store, local, "--json")!;
        Assert.Equal((12, 0, 0), (collected["copied"]!.AsArray().Count, collected["missing"]!.AsArray().Count, collected["conflicts"]!.AsArray().Count));
        sweep.AssertEqual(local, merged);

        TestContext.Current.TestOutputHelper?.WriteLine($"task {asked} was queued again on SIGTERM, task {lost} after its node was lost; restarts in all: {Enumerable.Range(0, 12).Sum(Restarts)}");

        JsonObject Status() => Call(0, "sweep", "status", folder, "--json")!;
        string Log(int task) => File.ReadAllText(Path.Combine(folder, "logs", $"slurm-{job}_{task}.log"));
        int Restarts(int task) => cluster.Run("scontrol", "show", "job", $"{job}_{task}") is var shown && shown.IndexOf("Restarts=", StringComparison.Ordinal) is > 0 and var at ? int.Parse(shown[(at + 9)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) : 0;

        // A task on a node whose run has taken a step and is not nearly done.
        int Training(string node)
        {
            int found = -1;
            cluster.Until(() =>
            {
                foreach (string line in cluster.Run("squeue", "--noheader", "--array", "--job", job, "--states", "RUNNING", "--nodelist", node, "--format", "%K").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    if (int.TryParse(line, out int task) && File.Exists(Path.Combine(folder, "coordinators", $"task-{task}", "live.json"))
                        && JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "coordinators", $"task-{task}", "live.json")))!["running"] is JsonArray { Count: 1 } running
                        && running[0]!["step"]!.GetValue<int>() is > 0 and < 120 && SlurmJob.Read(folder)!.Tasks[task].Count == 1)
                        found = task;
                return found >= 0;
            }, $"no task trains on {node}", seconds: 120);
            return found;
        }

        JsonObject? Call(int expected, params string[] arguments)
        {
            using var process = new WorkbookProcess(arguments, cluster.Variables);
            var (code, output, errors) = process.Wait(TimeSpan.FromMinutes(2));
            Assert.True(code == expected, errors);
            return arguments.Contains("--json") ? JsonNode.Parse(output)!.AsObject() : null;
        }

        string Errors(int expected, params string[] arguments)
        {
            using var process = new WorkbookProcess(arguments, cluster.Variables);
            var (code, output, errors) = process.Wait(TimeSpan.FromMinutes(2));
            Assert.True(code == expected, errors);
            return output + errors;
        }
    }
}
