// ReLU with a learned slope below zero.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>x above zero, a learned slope times x below.</summary>
public sealed class PReLU : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal PReLU(long num_parameters, double init, Device? device = null, ScalarType? dtype = null) : base(nameof(PReLU))
    {
        this.num_parameters = num_parameters;
        this.init = init;
        weight = new Parameter(full([num_parameters], init, dtype ?? get_default_dtype(), device));
    }

    /// <summary>Number of slopes: one, or one a channel.</summary>
    public long num_parameters { get; private set; }

    /// <summary>First value of the slopes.</summary>
    public double init { get; private set; }

    /// <summary>The slopes; (num_parameters).</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <inheritdoc/>
    public override string GetName() => nameof(PReLU);

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.prelu(tensor, weight);
}
