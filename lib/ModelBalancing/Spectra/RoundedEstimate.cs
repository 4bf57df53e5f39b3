// Alpha from the eigenvalues of a weight rounded to integers of few bits, with the error bar of that rounding.
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Alpha of the fixed tail of a rounded weight.</summary>
/// <param name="Spectrum">All eigenvalues of the rounded weight.</param>
/// <param name="Fit">The tail's fit to them.</param>
/// <param name="Error">Standard error of alpha against the weight that was not rounded.</param>
/// <remarks>
/// Products of integers of 16 or 6 bits cost two thirds or 40 % of those of float32. An entry's rounding is uniform and independent of the others', so that to first order an eigenvalue
/// λ = σ² of the Gram matrix moves by 2σ·uᵀEv, normally distributed with standard deviation 2σ·s for entries of rounding variance s², and eigenvalues move
/// independently. The error bar carries this through the Hill estimate, with the bias of second order added in squares. Random directions would not do: with sixteen of them alpha scatters by 0.01 to 0.03 however well the
/// quadrature is (see spectra.md of the benchmarks), and the reduction to tridiagonal form costs less than the directions that 0.002 would need.
/// </remarks>
internal sealed record RoundedEstimate(Spectrum Spectrum, TailFit Fit, double Error)
{
    // Scales of the integers lie between this share of the finest one and the finest.
    private const double CoarsestShare = 0.5, CoarsestByteShare = 0.9;

    // Six bits where the product is worth it, and where three error bars stay well inside 0.02.
    private const int LeastSizeInBytes = 512;

    private const double LargestByteError = 0.005, LeastAspect = 1.5;

    // Every how many eigenvalues of the tail the second order is looked at, and how wide its neighbourhood is.
    private const int DriftStep = 8;

    private const double DriftShare = 0.03;

    // Eigenvalues around the start of the tail that are found as exactly as the tail's, for filters that move it.
    private const int TailMargin = 16;

    // Eigenvalues near zero move by a few times the length that rounding adds to a column.
    private const double SmallRounding = 8;

    // Width of the window around the start of the tail, as a share of it.
    private const double SmoothingShare = 0.1;

    // Standard deviation of the float32 errors of reduction and bisection, in eps·λmax.
    private const double SingleNoise = 0.2;

    // What float32 may lose at the start of the tail.
    private const double LeastTolerance = 1e-3;

    /// <summary>Whether the way is open to a weight on this processor.</summary>
    internal static bool Applies(WeightMatrix weight) => GramKernel.HasIntegers && GramSpectrum.IsPacked(weight);

    /// <summary>The estimate; null where float32 cannot tell the tail from rounding, and the exact way must.</summary>
    /// <param name="weight">A real weight of one stored matrix.</param>
    /// <param name="seed">Seed of the integers' scale; the same seed gives the same numbers.</param>
    /// <param name="fidelity">Variant of the method.</param>
    /// <param name="options">Position of the tail.</param>
    /// <param name="inBytes">Six bits or sixteen; if left out, six where the product is worth it and as long as the error bar is small.</param>
    /// <exception cref="SpectrumException">The weight holds NaN or infinite values, or the tail has no exponent.</exception>
    internal static RoundedEstimate? Of(WeightMatrix weight, int seed, Fidelity fidelity, EsdOptions options, bool? inBytes = null)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var stored = weight.Weight.detach().cpu().reshape(weight.Rows, weight.Columns);
        var (smaller, larger) = (Math.Min(weight.Rows, weight.Columns), Math.Max(weight.Rows, weight.Columns));
        // Six bits hide which eigenvalues of a square matrix a filter drops.
        var pays = smaller >= LeastSizeInBytes && (fidelity.Small == SmallEigenvalues.Kept || larger >= LeastAspect * smaller);
        if ((inBytes ?? pays)
            && Of(weight, stored, inBytes: true, CoarsestByteShare, seed, fidelity, options) is { } coarse && (inBytes == true || coarse.Error < LargestByteError))
            return coarse;
        return Of(weight, stored, inBytes: false, CoarsestShare, seed, fidelity, options);
    }

    private static RoundedEstimate? Of(WeightMatrix weight, Tensor stored, bool inBytes, double coarsest, int seed, Fidelity fidelity, EsdOptions options)
    {
        var fineness = coarsest + (1 - coarsest) * new Random(seed).NextDouble();
        var (smaller, larger) = (Math.Min(weight.Rows, weight.Columns), Math.Max(weight.Rows, weight.Columns));
        var belowTail = (int)(smaller / fidelity.TailPosition) - TailMargin;
        if (PackedSpectrum.Rounded(stored, inBytes, fineness, belowTail) is not { } rounded)
            return null;
        double[] values = [.. rounded.Values.Select(value => value * weight.Factor)];
        var spectrum = new Spectrum(values, weight.Rows, weight.Columns, weight.Weight.dtype);
        // What rounding does to eigenvalues near zero, in the same unit as what float32 does.
        var smallNoise = PackedSpectrum.SmallNoiseFactor + SmallRounding * larger * rounded.Columns.Variances.Average() * weight.Factor / (GramSpectrum.SingleEpsilon * spectrum.LambdaMax);
        if (!GramSpectrum.IsGoodEnough(spectrum, GramSpectrum.SingleEpsilon, weight, fidelity, options with { Tolerance = Math.Max(options.Tolerance, LeastTolerance) }, smallNoise))
            return null;
        var fit = Hill.XMinMid(spectrum, null, fidelity);
        var variance = VarianceAt(fit.Xmin / weight.Factor, rounded, Math.Max(weight.Rows, weight.Columns));
        return new RoundedEstimate(spectrum, fit, ErrorOf(spectrum, fit, variance * weight.Factor, fidelity));
    }

    /// <summary>The report of a layer whose alpha is estimated; the exact one where the estimate is not to be had.</summary>
    internal static LayerReport Report(WeightMatrix weight, Fidelity fidelity, EsdOptions options)
    {
        if (options.Tail != TailRule.Mid)
            throw new ArgumentException("Only the alpha of the fixed tail can be estimated; take TailRule.Mid or another method.", nameof(options));
        try
        {
            if (Of(weight, options.Seed + LanczosEstimate.StableHash(weight.Name), fidelity, options) is { } estimate)
            {
                var report = Esd.Report(weight, estimate.Spectrum, fidelity, options);
                return report with { Note = report.Note ?? "alpha estimated from rounded entries; ± is the rounding's error", AlphaError = estimate.Error };
            }
        }
        catch (SpectrumException)
        {
            // A tail without an exponent: the exact way says why.
        }
        return Esd.Report(weight, GramSpectrum.Of(weight, fidelity, options), fidelity, options);
    }

    // alpha − 1 = k/S with S = Σ ln λ − n·ln xmin: the variances of the logarithms through S.
    private static double ErrorOf(Spectrum spectrum, TailFit fit, double variance, Fidelity fidelity)
    {
        var single = SingleNoise * GramSpectrum.SingleEpsilon * spectrum.LambdaMax;
        double sum = 0;
        var tail = spectrum.Eigenvalues.AsSpan(^fit.TailCount);
        for (var i = 0; i < tail.Length; i++)
        {
            var ofLogarithm = (4 * variance + single * single / tail[i]) / tail[i];
            sum += ofLogarithm * (i == 0 ? (double)(fit.TailCount - 1) * (fit.TailCount - 1) : 1);
        }
        var counted = fidelity.Hill == HillCount.WithXmin ? fit.TailCount : fit.TailCount - 1;
        double drift = 0;
        var sampled = 0;
        for (var i = spectrum.Count - fit.TailCount; i < spectrum.Count; i += DriftStep, sampled++)
            drift += Drift(spectrum.Eigenvalues, i, variance);
        var bias = fit.TailCount * (drift / sampled - Drift(spectrum.Eigenvalues, spectrum.Count - fit.TailCount, variance));
        return (fit.Alpha - 1) * (fit.Alpha - 1) / counted * Math.Sqrt(sum + bias * bias);
    }

    // Second order: how far the mean of an eigenvalue's logarithm is pushed by the others, Σ s²·(λi + λj)/(λi − λj)/λi, smoothed over neighbours.
    private static double Drift(double[] eigenvalues, int i, double variance)
    {
        var (own, sum) = (eigenvalues[i], 0.0);
        var width = DriftShare * own;
        foreach (var other in eigenvalues)
            sum += (own + other) * (own - other) / ((own - other) * (own - other) + width * width);
        return variance * sum / own;
    }

    // Variance of the rounding as the eigenvector at a place meets it: columns of unlike norm round unlike, and small eigenvalues live on small columns.
    // The squares of its entries are as Im g_j of the deterministic equivalent g_j(z) = −1/(z·(1 + d_j·s(z))), s the companion Stieltjes transform (Silverstein and Bai 1995).
    private static double VarianceAt(double place, RoundedEigenvalues rounded, long depth)
    {
        var z = new System.Numerics.Complex(place, SmoothingShare * place);
        var transform = -(depth - rounded.Values.Length) / z;
        foreach (var value in rounded.Values)
            transform += 1 / (value - z);
        transform /= depth;
        double sum = 0, weights = 0;
        for (var j = 0; j < rounded.Values.Length; j++)
        {
            var share = (-1 / (z * (1 + rounded.Columns.Squares[j] * transform))).Imaginary;
            sum += share * rounded.Columns.Variances[j];
            weights += share;
        }
        return sum / weights;
    }
}
