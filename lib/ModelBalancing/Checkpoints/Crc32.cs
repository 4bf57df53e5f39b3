// The checksum of zip entries, which the framework's reader does not verify.
namespace ModelBalancing.Checkpoints;

/// <summary>CRC-32 (polynomial 0xEDB88320), four bytes at a time.</summary>
internal static class Crc32
{
    private const int Slices = 4, Values = 256;
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Carries a checksum over more bytes; begin with 0.</summary>
    internal static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        while (bytes.Length >= Slices)
        {
            crc ^= System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = Tables[3][(byte)crc] ^ Tables[2][(byte)(crc >> 8)] ^ Tables[1][(byte)(crc >> 16)] ^ Tables[0][crc >> 24];
            bytes = bytes[Slices..];
        }
        foreach (var value in bytes)
            crc = (crc >> 8) ^ Tables[0][(byte)(crc ^ value)];
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[Slices][];
        for (var slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new uint[Values];
            for (var i = 0; i < Values; i++)
            {
                var crc = slice == 0 ? (uint)i : tables[slice - 1][i];
                for (var bit = 0; bit < 8; bit++)
                    crc = slice == 0 ? (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1 : crc;
                tables[slice][i] = slice == 0 ? crc : (crc >> 8) ^ tables[0][(byte)crc];
            }
        }
        return tables;
    }
}
