// DPOT against stored values of the published class, and its checkpoints.
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

public class DpotTests
{
    [Theory]
    [InlineData(ScalarType.Float32, SpectralPath.Product)]
    [InlineData(ScalarType.Float32, SpectralPath.Fft)]
    [InlineData(ScalarType.Float64, SpectralPath.Product)]
    [InlineData(ScalarType.Float64, SpectralPath.Fft)]
    public void Output_and_gradients_are_those_of_the_published_class(ScalarType dtype, SpectralPath path) => Parity("dpot_modes3_normalize", shared: false, dtype, path);

    [Theory]
    [InlineData(ScalarType.Float32, SpectralPath.Automatic)]
    [InlineData(ScalarType.Float64, SpectralPath.Product)]
    [InlineData(ScalarType.Float64, SpectralPath.Fft)]
    public void So_they_are_for_the_form_that_is_pre_trained(ScalarType dtype, SpectralPath path) => Parity("dpot", shared: true, dtype, path);

    private static void Parity(string name, bool shared, ScalarType dtype, SpectralPath path)
    {
        using var scope = NewDisposeScope();
        using var file = shared ? PdeReference.OpenShared("models") : PdeReference.Open("models");
        using var model = Make(name, dtype);
        model.Path = path;
        FnoReference.Load(model, file, $"{name}/param/");
        var input = file.Read($"{name}/input").to(dtype);
        PdeReference.Compare(model, file, name, () => model.call(input), dtype, 5e-6, 1e-4);
        using var noGradient = no_grad();
        Assert.True(FnoReference.RelativeDifference(model.Classify(input).Classes, file.Read($"{name}/cls{(dtype == ScalarType.Float64 ? "_f64" : "")}")) < (dtype == ScalarType.Float64 ? 1e-12 : 5e-6));
    }

    [Fact]
    public void State_names_are_the_published_ones()
    {
        using var file = PdeReference.Open("models");
        using var model = Make("dpot_modes3_normalize", ScalarType.Float32);
        Assert.Equal(file.Names.Where(n => n.StartsWith("dpot_modes3_normalize/param/", StringComparison.Ordinal)).Select(n => n["dpot_modes3_normalize/param/".Length..]).Order(), model.state_dict().Keys.Order());
    }

    [Theory]
    [InlineData("DPOT Tiny", "tiny")]
    [InlineData("DPOT Small", "small")]
    public void Parameter_counts_are_the_published_ones(string stored, string size)
    {
        var counts = PdeReference.Models.GetProperty("parameter_counts").GetProperty(stored);
        using var model = new Dpot(DpotSettings.Named[size]);
        Assert.Equal(counts.GetProperty("as_reals").GetInt64(), model.ParameterCount);
        foreach (var part in counts.GetProperty("by_top_module").EnumerateObject())
            Assert.Equal(part.Value.GetInt64(), model.named_parameters().Where(p => p.name.Split('.')[0] == part.Name).Sum(p => p.parameter.numel()));
    }

    [Fact]
    public void Larger_published_sizes_have_their_published_counts_in_millions()
    {
        // The formulas of a block, the patches, the time aggregation, the head and the output, which the smaller models confirm.
        static double Millions(DpotSettings s)
        {
            double w = s.Width, p = s.Patch, e = s.PredictedChannels * p + 3, side = s.Resolution / p;
            double block = 8 * w + 4 * w * w / s.Groups + 2 * s.MlpRatio * w * w + s.MlpRatio * w + w;
            double patches = (s.Channels + 3) * p * p * e + e + e * w + w, head = 2 * (w * w + w) + w * s.Classes + s.Classes;
            double output = w * s.OutputWidth * p * p + s.OutputWidth + s.OutputWidth * (s.OutputWidth + 1) + (s.OutputWidth + 1) * s.PredictedChannels * s.PredictedFrames;
            return (w * side * side + patches + s.Depth * block + s.GivenFrames * w * w + w + head + output) / 1e6;
        }
        Assert.Equal(7.534643, Millions(DpotSettings.Tiny), 6);
        Assert.Equal(30.801459, Millions(DpotSettings.Small), 6);
        Assert.Equal(122, Millions(DpotSettings.Medium), 0);
        Assert.Equal(509, Millions(DpotSettings.Large), 0);
        Assert.Equal(1.03, Millions(DpotSettings.Huge) / 1000, 2);
    }

    [Fact]
    public void Weights_start_as_published()
    {
        using var scope = NewDisposeScope();
        using var model = new Dpot(Tiny with { Width = 64, Groups = 4 }, seed: 4, dtype: ScalarType.Float64);
        Tensor Of(string name) => model.get_parameter(name)!.detach();
        Assert.Equal(0.02, Of("pos_embed").std().item<double>(), 2e-3);
        Assert.Equal(1 / (3 * 8.0), Of("time_agg_layer.w").std().item<double>(), 1e-3);
        Assert.Equal(Math.Pow(2, -10), Of("time_agg_layer.gamma")[0, 0].item<double>(), 1e-9);
        Assert.Equal(1024, Of("time_agg_layer.gamma")[0, 63].item<double>(), 1e-3);
        Assert.InRange(Of("blocks.0.filter.w1").min().item<double>(), 0, 1e-4);
        Assert.InRange(Of("blocks.0.filter.b2").max().item<double>(), 0.9 / 256, 1.0 / 256);
        Assert.InRange(Of("out_layer.0.weight").abs().max().item<double>(), 0.99 / Math.Sqrt(8 * 16), 1 / Math.Sqrt(8 * 16));
        Assert.Equal(1, Of("blocks.1.norm2.weight").min().item<double>());
    }

    [Fact]
    public void A_roll_out_slides_the_window_over_predicted_frames()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = new Dpot(Tiny with { PredictedFrames = 2 }, seed: 1, dtype: ScalarType.Float64);
        var given = arange(2 * 64 * 3 * 2, dtype: ScalarType.Float64).sin().reshape([2, 8, 8, 3, 2]);
        var first = model.call(given);
        var second = model.call(cat([given.narrow(3, 2, 1), first], 3));
        Assert.True(FnoReference.RelativeDifference(model.RollOut(given, zeros([1]), 3), cat([first, second.narrow(3, 0, 1)], 3)) < 1e-14);
        Assert.Contains("(batch, 8, 8, 3 frames, 2 channels)", Assert.Throws<ArgumentException>(() => model.call(zeros([1, 8, 8, 4, 2], dtype: ScalarType.Float64))).Message);
        Assert.Contains("multiple of the patch", Assert.Throws<ArgumentException>(() => new Dpot(Tiny with { Resolution = 10 })).Message);
        Assert.Contains("groups", Assert.Throws<ArgumentException>(() => new Dpot(Tiny with { Groups = 3 })).Message);
    }

    [Theory]
    [InlineData("model.pth")]
    [InlineData("parallel.pth")] // names begin with "module."
    public void An_official_checkpoint_tells_its_sizes_and_fills_a_model(string name)
    {
        using var scope = NewDisposeScope();
        string path = TestData.Fixture($"dpot/{name}");
        var sizes = DpotCheckpoint.Sizes(path);
        Assert.Equal(Tiny with { Depth = 1, Groups = 2, Classes = 5 }, sizes);
        using var model = new Dpot(sizes, seed: 9);
        Assert.Equal(model.named_parameters().Select(p => p.name), DpotCheckpoint.Load(model, path));
        Assert.Equal(0.001f, model.get_parameter("pos_embed")![0, 0, 0, 1].item<float>()); // the stored values are a ramp
        Assert.Equal(0.064f, model.get_parameter("patch_embed.proj.0.weight")![0, 0, 0, 0].item<float>());
    }

    [Fact]
    public void Chosen_components_are_taken_and_the_others_keep_their_start()
    {
        using var scope = NewDisposeScope();
        string path = TestData.Fixture("dpot/model.pth");
        var sizes = DpotCheckpoint.Sizes(path) with { GivenFrames = 4 }; // another time aggregation
        using var model = new Dpot(sizes, seed: 9);
        using var start = new Dpot(sizes, seed: 9);
        Assert.Contains("time_agg_layer.w' is (3, 16, 16), the model's (4, 16, 16)", Assert.Throws<CheckpointException>(() => DpotCheckpoint.Load(model, path)).Message);
        Assert.Equal(0, FnoReference.Difference(model.get_parameter("pos_embed")!, start.get_parameter("pos_embed")!)); // nothing was changed
        var set = DpotCheckpoint.Load(model, path, DpotComponents.All & ~DpotComponents.Times & ~DpotComponents.Classes);
        Assert.DoesNotContain(set, name => name.StartsWith("time_agg_layer", StringComparison.Ordinal) || name.StartsWith("cls_head", StringComparison.Ordinal));
        foreach (var (parameter, value) in model.named_parameters())
            Assert.True(FnoReference.Difference(value, start.get_parameter(parameter)!) == 0 != set.Contains(parameter), parameter);
    }

    private static DpotSettings Tiny => new() { Resolution = 8, Patch = 4, Channels = 2, PredictedChannels = 2, GivenFrames = 3, Width = 16, Depth = 2, Groups = 2, OutputWidth = 8 };

    private static Dpot Make(string name, ScalarType dtype)
    {
        int Of(string key) => PdeReference.Config(name, key);
        return new Dpot(new DpotSettings
        {
            Resolution = Of("img_size"), Patch = Of("patch_size"), Channels = Of("in_channels"), PredictedChannels = Of("out_channels"), GivenFrames = Of("in_timesteps"),
            PredictedFrames = Of("out_timesteps"), Groups = Of("n_blocks"), Width = Of("embed_dim"), Depth = Of("depth"), Modes = Of("modes"), MlpRatio = Of("mlp_ratio"),
            Classes = Of("n_cls"), OutputWidth = Of("out_layer_dim"), Normalize = name.EndsWith("normalize", StringComparison.Ordinal),
        }, dtype: dtype);
    }
}
