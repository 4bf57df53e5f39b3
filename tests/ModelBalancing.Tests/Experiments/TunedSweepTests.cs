// Trials and reported runs as two sweeps: equal trials, seeds apart, the chosen rate, and what the numbers are said to say.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;

namespace ModelBalancing.Tests.Experiments;

public sealed class TunedSweepTests
{
    private const string Rates = """[{ "if": { "setting": "small" }, "grid": { "learningRate": [0.1, 0.2] } }]""";

    private static TunedSweep Of(string when = Rates, string seeds = "[101]", string name = "tiny-trials", params int[] reported)
    {
        TinyKind.Spec(0);
        return new(SweepFile.Parse($$"""
            {
              "name": "{{name}}",
              "base": { "kind": "tiny", "rows": 4, "epochs": 3, "batchSize": 2, "learningRate": 0.5 },
              "cases": { "setting": { "small": {}, "large": { "rows": 8 } }, "method": { "a": {}, "b": { "weightDecay": 0 } } },
              "when": {{when}},
              "seeds": {{seeds}}
            }
            """), reported.Length > 0 ? reported : [1, 2]);
    }

    [Fact]
    public void A_setting_with_one_rate_has_no_trial()
    {
        var sweep = Of();
        Assert.Equal((4, 8), sweep.RunCounts); // small: two methods, two rates; all: two methods, two settings, two seeds
        Assert.Equal((4 * 6) + (2 * 2 * (6 + 12)), sweep.StepCount);
    }

    [Fact]
    public void The_reported_sweep_takes_the_rate_that_each_method_chose()
    {
        var sweep = Of();
        var points = sweep.Reported([new("small", "a", 0.2, 1), new("small", "b", 0.1, 1), new("large", "a", 0.5, double.NaN), new("large", "b", 0.5, double.NaN)]).Expand().Points;
        Assert.Equal("tiny", sweep.ReportedName);
        Assert.Equal([0.2, 0.2, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5], points.Select(point => point.Spec.LearningRate));
        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 2], points.Select(point => point.Spec.Seeds.Subset));
    }

    [Theory]
    [InlineData("""[{ "if": { "setting": "small", "method": "a" }, "grid": { "learningRate": [0.1, 0.2] } }]""", "[101]", "tiny-trials", "same trials")]
    [InlineData(Rates, "[1]", "tiny-trials", "tuning seed")]
    [InlineData(Rates, "[101]", "tiny", "-trials")]
    public async Task An_unfair_design_is_refused_before_anything_runs(string when, string seeds, string name, string part)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<RunException>(() => Of(when, seeds, name).RunAsync(new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken));
        Assert.Contains(part, refused.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_reading_names_floors_failures_and_the_test()
    {
        var result = Result("small", a: [0.5, 0.6, 0.7], b: [0.3, 0.41, 0.5], floor: 0.45);
        var said = result.Reading("b", "a", [("mean", "the mean"), ("none", "nothing")], "error");
        Assert.Equal("small: 3 of 3 a models are no better than the mean (0.450).", said[0]);
        Assert.Equal("small: 1 of 3 b models are no better than the mean (0.450).", said[1]);
        Assert.StartsWith("small: mean error with b 32.8 % lower (0.403 against 0.600, 3 pairs): significant", said[2]);

        var failed = Result("small", a: [0.5, 0.6, 0.7], b: [0.3, double.NaN, 0.5], floor: 0.9);
        Assert.Equal(["small"], result.Comparable("b", "a", "test.error"));
        Assert.Empty(failed.Comparable("b", "a", "test.error"));
        Assert.Contains("small: a run diverged, which counts as a failure of its method; no means are compared.", failed.Reading("b", "a", [("mean", "the mean")], "error"));
    }

    private static TunedResult Result(string setting, double[] a, double[] b, double floor)
    {
        SweepRun Run(string method, double error, int seed) => new(
            new SweepPoint(TinyKind.Spec(seed), new Dictionary<string, string> { [TunedSweep.SettingAxis] = setting, [TunedSweep.MethodAxis] = method }), $"{seed}",
            new RunOutcome($"{seed}", "", new JsonObject
            {
                ["test"] = new JsonObject { ["error"] = double.IsNaN(error) ? null : error },
                ["floors"] = new JsonObject { ["mean"] = new JsonObject { ["error"] = floor } },
            }, Reused: false, default), null);
        return new([], new SweepResult([.. a.Select((error, seed) => Run("a", error, seed)), .. b.Select((error, seed) => Run("b", error, seed))]), "");
    }
}
