// Householder reduction of a symmetric matrix to tridiagonal form, one pass over half of the matrix a column.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBalancing.Spectra;

/// <summary>A symmetric tridiagonal matrix with the eigenvalues of a symmetric one.</summary>
/// <remarks>
/// Golub and Van Loan, Matrix Computations, algorithm 8.3.1, from the last row up, so that the part that is left stays a leading block with aligned rows.
/// The update of rank two that a column asks for is applied in the same pass that multiplies by the next column's vector: every entry of the lower
/// triangle is read and written once a column, four rows at a time.
/// </remarks>
internal static unsafe class Tridiagonalization
{
    private const int Chunk = PackedSymmetric.Chunk, RowsAtOnce = 4;

    /// <summary>Diagonal (n values) and off-diagonal (n − 1 values); the matrix is destroyed.</summary>
    internal static (float[] Diagonal, float[] OffDiagonal) Of(PackedSymmetric matrix)
    {
        int n = matrix.Size, padded = matrix.Padded;
        var (diagonal, offDiagonal) = (new float[n], new float[Math.Max(0, n - 1)]);
        var work = (float*)NativeMemory.AlignedAlloc((nuint)(5 * padded * sizeof(float)), 64);
        NativeMemory.Clear(work, (nuint)(5 * padded * sizeof(float)));
        try
        {
            // The vectors of the update that waits (minus v and minus w of the last column), this column's v, and the product.
            float* waitingV = work, waitingW = work + padded, v = work + 2 * padded, product = work + 3 * padded, dots = work + 4 * padded;
            for (var m = n - 1; m >= 0; m--)
            {
                var row = matrix.Row(m);
                UpdateRow(row, waitingV, waitingW, m);
                diagonal[m] = row[m];
                if (m == 0)
                    break;
                var tau = Reflector(row, v, m, padded, out offDiagonal[m - 1]);
                Pass(matrix, waitingV, waitingW, v, product, dots, m);
                Vectors(v, product, dots, waitingV, waitingW, m, tau);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(work);
        }
        return (diagonal, offDiagonal);
    }

    // row m of A + (−v)wᵀ + (−w)vᵀ up to the diagonal; the waiting vectors hold −v and +w, see Vectors.
    private static void UpdateRow(float* row, float* v, float* w, int m)
    {
        var (vm, wm) = (Vector512.Create(v[m]), Vector512.Create(w[m]));
        for (var j = 0; j <= m; j += Chunk)
        {
            var x = Vector512.Load(row + j);
            x = Vector512.FusedMultiplyAdd(vm, Vector512.Load(w + j), x);
            Vector512.FusedMultiplyAdd(wm, Vector512.Load(v + j), x).Store(row + j);
        }
    }

    // v with v[m−1] = 1 and H = I − tau·v·vᵀ that turns the row's first m entries into (0, …, 0, offDiagonal).
    private static float Reflector(float* row, float* v, int m, int padded, out float offDiagonal)
    {
        var last = row[m - 1];
        double square = 0;
        var sum = Vector512<double>.Zero;
        var j = 0;
        for (; j + Chunk <= m - 1; j += Chunk)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(row + j));
            sum += low * low + high * high;
        }
        square = Vector512.Sum(sum);
        for (; j < m - 1; j++)
            square += (double)row[j] * row[j];
        // Everything from m on must be zero in v, for the rows of a group beyond the active part.
        var end = Math.Min(padded, (m + Chunk) / Chunk * Chunk);
        if (square == 0)
        {
            offDiagonal = last;
            new Span<float>(v, end).Clear();
            return 0;
        }
        var beta = -Math.CopySign(Math.Sqrt(square + (double)last * last), last);
        offDiagonal = (float)beta;
        var scale = Vector512.Create((float)(1 / (last - beta)));
        for (j = 0; j < m; j += Chunk)
            (Vector512.Load(row + j) * scale).Store(v + j);
        v[m - 1] = 1;
        new Span<float>(v + m, end - m).Clear();
        return (float)((beta - last) / beta);
    }

    // A ← A + waitingV·waitingWᵀ + waitingW·waitingVᵀ on rows 0 … m−1, and A·x from the rows below and the columns left of each entry.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass(PackedSymmetric matrix, float* waitingV, float* waitingW, float* x, float* product, float* dots, int m)
    {
        new Span<float>(product, (m + Chunk - 1) / Chunk * Chunk).Clear();
        // Rows lie one behind the other.
        var r0 = matrix.Row(0);
        for (var top = 0; top < m; top += RowsAtOnce)
        {
            var length = top / Chunk * Chunk;
            var stride = length + Chunk;
            Vector512<float> v0 = Vector512.Create(waitingV[top]), v1 = Vector512.Create(waitingV[top + 1]), v2 = Vector512.Create(waitingV[top + 2]), v3 = Vector512.Create(waitingV[top + 3]);
            Vector512<float> w0 = Vector512.Create(waitingW[top]), w1 = Vector512.Create(waitingW[top + 1]), w2 = Vector512.Create(waitingW[top + 2]), w3 = Vector512.Create(waitingW[top + 3]);
            Vector512<float> x0 = Vector512.Create(x[top]), x1 = Vector512.Create(x[top + 1]), x2 = Vector512.Create(x[top + 2]), x3 = Vector512.Create(x[top + 3]);
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            float* r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride;
            for (var j = 0; j < length; j += Chunk)
            {
                Vector512<float> vj = Vector512.Load(waitingV + j), wj = Vector512.Load(waitingW + j), xj = Vector512.Load(x + j), y = Vector512.Load(product + j);
                var a0 = Vector512.FusedMultiplyAdd(w0, vj, Vector512.FusedMultiplyAdd(v0, wj, Vector512.Load(r0 + j)));
                var a1 = Vector512.FusedMultiplyAdd(w1, vj, Vector512.FusedMultiplyAdd(v1, wj, Vector512.Load(r1 + j)));
                var a2 = Vector512.FusedMultiplyAdd(w2, vj, Vector512.FusedMultiplyAdd(v2, wj, Vector512.Load(r2 + j)));
                var a3 = Vector512.FusedMultiplyAdd(w3, vj, Vector512.FusedMultiplyAdd(v3, wj, Vector512.Load(r3 + j)));
                a0.Store(r0 + j);
                a1.Store(r1 + j);
                a2.Store(r2 + j);
                a3.Store(r3 + j);
                s0 = Vector512.FusedMultiplyAdd(a0, xj, s0);
                s1 = Vector512.FusedMultiplyAdd(a1, xj, s1);
                s2 = Vector512.FusedMultiplyAdd(a2, xj, s2);
                s3 = Vector512.FusedMultiplyAdd(a3, xj, s3);
                y = Vector512.FusedMultiplyAdd(a0, x0, y);
                y = Vector512.FusedMultiplyAdd(a1, x1, y);
                y = Vector512.FusedMultiplyAdd(a2, x2, y);
                y = Vector512.FusedMultiplyAdd(a3, x3, y);
                y.Store(product + j);
            }
            // The diagonal's chunk: nothing above the diagonal, and the diagonal itself in the dot products alone.
            {
                Vector512<float> vj = Vector512.Load(waitingV + length), wj = Vector512.Load(waitingW + length), xj = Vector512.Load(x + length), y = Vector512.Load(product + length);
                var place = Vector512.Create(top - length);
                var a0 = Vector512.FusedMultiplyAdd(w0, vj, Vector512.FusedMultiplyAdd(v0, wj, Vector512.Load(r0 + length))) & UpTo(place);
                var a1 = Vector512.FusedMultiplyAdd(w1, vj, Vector512.FusedMultiplyAdd(v1, wj, Vector512.Load(r1 + length))) & UpTo(place + Vector512<int>.One);
                var a2 = Vector512.FusedMultiplyAdd(w2, vj, Vector512.FusedMultiplyAdd(v2, wj, Vector512.Load(r2 + length))) & UpTo(place + Vector512.Create(2));
                var a3 = Vector512.FusedMultiplyAdd(w3, vj, Vector512.FusedMultiplyAdd(v3, wj, Vector512.Load(r3 + length))) & UpTo(place + Vector512.Create(3));
                a0.Store(r0 + length);
                a1.Store(r1 + length);
                a2.Store(r2 + length);
                a3.Store(r3 + length);
                s0 = Vector512.FusedMultiplyAdd(a0, xj, s0);
                s1 = Vector512.FusedMultiplyAdd(a1, xj, s1);
                s2 = Vector512.FusedMultiplyAdd(a2, xj, s2);
                s3 = Vector512.FusedMultiplyAdd(a3, xj, s3);
                y = Vector512.FusedMultiplyAdd(a0 & UpTo(place - Vector512<int>.One), x0, y);
                y = Vector512.FusedMultiplyAdd(a1 & UpTo(place), x1, y);
                y = Vector512.FusedMultiplyAdd(a2 & UpTo(place + Vector512<int>.One), x2, y);
                y = Vector512.FusedMultiplyAdd(a3 & UpTo(place + Vector512.Create(2)), x3, y);
                y.Store(product + length);
            }
            Sums(s0, s1, s2, s3).Store(dots + top);
            r0 += RowsAtOnce * stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> UpTo(Vector512<int> place) => Vector512.LessThanOrEqual(Vector512<int>.Indices, place).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sums(Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        if (!Avx.IsSupported)
            return Vector128.Create(Vector512.Sum(s0), Vector512.Sum(s1), Vector512.Sum(s2), Vector512.Sum(s3));
        var pairs = Avx.HorizontalAdd(Avx.HorizontalAdd(s0.GetLower() + s0.GetUpper(), s1.GetLower() + s1.GetUpper()), Avx.HorizontalAdd(s2.GetLower() + s2.GetUpper(), s3.GetLower() + s3.GetUpper()));
        return pairs.GetLower() + pairs.GetUpper();
    }

    // p = tau·A·v, w = p − tau/2·(p·v)·v: leaves −v and w, so that the update is (−v)wᵀ + w(−v)ᵀ.
    private static void Vectors(float* v, float* product, float* dots, float* waitingV, float* waitingW, int m, float tau)
    {
        var end = (m + Chunk - 1) / Chunk * Chunk;
        new Span<float>(dots + m, Math.Max(0, (m + RowsAtOnce - 1) / RowsAtOnce * RowsAtOnce - m)).Clear();
        new Span<float>(dots + (m + RowsAtOnce - 1) / RowsAtOnce * RowsAtOnce, end - (m + RowsAtOnce - 1) / RowsAtOnce * RowsAtOnce).Clear();
        new Span<float>(product + m, end - m).Clear();
        var scale = Vector512.Create(tau);
        var sum = Vector512<float>.Zero;
        for (var j = 0; j < end; j += Chunk)
        {
            var p = (Vector512.Load(product + j) + Vector512.Load(dots + j)) * scale;
            p.Store(product + j);
            sum = Vector512.FusedMultiplyAdd(p, Vector512.Load(v + j), sum);
        }
        var half = Vector512.Create(-0.5f * tau * Vector512.Sum(sum));
        for (var j = 0; j < end; j += Chunk)
        {
            var vj = Vector512.Load(v + j);
            Vector512.FusedMultiplyAdd(half, vj, Vector512.Load(product + j)).Store(waitingW + j);
            (-vj).Store(waitingV + j);
        }
    }
}
