// Upsampling as a module.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Resizes (N, C, L...) to given lengths or by given factors.</summary>
public sealed class Upsample : ParameterLessModule<Tensor, Tensor>
{
    private readonly long[]? _size;
    private readonly double[]? _scaleFactor;

    internal Upsample(long[]? size, double[]? scale_factor, UpsampleMode mode, bool? align_corners, bool? recompute_scale_factor) : base(nameof(Upsample))
    {
        _size = size;
        _scaleFactor = scale_factor;
        this.mode = mode;
        this.align_corners = align_corners;
        this.recompute_scale_factor = recompute_scale_factor;
    }

    /// <summary>How values between points are found.</summary>
    public UpsampleMode mode { get; private set; }

    /// <summary>Whether corner points keep their values.</summary>
    public bool? align_corners { get; private set; }

    /// <summary>Whether factors are recomputed from the rounded lengths.</summary>
    public bool? recompute_scale_factor { get; set; }

    /// <summary>Lengths of the result.</summary>
    public ReadOnlySpan<long> size => _size;

    /// <summary>Factors of the axes.</summary>
    public ReadOnlySpan<double> scale_factor => _scaleFactor;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        nn.functional.interpolate(input, _size, _scaleFactor, (InterpolationMode)mode, align_corners, recompute_scale_factor ?? false);
}
