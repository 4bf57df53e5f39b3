// AdamW (Loshchilov and Hutter 2019): Adam whose weight decay acts on the weights themselves.
using System.Numerics;
using System.Runtime.CompilerServices;
using ModelBalancing.Balancing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>AdamW.</summary>
/// <remarks>
/// w ← (1 − lr·λ)·w; m ← β1·m + (1−β1)·g; v ← β2·v + (1−β2)·g²; w ← w − lr/(1−β1ᵗ) · m / (√v/√(1−β2ᵗ) + ε).
/// Single-precision tensors in main memory are updated in one pass, as memory is what an update of 125 million numbers waits for.
/// </remarks>
/// <param name="groups">Groups in order.</param>
/// <param name="learningRate">Learning rate of every group at first.</param>
/// <param name="weightDecay">λ of every group at first.</param>
/// <param name="beta1">Decay of the first moment.</param>
/// <param name="beta2">Decay of the second moment.</param>
/// <param name="epsilon">Added to the root of the second moment.</param>
public sealed class DecoupledAdam(IEnumerable<BalancedGroup> groups, double learningRate, double weightDecay = 0, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    : NamedOptimizer(groups, learningRate, weightDecay)
{
    private const string First = "first", Second = "second";
    private const long ElementsWorthAThread = 1 << 18;

    private protected override IEnumerable<(string Kind, Tensor Value)> Initial(Parameter parameter) =>
        [(First, zeros_like(parameter, requires_grad: false)), (Second, zeros_like(parameter, requires_grad: false))];

    private protected override void Update(Parameter parameter, Tensor gradient, State state, double learningRate, double weightDecay)
    {
        var (first, second) = (state[First], state[Second]);
        double correction = Math.Sqrt(1 - Math.Pow(beta2, state.Steps)), size = learningRate / (1 - Math.Pow(beta1, state.Steps)), kept = 1 - learningRate * weightDecay;
        if (new[] { parameter, gradient, first, second }.All(tensor => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous()))
        {
            // With both corrections moved into the numbers ε and lr.
            InOnePass(parameter, gradient, first, second, new((float)kept, (float)beta1, (float)beta2, (float)(epsilon * correction), (float)(-size * correction)));
            return;
        }
        if (kept != 1)
            parameter.mul_(kept);
        first.mul_(beta1).add_(gradient, alpha: 1 - beta1);
        second.mul_(beta2).addcmul_(gradient, gradient, value: 1 - beta2);
        parameter.addcdiv_(first, (second.sqrt() / correction).add_(epsilon), value: -size);
    }

    private readonly record struct Numbers(float Kept, float Beta1, float Beta2, float Epsilon, float Size);

    private static unsafe void InOnePass(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Numbers numbers)
    {
        long count = parameter.numel();
        fixed (byte* p = parameter.bytes, g = gradient.bytes, m = first.bytes, v = second.bytes)
        {
            var (weights, slopes, firsts, seconds) = ((nint)p, (nint)g, (nint)m, (nint)v);
            int threads = (int)Math.Clamp(count / ElementsWorthAThread, 1, get_num_threads());
            if (threads == 1)
                Pass((float*)weights, (float*)slopes, (float*)firsts, (float*)seconds, count, numbers);
            else
            {
                long part = (count / threads + Vector<float>.Count) / Vector<float>.Count * Vector<float>.Count; // whole vectors: only the last part has a rest
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
                {
                    long start = i * part;
                    Pass((float*)weights + start, (float*)slopes + start, (float*)firsts + start, (float*)seconds + start, Math.Min(part, count - start), numbers);
                });
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Pass(float* p, float* g, float* m, float* v, long count, Numbers numbers)
    {
        var (kept, beta1, beta2) = (new Vector<float>(numbers.Kept), new Vector<float>(numbers.Beta1), new Vector<float>(numbers.Beta2));
        var (rest1, rest2, epsilon, size) = (new Vector<float>(1 - numbers.Beta1), new Vector<float>(1 - numbers.Beta2), new Vector<float>(numbers.Epsilon), new Vector<float>(numbers.Size));
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var slope = Vector.Load(g + i);
            var mean = Vector.Load(m + i) * beta1 + slope * rest1;
            var square = Vector.Load(v + i) * beta2 + slope * slope * rest2;
            mean.Store(m + i);
            square.Store(v + i);
            (Vector.Load(p + i) * kept + size * (mean / (Vector.SquareRoot(square) + epsilon))).Store(p + i);
        }
        for (; i < count; i++)
        {
            m[i] = m[i] * numbers.Beta1 + g[i] * (1 - numbers.Beta1);
            v[i] = v[i] * numbers.Beta2 + g[i] * g[i] * (1 - numbers.Beta2);
            p[i] = p[i] * numbers.Kept + numbers.Size * (m[i] / (MathF.Sqrt(v[i]) + numbers.Epsilon));
        }
    }
}
