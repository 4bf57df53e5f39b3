// The model against values that the public code computed, its two transform paths against each other, and its checks.
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

public class Fno1dTests
{
    [Theory]
    [InlineData("fno1d", ScalarType.Float32, SpectralPath.Product)]
    [InlineData("fno1d", ScalarType.Float32, SpectralPath.Fft)]
    [InlineData("fno1d", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno1d", ScalarType.Float64, SpectralPath.Fft)]
    [InlineData("fno1d_odd", ScalarType.Float32, SpectralPath.Product)]
    [InlineData("fno1d_odd", ScalarType.Float32, SpectralPath.Fft)]
    [InlineData("fno1d_odd", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno1d_odd", ScalarType.Float64, SpectralPath.Fft)]
    public void Output_and_gradients_are_those_of_the_public_model(string name, ScalarType dtype, SpectralPath path)
    {
        using var scope = NewDisposeScope();
        using var file = FnoReference.Open();
        var shape = FnoReference.Json.GetProperty("cases").GetProperty(name).GetProperty("config");
        using var model = new Fno1d(shape.GetProperty("num_channels").GetInt32(), shape.GetProperty("initial_step").GetInt32(),
            shape.GetProperty("modes").GetInt32(), shape.GetProperty("width").GetInt32(), dtype: dtype, path: path);
        FnoReference.Load(model, file, $"models/{name}/param/");
        Tensor Stored(string part) => file.Read($"models/{name}/{part}").to(dtype);

        var output = model.call(Stored("input"), Stored("grid"));
        (output - Stored("target")).square().mean().backward();

        bool exact = dtype == ScalarType.Float64;
        string suffix = exact ? "_f64" : "";
        double difference = FnoReference.RelativeDifference(output, file.Read($"models/{name}/output{suffix}"));
        Report($"{name} {dtype} {path} output", difference);
        Assert.True(difference < (exact ? 1e-12 : 2e-6), $"output differs by {difference:g2}");
        double worst = 0;
        foreach (var (parameter, value) in model.named_parameters())
        {
            difference = FnoReference.RelativeDifference(value.grad!, file.Read($"models/{name}/grad{suffix}/{parameter}"));
            Assert.True(difference < (exact ? 1e-11 : 1e-5), $"gradient of {parameter} differs by {difference:g2}");
            worst = Math.Max(worst, difference);
        }
        Report($"{name} {dtype} {path} gradients", worst);
    }

    [Theory]
    [InlineData(32, 4)]
    [InlineData(31, 17)]   // odd padded length, all modes
    [InlineData(32, 18)]   // even padded length, the highest mode included
    public void The_products_equal_the_full_transforms(int points, int modes)
    {
        using var scope = NewDisposeScope();
        using var model = new Fno1d(2, 3, modes, 6, seed: 5, dtype: ScalarType.Float64);
        var random = new Random(1);
        var given = tensor(Enumerable.Range(0, 2 * points * 3 * 2).Select(_ => random.NextDouble() - 0.5).ToArray(), [2, points, 3, 2]);
        var grid = linspace(-1, 1, points, dtype: ScalarType.Float64).reshape(points, 1);
        Tensor[] Run(SpectralPath path)
        {
            model.Path = path;
            model.zero_grad();
            var frames = model.RollOut(given, grid, 4);
            frames.square().sum().backward();
            return [frames, .. model.parameters().Select(p => FnoReference.AsReal(p.grad!).clone())];
        }

        foreach (var (product, full) in Run(SpectralPath.Product).Zip(Run(SpectralPath.Fft)))
        {
            double difference = FnoReference.RelativeDifference(product, full);
            Assert.True(difference < 1e-12, $"differs by {difference:g2}");
        }
    }

    [Fact]
    public void A_roll_out_is_frame_after_frame_from_the_models_own_predictions()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = new Fno1d(2, 3, 4, 6, seed: 2, dtype: ScalarType.Float64);
        var given = arange(2 * 16 * 3 * 2, dtype: ScalarType.Float64).reshape(2, 16, 3, 2).sin();
        var grid = linspace(0, 1, 16, dtype: ScalarType.Float64).reshape(1, 16, 1).expand(2, 16, 1);
        var window = given;
        var frames = new List<Tensor>();
        for (int frame = 0; frame < 5; frame++)
        {
            var next = model.call(window.reshape(2, 16, 6), grid);
            frames.Add(next);
            window = cat([window.narrow(2, 1, 2), next], 2);
        }
        Assert.True(FnoReference.RelativeDifference(model.RollOut(given, grid, 5), cat(frames, 2)) < 1e-14);
    }

    [Fact]
    public void Parameter_counts_and_names_are_the_published_ones()
    {
        using var model = new Fno1d(channels: 3, givenFrames: 10, modes: 12, width: 20);
        Assert.Equal(24_595, model.ParameterCount);
        Assert.Equal(43_795, model.RealParameterCount);
        string[] expected = ["fc0.weight", "fc0.bias", "conv0.weights1", "conv1.weights1", "conv2.weights1", "conv3.weights1",
            "w0.weight", "w0.bias", "w1.weight", "w1.bias", "w2.weight", "w2.bias", "w3.weight", "w3.bias", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"];
        Assert.Equal(expected, model.named_parameters().Select(p => p.name));
        Assert.Equal(expected.Order(), model.state_dict().Keys.Order());
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_leaves_the_global_generator_out_of_it()
    {
        torch.manual_seed(1);
        using var first = new Fno1d(3, 4, 4, 8, seed: 11);
        torch.manual_seed(2);
        using var again = new Fno1d(3, 4, 4, 8, seed: 11);
        using var other = new Fno1d(3, 4, 4, 8, seed: 12);
        foreach (var ((_, a), (_, b)) in first.named_parameters().Zip(again.named_parameters()))
            Assert.Equal(0, FnoReference.Difference(a, FnoReference.AsReal(b)));
        Assert.NotEqual(0, FnoReference.Difference(first.get_parameter("fc0.weight")!, other.get_parameter("fc0.weight")!));
    }

    [Fact]
    public void Weights_start_as_published()
    {
        using var scope = NewDisposeScope();
        using var model = new Fno1d(3, 10, 12, 20, seed: 3, dtype: ScalarType.Float64);
        void Holds(string name, double low, double high)
        {
            var values = FnoReference.AsReal(model.get_parameter(name)!.detach());
            double spread = high - low;
            Assert.InRange(values.min().item<double>(), low, low + 0.1 * spread);
            Assert.InRange(values.max().item<double>(), high - 0.1 * spread, high);
            Assert.InRange(values.mean().item<double>(), (low + high) / 2 - 0.1 * spread, (low + high) / 2 + 0.1 * spread);
        }
        Holds("conv0.weights1", 0, 1.0 / 400);
        Holds("fc0.weight", -1 / Math.Sqrt(31), 1 / Math.Sqrt(31));
        Holds("w1.weight", -1 / Math.Sqrt(20), 1 / Math.Sqrt(20));
        Holds("fc1.bias", -1 / Math.Sqrt(20), 1 / Math.Sqrt(20));
        Holds("fc2.weight", -1 / Math.Sqrt(128), 1 / Math.Sqrt(128));
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new Fno1d(3, 4, modes: 8, width: 6);
        var grid = zeros(32, 1);
        Assert.Contains("input: expected (batch, points, 12)", Assert.Throws<ArgumentException>(() => model.call(zeros(2, 32, 11), zeros(2, 32, 1))).Message);
        Assert.Contains("given: expected (batch, points, 4 frames, 3 channels)", Assert.Throws<ArgumentException>(() => model.RollOut(zeros(2, 32, 4, 2), grid, 1)).Message);
        Assert.Contains("grid: expected (2, 32, 1)", Assert.Throws<ArgumentException>(() => model.RollOut(zeros(2, 32, 4, 3), zeros(31, 1), 1)).Message);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => model.RollOut(zeros(2, 32, 4, 3, dtype: ScalarType.Float64), grid, 1)).Message);
        Assert.Contains("keeps 8", Assert.Throws<ArgumentException>(() => model.RollOut(zeros(2, 10, 4, 3), zeros(10, 1), 1)).Message);
        Assert.Contains("frames", Assert.Throws<ArgumentException>(() => model.RollOut(zeros(2, 32, 4, 3), grid, 0)).Message);
        Assert.Contains("modes", Assert.Throws<ArgumentException>(() => new Fno1d(3, 4, modes: 0)).Message);
    }

    private static void Report(string what, double difference) => TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {difference:g2}");
}
