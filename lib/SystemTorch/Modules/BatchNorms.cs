// Batch normalization.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalizes each channel over the batch.</summary>
public abstract class BatchNorm : NormBase
{
    /// <summary>A batch normalization.</summary>
    public BatchNorm(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
    {
    }

    /// <summary>Normalizes; in training by the batch's own statistics, which also enter the running averages.</summary>
    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        var newest = momentum ?? 0;
        if (training && track_running_stats && num_batches_tracked is not null)
        {
            using (no_grad()) num_batches_tracked.add_(1);
            if (momentum is null) newest = 1 / num_batches_tracked.ToDouble();
        }
        var ownStatistics = training || running_mean is null && running_var is null;
        var useAverages = !training || track_running_stats;
        return nn.functional.batch_norm(input, useAverages ? running_mean : null, useAverages ? running_var : null, weight, bias, ownStatistics, newest, eps);
    }
}

/// <summary>Batch normalization of (N, C) or (N, C, L).</summary>
public sealed class BatchNorm1d : BatchNorm
{
    internal BatchNorm1d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm1d))
    {
    }

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, "2D or 3D", 2, 3);
}

/// <summary>Batch normalization of (N, C, H, W).</summary>
public sealed class BatchNorm2d : BatchNorm
{
    internal BatchNorm2d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm2d))
    {
    }

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, "4D", 4);
}

/// <summary>Batch normalization of (N, C, D, H, W).</summary>
public sealed class BatchNorm3d : BatchNorm
{
    internal BatchNorm3d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm3d))
    {
    }

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => RequireDimensions(input, "5D", 5);
}
