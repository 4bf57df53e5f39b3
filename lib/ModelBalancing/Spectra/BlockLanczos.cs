// Lanczos runs of many probes at once: every row of the matrix is read once a step for all of them.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Independent Lanczos runs of a symmetric matrix, sixteen side by side in one vector.</summary>
/// <remarks>A matrix library packs the whole matrix anew for every thin product, which costs more than the product.</remarks>
internal static class BlockLanczos
{
    private const int Lanes = 16, RowsAtOnce = 4;

    /// <summary>Diagonals and off-diagonals, one array of probes a step.</summary>
    /// <param name="lower">The matrix, n × n float32 on the CPU; only the lower triangle is read.</param>
    /// <param name="start">Starting vectors of any length, n · probes values, probe by probe.</param>
    /// <param name="n">Size of the matrix.</param>
    /// <param name="probes">How many runs.</param>
    /// <param name="steps">Steps of each.</param>
    internal static (double[][] Diagonals, double[][] OffDiagonals) Run(Tensor lower, float[] start, int n, int probes, int steps)
    {
        var matrix = Symmetric(lower, n);
        var diagonals = Enumerable.Range(0, steps).Select(_ => new double[probes]).ToArray();
        var offDiagonals = Enumerable.Range(0, steps - 1).Select(_ => new double[probes]).ToArray();
        for (var first = 0; first < probes; first += Lanes)
        {
            var count = Math.Min(Lanes, probes - first);
            var v = new Vector512<float>[n];
            var lanes = MemoryMarshal.Cast<Vector512<float>, float>(v.AsSpan());
            for (var lane = 0; lane < Lanes; lane++)
            {
                // Lanes without a probe repeat the last one.
                var from = (first + Math.Min(lane, count - 1)) * n;
                double square = 0;
                for (var i = 0; i < n; i++)
                    square += (double)start[from + i] * start[from + i];
                var scale = (float)(1 / Math.Sqrt(square));
                for (var i = 0; i < n; i++)
                    lanes[i * Lanes + lane] = start[from + i] * scale;
            }
            Run(matrix, v, n, steps, (step, alpha, beta) =>
            {
                for (var lane = 0; lane < count; lane++)
                {
                    diagonals[step][first + lane] = alpha[lane];
                    if (step < steps - 1)
                        offDiagonals[step][first + lane] = beta[lane];
                }
            });
        }
        return (diagonals, offDiagonals);
    }

    private static void Run(float[] matrix, Vector512<float>[] v, int n, int steps, Action<int, Vector512<float>, Vector512<float>> tell)
    {
        var (previous, next) = (new Vector512<float>[n], new Vector512<float>[n]);
        var beta = Vector512<float>.Zero;
        for (var step = 0; step < steps; step++)
        {
            Multiply(matrix, v, next, n);
            var alpha = Vector512<float>.Zero;
            for (var i = 0; i < n; i++)
            {
                next[i] -= beta * previous[i];
                alpha += next[i] * v[i];
            }
            var norm = Vector512<float>.Zero;
            for (var i = 0; i < n; i++)
            {
                next[i] -= alpha * v[i];
                norm += next[i] * next[i];
            }
            beta = Vector512.Sqrt(norm);
            tell(step, alpha, beta);
            var scale = Vector512<float>.One / Vector512.Max(beta, Vector512.Create(1e-30f));
            for (var i = 0; i < n; i++)
                next[i] *= scale;
            (previous, v, next) = (v, next, previous);
        }
    }

    // next = A·v, four rows at a time so that every vector is loaded once for them.
    private static void Multiply(float[] matrix, Vector512<float>[] v, Vector512<float>[] next, int n)
    {
        var i = 0;
        for (; i + RowsAtOnce <= n; i += RowsAtOnce)
        {
            ReadOnlySpan<float> r0 = matrix.AsSpan(i * n, n), r1 = matrix.AsSpan((i + 1) * n, n), r2 = matrix.AsSpan((i + 2) * n, n), r3 = matrix.AsSpan((i + 3) * n, n);
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (var j = 0; j < r0.Length; j++)
            {
                var x = v[j];
                s0 = Vector512.FusedMultiplyAdd(Vector512.Create(r0[j]), x, s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.Create(r1[j]), x, s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.Create(r2[j]), x, s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.Create(r3[j]), x, s3);
            }
            (next[i], next[i + 1], next[i + 2], next[i + 3]) = (s0, s1, s2, s3);
        }
        for (; i < n; i++)
        {
            var sum = Vector512<float>.Zero;
            for (var j = 0; j < n; j++)
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(matrix[i * n + j]), v[j], sum);
            next[i] = sum;
        }
    }

    private static float[] Symmetric(Tensor lower, int n)
    {
        var matrix = lower.data<float>().ToArray();
        // Tile by tile, so that both sides stay in the cache.
        const int tile = 64;
        for (var top = 0; top < n; top += tile)
            for (var left = 0; left <= top; left += tile)
                for (var i = top; i < Math.Min(n, top + tile); i++)
                    for (var j = left; j < Math.Min(i, left + tile); j++)
                        matrix[j * n + i] = matrix[i * n + j];
        return matrix;
    }
}
