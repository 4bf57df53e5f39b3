// Lets the HDF5 library read data sets that h5py compressed with LZF.
using System.Runtime.InteropServices;
using HDF.PInvoke;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>h5py's LZF filter (number 32000), reading only; two of PDEBench's grouped files use it.</summary>
/// <remarks>LZF after Marc Lehmann's liblzf: a control byte below 32 announces that many literal bytes and one; any other holds the length of
/// a copy (3 bits, 7 = one more byte follows) and the high 5 bits of how far back it starts.</remarks>
internal static unsafe class LzfFilter
{
    private const H5Z.filter_t Number = (H5Z.filter_t)32000;
    private const uint Reverse = 0x0100;

    // Held for the life of the process: the library keeps pointers to both.
    private static readonly H5Z.func_t Function = Apply;
    private static readonly IntPtr Name = Marshal.StringToHGlobalAnsi("lzf (reading only)");

    /// <summary>Bytes that a chunk of the data set being read expands to; 0: not known. The library reads that many whatever a damaged chunk gives.</summary>
    public static long ChunkBytes { get; set; }

    /// <summary>Registers the filter unless the library has one of that number.</summary>
    public static void Register()
    {
        if (H5Z.filter_avail(Number) > 0)
            return;
        var filter = new H5Z.class_t { version = 1, id = Number, encoder_present = 0, decoder_present = 1, name = (byte*)Name, filter = Function };
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

    // Returns the number of bytes in the new buffer, 0 for failure; nothing may be thrown through the library.
    private static IntPtr Apply(uint flags, IntPtr count, uint[] values, IntPtr bytes, ref IntPtr size, ref IntPtr buffer)
    {
        if ((flags & Reverse) == 0)
            return IntPtr.Zero;
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
