// Alpha of the fixed tail without eigenvalues: stochastic Lanczos quadrature with an error bar.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Estimate of alpha by stochastic Lanczos quadrature.</summary>
/// <param name="Alpha">Exponent under the fixed tail.</param>
/// <param name="Error">Standard error: the scatter over the probes by the jackknife, and a share of the quadrature's bias that was taken off, added in squares.</param>
/// <param name="Xmin">Estimated start of the tail.</param>
/// <param name="Mean">Mean eigenvalue, exact.</param>
/// <param name="Largest">Largest Ritz value, a lower bound of λmax that is tight after a few steps.</param>
public sealed record LanczosEstimate(double Alpha, double Error, double Xmin, double Mean, double Largest)
{
    // Standard deviation of an eigenvalue's place, in spacings.
    private const double SpacingShare = 0.5;

    // Random directions, and Lanczos steps of each, where a whole model is estimated.
    private const int Probes = 16, Steps = 20;

    private const int BiasProbes = 16;

    /// <summary>Estimates alpha of one matrix.</summary>
    /// <param name="weight">A real weight of one matrix.</param>
    /// <param name="seed">Seed of the probes; the same seed gives the same numbers.</param>
    /// <param name="probes">Random directions; the error falls with their square root.</param>
    /// <param name="steps">Lanczos steps of each.</param>
    /// <param name="fidelity">Position of the tail and count of the Hill estimate; Corrected if left out. Small eigenvalues are not filtered.</param>
    /// <exception cref="SpectrumException">The weight holds NaN or infinite values, is zero, or too small for an estimate.</exception>
    /// <remarks>
    /// Ubaru, Chen, Saad 2017. Each probe's Gauss quadrature of the spectral density is read as a distribution function through the mid-points of its steps
    /// in ln λ; their mean gives the median xmin, and ∫ ln(λ/xmin) dF over the tail is the integral of 1 − F from ln xmin on. The probes' first moments
    /// are tied to the exact mean eigenvalue ‖W‖²/n, which takes part of the scatter away.
    /// </remarks>
    public static LanczosEstimate Of(WeightMatrix weight, int seed = 0, int probes = 16, int steps = 32, Fidelity? fidelity = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        fidelity ??= Fidelity.Corrected;
        if (weight.Count != 1 || weight.IsComposed || probes < 4 || steps < 4 || Math.Min(weight.Rows, weight.Columns) < 4 * steps)
            throw new SpectrumException($"'{weight.Name}' ({weight.Count} × {weight.Rows} × {weight.Columns}) is no single stored matrix with at least {4 * steps} eigenvalues; compute its spectrum instead.");
        var (tridiagonals, mean) = Tridiagonals(weight, seed, probes, steps);
        var n = (int)Math.Min(weight.Rows, weight.Columns);
        var curves = tridiagonals.Select(t => Curve.Of(t.Diagonal, t.OffDiagonal)).ToArray();
        var moments = tridiagonals.Select(t => t.Diagonal[0] / mean - 1).ToArray();
        var (alpha, scatter, xmin) = Jackknife(curves, moments, n, fidelity);
        var bias = Bias(curves, n, steps, seed, fidelity);
        var factor = weight.Factor;
        var spacing = SpacingError(curves, xmin, alpha, n);
        return new LanczosEstimate(alpha, Math.Sqrt(scatter * scatter + bias * bias + spacing * spacing), xmin * factor, mean * factor, curves.Max(curve => curve.Largest) * factor);
    }

    /// <summary>The report of a layer whose alpha is estimated; the exact one where an estimate does not apply.</summary>
    internal static LayerReport Report(WeightMatrix weight, Fidelity fidelity, EsdOptions options)
    {
        if (options.Tail != TailRule.Mid)
            throw new ArgumentException("Only the alpha of the fixed tail can be estimated; take TailRule.Mid or another method.", nameof(options));
        if (weight.Count != 1 || weight.IsComposed || Math.Min(weight.Rows, weight.Columns) < 4 * Steps)
            return Esd.Report(weight, GramSpectrum.Of(weight, fidelity, options), fidelity, options);
        var estimate = Of(weight, options.Seed + StableHash(weight.Name), Probes, Steps, fidelity);
        var n = (int)Math.Min(weight.Rows, weight.Columns);
        var cut = (int)(n / fidelity.TailPosition);
        // Two numbers stand for the spectrum: the largest eigenvalue, and what the sum leaves for the others.
        var others = Math.Max(0, (estimate.Mean * n - estimate.Largest) / (n - 1));
        double[] values = [.. Enumerable.Repeat(Math.Min(others, estimate.Largest), n - 1), estimate.Largest];
        return new LayerReport(weight.Name, weight.Kind, weight.Rows, weight.Columns, new Spectrum(values, weight.Rows, weight.Columns, weight.Weight.dtype),
            new TailFit(estimate.Alpha, estimate.Xmin, n - cut, cut, double.NaN), $"alpha estimated by stochastic Lanczos quadrature, {Probes} probes of {Steps} steps", n)
        {
            AlphaError = estimate.Error,
        };
    }

    // Names give every layer its own probes, the same in every process.
    internal static int StableHash(string name)
    {
        var hash = 17;
        foreach (var character in name)
            hash = unchecked(hash * 31 + character);
        return hash & 0xFFFFFF;
    }

    private static ((double[] Diagonal, double[] OffDiagonal)[] Tridiagonals, double Mean) Tridiagonals(WeightMatrix weight, int seed, int probes, int steps)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var w = weight.Weight.detach().cpu().reshape(weight.Rows, weight.Columns);
        if (w.dtype != ScalarType.Float64)
            w = w.to(ScalarType.Float32);
        // n columns on the smaller side: A = WᵀW or WWᵀ.
        if (weight.Rows < weight.Columns)
            w = w.t();
        var n = w.shape[1];
        var total = w.square().sum(ScalarType.Float64).item<double>();
        if (!double.IsFinite(total) || total <= 0)
            throw new SpectrumException($"The weight of layer '{weight.Name}' {(total == 0 ? "is zero: it has no tail" : "holds NaN or infinite values: the training diverged or the checkpoint is damaged")}.");
        // Many passes over the weight cost more than forming its Gram matrix once and passing over that.
        var half = GramSpectrum.LowerTriangle(w, w.dtype).to(ScalarType.Float32);
        var generator = new Random(seed);
        var draw = new float[n * probes];
        for (var i = 0; i < draw.Length; i += 2)
        {
            // Box–Muller.
            var (radius, angle) = (Math.Sqrt(-2 * Math.Log(1 - generator.NextDouble())), 2 * Math.PI * generator.NextDouble());
            draw[i] = (float)(radius * Math.Cos(angle));
            if (i + 1 < draw.Length)
                draw[i + 1] = (float)(radius * Math.Sin(angle));
        }
        var (diagonals, offDiagonals) = BlockLanczos.Run(half, draw, (int)n, probes, steps);
        return ([.. Enumerable.Range(0, probes).Select(p => (diagonals.Select(row => row[p]).ToArray(), offDiagonals.Select(row => row[p]).ToArray()))], total / n);
    }

    // The exact fit starts at one eigenvalue, which lies anywhere within a spacing of the smooth distribution's median.
    private static double SpacingError(Curve[] curves, double xmin, double alpha, int n)
    {
        const double width = 0.25;
        var place = Math.Log(xmin);
        var density = curves.Average(curve => curve.Below(place + width) - curve.Below(place - width)) / (2 * width);
        return density > 0 ? SpacingShare / (n * density) * (alpha - 1) * (alpha - 1) : 0;
    }

    // What quadrature and curve make of a known spectrum of the same distribution, less what the Hill estimate makes of it.
    private static double Bias(Curve[] curves, int n, int steps, int seed, Fidelity fidelity)
    {
        var known = Curve.Quantiles(curves, n);
        var random = new Random(seed ^ 0x5f3759df);
        var quadratures = new Curve[BiasProbes];
        var weights = new double[n];
        var logarithms = known.Select(value => Math.Log(value)).ToArray();
        for (var probe = 0; probe < BiasProbes; probe++)
        {
            var start = new double[n];
            double sum = 0;
            for (var i = 0; i < n; i++)
            {
                // Squares of normal numbers, two at a time by Box–Muller; one of the two is enough here.
                start[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                sum += start[i] * start[i];
            }
            for (var i = 0; i < n; i++)
            {
                start[i] /= Math.Sqrt(sum);
                weights[i] += start[i] * start[i] / BiasProbes;
            }
            var (diagonal, offDiagonal) = DiagonalLanczos(known, start, steps);
            quadratures[probe] = Curve.Of(diagonal, offDiagonal);
        }
        var ofQuadrature = AlphaOf(quadratures, -1, n, fidelity).Alpha;
        var ofWeights = AlphaOf([Curve.Of(logarithms, weights, asLogarithms: true)], -1, n, fidelity).Alpha;
        var ofCurve = AlphaOf([Curve.Of(logarithms, [.. known.Select(_ => 1.0 / n)], asLogarithms: true)], -1, n, fidelity).Alpha;
        var exact = Hill.XMinMid(new Spectrum(known), null, fidelity with { Small = SmallEigenvalues.Kept, Degenerate = DegenerateCases.AsComputed }).Alpha;
        var bias = ofQuadrature - ofWeights + ofCurve - exact;
        return double.IsFinite(bias) ? bias : 0;
    }

    private static (double[] Diagonal, double[] OffDiagonal) DiagonalLanczos(double[] matrix, double[] v, int steps)
    {
        var (diagonal, offDiagonal) = (new double[steps], new double[steps - 1]);
        var (previous, next) = (new double[v.Length], new double[v.Length]);
        double beta = 0;
        for (var step = 0; step < steps; step++)
        {
            double alpha = 0, norm = 0;
            for (var i = 0; i < v.Length; i++)
                alpha += matrix[i] * v[i] * v[i];
            for (var i = 0; i < v.Length; i++)
            {
                next[i] = (matrix[i] - alpha) * v[i] - beta * previous[i];
                norm += next[i] * next[i];
            }
            diagonal[step] = alpha;
            if (step == steps - 1)
                break;
            offDiagonal[step] = beta = Math.Sqrt(norm);
            var scale = 1 / Math.Max(beta, 1e-300);
            for (var i = 0; i < v.Length; i++)
                next[i] *= scale;
            (previous, v, next) = (v, next, previous);
        }
        return (diagonal, offDiagonal);
    }

    // Alpha of all probes, its standard error from leaving out one at a time, the first moment as control.
    private static (double Alpha, double Error, double Xmin) Jackknife(Curve[] curves, double[] moments, int n, Fidelity fidelity)
    {
        var p = curves.Length;
        var (all, xmin) = AlphaOf(curves, -1, n, fidelity);
        var pseudo = new double[p];
        for (var left = 0; left < p; left++)
            pseudo[left] = p * all - (p - 1) * AlphaOf(curves, left, n, fidelity).Alpha;
        var (meanPseudo, meanMoment) = (pseudo.Average(), moments.Average());
        double cross = 0, square = 0;
        for (var i = 0; i < p; i++)
        {
            cross += (pseudo[i] - meanPseudo) * (moments[i] - meanMoment);
            square += (moments[i] - meanMoment) * (moments[i] - meanMoment);
        }
        var slope = square > 0 ? cross / square : 0;
        double residual = 0;
        for (var i = 0; i < p; i++)
            residual += Math.Pow(pseudo[i] - meanPseudo - slope * (moments[i] - meanMoment), 2);
        return (meanPseudo - slope * meanMoment, Math.Sqrt(residual / (p - 2) / p), xmin);
    }

    private static (double Alpha, double Xmin) AlphaOf(Curve[] curves, int leftOut, int n, Fidelity fidelity)
    {
        // The share of eigenvalues below the tail, by the very cut of the exact fit.
        var cut = (int)(n / fidelity.TailPosition);
        var share = (cut + 0.5) / n;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (var i = 0; i < curves.Length; i++)
        {
            if (i != leftOut)
                (low, high) = (Math.Min(low, curves[i].Start), Math.Max(high, curves[i].End));
        }
        for (var iteration = 0; iteration < 60; iteration++)
        {
            var middle = (low + high) / 2;
            double below = 0;
            for (var i = 0; i < curves.Length; i++)
                below += i == leftOut ? 0 : curves[i].Below(middle);
            if (below / (leftOut < 0 ? curves.Length : curves.Length - 1) < share)
                low = middle;
            else
                high = middle;
        }
        var start = (low + high) / 2;
        double above = 0;
        for (var i = 0; i < curves.Length; i++)
            above += i == leftOut ? 0 : curves[i].AboveIntegral(start);
        above /= leftOut < 0 ? curves.Length : curves.Length - 1;
        var tail = n - cut;
        var counted = fidelity.Hill == HillCount.WithXmin ? tail : tail - 1;
        return (1 + counted / (above * n), Math.Exp(start));
    }

    /// <summary>A distribution function in ln λ: straight lines between the mid-points of a quadrature's steps.</summary>
    private sealed record Curve(double[] Places, double[] Shares)
    {
        internal double Start => Places[0];

        internal double End => Places[^1];

        internal double Largest => Math.Exp(Places[^2]);

        internal static Curve Of(double[] diagonal, double[] offDiagonal)
        {
            var (nodes, weights) = TridiagonalEigen.Quadrature(diagonal, offDiagonal);
            return Of([.. nodes.Select(node => Math.Log(Math.Max(node, 1e-12 * nodes[^1])))], weights, asLogarithms: true);
        }

        internal static Curve Of(double[] nodes, double[] weights, bool asLogarithms)
        {
            var m = nodes.Length;
            var (places, shares) = (new double[m + 2], new double[m + 2]);
            double sum = 0;
            for (var i = 0; i < m; i++)
            {
                places[i + 1] = asLogarithms ? nodes[i] : Math.Log(nodes[i]);
                shares[i + 1] = sum + weights[i] / 2;
                sum += weights[i];
            }
            // The outer halves of the first and the last step lie as far beyond them as the inner ones before.
            places[0] = places[1] - (places[2] - places[1]);
            (places[^1], shares[^1]) = (places[^2] + Math.Min(weights[^1], 0.5) * (places[^2] - places[^3]), 1);
            return new Curve(places, shares);
        }

        /// <summary>n eigenvalues whose distribution is the mean of the curves.</summary>
        internal static double[] Quantiles(Curve[] curves, int n)
        {
            // The mean curve at all places of all curves, inverted by straight lines.
            double[] places = [.. curves.SelectMany(curve => curve.Places).Order()];
            var shares = places.Select(place => curves.Average(curve => curve.Below(place))).ToArray();
            var quantiles = new double[n];
            var at = 1;
            for (var i = 0; i < n; i++)
            {
                var share = (i + 0.5) / n;
                while (at < places.Length - 1 && shares[at] < share)
                    at++;
                var rise = shares[at] - shares[at - 1];
                var place = rise > 0 ? places[at - 1] + (places[at] - places[at - 1]) * Math.Clamp((share - shares[at - 1]) / rise, 0, 1) : places[at];
                quantiles[i] = Math.Exp(place);
            }
            return quantiles;
        }

        internal double Below(double place)
        {
            if (place <= Places[0])
                return 0;
            if (place >= Places[^1])
                return 1;
            var i = Array.BinarySearch(Places, place);
            if (i >= 0)
                return Shares[i];
            i = ~i;
            return Shares[i - 1] + (Shares[i] - Shares[i - 1]) * (place - Places[i - 1]) / (Places[i] - Places[i - 1]);
        }

        /// <summary>∫ (1 − F) from a place on.</summary>
        internal double AboveIntegral(double place)
        {
            double integral = 0;
            for (var i = 1; i < Places.Length; i++)
            {
                if (Places[i] <= place)
                    continue;
                var from = Math.Max(place, Places[i - 1]);
                integral += (Places[i] - from) * (1 - (Below(from) + Shares[i]) / 2);
            }
            return integral;
        }
    }
}
