// Normalization over groups of channels.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalizes each group of channels of each sample, then scales and shifts each channel.</summary>
/// <remarks>TorchSharp 0.107 leaves scale and shift uninitialised here; ours are one and zero, as its documentation says.</remarks>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype) : base(nameof(GroupNorm))
    {
        this.num_groups = num_groups;
        this.eps = eps;
        this.affine = affine;
        if (!affine) return;
        weight = new Parameter(ones([num_channels], dtype, device));
        bias = new Parameter(zeros([num_channels], dtype, device));
    }

    /// <summary>Number of groups; divides the channels.</summary>
    public long num_groups { get; set; }

    /// <summary>Added to the variance.</summary>
    public double eps { get; set; }

    /// <summary>Whether channels are scaled and shifted.</summary>
    public bool affine { get; set; }

    /// <summary>The scale; (num_channels). Null without affine.</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>The shift; (num_channels), or null.</summary>
    public Parameter? bias { get => _bias; set => Assign(ref _bias, value, nameof(bias)); }

    /// <summary>Normalizes (N, C, L...) with at least one axis after the channels.</summary>
    public override Tensor forward(Tensor tensor) => tensor.Dimensions < 3
        ? throw new ArgumentException($"Invalid number of dimensions for GroupNorm argument: {tensor.Dimensions}")
        : nn.functional.group_norm(tensor, num_groups, weight, bias, eps);
}
