// Specs, splits and the paired summary: laws that need no training.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Experiments;

public class DesignTests
{
    [Fact]
    public void A_spec_survives_json_and_its_canonical_text_ignores_spelling()
    {
        var spec = Waves.Spec("waves.safetensors") with { Balancing = new BalancingSpec { Schedule = new Schedule.LinearMap(0.6, 0.8), Control = BalanceControl.Shuffled } };
        Assert.Equal(spec.Canonical(), RunSpec.Parse(spec.ToJson()).Canonical());
        var one = RunSpec.Parse("""{"kind":"fno1d","rows":8,"epochs":2,"learningRate":1e-3,"data":{"path":"a"},"settings":{"b":1.50,"a":2}}""");
        var other = RunSpec.Parse("""{ "settings": { "a": 2, "b": 1.5 }, "data": { "path": "a" }, "learningRate": 0.001, "epochs": 2, "rows": 8, "kind": "fno1d", "weightDecay": 1e-4 }""");
        Assert.Equal(one.Canonical(), other.Canonical());
    }

    [Theory] // as stored by the first version of the library
    [InlineData("", "4e4e5c37d6fb40a7591b297ad96df2be858ad9ec0abd2df80c824b3c02a08281")]
    [InlineData("""
        "balancing":{"schedule":{"curve":"sigmoid","sBelow":0.5,"sAbove":0.5,"tau":10},"metric":"Alpha","everyEpochs":1,"fixedMetric":false,"control":"None"},
        """, "c13b6cfc454a9f7385b03ca856f3fe9fb0ca5dcfad83bd609d02c1cc30c517f4")]
    public void A_spec_keeps_its_hash_when_specs_learn_new_members(string balancing, string hash)
    {
        var spec = RunSpec.Parse($$$"""
            {"kind":"fno1d","data":{"path":"anywhere.hdf5"},"rows":16,"seeds":{"subset":101,"weights":101,"order":101},"epochs":400,"batchSize":20,"learningRate":0.005,
            "weightDecay":0.0001,"decay":{"everyEpochs":80,"factor":0.5},"fidelity":"Corrected",{{{balancing}}}"profile":"quick",
            "settings":{"testRows":64,"givenFrames":10,"frames":21,"spaceStride":1,"timeStride":1,"modes":12,"width":20,"raw":false,"validateEvery":2}}
            """);
        Assert.Equal(hash, CanonicalJson.Hash(RunIdentity.TextOf(RunKinds.Find(spec.Kind).Complete(spec))));
    }

    [Fact]
    public void Members_can_be_set_by_name()
    {
        var spec = Waves.Spec("waves.safetensors").Set("learningRate", "1e-2").Set("settings.modes", "6").Set("decay.everyEpochs", "7").Set("data.path", "b.hdf5").Set("balancing", "null");
        Assert.Equal((1e-2, 6, 7, "b.hdf5", null), (spec.LearningRate, spec.Settings["modes"]!.GetValue<int>(), ((StepDecay)spec.Decay).EveryEpochs, spec.Data.Only.Path, spec.Balancing));
        Assert.Contains("learningrate", Assert.Throws<RunException>(() => spec.Set("learningrate", "1")).Message);
        Assert.Contains("epochs", Assert.Throws<RunException>(() => spec.Set("epochs", "many")).Message);
        Assert.Contains("rows", Assert.Throws<RunException>(() => RunSpec.Parse("""{"kind":"fno1d"}""")).Message);
        foreach (var broken in new[] { "", "{ \"kind\": ", "{ \"learningRate\": NaN }" })
            Assert.Contains("it is not valid JSON (line 1)", Assert.Throws<RunException>(() => RunSpec.Parse(broken)).Message);
    }

    [Fact]
    public void Subsets_are_nested_and_the_parts_share_no_row()
    {
        var small = RowSplit.Of(200, 20, 8, seed: 4, SubsetRule.SeededNested);
        var large = RowSplit.Of(200, 20, 64, seed: 4, SubsetRule.SeededNested);
        Assert.Equal(small.Train, large.Train[..8]);
        Assert.Equal(small.Validation, large.Validation[^32..]);
        Assert.Equal((32, 64), (small.Validation.Length, large.Validation.Length));
        Assert.Equal(Enumerable.Range(0, 20), large.Test);
        foreach (var split in new[] { small, large, RowSplit.Of(200, 20, 160, 4, SubsetRule.SeededNested) })
        {
            int[] all = [.. split.Train, .. split.Validation, .. split.Test];
            Assert.Equal(all.Length, all.Distinct().Count());
            Assert.All(all, row => Assert.InRange(row, 0, 199));
        }
        Assert.Equal(20, RowSplit.Of(200, 20, 160, 4, SubsetRule.SeededNested).Validation.Length);
        Assert.NotEqual(small.Train, RowSplit.Of(200, 20, 8, seed: 5, SubsetRule.SeededNested).Train);
    }

    [Fact]
    public void The_released_subset_is_a_stride_after_the_test_block()
    {
        var split = RowSplit.Of(10_000, 1000, 50, seed: 1, SubsetRule.Strided);
        Assert.Equal([1000, 1180, 1360], split.Train[..3]);
        Assert.Equal(50, split.Train.Length);
        Assert.Empty(split.Validation);
    }

    [Fact]
    public void The_summary_agrees_with_scipy()
    {
        foreach (var reference in JsonDocument.Parse(File.ReadAllText(TestData.Fixture("experiments/paired.json"))).RootElement.EnumerateArray())
        {
            double[] Values(string name) => [.. reference.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
            double Number(string name) => reference.GetProperty(name).GetDouble();
            var summary = PairedSummary.Of(Values("baseline"), Values("treatment"));
            Assert.Equal(Number("p"), summary.TProbability, 1e-9);
            Assert.Equal(Number("low"), summary.Low, 1e-9);
            Assert.Equal(Number("high"), summary.High, 1e-9);
            Assert.Equal(Number("flips"), summary.PermutationProbability, 1e-12);
            Assert.Equal(Number("detectable"), summary.SmallestDetectable / summary.Deviation, 1e-5);
        }
    }

    [Fact]
    public void Equal_pairs_differ_by_nothing_and_failed_runs_are_not_averaged()
    {
        var equal = PairedSummary.Of([1, 2, 3], [1, 2, 3]);
        Assert.Equal((0.0, 0.0, 1.0), (equal.MeanDifference, equal.Deviation, equal.PermutationProbability));
        Assert.True(double.IsNaN(equal.TProbability));
        Assert.Contains("failed run", Assert.Throws<ArgumentException>(() => PairedSummary.Of([1, 2], [1, double.NaN])).Message);
        Assert.Throws<ArgumentException>(() => PairedSummary.Of([1, 2], [1]));
    }
}
