// Is the tail a power law, or does another heavy-tailed distribution describe it better? Vuong's test, as powerlaw users know it.
using MathNet.Numerics;

namespace ModelBalancing.Spectra;

/// <summary>What a power law is compared with.</summary>
public enum TailAlternative
{
    /// <summary>Lognormal, cut off at xmin.</summary>
    Lognormal,

    /// <summary>Exponential from xmin on.</summary>
    Exponential,

    /// <summary>Power law with an exponential cut-off, x^(−a)·e^(−λx), a above 1; the power law is its limit λ → 0.</summary>
    TruncatedPowerLaw,

    /// <summary>Stretched exponential (Weibull) from xmin on.</summary>
    StretchedExponential,
}

/// <summary>Log-likelihood ratio of a power law against another distribution, both fitted to the same tail by maximum likelihood.</summary>
/// <param name="Alternative">The other distribution.</param>
/// <param name="R">Σ ln(p_power law / p_other); positive favours the power law.</param>
/// <param name="Normalised">R / (σ·√n), σ the standard deviation of the summands.</param>
/// <param name="P">How likely a ratio this large is if neither is better: erfc(|R|/(σ√(2n))); for the nested alternative the χ² tail of 2|R| with one degree of freedom.</param>
/// <param name="Parameters">The other distribution's parameters: (μ, σ), (λ), (a, λ) or (λ, β).</param>
/// <remarks>Clauset, Shalizi, Newman 2009, section 5; same definitions as the Python package powerlaw 1.5, whose numbers are the reference.</remarks>
public sealed record LikelihoodRatio(TailAlternative Alternative, double R, double Normalised, double P, IReadOnlyList<double> Parameters)
{
    // The exponent of the truncated power law stays above this, as in powerlaw 1.5.
    private const double LeastTruncatedExponent = 1;

    /// <summary>Compares the tail of a spectrum, from xmin on, with another distribution.</summary>
    /// <param name="spectrum">The eigenvalues.</param>
    /// <param name="xmin">Where the tail starts; the eigenvalues at and above it are used.</param>
    /// <param name="alternative">The other distribution.</param>
    /// <exception cref="SpectrumException">Fewer than three eigenvalues in the tail, or all of them equal.</exception>
    public static LikelihoodRatio Of(Spectrum spectrum, double xmin, TailAlternative alternative)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        double[] tail = [.. spectrum.Eigenvalues.Where(value => value >= xmin)];
        if (tail.Length < 3 || !(xmin > 0) || tail[^1] <= xmin || !double.IsFinite(tail[^1]))
            throw new SpectrumException($"{tail.Length} eigenvalues from {xmin} on are no tail that distributions can be compared on; at least three different ones above 0 are needed.");
        var logarithms = tail.Select(value => Math.Log(value)).ToArray();
        var alpha = 1 + tail.Length / (logarithms.Sum() - tail.Length * Math.Log(xmin));
        var power = logarithms.Select(value => Math.Log(alpha - 1) + (alpha - 1) * Math.Log(xmin) - alpha * value).ToArray();
        var (other, parameters) = alternative switch
        {
            TailAlternative.Lognormal => Lognormal(logarithms, Math.Log(xmin)),
            TailAlternative.Exponential => Exponential(tail, xmin),
            TailAlternative.TruncatedPowerLaw => Truncated(tail, logarithms, xmin, alpha),
            _ => Stretched(tail, xmin),
        };
        var n = tail.Length;
        var differences = power.Zip(other, (mine, theirs) => mine - theirs).ToArray();
        var ratio = differences.Sum();
        var mean = ratio / n;
        var spread = Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / n);
        var p = alternative == TailAlternative.TruncatedPowerLaw
            ? SpecialFunctions.Erfc(Math.Sqrt(Math.Abs(ratio)))
            : SpecialFunctions.Erfc(Math.Abs(ratio) / (Math.Sqrt(2.0 * n) * spread));
        return new LikelihoodRatio(alternative, ratio, ratio / (spread * Math.Sqrt(n)), p, parameters);
    }

    private static (double[] LogLikelihoods, double[] Parameters) Exponential(double[] tail, double xmin)
    {
        var rate = 1 / (tail.Average() - xmin);
        return ([.. tail.Select(value => Math.Log(rate) - rate * (value - xmin))], [rate]);
    }

    private static (double[] LogLikelihoods, double[] Parameters) Lognormal(double[] logarithms, double logXmin)
    {
        var mean = logarithms.Average();
        var deviation = Math.Sqrt(logarithms.Average(value => (value - mean) * (value - mean)));
        double[] LogLikelihoods(double mu, double sigma)
        {
            // ln of √(2/(πσ²)) / (x · erfc(z)), z = (ln xmin − μ)/(√2 σ).
            var normaliser = 0.5 * Math.Log(2 / (Math.PI * sigma * sigma)) - LogErfc((logXmin - mu) / (Math.Sqrt(2) * sigma));
            return [.. logarithms.Select(value => normaliser - value - (value - mu) * (value - mu) / (2 * sigma * sigma))];
        }

        var (m, s) = Maximum((mu, logSigma) => LogLikelihoods(mu, Math.Exp(logSigma)).Sum(), mean, Math.Log(deviation));
        return (LogLikelihoods(m, Math.Exp(s)), [m, Math.Exp(s)]);
    }

    internal static (double[] LogLikelihoods, double[] Parameters) Truncated(double[] tail, double[] logarithms, double xmin, double alpha)
    {
        double[] LogLikelihoods(double exponent, double rate)
        {
            var normaliser = LogTruncatedIntegral(exponent, rate, xmin);
            return [.. tail.Select((value, i) => -exponent * logarithms[i] - rate * value - normaliser)];
        }

        var (e, r) = Maximum((logExcess, logRate) => LogLikelihoods(LeastTruncatedExponent + Math.Exp(logExcess), Math.Exp(logRate)).Sum(),
            Math.Log(alpha - LeastTruncatedExponent), -Math.Log(tail.Average()));
        double[] parameters = [LeastTruncatedExponent + Math.Exp(e), Math.Exp(r)];
        return (LogLikelihoods(parameters[0], parameters[1]), parameters);
    }

    private static (double[] LogLikelihoods, double[] Parameters) Stretched(double[] tail, double xmin)
    {
        double[] LogLikelihoods(double rate, double power) =>
            [.. tail.Select(value => Math.Log(power) + power * Math.Log(rate) + (power - 1) * Math.Log(value) + Math.Pow(rate * xmin, power) - Math.Pow(rate * value, power))];

        var (r, b) = Maximum((logRate, logPower) => LogLikelihoods(Math.Exp(logRate), Math.Exp(logPower)).Sum(), -Math.Log(tail.Average()), 0);
        double[] parameters = [Math.Exp(r), Math.Exp(b)];
        return (LogLikelihoods(parameters[0], parameters[1]), parameters);
    }

    /// <summary>ln ∫ x^(−exponent) e^(−rate·x) dx from xmin on, with x = xmin·e^u by Gauss–Legendre panels.</summary>
    internal static double LogTruncatedIntegral(double exponent, double rate, double xmin)
    {
        var (slope, start) = (1 - exponent, rate * xmin);
        // The integrand is e^(slope·u − start·e^u); beyond this it is below e^−40 of its start.
        var end = Math.Log(1 + 40 / start);
        if (slope < 0)
            end = Math.Min(end, -40 / slope);
        var panels = Math.Max(8, (int)Math.Ceiling(4 * end));
        double sum = 0;
        for (var panel = 0; panel < panels; panel++)
        {
            var (low, high) = (panel * end / panels, (panel + 1) * end / panels);
            sum += MathNet.Numerics.Integration.GaussLegendreRule.Integrate(u => Math.Exp(slope * u - start * (Math.Exp(u) - 1)), low, high, 16);
        }
        return Math.Log(sum) - start + slope * Math.Log(xmin);
    }

    // ln erfc(z), by the continued fraction where erfc underflows.
    private static double LogErfc(double z)
    {
        if (z < 10)
            return Math.Log(SpecialFunctions.Erfc(z));
        double fraction = z;
        for (var k = 40; k >= 1; k--)
            fraction = z + k / 2.0 / fraction;
        return -z * z - Math.Log(fraction * Math.Sqrt(Math.PI));
    }

    // Nelder–Mead in two unbounded variables, restarted once from where it ended.
    private static (double First, double Second) Maximum(Func<double, double, double> function, double first, double second)
    {
        double Value((double First, double Second) at)
        {
            var value = -function(at.First, at.Second);
            return double.IsNaN(value) ? double.PositiveInfinity : value;
        }

        var best = (First: first, Second: second);
        for (var restart = 0; restart < 3; restart++)
        {
            (double First, double Second)[] simplex = [best, (best.First + 0.2, best.Second), (best.First, best.Second + 0.2)];
            var values = simplex.Select(Value).ToArray();
            for (var iteration = 0; iteration < 2000; iteration++)
            {
                Array.Sort(values, simplex);
                if (Math.Abs(simplex[0].First - simplex[2].First) + Math.Abs(simplex[0].Second - simplex[2].Second) < 1e-10)
                    break;
                var centre = (First: (simplex[0].First + simplex[1].First) / 2, Second: (simplex[0].Second + simplex[1].Second) / 2);
                (double First, double Second) Along(double factor) =>
                    (centre.First + factor * (simplex[2].First - centre.First), centre.Second + factor * (simplex[2].Second - centre.Second));
                var (reflected, reflectedValue) = Evaluated(-1);
                if (reflectedValue < values[0])
                {
                    var (expanded, expandedValue) = Evaluated(-2);
                    (simplex[2], values[2]) = expandedValue < reflectedValue ? (expanded, expandedValue) : (reflected, reflectedValue);
                }
                else if (reflectedValue < values[1])
                    (simplex[2], values[2]) = (reflected, reflectedValue);
                else
                {
                    var (contracted, contractedValue) = Evaluated(reflectedValue < values[2] ? -0.5 : 0.5);
                    if (contractedValue < Math.Min(reflectedValue, values[2]))
                        (simplex[2], values[2]) = (contracted, contractedValue);
                    else
                    {
                        for (var i = 1; i < 3; i++)
                        {
                            simplex[i] = ((simplex[0].First + simplex[i].First) / 2, (simplex[0].Second + simplex[i].Second) / 2);
                            values[i] = Value(simplex[i]);
                        }
                    }
                }

                ((double, double) Point, double Value) Evaluated(double factor)
                {
                    var point = Along(factor);
                    return (point, Value(point));
                }
            }
            Array.Sort(values, simplex);
            best = simplex[0];
        }
        return best;
    }
}
