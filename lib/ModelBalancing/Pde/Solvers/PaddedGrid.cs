// A grid of one to three axes with ghost cells: where its rows begin in a flat array, and how the ghosts are filled.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBalancing.Pde.Solvers;

/// <summary>A run of neighbouring cells or faces along the last axis.</summary>
/// <param name="Start">Flat index of the first.</param>
/// <param name="End">Flat index behind the last.</param>
internal readonly record struct GridRow(int Start, int End);

/// <summary>Two ghost cells on each side of every axis; the last axis is contiguous. Behind the last cell lies room for two vectors, so
/// that whole vectors never leave the array.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class PaddedGrid<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int Ghosts = 2;

    private readonly Vector<T> tail;
    private readonly int padded;

    public PaddedGrid(IReadOnlyList<int> shape)
    {
        Shape = [.. shape];
        Strides = new int[shape.Count];
        var stride = 1;
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            Strides[axis] = stride;
            stride *= shape[axis] + 2 * Ghosts;
        }
        padded = stride;
        Length = padded + 2 * Vector<T>.Count;
        Cells = Rows(-1);
        Faces = [.. Enumerable.Range(0, shape.Count).Select(Rows)];
        var kept = shape[^1] % Vector<T>.Count;
        tail = Vector.LessThan(Vector<T>.Indices, new Vector<T>(T.CreateChecked(kept == 0 ? Vector<T>.Count : kept)));
    }

    /// <summary>Cells of every axis, without ghosts.</summary>
    public int[] Shape { get; }

    /// <summary>Distance of neighbours along every axis.</summary>
    public int[] Strides { get; }

    /// <summary>Length of an array of this grid.</summary>
    public int Length { get; }

    /// <summary>Rows of cells, without ghosts.</summary>
    public GridRow[] Cells { get; }

    /// <summary>For every axis the rows of faces; the face between cells i and i + stride has the index i.</summary>
    public GridRow[][] Faces { get; }

    /// <summary>An array of zeros of this grid.</summary>
    public T[] NewArray() => new T[Length];

    /// <summary>Stores a vector of a row of cells; what lies behind the row's end keeps its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(ref T start, int i, int end, Vector<T> value)
    {
        if (i + Vector<T>.Count > end)
            value = Vector.ConditionalSelect(tail, value, Vector.LoadUnsafe(ref start, (nuint)i));
        value.StoreUnsafe(ref start, (nuint)i);
    }

    /// <summary>The vector of a row of cells with zeros behind the row's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Inside(int i, int end, Vector<T> value) => i + Vector<T>.Count > end ? Vector.ConditionalSelect(tail, value, Vector<T>.Zero) : value;

    /// <summary>Copies a frame without ghosts into an array with them.</summary>
    public void Load(ReadOnlySpan<T> frame, T[] values)
    {
        var from = 0;
        foreach (var row in Cells)
        {
            frame.Slice(from, row.End - row.Start).CopyTo(values.AsSpan(row.Start));
            from += row.End - row.Start;
        }
    }

    /// <summary>Copies an array's cells into a frame, in the frame's precision.</summary>
    public void Store<TResult>(T[] values, Span<TResult> frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        var to = 0;
        foreach (var row in Cells)
            for (var i = row.Start; i < row.End; i++)
                frame[to++] = TResult.CreateSaturating(values[i]);
    }

    /// <summary>Whether every cell holds a finite number.</summary>
    public bool IsFinite(T[] values)
    {
        var sum = T.Zero;
        foreach (var row in Cells)
            for (var i = row.Start; i < row.End; i++)
                sum += values[i] * T.Zero;
        return sum == T.Zero;
    }

    /// <summary>Fills the ghosts at both ends of an axis, for all positions on the other axes.</summary>
    /// <param name="values">The array.</param>
    /// <param name="axis">The axis. Corners are right when the axes are filled in order.</param>
    /// <param name="periodic">The ends are joined; else the two edge cells are mirrored outwards.</param>
    public void FillGhosts(T[] values, int axis, bool periodic)
    {
        var (n, stride) = (Shape[axis], Strides[axis]);
        var block = (n + 2 * Ghosts) * stride;
        var (first, second, third, fourth) = periodic ? (n, n + 1, 2, 3) : (3, 2, n + 1, n);
        for (var start = 0; start < padded; start += block)
        {
            if (stride == 1)
            {
                var row = values.AsSpan(start, block);
                (row[0], row[1]) = (row[first], row[second]);
                (row[n + 2], row[n + 3]) = (row[third], row[fourth]);
                continue;
            }
            values.AsSpan(start + first * stride, stride).CopyTo(values.AsSpan(start));
            values.AsSpan(start + second * stride, stride).CopyTo(values.AsSpan(start + stride));
            values.AsSpan(start + third * stride, stride).CopyTo(values.AsSpan(start + (n + 2) * stride));
            values.AsSpan(start + fourth * stride, stride).CopyTo(values.AsSpan(start + (n + 3) * stride));
        }
    }

    /// <summary>Reference to an array's first element, for the two functions below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T Start(T[] values) => ref MemoryMarshal.GetArrayDataReference(values);

    /// <summary>The vector that begins at an index; indices stay inside because of the room behind the last cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> At(ref T start, int i) => Vector.LoadUnsafe(ref start, (nuint)i);

    // Rows of cells (axis −1), or of faces across an axis, which are one more along it.
    private GridRow[] Rows(int faceAxis)
    {
        var last = Shape.Length - 1;
        var rows = new List<GridRow> { new(0, 0) };
        for (var axis = 0; axis <= last; axis++)
        {
            var first = axis == faceAxis ? Ghosts - 1 : Ghosts;
            var count = Shape[axis] + Ghosts - first;
            rows = axis == last
                ? [.. rows.Select(row => new GridRow(row.Start + first, row.Start + first + count))]
                : [.. rows.SelectMany(row => Enumerable.Range(first, count).Select(k => new GridRow(row.Start + k * Strides[axis], 0)))];
        }
        return [.. rows];
    }
}
