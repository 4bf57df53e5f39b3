// WeightWatcher's further tables: the powerlaw package's fits, truncated power laws, and the bulk as noise would have it.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class PowerLawPackageTests
{
    // Equal eigenvalues up to rounding: what is fitted there is the rounding of one library.
    private static readonly string[] flat = ["orthogonal_40x40", "permutation_40x40"];

    [Theory]
    [InlineData("weightwatcher 0.7.7 + powerlaw 1.5", "powerlaw_package")]
    [InlineData("weightwatcher 0.7.7 + powerlaw 1.5", "xmax_force")]
    [InlineData("weightwatcher 0.7.7 + powerlaw 1.5", "xmin_peak_powerlaw")]
    [InlineData("weightwatcher 0.7.7 + powerlaw 1.5", "xmin_peak_powerlaw_xmin_max_0.1")]
    [InlineData("weightwatcher 0.7.5.5 + powerlaw 1.5", "xmin_peak_powerlaw")]
    public void Searches_of_the_powerlaw_package_are_reproduced(string code, string run)
    {
        var (rows, failed) = (0, 0);
        foreach (var (layer, spectrum) in Layers(code, run))
        {
            var search = run switch
            {
                "xmax_force" => new PowerLawSearch(EndsAtLargest: true),
                "powerlaw_package" => new PowerLawSearch(),
                _ when spectrum.LambdaMax == 0 => new PowerLawSearch(),
                "xmin_peak_powerlaw_xmin_max_0.1" => PowerLawSearch.Peak(spectrum, 0.1),
                _ => PowerLawSearch.Peak(spectrum),
            };
            var fit = PowerLawPackage.Fit(spectrum, search);
            if (flat.Contains(layer.Text("longname")))
                continue;
            if (layer.Text("status") == "failed")
            {
                Assert.Null(fit);
                failed++;
                continue;
            }
            Assert.NotNull(fit);
            Assert.Equal(layer.Number("num_pl_spikes"), fit.TailCount);
            foreach (var (column, value) in new[] { ("alpha", fit.Alpha), ("xmin", fit.Xmin), ("D", fit.Distance), ("sigma", fit.StandardError) })
                Assert.True(RelativeDifference(layer.Number(column), value) < 1e-9, $"{layer.Text("longname")} {column}: {value:r}, expected {layer.Number(column):r}");
            rows++;
        }
        Report($"{rows} rows, {failed} failed there and here");
        Assert.True(rows > 12 && failed > 0);
    }

    [Theory]
    [InlineData("weightwatcher 0.7.7 + powerlaw 1.5", "TPL")]
    [InlineData("weightwatcher 0.7.7 + powerlaw 1.5", "E_TPL")]
    [InlineData("weightwatcher 0.7.5.5 + powerlaw 1.5", "TPL")]
    public void Truncated_power_laws_are_reproduced(string code, string run)
    {
        var (rows, worst, others) = (0, 0.0, new List<string>());
        foreach (var (layer, spectrum) in Layers(code, run))
        {
            var name = layer.Text("longname");
            if (flat.Contains(name))
                continue;
            var fit = PowerLawPackage.FitTruncated(spectrum, run == "E_TPL" && spectrum.LambdaMax > 0 ? PowerLawSearch.Peak(spectrum) : null);
            if (layer.Text("status") == "failed")
            {
                Assert.Null(fit);
                continue;
            }
            Assert.NotNull(fit);
            rows++;
            // Their optimiser stops before the maximum, which moves D and with it the choice between nearly equal starts: believed wrong there, as the likelihood tells.
            if (layer.Number("num_pl_spikes") != fit.TailCount || Math.Abs(fit.Distance - layer.Number("D")) > 3e-3)
            {
                var tail = spectrum.Eigenvalues.Where(value => value >= layer.Number("xmin") * (1 - 1e-9)).ToArray();
                var ours = LikelihoodRatio.Of(spectrum, tail[0], TailAlternative.TruncatedPowerLaw).Parameters;
                Assert.True(Likelihood(tail, ours[0], ours[1]) > Likelihood(tail, layer.Number("alpha"), layer.Number("Lambda")) + 1e-3, $"{name}: D {fit.Distance}, expected {layer.Number("D")}");
                Assert.Equal(layer.Number("D"), fit.Distance, 1e-2);
                others.Add($"{name} {fit.TailCount}, there {layer.Number("num_pl_spikes")}");
                continue;
            }
            worst = Math.Max(worst, Math.Max(Math.Abs(fit.Alpha - layer.Number("alpha")), RelativeDifference(layer.Number("Lambda"), fit.Lambda)));
            Assert.True(Math.Abs(fit.Alpha - layer.Number("alpha")) < 5e-3 && RelativeDifference(layer.Number("Lambda"), fit.Lambda) < 1e-2,
                $"{name}: alpha {fit.Alpha:r}, expected {layer.Number("alpha"):r}; lambda {fit.Lambda:r}, expected {layer.Number("Lambda"):r}");
        }
        Report($"{rows} rows, worst {worst:e1}; another start: {string.Join("; ", others)}");
        Assert.True(rows > 12 && others.Count < 3);
    }

    private static double Likelihood(double[] tail, double alpha, double rate) =>
        tail.Sum(value => -alpha * Math.Log(value) - rate * value) - tail.Length * LikelihoodRatio.LogTruncatedIntegral(alpha, rate, tail[0]);

    [Fact]
    public void The_bulk_is_that_of_mp_fit()
    {
        var rows = 0;
        foreach (var (layer, spectrum) in Layers("weightwatcher 0.7.7 + powerlaw 1.5", "mp_fit"))
        {
            if (layer.Text("status") == "failed")
            {
                Assert.Throws<SpectrumException>(() => MarchenkoPastur.Fit(spectrum));
                continue;
            }
            var fit = MarchenkoPastur.Fit(spectrum);
            Assert.Equal(layer.Number("num_spikes"), fit.Spikes);
            foreach (var (column, value) in new[] { ("W_scale", fit.Scale), ("sigma_mp", fit.Sigma), ("bulk_min", fit.BulkMin), ("bulk_max", fit.BulkMax), ("mp_softrank", fit.SoftRank) })
                Assert.True(Difference(layer.Number(column), value) < 1e-9, $"{layer.Text("longname")} {column}: {value:r}, expected {layer.Number(column):r}");
            rows++;
        }
        Assert.Equal(18, rows);
    }

    [Fact]
    public void Noise_has_a_bulk_of_its_own_deviation_and_no_spikes()
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        var noise = randn(400, 200, dtype: ScalarType.Float64);
        var fit = MarchenkoPastur.Fit(Spectrum.Of(noise));
        Assert.Equal(1, fit.Sigma, 0.02);
        Assert.Equal(0, fit.Spikes);
        // The scale takes the size of the entries out: 1/√rows.
        Assert.Equal(1 / Math.Sqrt(400), fit.Scale, 1e-3);
        var structured = MarchenkoPastur.Fit(Spectrum.Of(noise + randn(400, 1, dtype: ScalarType.Float64).matmul(randn(1, 200, dtype: ScalarType.Float64)) * 2));
        Assert.True(structured.Spikes == 1 && structured.SoftRank < 0.5 * fit.SoftRank);
    }

    private static IEnumerable<(JsonElement Layer, Spectrum Spectrum)> Layers(string code, string run)
    {
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/matrices.safetensors"));
        foreach (var layer in Load("spectra/weightwatcher.json").GetProperty("analyze").GetProperty(code).GetProperty(run).GetProperty("layers").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var name = layer.Text("longname");
            // It reads a 1-D convolution as single rows; see WeightWatcherTests.
            if (!name.StartsWith("conv1d", StringComparison.Ordinal))
                yield return (layer, Spectrum.Of(WeightMatrix.Of(name, name.StartsWith("conv2d", StringComparison.Ordinal) ? WeightKind.Convolution2d : WeightKind.Linear, file.Read(name))));
        }
    }
}
