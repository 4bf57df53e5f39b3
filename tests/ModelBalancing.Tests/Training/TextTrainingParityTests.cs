// Optimizers, schedule and the fine-tuning loop against the released code and the public classes, run as they are.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Models;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public class TextTrainingParityTests
{
    private static readonly EncoderSettings small = new EncoderSettings { Vocabulary = 64, Width = 16, Blocks = 2, Heads = 4, FeedForward = 32, Positions = 24 }.WithoutDropout;
    private static readonly EncoderSettings deep = new EncoderSettings { Vocabulary = 100, Width = 32, Blocks = 4, Heads = 4, FeedForward = 64, Positions = 42 }.WithoutDropout;

    public static TheoryData<string, ScalarType> Optimizers => [.. from optimizer in EncoderReference.Training.GetProperty("optimizers").EnumerateObject() from type in new[] { ScalarType.Float64, ScalarType.Float32 } select (optimizer.Name, type)];

    public static TheoryData<string, ScalarType> Runs => [.. from run in EncoderReference.Training.GetProperty("finetune").GetProperty("runs").EnumerateObject() from type in new[] { ScalarType.Float64, ScalarType.Float32 } select (run.Name, type)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Five_steps_of_every_optimizer_are_those_of_the_public_classes(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var file = EncoderReference.Open("training");
        bool exact = type == ScalarType.Float64;
        string form = exact ? "f64" : "f32";
        var json = EncoderReference.Training.GetProperty("optimizers").GetProperty(name).GetProperty(form);
        using var model = new EncoderModel(small, EncoderHead.Classification, 3, seed: null, type);
        EncoderReference.Fill(model, file, "optimizers/initial/");
        var groups = model.named_parameters().Select(parameter => new BalancedGroup(parameter.name, [(parameter.name, parameter.parameter)])).ToList();
        var (optimizer, rate, decay) = Make(name, groups);
        using var disposed = optimizer;
        using var sharpness = name switch { "sam-released" => new SharpnessAware(optimizer, 0.05, adaptive: true), "sam" => new(optimizer), "asam" => new(optimizer, 2, adaptive: true), "sam-sgd" => new(optimizer, 0.5), _ => null };
        bool decaysAll = name == "adafactor-momentum";
        using var balance = StepBalance.Attach(model, new StepBalanceOptions { Balance = new BalanceOptions { Control = BalanceControl.Baseline, FixedMetric = true }, WeightDecay = decaysAll ? 0 : decay }, _ => []);
        var loop = new FineTuningLoop(model, optimizer, balance, new FineTuningOptions
        {
            LearningRate = rate, Schedule = new ConstantRate(), StepsPerEpoch = 5, Steps = 5, Clip = name == "sam-released" ? 1 : null, ClipFirst = true,
        }, sharpness);
        for (int step = 0; step < 5; step++)
        {
            using var batch = Batch(file, $"optimizers/batch.{step}/");
            var took = loop.Step(step, batch);
            Near(json.GetProperty("losses")[step], took.Loss, exact ? 1e-9 : 1e-5, $"loss of step {step}");
            Near(json.GetProperty("gradient_norms")[step], took.GradientNorm, exact ? 1e-8 : 1e-4, $"norm of step {step}");
            if (sharpness is not null)
                Near(json.GetProperty("loss_of_second_pass")[step], took.PerturbedLoss, exact ? 1e-9 : 1e-5, $"second loss of step {step}");
            if (step == 0 && exact)
                Weights(model, file, $"optimizers/{name}/after.1.{form}/", 1e-9, name);
        }
        Weights(model, file, $"optimizers/{name}/after.5.{form}/", exact ? 1e-9 : 1e-5, name);
        using var first = Batch(file, "optimizers/batch.0/");
        Near(json.GetProperty("loss_after"), loop.Loss(first).to(ScalarType.Float64).item<double>(), exact ? 1e-9 : 1e-5, "loss after");
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Thirty_steps_of_fine_tuning_are_those_of_the_released_trainer(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var file = EncoderReference.Open("training");
        bool exact = type == ScalarType.Float64;
        var settings = EncoderReference.Training.GetProperty("finetune");
        var json = settings.GetProperty("runs").GetProperty(name).GetProperty(exact ? "f64" : "f32");
        using var model = new EncoderModel(deep, EncoderHead.Classification, 3, seed: null, type);
        EncoderReference.Fill(model, file, "finetune/initial/");
        var fidelity = Fidelity.ReleasedText with { FewestEigenvalues = 8, TailPosition = name == "tb-rank-hybrid-keep-last" ? 2 : 1.5 };
        var options = new StepBalanceOptions
        {
            Balance = new BalanceOptions
            {
                Fidelity = fidelity, Method = EigenvalueMethod.Svd, Control = name == "plain" ? BalanceControl.Baseline : BalanceControl.None,
                Schedule = name switch { "tb-sigmoid-block" => new Schedule.Sigmoid(1.25, 1.25), "tb-rank-hybrid-keep-last" => new Schedule.Rank(), _ => new Schedule.LinearMap() },
            },
            Unit = name == "tb-linear-layer-normalised" ? new BalanceUnit.LayerInBlock() : new BalanceUnit.Block(),
            Normalise = name == "tb-linear-layer-normalised",
            Tuned = name == "tb-rank-hybrid-keep-last" ? TunedRates.Both : TunedRates.LearningRate,
            RemoveLast = name != "tb-rank-hybrid-keep-last", Refresh = new RefreshRule.EverySteps(4), WarmupSteps = 2, WeightDecay = 0.1,
        };
        using var balance = StepBalance.Attach(model, options);
        using var optimizer = new DecoupledAdam(balance.Groups, 0);
        var loop = new FineTuningLoop(model, optimizer, balance, new FineTuningOptions { LearningRate = 2e-3, StepsPerEpoch = 6, Steps = 30 });
        string[] order = [.. settings.GetProperty("parameter_order").EnumerateArray().Select(one => one.GetString()!)];
        Assert.Equal(order, balance.Groups.Select(group => group.Name));
        var refreshes = json.GetProperty("refreshes").EnumerateArray().ToDictionary(refresh => refresh.GetProperty("step").GetInt32());
        double tolerance = exact ? 1e-8 : 1e-5;
        for (int step = 0; step < 30; step++)
        {
            if (step > 0)
                Rates(step); // before the step: what it will use
            using var batch = Batch(file, $"finetune/batch.{step % 6}/");
            var took = loop.Step(step, batch);
            Near(json.GetProperty("losses")[step], took.Loss, tolerance, $"loss of step {step}");
            Near(json.GetProperty("gradient_norms")[step], took.GradientNorm, exact ? 1e-7 : 1e-3, $"norm of step {step}");
            if (refreshes.TryGetValue(step, out var refresh))
            {
                var own = balance.Reports.Where(report => refresh.GetProperty("layers").EnumerateArray().Any(layer => layer.GetString() == report.Name)).ToList();
                Assert.Equal(refresh.GetProperty("layers").EnumerateArray().Select(layer => layer.GetString()), own.Select(report => report.Name));
                for (int layer = 0; layer < own.Count; layer++)
                    Near(refresh.GetProperty("alpha")[layer], own[layer].Fit!.Alpha, exact ? 1e-8 : 1e-3, $"alpha of {own[layer].Name} at {step}");
            }
        }
        using var evaluated = Batch(file, "finetune/eval/");
        var wanted = tensor(json.GetProperty("final_logits").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(value => value.GetDouble())).ToArray(), 8, 3);
        double off = EncoderReference.Difference(loop.Predict(evaluated), wanted);
        Assert.True(off < (exact ? 1e-7 : 1e-4), $"final logits: off by {off:e2}");
        foreach (var norm in json.GetProperty("final_weight_norms").EnumerateObject().Where(norm => exact || !norm.Name.EndsWith("key.bias", StringComparison.Ordinal)))
            Near(norm.Value, model.named_parameters().First(parameter => parameter.name == norm.Name).parameter.norm().to(ScalarType.Float64).item<double>(), tolerance, norm.Name);

        void Rates(int step)
        {
            foreach (var (member, of) in new[] { ("group_lr", new Func<int, double>(group => optimizer.ParamGroups.ElementAt(group).LearningRate)), ("group_wd", group => balance.RatesFor(step, 1)[group].WeightDecay) })
                if (json.GetProperty(member).TryGetProperty($"{step}", out var stored))
                    for (int group = 0; group < order.Length; group++)
                        Assert.True(Math.Abs(stored[group].GetDouble() - of(group)) <= (exact ? 1e-9 : 1e-4) * 0.1, $"{member} of {order[group]} at {step}: {of(group)}, expected {stored[group]}");
        }
    }

    [Fact]
    public void The_schedule_is_the_released_one()
    {
        foreach (var schedule in EncoderReference.Training.GetProperty("schedules").EnumerateArray())
        {
            var (steps, ratio, top) = (schedule.GetProperty("steps").GetInt32(), schedule.GetProperty("warmup_ratio").GetDouble(), schedule.GetProperty("base_lr").GetDouble());
            bool all = schedule.GetProperty("lr").ValueKind == JsonValueKind.Array;
            var stored = schedule.GetProperty(all ? "lr" : "lr_every_20th").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            for (int i = 0; i < stored.Length; i++)
                Assert.Equal(stored[i], new LinearDecay(ratio).Rate(top, new SchedulePosition(all ? i : 20 * i, 10, steps)), 1e-12 * top);
        }
    }

    [Fact]
    public void Gradients_of_parts_are_those_of_the_whole_batch()
    {
        using var scope = NewDisposeScope();
        using var file = EncoderReference.Open("training");
        Tensor[] After(params int[] sizes)
        {
            using var model = new EncoderModel(small, EncoderHead.Classification, 3, seed: 1, ScalarType.Float64);
            using var balance = StepBalance.Attach(model, new StepBalanceOptions { Balance = new BalanceOptions { Control = BalanceControl.Baseline } }, _ => []);
            using var optimizer = new MomentumDescent(balance.Groups, 0);
            var loop = new FineTuningLoop(model, optimizer, balance, new FineTuningOptions { LearningRate = 0.1, Schedule = new ConstantRate(), StepsPerEpoch = 1, Steps = 1 });
            var rows = Enumerable.Range(0, 7).Select(row => new EncodedExample([new EncodedText([0, .. Enumerable.Range(5 + row, 2 + row), 2])], row % 3, 0)).ToList();
            var parts = new List<TextBatch>();
            foreach (int size in sizes)
                parts.Add(TextBatch.Of(rows.GetRange(parts.Sum(part => part.Rows), size), padding: 1));
            loop.Step(0, parts);
            parts.ForEach(part => part.Dispose());
            return [.. model.parameters().Select(parameter => parameter.detach().clone())];
        }
        foreach (var (whole, parts) in After(7).Zip(After(3, 3, 1)))
            Assert.True((whole - parts).abs().max().item<double>() < 1e-14);
    }

    [Fact]
    public void Padding_to_the_longest_and_to_the_most_give_the_same_training()
    {
        using var scope = NewDisposeScope();
        Tensor[] After(int? length)
        {
            using var model = new EncoderModel(small, EncoderHead.Classification, 3, seed: 1, ScalarType.Float64);
            using var balance = StepBalance.Attach(model, new StepBalanceOptions { Balance = new BalanceOptions { Fidelity = Fidelity.Corrected with { FewestEigenvalues = 8 } }, Refresh = new RefreshRule.EverySteps(2) });
            using var optimizer = new DecoupledAdam(balance.Groups, 0);
            var loop = new FineTuningLoop(model, optimizer, balance, new FineTuningOptions { LearningRate = 1e-3, StepsPerEpoch = 3, Steps = 6 });
            for (int step = 0; step < 6; step++)
            {
                using var batch = TextBatch.Of([.. Enumerable.Range(0, 4).Select(row => new EncodedExample([new EncodedText([0, .. Enumerable.Range(5 + row + step, 2 + row), 2])], row % 3, 0))], padding: 1, length);
                loop.Step(step, batch);
            }
            return [.. model.parameters().Select(parameter => parameter.detach().clone())];
        }
        foreach (var ((longest, most), name) in After(null).Zip(After(20)).Zip(new EncoderModel(small, EncoderHead.Classification, 3, seed: 1).named_parameters().Select(parameter => parameter.name)))
            if (!name.EndsWith("key.bias", StringComparison.Ordinal)) // no output depends on them, and their gradients are rounding
                Assert.True((longest - most).abs().max().item<double>() < 1e-9, name);
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("adafactor-momentum")]
    [InlineData("sgd-nesterov")]
    public void A_restored_optimizer_goes_on_bit_for_bit(string name)
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(small, EncoderHead.Classification, 3, seed: 1);
        using var twin = new EncoderModel(small, EncoderHead.Classification, 3, seed: 1);
        NamedOptimizer Of(EncoderModel of) => Make(name, [.. of.named_parameters().Select(parameter => new BalancedGroup(parameter.name, [(parameter.name, parameter.parameter)]))]).Optimizer;
        void Take(EncoderModel of, NamedOptimizer by)
        {
            using var batch = TextBatch.Of([new EncodedExample([new EncodedText([0, 7, 9, 2])], 1, 0), new EncodedExample([new EncodedText([0, 5, 2])], 2, 0)], padding: 1);
            by.zero_grad();
            EncoderLoss.Classes(of.call(batch.Input), batch.Labels).backward();
            by.step();
        }
        using NamedOptimizer one = Of(model), before = Of(twin), after = Of(twin);
        for (int step = 0; step < 3; step++)
            Take(model, one);
        Take(twin, before);
        var state = before.StateTensors().ToDictionary(tensor => tensor.Key, tensor => tensor.Value);
        after.Restore(tensor => state[tensor], before.Steps);
        Take(twin, after);
        Take(twin, after);
        Assert.All(model.parameters().Zip(twin.parameters()), pair => Assert.True(EncoderReference.Same(pair.First, pair.Second)));
        Assert.Contains("'nowhere'", Assert.Throws<ArgumentException>(() => after.Restore(tensor => state[tensor], new Dictionary<string, long> { ["nowhere"] = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Perturbed_weights_come_back_exactly_and_lie_at_the_radius()
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(small, EncoderHead.Classification, 3, seed: 1, ScalarType.Float64);
        using var optimizer = new MomentumDescent(model.named_parameters().Select(parameter => new BalancedGroup(parameter.name, [(parameter.name, parameter.parameter)])), 0.1);
        using var sharpness = new SharpnessAware(optimizer, 0.25);
        using var batch = TextBatch.Of([new EncodedExample([new EncodedText([0, 7, 9, 2])], 1, 0)], padding: 1);
        EncoderLoss.Classes(model.call(batch.Input), batch.Labels).backward();
        var before = model.parameters().Select(parameter => parameter.detach().clone()).ToList();
        sharpness.Perturb();
        Assert.Equal(0.25, Math.Sqrt(model.parameters().Zip(before).Sum(pair => (pair.First - pair.Second).square().sum().item<double>())), 1e-9);
        Assert.Throws<InvalidOperationException>(sharpness.Perturb);
        sharpness.Return();
        Assert.All(model.parameters().Zip(before), pair => Assert.True(EncoderReference.Same(pair.First, pair.Second)));
    }

    private static (NamedOptimizer Optimizer, double Rate, double Decay) Make(string name, IReadOnlyList<BalancedGroup> groups) => name switch
    {
        "adafactor-trainer" => (new Adafactor(groups, 0.01), 0.01, 0.1),
        "adafactor-defaults" => (new Adafactor(groups, 0.01, 0, new AdafactorOptions { RelativeStep = true, ScaleByWeights = true }), 0.01, 0),
        "adafactor-momentum" => (new Adafactor(groups, 0.01, 0.05, new AdafactorOptions { ScaleByWeights = true, Beta1 = 0.9, Clip = 0.5 }), 0.01, 0.05),
        "sam-sgd" => (new MomentumDescent(groups, 0.05, 0, 0.9), 0.05, 0),
        "sgd" => (new MomentumDescent(groups, 0.05), 0.05, 0.01),
        "sgd-nesterov" => (new MomentumDescent(groups, 0.05, 0, 0.9, nesterov: true), 0.05, 0.01),
        _ => (new DecoupledAdam(groups, 0.01), 0.01, 0.1),
    };

    private static TextBatch Batch(SafetensorsFile file, string prefix)
    {
        using var scope = NewDisposeScope();
        var (ids, mask, labels) = (EncoderReference.Whole(file, $"{prefix}input_ids"), EncoderReference.Whole(file, $"{prefix}attention_mask"), EncoderReference.Whole(file, $"{prefix}labels"));
        var rows = new List<EncodedExample>();
        for (int row = 0; row < ids.shape[0]; row++)
        {
            int length = (int)mask.select(0, row).sum().item<long>();
            rows.Add(new EncodedExample([new EncodedText([.. ids.select(0, row).data<long>().Take(length).Select(id => (int)id)])], (int)labels[row].item<long>(), 0));
        }
        return TextBatch.Of(rows, padding: 1, (int)ids.shape[1]);
    }

    // Key biases have no gradient but rounding, which Adam and Adafactor blow up.
    private static void Weights(nn.Module model, SafetensorsFile file, string prefix, double tolerance, string name)
    {
        foreach (var (parameter, own) in model.named_parameters())
            if (!parameter.EndsWith("key.bias", StringComparison.Ordinal) || (tolerance < 1e-6 && !name.StartsWith("adafactor", StringComparison.Ordinal)))
            {
                double off = (own.to(ScalarType.Float64) - file.Read(prefix + parameter).to(ScalarType.Float64)).abs().max().item<double>();
                Assert.True(off <= tolerance, $"{parameter}: off by {off:e2}");
            }
    }

    private static void Near(JsonElement stored, double actual, double tolerance, string what)
    {
        double wanted = stored.GetDouble();
        Assert.True(Math.Abs(actual - wanted) <= tolerance * Math.Max(1, Math.Abs(wanted)), $"{what}: {actual:r}, expected {wanted:r}");
    }
}
