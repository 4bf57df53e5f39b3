// Groups and rates: the released trainer's, with its slips, and what the corrected one guarantees.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Spectra;
using TorchSharp;
using TorchSharp.Modules;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Balancing;

public class TempBalanceTests
{
    private const double Rate = 2.5e-3;

    // The layers of the two-dimensional Fourier operator in its order, without a forward pass.
    private sealed class Layers : nn.Module
    {
        internal Layers(int width = 20, int inputs = 42, int outputs = 4) : base("layers")
        {
            register_module("fc0", nn.Linear(inputs, width));
            for (var i = 0; i < 4; i++)
                register_module($"conv{i}", new Spectral(i));
            for (var i = 0; i < 4; i++)
                register_module($"w{i}", nn.Conv2d(width, width, 1));
            register_module("fc1", nn.Linear(width, 128));
            register_module("fc2", nn.Linear(128, outputs));
        }
    }

    private sealed class Spectral : nn.Module
    {
        internal Spectral(int index) : base($"conv{index}")
        {
            register_parameter("weights1", new Parameter(randn(3, 3, dtype: ScalarType.ComplexFloat32)));
            register_parameter("weights2", new Parameter(randn(3, 3, dtype: ScalarType.ComplexFloat32)));
        }
    }

    // A learning-rate holder that is not one of TorchSharp's groups.
    private sealed class Holder : optim.ILearningRateController
    {
        public double LearningRate { get; set; }

        public double InitialLearningRate { get; set; }
    }

    [Theory]
    [InlineData("released_2dcfd_sigmoid")]
    [InlineData("released_2dcfd_linear")]
    [InlineData("interval_3")]
    [InlineData("count_equals_threshold")]
    [InlineData("no_balancing")]
    public void The_released_trainers_groups_and_rates_are_reproduced(string label)
    {
        var run = Load("spectra/balancing.json").GetProperty("fno_training").EnumerateArray().Single(candidate => candidate.Text("label") == label);
        var options = run.GetProperty("options");
        var baseline = options.Text("temp_balance_lr") == "None";
        var (min, slope) = (options.Number("lr_min_ratio"), options.Number("lr_slope"));
        var names = run.GetProperty("names").EnumerateArray().Select(name => name.GetString()!).ToList();
        var counts = run.GetProperty("eig_number_filtered").Numbers();
        var balanceOptions = new BalanceOptions
        {
            Schedule = options.Text("temp_balance_lr") == "tb_linear_map" ? new Schedule.LinearMap(min, slope) : new Schedule.Sigmoid(min, slope, options.Number("exp_temp")),
            Fidelity = Fidelity.Released with { FewestEigenvalues = (int)options.Number("eigs_thres") },
            RefreshInterval = (int)options.Number("tb_interval_ep"),
            Control = baseline ? BalanceControl.Baseline : BalanceControl.None,
        };
        using var model = new Layers();
        var balance = TempBalance.Attach(model, balanceOptions, _ => Table(run.GetProperty("at_start").GetProperty("alphas")));
        if (!baseline)
        {
            var expectedGroups = run.GetProperty("groups").EnumerateArray().Select(group => string.Join(' ', group.EnumerateArray().Select(name => name.GetString())));
            Assert.Equal(expectedGroups, balance.ParameterGroups().Select(group => string.Join(' ', group.Parameters.Select(parameter => parameter.Name))));
        }
        var holders = balance.ParameterGroups().Select(_ => new Holder()).ToList();
        double worst = 0;
        balance.Apply(holders, Rate);
        Compare(run.GetProperty("at_start"));
        foreach (var epoch in run.GetProperty("epochs").EnumerateArray())
        {
            var ep = (int)epoch.Number("ep");
            var refreshed = balance.AfterEpoch(ep, () => Table(epoch.GetProperty("alphas")));
            Assert.Equal(epoch.GetProperty("estimated").GetBoolean(), refreshed);
            balance.Apply(holders, Rate * Math.Pow(options.Number("gamma"), (ep + 1) / (int)options.Number("step_size")));
            Compare(epoch);
        }
        Report($"{label}: worst difference {worst:e1} of the rate");

        void Compare(JsonElement expected)
        {
            var rates = expected.GetProperty("lr").Numbers();
            for (var i = 0; i < holders.Count; i++)
            {
                var wanted = baseline ? rates[0] : rates[i];
                worst = Math.Max(worst, RelativeDifference(wanted, holders[i].LearningRate));
                Assert.Equal(wanted, holders[i].LearningRate, 2e-14 * wanted);
            }
        }

        IReadOnlyList<LayerReport> Table(JsonElement alphas) => Reports(names, alphas.Numbers(), [.. counts.Select(count => (int)count)]);
    }

    [Fact]
    public void A_real_run_of_the_released_trainer_is_followed_from_its_weights()
    {
        var run = Load("spectra/fno2d_tb.json");
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/fno2d_tb.safetensors"));
        using var scope = NewDisposeScope();
        using var model = new Layers(width: 8, inputs: 6, outputs: 2);
        double worstAlpha = 0, worstRate = 0;
        LoadStage("initial/");
        var options = new BalanceOptions { Schedule = new Schedule.Sigmoid(run.Number("s"), run.Number("s"), run.Number("exp_temp")), Fidelity = Fidelity.Released with { FewestEigenvalues = 5 } };
        var balance = TempBalance.Attach(model, options);
        Assert.Equal(["fc0", "w0", "w1", "w2", "w3", "fc1"], balance.Tuned);
        Compare(0);
        LoadStage("after1/");
        Assert.True(balance.AfterEpoch(0));
        Compare(1);
        LoadStage("after4/");
        balance.Refresh();
        CompareAlphas(4);
        Report($"alpha {worstAlpha:e1}, rates {worstRate:e1}");
        // The reference is float32.
        Assert.True(worstAlpha < 5e-5, $"alpha differs by {worstAlpha}");
        Assert.True(worstRate < 2e-4, $"rates differ by {worstRate}");

        void LoadStage(string stage)
        {
            using var gradients = no_grad();
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (file.Contains(stage + name))
                    parameter.copy_(file.Read(stage + name));
            }
        }

        void Compare(int epoch)
        {
            CompareAlphas(epoch);
            var rates = run.GetProperty("lr_used")[epoch].Numbers();
            for (var i = 0; i < rates.Length; i++)
                worstRate = Math.Max(worstRate, RelativeDifference(rates[i], Rate * balance.Groups[i].Multiplier));
        }

        void CompareAlphas(int epoch)
        {
            foreach (var group in balance.Groups.SkipLast(1))
                worstAlpha = Math.Max(worstAlpha, RelativeDifference(run.GetProperty("alphas")[epoch].Number(group.Name), group.Metric));
        }
    }

    [Fact]
    public void Matching_by_name_keeps_every_rate_with_its_layer_where_the_released_one_shifts()
    {
        using var model = new Layers();
        string[] names = ["fc0", "w0", "w1"];
        // fc0 has exactly as many eigenvalues as the limit.
        var fidelity = Fidelity.Released with { FewestEigenvalues = 20, Groups = GroupMatching.ByName };
        var options = new BalanceOptions { Fidelity = fidelity, Schedule = new Schedule.LinearMap(0.5, 1) };
        var balance = TempBalance.Attach(model, options, _ => Reports(names, [5, 2, 3], [20, 25, 25]));
        Assert.Equal(["w0", "w1"], balance.Tuned);
        for (var epoch = 0; epoch < 4; epoch++)
        {
            Assert.True(balance.AfterEpoch(epoch, () => Reports(names, [5, 3, 2], [20, 25, 25])));
            Assert.Equal((1.5, 0.5, 1.0), (balance.Multiplier("w0"), balance.Multiplier("w1"), balance.Multiplier(TempBalance.Rest)));
        }
    }

    [Fact]
    public void Every_parameter_is_in_one_group_and_spectral_weights_are_never_tuned()
    {
        using var model = new Layers();
        var balance = TempBalance.Attach(model, new BalanceOptions());
        var grouped = balance.ParameterGroups().SelectMany(group => group.Parameters.Select(parameter => parameter.Name)).ToList();
        Assert.Equal(model.named_parameters().Select(parameter => parameter.name).Order(), grouped.Order());
        Assert.Equal(["fc0", "w0", "w1", "w2", "w3", "fc1", TempBalance.Rest], balance.ParameterGroups().Select(group => group.Name));
        var rest = balance.ParameterGroups()[^1].Parameters.Select(parameter => parameter.Name).ToList();
        Assert.Contains("conv0.weights1", rest);
        Assert.Contains("fc2.weight", rest);
    }

    [Fact]
    public void Frozen_and_excluded_layers_are_left_alone()
    {
        using var model = new Layers();
        foreach (var (name, parameter) in model.named_parameters())
            parameter.requires_grad = !name.StartsWith("w1.");
        var balance = TempBalance.Attach(model, new BalanceOptions { Exclude = ["fc0"] });
        Assert.Equal(["w0", "w2", "w3", "fc1"], balance.Tuned);
        Assert.DoesNotContain(balance.ParameterGroups().SelectMany(group => group.Parameters), parameter => parameter.Name.StartsWith("w1."));
        Assert.Contains("fc0.weight", balance.ParameterGroups()[^1].Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void A_layer_that_loses_its_tail_goes_back_to_the_base_rate()
    {
        using var model = new Layers();
        var balance = TempBalance.Attach(model, new BalanceOptions { Schedule = new Schedule.LinearMap() });
        using (no_grad())
            nn.init.zeros_(model.named_parameters().Single(parameter => parameter.name == "w0.weight").parameter);
        balance.Refresh();
        Assert.Equal(1, balance.Multiplier("w0"));
        Assert.Equal(0.5, balance.Groups.SkipLast(1).Where(group => group.Name != "w0").Min(group => group.Multiplier), 1e-12);
        Assert.NotNull(balance.Reports.Single(report => report.Name == "w0").Note);
    }

    [Fact]
    public void Rates_are_written_to_an_optimizers_groups_and_do_not_compound()
    {
        using var model = new Layers();
        var balance = TempBalance.Attach(model, new BalanceOptions());
        using var optimizer = optim.Adam(balance.ParameterGroups().Select(group => new Adam.ParamGroup(group.Parameters.Select(parameter => parameter.P))), lr: Rate);
        for (var time = 0; time < 3; time++)
            balance.Apply(optimizer, Rate / 2);
        Assert.Equal(balance.Groups.Select(group => Rate / 2 * group.Multiplier), optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.Equal(Rate / 2, optimizer.ParamGroups.Last().LearningRate);
    }

    [Fact]
    public void Groups_of_another_order_or_number_are_refused_before_anything_is_written()
    {
        using var model = new Layers();
        var balance = TempBalance.Attach(model, new BalanceOptions());
        var groups = balance.ParameterGroups().Select(group => new Adam.ParamGroup(group.Parameters.Select(parameter => parameter.P))).ToList();
        (groups[1], groups[2]) = (groups[2], groups[1]);
        using var shuffled = optim.Adam(groups, lr: Rate);
        var before = shuffled.ParamGroups.Select(group => group.LearningRate).ToList();
        Assert.Contains("'w0'", Assert.Throws<ArgumentException>(() => balance.Apply(shuffled, 1)).Message);
        Assert.Equal(before, shuffled.ParamGroups.Select(group => group.LearningRate));
        using var single = optim.Adam(model.parameters(), lr: Rate);
        Assert.Contains("1 parameter groups", Assert.Throws<ArgumentException>(() => balance.Apply(single, 1)).Message);
        Assert.Throws<ArgumentException>(() => balance.Multiplier("w9"));
    }

    [Theory]
    [InlineData(BalanceControl.None)]
    [InlineData(BalanceControl.Shuffled)]
    public void A_resumed_run_goes_on_as_the_uninterrupted_one(BalanceControl control)
    {
        manual_seed(9);
        using var model = new Layers();
        foreach (var fidelity in new[] { Fidelity.Corrected, Fidelity.Released })
        {
            var options = new BalanceOptions { Fidelity = fidelity, Control = control, ControlSeed = 3, RefreshInterval = 3 };
            var balance = TempBalance.Attach(model, options);
            Disturb(model);
            balance.AfterEpoch(0);
            var saved = JsonSerializer.Serialize(balance.State);
            Disturb(model);
            var resumed = TempBalance.Attach(model, options);
            resumed.Restore(JsonSerializer.Deserialize<BalanceState>(saved)!);
            Assert.Equal(balance.Groups, resumed.Groups);
            for (var epoch = 1; epoch < 5; epoch++)
            {
                Disturb(model);
                Assert.Equal(balance.AfterEpoch(epoch), resumed.AfterEpoch(epoch));
                Assert.Equal(balance.Groups, resumed.Groups);
            }
            Assert.Equal(JsonSerializer.Serialize(balance.State), JsonSerializer.Serialize(resumed.State));
        }
    }

    [Fact]
    public void The_state_of_another_model_or_variant_is_refused()
    {
        using var model = new Layers();
        using var other = nn.Linear(30, 30);
        var state = TempBalance.Attach(model, new BalanceOptions()).State;
        Assert.Contains("resume", Assert.Throws<ArgumentException>(() => TempBalance.Attach(other, new BalanceOptions()).Restore(state)).Message);
        Assert.Contains("fidelity", Assert.Throws<ArgumentException>(() => TempBalance.Attach(model, new BalanceOptions { Fidelity = Fidelity.Paper }).Restore(state)).Message);
    }

    [Fact]
    public void A_fixed_metric_never_changes()
    {
        using var model = new Layers();
        var balance = TempBalance.Attach(model, new BalanceOptions { FixedMetric = true });
        var before = balance.Groups;
        Disturb(model);
        Assert.False(balance.AfterEpoch(0));
        Assert.Equal(before, balance.Groups);
        Assert.Equal(1, balance.Refreshes);
    }

    [Fact]
    public void Controls_use_the_same_multipliers_on_other_layers()
    {
        using var model = new Layers();
        double[] With(BalanceControl control, int seed = 0) =>
            [.. TempBalance.Attach(model, new BalanceOptions { Control = control, ControlSeed = seed }).Groups.Select(group => group.Multiplier)];
        var balanced = With(BalanceControl.None);
        var layers = balanced[..^1];
        Assert.All(With(BalanceControl.Baseline), multiplier => Assert.Equal(1, multiplier));

        var shuffled = With(BalanceControl.Shuffled, seed: 4);
        Assert.Equal(layers.Order(), shuffled[..^1].Order());
        Assert.All(layers.Zip(shuffled), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(shuffled, With(BalanceControl.Shuffled, seed: 4));
        Assert.Contains(Enumerable.Range(0, 20), seed => !With(BalanceControl.Shuffled, seed).SequenceEqual(shuffled));

        var inverted = With(BalanceControl.Inverted);
        Assert.Equal(layers.Order(), inverted[..^1].Order());
        Assert.Equal(layers.Max(), inverted[Array.IndexOf(layers, layers.Min())]);

        Assert.All(With(BalanceControl.MeanMultiplier), multiplier => Assert.Equal(layers.Average(), multiplier, 1e-12));
        Assert.Equal(1, shuffled[^1]);
    }

    [Theory]
    [InlineData(LayerMetric.StableRank)]
    [InlineData(LayerMetric.LambdaMax)]
    [InlineData(LayerMetric.Distance)]
    public void Another_metric_can_be_balanced(LayerMetric metric)
    {
        using var model = new Layers();
        var balance = TempBalance.Attach(model, new BalanceOptions { Metric = metric, Schedule = new Schedule.LinearMap() });
        var report = balance.Reports.Single(layer => layer.Name == "fc1");
        Assert.Equal(metric.Of(report, Fidelity.Corrected), balance.Groups.Single(group => group.Name == "fc1").Metric);
        Assert.Equal(1.5, balance.Groups.Max(group => group.Multiplier), 1e-12);
    }

    [Fact]
    public void A_layer_whose_released_fit_fails_stops_the_run_instead_of_spreading_nan()
    {
        using var model = new Layers();
        LayerReport[] reports = [.. Reports(["w0", "w1"], [2, 3], [20, 20])];
        reports[1] = reports[1] with { Fit = null, Note = "no peak" };
        Assert.Contains("'w1'", Assert.Throws<SpectrumException>(() => TempBalance.Attach(model, new BalanceOptions { Fidelity = Fidelity.Released }, _ => reports)).Message);
        Assert.Equal(["w0"], TempBalance.Attach(model, new BalanceOptions(), _ => reports).Tuned);
    }

    [Fact]
    public void A_model_with_nothing_to_tune_keeps_the_base_rate()
    {
        using var model = nn.Linear(3, 3);
        var balance = TempBalance.Attach(model, new BalanceOptions());
        Assert.Equal([TempBalance.Rest], balance.ParameterGroups().Select(group => group.Name));
        Assert.Equal(1, balance.Multiplier(TempBalance.Rest));
        Assert.Throws<ArgumentException>(() => TempBalance.Attach(model, new BalanceOptions { RefreshInterval = 0 }));
    }

    [Fact]
    public void Options_survive_json()
    {
        var options = new BalanceOptions { Schedule = new Schedule.Sigmoid(2, 1, 5), Fidelity = Fidelity.Paper, Control = BalanceControl.Inverted, Metric = LayerMetric.StableRank, Exclude = ["a"] };
        var text = JsonSerializer.Serialize(options);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<BalanceOptions>(text)));
        Assert.Equal(options.Schedule, JsonSerializer.Deserialize<BalanceOptions>(text)!.Schedule);
    }

    private static void Disturb(nn.Module model)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!parameter.is_complex())
                parameter.add_(randn_like(parameter).mul_(0.05));
        }
    }

    private static LayerReport[] Reports(IReadOnlyList<string> names, IReadOnlyList<double> alphas, IReadOnlyList<int> counts) =>
        [.. names.Select((name, i) => new LayerReport(name, WeightKind.Linear, counts[i], counts[i], new Spectrum([.. Enumerable.Repeat(1.0, counts[i])]),
            new TailFit(alphas[i], 1, counts[i], 0, 0.1), null, counts[i]))];
}
