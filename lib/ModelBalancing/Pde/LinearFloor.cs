// The linear predictor that a network has to beat.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Pde;

/// <summary>Ridge regression from the given frames to the change after the last one, the same at every place: a convolution over the whole domain.</summary>
/// <remarks>A map that does not depend on the place is a small matrix a Fourier mode (given frames × channels in, predicted frames × channels out),
/// so each mode is fitted by itself and few samples suffice. The ends of the domain count as joined. Channels are standardised on the training
/// samples; one penalty for all modes is chosen from a grid by its leave-one-out error, which has a closed form (Hastie, Tibshirani and Friedman,
/// The Elements of Statistical Learning, section 7.10). With a large penalty it becomes persistence plus the mean change. Computed in float64;
/// of very many training samples the first are used, as many as 256 MB hold.</remarks>
public sealed class LinearFloor
{
    private const long MostNumbers = 1 << 25, MostAtOnce = 1 << 21;

    private static readonly double[] penalties = [1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1, 3, 10, 100];

    private readonly long[] points;
    private readonly long given, predicted, channels;
    private readonly double[] centres, scales;
    private readonly double[] weights, meanInput, meanChange; // complex numbers as pairs; weights of mode after mode
    private readonly long modes;

    private LinearFloor(Tensor past, Tensor next)
    {
        (points, given, predicted, channels) = (past.shape[1..^2], past.shape[^2], next.shape[^2], past.shape[^1]);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        long cells = points.Aggregate(1L, (product, n) => product * n), samples = Math.Min(past.shape[0], Math.Max(2, MostNumbers / (cells * (given + predicted) * channels)));
        past = Exact(past.narrow(0, 0, samples));
        next = Exact(next.narrow(0, 0, samples));
        var columns = past.reshape(-1, channels);
        var centre = columns.mean([0]);
        var scale = (columns - centre).square().mean([0]).sqrt();
        scale = scale.masked_fill(scale.le(0), 1);
        (centres, scales) = ([.. centre.data<double>()], [.. scale.data<double>()]);

        var inputs = Modes((past - centre) / scale, given);                                                // (modes, samples, given·c)
        var changes = Modes((next - past.narrow(past.dim() - 2, given - 1, 1)) / scale, predicted);         // (modes, samples, predicted·c)
        // Only the mean over x can have a mean over samples that is the same at every place.
        var (averageInput, averageChange) = (inputs[0].mean([0]), changes[0].mean([0]));
        inputs[0].sub_(averageInput);
        changes[0].sub_(averageChange);
        modes = inputs.shape[0];
        double unit = view_as_real(inputs).square().sum().item<double>() / (modes * given * channels); // mean eigenvalue of the Gram matrices

        // G = XᴴX = V S Vᴴ and Z = XV; for a penalty λ the fit is Z (S + λ)⁻¹ Zᴴ Y.
        var errors = new double[penalties.Length];
        var fits = new List<(Tensor Values, Tensor Vectors, Tensor Moments)>();
        long piece = Math.Max(1, MostAtOnce / (samples * (given + predicted) * channels));
        for (long first = 0; first < modes; first += piece)
        {
            using var pass = NewDisposeScope();
            long count = Math.Min(piece, modes - first);
            var (x, y) = (inputs.narrow(0, first, count), changes.narrow(0, first, count));
            var (values, vectors) = linalg.eigh(x.mH.matmul(x));
            values = values.clamp_min(0);
            var rotated = x.matmul(vectors);
            var moments = rotated.mH.matmul(y);
            var powers = view_as_real(rotated).square().sum(-1);                                            // (modes, samples, k)
            var counts = tensor(Enumerable.Range((int)first, (int)count).Select(Count).ToArray());
            var mean = tensor(Enumerable.Range((int)first, (int)count).Select(mode => mode == 0 ? 1.0 / samples : 0).ToArray());
            for (int candidate = 0; candidate < penalties.Length; candidate++)
            {
                using var trial = NewDisposeScope();
                // Squared misses when the sample itself is left out of the fit.
                var shrunk = Shrunk(values, penalties[candidate] * unit);
                var leverage = powers.matmul(shrunk.unsqueeze(-1)).squeeze(-1) + mean.unsqueeze(-1);
                var miss = view_as_real(y - rotated.matmul(shrunk.unsqueeze(-1) * moments)).square().sum([2, 3]) / (1 - leverage).clamp_min(1e-9).square();
                errors[candidate] += (miss.sum(-1) * counts).sum().item<double>();
            }
            fits.Add((values.MoveToOuterDisposeScope(), vectors.MoveToOuterDisposeScope(), moments.MoveToOuterDisposeScope()));
        }
        Penalty = penalties[Array.IndexOf(errors, errors.Min())];
        double[] Numbers(Tensor complex) => [.. view_as_real(complex).contiguous().data<double>()];
        weights = [.. fits.SelectMany(fit => Numbers(fit.Vectors.matmul(Shrunk(fit.Values, Penalty * unit).unsqueeze(-1) * fit.Moments)))];
        (meanInput, meanChange) = (Numbers(averageInput), Numbers(averageChange));
    }

    /// <summary>The chosen penalty, relative to the mean eigenvalue of the modes' Gram matrices.</summary>
    public double Penalty { get; }

    internal static LinearFloor Fit(Tensor given, Tensor future)
    {
        Floors.CheckGiven(given);
        if (future.dim() != given.dim() || !future.shape[..^2].SequenceEqual(given.shape[..^2]) || future.shape[^1] != given.shape[^1])
            throw new ArgumentException($"future has the shape ({string.Join(", ", future.shape)}); expected (batch, x..., time, channel) with the batch, x and channels of given, ({string.Join(", ", given.shape)}).", nameof(future));
        if (given.shape[0] < 2)
            throw new ArgumentException("One sample was given; a linear predictor needs two or more.", nameof(given));
        return new LinearFloor(given, future);
    }

    /// <summary>Predicts what follows.</summary>
    /// <param name="frames">(b, x..., given frames, c), x, frames and c as fitted.</param>
    /// <returns>(b, x..., predicted frames, c) in the type of <paramref name="frames"/>.</returns>
    public Tensor Predict(Tensor frames)
    {
        Floors.CheckGiven(frames);
        if (!frames.shape[1..].SequenceEqual([.. points, given, channels]))
            throw new ArgumentException($"frames has the shape ({string.Join(", ", frames.shape)}); the predictor was fitted for (batch, {string.Join(", ", points)}, {given}, {channels}).", nameof(frames));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // A copy, because complex numbers want memory that is aligned more strictly than a managed array's.
        Tensor Complex(double[] pairs, params long[] shape) => view_as_complex(tensor(pairs).reshape([.. shape, 2]).clone());
        var map = Complex(weights, modes, given * channels, predicted * channels);
        var (centre, scale) = (tensor(centres), tensor(scales));
        long[] half = HalfSpectrum(), axes = [.. Enumerable.Range(1, points.Length).Select(axis => (long)axis)];
        var parts = new List<Tensor>();
        long piece = Math.Max(1, MostAtOnce / (frames.numel() / frames.shape[0]));
        for (long first = 0; first < frames.shape[0]; first += piece)
        {
            using var pass = NewDisposeScope();
            long count = Math.Min(piece, frames.shape[0] - first);
            var past = Exact(frames.narrow(0, first, count));
            var inputs = Modes((past - centre) / scale, given);
            inputs[0].sub_(Complex(meanInput, given * channels));
            var changes = inputs.matmul(map);                                                           // (modes, b, predicted·c)
            changes[0].add_(Complex(meanChange, predicted * channels));
            var spectrum = changes.view([.. half, count, predicted * channels]).permute([points.Length, .. Enumerable.Range(0, points.Length).Select(axis => (long)axis), points.Length + 1]);
            var change = fft.irfftn(spectrum, s: points, dim: axes).reshape([count, .. points, predicted, channels]);
            parts.Add((past.narrow(past.dim() - 2, given - 1, 1) + change * scale).MoveToOuterDisposeScope());
        }
        return cat(parts, 0).to(frames.dtype).to(frames.device).MoveToOuterDisposeScope();
    }

    private static Tensor Exact(Tensor fields) => fields.detach().cpu().to(ScalarType.Float64);

    private static Tensor Shrunk(Tensor values, double penalty)
    {
        var shifted = values + penalty;
        return shifted.reciprocal().masked_fill(shifted.le(0), 0);
    }

    private long[] HalfSpectrum() => [.. points[..^1], points[^1] / 2 + 1];

    // A mode and its mirror image in the spectrum count alike; those without a mirror image in the last axis stand for themselves.
    private double Count(int mode)
    {
        long last = mode % (points[^1] / 2 + 1);
        return last == 0 || 2 * last == points[^1] ? 1 : 2;
    }

    // From (sample, x..., frame, channel) to (mode, sample, column).
    private Tensor Modes(Tensor fields, long frames)
    {
        long[] axes = [.. Enumerable.Range(1, points.Length).Select(axis => (long)axis)];
        var spectrum = fft.rfftn(fields.reshape([fields.shape[0], .. points, frames * channels]), dim: axes);
        return spectrum.permute([.. axes, 0, points.Length + 1]).reshape(-1, fields.shape[0], frames * channels);
    }
}
