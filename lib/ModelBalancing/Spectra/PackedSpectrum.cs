// Eigenvalues of a weight's Gram matrix by our own kernels: product, reduction and bisection in one core's cache.
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Spectra in float32 of one matrix at a time, a third of the matrix library's time at 768 columns and with smaller errors.</summary>
/// <remarks>
/// Beside the weight it takes half of a square matrix of the smaller side and a narrow packed block. The traces of the matrix and of its square are kept and
/// compared with the sums of the eigenvalues and of their squares, so that a slip anywhere shows.
/// </remarks>
internal static class PackedSpectrum
{
    /// <summary>Larger matrices leave the caches, and the matrix library's blocked way catches up.</summary>
    internal const int LargestSize = 2048;

    /// <summary>Errors of eigenvalues that are small against the largest, in eps·λmax: at most 0.23 among 13,000 measured, of which this is four times as much.</summary>
    internal const double SmallNoiseFactor = 1;

    // The two identities held within 2e-7 in every matrix measured.
    private const double IdentityTolerance = 1e-5;

    // Means of eigenvalues whose squares and products stay inside float32.
    private const double LeastMean = 1e-25, MostMean = 1e25;

    /// <summary>Eigenvalues from a product in float32.</summary>
    /// <param name="stored">The weight, two axes, real, on the CPU.</param>
    /// <returns>min(rows, columns) values, ascending; null if they are outside float32's range or a check failed.</returns>
    internal static double[]? Single(Tensor stored)
    {
        using var gram = Product(stored, GramKernel.SingleDepth, static (kernel, block, depth, sums) => kernel.AddSingle(block, depth, sums));
        return Eigenvalues(gram);
    }

    /// <summary>Eigenvalues of the weight with its entries rounded to 16 or to 6 bits; the norms of rows or columns are those before rounding.</summary>
    /// <param name="stored">The weight, two axes, real, on the CPU.</param>
    /// <param name="inBytes">Whether to 6 bits.</param>
    /// <param name="fineness">Between 0 and 1: the scale of the integers against the finest one, so that different values round differently.</param>
    /// <param name="coarseBelow">Eigenvalues of lower index need not be better than to 1e-4.</param>
    /// <returns>Values as those of <see cref="Single"/>; null if they are outside float32's range or a check failed.</returns>
    internal static unsafe RoundedEigenvalues? Rounded(Tensor stored, bool inBytes, double fineness, int coarseBelow)
    {
        var (size, depth) = ((int)Math.Min(stored.shape[0], stored.shape[1]), Math.Max(stored.shape[0], stored.shape[1]));
        var columns = new RoundedColumns(size);
        using var gram = Product(stored, inBytes ? GramKernel.ByteDepth : GramKernel.IntegerDepth, inBytes
            ? (kernel, block, count, sums) => kernel.AddByte(block, count, sums, fineness, columns)
            : (kernel, block, count, sums) => kernel.AddInteger(block, count, sums, fineness, columns));
        for (var i = 0; i < size; i++)
        {
            // Rounding lengthens every column; its length is known exactly.
            gram.Row(i)[i] = (float)columns.Squares[i];
            columns.Variances[i] /= depth;
        }
        // Columns of their length before rounding are not quite those of any matrix: the smallest eigenvalues may be negative, by as much as rounding added, and are cut off at zero.
        return Eigenvalues(gram, coarseBelow, IdentityTolerance + depth * columns.Variances.Sum() / columns.Squares.Sum()) is { } values ? new RoundedEigenvalues(values, columns) : null;
    }

    private static double[]? Eigenvalues(PackedSymmetric gram, int coarseBelow = 0, double tolerance = IdentityTolerance)
    {
        var (trace, squares) = (gram.Diagonal().Sum(value => (double)value), gram.FrobeniusSquared());
        var mean = trace / gram.Size;
        if (!(mean >= LeastMean && mean <= MostMean && double.IsFinite(squares)))
            return null;
        var (diagonal, offDiagonal) = Tridiagonalization.Of(gram);
        // In units of the mean, so that squares of off-diagonals neither vanish nor overflow.
        var unit = (float)(1 / mean);
        for (var i = 0; i < diagonal.Length; i++)
            diagonal[i] *= unit;
        for (var i = 0; i < offDiagonal.Length; i++)
            offDiagonal[i] *= unit;
        var values = SturmBisection.Of(diagonal, offDiagonal, coarseBelow);
        double sum = 0, sumOfSquares = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Max(0, values[i] * mean);
            sum += values[i];
            sumOfSquares += values[i] * values[i];
        }
        var isConsistent = Math.Abs(sum - trace) <= tolerance * trace && Math.Abs(sumOfSquares - squares) <= tolerance * squares;
        return isConsistent ? values : null;
    }

    private static PackedSymmetric Product(Tensor stored, int mostDepth, Action<GramKernel, GramBlock, int, PackedSymmetric> add)
    {
        // A transposed view has the same eigenvalues as the matrix that lies in memory.
        var lies = !stored.is_contiguous() && stored.t().is_contiguous() ? stored.t() : stored;
        var (rows, columns) = (lies.shape[0], lies.shape[1]);
        var depthByLine = rows >= columns;
        var (size, depth) = depthByLine ? ((int)columns, rows) : ((int)rows, columns);
        var isDirect = lies.dtype == ScalarType.Float32 && lies.is_contiguous();
        var start = isDirect ? Address(lies.narrow(0, 0, 1)) : 0;
        var sums = new PackedSymmetric(size);
        using var kernel = new GramKernel(size);
        for (long first = 0; first < depth; first += mostDepth)
        {
            using var scope = NewDisposeScope();
            var count = (int)Math.Min(mostDepth, depth - first);
            if (isDirect)
            {
                add(kernel, new GramBlock(start + (nint)((depthByLine ? first * columns : first) * sizeof(float)), columns, depthByLine), count, sums);
            }
            else
            {
                var piece = lies.narrow(depthByLine ? 0 : 1, first, count).to(ScalarType.Float32).contiguous();
                add(kernel, new GramBlock(Address(piece), piece.shape[1], depthByLine), count, sums);
            }
        }
        return sums;
    }

    // Native memory does not move.
    private static unsafe nint Address(Tensor contiguous)
    {
        fixed (byte* first = contiguous.bytes)
            return (nint)first;
    }
}

/// <summary>Eigenvalues of a rounded weight and what tells how far rounding moved them.</summary>
/// <param name="Values">min(rows, columns) values, ascending.</param>
/// <param name="Columns">Squared norms of the kept side's rows or columns, and the variance of the rounding of one entry of each.</param>
internal sealed record RoundedEigenvalues(double[] Values, RoundedColumns Columns);
