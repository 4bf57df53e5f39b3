// Weights beyond linear and convolution layers: spectral ones, adapters, changes since the start, embeddings.
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using TorchSharp;
using TorchSharp.Modules;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class ViewsTests
{
    private static readonly Fidelity Plain = Fidelity.Released with { Small = SmallEigenvalues.Kept };

    [Fact]
    public void Spectral_weights_have_the_reference_spectra_in_every_view()
    {
        double worst = 0, worstAlpha = 0;
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/matrices.safetensors"));
        foreach (var entry in Load("spectra/views.json").GetProperty("spectral").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var weight = view_as_complex(file.Read(entry.Text("name")).to(ScalarType.Float64));
            foreach (var (name, view) in new[] { ("per_mode_pooled", SpectralView.PerMode), ("flattened_in_by_out_modes", SpectralView.Flattened), ("flattened_in_modes_by_out", SpectralView.FlattenedByOutput) })
            {
                var expected = entry.GetProperty("views").GetProperty(name);
                var spectrum = Spectrum.Of(WeightMatrix.OfSpectral("w", weight, view));
                worst = Math.Max(worst, LargestDifference(expected.GetProperty("eigenvalues").Numbers(), spectrum.Eigenvalues));
                worstAlpha = Math.Max(worstAlpha, RelativeDifference(expected.Number("alpha"), Hill.XMinMid(spectrum, 2, Plain).Alpha));
            }
            // The real matrix [[Re, −Im], [Im, Re]] of a mode has every singular value twice.
            var twice = entry.GetProperty("views").GetProperty("real_embedding_per_mode").GetProperty("eigenvalues").Numbers();
            var pooled = Spectrum.Of(WeightMatrix.OfSpectral("w", weight)).Eigenvalues;
            worst = Math.Max(worst, LargestDifference(twice, [.. pooled.SelectMany(value => new[] { value, value })]));
        }
        Report($"eigenvalues {worst:e1}, alpha {worstAlpha:e1}");
        Assert.True(worst < 1e-13, $"eigenvalues differ by {worst}");
        Assert.True(worstAlpha < 1e-10, $"alpha differs by {worstAlpha}");
    }

    [Fact]
    public void Adapters_changes_and_embeddings_have_the_released_fits()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/matrices.safetensors"));
        double worst = 0, worstProduct = 0;
        var rows = 0;
        var names = file.Names.Where(name => name.StartsWith("lora", StringComparison.OrdinalIgnoreCase)).ToList();
        Tensor Named(string part) => file.Read(names.Single(name => name.Contains(part)));
        var (a, b, w) = (Named("lora_A"), Named("lora_B"), Named("lora_W"));
        foreach (var entry in Load("spectra/views.json").GetProperty("others").EnumerateArray())
        {
            var matrix = entry.Text("kind") switch
            {
                "lora" => WeightMatrix.OfLowRank("l", a, b, 1, entry.GetProperty("add_W").GetBoolean() ? w : null, full: true),
                "embedding" => WeightMatrix.Of("e", WeightKind.Embedding, file.Read(entry.Text("name"))),
                _ => WeightMatrix.OfDifference(WeightMatrix.Of("g", WeightKind.Linear, file.Read("gaussian_64x64")),
                    WeightMatrix.Of("g", WeightKind.Linear, file.Read("gaussian_64x64").roll(1, 0))),
            };
            var spectrum = Spectrum.Of(matrix);
            if (entry.Has("eigenvalues_float64_product"))
                worstProduct = Math.Max(worstProduct, LargestDifference(entry.GetProperty("eigenvalues_float64_product").Numbers(), spectrum.Eigenvalues));
            foreach (var row in entry.GetProperty("rows").EnumerateArray())
            {
                if (row.Has("noise") || row.Has("flat") || row.Has("error"))
                    continue;
                var fidelity = Plain with { Small = row.Has("filter_zeros") && row.GetProperty("filter_zeros").GetBoolean() ? SmallEigenvalues.DroppedBelowFixed : SmallEigenvalues.Kept };
                var fit = row.Text("fix_fingers") switch
                {
                    "xmin_mid" => Hill.XMinMid(spectrum, row.Number("xmin_pos"), fidelity),
                    "xmin_peak" => Hill.XMinPeak(spectrum, fidelity),
                    _ => Hill.FullSearch(spectrum, fidelity),
                };
                if (fit.Cut != row.Number("i") && row.Has("runner_up"))
                {
                    Assert.Equal(row.Number("runner_up"), fit.Distance, 1e-4);
                    continue;
                }
                worst = Math.Max(worst, RelativeDifference(row.Number("alpha"), fit.Alpha));
                rows++;
            }
        }
        Report($"{rows} rows; alpha {worst:e1}, product {worstProduct:e1}");
        Assert.True(rows > 30);
        // The released estimator computes adapters in float32.
        Assert.True(worst < 1e-4, $"alpha differs by {worst}");
        Assert.True(worstProduct < 1e-13, $"eigenvalues differ by {worstProduct}");
    }

    [Fact]
    public void A_low_rank_product_alone_has_as_many_eigenvalues_as_its_rank_and_scales_with_the_square()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (a, b) = (randn(6, 40, dtype: ScalarType.Float64), randn(30, 6, dtype: ScalarType.Float64));
        var plain = Spectrum.Of(WeightMatrix.OfLowRank("l", a, b, 1));
        var scaled = Spectrum.Of(WeightMatrix.OfLowRank("l", a, b, 2));
        var full = Spectrum.Of(WeightMatrix.OfLowRank("l", a, b, 1, full: true));
        Assert.Equal((6, 6, 30), (plain.Count, scaled.Count, full.Count));
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(1, plain.Eigenvalues[i] / full.Eigenvalues[24 + i], 1e-10);
            Assert.Equal(4, scaled.Eigenvalues[i] / plain.Eigenvalues[i], 1e-10);
        }
        Assert.Throws<ArgumentException>(() => WeightMatrix.OfLowRank("l", a, a, 1));
    }

    [Fact]
    public void Adapters_are_found_by_name_and_scaled_by_alpha_over_rank_unless_released()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        Dictionary<string, Tensor> tensors = new()
        {
            ["q.base_layer.weight"] = randn(24, 20), ["q.lora_A.default.weight"] = randn(4, 20), ["q.lora_B.default.weight"] = randn(24, 4),
        };
        var corrected = Spectrum.Of(WeightMatrices.LowRankOf(tensors, alpha: 8).Single());
        using var expected = tensors["q.base_layer.weight"].add(tensors["q.lora_B.default.weight"].matmul(tensors["q.lora_A.default.weight"]).mul(2));
        Assert.True(LargestDifference(Spectrum.Of(expected).Eigenvalues, corrected.Eigenvalues) < 1e-6);
        var released = WeightMatrices.LowRankOf(tensors, alpha: 8, addWeight: false, Fidelity.ReleasedText).Single();
        Assert.Equal(20, released.Eigenvalues);
        Assert.Equal(4, WeightMatrices.LowRankOf(tensors, alpha: 8, addWeight: false).Single().Eigenvalues);
        tensors.Remove("q.base_layer.weight");
        Assert.Contains("base model", Assert.Throws<ArgumentException>(() => WeightMatrices.LowRankOf(tensors, 8)).Message);
        tensors.Remove("q.lora_B.default.weight");
        Assert.Contains("lora_B", Assert.Throws<ArgumentException>(() => WeightMatrices.LowRankOf(tensors, 8, addWeight: false)).Message);
    }

    [Fact]
    public void Fourier_blocks_are_complex_matrices_that_are_pooled()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var weight = randn(2, 3, 5, 7, dtype: ScalarType.Float64);
        var spectrum = Spectrum.Of(WeightMatrix.OfFourierBlocks("afno.w1", weight));
        Assert.Equal(15, spectrum.Count);
        // Σλ over blocks is the squared Frobenius norm of both parts.
        Assert.Equal(weight.square().sum().item<double>(), spectrum.FrobeniusSquared, 1e-9);
        Assert.Throws<ArgumentException>(() => WeightMatrix.OfFourierBlocks("w", randn(3, 3, 3)));
    }

    [Fact]
    public void Spectral_weights_of_a_model_are_analysed_only_when_asked_for()
    {
        using var model = new FourierLike();
        Assert.Equal(["proj"], Esd.Analyse(model).Select(report => report.Name));
        var reports = Esd.Analyse(model, options: new EsdOptions { Spectral = SpectralView.PerMode });
        Assert.Equal(["proj", "weights1"], reports.Select(report => report.Name));
        Assert.Equal((WeightKind.Spectral, 6 * 8), (reports[1].Kind, reports[1].Spectrum.Count));
    }

    [Fact]
    public void First_and_last_layers_can_be_left_out()
    {
        using var model = nn.Sequential(("a", nn.Linear(20, 20)), ("b", nn.Linear(20, 20)), ("c", nn.Linear(20, 20)), ("d", nn.Linear(20, 2)));
        Assert.Equal(["b", "d"], Esd.Analyse(model, options: new EsdOptions { RemoveFirst = true, RemoveLast = true }).Select(report => report.Name));
    }

    private sealed class FourierLike : nn.Module
    {
        internal FourierLike() : base("fourier")
        {
            register_parameter("weights1", new Parameter(randn(8, 8, 6, dtype: ScalarType.ComplexFloat32)));
            register_module("proj", nn.Linear(16, 16));
        }
    }

    private static double LargestDifference(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() / expected[^1];
    }

    [Fact]
    public void Adaptive_Fourier_layers_are_listed_block_by_block_in_models_and_checkpoints()
    {
        using var scope = NewDisposeScope();
        using var model = new Dpot(new DpotSettings { Resolution = 32, Patch = 4, Width = 64, Depth = 2, Groups = 4 }, seed: 1);
        string[] expected = ["blocks.0.filter.w1", "blocks.0.filter.w2", "blocks.1.filter.w1", "blocks.1.filter.w2"];
        var blocks = WeightMatrices.SpectralOf(model);
        Assert.Equal(expected, blocks.Select(weight => weight.Name));
        Assert.All(blocks, weight => Assert.Equal((WeightKind.Spectral, 4L, 16L, 16L, 64L), (weight.Kind, weight.Count, weight.Rows, weight.Columns, weight.Eigenvalues)));
        var told = model.state_dict().Select(pair => (pair.Key, Told: WeightMatrices.Tell(pair.Key, pair.Value.shape, isReal: true))).Where(pair => pair.Told is not null).ToList();
        Assert.Equal(expected, told.Where(pair => pair.Told!.Kind == WeightKind.Spectral).Select(pair => pair.Told!.Layer));
        Assert.DoesNotContain(told, pair => pair.Key.Contains("pos_embed") || pair.Key.EndsWith("filter.b1") || pair.Key.Contains("norm"));
        // The same spectra by either way, and those of the complex matrices themselves.
        var path = Path.Combine(Path.GetTempPath(), $"workbook-{Guid.NewGuid():n}.safetensors");
        try
        {
            SafetensorsFile.Write(path, model.state_dict());
            using var checkpoint = Checkpoint.Open(path);
            var fromFile = CheckpointEsd.Analyse(checkpoint, cancellation: TestContext.Current.CancellationToken).Where(report => report.Kind == WeightKind.Spectral).ToList();
            var fromModel = Esd.Analyse(model, options: new EsdOptions { Spectral = SpectralView.PerMode }).Where(report => report.Kind == WeightKind.Spectral).ToList();
            Assert.Equal(fromModel.Select(report => (report.Name, report.Fit)), fromFile.OrderBy(report => report.Name, StringComparer.Ordinal).Select(report => (report.Name, report.Fit)));
            Assert.All(fromFile, report => Assert.Contains("4 complex blocks", report.Note));
            // Leaving out the first and the last fitted layer means the same of a file.
            IReadOnlyList<LayerReport> Of(EsdOptions options) => CheckpointEsd.Analyse(checkpoint, options: options, cancellation: TestContext.Current.CancellationToken);
            var whole = Of(new EsdOptions()).ToList();
            var last = whole.FindLastIndex(report => report.Fit is not null);
            Assert.Equal(whole.Where((_, place) => place > 0 && place != last).Select(report => report.Name), Of(new EsdOptions { RemoveFirst = true, RemoveLast = true }).Select(report => report.Name));
        }
        finally
        {
            File.Delete(path);
        }
        var weight = model.get_parameter("blocks.0.filter.w1")!.detach();
        var matrices = complex(weight[0], weight[1]).to(ScalarType.ComplexFloat64);
        double[] singular = [.. linalg.svdvals(matrices).square().reshape(-1).data<double>().ToArray().Order()];
        Assert.Equal(singular, Spectrum.Of(blocks[0]).Eigenvalues, (a, b) => Math.Abs(a - b) < 1e-12 * singular[^1]);
    }
}
