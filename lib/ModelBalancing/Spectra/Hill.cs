// The exponent of a spectrum's tail: Hill's estimate, with three rules for where the tail starts.
using System.Text.Json.Serialization;

namespace ModelBalancing.Spectra;

/// <summary>Where a tail starts.</summary>
public enum TailRule
{
    /// <summary>At a fixed fraction of the eigenvalues (xmin_mid).</summary>
    Mid,

    /// <summary>Near the peak of the histogram of log10 λ, where the fit is best (xmin_peak).</summary>
    Peak,

    /// <summary>Where the fit is best.</summary>
    Full,
}

/// <summary>A power law p(λ) ~ λ^(−alpha) fitted to the largest eigenvalues.</summary>
/// <param name="Alpha">The exponent, dimensionless; small for heavy tails.</param>
/// <param name="Xmin">Where the tail starts: the eigenvalue at <paramref name="Cut"/>.</param>
/// <param name="TailCount">Eigenvalues from xmin on, xmin included.</param>
/// <param name="Cut">Index of xmin among the eigenvalues that passed the filter, from 0.</param>
/// <param name="Distance">Kolmogorov–Smirnov distance D between tail and fit, with the released code's left-continuous empirical distribution.</param>
public sealed record TailFit(double Alpha, double Xmin, int TailCount, int Cut, double Distance)
{
    /// <summary>Standard error of alpha for independent eigenvalues, (alpha − 1)/√n with n the count of the tail; WeightWatcher's sigma.</summary>
    /// <remarks>Eigenvalues of one matrix repel each other, so the scatter of alpha is smaller than this says.</remarks>
    [JsonIgnore]
    public double StandardError => (Alpha - 1) / Math.Sqrt(TailCount);
}

/// <summary>Hill estimates of the power-law exponent of a spectrum's tail.</summary>
/// <remarks>
/// Paper Eq. 2: alpha = 1 + k / Σ ln(λ/xmin). With n eigenvalues from xmin on, the released code takes k = n, the paper k = n − 1
/// (<see cref="Fidelity.Hill"/>). D = max over j of |1 − (λ[i+j]/xmin)^(1−alpha) − j/n|.
/// </remarks>
public static class Hill
{
    private const int PeakBins = 100;

    // The released search calls a cut whose alpha is not above 1 a miss, and leaves its D at 1.
    private const double MissDistance = 1;

    /// <summary>Fit with the tail rule chosen by value.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="rule">Where the tail starts; the fixed position if left out.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <exception cref="SpectrumException">The tail has no exponent.</exception>
    /// <param name="position">Position of the fixed tail; the variant's own if left out.</param>
    public static TailFit Fit(Spectrum spectrum, TailRule rule = TailRule.Mid, Fidelity? fidelity = null, double? position = null) => rule switch
    {
        TailRule.Mid => XMinMid(spectrum, position, fidelity),
        TailRule.Peak => XMinPeak(spectrum, fidelity),
        _ => FullSearch(spectrum, fidelity),
    };

    /// <summary>Tail from index int(N/position) on.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="position">2 keeps the top half, 1.5 the top third; the variant's own if left out.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <exception cref="SpectrumException">No eigenvalue is left for the tail; unless the variant computes regardless, also a tail that is flat, starts at 0 or has fewer than two eigenvalues.</exception>
    public static TailFit XMinMid(Spectrum spectrum, double? position = null, Fidelity? fidelity = null)
    {
        fidelity ??= Fidelity.Corrected;
        var divisor = position ?? fidelity.TailPosition;
        if (!(divisor >= 1))
            throw new ArgumentOutOfRangeException(nameof(position), divisor, "The tail position divides the number of eigenvalues and must be at least 1.");
        var tail = new Tail(spectrum, fidelity);
        var cut = (int)(tail.Kept.Length / divisor);
        if (cut == tail.Kept.Length)
            throw new SpectrumException($"Tail position {divisor} leaves none of {tail.Kept.Length} eigenvalues; take a larger one.");
        var alpha = tail.Alpha(cut);
        return tail.Checked(new TailFit(alpha, tail.Kept[cut], tail.Kept.Length - cut, cut, tail.Distance(cut, alpha)));
    }

    /// <summary>Tail that starts near the fullest of 100 bins of log10 λ, at the cut of least D with xmin in [0.95·x2, 1.5·x2], x2 the bin's left edge.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="fidelity">Variant of the method, which may have the slip in the lower bound; Corrected if left out.</param>
    /// <exception cref="SpectrumException">Fewer than two eigenvalues, zeros or infinities among them, or a degenerate tail.</exception>
    public static TailFit XMinPeak(Spectrum spectrum, Fidelity? fidelity = null)
    {
        fidelity ??= Fidelity.Corrected;
        var tail = new Tail(spectrum, fidelity);
        var peak = PeakOf(tail.Kept);
        var lower = fidelity.Peak == PeakBound.InLog10 ? Math.Log10(0.95 * peak) : 0.95 * peak;
        return tail.Search(lower, 1.5 * peak);
    }

    /// <summary>Tail that starts at the cut of least D among all but the last eigenvalue; the first of equals.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <exception cref="SpectrumException">Fewer than two eigenvalues, or a degenerate tail.</exception>
    public static TailFit FullSearch(Spectrum spectrum, Fidelity? fidelity = null) =>
        new Tail(spectrum, fidelity ?? Fidelity.Corrected).Search(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Left edge of the fullest bin of a histogram of log10 λ, as a λ; the first of equally full bins.</summary>
    internal static double PeakOf(ReadOnlySpan<double> eigenvalues)
    {
        var (low, high) = (Math.Log10(eigenvalues[0]), Math.Log10(eigenvalues[^1]));
        if (!double.IsFinite(low) || !double.IsFinite(high))
            throw new SpectrumException("The peak search needs eigenvalues that are finite and above 0; use a filter of small eigenvalues.");
        // A histogram of equal values is one decade wide to either side, as in torch.histc.
        if (low == high)
            (low, high) = (low - 1, high + 1);
        Span<int> counts = stackalloc int[PeakBins];
        foreach (var eigenvalue in eigenvalues)
        {
            var bin = (int)((Math.Log10(eigenvalue) - low) * PeakBins / (high - low));
            counts[Math.Clamp(bin, 0, PeakBins - 1)]++;
        }
        var fullest = 0;
        for (var bin = 1; bin < PeakBins; bin++)
        {
            if (counts[bin] > counts[fullest])
                fullest = bin;
        }
        return Math.Pow(10, low + fullest * ((high - low) / PeakBins));
    }

    // The filtered eigenvalues with their logarithms, and the estimates at a cut.
    private readonly ref struct Tail
    {
        private readonly Fidelity fidelity;
        private readonly double epsilon;
        private readonly double[] logarithms;

        internal Tail(Spectrum spectrum, Fidelity fidelity)
        {
            ArgumentNullException.ThrowIfNull(spectrum);
            this.fidelity = fidelity;
            epsilon = spectrum.Epsilon;
            Kept = spectrum.Above(fidelity.Small);
            if (Kept.IsEmpty)
                Kept = spectrum.Eigenvalues;
            logarithms = new double[Kept.Length];
            for (var i = 0; i < Kept.Length; i++)
                logarithms[i] = Math.Log(Kept[i]);
        }

        internal ReadOnlySpan<double> Kept { get; }

        internal double Alpha(int cut)
        {
            var n = Kept.Length - cut;
            double sum = 0;
            for (var i = cut; i < Kept.Length; i++)
                sum += logarithms[i];
            return Alpha(cut, n, sum);
        }

        internal double Distance(int cut, double alpha)
        {
            var n = Kept.Length - cut;
            double distance = 0;
            for (var j = 0; j < n; j++)
            {
                var difference = Math.Abs(1 - Math.Pow(Kept[cut + j] / Kept[cut], 1 - alpha) - (double)j / n);
                if (double.IsNaN(difference))
                    return double.NaN;
                distance = Math.Max(distance, difference);
            }
            return distance;
        }

        internal TailFit Search(double lower, double upper)
        {
            if (Kept.Length < 2)
                throw new SpectrumException("A search for the start of the tail needs at least two eigenvalues.");
            var (bestCut, bestAlpha, bestDistance) = (0, double.NaN, double.PositiveInfinity);
            double sum = 0;
            var sums = new double[Kept.Length];
            for (var i = Kept.Length - 1; i >= 0; i--)
                sums[i] = sum += logarithms[i];
            for (var cut = 0; cut < Kept.Length - 1; cut++)
            {
                var visited = Kept[cut] >= lower && Kept[cut] <= upper;
                var alpha = visited ? Alpha(cut, Kept.Length - cut, sums[cut]) : 0;
                var distance = alpha > 1 ? Distance(cut, alpha) : MissDistance;
                if (distance < bestDistance)
                    (bestCut, bestAlpha, bestDistance) = (cut, alpha, distance);
            }
            return Checked(new TailFit(bestAlpha, Kept[bestCut], Kept.Length - bestCut, bestCut, bestDistance));
        }

        internal TailFit Checked(TailFit fit)
        {
            if (fidelity.Degenerate == DegenerateCases.AsComputed)
                return fit;
            var largest = Kept[^1];
            if (fit.TailCount < 2)
                throw new SpectrumException($"The tail has {fit.TailCount} of {Kept.Length} eigenvalues; an exponent needs at least two.");
            if (!double.IsFinite(largest))
                throw new SpectrumException("The tail holds an infinite eigenvalue.");
            if (fit.Xmin <= 0)
                throw new SpectrumException("The tail starts at an eigenvalue of 0: the weight is zero or of low rank.");
            // Ratios within the rounding of the weight itself carry no exponent.
            if (largest / fit.Xmin - 1 <= 16 * epsilon)
                throw new SpectrumException($"All {fit.TailCount} eigenvalues of the tail are equal up to rounding (such as those of an orthogonal weight): it has no exponent.");
            if (!(fit.Alpha > 1) || !double.IsFinite(fit.Alpha) || fit.Distance >= MissDistance)
                throw new SpectrumException("No cut gives an exponent above 1.");
            return fit;
        }

        private double Alpha(int cut, int n, double sum)
        {
            var k = fidelity.Hill == HillCount.WithXmin ? n : n - 1;
            return 1 + k / (sum - n * logarithms[cut]);
        }
    }
}
