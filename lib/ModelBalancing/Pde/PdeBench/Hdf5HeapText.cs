// Text of variable length, read from the file's own bytes: from a damaged heap the HDF5 library copies past the end of its memory and takes the process with it.
using System.Buffers.Binary;
using System.Text;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Finds the text of an attribute in the form in which h5py stores a string: in the object's header lies a place in a global heap.</summary>
/// <remarks>HDF5 file format, sections "Data Object Header Prefix (version 1)", "Attribute Message (version 1)" and "Global Heap". Anything else, and anything damaged,
/// is no text.</remarks>
internal static class Hdf5HeapText
{
    private const int MostBytes = 1 << 20, PrefixBytes = 16, ContinuationType = 0x10, HeapHeaderBytes = 16;

    /// <summary>The text; null where there is none in this form.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">Where the object's header begins.</param>
    /// <param name="name">The attribute.</param>
    public static string? Of(FileStream file, ulong header, string name)
    {
        if (Block(file, header, PrefixBytes) is not { } prefix || prefix[0] != 1)
            return null;
        if (Block(file, header + PrefixBytes, BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8))) is not { } messages)
            return null;
        if (InMessages(file, messages, name) is { } text)
            return text;
        // Attributes added later lie in continuation blocks, which the first block names.
        for (var at = 0; at + 8 <= messages.Length; at += 8 + BinaryPrimitives.ReadUInt16LittleEndian(messages.AsSpan(at + 2)))
            if (BinaryPrimitives.ReadUInt16LittleEndian(messages.AsSpan(at)) == ContinuationType && at + 24 <= messages.Length
                && Block(file, BinaryPrimitives.ReadUInt64LittleEndian(messages.AsSpan(at + 8)), BinaryPrimitives.ReadUInt64LittleEndian(messages.AsSpan(at + 16))) is { } more
                && InMessages(file, more, name) is { } later)
                return later;
        return null;
    }

    // The attribute's header: version, reserved, length of name, type and space; then these three, each in whole eights, and the value.
    private static string? InMessages(FileStream file, byte[] messages, string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name + "\0");
        for (var at = messages.AsSpan().IndexOf(wanted); at >= 8; at = Next(messages, wanted, at))
        {
            int Length(int back) => BinaryPrimitives.ReadUInt16LittleEndian(messages.AsSpan(at - back));
            var value = at + Eights(Length(6)) + Eights(Length(4)) + Eights(Length(2));
            if (messages[at - 8] != 1 || Length(6) != wanted.Length || value + 16 > messages.Length)
                continue;
            return InHeap(file, BinaryPrimitives.ReadUInt32LittleEndian(messages.AsSpan(value)), BinaryPrimitives.ReadUInt64LittleEndian(messages.AsSpan(value + 4)),
                BinaryPrimitives.ReadUInt32LittleEndian(messages.AsSpan(value + 12)));
        }
        return null;
    }

    private static string? InHeap(FileStream file, uint length, ulong heap, uint index)
    {
        if (Block(file, heap, HeapHeaderBytes) is not { } header || !header.AsSpan(0, 4).SequenceEqual("GCOL"u8)
            || Block(file, heap, BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8))) is not { } objects)
            return null;
        for (var at = HeapHeaderBytes; at + 16 <= objects.Length;)
        {
            var size = BinaryPrimitives.ReadUInt64LittleEndian(objects.AsSpan(at + 8));
            if (size > (ulong)(objects.Length - at - 16))
                return null;
            if (BinaryPrimitives.ReadUInt16LittleEndian(objects.AsSpan(at)) == index)
                return length <= size ? Encoding.UTF8.GetString(objects, at + 16, (int)length).TrimEnd('\0') : null;
            at += 16 + Eights((int)size);
        }
        return null;
    }

    private static byte[]? Block(FileStream file, ulong at, ulong length)
    {
        if (length is 0 or > MostBytes || at > (ulong)file.Length || length > (ulong)file.Length - at)
            return null;
        var bytes = new byte[length];
        file.Position = (long)at;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static int Next(byte[] messages, byte[] wanted, int at) => messages.AsSpan(at + 1).IndexOf(wanted) is >= 0 and var more ? at + 1 + more : -1;

    private static int Eights(int length) => (length + 7) / 8 * 8;
}
