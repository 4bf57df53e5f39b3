// The normalizers that a tokenizer.json can name.
using System.Globalization;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A step that rewrites a text and keeps its alignment.</summary>
internal abstract record Normalizer
{
    public abstract void Apply(NormalizedText text);
}

/// <summary>One after the other.</summary>
internal sealed record NormalizerSequence(IReadOnlyList<Normalizer> Steps) : Normalizer
{
    public override void Apply(NormalizedText text)
    {
        foreach (var step in Steps)
            step.Apply(text);
    }
}

/// <summary>Puts a text before a text that is not empty.</summary>
internal sealed record PrependNormalizer(string Text) : Normalizer
{
    public override void Apply(NormalizedText text) => text.Prepend(Text);
}

/// <summary>Replaces a text by another.</summary>
internal sealed record ReplaceNormalizer(string Pattern, string Content) : Normalizer
{
    public override void Apply(NormalizedText text) => text.Replace(Pattern, Content);
}

/// <summary>Lower case, code point by code point.</summary>
internal sealed record LowercaseNormalizer : Normalizer
{
    public override void Apply(NormalizedText text)
    {
        var changes = new List<(int, int)>(text.Count);
        Span<int> lower = stackalloc int[4];
        foreach (int rune in text.Runes)
        {
            int count = CodePointTable.Lower(rune, lower);
            for (int i = 0; i < count; i++)
                changes.Add((lower[i], i > 0 ? 1 : 0));
        }
        text.Transform(changes, 0);
    }
}

/// <summary>Canonical decomposition with marks in canonical order.</summary>
internal sealed record DecompositionNormalizer : Normalizer
{
    public override void Apply(NormalizedText text)
    {
        var changes = new List<(int Rune, int Change)>(text.Count);
        Span<int> parts = stackalloc int[4];
        int settled = 0; // what comes before is in order
        foreach (int rune in text.Runes)
        {
            int count = CodePointTable.Decompose(rune, parts);
            for (int i = 0; i < count; i++)
            {
                if (CodePointTable.CombiningClass(parts[i]) == 0)
                {
                    Order(changes, settled);
                    settled = changes.Count + 1;
                }
                changes.Add((parts[i], i > 0 ? 1 : 0));
            }
        }
        Order(changes, settled);
        text.Transform(changes, 0);
    }

    // Insertion sort: stable, and runs of marks are short.
    private static void Order(List<(int Rune, int Change)> changes, int from)
    {
        if (changes.Count - from > 256)
        {
            var sorted = changes.Skip(from).OrderBy(change => CodePointTable.CombiningClass(change.Rune)).ToList();
            changes.RemoveRange(from, sorted.Count);
            changes.AddRange(sorted);
            return;
        }
        for (int i = from + 1; i < changes.Count; i++)
            for (int j = i; j > from && CodePointTable.CombiningClass(changes[j - 1].Rune) > CodePointTable.CombiningClass(changes[j].Rune); j--)
                (changes[j - 1], changes[j]) = (changes[j], changes[j - 1]);
    }
}

/// <summary>BERT's cleaning, spaces around ideographs, accents and case (normalizers/bert.rs of the tokenizers library).</summary>
internal sealed record BertNormalizer(bool Clean = true, bool Ideographs = true, bool? StripAccents = null, bool Lowercase = true) : Normalizer
{
    private static readonly DecompositionNormalizer decomposition = new();
    private static readonly LowercaseNormalizer lowercase = new();

    private bool Strips => StripAccents ?? Lowercase;

    public override void Apply(NormalizedText text)
    {
        if (Clean)
        {
            text.Filter(static rune => CodePointTable.Cleaning(rune) != CleaningClass.Control);
            if (Any(text, CleaningClass.Space))
            {
                var changes = new List<(int, int)>(text.Count);
                foreach (int rune in text.Runes)
                    changes.Add((CodePointTable.Cleaning(rune) == CleaningClass.Space ? ' ' : rune, 0));
                text.Transform(changes, 0);
            }
        }
        if (Ideographs && Any(text, CleaningClass.Ideograph))
        {
            var changes = new List<(int, int)>(text.Count + 8);
            foreach (int rune in text.Runes)
            {
                if (CodePointTable.Cleaning(rune) == CleaningClass.Ideograph)
                    changes.AddRange([(' ', 0), (rune, 1), (' ', 1)]);
                else
                    changes.Add((rune, 0));
            }
            text.Transform(changes, 0);
        }
        if (Strips && text.Runes.IndexOfAnyExceptInRange(0, 0x7F) >= 0)
        {
            decomposition.Apply(text);
            text.Filter(static rune => CodePointTable.Cleaning(rune) != CleaningClass.Mark);
        }
        if (Lowercase)
            lowercase.Apply(text);
    }

    private static bool Any(NormalizedText text, CleaningClass wanted)
    {
        foreach (int rune in text.Runes)
            if (CodePointTable.Cleaning(rune) == wanted)
                return true;
        return false;
    }
}

/// <summary>A compiled character map, applied as the tokenizers library does: a short grapheme cluster as a whole, else code point by code point.</summary>
internal sealed record CharacterMapNormalizer(CharacterMap Map) : Normalizer
{
    private const int LongestClusterBytes = 5;

    public override void Apply(NormalizedText text)
    {
        var changes = new List<(int Rune, int Change)>(text.Count);
        bool changed = false;
        string whole = text.ToString();
        for (int at = 0; at < whole.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(whole, at);
            var cluster = whole.AsSpan(at, length);
            at += length;
            if (System.Text.Encoding.UTF8.GetByteCount(cluster) <= LongestClusterBytes && Map.First(cluster) is { } replaced)
            {
                Replace(changes, cluster, replaced);
                changed = true;
                continue;
            }
            for (int i = 0; i < cluster.Length;)
            {
                int rune = NormalizedText.CodePointAt(cluster, i, out int units);
                if (Map.First(cluster.Slice(i, units)) is { } one)
                {
                    Replace(changes, cluster.Slice(i, units), one);
                    changed = true;
                }
                else
                {
                    changes.Add((rune, 0));
                }
                i += units;
            }
        }
        if (changed)
            text.Transform(changes, 0);
    }

    private static void Replace(List<(int Rune, int Change)> changes, ReadOnlySpan<char> old, string content)
    {
        var (before, after) = (NormalizedText.Of(old), NormalizedText.Of(content));
        foreach (int rune in after.Runes)
            changes.Add((rune, 0));
        int more = after.Count - before.Count;
        for (int i = changes.Count - 1; i >= changes.Count - more && i >= 0; i--)
            changes[i] = (changes[i].Rune, 1);
        // What is removed is taken by the code point before, also by one of an earlier part; at the very begin nothing takes it, as there.
        if (more < 0 && changes.Count > 0)
            changes[^1] = (changes[^1].Rune, changes[^1].Change + more);
    }
}
