// The U-Nets against stored values of the published classes.
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

public class UNetTests
{
    [Theory]
    [InlineData("unet1d", ScalarType.Float32)]
    [InlineData("unet1d", ScalarType.Float64)]
    [InlineData("unet2d", ScalarType.Float32)]
    [InlineData("unet2d", ScalarType.Float64)]
    public void Output_gradients_and_running_statistics_are_those_of_the_published_class(string name, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("models");
        using UNet model = Make(name, dtype);
        PdeReference.LoadState(model, file, $"{name}/param/");
        var input = file.Read($"{name}/input").to(dtype);
        bool exact = dtype == ScalarType.Float64;
        PdeReference.Compare(model, file, name, () => model.call(input), dtype, 5e-6, 1e-4);

        string suffix = exact ? "_f64" : "";
        foreach (var (buffer, value) in model.named_buffers())
        {
            var stored = file.Read($"{name}/buffer_after{suffix}/{buffer}");
            Assert.True(FnoReference.RelativeDifference(value, stored) < (exact ? 1e-12 : 5e-6), buffer);
            if (buffer.EndsWith("num_batches_tracked", StringComparison.Ordinal) && !exact)
                Assert.Equal(ScalarType.Int64, value.dtype);
        }
        model.eval();
        using var noGradient = no_grad();
        Assert.True(FnoReference.RelativeDifference(model.call(input), file.Read($"{name}/output_eval{suffix}")) < (exact ? 1e-12 : 5e-6));
    }

    [Fact]
    public void All_gradients_of_the_plane_are_exact_in_float64()
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.OpenShared("models");
        using UNet model = Make("unet2d", ScalarType.Float64);
        PdeReference.LoadState(model, file, "unet2d/param/");
        PdeReference.Compare(model, file, "unet2d", () => model.call(file.Read("unet2d/input").to(ScalarType.Float64)), ScalarType.Float64, 0, 0);
    }

    [Fact]
    public void State_names_and_order_are_the_published_ones()
    {
        using var file = PdeReference.Open("models");
        using var model = new UNet1d(3, 4, 4);
        Assert.Equal(file.Names.Where(n => n.StartsWith("unet1d/param/", StringComparison.Ordinal)).Select(n => n["unet1d/param/".Length..]).Order(), model.state_dict().Keys.Order());
        Assert.Equal("encoder1.enc1conv1.weight", model.named_parameters().First().name);
        Assert.Equal(["upconv1.weight", "upconv1.bias", "decoder1.dec1conv1.weight"], model.named_parameters().SkipWhile(p => p.name != "upconv1.weight").Take(3).Select(p => p.name));
    }

    [Fact]
    public void Parameter_counts_are_the_published_ones()
    {
        void Count(UNet model, long count)
        {
            using (model)
                Assert.Equal(count, model.ParameterCount);
        }
        Count(new UNet1d(3, 10), 2_710_659);
        Count(new UNet1d(3, 10, 8), 171_171);
        Count(new UNet2d(4, 10), 7_773_796);
        Count(new UNet2d(1, 1), 7_762_465);
        Count(new UNet2d(4, 10, 16), 1_947_956);
    }

    [Fact]
    public void A_roll_out_is_frame_after_frame_from_the_models_own_predictions()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = new UNet2d(2, 3, 2, seed: 3, dtype: ScalarType.Float64);
        model.eval();
        var given = arange(2 * 16 * 32 * 6, dtype: ScalarType.Float64).mul(0.3).sin().reshape([2, 16, 32, 3, 2]);
        var window = given;
        var frames = new List<Tensor>();
        for (int frame = 0; frame < 4; frame++)
        {
            var next = model.call(window.reshape(2, 16, 32, 6).permute(0, 3, 1, 2)).permute(0, 2, 3, 1).unsqueeze(3);
            frames.Add(next);
            window = cat([window.narrow(3, 1, 2), next], 3);
        }
        Assert.True(FnoReference.RelativeDifference(model.RollOut(given, zeros(1), 4), cat(frames, 3)) < 1e-14);
    }

    [Fact]
    public void Weights_start_as_pytorch_draws_them_by_the_seed()
    {
        using var scope = NewDisposeScope();
        using var model = new UNet1d(3, 10, 8, seed: 5);
        using var again = new UNet1d(3, 10, 8, seed: 5);
        void Within(string name, double bound)
        {
            double largest = model.get_parameter(name)!.abs().max().item<float>();
            Assert.InRange(largest, 0.9 * bound, bound);
            Assert.Equal(0, FnoReference.Difference(model.get_parameter(name)!, again.get_parameter(name)!));
        }
        Within("encoder1.enc1conv1.weight", 1 / Math.Sqrt(30 * 3));
        Within("upconv4.weight", 1 / Math.Sqrt(64 * 2)); // of a transposed convolution the outputs count
        Within("upconv4.bias", 1 / Math.Sqrt(64 * 2));
        Assert.Equal(1, model.get_parameter("decoder1.dec1norm2.weight")!.min().item<float>());
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new UNet2d(2, 3, 2);
        Assert.Contains("multiples of 16", Assert.Throws<ArgumentException>(() => model.call(zeros([1, 6, 24, 32]))).Message);
        Assert.Contains("given: expected (batch, x, y, 3 frames, 2 channels)", Assert.Throws<ArgumentException>(() => model.RollOut(zeros([1, 16, 16, 2, 2]), zeros([1]), 1)).Message);
        Assert.Contains("features", Assert.Throws<ArgumentException>(() => new UNet2d(2, 3, 0)).Message);
    }

    private static UNet Make(string name, ScalarType dtype)
    {
        int Of(string key) => PdeReference.Config(name, key);
        int channels = Of("out_channels"), frames = Of("in_channels") / channels;
        return name == "unet1d" ? new UNet1d(channels, frames, Of("init_features"), dtype: dtype) : new UNet2d(channels, frames, Of("init_features"), dtype: dtype);
    }
}
