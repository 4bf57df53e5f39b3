// FARMS against both released copies, slips included, and what the corrected windows guarantee.
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class FarmsTests
{
    // The released copies leave a layer out that has fewer pooled eigenvalues.
    private const int ReleasedLimit = 5;

    [Fact]
    public void Both_released_copies_are_reproduced()
    {
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/matrices.safetensors"));
        var root = Load("spectra/farms.json");
        var (rows, noise, worst, worstDistance) = (0, 0, 0.0, 0.0);
        foreach (var row in root.GetProperty("rows").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var name = row.Text("weight");
            var weight = WeightMatrix.Of(name, name.StartsWith("conv2d") ? WeightKind.Convolution2d : WeightKind.Linear, file.Read(name));
            var options = new FarmsOptions((int)row.Number("rows"), row.Number("Q"), row.Has("ops") ? (int)row.Number("ops") : null, (int)row.Number("step"),
                row.Text("code") == "LLM_Pruning" ? FarmsVariant.ReleasedLanguage : FarmsVariant.ReleasedImage);
            var fidelity = Fidelity.Released with { Small = row.GetProperty("filter_zeros").GetBoolean() ? SmallEigenvalues.DroppedBelowFixed : SmallEigenvalues.Kept };
            var rule = row.Text("fit") == "xmin_mid" ? TailRule.Mid : TailRule.Peak;
            var what = $"{name} {options} {rule}";
            if (row.Has("error"))
            {
                Assert.True(Record.Exception(() => Farms.Fit(weight, options, rule, fidelity)) is ArgumentException or SpectrumException
                    // Exact zeros are rounding noise above 0 in our decomposition.
                    || name.StartsWith("zero_rows"), what);
                continue;
            }
            var spectra = Farms.Spectra(weight, options);
            if (row.Has("omitted"))
            {
                Assert.True(spectra.Sum(spectrum => spectrum.Count) < ReleasedLimit, what);
                continue;
            }
            if (fidelity.Small == SmallEigenvalues.Kept)
                Assert.Equal(row.Number("pooled_count"), spectra.Sum(spectrum => spectrum.Count));
            Assert.True(RelativeDifference(row.Number("spectral_norm"), spectra.Average(spectrum => spectrum.LambdaMax)) < 3e-6, what);
            // The bins of a histogram that starts at rounding noise are noise.
            if (rule == TailRule.Peak && fidelity.Small == SmallEigenvalues.Kept && spectra.Any(spectrum => spectrum.Eigenvalues[0] < 1e-12 * spectrum.LambdaMax))
            {
                noise++;
                continue;
            }
            var fit = Farms.Fit(weight, options, rule, fidelity);
            if (spectra.Any(spectrum => Hill.Fit(spectrum, rule, fidelity) is var part && (part.Xmin < 1e-6 * spectrum.LambdaMax || part.Alpha > 1e6)) || !double.IsFinite(row.Number("alpha")))
            {
                noise++;
                continue;
            }
            // With equally good cuts float32 may take another one, of the same distance.
            var distance = Difference(row.Number("D"), fit.Distance);
            var alpha = RelativeDifference(row.Number("alpha"), fit.Alpha);
            if (rule == TailRule.Peak && alpha > 1e-3 && distance < 1e-5)
                continue;
            Assert.True(alpha < 5e-5 && distance < 1e-5, $"{what}: alpha {fit.Alpha:r}, expected {row.Number("alpha"):r}; D {fit.Distance:r}, expected {row.Number("D"):r}");
            (worst, worstDistance) = (Math.Max(worst, alpha), Math.Max(worstDistance, distance));
            rows++;
        }
        Report($"{rows} rows, {noise} of rounding noise; alpha {worst:e1}, D {worstDistance:e1}");
        Assert.True(rows > 500);
    }

    [Fact]
    public void Pooled_spectra_agree()
    {
        using var file = SafetensorsFile.Open(TestData.Fixture("spectra/matrices.safetensors"));
        double worst = 0;
        foreach (var entry in Load("spectra/farms.json").GetProperty("pooled_spectra").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var name = entry.Text("weight");
            var weight = WeightMatrix.Of(name, name.StartsWith("conv2d") ? WeightKind.Convolution2d : WeightKind.Linear, file.Read(name));
            var options = new FarmsOptions((int)entry.Number("rows"), entry.Number("Q"), entry.Has("ops") ? (int)entry.Number("ops") : null, entry.Has("step") ? (int)entry.Number("step") : 10,
                entry.Text("code") == "LLM_Pruning" ? FarmsVariant.ReleasedLanguage : FarmsVariant.ReleasedImage);
            double[] expected = [.. entry.GetProperty("eigenvalues").Numbers().Order()];
            double[] actual = [.. Farms.Spectra(weight, options).SelectMany(spectrum => spectrum.Eigenvalues).Order()];
            Assert.Equal(expected.Length, actual.Length);
            worst = Math.Max(worst, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() / expected[^1]);
        }
        Report($"{worst:e1}");
        Assert.True(worst < 2e-6);
    }

    [Fact]
    public void Layers_of_different_aspect_ratio_become_comparable()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (square, wide) = (Weight(192, 192), Weight(192, 768));
        var options = new FarmsOptions(96, 1, 4);
        var plain = Math.Abs(Alpha(square) - Alpha(wide));
        var windows = Math.Abs(Farms.Fit(square, options).Alpha - Farms.Fit(wide, options).Alpha);
        Report($"difference of alpha between 192 × 192 and 192 × 768 noise: {plain:f2} as they are, {windows:f3} in windows");
        Assert.True(windows < 0.1 * plain);

        static WeightMatrix Weight(long rows, long columns) => WeightMatrix.Of("noise", WeightKind.Linear, randn(rows, columns));
        static double Alpha(WeightMatrix weight) => Hill.XMinMid(Spectrum.Of(weight)).Alpha;
    }

    [Fact]
    public void One_window_as_large_as_the_matrix_is_the_matrix()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var weight = WeightMatrix.Of("w", WeightKind.Linear, randn(40, 40));
        Assert.Equal(Spectrum.Of(weight).Eigenvalues, Farms.Spectra(weight, new FarmsOptions(100, 1, 1)).Single().Eigenvalues, (x, y) => Math.Abs(x - y) < 1e-9 * x);
        Assert.Throws<ArgumentException>(() => Farms.Spectra(weight, new FarmsOptions(0)));
        Assert.Throws<ArgumentException>(() => Farms.Spectra(weight, new FarmsOptions(10, 1, 1, Variant: FarmsVariant.ReleasedImage)));
    }
}
