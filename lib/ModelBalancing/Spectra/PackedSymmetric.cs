// Storage of a symmetric matrix for one pass a column: the lower triangle, rows padded to whole vectors.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelBalancing.Spectra;

/// <summary>The lower triangle of a symmetric matrix in float32: rows of 16-column chunks up to the diagonal's chunk; what that holds above the diagonal is not read.</summary>
/// <remarks>A matrix of 768 takes 1.2 MB, about a core's second-level cache, where a full one takes twice as much.</remarks>
internal sealed unsafe class PackedSymmetric : IDisposable
{
    /// <summary>Columns of a chunk: one vector of 512 bits.</summary>
    internal const int Chunk = 16;

    private const nuint CacheLine = 64;

    private float* values;

    /// <summary>A matrix of zeros.</summary>
    internal PackedSymmetric(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        Padded = (size + Chunk - 1) / Chunk * Chunk;
        Bytes = Start(Padded) * sizeof(float);
        values = (float*)NativeMemory.AlignedAlloc((nuint)Bytes, CacheLine);
        NativeMemory.Clear(values, (nuint)Bytes);
    }

    /// <summary>Rows of the matrix.</summary>
    internal int Size { get; }

    /// <summary>Rows stored, a multiple of the chunk; those beyond the matrix hold zeros.</summary>
    internal int Padded { get; }

    /// <summary>Memory taken, in bytes.</summary>
    internal long Bytes { get; }

    /// <summary>The first entry of a row, on a cache line.</summary>
    internal float* Row(int row) => values + Start(row);

    /// <summary>The diagonal.</summary>
    internal float[] Diagonal()
    {
        var diagonal = new float[Size];
        for (var i = 0; i < Size; i++)
            diagonal[i] = Row(i)[i];
        return diagonal;
    }

    /// <summary>Sum of the squares of all entries, both triangles.</summary>
    internal double FrobeniusSquared()
    {
        double sum = 0;
        for (var i = 0; i < Size; i++)
        {
            var row = Row(i);
            var squares = Vector512<float>.Zero;
            var j = 0;
            for (; j + Chunk <= i; j += Chunk)
            {
                var x = Vector512.Load(row + j);
                squares = Vector512.FusedMultiplyAdd(x, x, squares);
            }
            double rest = Vector512.Sum(squares);
            for (; j < i; j++)
                rest += (double)row[j] * row[j];
            sum += 2 * rest + (double)row[i] * row[i];
        }
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(values);
        values = null;
    }

    private static long Start(int row)
    {
        long block = row / Chunk;
        return Chunk * Chunk * (block * (block + 1) / 2) + row % Chunk * Chunk * (block + 1);
    }
}
