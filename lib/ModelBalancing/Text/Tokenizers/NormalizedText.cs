// A text on its way through normalizers and pre-tokenizers, each code point with the place in the original that it stands for.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Code points with their alignments. The rules of alignment are those of the tokenizers library's NormalizedString (tokenizer/normalizer.rs).</summary>
internal sealed class NormalizedText
{
    private int[] runes;
    private TokenOffset[] places;

    private NormalizedText(int[] runes, TokenOffset[] places, int count, int origin) => (this.runes, this.places, Count, Origin) = (runes, places, count, origin);

    /// <summary>Number of code points.</summary>
    public int Count { get; private set; }

    /// <summary>Where this part begins in the original text.</summary>
    public int Origin { get; }

    /// <summary>The code points.</summary>
    public ReadOnlySpan<int> Runes => runes.AsSpan(0, Count);

    /// <summary>The whole text as it is.</summary>
    /// <exception cref="TokenizerException">It holds half of a surrogate pair.</exception>
    public static NormalizedText Of(ReadOnlySpan<char> text)
    {
        var runes = new int[text.Length];
        var places = new TokenOffset[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length; count++)
        {
            runes[count] = CodePointAt(text, i, out int units);
            places[count] = new(count, count + 1);
            i += units;
        }
        return new(runes, places, count, 0);
    }

    /// <summary>The code point at a UTF-16 index.</summary>
    /// <exception cref="TokenizerException">Half of a surrogate pair stands there.</exception>
    public static int CodePointAt(ReadOnlySpan<char> text, int at, out int units)
    {
        char c = text[at];
        units = 1;
        if (!char.IsSurrogate(c))
            return c;
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            units = 2;
            return char.ConvertToUtf32(c, text[at + 1]);
        }
        throw new TokenizerException($"The text holds half of a surrogate pair (U+{(int)c:X4}) at UTF-16 unit {at}, which is no Unicode character: repair the text, or decode it with replacement of what is invalid.");
    }

    /// <summary>Place in the original of the code points from <paramref name="start"/> to <paramref name="end"/> (not empty).</summary>
    public TokenOffset Place(int start, int end) => new(places[start].Start, places[end - 1].End);

    /// <summary>A part of it.</summary>
    public NormalizedText Slice(int start, int end)
    {
        int origin = start < end ? places[start].Start : Origin;
        return new(runes[start..end], places[start..end], end - start, origin);
    }

    /// <summary>The code points as a string.</summary>
    public string Text(int start, int end) => string.Create(Units(start, end), (this, start, end), static (target, from) =>
    {
        int at = 0;
        for (int i = from.start; i < from.end; i++)
            at += Write(from.Item1.runes[i], target[at..]);
    });

    /// <summary>The whole as a string.</summary>
    public override string ToString() => Text(0, Count);

    /// <summary>UTF-16 units of a code point written to <paramref name="target"/>.</summary>
    public static int Write(int rune, Span<char> target)
    {
        if (rune < 0x10000)
        {
            target[0] = (char)rune;
            return 1;
        }
        target[0] = (char)(0xD7C0 + (rune >> 10));
        target[1] = (char)(0xDC00 + (rune & 0x3FF));
        return 2;
    }

    /// <summary>Replaces everything.</summary>
    /// <param name="changes">The new code points; 0: stands for the next old one, 1: new, shares the place of the one before, -n: stands for the next and removes n after it.</param>
    /// <param name="removed">Old code points that are left out at the begin.</param>
    public void Transform(List<(int Rune, int Change)> changes, int removed)
    {
        var (newRunes, newPlaces) = (new int[changes.Count], new TokenOffset[changes.Count]);
        int at = removed;
        for (int i = 0; i < changes.Count; i++)
        {
            var (rune, change) = changes[i];
            newRunes[i] = rune;
            newPlaces[i] = change > 0 ? at < 1 ? new(Origin, Origin) : places[Math.Min(at, Count) - 1] : places[Math.Min(at, Count - 1)];
            if (change <= 0)
                at += 1 - change;
        }
        (runes, places, Count) = (newRunes, newPlaces, changes.Count);
    }

    /// <summary>Keeps what fits.</summary>
    public void Filter(Func<int, bool> keep)
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!keep(runes[i]))
                continue;
            (runes[count], places[count]) = (runes[i], places[i]);
            count++;
        }
        Count = count;
    }

    /// <summary>Puts a text before a text that is not empty; it shares the place of the first code point.</summary>
    public void Prepend(string text)
    {
        if (Count == 0)
            return;
        var added = Of(text);
        TokenOffset first = places[0];
        runes = [.. added.Runes, .. Runes];
        places = [.. Enumerable.Repeat(first, added.Count), .. places.AsSpan(0, Count)];
        Count += added.Count;
    }

    /// <summary>Replaces every occurrence; the new code points share the place of the last one replaced.</summary>
    public void Replace(string pattern, string content)
    {
        var (old, replacement) = (Of(pattern), Of(content));
        if (old.Count == 0 || Runes.IndexOf(old.Runes) < 0)
            return;
        var (newRunes, newPlaces) = (new List<int>(Count), new List<TokenOffset>(Count));
        for (int i = 0; i < Count;)
        {
            if (Runes[i..].StartsWith(old.Runes))
            {
                foreach (int rune in replacement.Runes)
                {
                    newRunes.Add(rune);
                    newPlaces.Add(places[i + old.Count - 1]);
                }
                i += old.Count;
            }
            else
            {
                newRunes.Add(runes[i]);
                newPlaces.Add(places[i++]);
            }
        }
        (runes, places, Count) = ([.. newRunes], [.. newPlaces], newRunes.Count);
    }

    private int Units(int start, int end)
    {
        int units = end - start;
        for (int i = start; i < end; i++)
            units += runes[i] >= 0x10000 ? 1 : 0;
        return units;
    }
}
