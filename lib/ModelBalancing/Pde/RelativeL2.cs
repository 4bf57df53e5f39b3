// DPOT's error: the relative L2 norm of a block of frames, a mean over channels (utils/criterion.py, SimpleLpLoss).
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Pde;

/// <summary>Relative L2 errors (L2RE). They are not the nRMSE of <see cref="Metrics"/>: the norm goes over points and frames together.</summary>
public static class RelativeL2
{
    private const double Epsilon = 1e-8;

    /// <summary>Error of every sample: mean over channels of ‖prediction − target‖ / (‖target‖ + 1e-8), norms over points and frames.</summary>
    /// <param name="prediction">(batch, points..., frames, channels).</param>
    /// <param name="target">The same shape.</param>
    /// <param name="mask">Weights of 0 or 1 for prediction and target, of a shape that broadcasts to theirs, or null; channels that are masked everywhere do not count.</param>
    /// <returns>(batch), with gradients.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor PerSample(Tensor prediction, Tensor target, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (target.dim() < 3 || !prediction.shape.SequenceEqual(target.shape))
            throw new ArgumentException($"prediction has the shape ({string.Join(", ", prediction.shape)}); expected that of target, ({string.Join(", ", target.shape)}), with batch, points, frames and channels.", nameof(prediction));
        using var scope = NewDisposeScope();
        var shown = mask?.expand(target.shape);
        long batch = target.shape[0], channels = target.shape[^1];
        var error = Norm(shown is null ? prediction - target : (prediction - target) * shown);
        var size = Norm(shown is null ? target : target * shown);
        var counted = shown is null ? null : shown.reshape(batch, -1, channels).sum(1).gt(0).sum(-1); // channels with something unmasked
        return ((error / (size + Epsilon)).sum(-1) / (counted is null ? tensor((double)channels, dtype: target.dtype, device: target.device) : counted)).MoveToOuterDisposeScope();

        Tensor Norm(Tensor fields) => fields.reshape(batch, -1, channels).square().sum(1).sqrt(); // (batch, channels)
    }

    /// <summary>Mean over samples, the norm over all frames ("test l2 full").</summary>
    /// <param name="prediction">(batch, points..., frames, channels).</param>
    /// <param name="target">The same shape.</param>
    /// <param name="mask">As in <see cref="PerSample"/>.</param>
    public static double AllFrames(Tensor prediction, Tensor target, Tensor? mask = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return PerSample(prediction, target, mask).mean().to(ScalarType.Float64).item<double>();
    }

    /// <summary>Mean over samples and frames of one-frame errors ("test l2 step").</summary>
    /// <param name="prediction">(batch, points..., frames, channels).</param>
    /// <param name="target">The same shape.</param>
    /// <param name="mask">As in <see cref="PerSample"/>; one that has a frame axis must have one frame.</param>
    public static double FrameByFrame(Tensor prediction, Tensor target, Tensor? mask = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        long axis = target.dim() - 2;
        double sum = 0;
        for (long frame = 0; frame < target.shape[^2]; frame++)
            sum += AllFrames(prediction.narrow(axis, frame, 1), target.narrow(axis, frame, 1), mask);
        return sum / target.shape[^2];
    }
}
