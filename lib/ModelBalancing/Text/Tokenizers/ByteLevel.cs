// GPT-2's byte-level alphabet and its expression for words (openai/gpt-2, src/encoder.py), the latter as a scanner.
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Bytes as visible characters, and words.</summary>
internal static class ByteLevel
{
    /// <summary>What a space becomes.</summary>
    public const char Space = 'Ġ';

    private static readonly char[] characters = new char[256];
    private static readonly Dictionary<char, byte> bytes = [];

    static ByteLevel()
    {
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            characters[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
            bytes[characters[b]] = (byte)b;
        }
    }

    /// <summary>The visible character of each byte.</summary>
    public static ReadOnlySpan<char> Characters => characters;

    /// <summary>Every code point becomes the characters of its bytes, all at its place.</summary>
    public static void Transform(NormalizedText text)
    {
        var changes = new List<(int, int)>(text.Count);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (int rune in text.Runes)
        {
            int count = new Rune(rune).EncodeToUtf8(utf8);
            for (int i = 0; i < count; i++)
                changes.Add((characters[utf8[i]], i > 0 ? 1 : 0));
        }
        text.Transform(changes, 0);
    }

    /// <summary>The bytes of a token; a token with characters outside the alphabet is taken as it is.</summary>
    public static void AppendBytes(string token, List<byte> target)
    {
        int start = target.Count;
        foreach (char c in token)
        {
            if (bytes.TryGetValue(c, out byte b))
            {
                target.Add(b);
                continue;
            }
            target.RemoveRange(start, target.Count - start);
            target.AddRange(Encoding.UTF8.GetBytes(token));
            return;
        }
    }

    /// <summary>End of the word that begins at a UTF-16 index: the match there of 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+.</summary>
    public static int NextWord(ReadOnlySpan<char> text, int start)
    {
        char c = text[start];
        if (c == '\'' && start + 1 < text.Length)
        {
            char next = text[start + 1];
            if (next is 's' or 't' or 'm' or 'd')
                return start + 2;
            if (start + 2 < text.Length && (next, text[start + 2]) is ('r', 'e') or ('v', 'e') or ('l', 'l'))
                return start + 3;
        }
        var classes = CodePointTable.Classes;
        int at = start;
        if (c == ' ' && start + 1 < text.Length)
            at++;
        int kind = ClassAt(text, at, classes, out int units);
        if (kind != (int)ExpressionClass.Space)
        {
            // A run of one class, with the one space before it.
            for (at += units; at < text.Length; at += units)
                if (ClassAt(text, at, classes, out units) != kind)
                    break;
            return at;
        }
        int last = at;
        for (at = start; at < text.Length; at += units)
        {
            if (ClassAt(text, at, classes, out units) != (int)ExpressionClass.Space)
                break;
            last = at;
        }
        // White space before a word leaves its last character to it.
        return at == text.Length || last == start ? at : last;
    }

    private static int ClassAt(ReadOnlySpan<char> text, int at, ReadOnlySpan<byte> classes, out int units)
    {
        char c = text[at];
        if (!char.IsSurrogate(c))
        {
            units = 1;
            return classes[c] & 3;
        }
        return classes[NormalizedText.CodePointAt(text, at, out units)] & 3;
    }
}
