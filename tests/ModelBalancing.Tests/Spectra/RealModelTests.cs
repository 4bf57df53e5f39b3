// The real MiniLM encoder: every fit of the released estimator and of WeightWatcher on its 37 linear layers.
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class RealModelTests
{
    [Fact]
    public void Every_linear_layer_of_the_real_encoder_has_the_reference_fits()
    {
        var golden = TestData.SharedOrSkip("golden/spectra/real-model.json");
        using var file = SafetensorsFile.Open(TestData.SharedOrSkip("data/models/minilm-l6/model.safetensors"));
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(golden));
        double worst = 0, worst32 = 0, worstWatcher = 0, worstMeasure = 0;
        var (layers, otherCuts) = (0, 0);
        foreach (var layer in document.RootElement.GetProperty("layers").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var spectrum = Spectrum.Of(WeightMatrix.Of(layer.Text("name"), WeightKind.Linear, file.Read($"{layer.Text("name")}.weight").to(ScalarType.Float32)));
            var measures = layer.GetProperty("float64");
            worstMeasure = Math.Max(worstMeasure, RelativeDifference(measures.Number("spectral_norm"), spectrum.LambdaMax));
            worstMeasure = Math.Max(worstMeasure, RelativeDifference(measures.Number("norm"), spectrum.FrobeniusSquared));
            worstMeasure = Math.Max(worstMeasure, RelativeDifference(measures.Number("eig_ratio"), spectrum.EigenvalueRatio));
            foreach (var row in layer.GetProperty("fits").EnumerateArray())
            {
                var fidelity = Fidelity.ReleasedText;
                var fit = row.Text("fix_fingers") switch
                {
                    "xmin_mid" => Hill.XMinMid(spectrum, row.Number("xmin_pos"), fidelity),
                    "xmin_peak" => Hill.XMinPeak(spectrum, fidelity),
                    _ => Hill.FullSearch(spectrum, fidelity),
                };
                var single = row.Text("precision") == "float32";
                if (fit.Cut != row.Number("i"))
                {
                    Assert.True(single && Math.Abs(fit.Distance - row.Number("D")) < 1e-5, $"{layer.Text("name")} {row}: cut {fit.Cut}");
                    otherCuts++;
                    continue;
                }
                var difference = RelativeDifference(row.Number("alpha"), fit.Alpha);
                if (single)
                    worst32 = Math.Max(worst32, difference);
                else
                    worst = Math.Max(worst, difference);
            }
            var watcher = layer.GetProperty("weightwatcher");
            var mine = WeightWatcher.Analyse(layer.Text("name"), spectrum);
            foreach (var (column, value) in new[] { ("alpha", mine.Alpha), ("D", mine.Distance), ("sigma", mine.Sigma), ("log_alpha_norm", mine.LogAlphaNorm), ("alpha_weighted", mine.AlphaWeighted) })
                worstWatcher = Math.Max(worstWatcher, RelativeDifference(watcher.Number(column), value));
            layers++;
        }
        Report($"{layers} layers; alpha float64 {worst:e1}, float32 {worst32:e1} ({otherCuts} other cuts), WeightWatcher {worstWatcher:e1}, measures {worstMeasure:e1}");
        Assert.Equal(37, layers);
        Assert.True(worst < 1e-9 && worstWatcher < 1e-9 && worstMeasure < 1e-9);
        Assert.True(worst32 < 1e-4);
    }
}
