// Instance normalization.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalizes each channel of each sample by itself.</summary>
public abstract class InstanceNorm : NormBase
{
    private const double DefaultMomentum = 0.1;

    /// <summary>An instance normalization.</summary>
    public InstanceNorm(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(num_features, eps, momentum ?? DefaultMomentum, affine, track_running_stats, device, dtype, name)
    {
    }

    /// <summary>Counts axes from the end to the channels.</summary>
    protected abstract long GetNumberOfBatchDimensions();

    /// <summary>Normalizes a batch, or one sample without the batch axis.</summary>
    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        var channels = (int)(input.ndim - GetNumberOfBatchDimensions());
        if (input.size(channels) != num_features)
            throw new ArgumentException($"expected input's size at dim={channels} to match num_features ({num_features}), but got: {input.size(channels)}.");
        if (channels > 0) return Normalize(input);
        using var batch = input.unsqueeze(0);
        return Normalize(batch).squeeze_(0);
    }

    private Tensor Normalize(Tensor input) =>
        nn.functional.instance_norm(input, running_mean, running_var, weight, bias, training || !track_running_stats, momentum ?? DefaultMomentum, eps);
}

/// <summary>Instance normalization of (N, C, L) or one sample.</summary>
public sealed class InstanceNorm1d : InstanceNorm
{
    internal InstanceNorm1d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm1d))
    {
    }

    /// <inheritdoc/>
    protected override long GetNumberOfBatchDimensions() => 2;

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, "2D or 3D", 2, 3);
}

/// <summary>Instance normalization of (N, C, H, W) or one sample.</summary>
public sealed class InstanceNorm2d : InstanceNorm
{
    internal InstanceNorm2d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm2d))
    {
    }

    /// <inheritdoc/>
    protected override long GetNumberOfBatchDimensions() => 3;

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, "3D or 4D", 3, 4);
}

/// <summary>Instance normalization of (N, C, D, H, W) or one sample.</summary>
public sealed class InstanceNorm3d : InstanceNorm
{
    internal InstanceNorm3d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm3d))
    {
    }

    /// <inheritdoc/>
    protected override long GetNumberOfBatchDimensions() => 4;

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, "4D or 5D", 4, 5);
}
