// What the estimate must obey: worked examples, laws of scale and rotation, known exponents, degenerate tails.
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class HillTests
{
    private static readonly double[] OneToTen = [.. Enumerable.Range(1, 10).Select(i => (double)i)];
    private static readonly double[] Squares = [.. Enumerable.Range(1, 20).Select(i => (double)i * i)];

    [Theory]
    [InlineData(2, 5, 4.681550358521, 0.253237800145)]
    [InlineData(1.5, 6, 6.394319605926, 0.263399104951)]
    public void One_to_ten_has_the_published_alpha(double position, int cut, double alpha, double distance)
    {
        var fit = Hill.XMinMid(new Spectrum(OneToTen), position, Fidelity.Released);
        Assert.Equal(cut, fit.Cut);
        Assert.Equal(alpha, fit.Alpha, 1e-11);
        Assert.Equal(distance, fit.Distance, 1e-11);
    }

    [Theory]
    [InlineData(2, 10, 2.537396638355, 0.223612400243)]
    [InlineData(1.5, 13, 3.671651101859, 0.224358570202)]
    public void Squares_have_the_published_alpha(double position, int cut, double alpha, double distance)
    {
        var fit = Hill.XMinMid(new Spectrum(Squares), position, Fidelity.Released);
        Assert.Equal(cut, fit.Cut);
        Assert.Equal(alpha, fit.Alpha, 1e-11);
        Assert.Equal(distance, fit.Distance, 1e-11);
    }

    [Fact]
    public void Searches_find_the_published_cuts()
    {
        Assert.Equal(5, Hill.FullSearch(new Spectrum(OneToTen), Fidelity.Released).Cut);
        var full = Hill.FullSearch(new Spectrum(Squares), Fidelity.Released);
        Assert.Equal(12, full.Cut);
        Assert.Equal(3.187218098722, full.Alpha, 1e-11);
        var peak = Hill.XMinPeak(new Spectrum(OneToTen), Fidelity.Released);
        Assert.Equal(0, peak.Cut);
        Assert.Equal(1.662058186746, peak.Alpha, 1e-11);
        Assert.Equal(0.316809967062, peak.Distance, 1e-11);
        Assert.Equal(1.236207733251, Hill.XMinPeak(new Spectrum(Squares), Fidelity.Released).Alpha, 1e-11);
    }

    [Fact]
    public void The_corrected_peak_search_excludes_what_the_slip_lets_in()
    {
        // A power law from 3 to 95, then a narrow peak at 100 that fits none: the slip compares xmin with log10(95) = 1.98 and lets the power law in.
        double[] eigenvalues = [.. Enumerable.Range(0, 400).Select(i => 3 / (1 - (i + 0.5) / 400)).Where(value => value < 95), .. Enumerable.Range(0, 40).Select(i => 100 + 0.01 * i)];
        Assert.Equal(100, Hill.PeakOf(eigenvalues), 4.0);
        var corrected = Hill.XMinPeak(new Spectrum(eigenvalues), Fidelity.Corrected);
        Assert.True(corrected.Xmin >= 0.95 * Hill.PeakOf(eigenvalues));
        var released = Hill.XMinPeak(new Spectrum(eigenvalues), Fidelity.Corrected with { Peak = PeakBound.InLog10 });
        Assert.True(released.Xmin < 0.95 * Hill.PeakOf(eigenvalues));
    }

    [Theory]
    [InlineData(1.7)]
    [InlineData(2.5)]
    [InlineData(4.0)]
    public void Alpha_of_a_pure_power_law_is_recovered(double alpha)
    {
        const int count = 20000;
        var random = new Random(11);
        // P(λ > x) = x^(1 − alpha) for x ≥ 1.
        var eigenvalues = Enumerable.Range(0, count).Select(_ => Math.Pow(1 - random.NextDouble(), -1 / (alpha - 1))).Order().ToArray();
        var spectrum = new Spectrum(eigenvalues);
        // The estimate's standard deviation is (alpha − 1)/√k.
        var fit = Hill.XMinMid(spectrum);
        Assert.Equal(alpha, fit.Alpha, 4 * (alpha - 1) / Math.Sqrt(count / 2));
        Assert.True(fit.Distance < 0.02);
        Assert.Equal(alpha, Hill.XMinMid(spectrum, 1.5).Alpha, 4 * (alpha - 1) / Math.Sqrt(count / 3));
    }

    [Fact]
    public void The_papers_count_is_the_released_one_less_the_cut_itself()
    {
        foreach (var spectrum in RandomSpectra(30))
        {
            var (released, paper) = (Hill.XMinMid(spectrum, 2, Fidelity.Released), Hill.XMinMid(spectrum, 2, Fidelity.Paper));
            var n = released.TailCount;
            Assert.Equal(n, paper.TailCount);
            Assert.Equal((released.Alpha - 1) * (n - 1) / n, paper.Alpha - 1, 1e-11);
        }
    }

    [Fact]
    public void A_scaled_spectrum_keeps_its_fit()
    {
        foreach (var spectrum in RandomSpectra(30))
        {
            foreach (var factor in new[] { 1e-9, 0.3, 7e5 })
            {
                var scaled = new Spectrum([.. spectrum.Eigenvalues.Select(value => value * factor)]);
                foreach (var rule in Enum.GetValues<TailRule>())
                {
                    var (fit, fitScaled) = (Hill.Fit(spectrum, rule), Hill.Fit(scaled, rule));
                    Assert.Equal(fit.Cut, fitScaled.Cut);
                    Assert.Equal(fit.Alpha, fitScaled.Alpha, 1e-8 * fit.Alpha);
                    Assert.Equal(fit.Distance, fitScaled.Distance, 1e-9);
                }
            }
        }
    }

    [Fact]
    public void A_rotated_or_transposed_weight_keeps_its_spectrum()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        for (var trial = 0; trial < 5; trial++)
        {
            var weight = randn(24, 40, dtype: ScalarType.Float64);
            var (left, _) = linalg.qr(randn(24, 24, dtype: ScalarType.Float64));
            var (right, _) = linalg.qr(randn(40, 40, dtype: ScalarType.Float64));
            var spectrum = Spectrum.Of(weight);
            foreach (var turned in new[] { left.matmul(weight).matmul(right), weight.t() })
            {
                var other = Spectrum.Of(turned);
                for (var i = 0; i < spectrum.Count; i++)
                    Assert.Equal(spectrum.Eigenvalues[i], other.Eigenvalues[i], 1e-12 * spectrum.LambdaMax);
                Assert.Equal(Hill.XMinMid(spectrum).Alpha, Hill.XMinMid(other).Alpha, 1e-9);
            }
        }
    }

    [Fact]
    public void A_tail_of_two_has_the_same_distance_whatever_it_holds()
    {
        foreach (var spectrum in RandomSpectra(10))
        {
            var fit = Hill.XMinMid(new Spectrum(spectrum.Eigenvalues[^4..]), 2, Fidelity.Released);
            Assert.Equal(0.5 - Math.Exp(-2), fit.Distance, 1e-11);
        }
    }

    [Fact]
    public void Degenerate_tails_are_computed_as_released_and_refused_as_corrected()
    {
        var equal = new Spectrum([.. Enumerable.Repeat(4.0, 10)]);
        Assert.Equal(double.PositiveInfinity, Hill.XMinMid(equal, 2, Fidelity.Released).Alpha);
        Assert.Equal(0.8, Hill.XMinMid(equal, 2, Fidelity.Released).Distance, 1e-15);
        Assert.Contains("equal", Assert.Throws<SpectrumException>(() => Hill.XMinMid(equal)).Message);

        var one = new Spectrum([3.0]);
        Assert.Equal(double.PositiveInfinity, Hill.XMinMid(one, 2, Fidelity.Released).Alpha);
        Assert.Throws<SpectrumException>(() => Hill.XMinMid(one));
        Assert.Throws<SpectrumException>(() => Hill.FullSearch(one, Fidelity.Released));

        var zeros = new Spectrum([0, 0, 0, 0, 1, 2]);
        Assert.True(double.IsNaN(Hill.XMinMid(zeros, 3, Fidelity.Released with { Small = SmallEigenvalues.Kept }).Alpha));
        Assert.Throws<SpectrumException>(() => Hill.XMinMid(zeros, 3, Fidelity.Paper));
        Assert.Throws<SpectrumException>(() => Hill.XMinPeak(zeros, Fidelity.Released with { Small = SmallEigenvalues.Kept }));
        Assert.Throws<SpectrumException>(() => Hill.XMinMid(new Spectrum([1, 2, double.PositiveInfinity])));
        Assert.Throws<SpectrumException>(() => Hill.XMinMid(new Spectrum(OneToTen), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hill.XMinMid(new Spectrum(OneToTen), 0.5));
    }

    [Fact]
    public void An_orthogonal_float32_weight_has_no_exponent_when_corrected()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (orthogonal, _) = linalg.qr(randn(40, 40, dtype: ScalarType.Float64));
        var spectrum = Spectrum.Of(orthogonal.to(ScalarType.Float32));
        Assert.Throws<SpectrumException>(() => Hill.XMinMid(spectrum));
        Assert.True(Hill.XMinMid(spectrum, 2, Fidelity.Released).Alpha > 1e5);
    }

    [Fact]
    public void The_relative_filter_drops_rounding_noise_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        // Rank 8 in float32: the other eigenvalues are noise.
        var product = randn(48, 8).matmul(randn(8, 64));
        Assert.Equal(8, Spectrum.Of(product).Above(SmallEigenvalues.DroppedBelowRelative).Length);
        Assert.Equal(48, Spectrum.Of(product.mul(1e-4)).Above(SmallEigenvalues.Kept).Length);
        // A full weight keeps all, at any scale and in any type.
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16 })
            Assert.Equal(64, Spectrum.Of(randn(64, 96).mul(1e-3).to(type)).Above(SmallEigenvalues.DroppedBelowRelative).Length);
    }

    private static IEnumerable<Spectrum> RandomSpectra(int count)
    {
        var random = new Random(7);
        for (var trial = 0; trial < count; trial++)
        {
            var size = random.Next(12, 120);
            yield return new Spectrum([.. Enumerable.Range(0, size).Select(_ => Math.Exp(2 * random.NextDouble() + (random.NextDouble() < 0.2 ? 3 * random.NextDouble() : 0))).Order()]);
        }
    }
}
