// SentencePiece's compiled character map: a double-array trie over UTF-8 from byte sequences to their replacements.
using System.Buffers.Binary;
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Reads the map of a model's normalizer (field precompiled_charsmap): size of the trie, the trie, the replacements separated by zero bytes.</summary>
internal sealed class CharacterMap
{
    private readonly uint[] units;
    private readonly byte[] texts;

    /// <summary>Reads it.</summary>
    /// <exception cref="TokenizerException">The sizes do not fit.</exception>
    public CharacterMap(ReadOnlySpan<byte> blob, string file)
    {
        uint size = blob.Length > 4 ? BinaryPrimitives.ReadUInt32LittleEndian(blob) : 0;
        if (blob.Length <= 4 || size == 0 || size % 4 != 0 || size >= blob.Length - 4)
            throw new TokenizerException($"The character map in '{file}' is damaged (its trie would have {size:N0} bytes of {blob.Length:N0}): get the file again.");
        units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(4 + 4 * i)..]);
        texts = blob[(4 + (int)size)..].ToArray();
    }

    /// <summary>Replacement of the longest sequence that the text begins with.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="length">Bytes replaced.</param>
    public ReadOnlySpan<byte> Longest(ReadOnlySpan<byte> text, out int length)
    {
        int value = Search(text, first: false, out length);
        return value < 0 ? default : Text(value);
    }

    /// <summary>Replacement of the shortest sequence that the text begins with, which the tokenizers library takes for the whole; null if there is none.</summary>
    public string? First(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        int count = Encoding.UTF8.GetBytes(text, bytes);
        int value = Search(bytes[..count], first: true, out _);
        return value < 0 ? null : Encoding.UTF8.GetString(Text(value));
    }

    private ReadOnlySpan<byte> Text(int at)
    {
        if (at >= texts.Length)
            return default;
        var rest = texts.AsSpan(at);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private int Search(ReadOnlySpan<byte> text, bool first, out int length)
    {
        int found = -1;
        length = 0;
        uint node = Offset(units[0]);
        for (int i = 0; i < text.Length && text[i] != 0; i++)
        {
            node ^= text[i];
            if (node >= units.Length)
                break;
            uint unit = units[node];
            if ((unit & 0x800000FF) != text[i])
                break;
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 0)
                continue;
            if (node >= units.Length)
                break;
            (found, length) = ((int)(units[node] & 0x7FFFFFFF), i + 1);
            if (first)
                break;
        }
        return found;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
