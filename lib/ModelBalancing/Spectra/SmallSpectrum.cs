// Spectra of small matrices in managed code: there a call of the matrix library costs more than the arithmetic.
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Exact spectra of matrices with a side of at most <see cref="LargestSide"/>, through the Gram matrix of that side in float64.</summary>
internal static class SmallSpectrum
{
    /// <summary>Longest smaller side; from here on the library's solver is faster.</summary>
    internal const int LargestSide = 48;

    private const int MostSweeps = 60;

    /// <summary>Whether a weight's matrices are small and real.</summary>
    internal static bool IsFor(WeightMatrix weight) => !weight.IsComplex && Math.Min(weight.Rows, weight.Columns) <= LargestSide;

    /// <summary>The spectrum, or null where the matrix is not small, not real, or squaring loses the tail.</summary>
    internal static Spectrum? Of(WeightMatrix weight, Fidelity fidelity, EsdOptions options)
    {
        var side = (int)Math.Min(weight.Rows, weight.Columns);
        if (!IsFor(weight) || weight.Count * weight.Rows * weight.Columns > int.MaxValue)
            return null;
        var values = Numbers(weight);
        if (!Array.TrueForAll(values, double.IsFinite))
            throw new SpectrumException($"The weight of layer '{weight.Name}' holds NaN or infinite values: the training diverged or the checkpoint is damaged.");
        var (rows, columns) = ((int)weight.Rows, (int)weight.Columns);
        var eigenvalues = new double[weight.Count * side];
        var gram = new double[side * side];
        for (var k = 0; k < weight.Count; k++)
        {
            FillGram(values.AsSpan(k * rows * columns, rows * columns), rows, columns, gram);
            var own = eigenvalues.AsSpan(k * side, side);
            if (!Eigenvalues(gram, side, own))
                return null;
            for (var i = 0; i < side; i++)
                own[i] = Math.Max(0, own[i] * weight.Factor);
        }
        Array.Sort(eigenvalues);
        if (!double.IsFinite(eigenvalues[^1]))
            return null; // squares beyond the type's range
        var spectrum = new Spectrum(eigenvalues, weight.Rows, weight.Columns, weight.Weight.dtype);
        return GramSpectrum.IsGoodEnough(spectrum, GramSpectrum.DoubleEpsilon, weight, fidelity, options) ? spectrum : null;
    }

    // All matrices one after another, row by row.
    private static double[] Numbers(WeightMatrix weight)
    {
        using var scope = NewDisposeScope();
        if (weight.IsComposed || weight.Kind == WeightKind.Convolution2d || weight.Weight.dtype != ScalarType.Float32)
            return weight.Views().data<double>().ToArray();
        using var gradients = no_grad();
        var stored = weight.Weight.detach().cpu().contiguous().data<float>().ToArray();
        var values = new double[stored.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = stored[i];
        return values;
    }

    // Lower triangle of AᵀA or AAᵀ, whichever is smaller.
    private static void FillGram(ReadOnlySpan<double> a, int rows, int columns, double[] gram)
    {
        var side = Math.Min(rows, columns);
        Array.Clear(gram);
        if (columns == side)
        {
            for (var row = 0; row < rows; row++)
            {
                var line = a.Slice(row * columns, columns);
                for (var i = 0; i < side; i++)
                    AddScaled(gram.AsSpan(i * side, i + 1), line[i], line);
            }
            return;
        }
        for (var i = 0; i < side; i++)
        {
            for (var j = 0; j <= i; j++)
                gram[i * side + j] = Dot(a.Slice(i * columns, columns), a.Slice(j * columns, columns));
        }
    }

    /// <summary>Eigenvalues of a symmetric matrix whose lower triangle is given, in no order; the matrix is overwritten. False if the iteration does not end.</summary>
    /// <remarks>Householder's reduction to three diagonals, then QL with implicit shifts (Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3).</remarks>
    internal static bool Eigenvalues(double[] a, int n, Span<double> diagonal)
    {
        var off = new double[n];
        var p = new double[n];
        for (var k = n - 1; k >= 1; k--)
        {
            // Row k left of the diagonal becomes (0, …, 0, ∓norm).
            var x = a.AsSpan(k * n, k);
            var norm = Math.Sqrt(Dot(x, x));
            if (norm == 0 || k == 1)
            {
                off[k] = x[k - 1];
                continue;
            }
            var head = x[k - 1] >= 0 ? -norm : norm;
            off[k] = head;
            x[k - 1] -= head;
            // H = I − 2vvᵀ/|v|²; A' = A − vwᵀ − wvᵀ with w = p − (vᵀp/|v|²)v, p = 2Av/|v|².
            var square = Dot(x, x);
            var product = p.AsSpan(0, k);
            product.Clear();
            for (var i = 0; i < k; i++)
            {
                var row = a.AsSpan(i * n, i);
                product[i] += Dot(row, x) + a[i * n + i] * x[i];
                AddScaled(product[..i], x[i], row);
            }
            for (var i = 0; i < k; i++)
                product[i] *= 2 / square;
            AddScaled(product, -Dot(x, product) / square, x);
            for (var i = 0; i < k; i++)
            {
                var row = a.AsSpan(i * n, i + 1);
                AddScaled(row, -x[i], product);
                AddScaled(row, -product[i], x);
            }
        }
        for (var i = 0; i < n; i++)
            diagonal[i] = a[i * n + i];
        return Diagonalise(diagonal, off.AsSpan(1));
    }

    // diagonal: n values, replaced by the eigenvalues; off: n − 1 values.
    private static bool Diagonalise(Span<double> diagonal, Span<double> off)
    {
        var n = diagonal.Length;
        for (var low = 0; low < n - 1; low++)
        {
            for (var sweep = 0; ; sweep++)
            {
                var high = low;
                while (high < n - 1 && Math.Abs(off[high]) > 1.1102230246251565e-16 * (Math.Abs(diagonal[high]) + Math.Abs(diagonal[high + 1])))
                    high++;
                if (high == low)
                    break;
                if (sweep == MostSweeps)
                    return false;
                // Wilkinson's shift, then a bulge chased from high down to low.
                var half = (diagonal[low + 1] - diagonal[low]) / (2 * off[low]);
                var g = diagonal[high] - diagonal[low] + off[low] / (half + Math.CopySign(Math.Sqrt(half * half + 1), half));
                double sine = 1, cosine = 1, shift = 0;
                var i = high - 1;
                for (; i >= low; i--)
                {
                    var (f, b) = (sine * off[i], cosine * off[i]);
                    var r = Math.Sqrt(f * f + g * g);
                    if (i + 1 < high)
                        off[i + 1] = r;
                    if (r == 0)
                    {
                        diagonal[i + 1] -= shift;
                        break;
                    }
                    (sine, cosine) = (f / r, g / r);
                    g = diagonal[i + 1] - shift;
                    r = (diagonal[i] - g) * sine + 2 * cosine * b;
                    shift = sine * r;
                    diagonal[i + 1] = g + shift;
                    g = cosine * r - b;
                }
                if (high < n - 1)
                    off[high] = 0;
                if (i >= low)
                    continue;
                diagonal[low] -= shift;
                off[low] = g;
            }
        }
        return true;
    }

    // Σ a·b over the length of a; b may be longer.
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
            sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }

    // target += factor · source over the length of the target; the source may be longer.
    private static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        var i = 0;
        for (; i <= target.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(target[i..]) + factor * new Vector<double>(source[i..])).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += factor * source[i];
    }
}
