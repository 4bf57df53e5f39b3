// Per-channel standardisation. The paper's code trains on raw fields, where pressure dominates the squared error; at the
// size of this workbook that is worse than repeating the last frame, so fields are standardised unless raw is asked for.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Mean and deviation of every channel, fitted on the training rows only; predictions are taken back to physical units before any metric.</summary>
/// <param name="Means">Mean of every channel, in physical units.</param>
/// <param name="Deviations">Standard deviation of every channel (divided by the count), in physical units; 1 for a constant channel.</param>
public sealed record Standardiser(double[] Means, double[] Deviations)
{
    /// <summary>The standardiser that changes nothing: training on raw fields, as released.</summary>
    /// <param name="channels">Number of channels.</param>
    /// <returns>Means 0, deviations 1.</returns>
    public static Standardiser Raw(int channels) => new(new double[channels], [.. Enumerable.Repeat(1.0, channels)]);

    /// <summary>Fits means and deviations over samples, points and frames.</summary>
    /// <param name="fields">Training rows, the last axis is the channel.</param>
    /// <returns>The fitted standardiser.</returns>
    /// <exception cref="ArgumentException">There are no numbers, or some are not finite.</exception>
    public static Standardiser Fit(Tensor fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (fields.dim() < 2 || fields.numel() == 0)
            throw new ArgumentException($"fields: expected rows with a last axis of channels, got ({string.Join(", ", fields.shape)}).", nameof(fields));
        var columns = fields.to(ScalarType.Float64).reshape(-1, fields.shape[^1]);
        var mean = columns.mean([0]);
        var deviation = (columns - mean).square().mean([0]).sqrt();
        double[] means = [.. mean.data<double>()], deviations = [.. deviation.data<double>()];
        for (int channel = 0; channel < means.Length; channel++)
        {
            if (!double.IsFinite(means[channel]) || !double.IsFinite(deviations[channel]))
                throw new ArgumentException($"fields: channel {channel} holds values that are not finite.", nameof(fields));
            if (deviations[channel] <= 1e-12 * Math.Abs(means[channel]) || deviations[channel] == 0)
                deviations[channel] = 1;
        }
        return new(means, deviations);
    }

    /// <summary>(x − mean) / deviation, channel by channel.</summary>
    /// <param name="fields">Physical fields, last axis the channel.</param>
    /// <returns>A new tensor of the same shape and dtype.</returns>
    public Tensor Apply(Tensor fields) => Linear(fields, (x, mean, deviation) => (x - mean) / deviation);

    /// <summary>x · deviation + mean: the inverse of <see cref="Apply"/>.</summary>
    /// <param name="fields">Standardised fields, last axis the channel.</param>
    /// <returns>A new tensor in physical units.</returns>
    public Tensor Invert(Tensor fields) => Linear(fields, (x, mean, deviation) => x * deviation + mean);

    private Tensor Linear(Tensor fields, Func<Tensor, Tensor, Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.dim() == 0 || fields.shape[^1] != Means.Length)
            throw new ArgumentException($"fields: the last axis must have {Means.Length} channels, got ({string.Join(", ", fields.shape)}).", nameof(fields));
        using var scope = NewDisposeScope();
        return map(fields, tensor(Means, dtype: fields.dtype, device: fields.device), tensor(Deviations, dtype: fields.dtype, device: fields.device)).MoveToOuterDisposeScope();
    }
}
