// The chunks of a data set, checked before the library reads them: it takes whatever comes out of a damaged one for a whole chunk and reads past its end.
using System.IO.Compression;
using HDF.PInvoke;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>How a data set is cut into chunks, and through which filters they went.</summary>
/// <param name="Shape">Length of every axis of a chunk.</param>
/// <param name="Bytes">Bytes of a chunk without filters.</param>
/// <param name="Filters">Numbers of the filters, in the order of writing.</param>
internal sealed record Hdf5Chunks(ulong[] Shape, long Bytes, IReadOnlyList<int> Filters)
{
    private const int Gzip = 1, Fletcher32 = 3, Lzf = 32000, ChecksumBytes = 4;

    /// <summary>For people: <c>chunked (shuffle, lzf)</c>.</summary>
    public string Description => Filters.Count == 0 ? "chunked" : $"chunked ({string.Join(", ", Filters.Select(number => number switch { Gzip => "gzip", 2 => "shuffle", Fletcher32 => "fletcher32", 4 => "szip", Lzf => "lzf", _ => $"filter {number}" }))})";

    /// <summary>Reads the chunks' description from a data set's properties.</summary>
    public static Hdf5Chunks Of(Hdf5Session session, long dataset, long properties, string name, long[] extent, long size)
    {
        var shape = new ulong[32];
        var rank = H5P.get_chunk(properties, shape.Length, shape);
        var most = new ulong[Math.Max(rank, 1)];
        var space = H5D.get_space(dataset);
        if (rank == extent.Length)
            H5S.get_simple_extent_dims(space, new ulong[rank], most);
        H5S.close(space);
        var bytes = size;
        for (var axis = 0; axis < rank; axis++)
            bytes = rank != extent.Length || shape[axis] == 0 || shape[axis] > Math.Max(most[axis], (ulong)extent[axis]) || bytes > int.MaxValue / (long)shape[axis]
                ? throw session.Damaged(name, $"has chunks of the impossible shape ({string.Join(", ", shape[..rank])})")
                : bytes * (long)shape[axis];
        var filters = new List<int>();
        for (uint i = 0; i < H5P.get_nfilters(properties); i++)
        {
            uint flags = 0, config = 0;
            var count = IntPtr.Zero;
            filters.Add((int)H5P.get_filter(properties, i, ref flags, ref count, null!, IntPtr.Zero, new byte[1], ref config));
        }
        return new Hdf5Chunks(shape[..rank], bytes, filters);
    }

    /// <summary>Looks at every chunk that a block touches.</summary>
    /// <exception cref="PdeFileException">One is not as large as it must be.</exception>
    public void Check(Hdf5Session session, long dataset, string name, ulong[] start, ulong[] count)
    {
        LzfFilter.ChunkBytes = Bytes; // the filter itself refuses anything else
        using var file = session.Bytes();
        var at = new ulong[Shape.Length];
        for (var axis = 0; axis < at.Length; axis++)
            at[axis] = start[axis] / Shape[axis] * Shape[axis];
        while (true)
        {
            CheckOne(session, dataset, name, at, file);
            var last = at.Length - 1;
            for (; last >= 0; last--)
            {
                at[last] += Shape[last];
                if (at[last] < start[last] + count[last])
                    break;
                at[last] = start[last] / Shape[last] * Shape[last];
            }
            if (last < 0)
                return;
        }
    }

    private void CheckOne(Hdf5Session session, long dataset, string name, ulong[] at, FileStream file)
    {
        uint skipped = 0;
        ulong address = 0, size = 0;
        session.Check(H5D.get_chunk_info_by_coord(dataset, at, ref skipped, ref address, ref size), $"find a chunk of '{name}'");
        if (address == ulong.MaxValue || size == 0)
            return; // not stored: the library fills it
        if (address > (ulong)file.Length || size > (ulong)file.Length - address)
            throw session.Damaged(name, $"has a chunk of {size} bytes at {address} in a file of {file.Length}");
        bool Went(int filter) => Filters.Index().Any(each => each.Item == filter && (skipped >> each.Index & 1) == 0);
        var checksum = Went(Fletcher32) ? ChecksumBytes : 0;
        if (Went(Lzf))
            return;
        var isRight = Went(Gzip) ? Expanded(file, address, size) == Bytes
            : Filters.Any(filter => filter is not (Gzip or 2 or Fletcher32 or Lzf)) || size == (ulong)(Bytes + checksum);
        if (!isRight)
            throw session.Damaged(name, $"has a chunk of {size} bytes that does not hold the {Bytes} of a chunk");
    }

    // Only how much it is; the library expands it again.
    private long Expanded(FileStream file, ulong address, ulong size)
    {
        var compressed = new byte[size];
        file.Position = (long)address;
        file.ReadExactly(compressed);
        try
        {
            using var stream = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
            var buffer = new byte[64 << 10];
            long length = 0;
            for (int some; length <= Bytes && (some = stream.Read(buffer)) > 0;)
                length += some;
            return length;
        }
        catch (InvalidDataException)
        {
            return -1;
        }
    }
}
