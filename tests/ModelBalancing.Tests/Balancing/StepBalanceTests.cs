// Rates step by step: the released text trainer's trajectories, and what a model of blocks gets.
using System.IO.Compression;
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Spectra;
using TorchSharp;
using TorchSharp.Modules;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Balancing;

public class StepBalanceTests
{
    private static readonly Lazy<JsonElement> Trajectory = new(() =>
    {
        using var file = File.OpenRead(TestData.Fixture("spectra/trajectory.json.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    });

    public static TheoryData<string> Runs => [.. Trajectory.Value.GetProperty("runs").EnumerateArray().Select(run => run.Text("label"))];

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_released_trainers_rates_are_reproduced_step_by_step(string label)
    {
        var run = Trajectory.Value.GetProperty("runs").EnumerateArray().Single(candidate => candidate.Text("label") == label);
        var options = run.GetProperty("options");
        var names = run.GetProperty("parameters").EnumerateArray().Select(name => name.GetString()!).ToList();
        var decays = run.GetProperty("decay").EnumerateArray().Select(value => value.GetBoolean()).ToList();
        var layers = run.GetProperty("layers").EnumerateArray().Select(name => name.GetString()!).ToList();
        var refreshes = run.GetProperty("refreshes").EnumerateArray().ToDictionary(refresh => (int)refresh.Number("global_step"), refresh => refresh.GetProperty("alphas").Numbers());
        var (steps, warmup, rate) = ((int)run.Number("max_steps"), (int)run.Number("warmup_steps"), options.Number("learning_rate"));
        Schedule Curve(string min, string slope) => (options.Text("temp_balance_lr"), options.Text("schedule_func")) switch
        {
            ("tb_layer_blocks", "rank") => new Schedule.Rank(options.Number(min), options.Number(slope)),
            ("tb_layer_blocks", "linear_map") or ("tb_linear_map", _) => new Schedule.LinearMap(options.Number(min), options.Number(slope)),
            _ => new Schedule.Sigmoid(options.Number("sigmoid_min"), options.Number("sigmoid_max"), options.Number("exp_temp")),
        };
        bool True(string name) => options.GetProperty(name) is { ValueKind: JsonValueKind.True } || (options.GetProperty(name).ValueKind == JsonValueKind.String && options.Text(name) == "True");
        var current = 0;
        var balance = StepBalance.Of([.. names.Zip(decays)], new StepBalanceOptions
        {
            Balance = new BalanceOptions
            {
                Schedule = Curve("lr_min_ratio", "lr_slope"), Fidelity = Fidelity.ReleasedText, FixedMetric = True("fix_tb_metric"),
                Control = True("use_tb") ? BalanceControl.None : BalanceControl.Baseline,
            },
            Unit = options.Text("temp_balance_lr") != "tb_layer_blocks" ? new BalanceUnit.Layer() : options.Text("tb_unit") == "block" ? new BalanceUnit.Block()
                : new BalanceUnit.LayerInBlock(options.Number("lr_min_ratio"), options.Number("lr_slope")),
            Tuned = options.Text("hyperparam_to_tune") switch { "lr" => TunedRates.LearningRate, "wd" => TunedRates.WeightDecay, _ => TunedRates.Both },
            WeightDecaySchedule = Curve("wd_min_ratio", "wd_slope"), Normalise = True("tb_lr_normalize"), RemoveLast = True("remove_last_layer"),
            WarmupSteps = warmup, AfterWarmup = True("after_warm"), WeightDecay = options.Number("weight_decay"), Refresh = new RefreshRule.EverySteps((int)run.Number("esd_interval")),
        }, () => Reports(layers, refreshes[current]));
        var (compared, worst) = (0, 0.0);
        Compare(balance.RatesFor(0, Base(0)), run.GetProperty("initial").GetProperty("lr"), run.GetProperty("initial").GetProperty("wd"));
        foreach (var step in run.GetProperty("steps").EnumerateArray())
        {
            current = (int)step.Number("step");
            Assert.Equal(refreshes.ContainsKey(current) && !(balance.Options.Balance.FixedMetric && current > 0), balance.BeforeStep(current));
            var decay = step.TryGetProperty("wd_after", out var changed) ? changed : run.GetProperty("wd_constant");
            Compare(balance.RatesFor(current + 1, Base(current + 1)), step.GetProperty("lr_after"), decay);
        }
        Report($"{label}: {compared} values, worst difference {worst:e1} of the base value");

        double Base(int step) => rate * (step < warmup ? (double)step / Math.Max(1, warmup) : Math.Max(0, (double)(steps - step) / Math.Max(1, steps - warmup)));

        void Compare(IReadOnlyList<ParameterRate> rates, JsonElement learning, JsonElement decay)
        {
            var (expected, expectedDecay) = (learning.Numbers(), decay.Numbers());
            for (var i = 0; i < rates.Count; i++)
            {
                // The released normalisation divides 0 by 0 once training has ended; there is no rate to compare.
                if (!double.IsNaN(expected[i]))
                    worst = Math.Max(worst, Math.Abs(expected[i] - rates[i].LearningRate) / rate);
                worst = Math.Max(worst, Math.Abs(expectedDecay[i] - rates[i].WeightDecay) / options.Number("weight_decay"));
                Assert.True(worst < 1e-14, $"{names[i]}: {rates[i]}, expected {expected[i]:r} and {expectedDecay[i]:r}");
                compared += 2;
            }
        }
    }

    [Fact]
    public void The_released_interval_rule_is_reproduced()
    {
        foreach (var row in Trajectory.Value.GetProperty("interval_rule").EnumerateArray())
        {
            var perEpoch = (int)row.Number("steps_per_epoch");
            Assert.Equal(row.Number("esd_interval"), new RefreshRule.Released(perEpoch).Interval);
            // Where the released code gets 0, and fails, here it is 1.
            Assert.Equal(Math.Max(1, row.Number("esd_interval_accumulating")), new RefreshRule.Released(perEpoch, 100, (int)row.Number("max_steps")).Interval);
        }
        Assert.Equal(20, new RefreshRule.EveryEpochs(2, 10).Interval);
    }

    [Fact]
    public void Norms_and_biases_follow_their_block_and_the_rest_stays_at_the_base()
    {
        using var model = new Encoder();
        var balance = StepBalance.Attach(model, new StepBalanceOptions { Balance = new BalanceOptions { Schedule = new Schedule.LinearMap() }, RemoveLast = false });
        balance.BeforeStep(0);
        var rates = balance.RatesFor(1, 1.0).ToDictionary(rate => rate.Name);
        Assert.Equal(1, rates["embeddings.weight"].LearningRate);
        Assert.Equal(1, rates["head.weight"].LearningRate);
        foreach (var block in new[] { 0, 1 })
        {
            var own = rates.Values.Where(rate => rate.Name.StartsWith($"layer.{block}.")).Select(rate => rate.LearningRate).Distinct().ToList();
            Assert.Single(own);
            Assert.NotEqual(1, own[0]);
        }
        Assert.Equal((0.1, 0, 0, 0.1), (rates["layer.0.dense.weight"].WeightDecay, rates["layer.0.dense.bias"].WeightDecay, rates["layer.0.norm.weight"].WeightDecay, rates["embeddings.weight"].WeightDecay));
    }

    [Fact]
    public void Rates_reach_the_optimizer_and_never_compound()
    {
        using var model = new Encoder();
        var balance = StepBalance.Attach(model, new StepBalanceOptions { Tuned = TunedRates.Both, RemoveLast = false });
        using var optimizer = optim.AdamW(balance.Groups.Select(group => new AdamW.ParamGroup(group.Parameters.Select(parameter => parameter.P), new AdamW.Options())), lr: 1);
        balance.BeforeStep(0);
        for (var step = 1; step < 4; step++)
            balance.Apply(optimizer, step, 0.5);
        var expected = balance.RatesFor(3, 0.5);
        Assert.Equal(expected.Select(rate => rate.LearningRate), optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.Equal(expected.Select(rate => (double?)rate.WeightDecay), optimizer.ParamGroups.OfType<ParamGroup>().Select(group => ((AdamW.Options)group.Options).weight_decay));
        using var single = optim.AdamW(model.parameters());
        Assert.Contains("Groups", Assert.Throws<ArgumentException>(() => balance.Apply(single, 1, 1)).Message);
    }

    [Theory]
    [InlineData(BalanceControl.None)]
    [InlineData(BalanceControl.Shuffled)]
    [InlineData(BalanceControl.Inverted)]
    [InlineData(BalanceControl.MeanMultiplier)]
    public void A_resumed_run_has_the_same_rates(BalanceControl control)
    {
        manual_seed(11);
        using var model = new Encoder();
        var options = new StepBalanceOptions { Balance = new BalanceOptions { Control = control }, Refresh = new RefreshRule.EverySteps(3) };
        var balance = StepBalance.Attach(model, options);
        balance.BeforeStep(0);
        var resumed = StepBalance.Attach(model, options);
        resumed.Restore(JsonSerializer.Deserialize<StepBalanceState>(JsonSerializer.Serialize(balance.State))!);
        for (var step = 1; step < 7; step++)
        {
            Assert.Equal(balance.BeforeStep(step), resumed.BeforeStep(step));
            Assert.Equal(balance.RatesFor(step + 1, 0.1), resumed.RatesFor(step + 1, 0.1));
        }
        Assert.Throws<ArgumentException>(() => StepBalance.Attach(model, options with { Balance = new BalanceOptions { Fidelity = Fidelity.Paper } }).Restore(balance.State));
    }

    private sealed class Encoder : nn.Module
    {
        internal Encoder() : base("encoder")
        {
            register_module("embeddings", nn.Embedding(50, 16));
            register_module("layer", nn.ModuleList([.. Enumerable.Range(0, 2).Select(_ => (nn.Module)new Block())]));
            register_module("head", nn.Linear(16, 16));
        }
    }

    // The norm comes first, as in pre-norm models.
    private sealed class Block : nn.Module
    {
        internal Block() : base("block")
        {
            register_module("norm", nn.LayerNorm(16));
            register_module("dense", nn.Linear(16, 32));
            register_module("output", nn.Linear(32, 16));
        }
    }

    private static LayerReport[] Reports(IReadOnlyList<string> names, IReadOnlyList<double> alphas) =>
        [.. names.Select((name, i) => new LayerReport(name, WeightKind.Linear, 64, 64, new Spectrum([.. Enumerable.Repeat(1.0, 64)]), new TailFit(alphas[i], 1, 32, 32, 0.1), null, 64))];
}
