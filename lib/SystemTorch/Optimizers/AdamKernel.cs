// Adam's arithmetic in one pass over memory, for single-precision parameters on the CPU.
using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SystemTorch;

/// <summary>What one step does to every element; the same as Adam's operations one after the other, up to rounding.</summary>
/// <param name="Decay">Factor of the parameter before the step: 1 − lr · weight_decay of AdamW, else one.</param>
/// <param name="GradientDecay">Part of the parameter that is added to its gradient: weight_decay of Adam, else zero.</param>
/// <param name="Sign">−1 to go uphill.</param>
/// <param name="Beta1">Decay rate of the first moment.</param>
/// <param name="Beta2">Decay rate of the second moment.</param>
/// <param name="Eps">Added to the root of the second moment.</param>
/// <param name="Step">Factor of the quotient; negative.</param>
internal readonly record struct AdamKernel(float Decay, float GradientDecay, float Sign, float Beta1, float Beta2, float Eps, float Step)
{
    private const long ElementsWorthAThread = 1 << 17;

    /// <summary>Whether all tensors lie in main memory, in single precision and without gaps.</summary>
    internal static bool Takes(Tensor parameter, Tensor grad, Tensor first, Tensor second) =>
        parameter.dtype == ScalarType.Float32 && parameter.device_type == TorchSharp.DeviceType.CPU
        && Plain(parameter) && Plain(grad) && Plain(first) && Plain(second);

    /// <summary>Changes parameter and moments in place.</summary>
    internal unsafe void Run(Tensor parameter, Tensor grad, Tensor first, Tensor second)
    {
        var count = parameter.numel();
        var (p, g, m, v) = (parameter.DataPointer, grad.DataPointer, first.DataPointer, second.DataPointer);
        var kernel = this;
        var threads = Math.Min(get_num_threads(), (int)Math.Min(int.MaxValue, count / ElementsWorthAThread));
        if (threads <= 1)
        {
            kernel.Pass((float*)p, (float*)g, (float*)m, (float*)v, count);
        }
        else
        {
            // Parts are whole vectors, so that only the last one has a rest.
            var part = (count / threads + Vector<float>.Count) / Vector<float>.Count * Vector<float>.Count;
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                var start = i * part;
                kernel.Pass((float*)p + start, (float*)g + start, (float*)m + start, (float*)v + start, Math.Min(part, count - start));
            });
        }
        // libtorch does not see writes through pointers: an empty change in place lets autograd know that the parameter is another.
        using var nothing = parameter.narrow(0, 0, 0);
        InPlace.Multiply(nothing, 1);
    }

    private static bool Plain(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.is_contiguous() && tensor.ndim > 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Pass(float* p, float* g, float* m, float* v, long count)
    {
        var width = Vector<float>.Count;
        var (decay, gradientDecay, sign) = (new Vector<float>(Decay), new Vector<float>(GradientDecay), new Vector<float>(Sign));
        var (beta1, rest1, beta2, rest2) = (new Vector<float>(Beta1), new Vector<float>(1 - Beta1), new Vector<float>(Beta2), new Vector<float>(1 - Beta2));
        var (eps, step) = (new Vector<float>(Eps), new Vector<float>(Step));
        long i = 0;
        for (; i <= count - width; i += width)
        {
            var value = Vector.Load(p + i);
            var slope = Vector.Load(g + i) * sign + value * gradientDecay;
            var mean = Vector.Load(m + i) * beta1 + slope * rest1;
            var square = Vector.Load(v + i) * beta2 + slope * slope * rest2;
            mean.Store(m + i);
            square.Store(v + i);
            (value * decay + step * (mean / (Vector.SquareRoot(square) + eps))).Store(p + i);
        }
        for (; i < count; i++)
        {
            var slope = g[i] * Sign + p[i] * GradientDecay;
            m[i] = m[i] * Beta1 + slope * (1 - Beta1);
            v[i] = v[i] * Beta2 + slope * slope * (1 - Beta2);
            p[i] = p[i] * Decay + Step * (m[i] / (MathF.Sqrt(v[i]) + Eps));
        }
    }
}
