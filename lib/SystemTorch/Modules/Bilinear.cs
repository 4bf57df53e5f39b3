// y = x₁ᵀ A x₂ + b.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Applies y = x₁ᵀ A x₂ + b to the last axes of two inputs.</summary>
public sealed class Bilinear : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal Bilinear(long in1_features, long in2_features, long out_features, bool hasBias = true, Device? device = null, ScalarType? dtype = null) : base(nameof(Bilinear))
    {
        this.in1_features = in1_features;
        this.in2_features = in2_features;
        this.out_features = out_features;
        var bound = 1 / Math.Sqrt(in1_features);
        weight = new Parameter(empty([out_features, in1_features, in2_features], dtype, device));
        nn.init.uniform_(weight, -bound, bound);
        if (!hasBias) return;
        bias = new Parameter(empty([out_features], dtype, device));
        nn.init.uniform_(bias, -bound, bound);
    }

    /// <summary>Length of the first input's last axis.</summary>
    public long in1_features { get; set; }

    /// <summary>Length of the second input's last axis.</summary>
    public long in2_features { get; set; }

    /// <summary>Length of the result's last axis.</summary>
    public long out_features { get; set; }

    /// <summary>The array A; (out_features, in1_features, in2_features).</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>The vector b; (out_features), or null.</summary>
    public Parameter? bias { get => _bias; set => Assign(ref _bias, value, nameof(bias)); }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input1, Tensor input2) => nn.functional.bilinear(input1, input2, weight, bias);
}
