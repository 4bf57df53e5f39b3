// Eigenvalues by the Gram matrix of the smaller side: a fraction of an SVD's work, in the precision that is needed.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Exact spectra through WᵀW or WWᵀ.</summary>
/// <remarks>
/// Squaring moves every eigenvalue by about eps·λmax, so that small ones lose digits. The result is checked against the tolerance: where the tail's
/// first eigenvalue is not good enough in float32 the product is formed in float64, and where that is not enough either the matrix is decomposed.
/// Only the lower triangle of the product is formed, block by block, and a float64 product takes the rows piece by piece, so that no copy of the weight is made.
/// </remarks>
internal static class GramSpectrum
{
    internal const double SingleEpsilon = 1.1920928955078125e-07, DoubleEpsilon = 2.220446049250313e-16;

    // Measured errors of single eigenvalues stay below this many eps·λmax.
    private const double NoiseFactor = 4;

    // Eigenvalues up to this share of the largest have the smaller errors of PackedSpectrum.SmallNoiseFactor.
    private const double SmallShare = 1e-5;

    private const int ColumnBlocks = 4, SmallestBlock = 64;

    private const long RowPiece = 512;

    internal static Spectrum Of(WeightMatrix weight, Fidelity fidelity, EsdOptions options)
    {
        if (SmallSpectrum.IsFor(weight))
            return SmallSpectrum.Of(weight, fidelity, options) ?? Spectrum.Of(weight);
        if (weight.Count > 1)
            return BatchedSpectrum.Of(weight, fidelity, options) ?? Spectrum.Of(weight);
        if (weight.IsComposed || Math.Min(weight.Rows, weight.Columns) < SmallestBlock)
            return Spectrum.Of(weight);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var stored = weight.Weight.detach().cpu().reshape(weight.Rows, weight.Columns);
        var isSingle = stored.dtype != ScalarType.Float64;
        if (isSingle && options.Tail == TailRule.Mid && options.Tolerance >= SingleEpsilon * NoiseFactor && Single(stored, weight, fidelity, options) is { } single)
            return single;
        var exact = Values(stored, ScalarType.Float64, weight);
        return exact is not null && IsGoodEnough(exact, DoubleEpsilon, weight, fidelity, options) ? exact : Spectrum.Of(weight);
    }

    /// <summary>Whether our own kernels take a weight.</summary>
    internal static bool IsPacked(WeightMatrix weight) => !weight.IsComposed && weight.Count == 1
        && Math.Min(weight.Rows, weight.Columns) is >= SmallestBlock and <= PackedSpectrum.LargestSize && weight.Weight.dtype != ScalarType.Float64;

    /// <summary>Whether rounding leaves the first eigenvalue of the tail within the tolerance, and the filter's count where it matters.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="epsilon">Spacing of numbers next to 1 in the type of the product.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="fidelity">The filter of small eigenvalues and the tail's position.</param>
    /// <param name="options">The tolerance.</param>
    /// <param name="smallNoiseFactor">Error of eigenvalues near zero, in eps·λmax.</param>
    internal static bool IsGoodEnough(Spectrum spectrum, double epsilon, WeightMatrix weight, Fidelity fidelity, EsdOptions options, double smallNoiseFactor = NoiseFactor)
    {
        var (noise, smallNoise) = (NoiseFactor * epsilon * spectrum.LambdaMax, smallNoiseFactor * epsilon * spectrum.LambdaMax);
        var threshold = spectrum.Threshold(fidelity.Small);
        // A fixed limit may lie among large eigenvalues, whose errors are larger.
        if (threshold > SmallShare * spectrum.LambdaMax)
            smallNoise = noise;
        // Eigenvalues that may be on either side of the filter.
        var (surelyBelow, surelyAbove) = (spectrum.Eigenvalues.Count(value => value <= threshold - smallNoise), spectrum.Eigenvalues.Count(value => value > threshold + smallNoise));
        var (most, fewest) = (spectrum.Count - surelyBelow, surelyAbove);
        // Where nothing passes the filter, the fit takes all.
        if (options.Tail != TailRule.Mid)
            return most == fewest && noise <= options.Tolerance * spectrum.Eigenvalues[most == 0 ? 0 : spectrum.Count - most];
        var position = fidelity.TailPosition;
        var tail = most - (int)(most / position);
        for (var count = fewest; count < most; count++)
        {
            if (count - (int)(count / position) != tail)
                return false;
        }
        return tail > 0 && noise <= options.Tolerance * spectrum.Eigenvalues[^tail];
    }

    // Our own kernels, and the matrix library for what they do not take or do not vouch for.
    private static Spectrum? Single(Tensor stored, WeightMatrix weight, Fidelity fidelity, EsdOptions options)
    {
        if (IsPacked(weight) && PackedSpectrum.Single(stored) is { } packed)
        {
            for (var i = 0; i < packed.Length; i++)
                packed[i] *= weight.Factor;
            var spectrum = new Spectrum(packed, weight.Rows, weight.Columns, weight.Weight.dtype);
            return IsGoodEnough(spectrum, SingleEpsilon, weight, fidelity, options, PackedSpectrum.SmallNoiseFactor) ? spectrum : null;
        }
        return Values(stored.to(ScalarType.Float32), ScalarType.Float32, weight) is { } values && IsGoodEnough(values, SingleEpsilon, weight, fidelity, options) ? values : null;
    }

    private static Spectrum? Values(Tensor stored, ScalarType type, WeightMatrix weight)
    {
        var turned = weight.Rows >= weight.Columns ? stored : stored.t();
        var gram = LowerTriangle(turned, type);
        // A value that is not finite shows on the diagonal, and the solver would fail on it.
        if (!double.IsFinite(gram.diagonal().sum(ScalarType.Float64).item<double>()))
        {
            if (!stored.isfinite().all().item<bool>())
                throw new SpectrumException($"The weight of layer '{weight.Name}' holds NaN or infinite values: the training diverged or the checkpoint is damaged.");
            return null; // squares beyond the type's range
        }
        var values = linalg.eigvalsh(gram, 'L').to(ScalarType.Float64).mul(weight.Factor).data<double>().ToArray();
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Max(0, values[i]);
        Array.Sort(values);
        return new Spectrum(values, weight.Rows, weight.Columns, weight.Weight.dtype);
    }

    // Blocks on and below the diagonal of AᵀA; what lies above is never read.
    internal static Tensor LowerTriangle(Tensor a, ScalarType type)
    {
        var (rows, n) = (a.shape[0], a.shape[1]);
        var gram = zeros(n, n, dtype: type);
        var block = Math.Max(SmallestBlock, (n + ColumnBlocks - 1) / ColumnBlocks);
        var piece = a.dtype == type ? rows : RowPiece;
        for (long top = 0; top < rows; top += piece)
        {
            using var scope = NewDisposeScope();
            var part = a.narrow(0, top, Math.Min(piece, rows - top)).to(type);
            for (long first = 0; first < n; first += block)
            {
                var width = Math.Min(block, n - first);
                // All rows from this block down at once.
                gram.narrow(0, first, n - first).narrow(1, first, width).add_(part.narrow(1, first, n - first).t().matmul(part.narrow(1, first, width)));
            }
        }
        return gram;
    }
}
