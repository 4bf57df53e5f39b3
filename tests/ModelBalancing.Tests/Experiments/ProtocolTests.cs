// The rules of comparison as laws: nested and disjoint rows, whole groups, equal trials, seeds apart, failures that count.
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using TorchSharp;

namespace ModelBalancing.Tests.Experiments;

[Collection("runs")]
public sealed class ProtocolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Subsets_of_every_size_are_nested_disjoint_and_validated_on_no_more_than_themselves()
    {
        var random = new Random(1);
        for (int draw = 0; draw < 40; draw++)
        {
            int[] pool = [.. Enumerable.Range(0, random.Next(2, 400)).Where(_ => random.Next(5) > 0).DefaultIfEmpty(3)];
            var splits = Enumerable.Range(1, pool.Length).Select(rows => RowSplit.Draw(pool, rows, seed: draw)).ToList();
            int[] all = splits[^1].Train;
            Assert.Equal(pool, all.Order());
            foreach (var split in splits)
            {
                Assert.Equal(all[..split.Train.Length], split.Train);
                Assert.Empty(split.Train.Intersect(split.Validation));
                Assert.Equal(Math.Min(Math.Max(32, split.Train.Length), pool.Length - split.Train.Length), split.Validation.Length);
                Assert.Equal(split.Validation.Length, split.Validation.Intersect(pool).Count());
            }
        }
    }

    [Fact]
    public void A_group_is_never_in_training_and_validation()
    {
        var random = new Random(2);
        for (int draw = 0; draw < 15; draw++)
        {
            int count = random.Next(80, 500);
            string[] sentence = [.. Enumerable.Range(0, count).Select(_ => $"s{random.Next(count / random.Next(2, 12))}")];
            int[] pool = [.. Enumerable.Range(0, count)];
            int[] all = RowSplit.Draw(pool, count, draw, groupOf: row => sentence[row]).Train;
            for (int rows = 1; rows <= count; rows += 7)
            {
                var split = RowSplit.Draw(pool, rows, draw, groupOf: row => sentence[row]);
                Assert.Equal(all[..rows], split.Train);
                Assert.Empty(split.Train.Select(row => sentence[row]).Intersect(split.Validation.Select(row => sentence[row])));
                Assert.True(split.Validation.Length <= Math.Max(32, rows));
                if (rows <= count / 2)
                    Assert.True(split.Validation.Length >= Math.Min(32, rows), $"{split.Validation.Length} validation rows of {count} for {rows}");
            }
        }
        // One group that is nearly everything is trained on.
        var uneven = RowSplit.Draw([.. Enumerable.Range(0, 100)], 40, 1, groupOf: row => row < 95 ? "large" : $"{row}");
        Assert.All(uneven.Validation, row => Assert.InRange(row, 95, 99));
    }

    [Fact]
    public void Released_rules_take_the_first_rows_or_every_nth_of_the_pool_and_have_no_validation()
    {
        int[] pool = [10, 20, 30, 40, 50, 60];
        Assert.Equal([10, 20], RowSplit.Draw(pool, 2, 1, SubsetRule.FirstRows).Train);
        Assert.Equal([10, 40], RowSplit.Draw(pool, 2, 1, SubsetRule.Strided).Train);
        Assert.Empty(RowSplit.Draw(pool, 2, 1, SubsetRule.Strided).Validation);
        Assert.Contains("7 training rows were asked for, there are 6", Assert.Throws<RunException>(() => RowSplit.Draw(pool, 7, 1)).Message);
    }

    [Fact]
    public void Duplicates_go_and_what_is_reported_does_not_train()
    {
        var rows = DistinctRows.Of(["a", "b", "a", "c", "b", "d", "A"], others: ["c", "x"]);
        Assert.Equal([0, 1, 5, 6], rows.Kept);
        Assert.Equal((2, 1), (rows.Repeated, rows.Elsewhere));
    }

    [Fact]
    public void Dropout_of_a_step_depends_on_seed_purpose_and_step_alone_and_disturbs_nobody()
    {
        static float[] Draw(RandomStream stream, int step)
        {
            using var turn = stream.At(step);
            using var drawn = RandomStream.Dropout(torch.ones(64), 0.5);
            return drawn.data<float>().ToArray();
        }

        var stream = new RandomStream(7, "dropout");
        float[] first = Draw(stream, 3);
        torch.random.manual_seed(5);
        using var undisturbed = torch.rand(8);
        torch.random.manual_seed(5);
        Assert.Equal(first, Draw(new RandomStream(7, "dropout"), 3));
        using var disturbed = torch.rand(8);
        Assert.Equal(undisturbed.data<float>().ToArray(), disturbed.data<float>().ToArray());
        Assert.NotEqual(first, Draw(stream, 4));
        Assert.NotEqual(first, Draw(new RandomStream(8, "dropout"), 3));
        Assert.NotEqual(first, Draw(new RandomStream(7, "masks"), 3));
        // several runs of a process at the same time
        var together = new float[8][];
        Parallel.For(0, together.Length, i => together[i] = Draw(stream, 3));
        Assert.All(together, drawn => Assert.Equal(first, drawn));
    }

    [Fact]
    public void Floors_are_beaten_in_the_direction_of_the_measure_and_never_by_a_failure()
    {
        static JsonObject Result(double? value) => new()
        {
            ["test"] = value is { } number ? new JsonObject { ["accuracy"] = number } : null,
            ["floors"] = new JsonObject { ["majority"] = new JsonObject { ["accuracy"] = 0.5 }, ["words"] = new JsonObject { ["accuracy"] = 0.8 } },
        };
        var accuracy = new ResultMeasure("test.accuracy", SmallerIsBetter: false);
        Assert.Equal("accuracy", accuracy.Name);
        Assert.Equal(["words"], accuracy.BelowFloors(Result(0.7)));
        Assert.Empty(accuracy.BelowFloors(Result(0.9)));
        Assert.Equal(["majority", "words"], accuracy.BelowFloors(Result(null)));
        Assert.Equal(["majority"], new ResultMeasure("test.accuracy").BelowFloors(Result(0.7)));
    }

    private PairedExperiment Experiment()
    {
        var treatment = Waves.Spec(Waves.File(folder.Path), epochs: 2);
        return new(treatment with { Balancing = null }, treatment, Sizes: [8], Seeds: [0, 1]) { TuningSeeds = [5, 6] };
    }

    private Task<PairedResult> Run(PairedExperiment experiment) =>
        experiment.RunAsync(new RunStore(Path.Combine(folder.Path, "runs")), options: new RunOptions { Threads = 1 }, cancellation: TestContext.Current.CancellationToken);

    private static SpecChange Change(params (string Member, string Value)[] members) => new(members.ToDictionary(member => member.Member, member => member.Value));

    [Fact]
    public async Task Every_method_gets_as_many_trials_and_tells_what_they_cost()
    {
        var experiment = Experiment() with
        {
            OwnTrials = new Dictionary<string, IReadOnlyList<SpecChange>>
            {
                ["baseline"] = [SpecChange.LearningRate(1e-3), SpecChange.LearningRate(3e-3), SpecChange.LearningRate(1e-2), SpecChange.LearningRate(3e-2)],
                ["treatment"] = [.. from rate in new[] { "0.003", "0.01" } from s in new[] { "0.25", "1" } select Change(("learningRate", rate), ("balancing.schedule.sBelow", s), ("balancing.schedule.sAbove", s))],
            },
        };
        var result = await Run(experiment);
        Assert.Equal(2 * (4 * 2 + 2), experiment.RunCount);
        foreach (string method in new[] { "baseline", "treatment" })
        {
            var effort = result.Effort(method);
            Assert.Equal((4, 10, 10 * 2 * 3), (effort.Trials, effort.Runs, effort.Steps));
            Assert.True(effort.Seconds > 0);
            var best = result.Trials.Where(trial => trial.Method == method).MinBy(trial => trial.SelectionError)!;
            foreach (var point in result.Points.Where(point => point.Method == method))
            {
                var used = new StoredRun(point.Run.Folder).Spec();
                Assert.Equal(best.Change.Of(used).Canonical(), used.Canonical());
            }
        }
    }

    [Fact]
    public async Task A_design_that_breaks_a_rule_is_refused_before_anything_runs()
    {
        var experiment = Experiment();
        async Task Refused(PairedExperiment wrong, string part) => Assert.Contains(part, (await Assert.ThrowsAsync<RunException>(() => Run(wrong))).Message);
        IReadOnlyList<SpecChange> two = [SpecChange.LearningRate(1e-3), SpecChange.LearningRate(1e-2)];
        Dictionary<string, IReadOnlyList<SpecChange>> Trials(IReadOnlyList<SpecChange> baseline, IReadOnlyList<SpecChange> treatment) => new() { ["baseline"] = baseline, ["treatment"] = treatment };
        await Refused(experiment with { OwnTrials = Trials(two, [.. two, SpecChange.LearningRate(1)]) }, "here they are baseline 2, treatment 3");
        await Refused(experiment with { OwnTrials = Trials(two, [two[0], Change(("weightDecay", "0"))]) }, "differ in more than the balancing and the learning rate");
        await Refused(experiment with { OwnTrials = new Dictionary<string, IReadOnlyList<SpecChange>> { ["tretment"] = two } }, "tretment");
        await Refused(experiment with { LearningRates = [1e-3, 1e-2], TuningSeeds = [1, 7] }, "none of which is a reporting seed");
        await Refused(experiment with { LearningRates = [1e-3, 1e-2], TuningSeeds = [7, 7] }, "all different");
        await Refused(experiment with { Treatment = experiment.Treatment with { BatchSize = 2 } }, "a pair must share everything else");
        await Refused(experiment with { Seeds = [0, 0] }, "occurs twice");
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "runs")));
    }

    [Fact]
    public async Task Controls_run_as_pairs_too_and_a_diverged_run_counts_as_what_it_is()
    {
        var experiment = Experiment();
        var controls = PairedExperiment.ControlsOf(experiment.Treatment);
        Assert.Equal([BalanceControl.Shuffled, BalanceControl.Inverted, BalanceControl.MeanMultiplier], controls.Values.Select(spec => spec.Balancing!.Control));
        Assert.Contains("balanced spec", Assert.Throws<RunException>(() => PairedExperiment.ControlsOf(experiment.Baseline)).Message);
        var result = await Run(experiment with { Controls = controls, LearningRates = [1e18] });
        Assert.Equal(2 * 5, result.Points.Count);
        Assert.Equal(result.Points, result.Failures);
        Assert.Throws<ArgumentException>(() => result.Summary(8));
        Assert.Empty((await Run(experiment with { Controls = controls })).Failures);
    }
}
