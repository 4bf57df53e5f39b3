// Runs of every model and way of training on small made-up data: they learn, resume exactly, and say what they are.
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Pde;
using ModelBalancing.Tests.Experiments;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public class PdeRunTests
{
    [Theory]
    [InlineData("""{ "model": "Fno", "modes": 3, "width": 12 }""", 2, false)]
    [InlineData("""{ "model": "Fno", "modes": 2, "width": 12 }""", 3, false)]
    [InlineData("""{ "model": "UNet", "features": 2 }""", 1, false)]
    [InlineData("""{ "model": "UNet", "features": 2, "mode": { "name": "pushForward", "unrolled": 2 } }""", 2, false)]
    [InlineData("""{ "model": "UNet", "features": 2, "mode": { "name": "oneStep", "noise": 0.01 } }""", 2, false)]
    [InlineData("""{ "model": "Fno", "modes": 3, "width": 12, "givenFrames": 1, "frames": 2, "mode": { "name": "singleStep" } }""", 2, false)]
    [InlineData("""{ "model": "Dpot", "sizes": { "patch": 4, "width": 32, "depth": 1, "groups": 2 }, "mode": { "name": "relativeStep", "frames": 1, "noise": 0.001 } }""", 2, false)]
    [InlineData("""{ "model": "UNet", "features": 2 }""", 2, true)]
    [InlineData("""{ "model": "Dpot", "sizes": { "patch": 4, "width": 32, "depth": 1, "groups": 2 } }""", 2, true)]
    public async Task A_run_that_was_stopped_ends_in_the_same_bytes_as_one_that_was_not(string settings, int axes, bool asynchronous)
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(Data(folder.Path, axes), settings, balanced: true);
        spec = spec with { Balancing = spec.Balancing! with { Asynchronous = asynchronous } };
        var whole = await StoppedRun.AssertSameAsync(spec, folder.Path, 3, "model.safetensors");
        Assert.NotNull(whole.Result["test"]!["nRMSE"]);
        Assert.NotNull(whole.Result["floors"]!["persistence"]!["nRMSE"]);
        Assert.Equal(4, whole.Result["test"]!["samples"]!.AsArray().Count);
        Assert.NotEmpty(whole.Result["tuned"]!.AsArray());
        Assert.Equal(settings.Contains("singleStep", StringComparison.Ordinal), whole.Result["floors"]!["meanField"] is not null);
        Assert.Equal(settings.Contains("Dpot", StringComparison.Ordinal), whole.Result["test"]!["L2RE"] is not null);
        Assert.DoesNotContain(whole.Result["tuned"]!.AsArray(), name => name!.GetValue<string>().StartsWith("cls_head", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_U_net_keeps_its_running_statistics_with_its_weights()
    {
        using var folder = new TemporaryFolder();
        var run = await RunExecutor.RunAsync(Spec(Data(folder.Path, 1), """{ "model": "UNet", "features": 2 }""", balanced: false), new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        using var file = SafetensorsFile.Open(Path.Combine(run.Folder, "model.safetensors"));
        using var counted = file.Read("encoder1.enc1norm1.num_batches_tracked");
        int frames = 3, steps = 3 * (run.Result["selectedEpoch"]!.GetValue<int>() + 1);
        Assert.Equal(steps * frames, counted.item<long>()); // a pass a predicted frame; evaluation does not count
    }

    [Fact]
    public async Task An_operator_learns_a_moving_wave_on_a_plane_better_than_persistence()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(Data(folder.Path, 2), """{ "model": "Fno", "modes": 3, "width": 8, "validateEvery": 10 }""", balanced: false) with { Epochs = 40, LearningRate = 1e-2 };
        var run = await RunExecutor.RunAsync(spec, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        double error = run.Result["test"]!["nRMSE"]!.GetValue<double>(), floor = run.Result["floors"]!["persistence"]!["nRMSE"]!.GetValue<double>();
        Assert.True(error < floor / 2, $"{error} against {floor}");
    }

    [Theory]
    [InlineData("""{ "model": "UNet", "features": 2 }""", 1)]
    [InlineData("""{ "model": "Dpot", "sizes": { "patch": 4, "width": 32, "depth": 1, "groups": 2 } }""", 2)]
    public async Task The_prediction_of_a_finished_run_has_the_error_that_its_result_tells(string settings, int axes)
    {
        using var folder = new TemporaryFolder();
        var run = await RunExecutor.RunAsync(Spec(Data(folder.Path, axes), settings, balanced: false), new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        using var prediction = PdePrediction.Of(run, samples: 4);
        double error = Metrics.OfPredictedFrames(prediction.Predicted, prediction.Truth, 3).NRmse.Mean;
        Assert.Equal(run.Number("test.nRMSE"), error, 1e-9);
        Assert.Equal(prediction.Channels.Count, prediction.Given.shape[^1]);
        Assert.Contains("the run has 4", Assert.Throws<RunException>(() => PdePrediction.Of(run, samples: 5)).Message);
    }

    [Fact]
    public async Task Pre_trained_weights_are_a_run_s_second_data_file()
    {
        using var folder = new TemporaryFolder();
        string path = Data(folder.Path, 2, channels: 1, points: 16); // resized to the weights' 8 x 8; the second field is filler
        var spec = Spec(path, """{ "model": "Dpot", "givenFrames": 3, "components": "Patches, Position, Blocks, Times, Output" }""", balanced: true) with
        {
            Data = new DataReferences([new("trajectories", new DataReference(path)), new("pretrained", new DataReference(TestData.Fixture("dpot/model.pth")))]),
            Epochs = 1, LearningRate = 1e-12,
        };
        var run = await RunExecutor.RunAsync(spec, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        using var file = SafetensorsFile.Open(Path.Combine(run.Folder, "model.safetensors"));
        using var position = file.Read("pos_embed");
        Assert.Equal(0.001f, position[0, 0, 0, 1].item<float>(), 1e-6f);
        Assert.Equal(["field0"], run.Result["test"]!["channels"]!.AsObject().Select(channel => channel.Key));
    }

    [Fact]
    public void Data_for_DPOT_has_its_order_its_resolution_and_filler()
    {
        using var scope = NewDisposeScope();
        var data = new DpotData(new Planes(["density", "pressure", "Vx", "Vy"]), 8, 5);
        Assert.Equal(["Vx", "Vy", "density", "pressure", "filler0"], data.Channels);
        Assert.Equal(4, data.OwnChannels);
        var fields = data.Read([0, 1], 3);
        Assert.Equal([2, 8, 8, 3, 5], fields.shape);
        for (int channel = 0; channel < 5; channel++)
            Assert.Equal(new[] { 3, 4, 1, 2, 1 }[channel], fields.select(4, channel).mean().item<float>(), 1e-5f); // constant fields stay, ones fill up
        Assert.Equal([8, 8, 2], data.Grid().shape);
    }

    [Fact]
    public void The_older_kind_is_the_same_run_with_fewer_settings()
    {
        using var folder = new TemporaryFolder();
        var older = Waves.Spec(Waves.File(folder.Path), epochs: 1);
        var newer = older with { Kind = "pde" };
        JsonObject Finished(RunSpec spec)
        {
            using var run = RunKinds.Find(spec.Kind).Create(RunKinds.Find(spec.Kind).Complete(spec));
            while (run.Step < run.Steps)
                run.Advance();
            return run.Result();
        }
        Assert.Equal(Finished(older).ToJsonString(), Finished(newer).ToJsonString());
        Assert.DoesNotContain("features", RunKinds.Find("fno1d").Complete(older).Settings.ToJsonString()); // old ids stay
    }

    [Theory]
    [InlineData("""{ "model": "Dpot" }""", 1, "Dpot runs on planes; the data has 1 axes")]
    [InlineData("""{ "model": "UNet" }""", 3, "UNet runs on lines and planes")]
    [InlineData("""{ "frames": 30 }""", 2, "ask for 30 frames with a stride of 1; the data has 6")]
    [InlineData("""{ "model": "Dpot", "sizes": { "patch": 5 } }""", 2, "multiple of the patch")]
    [InlineData("""{ "model": "Dpot", "sizes": { "patches": 5 } }""", 2, "settings.sizes are not those of a DPOT")]
    [InlineData("""{ "size": "giant" }""", 2, "must be one of tiny, small")]
    [InlineData("""{ "mode": { "name": "onestep" } }""", 2, "settings are not those of pde: there is no choice 'onestep' (at settings.mode)")]
    [InlineData("""{ "model": "Foo" }""", 2, "pde: a value has the wrong form, it can be Fno, UNet, Dpot (at settings.model)")]
    [InlineData("""{ "feature": 2 }""", 2, "pde: there is no member 'feature' (at settings.feature)")]
    [InlineData("""{ "mode": { "name": "oneStep", "noise": -1 } }""", 2, "noise of at least 0")]
    [InlineData("""{ "mode": { "name": "relativeStep", "frames": 9 } }""", 2, "predicts 9 frames after 3 given ones")]
    [InlineData("""{ "model": "UNet", "spaceStride": 2 }""", 2, "the data has 8 x 8")]
    [InlineData("""{ "modes": 11 }""", 2, "modes is 11; 16 x 16 points have 10")]
    [InlineData("""{ "modes": 7, "width": 4 }""", 3, "6 x 6 x 6 points have 6")]
    [InlineData("""{ "features": 0 }""", 1, "features must be at least 1")]
    public void What_does_not_fit_is_one_sentence(string settings, int axes, string message)
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(Data(folder.Path, axes), settings, balanced: false);
        var kind = RunKinds.Find("pde");
        Assert.Contains(message, Assert.Throws<RunException>(() => kind.Create(kind.Complete(spec)).Dispose()).Message);
    }

    [Fact]
    public void Published_files_of_planes_and_of_Darcy_flow_are_read_as_trajectories()
    {
        using var scope = NewDisposeScope();
        var flow = TrajectoryData.Open(TestData.SharedOrSkip("golden/pde/generated/2D_CFD_Rand_M0.1_Eta0.01_periodic.hdf5"));
        Assert.Equal(["density", "pressure", "Vx", "Vy"], flow.Channels);
        Assert.Equal([2, 16, 16, 3, 4], flow.Read([2, 0], 3, spaceStride: 2, timeStride: 2).shape);
        var darcy = TrajectoryData.Open(TestData.SharedOrSkip("golden/pde/generated/2D_DarcyFlow_beta1.0.hdf5"));
        var fields = darcy.Read([0, 3], 2);
        Assert.Equal([2, 32, 32, 2, 1], fields.shape);
        Assert.Equal(1, fields.select(3, 0).max().item<float>()); // diffusivities of 0.1 and 1
        Assert.Equal(0.1f, fields.select(3, 0).min().item<float>());
        Assert.Equal([32, 32, 2], darcy.Grid().shape);
        Assert.Equal([8, 8, 2], darcy.Grid(4).shape);
    }

    [Fact]
    public async Task Published_files_can_be_trained_on()
    {
        using var folder = new TemporaryFolder();
        async Task<JsonObject> Run(string file, string settings)
        {
            var spec = Spec(TestData.SharedOrSkip($"golden/pde/generated/{file}"), settings, balanced: false);
            spec.Settings["testRows"] = 1;
            return (await RunExecutor.RunAsync(spec with { Rows = 2, Epochs = 1 }, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken)).Result;
        }
        var darcy = await Run("2D_DarcyFlow_beta100.0.hdf5", """{ "modes": 4, "width": 6, "givenFrames": 1, "frames": 2, "mode": { "name": "singleStep" } }""");
        Assert.NotNull(darcy["floors"]!["meanField"]);
        // Diffusivity and solution are different fields in one channel: each has its own mean.
        Assert.InRange(darcy["standardiser"]!["means"]![0]!.GetValue<double>(), 0.1, 1);
        Assert.InRange(darcy["predictedStandardiser"]!["means"]![0]!.GetValue<double>(), 2, 100);
        var flow = await Run("2D_CFD_Rand_M0.1_Eta0.01_periodic.hdf5", """{ "model": "Dpot", "sizes": { "patch": 4, "width": 16, "depth": 1, "groups": 2 } }""");
        Assert.Equal(["Vx", "Vy", "density", "pressure"], flow["test"]!["channels"]!.AsObject().Select(channel => channel.Key));
        var waves = await Run("2D_diff-react_NA_NA.h5", """{ "modes": 4, "width": 6, "spaceStride": 2, "timeStride": 2 }""");
        Assert.NotNull(waves["test"]!["nRMSE"]);
    }

    private static RunSpec Spec(string data, string settings, bool balanced)
    {
        var all = JsonNode.Parse(settings)!.AsObject();
        all["testRows"] = 4;
        all["givenFrames"] ??= 3;
        all["frames"] ??= 6;
        return new()
        {
            Kind = "pde", Data = new DataReference(data), Rows = 6, Seeds = RunSeeds.Of(2), Epochs = 2, BatchSize = 2, LearningRate = 2e-3, Decay = new StepDecay(10, 0.5),
            Balancing = balanced ? new BalancingSpec { Schedule = new Schedule.Sigmoid(1, 1), FewestEigenvalues = 3 } : null, Settings = all,
        };
    }

    // Waves that move along all axes; 16 samples, 6 frames.
    private static string Data(string folder, int axes, int channels = 2, int points = 0)
    {
        using var scope = NewDisposeScope();
        long n = points > 0 ? points : axes == 3 ? 6 : 16;
        long[] space = [.. Enumerable.Repeat(n, axes)];
        Tensor Along(int axis, Tensor values) => values.reshape([.. Enumerable.Range(0, axes + 3).Select(a => a == axis ? -1L : 1L)]);
        var phase = Along(0, linspace(0, 6, 16)) + Along(axes + 2, linspace(0, 1, channels)) - Along(axes + 1, arange(6)) * 0.4;
        for (int axis = 1; axis <= axes; axis++)
            phase = phase + Along(axis, linspace(0, 2 * Math.PI * (n - 1) / n, n));
        var grid = stack(meshgrid([.. space.Select(size => linspace(0, 1, size))]), -1);
        string path = Path.Combine(folder, $"waves{axes}.safetensors");
        SafetensorsFile.Write(path, [new(TrajectoryFile.FieldsName, phase.sin().add(1.5).to(ScalarType.Float32).contiguous()), new(TrajectoryFile.PositionsName, (axes == 1 ? grid.reshape(-1) : grid).contiguous())]);
        return path;
    }

    // Constant fields, channel c of value c + 1.
    private sealed record Planes(IReadOnlyList<string> Channels) : IPdeData
    {
        public int Samples => 2;
        public int Frames => 3;
        public IReadOnlyList<int> Points => [16, 16];
        public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1) =>
            arange(1, Channels.Count + 1, dtype: ScalarType.Float32).expand([rows.Count, 16, 16, frames, Channels.Count]).clone();
        public Tensor Grid(int spaceStride = 1) => zeros([16, 16, 2]);
    }
}
