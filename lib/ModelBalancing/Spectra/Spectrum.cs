// The eigenvalues of WᵀW of one weight, and what is read off them without a fit.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Measures of a spectrum, or of the part above a filter.</summary>
/// <param name="Count">Eigenvalues above the filter (0 if none is; the measures are then of all).</param>
/// <param name="StableRank">Σλ / λmax.</param>
/// <param name="MeanEigenvalue">Σλ / count; the released code calls it norm_stable_rank.</param>
/// <param name="EigenvalueRatio">λmax / λ[count/2].</param>
public sealed record SpectrumMeasures(int Count, double StableRank, double MeanEigenvalue, double EigenvalueRatio);

/// <summary>The eigenvalues of WᵀW that are not trivially zero: min(rows, columns) squared singular values a matrix, pooled over the views of a weight.</summary>
public sealed record Spectrum
{
    /// <summary>A spectrum from eigenvalues already known.</summary>
    /// <param name="eigenvalues">Ascending, at least one, none negative or NaN; +∞ is let through for the study of degenerate cases.</param>
    /// <param name="rows">Rows of a matrix; the number of eigenvalues if left out.</param>
    /// <param name="columns">Columns of a matrix; the number of eigenvalues if left out.</param>
    /// <param name="weightType">The weight's own type, which bounds how exact it is.</param>
    /// <exception cref="SpectrumException">No eigenvalue, a negative one, NaN, or a wrong order.</exception>
    public Spectrum(double[] eigenvalues, long? rows = null, long? columns = null, ScalarType weightType = ScalarType.Float64)
    {
        ArgumentNullException.ThrowIfNull(eigenvalues);
        if (eigenvalues.Length == 0)
            throw new SpectrumException("A spectrum needs at least one eigenvalue.");
        for (var i = 0; i < eigenvalues.Length; i++)
        {
            if (!(eigenvalues[i] >= 0))
                throw new SpectrumException($"Eigenvalue {i} is {eigenvalues[i]}; eigenvalues of WᵀW are numbers from 0 on.");
            if (i > 0 && eigenvalues[i] < eigenvalues[i - 1])
                throw new SpectrumException($"Eigenvalue {i} is smaller than the one before it; sort them ascending.");
        }
        Eigenvalues = eigenvalues;
        Rows = rows ?? eigenvalues.Length;
        Columns = columns ?? eigenvalues.Length;
        WeightType = weightType;
    }

    /// <summary>The eigenvalues, ascending, in float64.</summary>
    public double[] Eigenvalues { get; }

    /// <summary>Rows of a matrix.</summary>
    public long Rows { get; }

    /// <summary>Columns of a matrix.</summary>
    public long Columns { get; }

    /// <summary>The type the weight was stored in.</summary>
    public ScalarType WeightType { get; }

    /// <summary>Number of eigenvalues.</summary>
    public int Count => Eigenvalues.Length;

    /// <summary>Largest eigenvalue; the released code calls it spectral_norm.</summary>
    public double LambdaMax => Eigenvalues[^1];

    /// <summary>Largest singular value, √λmax.</summary>
    public double SpectralNorm => Math.Sqrt(LambdaMax);

    /// <summary>Σλ, the squared Frobenius norm; the released code calls it norm.</summary>
    public double FrobeniusSquared => Eigenvalues.Sum();

    /// <summary>Σλ / λmax, between 1 and the number of eigenvalues.</summary>
    public double StableRank => FrobeniusSquared / LambdaMax;

    /// <summary>Σλ / count; the released code calls it norm_stable_rank.</summary>
    public double MeanEigenvalue => FrobeniusSquared / Count;

    /// <summary>λmax / λ[count/2].</summary>
    public double EigenvalueRatio => LambdaMax / Eigenvalues[Count / 2];

    /// <summary>Entropy of the eigenvalues' shares of their sum, over the logarithm of the numerical rank: 1 for equal ones, small where few dominate.</summary>
    /// <remarks>WeightWatcher's "entropy" without its guard of 1e-10: −Σ p ln p / ln rank, p = λ/Σλ.</remarks>
    public double Entropy
    {
        get
        {
            var sum = FrobeniusSquared;
            double entropy = 0;
            foreach (var value in Eigenvalues)
            {
                if (value > 0)
                    entropy -= value / sum * Math.Log(value / sum);
            }
            return entropy / Math.Log(NumericalRank);
        }
    }

    /// <summary>Eigenvalues whose singular value is above σmax · max(rows, columns) · eps(float64).</summary>
    public int NumericalRank
    {
        get
        {
            var limit = SpectralNorm * Math.Max(Rows, Columns) * 2.220446049250313e-16;
            return Eigenvalues.Count(value => Math.Sqrt(value) > limit);
        }
    }

    /// <summary>The spectrum of a weight as it is now.</summary>
    /// <param name="weight">The weight.</param>
    /// <exception cref="SpectrumException">The weight holds NaN or infinite values.</exception>
    /// <remarks>Values-only SVD in float64 on the CPU (torch.linalg.svdvals).</remarks>
    public static Spectrum Of(WeightMatrix weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var views = weight.Views();
        if (!views.isfinite().all().item<bool>())
            throw new SpectrumException($"The weight of layer '{weight.Name}' holds NaN or infinite values: the training diverged or the checkpoint is damaged.");
        var eigenvalues = linalg.svdvals(views).square().mul(weight.Factor).reshape(-1).data<double>().ToArray();
        Array.Sort(eigenvalues);
        return new Spectrum(eigenvalues, weight.Rows, weight.Columns, weight.Weight.dtype);
    }

    /// <summary>The spectrum of a matrix.</summary>
    /// <param name="matrix">Real matrix, rows × columns.</param>
    /// <exception cref="SpectrumException">It holds NaN or infinite values.</exception>
    public static Spectrum Of(Tensor matrix) => Of(WeightMatrix.Of("matrix", WeightKind.Linear, matrix));

    /// <summary>The eigenvalues above which the filter keeps; −∞ without one.</summary>
    /// <remarks>
    /// The fixed limit is 1e-5 rounded to the weight's type, as a comparison in that type has it. The relative one takes the type's
    /// eps, with float32's for narrower types: their weights are exact in float32, and a coarser eps would leave nothing.
    /// </remarks>
    public double Threshold(SmallEigenvalues rule) => rule switch
    {
        SmallEigenvalues.DroppedBelowFixed => WeightType == ScalarType.Float64 ? 1e-5 : 1e-5f,
        SmallEigenvalues.DroppedBelowRelative => LambdaMax * Math.Pow(Epsilon * Math.Max(Rows, Columns), 2),
        _ => double.NegativeInfinity,
    };

    /// <summary>The eigenvalues above the filter.</summary>
    /// <returns>A part of <see cref="Eigenvalues"/>; empty if none is above.</returns>
    public ReadOnlySpan<double> Above(SmallEigenvalues rule)
    {
        var threshold = Threshold(rule);
        return Eigenvalues.AsSpan(Array.FindIndex(Eigenvalues, value => value > threshold) is var first && first >= 0 ? first : Count);
    }

    /// <summary>Rank-like measures of the part above a filter and, with a position p, of its indices from int(N/p) on.</summary>
    /// <param name="rule">The filter; all eigenvalues are used if none passes it.</param>
    /// <param name="position">sr_mid_pos of the released code; the whole part if left out.</param>
    /// <remarks>Section 1.3 of the method's description; the released PDE trainer takes position 2 after the start, none at the start.</remarks>
    public SpectrumMeasures Measures(SmallEigenvalues rule = SmallEigenvalues.Kept, double? position = null)
    {
        var kept = Above(rule);
        var count = kept.Length;
        if (count == 0)
            kept = Eigenvalues;
        if (position is { } divisor)
            kept = kept[(int)(kept.Length / divisor)..];
        double sum = 0;
        foreach (var value in kept)
            sum += value;
        return new SpectrumMeasures(count, sum / kept[^1], sum / kept.Length, kept[^1] / kept[kept.Length / 2]);
    }

    /// <summary>Spacing of numbers next to 1 in the precision that the weight's values carry.</summary>
    internal double Epsilon => WeightType == ScalarType.Float64 ? 2.220446049250313e-16 : 1.1920928955078125e-07;
}
