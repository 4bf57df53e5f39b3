// y = x Wᵀ + b.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Applies y = x Wᵀ + b to the last axis.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal Linear(Parameter weight, Parameter? bias = null) : base(nameof(Linear))
    {
        in_features = weight.shape[1];
        out_features = weight.shape[0];
        this.weight = weight;
        if (bias is not null) this.bias = bias;
    }

    internal Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = new Parameter(empty([outputSize, inputSize], dtype, device));
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (!hasBias) return;
        bias = new Parameter(empty([outputSize], dtype, device));
        var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
        nn.init.uniform_(bias, -bound, bound);
    }

    /// <summary>Length of the input's last axis.</summary>
    public long in_features { get; set; }

    /// <summary>Length of the result's last axis.</summary>
    public long out_features { get; set; }

    /// <summary>The matrix W; (out_features, in_features).</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>The vector b; (out_features), or null.</summary>
    public Parameter? bias { get => _bias; set => Assign(ref _bias, value, nameof(bias)); }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
}
