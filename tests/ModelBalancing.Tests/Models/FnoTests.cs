// The Fourier operators on planes and in space against stored values of the published classes, and their laws.
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

public class FnoTests
{
    [Theory]
    [InlineData("fno2d", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno2d", ScalarType.Float64, SpectralPath.Fft)]
    [InlineData("fno2d", ScalarType.Float32, SpectralPath.Product)]
    [InlineData("fno2d", ScalarType.Float32, SpectralPath.Fft)]
    [InlineData("fno2d_nonsquare", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno2d_nonsquare", ScalarType.Float64, SpectralPath.Fft)]
    [InlineData("fno2d_nonsquare", ScalarType.Float32, SpectralPath.Product)]
    [InlineData("fno2d_maxmodes", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno2d_maxmodes", ScalarType.Float64, SpectralPath.Fft)]
    [InlineData("fno2d_maxmodes", ScalarType.Float32, SpectralPath.Automatic)]
    [InlineData("fno2d_overlap", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno2d_overlap", ScalarType.Float64, SpectralPath.Fft)]
    [InlineData("fno2d_overlap", ScalarType.Float32, SpectralPath.Product)]
    [InlineData("fno3d", ScalarType.Float64, SpectralPath.Product)]
    [InlineData("fno3d", ScalarType.Float64, SpectralPath.Fft)]
    [InlineData("fno3d", ScalarType.Float32, SpectralPath.Product)]
    public void Output_and_gradients_are_those_of_the_published_class(string name, ScalarType dtype, SpectralPath path)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("models");
        int Of(string key) => PdeReference.Config(name, key);
        using Fno model = name == "fno3d"
            ? new Fno3d(Of("num_channels"), Of("initial_step"), Of("modes1"), Of("modes2"), Of("modes3"), Of("width"), dtype: dtype, path: path)
            : new Fno2d(Of("num_channels"), Of("initial_step"), Of("modes1"), Of("modes2"), Of("width"), dtype: dtype, path: path);
        FnoReference.Load(model, file, $"{name}/param/");
        PdeReference.Compare(model, file, name, () => model.call(file.Read($"{name}/input").to(dtype), file.Read($"{name}/grid").to(dtype)), dtype, 2e-6, 1e-5);
    }

    [Fact]
    public void High_rows_win_where_the_corners_overlap()
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("models");
        using var model = new Fno2d(1, 1, 5, 4, 4);
        model.RollOut(randn([1, 6, 7, 1, 1]), zeros([6, 7, 2]), 1).sum().backward();
        // 6 + 2 rows: low rows 0..4, high rows 3..7
        var gradient = view_as_real(model.get_parameter("conv1.weights1")!.grad!);
        Assert.Equal(0, gradient.narrow(2, 3, 2).abs().max().item<float>());
        Assert.NotEqual(0, gradient.narrow(2, 0, 3).abs().max().item<float>());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_roll_out_is_frame_after_frame_and_both_ways_of_transforming_agree(int axes)
    {
        using var scope = NewDisposeScope();
        using Fno model = axes == 2 ? new Fno2d(2, 3, 3, 4, 5, seed: 1, dtype: ScalarType.Float64) : new Fno3d(2, 3, 2, 3, 3, 4, seed: 1, dtype: ScalarType.Float64);
        long[] points = axes == 2 ? [7, 10] : [5, 6, 4];
        var given = arange(2 * points.Aggregate(6L, (product, n) => product * n), dtype: ScalarType.Float64).mul(0.7).sin().reshape([2, .. points, 3, 2]);
        var grid = arange(points.Aggregate((long)axes, (product, n) => product * n), dtype: ScalarType.Float64).cos().reshape([.. points, axes]);
        using (no_grad())
        {
            var window = given;
            var frames = new List<Tensor>();
            for (int frame = 0; frame < 4; frame++)
            {
                var next = model.call(window.reshape([2, .. points, 6]), grid.unsqueeze(0).expand([2, .. points, axes]));
                frames.Add(next);
                window = cat([window.narrow(axes + 1, 1, 2), next], axes + 1);
            }
            Assert.True(FnoReference.RelativeDifference(model.RollOut(given, grid, 4), cat(frames, axes + 1)) < 1e-13);
        }
        Tensor[] Run(SpectralPath path)
        {
            model.Path = path;
            model.zero_grad();
            var frames = model.RollOut(given, grid, 4);
            frames.square().sum().backward();
            return [frames, .. model.parameters().Where(p => p.grad is not null).Select(p => FnoReference.AsReal(p.grad!).clone())];
        }
        foreach (var (product, full) in Run(SpectralPath.Product).Zip(Run(SpectralPath.Fft)))
            Assert.True(FnoReference.RelativeDifference(product, full) < 1e-12);
    }

    [Fact]
    public void Frames_without_gradient_pass_none_on()
    {
        using var scope = NewDisposeScope();
        using var model = new Fno2d(1, 2, 2, 2, 3, dtype: ScalarType.Float64);
        var (given, grid) = (randn([1, 6, 6, 2, 1], dtype: ScalarType.Float64), zeros([6, 6, 2], dtype: ScalarType.Float64));
        var whole = model.RollOut(given, grid, 4);
        var cut = model.RollOut(given, grid, 4, withoutGradient: 4);
        Assert.True(FnoReference.RelativeDifference(cut, whole.detach()) < 1e-14);
        Assert.False(cut.requires_grad);
        Assert.True(model.RollOut(given, grid, 4, withoutGradient: 3).requires_grad);
    }

    [Fact]
    public void Parameter_counts_are_the_published_ones()
    {
        void Counts(Fno model, long complexOnce, long reals)
        {
            using (model)
                Assert.Equal((complexOnce, reals), (model.ParameterCount, model.RealParameterCount));
        }
        Counts(new Fno2d(4, 10, 12, 12, 20), 466_544, 927_344);
        Counts(new Fno2d(1, 1, 12, 12, 20), 465_377, 926_177);
        Counts(new Fno1d(1, 10, 16, 64), 288_001, 550_145);
        Counts(new Fno3d(5, 10, 8, 8, 8, 20), 3_283_053, 6_559_853);
    }

    [Fact]
    public void State_names_are_the_published_ones()
    {
        using var file = PdeReference.Open("models");
        using var model = new Fno3d(2, 2, 3, 2, 4, 4);
        Assert.Equal(file.Names.Where(n => n.StartsWith("fno3d/param/", StringComparison.Ordinal)).Select(n => n["fno3d/param/".Length..]).Order(), model.state_dict().Keys.Order());
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new Fno2d(3, 4, 6, 8, 6);
        Assert.Contains("input: expected (batch, x, y, 12)", Assert.Throws<ArgumentException>(() => model.call(zeros([2, 16, 16, 11]), zeros([2, 16, 16, 2]))).Message);
        Assert.Contains("given: expected (batch, x, y, 4 frames, 3 channels)", Assert.Throws<ArgumentException>(() => model.RollOut(zeros([2, 16, 4, 3]), zeros([16, 1]), 1)).Message);
        Assert.Contains("grid: expected (2, 16, 16, 2)", Assert.Throws<ArgumentException>(() => model.RollOut(zeros([2, 16, 16, 4, 3]), zeros([16, 16, 1]), 1)).Message);
        Assert.Contains("keeps 8", Assert.Throws<ArgumentException>(() => model.RollOut(zeros([2, 16, 10, 4, 3]), zeros([16, 10, 2]), 1)).Message);
        Assert.Contains("keeps 6", Assert.Throws<ArgumentException>(() => model.RollOut(zeros([2, 3, 16, 4, 3]), zeros([3, 16, 2]), 1)).Message);
        Assert.Contains("modes2", Assert.Throws<ArgumentException>(() => new Fno2d(3, 4, 4, 0)).Message);
    }

    [Fact]
    public void The_faster_way_depends_on_the_size_alone()
    {
        Assert.Equal(SpectralPath.Product, SpectralPaths.Choose([130], [12]));
        Assert.Equal(SpectralPath.Product, SpectralPaths.Choose([34, 34], [12, 12]));
        Assert.Equal(SpectralPath.Fft, SpectralPaths.Choose([8194], [4097]));
    }
}
