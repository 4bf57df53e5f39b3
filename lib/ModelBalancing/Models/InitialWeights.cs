// Draws of initial weights by a seed of their own: the same with every engine, and the global generator stays out of it.
using MathNet.Numerics.Random;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary>Fills parameters in the order in which it is asked.</summary>
internal sealed class InitialWeights(int seed)
{
    private readonly Xoshiro256StarStar random = new(seed, threadSafe: false);

    /// <summary>PyTorch's default for linear layers and convolutions: weight and bias uniform within ±1/√fan_in.</summary>
    /// <param name="parameter">Weight or bias.</param>
    /// <param name="fanIn">Inputs that an output sees.</param>
    public void Default(Tensor parameter, long fanIn)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        Uniform(parameter, -bound, bound);
    }

    /// <summary>Uniform; real and imaginary part of a complex parameter alike.</summary>
    public void Uniform(Tensor parameter, double low, double high) => Fill(parameter, () => low + (high - low) * random.NextDouble());

    /// <summary>Normal around 0.</summary>
    public void Normal(Tensor parameter, double deviation) => Fill(parameter, () => Distributed(deviation));

    /// <summary>One value; draws nothing.</summary>
    public void Constant(Tensor parameter, double value) => Fill(parameter, () => value);

    private double Distributed(double deviation) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, deviation);

    private static void Fill(Tensor parameter, Func<double> draw)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var target = is_complex(parameter) ? view_as_real(parameter) : parameter;
        var values = new double[target.numel()];
        for (long i = 0; i < values.LongLength; i++)
            values[i] = draw();
        target.copy_(tensor(values, target.shape, dtype: ScalarType.Float64));
    }
}
