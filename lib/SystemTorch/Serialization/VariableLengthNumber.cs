// Whole numbers in as few bytes as they need (LEB128): how TorchSharp's files hold lengths.
namespace SystemTorch;

/// <summary>Seven bits a byte, the lowest first; the top bit says that more follow.</summary>
internal static class VariableLengthNumber
{
    internal static void WriteVariableLength(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value >= 0x80; value >>= 7) writer.Write((byte)(value | 0x80));
        writer.Write((byte)value);
    }

    /// <exception cref="InvalidDataException">More bytes than a 64-bit number can have.</exception>
    internal static long ReadVariableLength(this BinaryReader reader)
    {
        var value = 0L;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = reader.ReadByte();
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw new InvalidDataException("A length in this file is not a number: the file is damaged or not TorchSharp's.");
    }
}
