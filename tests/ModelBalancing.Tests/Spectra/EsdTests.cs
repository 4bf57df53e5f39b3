// Which weights of a model or checkpoint are analysed, and what a report says.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class EsdTests
{
    private sealed class Block : nn.Module
    {
        private readonly nn.Module inner;
        private readonly nn.Module norm;

        internal Block(string name, nn.Module inner) : base(name)
        {
            this.inner = inner;
            norm = nn.LayerNorm(4);
            register_module("inner", this.inner);
            register_module("norm", norm);
        }
    }

    private sealed class Model : nn.Module
    {
        internal Model() : base("model")
        {
            register_module("embedding", nn.Embedding(30, 20));
            register_module("first", new Block("first", nn.Linear(20, 30)));
            register_module("second", new Block("second", nn.Conv2d(12, 16, 3)));
            register_module("third", nn.Conv1d(20, 24, 2));
            register_module("head", nn.Linear(20, 3));
        }
    }

    [Fact]
    public void Layers_are_listed_depth_first_without_norms_and_embeddings()
    {
        using var model = new Model();
        Assert.Equal(["first.inner", "second.inner", "third", "head"], WeightMatrices.Of(model).Select(weight => weight.Name));
        Assert.Equal("embedding", WeightMatrices.Of(model, embeddings: true)[0].Name);
        Assert.Equal(["third"], WeightMatrices.Of(model, select: name => name.StartsWith('t')).Select(weight => weight.Name));
    }

    [Fact]
    public void A_module_and_its_state_dictionary_give_the_same_layers()
    {
        using var model = new Model();
        var fromModule = Esd.Analyse(model);
        var fromTensors = Esd.Analyse(model.state_dict());
        Assert.Equal(fromModule.Select(report => report.Name).Order(), fromTensors.Select(report => report.Name).Order());
        foreach (var report in fromModule)
        {
            var twin = fromTensors.Single(other => other.Name == report.Name);
            Assert.Equal(report.Spectrum.Eigenvalues, twin.Spectrum.Eigenvalues);
            Assert.Equal(report.Fit, twin.Fit);
        }
    }

    [Fact]
    public void Views_of_convolutions_follow_the_variant()
    {
        using var model = new Model();
        var corrected = WeightMatrices.Of(model, Fidelity.Corrected).ToDictionary(weight => weight.Name);
        Assert.Equal((9L, 16L, 12L), (corrected["second.inner"].Count, corrected["second.inner"].Rows, corrected["second.inner"].Columns));
        Assert.Equal((1L, 24L, 40L), (corrected["third"].Count, corrected["third"].Rows, corrected["third"].Columns));
        var released = WeightMatrices.Of(model, Fidelity.Released).ToDictionary(weight => weight.Name);
        Assert.Equal((24L, 20L, 2L), (released["third"].Count, released["third"].Rows, released["third"].Columns));
        Assert.Equal(108, Spectrum.Of(corrected["second.inner"]).Count);
    }

    [Fact]
    public void A_two_dimensional_convolution_pools_its_taps_with_half_weight()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var weight = randn(5, 3, 2, 2, dtype: ScalarType.Float64);
        var expected = new List<double>();
        for (var row = 0; row < 2; row++)
        {
            for (var column = 0; column < 2; column++)
                expected.AddRange(Spectrum.Of(weight[.., .., row, column].contiguous()).Eigenvalues.Select(value => value / 2));
        }
        expected.Sort();
        var actual = Spectrum.Of(WeightMatrix.Of("conv", WeightKind.Convolution2d, weight)).Eigenvalues;
        Assert.Equal(12, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-12);
    }

    [Fact]
    public void A_layer_with_too_few_eigenvalues_has_a_note_and_no_fit()
    {
        using var model = new Model();
        var head = Esd.Analyse(model).Single(report => report.Name == "head");
        Assert.Null(head.Fit);
        Assert.Contains("3 of 3", head.Note);
        Assert.NotNull(Esd.Analyse(model, Fidelity.Corrected with { FewestEigenvalues = 3 }).Single(report => report.Name == "head").Fit);
        // The released text rule leaves out everything below 50.
        Assert.Equal(["second.inner"], Esd.Analyse(model, Fidelity.ReleasedText).Where(report => report.Fit is not null).Select(report => report.Name));
    }

    [Fact]
    public void A_zero_weight_has_a_note_and_no_fit()
    {
        using var layer = nn.Linear(20, 20);
        nn.init.zeros_(layer.weight!);
        var report = Assert.Single(Esd.Analyse(layer, Fidelity.Paper with { Count = CountRule.AtLeast }));
        Assert.Null(report.Fit);
        Assert.Contains("0", report.Note);
        Assert.Null(Assert.Single(Esd.Analyse(layer)).Fit);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_not_finite_is_refused_by_name(double value)
    {
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, Tensor> { ["encoder.dense.weight"] = full(12, 12, value) };
        Assert.Contains("encoder.dense", Assert.Throws<SpectrumException>(() => Esd.Analyse(weights)).Message);
    }

    [Fact]
    public void Impossible_spectra_and_weights_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<SpectrumException>(() => new Spectrum([]));
        Assert.Throws<SpectrumException>(() => new Spectrum([1, -1]));
        Assert.Throws<SpectrumException>(() => new Spectrum([2, 1]));
        Assert.Throws<SpectrumException>(() => new Spectrum([double.NaN]));
        Assert.Contains("2 axes", Assert.Throws<ArgumentException>(() => WeightMatrix.Of("x", WeightKind.Linear, zeros(3))).Message);
        Assert.Throws<ArgumentException>(() => WeightMatrix.Of("x", WeightKind.Linear, zeros(3, 3, dtype: ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => WeightMatrix.Of("x", WeightKind.Linear, zeros(3, 0)));
    }

    [Fact]
    public void Reports_of_a_real_encoder_match_the_released_code()
    {
        var path = TestData.SharedOrSkip("data/models/minilm-l6/model.safetensors");
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestData.SharedOrSkip("golden/spectra/real-model.json")));
        var layers = golden.RootElement.GetProperty("layers").EnumerateArray().ToDictionary(layer => layer.GetProperty("name").GetString()!);
        using var file = SafetensorsFile.Open(path);
        var names = file.Names.Where(name => WeightMatrices.KindOf(name, file.Entry(name).Shape, isReal: true) == WeightKind.Linear).ToList();
        Assert.Equal(layers.Keys.Order(), names.Select(name => name[..^".weight".Length]).Order());

        using var scope = NewDisposeScope();
        // The reference was made of weights rounded to float16 and back.
        var weights = names.Where(name => name.Contains(".layer.2.")).ToDictionary(name => name, name => file.Read(name).to(ScalarType.Float16).to(ScalarType.Float32));
        Assert.Equal(6, weights.Count);
        double worst = 0;
        foreach (var report in Esd.Analyse(weights, Fidelity.ReleasedText))
        {
            var row = layers[report.Name].GetProperty("fits").EnumerateArray().Single(fit =>
                fit.GetProperty("precision").GetString() == "float64" && fit.GetProperty("fix_fingers").GetString() == "xmin_mid" && fit.GetProperty("xmin_pos").GetDouble() == 1.5);
            Assert.Equal(row.GetProperty("i").GetInt32(), report.Fit!.Cut);
            worst = Math.Max(worst, Math.Abs(report.Fit.Alpha / row.GetProperty("alpha").GetDouble() - 1));
        }
        ReferenceNumbers.Report($"alpha {worst:e1}");
        Assert.True(worst < 1e-10);
    }
}
