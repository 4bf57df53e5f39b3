// Jane Austen's novels, which an R package keeps as character vectors in R's serialised form.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads Debian's r-cran-janeaustenr without R.</summary>
/// <remarks>Rdata.rdx tells where in Rdata.rdb each object lies; an object is its length, big-endian, and a zlib stream (R Internals, "Lazy loading" and "Serialization Formats").</remarks>
internal static class NovelText
{
    private const int IntegerVector = 13, StringVector = 16, MissingLength = -1;

    public static IEnumerable<IReadOnlyList<string>> Documents(string folder)
    {
        const string data = "usr/lib/R/site-library/janeaustenr/data/Rdata";
        string index = CorpusPackage.Needed(folder, data + ".rdx"), objects = CorpusPackage.Needed(folder, data + ".rdb");
        byte[] stored = File.ReadAllBytes(objects);
        foreach (var (offset, length) in Places(Unpacked(File.ReadAllBytes(index), gzip: true)))
            foreach (var chapter in Chapters(Lines(Object(stored, offset, length, objects), objects)))
                yield return chapter;
    }

    /// <summary>Chapters of a book given as wrapped lines.</summary>
    public static IEnumerable<IReadOnlyList<string>> Chapters(IEnumerable<string> lines)
    {
        var chapter = new List<string>();
        foreach (string line in lines.Append("CHAPTER"))
        {
            if (line.StartsWith("CHAPTER", StringComparison.OrdinalIgnoreCase) || line.StartsWith("VOLUME", StringComparison.Ordinal))
            {
                if (CorpusPackage.Paragraphs(chapter).ToList() is { Count: > 0 } document)
                    yield return document;
                chapter.Clear();
            }
            else
                chapter.Add(line.Replace("_", "", StringComparison.Ordinal));
        }
    }

    // Every place is an integer vector of two: offset and length.
    private static IEnumerable<(int Offset, int Length)> Places(byte[] index)
    {
        for (int at = 0; at + 16 <= index.Length; at++)
            if (Number(index, at) == IntegerVector && Number(index, at + 4) == 2)
                yield return (Number(index, at + 8), Number(index, at + 12));
    }

    private static byte[] Object(byte[] stored, int offset, int length, string file) => offset >= 0 && length > 6 && offset + length <= stored.Length && stored[offset + 4] == 0x78
        ? Unpacked(stored[(offset + 4)..(offset + length)], gzip: false)
        : throw new TextFileException($"'{file}' is not stored as expected (zlib streams); get the package again.");

    // The first string vector of the object.
    private static IEnumerable<string> Lines(byte[] serialised, string file)
    {
        int at = 0;
        while (at + 8 <= serialised.Length && !((Number(serialised, at) & 0xFF) == StringVector && Number(serialised, at) >> 16 == 0 && Number(serialised, at + 4) > 100))
            at++;
        if (at + 8 > serialised.Length)
            throw new TextFileException($"'{file}' holds an object without text; get the package again.");
        int count = Number(serialised, at + 4);
        at += 8;
        for (int i = 0; i < count; i++)
        {
            int length = Number(serialised, at + 4);
            at += 8;
            if (length == MissingLength)
                continue;
            yield return Encoding.UTF8.GetString(serialised, at, length);
            at += length;
        }
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at, 4));

    private static byte[] Unpacked(byte[] packed, bool gzip)
    {
        using var source = new MemoryStream(packed);
        using Stream stream = gzip ? new GZipStream(source, CompressionMode.Decompress) : new ZLibStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        stream.CopyTo(target);
        return target.ToArray();
    }
}
