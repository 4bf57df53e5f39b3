// Text that an R package keeps in its table of objects, read without R.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ModelBalancing.Text.Tasks;
using SharpCompress.Common;
using SharpCompress.Compressors.LZMA;

namespace ModelBalancing.Text.Corpus;

/// <summary>Vectors of strings in R's serialised form.</summary>
/// <remarks>Rdata.rdx tells where in Rdata.rdb each object lies. An object is its unpacked length, big-endian, and a zlib stream or, after a letter Z, a raw LZMA2 stream (R Internals, "Lazy loading" and "Serialization Formats").</remarks>
internal static class PackagedVectors
{
    private const int OneString = 9, IntegerVector = 13, StringVector = 16, MissingLength = -1, FewestStrings = 100;
    private const byte Zlib = 0x78, Lzma = (byte)'Z', EightMebibytes = 22; // the last is LZMA2's code of its dictionary's size

    /// <summary>Vectors of more than 100 strings, a list for each object that has any.</summary>
    /// <param name="folder">The unpacked Debian package.</param>
    /// <param name="package">The R package's name.</param>
    /// <exception cref="TextFileException">The package is not stored as expected.</exception>
    public static IEnumerable<IReadOnlyList<IReadOnlyList<string>>> Read(string folder, string package)
    {
        string data = $"usr/lib/R/site-library/{package}/data/Rdata", index = CorpusPackage.Needed(folder, data + ".rdx"), objects = CorpusPackage.Needed(folder, data + ".rdb");
        byte[] stored = File.ReadAllBytes(objects);
        byte[] places = Whole(() => new GZipStream(File.OpenRead(index), CompressionMode.Decompress), index);
        return [.. Places(places).Select(place => Vectors(Unpacked(stored, place.Offset, place.Length, objects)).ToList()).Where(vectors => vectors.Count > 0)];
    }

    /// <summary>The vectors of more than 100 strings in a serialised object.</summary>
    public static IEnumerable<IReadOnlyList<string>> Vectors(byte[] serialised)
    {
        for (int at = 0; at + 8 <= serialised.Length;)
            if ((Number(serialised, at) & 0xFF) == StringVector && Number(serialised, at) >> 16 == 0 && Number(serialised, at + 4) > FewestStrings && Strings(serialised, at + 8, Number(serialised, at + 4)) is var (strings, end))
            {
                at = end;
                yield return strings;
            }
            else
                at++;
    }

    // Bytes that only look like a vector end before all its strings do.
    private static (IReadOnlyList<string> Strings, int End)? Strings(byte[] serialised, int at, int count)
    {
        var strings = new List<string>();
        for (int i = 0; i < count; i++)
        {
            if (at + 8 > serialised.Length || (Number(serialised, at) & 0xFF) != OneString || Number(serialised, at + 4) is var length && (length < MissingLength || length > serialised.Length - at - 8))
                return null;
            at += 8;
            if (length == MissingLength)
                continue;
            strings.Add(Encoding.UTF8.GetString(serialised, at, length));
            at += length;
        }
        return strings.Count > 0 ? (strings, at) : null;
    }

    // Every place is an integer vector of two: offset and length.
    private static IEnumerable<(int Offset, int Length)> Places(byte[] index)
    {
        for (int at = 0; at + 16 <= index.Length; at++)
            if (Number(index, at) == IntegerVector && Number(index, at + 4) == 2)
                yield return (Number(index, at + 8), Number(index, at + 12));
    }

    private static byte[] Unpacked(byte[] stored, int offset, int length, string file)
    {
        if (offset < 0 || length <= 6 || length > stored.Length - offset || stored[offset + 4] is not (Zlib or Lzma))
            throw Damaged(file);
        bool zlib = stored[offset + 4] == Zlib;
        using var packed = new MemoryStream(stored, offset + (zlib ? 4 : 5), length - (zlib ? 4 : 5));
        return Whole(() => zlib ? new ZLibStream(packed, CompressionMode.Decompress) : LzmaStream.Create([EightMebibytes], packed, packed.Length, Number(stored, offset), null, isLzma2: true), file);
    }

    private static byte[] Whole(Func<Stream> open, string file)
    {
        try
        {
            using var stream = open();
            using var target = new MemoryStream();
            stream.CopyTo(target);
            return target.ToArray();
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException or SharpCompressException)
        {
            throw Damaged(file, wrong);
        }
    }

    private static TextFileException Damaged(string file, Exception? cause = null) =>
        new($"'{file}' is damaged or not stored as expected (zlib or LZMA2 streams); delete the package's folder and get it again.", cause);

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at, 4));
}
