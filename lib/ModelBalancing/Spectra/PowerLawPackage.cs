// What WeightWatcher gives with pl_package="powerlaw": the Python package powerlaw's searches over xmin, plain and truncated.
namespace ModelBalancing.Spectra;

/// <summary>Which starts of the tail are tried, and where it ends.</summary>
/// <param name="Low">Smallest xmin.</param>
/// <param name="High">Largest xmin.</param>
/// <param name="EndsAtLargest">Whether the law is cut off at the largest eigenvalue (xmax="force"): its distribution function is then 1 there; alpha's formula stays.</param>
public sealed record PowerLawSearch(double Low = double.NegativeInfinity, double High = double.PositiveInfinity, bool EndsAtLargest = false)
{
    private const int Bins = 100;

    /// <summary>The range around the peak of the logarithmic histogram (fix_fingers="xmin_peak"), its lower end left in log10 units as there.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="high">Another upper end (xmin_max); 1.5 times the peak if left out.</param>
    /// <exception cref="SpectrumException">No eigenvalue is above 1e-5.</exception>
    public static PowerLawSearch Peak(Spectrum spectrum, double? high = null)
    {
        var logarithms = PowerLawPackage.Kept(spectrum).Select(Math.Log10).ToList();
        if (logarithms.Count == 0)
            throw new SpectrumException("No eigenvalue is above 1e-5: there is no peak to search around.");
        var (start, width) = (logarithms[0], (logarithms[^1] - logarithms[0]) / Bins);
        var counts = new int[Bins];
        foreach (var value in logarithms)
            counts[width > 0 ? Math.Min(Bins - 1, (int)((value - start) / width)) : 0]++;
        var peak = Math.Pow(10, start + width * Array.IndexOf(counts, counts.Max()));
        return new PowerLawSearch(Math.Log10(0.95 * peak), high ?? 1.5 * peak);
    }
}

/// <summary>Power law with an exponential cut-off, fitted to a tail.</summary>
/// <param name="Alpha">Exponent; 1 where the maximum lies at its bound.</param>
/// <param name="Lambda">Rate of the cut-off.</param>
/// <param name="Xmin">Start of the tail.</param>
/// <param name="TailCount">Eigenvalues from there on.</param>
/// <param name="Distance">Kolmogorov–Smirnov distance.</param>
public sealed record TruncatedTailFit(double Alpha, double Lambda, double Xmin, int TailCount, double Distance);

/// <summary>Fits by the rules of powerlaw 1.5.</summary>
/// <remarks>
/// Every different eigenvalue but the largest of the range is tried as xmin, and the fit of least Kolmogorov–Smirnov distance is taken.
/// Version 2.0 bounds alpha to [0, 3] by default, so that its numbers are others; they are not followed.
/// </remarks>
public static class PowerLawPackage
{
    private const double Threshold = 1e-5;

    /// <summary>The power law.</summary>
    /// <param name="spectrum">The eigenvalues; those above 1e-5 are used.</param>
    /// <param name="search">What is tried; everything if left out.</param>
    /// <returns>Null where there is nothing to try: WeightWatcher's row then has the status "failed".</returns>
    public static TailFit? Fit(Spectrum spectrum, PowerLawSearch? search = null)
    {
        search ??= new PowerLawSearch();
        var values = Kept(spectrum);
        TailFit? best = null;
        foreach (var (cut, tail) in Tails(values, search))
        {
            var xmin = tail[0];
            var alpha = Exponent(tail);
            var whole = search.EndsAtLargest ? 1 - Math.Pow(tail[^1] / xmin, 1 - alpha) : 1;
            var distance = Distance(tail, value => (1 - Math.Pow(value / xmin, 1 - alpha)) / whole);
            if (best is null || distance < best.Distance)
                best = new TailFit(alpha, xmin, tail.Length, cut, distance);
        }
        return best;
    }

    /// <summary>The truncated power law: fit="TPL", and with the range around the peak fit="E_TPL".</summary>
    /// <param name="spectrum">The eigenvalues; those above 1e-5 are used.</param>
    /// <param name="search">What is tried; everything if left out.</param>
    /// <returns>Null where there is nothing to try.</returns>
    public static TruncatedTailFit? FitTruncated(Spectrum spectrum, PowerLawSearch? search = null)
    {
        var values = Kept(spectrum);
        TruncatedTailFit? best = null;
        foreach (var (_, tail) in Tails(values, search ?? new PowerLawSearch()))
        {
            var xmin = tail[0];
            var (_, parameters) = LikelihoodRatio.Truncated(tail, [.. tail.Select(value => Math.Log(value))], xmin, Exponent(tail));
            var (alpha, rate) = (parameters[0], parameters[1]);
            var whole = LikelihoodRatio.LogTruncatedIntegral(alpha, rate, xmin);
            var distance = Distance(tail, value => 1 - Math.Exp(LikelihoodRatio.LogTruncatedIntegral(alpha, rate, value) - whole));
            if (best is null || distance < best.Distance)
                best = new TruncatedTailFit(alpha, rate, xmin, tail.Length, distance);
        }
        return best;
    }

    internal static double[] Kept(Spectrum spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        return [.. spectrum.Eigenvalues.Where(value => value > Threshold)];
    }

    private static IEnumerable<(int Cut, double[] Tail)> Tails(double[] values, PowerLawSearch search)
    {
        var starts = Enumerable.Range(0, values.Length).Where(i => (i == 0 || values[i] != values[i - 1]) && values[i] >= search.Low && values[i] <= search.High).ToList();
        // The last one would leave a single value.
        return starts.SkipLast(1).Select(cut => (cut, values[cut..]));
    }

    private static double Exponent(double[] tail) => 1 + tail.Length / tail.Sum(value => Math.Log(value / tail[0]));

    private static double Distance(double[] tail, Func<double, double> distribution)
    {
        double distance = 0;
        for (var i = 0; i < tail.Length; i++)
            distance = Math.Max(distance, Math.Abs(distribution(tail[i]) - (double)i / tail.Length));
        return distance;
    }
}
