// Comparing stored runs: pairs by rows and seeds, and no run that disappears.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;

namespace ModelBalancing.Tests.Experiments;

public sealed class RunComparisonTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("compared-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    /// <summary>A run's folder as the executor leaves it; a null value is a diverged run, no result an unfinished one.</summary>
    private string Run(string method, int rows, int seed, double? value, bool finished = true, string? failure = null, double rate = 0.01, int? subset = null)
    {
        string folder = Path.Combine(root, $"fno1d-{method}-{rows}-{seed}-{rate}");
        Directory.CreateDirectory(folder);
        var spec = new JsonObject
        {
            ["kind"] = "fno1d", ["data"] = new JsonObject { ["path"] = "a.hdf5" }, ["rows"] = rows, ["epochs"] = 2, ["learningRate"] = rate,
            ["seeds"] = new JsonObject { ["subset"] = subset ?? seed, ["weights"] = seed, ["order"] = seed },
        };
        if (method != "baseline")
            spec["balancing"] = new JsonObject { ["schedule"] = new JsonObject { ["curve"] = "sigmoid", ["sBelow"] = 0.5 } };
        File.WriteAllText(Path.Combine(folder, "spec.json"), spec.ToJsonString());
        if (finished)
            File.WriteAllText(Path.Combine(folder, "result.json"), new JsonObject
            {
                ["identity"] = new JsonObject { ["data"] = "abc" },
                ["result"] = new JsonObject
                {
                    ["method"] = method,
                    ["test"] = value is { } number ? new JsonObject { ["RMSE"] = 2 * number, ["nRMSE"] = number, ["samples"] = new JsonArray(number - 0.1, number, number + 0.1) } : null,
                },
            }.ToJsonString());
        else
            File.WriteAllText(Path.Combine(folder, "environment.json"), new JsonObject { ["identity"] = new JsonObject { ["data"] = "abc" } }.ToJsonString());
        if (failure is not null)
            File.WriteAllText(Path.Combine(folder, "failure.json"), new JsonObject { ["message"] = failure, ["type"] = "X", ["step"] = 3, ["attempts"] = 2, ["at"] = "2026-01-01T00:00:00Z" }.ToJsonString());
        return folder;
    }

    private RunComparison Compared(string baseline = "balancing=null", string treatment = "balancing.schedule.curve=sigmoid", string? metric = null) =>
        RunComparison.Of([root], RunSelection.Parse(baseline), RunSelection.Parse(treatment), new() { Metric = metric });

    private void Pairs(int rows, params (double Baseline, double Treatment)[] values)
    {
        for (int seed = 1; seed <= values.Length; seed++)
        {
            Run("baseline", rows, seed, values[seed - 1].Baseline);
            Run("treatment", rows, seed, values[seed - 1].Treatment);
        }
    }

    [Fact]
    public void Pairs_share_rows_and_seeds_and_sizes_are_corrected_together()
    {
        Pairs(64, (0.40, 0.39), (0.42, 0.40), (0.41, 0.41));
        Pairs(16, (0.50, 0.45), (0.55, 0.49), (0.52, 0.48));
        var found = Compared();
        Assert.Equal(("test.nRMSE", 16, 64), (found.Metric, found.Sizes[0].Rows, found.Sizes[1].Rows));
        var summary = PairedSummary.Of([0.50, 0.55, 0.52], [0.45, 0.49, 0.48]);
        var comparison = found.Sizes[0].Comparison!;
        Assert.Equal((summary.MeanDifference, summary.TProbability, summary.Low), (comparison.Difference, comparison.Test.P, comparison.Interval.Low));
        Assert.Equal(2 * comparison.Test.P, comparison.CorrectedP!.Value, 1e-15);
        Assert.Equal((3, 0), (found.Sizes[0].Signs!.Better, found.Sizes[0].Signs!.Worse));
        Assert.Contains(comparison.Uncertainties, source => source.Source == "test examples" && source.Units == 3);
        Assert.Empty(found.LeftOut);
        Assert.Empty(found.OtherDifferences);
        Assert.Equal(2, found.ToTable().Count);
    }

    [Fact]
    public void A_failed_run_is_counted_as_the_worse_one_and_never_left_out_of_a_mean()
    {
        Pairs(16, (0.50, 0.45), (0.55, 0.49), (0.52, 0.48));
        Run("treatment", 16, 2, null);
        Run("baseline", 16, 4, 0.5);
        Run("treatment", 16, 4, null, finished: false, failure: "the disk is full");
        var found = Compared();
        var size = Assert.Single(found.Sizes);
        Assert.Null(size.Comparison);
        Assert.Equal((2, 2), (size.Signs!.Better, size.Signs!.Worse));
        Assert.Contains("2 of 4 pairs hold a failed run", found.Sentences[0]);
        Assert.Equal(["diverged: no finite test.nRMSE", "failed: the disk is full"], found.LeftOut.Select(run => run.Reason));
    }

    [Fact]
    public void Unfinished_and_unpaired_runs_are_listed()
    {
        Pairs(16, (0.50, 0.45), (0.55, 0.49));
        Run("baseline", 16, 3, 0.5);
        Run("baseline", 16, 4, 0.5);
        Run("treatment", 16, 4, null, finished: false);
        Directory.CreateDirectory(Path.Combine(root, "fno1d-torn"));
        File.WriteAllText(Path.Combine(root, "fno1d-torn", "spec.json"), "{");
        var found = Compared();
        Assert.Equal(2, Assert.Single(found.Sizes).Comparison!.First.Count);
        Assert.Equal(["unpaired: no treatment run of these rows and seeds", "its spec.json cannot be read", "not finished", "its partner is not finished"], found.LeftOut.Select(run => run.Reason));
    }

    [Fact]
    public void What_else_differs_is_told_and_two_runs_for_one_place_are_refused()
    {
        Pairs(16, (0.50, 0.45), (0.55, 0.49));
        Directory.Delete(Path.Combine(root, "fno1d-treatment-16-2-0.01"), recursive: true);
        Run("treatment", 16, 2, 0.49, rate: 0.02);
        Assert.Equal(["learningRate"], Compared().OtherDifferences);
        Run("treatment", 16, 1, 0.44, rate: 0.02);
        string message = Assert.Throws<RunException>(() => Compared()).Message;
        Assert.Contains("selects 2 runs of 16 rows and seeds 1", message);
        Assert.Contains("learningRate", message);
        Assert.Single(Compared(treatment: "treatment,learningRate=0.02").Sizes);
        Assert.Throws<RunException>(() => Compared(treatment: "balancing.schedule.curve=sigmoid,learningRate=0.02|0.01"));
    }

    [Fact]
    public void Labels_other_metrics_and_shared_subsets_work()
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            Run("baseline", 16, seed, 0.5 + 0.01 * seed, subset: seed % 2);
            Run("treatment", 16, seed, 0.45 + 0.013 * seed, subset: seed % 2);
        }
        var found = Compared("baseline", "treatment", "test.RMSE");
        var size = Assert.Single(found.Sizes);
        Assert.Equal(2 * 0.5325, size.Comparison!.Second.Mean - 2 * -0.0075, 1e-9);
        Assert.Null(size.Signs);
        Assert.Contains(size.Comparison.Uncertainties, source => source.Source == "subsets" && source.Units == 2);
        Assert.DoesNotContain(size.Comparison.Uncertainties, source => source.Source == "test examples");
    }

    [Fact]
    public void A_sweep_names_its_runs_by_labels_and_tells_of_those_not_started()
    {
        Pairs(16, (0.50, 0.45), (0.55, 0.49));
        Run("baseline", 16, 3, 0.5);
        string sweep = Directory.CreateDirectory(Path.Combine(root, "sweeps", "s")).FullName;
        var points = new JsonArray();
        foreach (string method in new[] { "baseline", "treatment" })
            for (int seed = 1; seed <= 3; seed++)
                points.Add(new JsonObject
                {
                    ["id"] = $"{method}{seed}", ["folder"] = $"fno1d-{method}-16-{seed}-0.01", ["labels"] = new JsonObject { ["method"] = method == "baseline" ? "plain" : "with" },
                    ["spec"] = new JsonObject
                    {
                        ["kind"] = "fno1d", ["data"] = new JsonObject { ["path"] = "a.hdf5" }, ["rows"] = 16, ["epochs"] = 2, ["learningRate"] = 0.01,
                        ["seeds"] = new JsonObject { ["subset"] = seed, ["weights"] = seed, ["order"] = seed },
                    },
                });
        File.WriteAllText(Path.Combine(sweep, "plan.json"), new JsonObject { ["name"] = "s", ["title"] = "", ["threads"] = 1, ["store"] = root, ["points"] = points }.ToJsonString());
        foreach (var (place, baseline, treatment) in new[] { (root, "plain", "with"), (sweep, "method=plain", "method=with") })
        {
            var found = RunComparison.Of([place], RunSelection.Parse(baseline), RunSelection.Parse(treatment));
            Assert.Equal(2, Assert.Single(found.Sizes).Pairs);
            Assert.Contains(found.LeftOut, run => run.Method == "baseline" && run.Seeds == "3");
            Assert.Equal(place == sweep, found.LeftOut.Any(run => run.Reason == "not started"));
        }
        Assert.Contains("plain, with", Assert.Throws<RunException>(() => Compared("neither")).Message);
    }

    [Fact]
    public void A_selection_that_finds_nothing_says_what_there_is()
    {
        Pairs(16, (0.50, 0.45), (0.55, 0.49));
        Assert.Contains("\"sigmoid\"", Assert.Throws<RunException>(() => Compared(treatment: "balancing.schedule.curve=rank")).Message);
        Assert.Contains("baseline, treatment", Assert.Throws<RunException>(() => Compared(treatment: "other")).Message);
        Assert.Contains("test.nRMSE", Assert.Throws<RunException>(() => Compared(metric: "test.accuracy")).Message);
        Assert.Contains("belongs to the baseline", Assert.Throws<RunException>(() => Compared(treatment: "rows=16")).Message);
        string empty = Directory.CreateDirectory(Path.Combine(root, "empty")).FullName;
        Assert.Contains("nor does it hold any", Assert.Throws<RunException>(() => RunComparison.Of([empty], RunSelection.Parse("a=1"), RunSelection.Parse("b=1"))).Message);
        Assert.Contains("member=value", Assert.Throws<RunException>(() => RunSelection.Parse("a=1,=2")).Message);
        Assert.Throws<RunException>(() => RunSelection.Parse(" "));
    }
}
