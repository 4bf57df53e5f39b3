// The bytes of ZMTP 3.0: greeting, frames, commands (ZeroMQ RFC 23).
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Workbook.Notebooks.Zmtp;

/// <summary>A frame as it came.</summary>
/// <param name="Flags">Bit 0: more frames of this message follow; bit 1: the length has eight bytes; bit 2: a command.</param>
/// <param name="Body">Its content.</param>
internal readonly record struct ZmtpFrame(byte Flags, byte[] Body)
{
    internal bool HasMore => (Flags & ZmtpFrames.More) != 0;

    internal bool IsCommand => (Flags & ZmtpFrames.Command) != 0;
}

/// <summary>The peer does not keep to the protocol, or to a limit; its connection is closed.</summary>
internal sealed class ZmtpException(string message) : Exception(message);

/// <summary>Reads and writes the bytes of ZMTP 3.0.</summary>
internal static class ZmtpFrames
{
    internal const byte More = 1, Long = 2, Command = 4;
    internal const int GreetingLength = 64;
    private const int Chunk = 1 << 16;

    /// <summary>What every peer sends first: signature, version 3.0, mechanism NULL.</summary>
    internal static byte[] Greeting()
    {
        var greeting = new byte[GreetingLength];
        greeting[0] = 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        return greeting;
    }

    /// <summary>Checks the peer's greeting.</summary>
    internal static void CheckGreeting(ReadOnlySpan<byte> greeting)
    {
        if (greeting[0] != 0xff || (greeting[9] & 1) == 0)
            throw new ZmtpException("the peer does not speak ZMTP");
        if (greeting[10] < 3)
            throw new ZmtpException($"the peer speaks ZMTP {greeting[10]}, and this server 3.0");
        if (!greeting.Slice(12, 20).TrimEnd((byte)0).SequenceEqual("NULL"u8))
            throw new ZmtpException("the peer asks for a security mechanism; this server has NULL only");
    }

    /// <summary>Reads a frame. The announced length is believed only as bytes arrive.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="largest">The longest body taken, bytes.</param>
    internal static ZmtpFrame Read(Stream stream, int largest)
    {
        Span<byte> head = stackalloc byte[8];
        stream.ReadExactly(head[..1]);
        byte flags = head[0];
        if ((flags & ~(More | Long | Command)) != 0)
            throw new ZmtpException("a frame has reserved flags set");
        ulong length;
        if ((flags & Long) != 0)
        {
            stream.ReadExactly(head);
            length = BinaryPrimitives.ReadUInt64BigEndian(head);
        }
        else
        {
            stream.ReadExactly(head[..1]);
            length = head[0];
        }
        if (length > (ulong)largest)
            throw new ZmtpException($"a frame of {length} bytes is longer than the {largest} that are taken");
        var body = new byte[Math.Min((int)length, Chunk)];
        for (int read = 0; ;)
        {
            stream.ReadExactly(body.AsSpan(read));
            read = body.Length;
            if (read == (int)length)
                return new ZmtpFrame(flags, body);
            Array.Resize(ref body, (int)Math.Min((long)length, 2L * read));
        }
    }

    /// <summary>A message as bytes.</summary>
    internal static byte[] Message(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        var bytes = new byte[frames.Sum(frame => Size(frame.Length))];
        int at = 0;
        for (int index = 0; index < frames.Count; index++)
            at += Write(bytes.AsSpan(at), (byte)(index + 1 < frames.Count ? More : 0), frames[index].Span);
        return bytes;
    }

    /// <summary>A command as bytes.</summary>
    internal static byte[] CommandFrame(string name, ReadOnlySpan<byte> data)
    {
        byte[] body = [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. data];
        var bytes = new byte[Size(body.Length)];
        Write(bytes, Command, body);
        return bytes;
    }

    /// <summary>Splits a command's body into its name and data.</summary>
    internal static (string Name, byte[] Data) ReadCommand(byte[] body)
    {
        if (body.Length == 0 || body.Length < 1 + body[0])
            throw new ZmtpException("a command has no name");
        return (Encoding.ASCII.GetString(body, 1, body[0]), body[(1 + body[0])..]);
    }

    /// <summary>The READY command of a socket.</summary>
    internal static byte[] Ready(string socketType) =>
        CommandFrame("READY", [(byte)"Socket-Type".Length, .. "Socket-Type"u8, 0, 0, 0, (byte)socketType.Length, .. Encoding.ASCII.GetBytes(socketType)]);

    /// <summary>The properties of a READY command; names in lower case.</summary>
    internal static Dictionary<string, byte[]> Properties(ReadOnlySpan<byte> data)
    {
        var properties = new Dictionary<string, byte[]>();
        while (data.Length > 0)
        {
            if (!TryTake(ref data, data[0], 1, out byte[]? name) || data.Length < 4)
                throw new ZmtpException("the READY command is cut short");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data);
            if (length > int.MaxValue || !TryTake(ref data, (int)length, 4, out byte[]? value))
                throw new ZmtpException("the READY command is cut short");
            properties[Encoding.ASCII.GetString(name).ToLowerInvariant()] = value;
        }
        return properties;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> data, int length, int prefix, [NotNullWhen(true)] out byte[]? taken)
    {
        taken = data.Length - prefix >= length ? data.Slice(prefix, length).ToArray() : null;
        data = taken is null ? data : data[(prefix + length)..];
        return taken is not null;
    }

    private static int Size(int length) => length + (length > byte.MaxValue ? 9 : 2);

    private static int Write(Span<byte> target, byte flags, ReadOnlySpan<byte> body)
    {
        bool isLong = body.Length > byte.MaxValue;
        target[0] = (byte)(flags | (isLong ? Long : 0));
        if (isLong)
            BinaryPrimitives.WriteUInt64BigEndian(target[1..], (ulong)body.Length);
        else
            target[1] = (byte)body.Length;
        body.CopyTo(target[(isLong ? 9 : 2)..]);
        return Size(body.Length);
    }
}
