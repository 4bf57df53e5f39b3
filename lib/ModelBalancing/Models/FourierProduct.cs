// Truncated Fourier transforms as products with constant matrices. The last axis of a grid carries half a spectrum (its field
// is real) and lies outermost in memory: its transform is one matrix product, that of every other axis one product a kept mode.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary>The matrices for one padded grid; transforms of real fields to their kept modes and back.</summary>
/// <remarks>Fields are laid out as (last axis, other axes in order, columns), spectra as (modes of the last axis, modes of the others, re/im, columns).
/// On the way back the imaginary parts of the last axis's constant and (even length) highest mode do not count, as in a complex-to-real FFT.</remarks>
internal sealed class FourierProduct : IDisposable
{
    private readonly int[] kept;            // modes, an axis: what is left of 2·m where rows overlap
    private readonly Tensor[] forward;
    private readonly (Tensor[] All, Tensor[] Cut) inverse;

    /// <param name="padded">Points of every axis, padding included.</param>
    /// <param name="points">Points of every axis without padding, for an inverse that leaves the padded cells out.</param>
    /// <param name="modes">Kept frequencies of every axis: k ≥ 0 for the last, any sign for the others.</param>
    /// <param name="dtype">Real type.</param>
    /// <param name="device">Where.</param>
    public FourierProduct(long[] padded, long[] points, int[][] modes, ScalarType dtype, Device device)
    {
        int last = padded.Length - 1;
        kept = [.. modes.Select(frequencies => frequencies.Length)];
        Tensor Constant(double[,] values)
        {
            using var exact = tensor(values, dtype: ScalarType.Float64);
            return exact.to(dtype, copy: true).to(device).DetachFromDisposeScope();
        }
        Tensor Axis(int axis, Func<long, int[], double[,]> half, Func<long, int[], double[,]> full) =>
            Constant(axis == last ? half(padded[axis], modes[axis]) : full(padded[axis], modes[axis]));
        forward = [.. padded.Select((_, axis) => Axis(axis, HalfForward, FullForward))];
        inverse = ([.. padded.Select((_, axis) => Axis(axis, (n, k) => HalfInverse(n, n, k), (n, k) => FullInverse(n, n, k)))],
            [.. padded.Select((_, axis) => Axis(axis, (n, k) => HalfInverse(n, points[axis], k), (n, k) => FullInverse(n, points[axis], k)))]);
    }

    /// <summary>Number of kept modes, all axes together.</summary>
    public long Modes => kept.Aggregate(1L, (product, count) => product * count);

    /// <summary>Kept modes of a field.</summary>
    /// <param name="field">(last axis, other axes..., columns), contiguous.</param>
    /// <returns>(modes, 2, columns): real and imaginary parts.</returns>
    public Tensor Transform(Tensor field)
    {
        int last = kept.Length - 1;
        var (shape, columns) = (field.shape, field.shape[^1]);
        var spectrum = forward[last].mm(field.view(shape[0], -1)); // (2·k, rest)
        long batch = kept[last];
        for (int axis = 0; axis < last; axis++)
        {
            spectrum = Batched(forward[axis], spectrum.view(batch, 2 * shape[axis + 1], -1));
            batch *= kept[axis];
        }
        return spectrum.view(batch, 2, columns);
    }

    /// <summary>The field of a spectrum, added to another field.</summary>
    /// <param name="spectrum">(modes, 2, columns), contiguous.</param>
    /// <param name="local">What is added, (last axis, everything else); its shape is the result's.</param>
    /// <param name="cut">Whether the padded cells are left out.</param>
    public Tensor AddField(Tensor spectrum, Tensor local, bool cut)
    {
        int last = kept.Length - 1;
        var matrices = cut ? inverse.Cut : inverse.All;
        long batch = Modes;
        for (int axis = last - 1; axis >= 0; axis--)
        {
            batch /= kept[axis];
            spectrum = Batched(matrices[axis], spectrum.view(batch, 2 * kept[axis], -1)); // (batch, 2·points, rest)
        }
        return local.addmm(matrices[last], spectrum.view(2 * kept[last], -1));
    }

    public void Dispose()
    {
        foreach (var matrix in forward.Concat(inverse.All).Concat(inverse.Cut))
            matrix.Dispose();
    }

    private static Tensor Batched(Tensor matrix, Tensor batches) => matrix.unsqueeze(0).expand(batches.shape[0], -1, -1).bmm(batches);

    // Rows (k, re/im), columns n.
    private static double[,] HalfForward(long points, int[] modes)
    {
        var matrix = new double[2 * modes.Length, points];
        for (int k = 0; k < modes.Length; k++)
            for (long n = 0; n < points; n++)
            {
                var (cosine, sine) = Wave(points, modes[k], n);
                (matrix[2 * k, n], matrix[2 * k + 1, n]) = (cosine, IsUnpaired(points, modes[k]) ? 0 : -sine);
            }
        return matrix;
    }

    // Rows n, columns (k, re/im), with the factor 1/points. A real field's spectrum counts every mode twice but the unpaired ones.
    private static double[,] HalfInverse(long points, long rows, int[] modes)
    {
        var matrix = new double[rows, 2 * modes.Length];
        for (int k = 0; k < modes.Length; k++)
        {
            bool unpaired = IsUnpaired(points, modes[k]);
            double weight = (unpaired ? 1.0 : 2.0) / points;
            for (long n = 0; n < rows; n++)
            {
                var (cosine, sine) = Wave(points, modes[k], n);
                (matrix[n, 2 * k], matrix[n, 2 * k + 1]) = (weight * cosine, unpaired ? 0 : -weight * sine);
            }
        }
        return matrix;
    }

    // Rows (k, re/im), columns (re/im, n): multiplication by exp(-iθ).
    private static double[,] FullForward(long points, int[] modes)
    {
        var matrix = new double[2 * modes.Length, 2 * points];
        for (int k = 0; k < modes.Length; k++)
            for (long n = 0; n < points; n++)
            {
                var (cosine, sine) = Wave(points, modes[k], n);
                (matrix[2 * k, n], matrix[2 * k, points + n]) = (cosine, sine);
                (matrix[2 * k + 1, n], matrix[2 * k + 1, points + n]) = (-sine, cosine);
            }
        return matrix;
    }

    // Rows (re/im, n), columns (k, re/im): multiplication by exp(iθ)/points.
    private static double[,] FullInverse(long points, long rows, int[] modes)
    {
        var matrix = new double[2 * rows, 2 * modes.Length];
        for (int k = 0; k < modes.Length; k++)
            for (long n = 0; n < rows; n++)
            {
                var (cosine, sine) = Wave(points, modes[k], n);
                (matrix[n, 2 * k], matrix[n, 2 * k + 1]) = (cosine / points, -sine / points);
                (matrix[rows + n, 2 * k], matrix[rows + n, 2 * k + 1]) = (sine / points, cosine / points);
            }
        return matrix;
    }

    private static bool IsUnpaired(long points, int mode) => mode == 0 || 2L * mode == points;

    private static (double Cosine, double Sine) Wave(long points, int mode, long n)
    {
        double angle = 2 * Math.PI * (mode * n % points) / points;
        return (Math.Cos(angle), Math.Sin(angle));
    }
}
