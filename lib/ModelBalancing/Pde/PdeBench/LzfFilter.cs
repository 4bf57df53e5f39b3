// Lets the HDF5 library read and write data sets compressed with LZF, as h5py does.
using System.Runtime.InteropServices;
using HDF.PInvoke;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>h5py's LZF filter (number 32000); two of PDEBench's grouped files use it.</summary>
/// <remarks>LZF after Marc Lehmann's liblzf: a control byte below 32 announces that many literal bytes and one; any other holds the length of
/// a copy (3 bits, 7 = one more byte follows) and the high 5 bits of how far back it starts.</remarks>
internal static unsafe class LzfFilter
{
    /// <summary>The filter's number at the HDF Group.</summary>
    public const H5Z.filter_t Number = (H5Z.filter_t)32000;

    private const uint Reverse = 0x0100;

    // What the format can say: literals of a run, bytes of a copy, how far back it starts.
    private const int MostLiterals = 32, LeastCopy = 3, MostCopy = 264, MostDistance = 8192, PlaceBits = 14;

    // Held for the life of the process: the library keeps pointers to both.
    private static readonly H5Z.func_t Function = Apply;
    private static readonly IntPtr Name = Marshal.StringToHGlobalAnsi("lzf");

    /// <summary>Bytes that a chunk of the data set being read expands to; 0: not known. The library reads that many whatever a damaged chunk gives.</summary>
    public static long ChunkBytes { get; set; }

    /// <summary>Registers the filter unless the library has one of that number.</summary>
    public static void Register()
    {
        if (H5Z.filter_avail(Number) > 0)
            return;
        var filter = new H5Z.class_t { version = 1, id = Number, encoder_present = 1, decoder_present = 1, name = (byte*)Name, filter = Function };
        if (H5Z.register(ref filter) < 0)
            throw new InvalidOperationException("The HDF5 library did not accept the LZF filter.");
    }

    /// <summary>Bytes that the compressed data expand to; negative when it is damaged.</summary>
    public static long ExpandedLength(ReadOnlySpan<byte> compressed)
    {
        long length = 0;
        for (var at = 0; at < compressed.Length;)
        {
            int control = compressed[at++];
            if (control < 32)
            {
                at += control + 1;
                length += control + 1;
                if (at > compressed.Length)
                    return -1;
                continue;
            }
            var copy = control >> 5;
            if (copy == 7)
            {
                if (at >= compressed.Length)
                    return -1;
                copy += compressed[at++];
            }
            if (at >= compressed.Length || ((control & 0x1f) << 8) + compressed[at++] + 1 > length)
                return -1;
            length += copy + 2;
        }
        return length;
    }

    /// <summary>Expands data that <see cref="ExpandedLength"/> found sound into a span of that length.</summary>
    public static void Expand(ReadOnlySpan<byte> compressed, Span<byte> expanded)
    {
        var to = 0;
        for (var at = 0; at < compressed.Length;)
        {
            int control = compressed[at++];
            if (control < 32)
            {
                compressed.Slice(at, control + 1).CopyTo(expanded[to..]);
                at += control + 1;
                to += control + 1;
                continue;
            }
            var copy = control >> 5;
            if (copy == 7)
                copy += compressed[at++];
            var from = to - (((control & 0x1f) << 8) + compressed[at++] + 1);
            // Byte by byte: source and target overlap when a pattern repeats.
            for (var end = to + copy + 2; to < end; to++, from++)
                expanded[to] = expanded[from];
        }
    }

    /// <summary>Compresses data: at every place the latest one before with the same three bytes is copied from, as far as both agree.</summary>
    /// <returns>Bytes written; 0 when the result does not fit.</returns>
    public static int Compress(ReadOnlySpan<byte> plain, Span<byte> compressed)
    {
        var latest = new int[1 << PlaceBits];
        int written = 0, literals = 0;
        for (var at = 0; at < plain.Length;)
        {
            var length = 0;
            if (at + LeastCopy <= plain.Length)
            {
                // Places are kept one higher, so that 0 means none.
                ref var place = ref latest[(uint)((plain[at] | plain[at + 1] << 8 | plain[at + 2] << 16) * 2654435761u) >> (32 - PlaceBits)];
                var from = place - 1;
                place = at + 1;
                if (from >= 0 && at - from <= MostDistance)
                    length = plain[at..Math.Min(plain.Length, at + MostCopy)].CommonPrefixLength(plain[from..]);
                if (length >= LeastCopy)
                {
                    if (!Literals(plain[literals..at], compressed, ref written) || written + 3 > compressed.Length)
                        return 0;
                    int distance = at - from - 1, over = length - 2;
                    compressed[written++] = (byte)(Math.Min(over, 7) << 5 | distance >> 8);
                    if (over >= 7)
                        compressed[written++] = (byte)(over - 7);
                    compressed[written++] = (byte)distance;
                    literals = at += length;
                    continue;
                }
            }
            at++;
        }
        return Literals(plain[literals..], compressed, ref written) ? written : 0;
    }

    private static bool Literals(ReadOnlySpan<byte> bytes, Span<byte> compressed, ref int written)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(MostLiterals, bytes.Length)..])
        {
            var some = bytes[..Math.Min(MostLiterals, bytes.Length)];
            if (written + 1 + some.Length > compressed.Length)
                return false;
            compressed[written++] = (byte)(some.Length - 1);
            some.CopyTo(compressed[written..]);
            written += some.Length;
        }
        return true;
    }

    // Returns the number of bytes in the new buffer, 0 for failure; nothing may be thrown through the library.
    private static IntPtr Apply(uint flags, IntPtr count, uint[] values, IntPtr bytes, ref IntPtr size, ref IntPtr buffer)
    {
        if ((flags & Reverse) == 0)
        {
            // Not smaller: the library stores the chunk as it is.
            var target = H5.allocate_memory(bytes, 0);
            var used = target == IntPtr.Zero ? 0 : Compress(new ReadOnlySpan<byte>((void*)buffer, (int)bytes), new Span<byte>((void*)target, (int)bytes - 1));
            H5.free_memory(used > 0 ? buffer : target);
            if (used == 0)
                return IntPtr.Zero;
            (buffer, size) = (target, bytes);
            return used;
        }
        var compressed = new ReadOnlySpan<byte>((void*)buffer, (int)bytes);
        var length = ExpandedLength(compressed);
        if (length is <= 0 or > int.MaxValue || ChunkBytes > 0 && length != ChunkBytes)
            return IntPtr.Zero;
        var expanded = H5.allocate_memory((IntPtr)length, 0);
        if (expanded == IntPtr.Zero)
            return IntPtr.Zero;
        Expand(compressed, new Span<byte>((void*)expanded, (int)length));
        H5.free_memory(buffer);
        buffer = expanded;
        size = (IntPtr)length;
        return size;
    }
}
