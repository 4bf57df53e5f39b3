// What tokenizers know of every code point: classes of the byte-level expression (Unicode 16), of BERT's pre-tokenizer and normalizer
// (Unicode 8 to 16, as compiled into the reference library), decompositions, lower case. From code-points.txt, made by make_code_points.py.
using System.Reflection;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Class of a code point in the byte-level expression.</summary>
internal enum ExpressionClass
{
    Other,
    Letter,
    Number,
    Space,
}

/// <summary>Class of a code point in BERT's pre-tokenizer.</summary>
internal enum WordClass
{
    Word,
    Punctuation,
    Space,
}

/// <summary>What BERT's normalizer does to a code point before case and accents.</summary>
internal enum CleaningClass
{
    Keep,
    Control,
    Mark,
    Space,
    Ideograph,
}

/// <summary>The table, read once.</summary>
internal static class CodePointTable
{
    /// <summary>Number of code points.</summary>
    public const int Count = 0x110000;

    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7, VowelCount = 21, TrailCount = 28;

    private static readonly byte[] classes = new byte[Count]; // bits 0-1 expression, 2-3 word, 4-6 cleaning
    private static readonly Dictionary<int, int[]> decompositions = [];
    private static readonly Dictionary<int, int[]> lowers = [];
    private static readonly Dictionary<int, byte> combining = [];

    static CodePointTable()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("ModelBalancing.Text.Tokenizers.code-points.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            int at = line.IndexOf(' ');
            var payload = line.AsSpan(at + 1);
            switch (line[..at])
            {
                case "expression": Runs(payload, "OLNS", 0); break;
                case "pretokenizer": Runs(payload, "WPS", 2); break;
                case "normalizer": Runs(payload, "KCMSI", 4); break;
                case "decomposition": Mappings(payload, decompositions); break;
                case "lower": Mappings(payload, lowers); break;
                default: Combining(payload); break;
            }
        }
    }

    /// <summary>The classes of the byte-level expression in the two lowest bits, by code point.</summary>
    public static ReadOnlySpan<byte> Classes => classes;

    /// <summary>Class in the byte-level expression.</summary>
    public static ExpressionClass Expression(int codePoint) => (ExpressionClass)(classes[codePoint] & 3);

    /// <summary>Whether a code point is white space (Unicode's White_Space).</summary>
    public static bool IsSpace(int codePoint) => Expression(codePoint) == ExpressionClass.Space;

    /// <summary>Class in BERT's pre-tokenizer.</summary>
    public static WordClass Word(int codePoint) => (WordClass)(classes[codePoint] >> 2 & 3);

    /// <summary>What BERT's normalizer does first.</summary>
    public static CleaningClass Cleaning(int codePoint) => (CleaningClass)(classes[codePoint] >> 4 & 7);

    /// <summary>Canonical combining class.</summary>
    public static int CombiningClass(int codePoint) => codePoint < 0x300 ? 0 : combining.GetValueOrDefault(codePoint);

    /// <summary>Full canonical decomposition.</summary>
    /// <param name="codePoint">The code point.</param>
    /// <param name="target">At least 4 places.</param>
    /// <returns>How many were written.</returns>
    public static int Decompose(int codePoint, Span<int> target)
    {
        if (codePoint is >= HangulFirst and <= HangulLast)
        {
            int syllable = codePoint - HangulFirst;
            target[0] = LeadFirst + syllable / (VowelCount * TrailCount);
            target[1] = VowelFirst + syllable % (VowelCount * TrailCount) / TrailCount;
            int trail = syllable % TrailCount;
            if (trail == 0)
                return 2;
            target[2] = TrailFirst + trail;
            return 3;
        }
        return Copy(codePoint, decompositions, target);
    }

    /// <summary>Lower case of one code point by itself (no final sigma).</summary>
    /// <param name="codePoint">The code point.</param>
    /// <param name="target">At least 3 places.</param>
    /// <returns>How many were written.</returns>
    public static int Lower(int codePoint, Span<int> target)
    {
        if (codePoint < 128)
        {
            target[0] = codePoint is >= 'A' and <= 'Z' ? codePoint + 32 : codePoint;
            return 1;
        }
        return Copy(codePoint, lowers, target);
    }

    private static int Copy(int codePoint, Dictionary<int, int[]> table, Span<int> target)
    {
        if (codePoint >= 128 && table.TryGetValue(codePoint, out var mapped))
        {
            mapped.CopyTo(target);
            return mapped.Length;
        }
        target[0] = codePoint;
        return 1;
    }

    private static void Runs(ReadOnlySpan<char> text, string letters, int shift)
    {
        int at = 0, length = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterUpper(c))
            {
                length = length * 36 + Digit(c);
                continue;
            }
            int bits = letters.IndexOf(c) << shift;
            foreach (ref byte entry in classes.AsSpan(at, length))
                entry |= (byte)bits;
            (at, length) = (at + length, 0);
        }
    }

    private static void Mappings(ReadOnlySpan<char> text, Dictionary<int, int[]> table)
    {
        foreach (var entry in text.Split(' '))
        {
            var parts = text[entry];
            int at = parts.IndexOf('=');
            var targets = new List<int>();
            foreach (var part in parts[(at + 1)..].Split('.'))
                targets.Add(Number(parts[(at + 1)..][part]));
            table[Number(parts[..at])] = [.. targets];
        }
    }

    private static void Combining(ReadOnlySpan<char> text)
    {
        foreach (var entry in text.Split(' '))
        {
            var parts = text[entry];
            int plus = parts.IndexOf('+'), equals = parts.IndexOf('=');
            int first = Number(parts[..plus]), count = Number(parts[(plus + 1)..equals]);
            for (int i = 0; i < count; i++)
                combining[first + i] = byte.Parse(parts[(equals + 1)..]);
        }
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        int number = 0;
        foreach (char c in digits)
            number = number * 36 + Digit(c);
        return number;
    }

    private static int Digit(char c) => c <= '9' ? c - '0' : c - 'a' + 10;
}
