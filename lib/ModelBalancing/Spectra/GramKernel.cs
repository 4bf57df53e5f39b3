// The Gram matrix of a weight's smaller side, only the triangle that is needed, in vector instructions.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBalancing.Spectra;

/// <summary>Where a block of a weight's entries lies: entry (row, depth) of the side that is kept and the side that is summed over.</summary>
/// <param name="First">The block's first entry.</param>
/// <param name="Stride">Entries from one line of memory to the next.</param>
/// <param name="DepthByLine">True if a line of memory holds all kept columns at one depth; false if it holds all depths of one kept row.</param>
internal readonly unsafe record struct GramBlock(nint First, long Stride, bool DepthByLine)
{
    internal float* Line(long line) => (float*)First + line * Stride;
}

/// <summary>Symmetric products of rank k, block of depth by block of depth: C ← C + AᵀA on the lower triangle.</summary>
/// <remarks>
/// Panels of 32 columns are packed so that a tile of 8 × 32 sums stays in registers (Goto and van de Geijn 2008). Integers of 16 bits take half the
/// time of float32, integers of six bits a quarter: every column of a block is scaled so that the sums of products cannot leave 32 bits, products and sums are then exact, and what is lost is the
/// rounding of the entries alone.
/// </remarks>
internal sealed unsafe class GramKernel : IDisposable
{
    /// <summary>Most depth of a block.</summary>
    internal const int SingleDepth = 128, IntegerDepth = 256, ByteDepth = 512;

    private const int Chunk = PackedSymmetric.Chunk, Panel = 32, TileRows = 8, ByteRows = 4, ProductsAtOnce = 8;

    private const int MostByte = 31;

    private const byte ByteOffset = 32;

    // Sums of squares of a column's integers in a block stay below this; half a bit short of overflow, so that rounding up cannot reach it.
    private const double MostSquares = 1.5e9;

    private readonly int size, panels;
    private readonly float* packed, scales, inverses, squares, largest;
    private readonly int* offsets, raised;

    /// <summary>A kernel for matrices of one size.</summary>
    /// <param name="size">Columns of A.</param>
    internal GramKernel(int size)
    {
        this.size = size;
        panels = (size + Panel - 1) / Panel;
        Bytes = (long)panels * Panel * (2 * SingleDepth + 5) * sizeof(float);
        packed = (float*)NativeMemory.AlignedAlloc((nuint)Bytes, 64);
        scales = packed + 2L * panels * Panel * SingleDepth;
        inverses = scales + panels * Panel;
        squares = inverses + panels * Panel;
        largest = squares + panels * Panel;
        offsets = (int*)(largest + panels * Panel);
        // Bytes take half of the packed block, the raised ones the other half.
        raised = (int*)packed + (long)panels * Panel * SingleDepth;
    }

    /// <summary>Memory taken for packing, in bytes.</summary>
    internal long Bytes { get; }

    /// <summary>Whether the integer products run on this processor.</summary>
    internal static bool HasIntegers => Avx512BW.IsSupported;

    /// <summary>Adds a block in float32.</summary>
    /// <param name="block">The block.</param>
    /// <param name="depth">Its depth, at most <see cref="SingleDepth"/>.</param>
    /// <param name="sums">The matrix added to.</param>
    internal void AddSingle(GramBlock block, int depth, PackedSymmetric sums)
    {
        PackSingle(block, depth);
        for (var panel = 0; panel < panels; panel++)
        {
            var right = packed + (long)panel * Panel * depth;
            for (var top = panel * Panel; top < sums.Padded; top += TileRows)
                SingleTile(packed + (long)(top / Panel) * Panel * depth + top % Panel, right, depth, sums.Row(top) + panel * Panel, Stride(top), HasSecond(top, panel));
        }
    }

    /// <summary>Adds a block in integers.</summary>
    /// <param name="block">The block.</param>
    /// <param name="depth">Its depth, at most <see cref="IntegerDepth"/>.</param>
    /// <param name="sums">The matrix added to.</param>
    /// <param name="fineness">Share of the finest scale, up to 1; other values round other ways.</param>
    /// <param name="columns">What is added up about the columns.</param>
    internal void AddInteger(GramBlock block, int depth, PackedSymmetric sums, double fineness, RoundedColumns columns)
    {
        PackInteger(block, depth, fineness, columns);
        var pairs = (depth + 1) / 2;
        for (var panel = 0; panel < panels; panel++)
        {
            var right = (int*)packed + (long)panel * Panel * pairs;
            for (var top = panel * Panel; top < sums.Padded; top += TileRows)
                IntegerTile((int*)packed + (long)(top / Panel) * Panel * pairs + top % Panel, right, pairs, sums.Row(top) + panel * Panel, Stride(top), HasSecond(top, panel), scales + top, scales + panel * Panel);
        }
    }

    /// <summary>Adds a block in integers of six bits.</summary>
    /// <param name="block">The block.</param>
    /// <param name="depth">Its depth, at most <see cref="ByteDepth"/>.</param>
    /// <param name="sums">The matrix added to.</param>
    /// <param name="fineness">Share of the finest scale, up to 1; other values round other ways.</param>
    /// <param name="columns">What is added up about the columns.</param>
    internal void AddByte(GramBlock block, int depth, PackedSymmetric sums, double fineness, RoundedColumns columns)
    {
        PackByte(block, depth, fineness, columns);
        var quads = (depth + 3) / 4;
        for (var panel = 0; panel < panels; panel++)
        {
            var right = (sbyte*)((int*)packed + (long)panel * Panel * quads);
            for (var top = panel * Panel; top < sums.Padded; top += ByteRows)
            {
                ByteTile(raised + (long)(top / Panel) * Panel * quads + top % Panel, right, quads, sums.Row(top) + panel * Panel, Stride(top), HasSecond(top, panel),
                    scales + top, scales + panel * Panel, offsets + panel * Panel);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(packed);

    // Panel by panel, depth by depth, 32 columns; columns beyond the matrix are zero.
    private void PackSingle(GramBlock block, int depth)
    {
        if (size % Panel != 0)
            new Span<float>(packed + (long)(panels - 1) * Panel * depth, Panel * depth).Clear();
        if (block.DepthByLine)
        {
            // Line by line, so that memory is read in its order.
            for (var k = 0; k < depth; k++)
            {
                var from = block.Line(k);
                for (var first = 0; first < size; first += Panel)
                    new ReadOnlySpan<float>(from + first, Math.Min(Panel, size - first)).CopyTo(new Span<float>(packed + (long)first * depth + k * Panel, Panel));
            }
            return;
        }
        for (var first = 0; first < size; first += Chunk)
        {
            var to = packed + (long)(first / Panel * Panel) * depth + first % Panel;
            var k = 0;
            if (first + Chunk <= size && Avx512F.IsSupported)
            {
                for (; k + Chunk <= depth; k += Chunk)
                    Transpose(block.Line(first) + k, block.Stride, to + k * Panel);
            }
            for (; k < depth; k++)
            {
                for (var i = 0; i < Math.Min(Chunk, size - first); i++)
                    to[k * Panel + i] = block.Line(first + i)[k];
            }
        }
    }

    // The same with two depths, rounded to 16 bits, side by side in 32.
    private void PackInteger(GramBlock block, int depth, double fineness, RoundedColumns columns)
    {
        var pairs = (depth + 1) / 2;
        if (size % Panel != 0 || depth % 2 != 0)
            new Span<float>(packed, panels * Panel * pairs).Clear();
        Scale(block, depth, static (squares, largest) => Math.Max(Math.Sqrt(squares / MostSquares), largest / 32766), fineness, columns);
        if (block.DepthByLine)
        {
            var low = Vector512.Create(0xFFFF);
            for (var k = 0; k < depth; k += 2)
            {
                float* even = block.Line(k), odd = block.Line(k + 1);
                var first = 0;
                for (; first + Chunk <= size && k + 1 < depth; first += Chunk)
                {
                    var scale = Vector512.Load(inverses + first);
                    var pair = (Rounded(even + first, scale) & low) | Vector512.ShiftLeft(Rounded(odd + first, scale), 16);
                    pair.Store((int*)packed + (long)(first / Panel * Panel) * pairs + first % Panel + k / 2 * Panel);
                }
                for (; first < size; first++)
                {
                    var to = (short*)((int*)packed + (long)(first / Panel * Panel) * pairs + first % Panel + k / 2 * Panel);
                    to[0] = (short)MathF.Round(even[first] * inverses[first]);
                    if (k + 1 < depth)
                        to[1] = (short)MathF.Round(odd[first] * inverses[first]);
                }
            }
            return;
        }
        const int both = 2 * Chunk;
        var rounded = stackalloc short[both * Chunk];
        for (var first = 0; first < size; first += Chunk)
        {
            var to = (int*)packed + (long)(first / Panel * Panel) * pairs + first % Panel;
            var k = 0;
            for (; first + Chunk <= size && k + both <= depth; k += both)
            {
                for (var i = 0; i < Chunk; i++)
                {
                    var from = block.Line(first + i) + k;
                    var scale = Vector512.Create(inverses[first + i]);
                    Avx512F.ConvertToVector256Int16(Rounded(from, scale)).Store(rounded + i * both);
                    Avx512F.ConvertToVector256Int16(Rounded(from + Chunk, scale)).Store(rounded + i * both + Chunk);
                }
                Transpose((float*)rounded, Chunk, (float*)to + k / 2 * Panel);
            }
            for (; k < depth; k++)
            {
                for (var i = 0; i < Math.Min(Chunk, size - first); i++)
                    ((short*)(to + k / 2 * Panel + i))[k % 2] = (short)MathF.Round(block.Line(first + i)[k] * inverses[first + i]);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<int> Rounded(float* from, Vector512<float> scale) => Avx512F.ConvertToVector512Int32(Vector512.Load(from) * scale);
    }

    // Bytes: signed ones for the right side, the same with 32 added for the left, and what the 32 adds to the sums.
    private void PackByte(GramBlock block, int depth, double fineness, RoundedColumns columns)
    {
        var quads = (depth + 3) / 4;
        new Span<int>(offsets, panels * Panel).Clear();
        if (size % Panel != 0 || depth % 4 != 0)
        {
            new Span<int>((int*)packed, panels * Panel * quads).Clear();
            new Span<byte>((byte*)raised, panels * Panel * quads * 4).Fill(ByteOffset);
        }
        Scale(block, depth, static (_, largest) => largest / MostByte, fineness, columns);
        // Line by line, so that memory is read in its order.
        for (var k = 0; k + 4 <= depth && block.DepthByLine; k += 4)
        {
            float* line0 = block.Line(k), line1 = block.Line(k + 1), line2 = block.Line(k + 2), line3 = block.Line(k + 3);
            var low = Vector512.Create(255);
            for (var first = 0; first + Chunk <= size; first += Chunk)
            {
                var to = (long)(first / Panel * Panel) * quads + first % Panel + k / 4 * Panel;
                var scale = Vector512.Load(inverses + first);
                Vector512<int> a = Rounded(line0 + first, scale), b = Rounded(line1 + first, scale), c = Rounded(line2 + first, scale), d = Rounded(line3 + first, scale);
                (Vector512.Load(offsets + first) + (a + b) + (c + d)).Store(offsets + first);
                var quad = (a & low) | Vector512.ShiftLeft(b & low, 8) | Vector512.ShiftLeft(c & low, 16) | Vector512.ShiftLeft(d, 24);
                quad.Store((int*)packed + to);
                (quad.AsByte() + Vector512.Create(ByteOffset)).AsInt32().Store(raised + to);
            }
        }
        const int four = 4 * Chunk;
        var bytes = stackalloc sbyte[four * Chunk];
        for (var first = 0; first < size; first += Chunk)
        {
            var to = (long)(first / Panel * Panel) * quads + first % Panel;
            var width = Math.Min(Chunk, size - first);
            var k = 0;
            if (width == Chunk && block.DepthByLine)
                k = depth / 4 * 4;
            else if (width == Chunk)
            {
                for (; k + four <= depth; k += four)
                {
                    for (var i = 0; i < Chunk; i++)
                    {
                        var from = block.Line(first + i) + k;
                        var scale = Vector512.Create(inverses[first + i]);
                        Vector512<int> a = Rounded(from, scale), b = Rounded(from + Chunk, scale), c = Rounded(from + 2 * Chunk, scale), d = Rounded(from + 3 * Chunk, scale);
                        offsets[first + i] += Vector512.Sum(a + b + (c + d));
                        Avx512F.ConvertToVector128SByte(a).Store(bytes + i * four);
                        Avx512F.ConvertToVector128SByte(b).Store(bytes + i * four + Chunk);
                        Avx512F.ConvertToVector128SByte(c).Store(bytes + i * four + 2 * Chunk);
                        Avx512F.ConvertToVector128SByte(d).Store(bytes + i * four + 3 * Chunk);
                    }
                    Transpose((float*)bytes, Chunk, packed + to + k / 4 * Panel);
                    for (var quad = k / 4; quad < (k + four) / 4; quad++)
                        (Vector512.Load((int*)packed + to + quad * Panel).AsByte() + Vector512.Create(ByteOffset)).AsInt32().Store(raised + to + quad * Panel);
                }
            }
            for (; k < depth; k++)
            {
                for (var i = 0; i < width; i++)
                {
                    var entry = (int)MathF.Round((block.DepthByLine ? block.Line(k)[first + i] : block.Line(first + i)[k]) * inverses[first + i]);
                    offsets[first + i] += entry;
                    ((sbyte*)((int*)packed + to + k / 4 * Panel + i))[k % 4] = (sbyte)entry;
                    ((byte*)(raised + to + k / 4 * Panel + i))[k % 4] = (byte)(entry + ByteOffset);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<int> Rounded(float* from, Vector512<float> scale) => Avx512F.ConvertToVector512Int32(Vector512.Load(from) * scale);
    }

    // The scale of every column of a block and its inverse.
    private void Scale(GramBlock block, int depth, Func<double, double, double> finest, double fineness, RoundedColumns columns)
    {
        Sizes(block, depth);
        for (var i = 0; i < panels * Panel; i++)
        {
            // What is not a number stays none, so that the sums show it.
            var scale = i < size && squares[i] != 0 ? finest(squares[i], largest[i]) / fineness : 0;
            scales[i] = (float)scale;
            inverses[i] = scale > 0 ? (float)(1 / scale) : 0;
            if (i >= size)
                continue;
            columns.Variances[i] += depth * scale * scale / 12;
            columns.Squares[i] += squares[i];
        }
    }

    // Sum of squares and largest magnitude of each column in this block.
    private void Sizes(GramBlock block, int depth)
    {
        new Span<float>(squares, panels * Panel).Clear();
        new Span<float>(largest, panels * Panel).Clear();
        var whole = block.DepthByLine ? size / Chunk * Chunk : 0;
        for (var k = 0; k < depth && whole > 0; k++)
        {
            var line = block.Line(k);
            for (var i = 0; i < whole; i += Chunk)
            {
                var x = Vector512.Load(line + i);
                Vector512.FusedMultiplyAdd(x, x, Vector512.Load(squares + i)).Store(squares + i);
                Vector512.MaxNative(Vector512.Abs(x), Vector512.Load(largest + i)).Store(largest + i);
            }
        }
        for (var i = whole; i < size; i++)
        {
            var k = 0;
            if (!block.DepthByLine)
            {
                var line = block.Line(i);
                Vector512<float> sum = default, most = default;
                for (; k + Chunk <= depth; k += Chunk)
                {
                    var x = Vector512.Load(line + k);
                    sum = Vector512.FusedMultiplyAdd(x, x, sum);
                    most = Vector512.MaxNative(Vector512.Abs(x), most);
                }
                squares[i] = Vector512.Sum(sum);
                for (var lane = 0; lane < Chunk; lane++)
                    largest[i] = Math.Max(largest[i], most[lane]);
            }
            for (; k < depth; k++)
            {
                var entry = block.DepthByLine ? block.Line(k)[i] : block.Line(i)[k];
                squares[i] += entry * entry;
                largest[i] = Math.Max(largest[i], Math.Abs(entry));
            }
        }
    }

    // 16 × 16 values of 32 bits turned over: by pairs, by fours, then whole fours.
    private static void Transpose(float* from, long stride, float* to)
    {
        var twos = stackalloc float[Chunk * Chunk];
        var fours = stackalloc float[Chunk * Chunk];
        for (var i = 0; i < Chunk; i += 2)
        {
            Vector512<float> a = Vector512.Load(from + i * stride), b = Vector512.Load(from + (i + 1) * stride);
            Avx512F.UnpackLow(a, b).Store(twos + i * Chunk);
            Avx512F.UnpackHigh(a, b).Store(twos + (i + 1) * Chunk);
        }
        for (var i = 0; i < Chunk; i += 4)
        {
            for (var half = 0; half < 2; half++)
            {
                Vector512<double> a = Vector512.Load(twos + (i + half) * Chunk).AsDouble(), b = Vector512.Load(twos + (i + half + 2) * Chunk).AsDouble();
                Avx512F.UnpackLow(a, b).AsSingle().Store(fours + (i + 2 * half) * Chunk);
                Avx512F.UnpackHigh(a, b).AsSingle().Store(fours + (i + 2 * half + 1) * Chunk);
            }
        }
        for (var i = 0; i < 4; i++)
        {
            Vector512<float> a = Vector512.Load(fours + i * Chunk), b = Vector512.Load(fours + (i + 4) * Chunk), c = Vector512.Load(fours + (i + 8) * Chunk), d = Vector512.Load(fours + (i + 12) * Chunk);
            const byte even = 0x88, odd = 0xDD;
            Vector512<float> ab = Avx512F.Shuffle4x128(a, b, even), cd = Avx512F.Shuffle4x128(c, d, even);
            Avx512F.Shuffle4x128(ab, cd, even).Store(to + i * Panel);
            Avx512F.Shuffle4x128(ab, cd, odd).Store(to + (i + 8) * Panel);
            (ab, cd) = (Avx512F.Shuffle4x128(a, b, odd), Avx512F.Shuffle4x128(c, d, odd));
            Avx512F.Shuffle4x128(ab, cd, even).Store(to + (i + 4) * Panel);
            Avx512F.Shuffle4x128(ab, cd, odd).Store(to + (i + 12) * Panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SingleTile(float* left, float* right, int depth, float* row, long stride, bool second)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (var k = 0; k < depth; k++, left += Panel, right += Panel)
        {
            Vector512<float> r0 = Vector512.Load(right), r1 = Vector512.Load(right + Chunk);
            var x = Vector512.Create(left[0]);
            a0 = Vector512.FusedMultiplyAdd(x, r0, a0);
            b0 = Vector512.FusedMultiplyAdd(x, r1, b0);
            x = Vector512.Create(left[1]);
            a1 = Vector512.FusedMultiplyAdd(x, r0, a1);
            b1 = Vector512.FusedMultiplyAdd(x, r1, b1);
            x = Vector512.Create(left[2]);
            a2 = Vector512.FusedMultiplyAdd(x, r0, a2);
            b2 = Vector512.FusedMultiplyAdd(x, r1, b2);
            x = Vector512.Create(left[3]);
            a3 = Vector512.FusedMultiplyAdd(x, r0, a3);
            b3 = Vector512.FusedMultiplyAdd(x, r1, b3);
            x = Vector512.Create(left[4]);
            a4 = Vector512.FusedMultiplyAdd(x, r0, a4);
            b4 = Vector512.FusedMultiplyAdd(x, r1, b4);
            x = Vector512.Create(left[5]);
            a5 = Vector512.FusedMultiplyAdd(x, r0, a5);
            b5 = Vector512.FusedMultiplyAdd(x, r1, b5);
            x = Vector512.Create(left[6]);
            a6 = Vector512.FusedMultiplyAdd(x, r0, a6);
            b6 = Vector512.FusedMultiplyAdd(x, r1, b6);
            x = Vector512.Create(left[7]);
            a7 = Vector512.FusedMultiplyAdd(x, r0, a7);
            b7 = Vector512.FusedMultiplyAdd(x, r1, b7);
        }
        (Vector512.Load(row) + a0).Store(row);
        (Vector512.Load(row + stride) + a1).Store(row + stride);
        (Vector512.Load(row + 2 * stride) + a2).Store(row + 2 * stride);
        (Vector512.Load(row + 3 * stride) + a3).Store(row + 3 * stride);
        (Vector512.Load(row + 4 * stride) + a4).Store(row + 4 * stride);
        (Vector512.Load(row + 5 * stride) + a5).Store(row + 5 * stride);
        (Vector512.Load(row + 6 * stride) + a6).Store(row + 6 * stride);
        (Vector512.Load(row + 7 * stride) + a7).Store(row + 7 * stride);
        if (!second)
            return;
        row += Chunk;
        (Vector512.Load(row) + b0).Store(row);
        (Vector512.Load(row + stride) + b1).Store(row + stride);
        (Vector512.Load(row + 2 * stride) + b2).Store(row + 2 * stride);
        (Vector512.Load(row + 3 * stride) + b3).Store(row + 3 * stride);
        (Vector512.Load(row + 4 * stride) + b4).Store(row + 4 * stride);
        (Vector512.Load(row + 5 * stride) + b5).Store(row + 5 * stride);
        (Vector512.Load(row + 6 * stride) + b6).Store(row + 6 * stride);
        (Vector512.Load(row + 7 * stride) + b7).Store(row + 7 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void IntegerTile(int* left, int* right, int pairs, float* row, long stride, bool second, float* leftScales, float* rightScales)
    {
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        for (var k = 0; k < pairs; k++, left += Panel, right += Panel)
        {
            Vector512<short> r0 = Vector512.Load(right).AsInt16(), r1 = Vector512.Load(right + Chunk).AsInt16();
            var x = Vector512.Create(left[0]).AsInt16();
            a0 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b0 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[1]).AsInt16();
            a1 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b1 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[2]).AsInt16();
            a2 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b2 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[3]).AsInt16();
            a3 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b3 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[4]).AsInt16();
            a4 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b4 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[5]).AsInt16();
            a5 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b5 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[6]).AsInt16();
            a6 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b6 += Avx512BW.MultiplyAddAdjacent(x, r1);
            x = Vector512.Create(left[7]).AsInt16();
            a7 += Avx512BW.MultiplyAddAdjacent(x, r0);
            b7 += Avx512BW.MultiplyAddAdjacent(x, r1);
        }
        Vector512<float> s0 = Vector512.Load(rightScales), s1 = Vector512.Load(rightScales + Chunk);
        Add(row, a0, s0, leftScales[0]);
        Add(row + stride, a1, s0, leftScales[1]);
        Add(row + 2 * stride, a2, s0, leftScales[2]);
        Add(row + 3 * stride, a3, s0, leftScales[3]);
        Add(row + 4 * stride, a4, s0, leftScales[4]);
        Add(row + 5 * stride, a5, s0, leftScales[5]);
        Add(row + 6 * stride, a6, s0, leftScales[6]);
        Add(row + 7 * stride, a7, s0, leftScales[7]);
        if (!second)
            return;
        row += Chunk;
        Add(row, b0, s1, leftScales[0]);
        Add(row + stride, b1, s1, leftScales[1]);
        Add(row + 2 * stride, b2, s1, leftScales[2]);
        Add(row + 3 * stride, b3, s1, leftScales[3]);
        Add(row + 4 * stride, b4, s1, leftScales[4]);
        Add(row + 5 * stride, b5, s1, leftScales[5]);
        Add(row + 6 * stride, b6, s1, leftScales[6]);
        Add(row + 7 * stride, b7, s1, leftScales[7]);
    }

    // Eight products of two bytes fit 16 bits: 8 · 2 · 63 · 31 < 2¹⁵.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ByteTile(int* left, sbyte* right, int quads, float* row, long stride, bool second, float* leftScales, float* rightScales, int* offsets)
    {
        const int line = Panel * 4, half = Chunk * 4;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (var k = 0; k < quads; k += ProductsAtOnce)
        {
            var count = Math.Min(ProductsAtOnce, quads - k);
            Vector512<short> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
            for (var i = 0; i < count; i++, left += Panel, right += line)
            {
                Vector512<sbyte> r0 = Vector512.Load(right), r1 = Vector512.Load(right + half);
                var x = Vector512.Create(left[0]).AsByte();
                s0 += Avx512BW.MultiplyAddAdjacent(x, r0);
                t0 += Avx512BW.MultiplyAddAdjacent(x, r1);
                x = Vector512.Create(left[1]).AsByte();
                s1 += Avx512BW.MultiplyAddAdjacent(x, r0);
                t1 += Avx512BW.MultiplyAddAdjacent(x, r1);
                x = Vector512.Create(left[2]).AsByte();
                s2 += Avx512BW.MultiplyAddAdjacent(x, r0);
                t2 += Avx512BW.MultiplyAddAdjacent(x, r1);
                x = Vector512.Create(left[3]).AsByte();
                s3 += Avx512BW.MultiplyAddAdjacent(x, r0);
                t3 += Avx512BW.MultiplyAddAdjacent(x, r1);
            }
            var one = Vector512<short>.One;
            a0 += Avx512BW.MultiplyAddAdjacent(s0, one);
            a1 += Avx512BW.MultiplyAddAdjacent(s1, one);
            a2 += Avx512BW.MultiplyAddAdjacent(s2, one);
            a3 += Avx512BW.MultiplyAddAdjacent(s3, one);
            b0 += Avx512BW.MultiplyAddAdjacent(t0, one);
            b1 += Avx512BW.MultiplyAddAdjacent(t1, one);
            b2 += Avx512BW.MultiplyAddAdjacent(t2, one);
            b3 += Avx512BW.MultiplyAddAdjacent(t3, one);
        }
        Vector512<int> raise = Vector512.Load(offsets) * ByteOffset;
        Vector512<float> scale = Vector512.Load(rightScales);
        Add(row, a0 - raise, scale, leftScales[0]);
        Add(row + stride, a1 - raise, scale, leftScales[1]);
        Add(row + 2 * stride, a2 - raise, scale, leftScales[2]);
        Add(row + 3 * stride, a3 - raise, scale, leftScales[3]);
        if (!second)
            return;
        row += Chunk;
        raise = Vector512.Load(offsets + Chunk) * ByteOffset;
        scale = Vector512.Load(rightScales + Chunk);
        Add(row, b0 - raise, scale, leftScales[0]);
        Add(row + stride, b1 - raise, scale, leftScales[1]);
        Add(row + 2 * stride, b2 - raise, scale, leftScales[2]);
        Add(row + 3 * stride, b3 - raise, scale, leftScales[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* to, Vector512<int> products, Vector512<float> scales, float scale) =>
        Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(products), scales * Vector512.Create(scale), Vector512.Load(to)).Store(to);

    // Entries from one row of a tile to the next.
    private static long Stride(int top) => top / Chunk * Chunk + Chunk;

    // Rows of the panel's first half end at its first chunk.
    private static bool HasSecond(int top, int panel) => panel * Panel + Chunk <= top / Chunk * Chunk;
}

/// <summary>What is known of the columns of a rounded weight.</summary>
/// <param name="Variances">Variance of the rounding of a column's entries, summed over the depth.</param>
/// <param name="Squares">Sums of squares of the entries before rounding.</param>
internal sealed record RoundedColumns(double[] Variances, double[] Squares)
{
    internal RoundedColumns(int size) : this(new double[size], new double[size])
    {
    }
}
