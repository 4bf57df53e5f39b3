// A recorded sweep stands alone: it says the same after it was written and read, and compares only what is paired.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;

namespace ModelBalancing.Tests.Experiments;

[Collection("runs")]
public sealed class RecordTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SweepPoint Point(string method, int seed, double rate) => new(TinyKind.Spec(seed, rate > 1 ? 6 : 5) with { LearningRate = rate }, new Dictionary<string, string> { ["method"] = method });

    private async Task<SweepRecord> Carried()
    {
        var store = new RunStore(Path.Combine(folder.Path, "runs"));
        var sweep = new Sweep("tiny", [.. from seed in new[] { 71, 72, 73 } from method in new[] { "baseline", "other" } select Point(method, seed, method == "other" ? 2 : 1)]);
        await sweep.RunAsync(store, cancellation: TestContext.Current.CancellationToken);
        return SweepRecord.Of(sweep, store, ["./workbook sweep tiny.json"]);
    }

    [Fact]
    public async Task A_record_says_the_same_after_it_was_written_and_read()
    {
        var record = await Carried();
        string path = Path.Combine(folder.Path, "tiny.json");
        record.Save(path);
        Assert.DoesNotContain("provenance", File.ReadAllText(path)); // what follows from the runs is not stored
        var read = SweepRecord.Load(path);
        Assert.Equal(("tiny", "test.error", 3), (read.Name, read.Measure, read.Seeds.Count));
        Assert.Equal(["baseline", "other"], read.Methods);
        Assert.Equal(record.Values("other", 1), read.Values("other", 1));
        Assert.Equal(record.Origin, read.Origin);
        Assert.Equal(record.Commands, read.Commands);
        Assert.StartsWith("tiny: 6 runs", read.Provenance);
        Assert.Empty(read.Failures);
        Assert.Equal(["1"], read.Family("other", "baseline").Members.Select(member => member.Label));
        Assert.Equal(6, File.ReadLines(path).Count(line => line.Contains("\"run\":", StringComparison.Ordinal))); // a run a line
    }

    [Fact]
    public async Task Methods_are_compared_within_their_seeds()
    {
        var record = await Carried();
        double[] differences = [.. record.Values("other", 1).Zip(record.Values("baseline", 1), (a, b) => a - b)];
        var compared = record.Compare("other", "baseline", 1)!;
        Assert.True(compared.Options.Paired);
        Assert.Equal(differences.Average(), compared.Difference, 12);
        var unpaired = record with { Runs = [.. record.Runs.Skip(1)] };
        Assert.Contains("must share their seeds", Assert.Throws<RunException>(() => unpaired.Compare("other", "baseline", 1)).Message);
    }

    [Fact]
    public async Task A_method_with_a_run_that_has_no_value_gets_no_mean()
    {
        var record = await Carried();
        Assert.Null((record with { Runs = [.. record.Runs.Select((run, i) => i == 0 ? run with { Result = [] } : run)] }).Compare("other", "baseline", 1));
    }

    [Fact]
    public void Examples_and_subsets_come_from_what_the_runs_hold()
    {
        static RecordedRun Run(string method, int subset, int seed, params double[] samples) => new(new Dictionary<string, string> { ["method"] = method }, "id", 4, new RunSeeds(subset, seed, seed), 1, 1,
            new JsonObject { ["test"] = new JsonObject { ["nRMSE"] = samples.Average(), ["samples"] = new JsonArray([.. samples.Select(value => JsonValue.Create(value))]) } });
        var origin = new RecordedOrigin("system", "", "cpu", "", "", 2, 1, "", 2, default, default);
        var record = new SweepRecord("x", "", [], "test.nRMSE", true, origin,
            [Run("a", 1, 1, 1, 2, 4), Run("a", 1, 2, 2, 2, 3), Run("a", 2, 1, 1, 1, 2), Run("b", 1, 1, 2, 3, 3), Run("b", 1, 2, 3, 3, 3), Run("b", 2, 1, 2, 1, 3)]);
        Assert.Equal(["pairs", "subsets", "test examples"], record.Compare("a", "b", 4)!.Uncertainties.Select(one => one.Source));
    }

    [Fact]
    public void Wrong_and_right_answers_are_the_examples_of_a_share_of_right_ones()
    {
        static RecordedRun Run(double score, params double[] errors) => new(new Dictionary<string, string>(), "id", 4, new RunSeeds(1, 1, 1), 1, 1,
            new JsonObject { ["test"] = new JsonObject { ["score"] = score, ["samples"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]) } });
        Assert.Equal([0, 1, 1, 1], Run(0.75, 1, 0, 0, 0).Examples("test.score")!);
        Assert.Null(Run(0.7, 1, 0, 0, 0).Examples("test.score"));
        Assert.Null(Run(0.75, 0.5, 0.5, 0, 0).Examples("test.score"));
    }

    [Fact]
    public void A_missing_or_damaged_record_is_told_in_one_sentence()
    {
        Assert.Contains("There is no recorded sweep", Assert.Throws<RunException>(() => SweepRecord.Load("no-such-sweep")).Message);
        string path = Path.Combine(folder.Path, "damaged.json");
        File.WriteAllText(path, "{ \"name\": 3");
        Assert.Contains("cannot be read", Assert.Throws<RunException>(() => SweepRecord.Load(path)).Message);
    }
}
