// The numbers that users of the Python package WeightWatcher know, by its names and with its habits.
namespace ModelBalancing.Spectra;

/// <summary>Which release of WeightWatcher is followed.</summary>
public enum WeightWatcherRelease
{
    /// <summary>0.7.5.5: the full search whatever the number of eigenvalues.</summary>
    V0755,

    /// <summary>0.7.7: with fewer than 20 eigenvalues a bias-corrected exponent, and tails of at least eight.</summary>
    V077,
}

/// <summary>One row of WeightWatcher's table. Logarithms are to base 10; values that do not exist are NaN or infinite, as there.</summary>
/// <param name="Name">The layer's name ("longname").</param>
/// <param name="Alpha">Exponent; −1 where the fit failed.</param>
/// <param name="Distance">KS distance ("D"); −1 where the fit failed.</param>
/// <param name="Sigma">(alpha − 1)/√n; −1 where the fit failed.</param>
/// <param name="Xmin">Start of the tail; −1 where the fit failed.</param>
/// <param name="Xmax">Largest eigenvalue that was fitted.</param>
/// <param name="Spikes">Eigenvalues from xmin on ("num_pl_spikes"); −1 where the fit failed.</param>
/// <param name="Fingers">WeightWatcher's count of clipped eigenvalues, one less than were clipped; 0 without clipping.</param>
/// <param name="RawAlpha">Exponent before clipping; −1 without clipping.</param>
/// <param name="Warning">"over-trained" for alpha below 2, "under-trained" above 6, or empty.</param>
/// <param name="Count">Eigenvalues ("num_evals").</param>
/// <param name="Norm">Σλ.</param>
/// <param name="LogNorm">Its logarithm.</param>
/// <param name="SpectralNorm">λmax.</param>
/// <param name="LogSpectralNorm">Its logarithm.</param>
/// <param name="StableRank">Σλ / λmax.</param>
/// <param name="AlphaWeighted">alpha · log λmax.</param>
/// <param name="LogAlphaNorm">log Σ λ^alpha.</param>
/// <param name="Entropy">Matrix entropy over the logarithm of the rank.</param>
/// <param name="MatrixRank">Numerical rank of the pooled spectrum.</param>
/// <param name="WeakRankLoss">Eigenvalues below 1e-6.</param>
public sealed record WeightWatcherRow(string Name, double Alpha, double Distance, double Sigma, double Xmin, double Xmax, int Spikes, int Fingers, double RawAlpha, string Warning,
    int Count, double Norm, double LogNorm, double SpectralNorm, double LogSpectralNorm, double StableRank, double AlphaWeighted, double LogAlphaNorm, double Entropy, int MatrixRank, int WeakRankLoss);

/// <summary>WeightWatcher's analysis of a spectrum.</summary>
/// <remarks>Public code CalculatedContent/WeightWatcher (Apache-2.0), WW_powerlaw.py and weightwatcher.py; the shared golden values were made with it.</remarks>
public static class WeightWatcher
{
    private const double Threshold = 1e-5, WeakThreshold = 1e-6, Guard = 1e-10;
    private const int SmallCount = 20, SmallTail = 8, MostFingers = 10;
    private const double FingerThreshold = 1, OverTrained = 2, UnderTrained = 6;

    /// <summary>The row of a layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="spectrum">Its eigenvalues; 2-D convolutions with the factor 1/2, as WeightWatcher's default has it.</param>
    /// <param name="release">Which release.</param>
    /// <param name="clip">Whether the largest eigenvalues are clipped off one after another until alpha is 1 lower (fix_fingers="clip_xmax").</param>
    public static WeightWatcherRow Analyse(string name, Spectrum spectrum, WeightWatcherRelease release = WeightWatcherRelease.V077, bool clip = false)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        var values = spectrum.Eigenvalues;
        double[] kept = [.. values.Where(value => value > Threshold)];
        var fit = Fit(kept, release);
        var (raw, fingers) = (fit, 0);
        if (clip && fit is not null)
            (fit, fingers) = Clipped(kept, fit, release);
        var alpha = fit?.Alpha ?? -1;
        var largest = values[^1];
        double sum = values.Sum(), power = values.Sum(value => Math.Pow(value, alpha));
        return new WeightWatcherRow(name, alpha, fit?.Distance ?? -1, fit is null ? -1 : Sigma(fit, kept.Length, release), fit?.Xmin ?? -1, fit is null ? double.NaN : kept[^(fingers == 0 ? 1 : fingers + 2)],
            fit is null ? -1 : values.Count(value => value >= fit.Xmin), fingers, clip && raw is not null ? raw.Alpha : -1,
            alpha < OverTrained ? "over-trained" : alpha > UnderTrained ? "under-trained" : "",
            values.Length, sum, Math.Log10(sum), largest, Math.Log10(largest), sum / largest, alpha * Math.Log10(largest), Math.Log10(power),
            Entropy(spectrum, sum), spectrum.NumericalRank, values.Count(value => value < WeakThreshold));
    }

    /// <summary>The least number of largest eigenvalues whose product falls below 1 once they are scaled to a mean of 1 (detX), and the index of the smallest of them.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <returns>(0, 0) if all are equal; the whole spectrum and index 1 if the product never falls below 1.</returns>
    public static (int Count, int Index) DeterminantTail(Spectrum spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        var values = spectrum.Eigenvalues;
        if (values.Length < 2 || !(values[0] < values[^1]))
            return (0, 0);
        var scale = values.Length / values.Sum();
        double product = 1;
        for (var i = values.Length - 1; i >= 1; i--)
        {
            product *= scale * values[i];
            if (product < 1)
                return (values.Length - i, i);
        }
        return (values.Length, 1);
    }

    // With fewer eigenvalues than its least tail, 0.7.7 takes them all but leaves sigma at that of an exponent of 0.
    private static double Sigma(TailFit fit, int count, WeightWatcherRelease release) =>
        release == WeightWatcherRelease.V077 && count < SmallTail ? -1 / Math.Sqrt(count) : fit.StandardError;

    // The cut of least D over all tails; null where there is none.
    private static TailFit? Fit(double[] values, WeightWatcherRelease release)
    {
        if (values.Length < 2)
            return null;
        var corrected = release == WeightWatcherRelease.V077 && values.Length < SmallCount;
        var logarithms = values.Select(value => Math.Log(value)).ToArray();
        TailFit? best = null;
        for (var cut = 0; cut < values.Length - 1; cut++)
        {
            var n = values.Length - cut;
            if (corrected && cut > 0 && n < SmallTail)
                break;
            double sum = 0;
            for (var i = cut; i < values.Length; i++)
                sum += logarithms[i];
            var alpha = 1 + (corrected ? n - 1 : n) / (sum - n * logarithms[cut]);
            double distance = 1;
            if (alpha > 1)
            {
                distance = 0;
                for (var j = 0; j < n; j++)
                    distance = Math.Max(distance, Math.Abs(1 - Math.Pow(values[cut + j] / values[cut], 1 - alpha) - (double)j / n));
            }
            if (best is null || distance < best.Distance)
                best = new TailFit(alpha, values[cut], n, cut, distance);
        }
        return best;
    }

    private static (TailFit Fit, int Fingers) Clipped(double[] values, TailFit first, WeightWatcherRelease release)
    {
        for (var clipped = 2; clipped < MostFingers; clipped++)
        {
            if (Fit(values[..^clipped], release) is not { } fit)
                break;
            if (fit.Alpha + FingerThreshold < first.Alpha)
                return (fit, clipped - 1);
            if (fit.Alpha <= OverTrained)
                break;
        }
        return (first, 0);
    }

    private static double Entropy(Spectrum spectrum, double sum)
    {
        double entropy = 0;
        foreach (var value in spectrum.Eigenvalues)
        {
            var share = value / sum + Guard;
            entropy -= share * Math.Log(share);
        }
        return entropy / Math.Log(spectrum.NumericalRank + Guard);
    }
}
