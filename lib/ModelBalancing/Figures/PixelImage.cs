// Heatmap pixels as a PNG, without any native library, so that a picture works wherever .NET does.
using System.Buffers.Binary;
using System.IO.Compression;

namespace ModelBalancing.Figures;

internal static class PixelImage
{
    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var c = (uint)n;
        for (var bit = 0; bit < 8; bit++)
            c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        return c;
    })];

    /// <summary>A data address of a PNG whose pixel (column, row), row 0 on top, has the given colour; null is transparent.</summary>
    public static string DataAddress(int width, int height, Func<int, int, Rgb?> pixel)
    {
        var raw = new byte[height * (1 + 4 * width)];
        for (var (row, at) = (0, 0); row < height; row++)
        {
            at++; // filter type 0: none
            for (var column = 0; column < width; column++, at += 4)
                if (pixel(column, row) is { } color)
                    (raw[at], raw[at + 1], raw[at + 2], raw[at + 3]) = (color.R, color.G, color.B, 255);
        }
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6); // eight bits a channel, RGBA
        Chunk(png, "IHDR"u8, header);
        using (var packed = new MemoryStream())
        {
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                zlib.Write(raw);
            Chunk(png, "IDAT"u8, packed.ToArray());
        }
        Chunk(png, "IEND"u8, []);
        return "data:image/png;base64," + Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length);
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(kind);
        stream.Write(content);
        var crc = Add(Add(uint.MaxValue, kind), content) ^ uint.MaxValue;
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        stream.Write(number);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            crc = Remainders[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return crc;
    }
}
