// The fit against the released code's own results, on exact eigenvalue lists and on weights.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class ReleasedFitTests
{
    private sealed class Worst
    {
        internal double Alpha, Distance, Measures;
    }

    [Fact]
    public void Tails_of_exact_eigenvalues_are_fitted_as_the_released_code_does()
    {
        var (worst, worst32, rows) = (new Worst(), new Worst(), 0);
        foreach (var entry in Load("spectra/spectra.json").EnumerateArray())
        {
            // Some lists are given out of order, which the released code sorts.
            double[] eigenvalues = [.. entry.GetProperty("eigenvalues").Numbers().Order()];
            foreach (var row in entry.GetProperty("rows").EnumerateArray())
            {
                var single = row.Text("precision") == "float32";
                var spectrum = single
                    ? new Spectrum([.. eigenvalues.Select(value => (double)(float)value)], weightType: ScalarType.Float32)
                    : new Spectrum(eigenvalues);
                Compare(entry.Text("name"), spectrum, row, single ? worst32 : worst, single, alphaTolerance: (entry.Text("name") == "threshold_edges", single) switch
                {
                    (true, false) => 1e-7,
                    (false, false) => 1e-12,
                    (true, true) => 1e-2,
                    _ => 1e-5,
                });
                rows++;
            }
        }
        Report($"{rows} rows; worst float64: alpha {worst.Alpha:e1}, D {worst.Distance:e1}, measures {worst.Measures:e1}; float32: alpha {worst32.Alpha:e1}, D {worst32.Distance:e1}, measures {worst32.Measures:e1}");
        Assert.True(rows > 700);
    }

    [Fact]
    public void Weights_have_the_released_eigenvalues_measures_and_fits()
    {
        var (worst, worst32, rows) = (new Worst(), new Worst(), 0);
        double worstEigenvalue = 0, worstEigenvalue32 = 0;
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/matrices.safetensors"));
        foreach (var entry in Load("spectra/weights.json").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var name = entry.Text("name");
            var flattened = name.EndsWith("(flattened)");
            var kind = entry.Text("kind") switch { "conv1d" => WeightKind.Convolution1d, "conv2d" => WeightKind.Convolution2d, _ => WeightKind.Linear };
            var stored = file.Read(name.Split(' ')[0]);
            var fidelity = flattened ? Fidelity.Corrected : Fidelity.Released;
            var matrix = WeightMatrix.Of(name, kind, stored.to(ScalarType.Float64), fidelity);
            var expected = entry.GetProperty("eigenvalues").GetProperty("float64").Numbers();
            var expected32 = entry.GetProperty("eigenvalues").GetProperty("float32").Numbers();
            var actual = Spectrum.Of(matrix).Eigenvalues;
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                worstEigenvalue = Math.Max(worstEigenvalue, Math.Abs(expected[i] - actual[i]) / Math.Max(expected[^1], 1e-300));
                worstEigenvalue32 = Math.Max(worstEigenvalue32, Math.Abs(expected32[i] - actual[i]) / Math.Max(expected[^1], 1e-300));
            }
            foreach (var row in entry.GetProperty("rows").EnumerateArray())
            {
                var single = row.Text("precision") == "float32";
                var factor = row.Has("conv_norm") && kind == WeightKind.Convolution2d ? row.Number("conv_norm") : matrix.Factor;
                // The released float32 decomposition is not ours; its eigenvalues are taken as given.
                var spectrum = !single ? Spectrum.Of(matrix with { Factor = factor })
                    : new Spectrum([.. expected32.Select(value => value * (factor / matrix.Factor))], matrix.Rows, matrix.Columns, ScalarType.Float32);
                Compare(name, spectrum, row, single ? worst32 : worst, single, alphaTolerance: single ? 5e-5 : 1e-10);
                rows++;
            }
        }
        Report($"{rows} rows; eigenvalues {worstEigenvalue:e1} (float32 reference {worstEigenvalue32:e1}); float64: alpha {worst.Alpha:e1}, D {worst.Distance:e1}, measures {worst.Measures:e1}; float32: alpha {worst32.Alpha:e1}, D {worst32.Distance:e1}, measures {worst32.Measures:e1}");
        Assert.True(worstEigenvalue < 1e-13, $"eigenvalues differ by {worstEigenvalue}");
        Assert.True(worstEigenvalue32 < 2e-6, $"eigenvalues differ from float32 ones by {worstEigenvalue32}");
        Assert.True(rows > 400);
    }

    [Fact]
    public void The_papers_count_gives_the_papers_alpha()
    {
        double worst = 0;
        foreach (var entry in Load("spectra/spectra.json").EnumerateArray().Concat(Load("spectra/weights.json").EnumerateArray()))
        {
            var listed = entry.GetProperty("eigenvalues");
            double[] eigenvalues = [.. (listed.ValueKind == JsonValueKind.Array ? listed : listed.GetProperty("float64")).Numbers().Order()];
            foreach (var row in entry.GetProperty("paper").EnumerateArray())
            {
                var fidelity = Fidelity.Paper with
                {
                    Degenerate = DegenerateCases.AsComputed,
                    Small = row.GetProperty("filter_zeros").GetBoolean() ? SmallEigenvalues.DroppedBelowFixed : SmallEigenvalues.Kept,
                };
                var expected = row.Number("alpha");
                var fit = Hill.XMinMid(new Spectrum(eigenvalues), row.Number("xmin_pos"), fidelity);
                Assert.Equal(row.Number("i"), fit.Cut);
                Assert.Equal(row.Number("k"), fit.TailCount - 1);
                if (!double.IsFinite(expected) || Math.Abs(expected) > 1e6)
                    Assert.False(fit.Alpha > 1 && fit.Alpha < 1e6);
                else if (entry.Text("name") != "threshold_edges")
                    worst = Math.Max(worst, RelativeDifference(expected, fit.Alpha));
            }
        }
        Report($"alpha {worst:e1}");
        Assert.True(worst < 1e-10, $"alpha differs by {worst}");
    }

    private static void Compare(string name, Spectrum spectrum, JsonElement row, Worst worst, bool single, double alphaTolerance)
    {
        var filtered = row.GetProperty("filter_zeros").GetBoolean();
        var fidelity = Fidelity.Released with { Small = filtered ? SmallEigenvalues.DroppedBelowFixed : SmallEigenvalues.Kept };
        var position = row.Number("xmin_pos");
        var rule = row.Text("fix_fingers");
        var what = $"{name} {row.Text("precision")} {rule} {position} filter {filtered}";
        TailFit Fit() => rule switch
        {
            "xmin_mid" => Hill.XMinMid(spectrum, position, fidelity),
            "xmin_peak" => Hill.XMinPeak(spectrum, fidelity),
            _ => Hill.FullSearch(spectrum, fidelity),
        };
        if (row.Has("error"))
        {
            Assert.Throws<SpectrumException>(Fit);
            return;
        }

        var (noise, flat) = (row.Has("noise"), row.Has("flat"));
        var measures = spectrum.Measures(fidelity.Small, row.Has("sr_mid_pos") ? row.Number("sr_mid_pos") : null);
        Assert.Equal(row.Number("eig_number_filtered"), measures.Count);
        Check(RelativeDifference(row.Number("spectral_norm"), spectrum.LambdaMax), what + " λmax");
        Check(RelativeDifference(row.Number("norm"), spectrum.FrobeniusSquared), what + " Σλ");
        Check(RelativeDifference(row.Number("stable_rank"), measures.StableRank), what + " stable rank");
        Check(RelativeDifference(row.Number("norm_stable_rank"), measures.MeanEigenvalue), what + " mean eigenvalue");
        // A middle eigenvalue that is the decomposition's rounding noise makes the ratio noise too, wherever the cut is.
        var decomposed = row.Has("conv_norm");
        if (!noise && !(decomposed && row.Number("eig_ratio") > 1e12))
            Check(RelativeDifference(row.Number("eig_ratio"), measures.EigenvalueRatio), what + " ratio");

        var fit = Fit();
        Assert.Equal(row.Number("N"), fit.Cut + fit.TailCount);
        var expected = row.Number("alpha");
        if (noise || flat)
        {
            // Rounding decides the value; only its kind can be compared.
            if (flat && !noise)
                Assert.Equal(IsOrdinary(expected), IsOrdinary(fit.Alpha));
            return;
        }
        if (fit.Cut != row.Number("i"))
        {
            Assert.True(row.Has("runner_up") && Difference(row.Number("runner_up"), fit.Distance) < (single ? 1e-5 : 1e-12), $"{what}: cut {fit.Cut}, expected {row.Number("i")}");
            return;
        }
        var (alpha, distance) = (RelativeDifference(expected, fit.Alpha), Difference(row.Number("D"), fit.Distance));
        Assert.True(alpha < alphaTolerance, $"{what}: alpha {fit.Alpha:r}, expected {expected:r}");
        Assert.True(distance < (single ? Math.Max(1e-5, alphaTolerance) : Math.Max(1e-11, alphaTolerance)), $"{what}: D {fit.Distance:r}, expected {row.Number("D"):r}");
        Check(RelativeDifference(row.Number("xmin"), fit.Xmin), what + " xmin");
        if (name != "threshold_edges")
            (worst.Alpha, worst.Distance) = (Math.Max(worst.Alpha, alpha), Math.Max(worst.Distance, distance));

        void Check(double difference, string of)
        {
            Assert.True(difference < (single ? 3e-6 : 1e-12), $"{of} differs by {difference}");
            worst.Measures = Math.Max(worst.Measures, difference);
        }
    }

    private static bool IsOrdinary(double alpha) => double.IsFinite(alpha) && Math.Abs(alpha) < 1e6;
}
