// Whole training runs against losses and weights of the public trainers: the authors' FNO loop, PDEBench's U-Net loop, DPOT's fine-tuning.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using ModelBalancing.Pde;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Models;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public class TrainingParityTests
{
    [Theory]
    [InlineData("authors_adam", ScalarType.Float32)]
    [InlineData("authors_adam_f64", ScalarType.Float64)]
    [InlineData("torch_adam", ScalarType.Float32)]
    [InlineData("torch_adam_f64", ScalarType.Float64)]
    public void Five_epochs_on_the_plane_are_those_of_the_authors_loop(string run, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("training");
        var json = PdeReference.Training.GetProperty($"fno2d/{run}");
        int Whole(string name) => json.GetProperty(name).GetInt32();
        using var model = new Fno2d(Whole("C"), Whole("T0"), Whole("modes"), Whole("modes"), Whole("width"), dtype: dtype);
        FnoReference.Load(model, file, "fno2d/initial/");
        using var adam = SharedMomentAdam.Over(model, 2.5e-3, 1e-4, split: run.StartsWith("torch", StringComparison.Ordinal));
        var loop = new TrajectoryLoop(model, file.Read("fno2d/grid").to(dtype));
        var data = file.Read("fno2d/data").to(dtype);
        bool exact = dtype == ScalarType.Float64;
        for (int epoch = 0; epoch < 5; epoch++)
        {
            adam.Groups[0].LearningRate = new StepDecay(2, 0.5).Rate(2.5e-3, epoch);
            Assert.Equal(json.GetProperty("lr_used")[epoch][0].GetDouble(), adam.Groups[0].LearningRate);
            Near(json.GetProperty("losses")[epoch].GetDouble(), loop.Step(data, adam), exact, $"loss of epoch {epoch}");
            if (epoch is 0 or 4)
                Weights(model, file, $"fno2d/{run}/after{epoch + 1}/", exact ? 1e-11 : epoch == 0 ? 5e-6 : 2e-5);
        }
    }

    [Theory]
    [InlineData("authors_adam", ScalarType.Float32)]
    [InlineData("authors_adam_f64", ScalarType.Float64)]
    public void Single_steps_are_those_of_the_authors_loop(string run, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("training");
        var json = PdeReference.Training.GetProperty($"darcy_single/{run}");
        using var model = new Fno2d(1, 1, 3, 3, 4, dtype: dtype);
        FnoReference.Load(model, file, "darcy_single/initial/");
        using var adam = SharedMomentAdam.Over(model, 2.5e-3, 1e-4);
        var loop = new TrajectoryLoop(model, file.Read("darcy_single/grid").to(dtype), new TrainingMode.SingleStep());
        var data = file.Read("darcy_single/data").to(dtype);
        bool exact = dtype == ScalarType.Float64;
        foreach (var (step, first, count) in new[] { (0, 0, 2), (1, 2, 1) }) // batches of two and one
        {
            Near(json.GetProperty("losses")[step].GetDouble(), loop.Step(data.narrow(0, first, count), adam), exact, $"loss of step {step}");
            Weights(model, file, $"darcy_single/{run}/after{step + 1}/", exact ? 1e-11 : 1e-5);
        }
        Assert.Equal([3, 12, 12, 1, 1], loop.Predict(data).shape);
    }

    [Fact]
    public void Balanced_epochs_have_the_released_rates_and_losses()
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("training");
        var json = PdeReference.Training.GetProperty("fno2d_tb/authors_adam");
        int Whole(string name) => json.GetProperty(name).GetInt32();
        using var model = new Fno2d(Whole("C"), Whole("T0"), Whole("modes"), Whole("modes"), Whole("width"));
        FnoReference.Load(model, file, "fno2d_tb/initial/");
        var balance = TempBalance.Attach(model, new BalanceOptions { Schedule = new Schedule.Sigmoid(1, 1), Fidelity = Fidelity.Released with { FewestEigenvalues = Whole("eigs_thres") } });
        using var adam = new SharedMomentAdam(balance.ParameterGroups().Select(group => (group.Name, group.Parameters)), 2.5e-3, 1e-4);
        var loop = new TrajectoryLoop(model, file.Read("fno2d_tb/grid"));
        var data = file.Read("fno2d_tb/data");
        for (int epoch = 0; epoch < Whole("epochs"); epoch++)
        {
            balance.Apply(adam, new StepDecay(2, 0.5).Rate(2.5e-3, epoch));
            foreach (var (wanted, group) in json.GetProperty("lr_used")[epoch].EnumerateArray().Zip(adam.Groups))
                Assert.Equal(1, group.LearningRate / wanted.GetDouble(), 1e-3); // alpha is float32 there, and the sigmoid steep
            Near(json.GetProperty("losses")[epoch].GetDouble(), loop.Step(data, adam), exact: false, $"loss of epoch {epoch}", 1e-4);
            balance.AfterEpoch(epoch);
        }
    }

    [Theory]
    [InlineData("pushforward_unroll3", ScalarType.Float32)]
    [InlineData("pushforward_unroll3", ScalarType.Float64)]
    [InlineData("pushforward_unroll20", ScalarType.Float32)]
    [InlineData("autoregressive", ScalarType.Float32)]
    [InlineData("one_step_noise_removed", ScalarType.Float32)]
    public void The_ways_of_training_a_u_net_are_those_of_the_published_loop(string run, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("training");
        var json = PdeReference.Training.GetProperty($"unet1d/{run}");
        using var model = new UNet1d(2, 2, 2, dtype: dtype);
        PdeReference.LoadState(model, file, "unet1d/initial/");
        TrainingMode mode = run.StartsWith("push", StringComparison.Ordinal) ? new TrainingMode.PushForward(json.GetProperty("unroll_step_given").GetInt32())
            : run == "autoregressive" ? new TrainingMode.Autoregressive() : new TrainingMode.OneStep(Noise: 0);
        var loop = new TrajectoryLoop(model, zeros([1]), mode);
        using var adam = SharedMomentAdam.Over(model, 1e-3, 1e-4, split: true);

        Near(json.GetProperty("losses")[0].GetDouble(), loop.Step(file.Read("unet1d/data").to(dtype), adam), exact: false, "first loss");
        // Two values a channel at the bottom, normalised in every pass of a chain: the stored float32 gradients are up to 4.4e-4 off our float64 ones.
        double apart = dtype == ScalarType.Float64 ? 6e-4 : 1.5e-3;
        if (run == "pushforward_unroll3")
            foreach (var (name, parameter) in model.named_parameters())
                Assert.True(FnoReference.RelativeDifference(parameter.grad!, file.Read($"unet1d/{run}/grad1/{name}")) < apart, $"gradient of {name}");
        foreach (var (name, buffer) in model.named_buffers())
            Assert.True(FnoReference.RelativeDifference(buffer, file.Read($"unet1d/{run}/after1/{name}")) < 1e-4, name); // moved by every pass, those without gradient too
        // Gradients near rounding may flip a first step's sign: all but a few weights agree.
        foreach (var (name, parameter) in model.named_parameters())
        {
            var difference = (parameter.detach() - file.Read($"unet1d/{run}/after1/{name}")).abs();
            Assert.True(difference.max().to(ScalarType.Float64).item<double>() < 2.1e-3 && difference.gt(5e-6).sum().item<long>() <= Math.Max(1, difference.numel() / 20), name);
        }
    }

    [Theory]
    [InlineData("cycle", ScalarType.Float32)]
    [InlineData("cycle_f64", ScalarType.Float64)]
    [InlineData("step", ScalarType.Float32)]
    [InlineData("cycle_T_ar3", ScalarType.Float32)]
    public void Fine_tuning_is_that_of_the_published_trainer(string run, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("training");
        var json = PdeReference.Training.GetProperty($"dpot/{run}");
        int Whole(string name) => json.GetProperty(name).GetInt32();
        using var model = new Dpot(new DpotSettings { Resolution = 16, Patch = 4, GivenFrames = 4, Groups = 2, Width = 16, Depth = 1, OutputWidth = 8 }, dtype: dtype);
        FnoReference.Load(model, file, "dpot/initial/");
        using var adam = SharedMomentAdam.Over(model, 1e-3, 1e-6, beta1: 0.9, beta2: 0.9);
        var data = file.Read("dpot/data").to(dtype);
        int ahead = Whole("T_ar"), batches = Whole("batches_per_epoch"), steps = Whole("epochs") * batches;
        var loop = new TrajectoryLoop(model, zeros([1]), new TrainingMode.RelativeStep(ahead));
        var cycle = new OneCycle((double)Whole("warmup_epochs") / Whole("epochs"));
        bool exact = dtype == ScalarType.Float64;
        for (int step = 0; step < steps; step++)
        {
            if (run == "step")
                adam.Groups[0].LearningRate = new StepDecay(Whole("step_size_epochs"), 0.5).Rate(1e-3, step / batches);
            else
                (adam.Groups[0].LearningRate, adam.Beta1) = (cycle.Rate(1e-3, new(step, batches, steps)), cycle.FirstMoment(new(step, batches, steps))!.Value);
            Assert.Equal(json.GetProperty("lr_used")[step].GetDouble(), adam.Groups[0].LearningRate, 1e-15);
            Assert.Equal(json.GetProperty("betas_used")[step][0].GetDouble(), adam.Beta1, 1e-12);
            var window = data.narrow(0, step % batches * 2, 2).narrow(3, 0, 4 + ahead);
            Near(json.GetProperty("losses")[step].GetDouble(), loop.Step(window, adam), exact, $"loss of step {step}");
            if (run.StartsWith("cycle", StringComparison.Ordinal) && ahead == 1 && step is 0 or 3)
                Weights(model, file, $"dpot/{run}/after{step + 1}/", exact ? 1e-11 : 2e-5);
        }
        // Test errors, the padded last channel masked.
        var predicted = loop.Predict(data.narrow(3, 0, 7));
        var mask = ones([1, 1, 1, 1, 4], dtype: dtype);
        mask[0, 0, 0, 0, 3] = tensor(0.0, dtype: dtype);
        Near(json.GetProperty("test_l2_step_last_epoch").GetDouble(), RelativeL2.FrameByFrame(predicted, data.narrow(3, 4, 3), mask), exact, "step error");
        Near(json.GetProperty("test_l2_full_last_epoch").GetDouble(), RelativeL2.AllFrames(predicted, data.narrow(3, 4, 3), mask), exact, "full error");
    }

    [Fact]
    public void The_one_cycle_schedule_is_pytorchs()
    {
        var schedules = PdeReference.Training.GetProperty("schedules").EnumerateObject().ToList();
        void Holds(string start, OneCycle cycle, int steps, Func<int, int> step)
        {
            var rows = schedules.Single(s => s.Name.StartsWith(start, StringComparison.Ordinal)).Value.EnumerateArray().ToList();
            for (int row = 0; row < rows.Count; row++)
            {
                var at = new SchedulePosition(Math.Min(step(row), steps - 1), 1, steps);
                Assert.Equal(rows[row][0].GetDouble(), cycle.Rate(1e-3, at), 1e-15);
                Assert.Equal(rows[row][1].GetDouble(), cycle.FirstMoment(at)!.Value, 1e-12);
            }
        }
        Holds("OneCycleLR as in finetune", new OneCycle(0.2), 600, row => 20 * row);
        Holds("OneCycleLR max_lr", new OneCycle(0.25), 20, row => row);
    }

    [Fact]
    public void What_is_random_in_a_step_is_a_function_of_its_seed()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = new Fno1d(2, 3, 4, 6, seed: 1);
        var data = (arange(3 * 16 * 9 * 2) * 0.1).reshape(3, 16, 9, 2).sin().to(ScalarType.Float32);
        foreach (var mode in new TrainingMode[] { new TrainingMode.OneStep(0.1), new TrainingMode.RelativeStep(2, 0.01) })
        {
            var loop = new TrajectoryLoop(model, linspace(0, 1, 16).reshape(16, 1), mode);
            Assert.Equal(loop.Loss(data, 5).item<float>(), loop.Loss(data, 5).item<float>());
            Assert.NotEqual(loop.Loss(data, 5).item<float>(), loop.Loss(data, 6).item<float>());
        }
    }

    private static void Near(double wanted, double found, bool exact, string what, double tolerance = 1e-5) =>
        Assert.True(Math.Abs(found / wanted - 1) < (exact ? 1e-11 : tolerance), $"{what}: {found} instead of {wanted}");

    private static void Weights(nn.Module model, SafetensorsFile file, string prefix, double tolerance)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            double difference = FnoReference.Difference(parameter, file.Read(prefix + name));
            Assert.True(difference < tolerance, $"{prefix}{name}: differs by {difference:g2}");
        }
    }
}
