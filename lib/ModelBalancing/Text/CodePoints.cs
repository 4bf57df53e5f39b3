// Places in a text counted in Unicode code points, as the reference tokenizers count them.
using System.Text;

namespace ModelBalancing.Text;

/// <summary>Slices a string by code points: a character beyond U+FFFF is two UTF-16 units but one place.</summary>
public sealed class CodePoints
{
    private readonly string text;
    private readonly int[]? units;

    /// <summary>Reads a text once; one without surrogates needs no table.</summary>
    /// <param name="text">The text.</param>
    public CodePoints(string text)
    {
        this.text = text;
        if (!text.Any(char.IsSurrogate))
        {
            Count = text.Length;
            return;
        }
        var starts = new List<int>(text.Length + 1);
        int at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            starts.Add(at);
            at += rune.Utf16SequenceLength;
        }
        Count = starts.Count;
        starts.Add(text.Length);
        units = [.. starts];
    }

    /// <summary>Number of code points.</summary>
    public int Count { get; }

    /// <summary>UTF-16 index of a code point.</summary>
    /// <param name="place">From 0 to <see cref="Count"/>.</param>
    public int ToUtf16(int place) => units is null ? place : units[place];

    /// <summary>The text between two places.</summary>
    /// <param name="begin">First code point.</param>
    /// <param name="end">Past the last code point; not below <paramref name="begin"/>.</param>
    public string Slice(int begin, int end) => text[ToUtf16(begin)..ToUtf16(end)];
}
