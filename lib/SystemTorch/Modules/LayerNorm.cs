// Normalization over the last axes.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Subtracts the mean and divides by the deviation over the last axes, then scales and shifts.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype) : base(nameof(LayerNorm))
    {
        this.normalized_shape = normalized_shape;
        this.eps = eps;
        this.elementwise_affine = elementwise_affine;
        if (elementwise_affine)
        {
            weight = new Parameter(empty(normalized_shape, dtype, device));
            if (bias) this.bias = new Parameter(empty(normalized_shape, dtype, device));
        }
        reset_parameters();
    }

    /// <summary>Lengths of the axes that are normalized.</summary>
    public long[] normalized_shape { get; set; }

    /// <summary>Added to the variance.</summary>
    public double eps { get; set; }

    /// <summary>Whether the result is scaled and shifted.</summary>
    public bool elementwise_affine { get; set; }

    /// <summary>The scale; normalized_shape. Null without elementwise_affine.</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>The shift; normalized_shape, or null.</summary>
    public Parameter? bias { get => _bias; set => Assign(ref _bias, value, nameof(bias)); }

    /// <summary>Sets the scale to one and the shift to zero.</summary>
    public void reset_parameters()
    {
        if (elementwise_affine) nn.init.ones_(weight);
        if (bias is not null) nn.init.zeros_(bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);
}
