// The optimizer inside the training loop, against weights and losses of the authors' own loop, and its exact restore.
using ModelBalancing.Models;
using ModelBalancing.Tests.Models;
using ModelBalancing.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public class SharedMomentAdamTests
{
    [Theory]
    [InlineData("authors_adam", ScalarType.Float32)]
    [InlineData("authors_adam_f64", ScalarType.Float64)]
    [InlineData("torch_adam", ScalarType.Float32)]
    [InlineData("torch_adam_f64", ScalarType.Float64)]
    public void Five_epochs_are_those_of_the_authors_loop(string run, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = FnoReference.Open();
        var json = FnoReference.Json.GetProperty("runs").GetProperty($"fno1d/{run}");
        int Whole(string name) => json.GetProperty(name).GetInt32();
        using var model = new Fno1d(Whole("C"), Whole("T0"), Whole("modes"), Whole("width"), dtype: dtype);
        FnoReference.Load(model, file, "training/fno1d/initial/");
        using var adam = SharedMomentAdam.Over(model, json.GetProperty("learning_rate").GetDouble(), json.GetProperty("weight_decay").GetDouble(), split: run.StartsWith("torch", StringComparison.Ordinal));
        var schedule = new StepDecay(json.GetProperty("StepLR")[0].GetInt32(), json.GetProperty("StepLR")[1].GetDouble());
        var loop = new TrajectoryLoop(model, file.Read("training/fno1d/grid").to(dtype));
        var data = file.Read("training/fno1d/data").to(dtype);

        bool exact = dtype == ScalarType.Float64;
        for (int epoch = 0; epoch < 5; epoch++)
        {
            double rate = schedule.Rate(json.GetProperty("learning_rate").GetDouble(), epoch);
            Assert.Equal(json.GetProperty("lr_used")[epoch][0].GetDouble(), rate);
            adam.Groups[0].LearningRate = rate;
            double wanted = json.GetProperty("losses")[epoch].GetDouble();
            double loss = loop.Step(data, adam);
            Assert.True(Math.Abs(loss / wanted - 1) < (exact ? 1e-11 : 1e-5), $"loss of epoch {epoch}: {loss} instead of {wanted}");
            if (epoch is 0 or 4)
                foreach (var (name, parameter) in model.named_parameters())
                {
                    double difference = FnoReference.Difference(parameter, file.Read($"training/fno1d/{run}/after{epoch + 1}/{name}"));
                    Assert.True(difference < (exact ? 1e-11 : epoch == 0 ? 5e-6 : 2e-5), $"{name} after epoch {epoch}: differs by {difference:g2}");
                }
        }
    }

    [Fact]
    public void A_complex_weight_is_normalised_by_its_modulus_or_part_by_part()
    {
        using var scope = NewDisposeScope();
        double[] FirstStep(bool split)
        {
            var weight = new Parameter(zeros(1, dtype: ScalarType.ComplexFloat64));
            using var adam = new SharedMomentAdam([("rest", [("w", weight)])], learningRate: 0.1, split: split);
            // loss = 3·re + 0.1·im, so that the gradient is 3 + 0.1i
            (view_as_real(weight) * tensor(new double[] { 3, 0.1 })).sum().backward();
            adam.step();
            return [.. view_as_real(weight.detach()).data<double>()];
        }
        Assert.Equal([-0.1 * 3 / Math.Sqrt(9.01), -0.1 * 0.1 / Math.Sqrt(9.01)], FirstStep(false), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([-0.1, -0.1], FirstStep(true), (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Fact]
    public void A_restored_optimizer_continues_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        (Fno1d, SharedMomentAdam) Make()
        {
            var model = new Fno1d(2, 2, 4, 6, seed: 4);
            return (model, SharedMomentAdam.Over(model, 1e-2, 1e-4));
        }
        var grid = linspace(0, 1, 16).reshape(16, 1);
        var data = (arange(3 * 16 * 5 * 2) * 0.1).reshape(3, 16, 5, 2).sin().to(ScalarType.Float32);
        void Train(Fno1d model, SharedMomentAdam adam, int steps)
        {
            var loop = new TrajectoryLoop(model, grid);
            for (int step = 0; step < steps; step++)
                loop.Step(data, adam);
        }

        var (model, adam) = Make();
        Train(model, adam, 3);
        var weights = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
        var moments = adam.MomentTensors().ToDictionary(p => p.Key, p => p.Value.clone());
        var steps = adam.Steps;
        Train(model, adam, 3);

        var (other, restored) = Make();
        using (no_grad())
            foreach (var (name, parameter) in other.named_parameters())
                parameter.copy_(weights[name]);
        restored.Restore(name => moments[name], steps);
        Train(other, restored, 3);
        foreach (var ((name, a), (_, b)) in model.named_parameters().Zip(other.named_parameters()))
            Assert.True(FnoReference.Difference(a, FnoReference.AsReal(b)) == 0, name);
        Assert.Equal(6, restored.Steps["fc0.weight"]);
        Assert.Contains("second/fc0.bias", Assert.Throws<ArgumentException>(() => restored.Restore(name => name == "second/fc0.bias" ? zeros(3) : moments[name], steps)).Message);
        foreach (var part in new IDisposable[] { model, adam, other, restored })
            part.Dispose();
    }

    [Fact]
    public void Groups_have_their_own_rate_and_schedulers_see_them()
    {
        using var scope = NewDisposeScope();
        var (fast, slow) = (new Parameter(ones(2)), new Parameter(ones(2)));
        using var adam = new SharedMomentAdam([("fast", [("a", fast)]), ("rest", [("b", slow)])], learningRate: 0.5);
        adam.Groups[1].LearningRate = 0.25;
        (fast.sum() + slow.sum()).backward();
        adam.step();
        Assert.Equal(0.5f, fast[0].item<float>(), 5);
        Assert.Equal(0.75f, slow[0].item<float>(), 5);
        Assert.Equal([0.5, 0.25], adam.ParamGroups.Select(g => g.LearningRate));
        Assert.Contains("'a' occurs twice", Assert.Throws<ArgumentException>(() => new SharedMomentAdam([("x", [("a", fast)]), ("y", [("a", slow)])], 0.1)).Message);
    }
}
