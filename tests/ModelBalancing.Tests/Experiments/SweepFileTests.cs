// Sweep files: what they expand to, and what they refuse.
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;

namespace ModelBalancing.Tests.Experiments;

public sealed class SweepFileTests : IDisposable
{
    private const string Base = """{ "kind": "fno1d", "data": { "path": "x.hdf5" }, "rows": 8, "epochs": 4, "learningRate": 0.01, "balancing": { "everyEpochs": 3 } }""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Sweep Expanded(string members, string name = "test") => SweepFile.Parse($$"""{ "name": "{{name}}", "base": {{Base}}, {{members}} }""").Expand();

    private static IEnumerable<string> Labels(Sweep sweep) => sweep.Points.Select(point => point.Label);

    [Fact]
    public void Axes_multiply_in_order_and_the_last_varies_fastest()
    {
        var sweep = Expanded("""
            "cases": { "method": { "baseline": { "balancing": null }, "balanced": {} } },
            "grid": { "rows": [8, 16] },
            "zip": [{ "epochs": [4, 6], "decay.everyEpochs": [2, 3] }],
            "seeds": [5, 7]
            """);
        Assert.Equal(16, sweep.Points.Count);
        Assert.Equal("method baseline, rows 8, epochs 4, decay.everyEpochs 2, seed 5", sweep.Points[0].Label);
        Assert.Equal("method baseline, rows 8, epochs 4, decay.everyEpochs 2, seed 7", sweep.Points[1].Label);
        Assert.Equal("method baseline, rows 8, epochs 6, decay.everyEpochs 3, seed 5", sweep.Points[2].Label);
        Assert.Equal("method balanced, rows 16, epochs 6, decay.everyEpochs 3, seed 7", sweep.Points[15].Label);
        Assert.Null(sweep.Points[0].Spec.Balancing);
        Assert.Equal(3, sweep.Points[15].Spec.Balancing!.EveryEpochs);
        Assert.Equal((16, 6, RunSeeds.Of(7)), (sweep.Points[15].Spec.Rows, sweep.Points[15].Spec.Epochs, sweep.Points[15].Spec.Seeds));
        Assert.Equal(Labels(sweep), Labels(Expanded("""
            "cases": { "method": { "baseline": { "balancing": null }, "balanced": {} } }, "grid": { "rows": [8, 16] },
            "zip": [{ "epochs": [4, 6], "decay.everyEpochs": [2, 3] }], "seeds": [5, 7]
            """)));
    }

    [Fact]
    public void Conditions_skip_set_and_add_axes_where_they_match()
    {
        var sweep = Expanded("""
            "cases": { "method": { "baseline": { "balancing": null }, "balanced": {} } },
            "grid": { "rows": [8, 16, 32] },
            "when": [
              { "if": { "method": "baseline", "rows": [16, 32] }, "skip": true },
              { "if": { "balancing.everyEpochs": 3 }, "set": { "learningRate": 0.5 }, "grid": { "balancing.everyEpochs": [1, 2] } },
              { "if": { "rows": 32, "balancing.everyEpochs": "2" }, "skip": true }
            ]
            """);
        Assert.Equal(["method baseline, rows 8", "method balanced, rows 8, balancing.everyEpochs 1", "method balanced, rows 8, balancing.everyEpochs 2",
            "method balanced, rows 16, balancing.everyEpochs 1", "method balanced, rows 16, balancing.everyEpochs 2", "method balanced, rows 32, balancing.everyEpochs 1"], Labels(sweep));
        Assert.Equal([0.01, 0.5], sweep.Points.Select(point => point.Spec.LearningRate).Distinct());
        Assert.Equal([1, 2, 1, 2, 1], sweep.Points.Skip(1).Select(point => point.Spec.Balancing!.EveryEpochs));
    }

    [Fact]
    public void A_base_may_be_a_file_beside_and_values_may_have_labels()
    {
        File.WriteAllText(Path.Combine(folder.Path, "base.json"), Base);
        string path = Path.Combine(folder.Path, "sweep.json");
        File.WriteAllText(path, """{ "name": "a.b", "base": "base.json", "set": { "batchSize": 4 }, "grid": { "balancing": [{ "label": "none", "value": null }, { "label": "every", "value": { "everyEpochs": 1 } }] }, "seeds": { "first": 3, "count": 2 }, "threads": 2 }""");
        var sweep = Sweep.Load(path);
        Assert.Equal(["balancing none, seed 3", "balancing none, seed 4", "balancing every, seed 3", "balancing every, seed 4"], Labels(sweep));
        Assert.Equal((2, 4), (sweep.Threads, sweep.Points[0].Spec.BatchSize));
        Assert.Equal(Labels(sweep), Labels(SweepFile.Parse(SweepFile.Load(path).ToJson()).Expand())); // what was read stands alone
    }

    [Fact]
    public void The_example_in_the_checkout_expands()
    {
        var sweep = Sweep.Load(Path.Combine(Folders.Data, "specs", "sweep-fno-little-data.json"));
        Assert.Equal(2 * 3 + 3 * 3 + 3, sweep.Points.Count);
        Assert.Equal(sweep.Points.Count, sweep.Points.Select(point => point.Spec.Canonical()).Distinct().Count());
    }

    [Theory]
    [InlineData("\"grid\": { \"rows\": [] }", "grid.rows must be a list of at least one value")]
    [InlineData("\"grid\": { \"rows\": 8 }", "grid.rows must be a list of at least one value")]
    [InlineData("\"grid\": { \"rows\": [8], \"lines\": [1] }", "there is no member 'lines'")]
    [InlineData("\"grid\": { \"rows\": [8] }, \"when\": [{ \"if\": { \"metod\": \"balanced\" }, \"skip\": true }]", "asks for 'metod', which is neither an axis nor a member")]
    [InlineData("\"grid\": { \"rows\": [\"many\"] }", "a value has the wrong form")]
    [InlineData("\"zip\": [{ \"rows\": [8, 9], \"epochs\": [1] }]", "rows has 2, epochs has 1")]
    [InlineData("\"seeds\": [1, 1]", "none twice")]
    [InlineData("\"seeds\": 3", "seeds must be a list of whole numbers")]
    [InlineData("\"seeds\": { \"first\": 0 }", "seeds must be a list of whole numbers")]
    [InlineData("\"cases\": { \"method\": [1] }", "cases.method must be an object of label")]
    [InlineData("\"when\": [{ \"if\": {}, \"skip\": true }]", "no condition")]
    [InlineData("\"when\": [{ \"if\": { \"rows\": 8 }, \"drop\": true }]", "drop")]
    [InlineData("\"set\": { \"rows.more\": 1 }", "'rows' is a plain value")]
    [InlineData("\"cases\": { \"rows\": { \"a\": {} } }, \"grid\": { \"rows\": [1] }", "varies 'rows' twice")]
    [InlineData("\"threads\": 0", "threads is 0")]
    [InlineData("\"grid\": { \"rows\": [1, 2] }, \"seeds\": { \"first\": 0, \"count\": 150000 }", "more than 200,000 runs")]
    [InlineData("\"runs\": 3", "runs")]
    public void A_wrong_sweep_is_refused_in_one_sentence(string members, string part)
    {
        var refused = Assert.Throws<RunException>(() => Expanded(members));
        Assert.Contains(part, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    public void A_name_that_is_no_folder_is_refused(string name) => Assert.Contains("names a folder", Assert.Throws<RunException>(() => Expanded("\"threads\": 1", name)).Message);
}
