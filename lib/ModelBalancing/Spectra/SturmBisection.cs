// Eigenvalues of a symmetric tridiagonal matrix by counting signs, a vector of shifts at a time.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBalancing.Spectra;

/// <summary>All eigenvalues of a positive semidefinite tridiagonal matrix by bisection.</summary>
/// <remarks>
/// The leading minors of T − x change sign as often as T has eigenvalues below x (Sturm; Wilkinson, The Algebraic Eigenvalue Problem, 5.37 f.). In float32
/// a count is that of a matrix a few eps·‖T‖ away, which is what the reduction to T has lost already. A grid that is fine near zero brackets the
/// eigenvalues first; then all brackets are halved together.
/// </remarks>
internal static class SturmBisection
{
    private const int Lanes = 16, VectorsAtOnce = 4, GridVectors = 32, StepsToScaling = 4;

    // Below this share of the largest eigenvalue float32 holds no digits.
    private const double Smallest = 2e-9;

    // A bracket narrower than this share of its place is found.
    private const float Resolution = 2.4e-7f, CoarseResolution = 1e-4f;

    /// <summary>Eigenvalues, ascending.</summary>
    /// <param name="diagonal">n values.</param>
    /// <param name="offDiagonal">n − 1 values.</param>
    /// <param name="coarseBelow">Eigenvalues of lower index need not be better than to 1e-4.</param>
    internal static double[] Of(float[] diagonal, float[] offDiagonal, int coarseBelow = 0)
    {
        var n = diagonal.Length;
        var squares = new float[n];
        double bound = 0;
        for (var i = 0; i < n; i++)
        {
            var (before, after) = (i > 0 ? Math.Abs(offDiagonal[i - 1]) : 0, i < n - 1 ? Math.Abs(offDiagonal[i]) : 0);
            bound = Math.Max(bound, diagonal[i] + (double)before + after);
            // Negative, as the recurrence takes them; the floor keeps one minor from hiding the next.
            squares[i] = -Math.Max(before * before, 1e-30f);
        }
        if (!(bound > 0))
            return new double[n];
        var grid = new float[GridVectors * Lanes];
        grid[0] = 0;
        for (var i = 1; i < grid.Length; i++)
            grid[i] = (float)(bound * 1.000001 * Math.Pow(Smallest, 1 - (double)i / (grid.Length - 1)));
        var counts = new int[grid.Length];
        Counts(diagonal, squares, grid, counts);
        var padded = (n + Lanes * VectorsAtOnce - 1) / (Lanes * VectorsAtOnce) * (Lanes * VectorsAtOnce);
        var (low, high, middle, below) = (new float[padded], new float[padded], new float[padded], new int[padded]);
        var at = 0;
        for (var k = 0; k < n; k++)
        {
            // Eigenvalue k lies where the count passes k.
            while (at < grid.Length - 1 && counts[at] <= k)
                at++;
            (low[k], high[k]) = (at == 0 ? 0 : grid[at - 1], grid[at]);
        }
        for (var k = n; k < padded; k++)
            (low[k], high[k]) = (low[n - 1], high[n - 1]);
        for (var first = 0; first < padded; first += Lanes * VectorsAtOnce)
        {
            var part = Lanes * VectorsAtOnce;
            var resolution = first + part <= coarseBelow ? CoarseResolution : Resolution;
            while (true)
            {
                var open = false;
                for (var k = first; k < first + part; k++)
                {
                    middle[k] = 0.5f * (low[k] + high[k]);
                    open |= high[k] - low[k] > resolution * high[k] && middle[k] > low[k] && middle[k] < high[k];
                }
                if (!open)
                    break;
                Counts(diagonal, squares, middle.AsSpan(first, part), below.AsSpan(first, part));
                for (var k = first; k < first + part; k++)
                {
                    if (below[k] <= Math.Min(k, n - 1))
                        low[k] = middle[k];
                    else
                        high[k] = middle[k];
                }
            }
        }
        var values = new double[n];
        for (var k = 0; k < n; k++)
            values[k] = 0.5 * ((double)low[k] + high[k]);
        Array.Sort(values);
        return values;
    }

    // Eigenvalues below each shift: changes of sign in the sequence of leading minors, whose three-term recurrence needs no division.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Counts(float[] diagonal, float[] squares, Span<float> shifts, Span<int> counts)
    {
        fixed (float* d = diagonal, e = squares, x = shifts)
        fixed (int* result = counts)
        {
            for (var first = 0; first < shifts.Length; first += Lanes * VectorsAtOnce)
            {
                Vector512<float> x0 = Vector512.Load(x + first), x1 = Vector512.Load(x + first + Lanes), x2 = Vector512.Load(x + first + 2 * Lanes), x3 = Vector512.Load(x + first + 3 * Lanes);
                // This minor and the one before.
                Vector512<float> p0 = Vector512<float>.One, p1 = p0, p2 = p0, p3 = p0, b0 = default, b1 = b0, b2 = b0, b3 = b0;
                Vector512<int> c0 = default, c1 = default, c2 = default, c3 = default;
                for (var i = 0; i < diagonal.Length; i++)
                {
                    Vector512<float> di = Vector512.Create(d[i]), ei = Vector512.Create(e[i]);
                    var n0 = Vector512.FusedMultiplyAdd(di - x0, p0, ei * b0);
                    var n1 = Vector512.FusedMultiplyAdd(di - x1, p1, ei * b1);
                    var n2 = Vector512.FusedMultiplyAdd(di - x2, p2, ei * b2);
                    var n3 = Vector512.FusedMultiplyAdd(di - x3, p3, ei * b3);
                    c0 += Vector512.ShiftRightLogical((n0 ^ p0).AsInt32(), 31);
                    c1 += Vector512.ShiftRightLogical((n1 ^ p1).AsInt32(), 31);
                    c2 += Vector512.ShiftRightLogical((n2 ^ p2).AsInt32(), 31);
                    c3 += Vector512.ShiftRightLogical((n3 ^ p3).AsInt32(), 31);
                    if (i % StepsToScaling == StepsToScaling - 1)
                    {
                        var (s0, s1, s2, s3) = (Scale(n0, p0), Scale(n1, p1), Scale(n2, p2), Scale(n3, p3));
                        (b0, b1, b2, b3) = (p0 * s0, p1 * s1, p2 * s2, p3 * s3);
                        (p0, p1, p2, p3) = (n0 * s0, n1 * s1, n2 * s2, n3 * s3);
                    }
                    else
                    {
                        (b0, b1, b2, b3) = (p0, p1, p2, p3);
                        (p0, p1, p2, p3) = (n0, n1, n2, n3);
                    }
                }
                c0.Store(result + first);
                c1.Store(result + first + Lanes);
                c2.Store(result + first + 2 * Lanes);
                c3.Store(result + first + 3 * Lanes);
            }
        }
    }

    // The power of two that brings the larger of two numbers near 1: the mirror image of its exponent.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<float> a, Vector512<float> b)
    {
        var most = Vector512.Max(Vector512.Abs(a).AsInt32(), Vector512.Abs(b).AsInt32());
        return (Vector512.Create(254 << 23) - (most & Vector512.Create(255 << 23))).AsSingle();
    }
}
