// The fast way: a text is cut into words by scanning it, and what a word becomes is remembered.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>What a word becomes: places count from its begin.</summary>
internal sealed class EncodedWord
{
    /// <summary>The word as the text has it.</summary>
    public required string Text { get; init; }

    /// <summary>Ids of its tokens.</summary>
    public required int[] Ids { get; init; }

    /// <summary>Their places.</summary>
    public required TokenOffset[] Places { get; init; }

    /// <summary>Which word of those that it holds each token belongs to; null: all to the first.</summary>
    public int[]? WordOf { get; init; }

    /// <summary>Number of words it holds: 0 where nothing is left of it, else nearly always 1.</summary>
    public required int Words { get; init; }

    /// <summary>Code points of the text.</summary>
    public required int CodePoints { get; init; }
}

/// <summary>Remembers words without locks: a fixed table in which a newer word takes the place of an older one.</summary>
internal sealed class WordCache
{
    /// <summary>Longer words are not remembered.</summary>
    public const int LongestWord = 64;

    private const int Slots = 1 << 16, Ways = 4;

    private readonly EncodedWord?[] slots = new EncodedWord?[Slots];

    /// <summary>A number for a word.</summary>
    public static uint Hash(ReadOnlySpan<char> word)
    {
        ulong hash = (ulong)word.Length * 0x9E3779B97F4A7C15UL;
        foreach (char c in word)
            hash = (hash ^ c) * 0xD6E8FEB86659FD93UL;
        return (uint)(hash >> 32);
    }

    /// <summary>The word, or null.</summary>
    public EncodedWord? Find(ReadOnlySpan<char> word, uint hash)
    {
        for (uint way = 0; way < Ways; way++)
        {
            var found = Volatile.Read(ref slots[(hash + way) & (Slots - 1)]);
            if (found is null)
                return null;
            if (word.SequenceEqual(found.Text))
                return found;
        }
        return null;
    }

    /// <summary>Remembers a word.</summary>
    public void Keep(EncodedWord word, uint hash)
    {
        for (uint way = 0; way < Ways; way++)
        {
            ref var slot = ref slots[(hash + way) & (Slots - 1)];
            if (Volatile.Read(ref slot) is not null)
                continue;
            Volatile.Write(ref slot, word);
            return;
        }
        Volatile.Write(ref slots[(hash + (hash >> 16) % Ways) & (Slots - 1)], word);
    }
}

/// <summary>Scans words and looks them up.</summary>
internal abstract class WordEncoder(IReadOnlyList<AddedToken> added) : SequenceEncoder
{
    private readonly AddedTokenFinder finder = new(added.Select(token => (token.Content, token)));
    private readonly WordCache cache = new();

    public override void Encode(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        int at = 0, place = 0;
        while (at < text.Length)
        {
            var token = finder.Next(text, at, out int start, out int end);
            if (start > at)
                place = EncodePart(text[at..start], place, tokens);
            if (token is not null)
            {
                string spelling = tokens.Detailed ? text[start..end].ToString() : "";
                int next = place + (tokens.Detailed ? Count(text[start..end]) : 0);
                tokens.Add(token.Id, new(place, next), spelling);
                tokens.Words++;
                place = next;
            }
            at = end;
        }
    }

    /// <summary>End of the word that begins at a UTF-16 index; what lies between words is a word of its own that becomes nothing.</summary>
    protected abstract int NextWord(ReadOnlySpan<char> text, int start);

    /// <summary>Skips what becomes nothing, in code points of one unit.</summary>
    protected virtual int SkipBlank(ReadOnlySpan<char> text, int start) => start;

    /// <summary>What a word becomes.</summary>
    protected abstract EncodedWord Build(ReadOnlySpan<char> word);

    /// <summary>Adds the tokens of a text without added tokens.</summary>
    /// <returns>The place after it.</returns>
    protected virtual int EncodePart(ReadOnlySpan<char> text, int place, TokenBuffer tokens)
    {
        int at = 0;
        while (true)
        {
            int blank = at;
            at = SkipBlank(text, at);
            place += at - blank;
            if (at == text.Length)
                return place;
            int end = NextWord(text, at);
            var word = Find(text[at..end]);
            if (tokens.Detailed)
                Detail(word, place, tokens);
            else if (word.Ids.Length == 1)
                tokens.Add(word.Ids[0]);
            else
                tokens.Add(word.Ids);
            place += word.CodePoints;
            at = end;
        }
    }

    /// <summary>Builds what a word becomes by the general steps.</summary>
    /// <param name="text">The word.</param>
    /// <param name="words">The words it holds after normalization.</param>
    /// <param name="model">The model.</param>
    /// <param name="codePoints">Its code points.</param>
    protected static EncodedWord Build(ReadOnlySpan<char> text, IEnumerable<NormalizedText> words, TokenModel model, int codePoints)
    {
        var (ids, places, wordOf, parts, count) = (new List<int>(), new List<TokenOffset>(), new List<int>(), new List<WordPart>(), 0);
        foreach (var word in words)
        {
            parts.Clear();
            model.Tokenize(word, parts);
            foreach (var part in parts)
            {
                ids.Add(part.Id);
                places.Add(word.Place(part.Start, part.End));
                wordOf.Add(count);
            }
            count++;
        }
        return new() { Text = text.ToString(), Ids = [.. ids], Places = [.. places], WordOf = count > 1 ? [.. wordOf] : null, Words = count, CodePoints = codePoints };
    }

    private EncodedWord Find(ReadOnlySpan<char> word)
    {
        if (word.Length > WordCache.LongestWord)
            return Build(word);
        uint hash = WordCache.Hash(word);
        if (cache.Find(word, hash) is { } known)
            return known;
        var built = Build(word);
        cache.Keep(built, hash);
        return built;
    }

    private static void Detail(EncodedWord word, int place, TokenBuffer tokens)
    {
        for (int i = 0; i < word.Ids.Length; i++)
        {
            var (start, end) = word.Places[i];
            tokens.Add(word.Ids[i], new(place + start, place + end), tokens.Words + (word.WordOf?[i] ?? 0));
        }
        tokens.Words += word.Words;
    }

    private static int Count(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char c in text)
            count += char.IsLowSurrogate(c) ? 0 : 1;
        return count;
    }
}

/// <summary>Byte-level BPE without a normalizer: RoBERTa, GPT-2.</summary>
internal sealed class ByteLevelEncoder(IReadOnlyList<AddedToken> added, bool addPrefixSpace, BytePairModel model) : WordEncoder(added)
{
    protected override int NextWord(ReadOnlySpan<char> text, int start) => ByteLevel.NextWord(text, start);

    protected override int EncodePart(ReadOnlySpan<char> text, int place, TokenBuffer tokens)
    {
        if (!addPrefixSpace || text[0] == ' ')
            return base.EncodePart(text, place, tokens);
        // The space put before shares the place of the first code point.
        int first = tokens.Count;
        int end = base.EncodePart($" {text}", place - 1, tokens);
        for (int i = first; tokens.Detailed && i < tokens.Count && tokens.Offsets[i].Start < place; i++)
            tokens.Offsets[i] = new(place, Math.Max(tokens.Offsets[i].End, place + 1));
        return end;
    }

    protected override EncodedWord Build(ReadOnlySpan<char> word)
    {
        var text = NormalizedText.Of(word);
        int codePoints = text.Count;
        ByteLevel.Transform(text);
        return Build(word, [text], model, codePoints);
    }
}

/// <summary>BERT's normalizer and pre-tokenizer with WordPiece.</summary>
internal sealed class BertEncoder : WordEncoder
{
    private static readonly BertPreTokenizer preTokenizer = new();

    private readonly BertNormalizer normalizer;
    private readonly WordPieceModel model;
    private readonly bool[] isInner = new bool[128];
    private readonly bool[] isBlank = new bool[128];

    /// <summary>With its parts; the added tokens must be looked for before normalization.</summary>
    public BertEncoder(IReadOnlyList<AddedToken> added, BertNormalizer normalizer, WordPieceModel model) : base(added)
    {
        (this.normalizer, this.model) = (normalizer, model);
        for (int c = 0; c < isInner.Length; c++)
        {
            isInner[c] = StaysInside(c);
            isBlank[c] = !isInner[c] && CodePointTable.Word(c) == WordClass.Space;
        }
    }

    protected override int SkipBlank(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && text[start] < 128 && isBlank[text[start]])
            start++;
        return start;
    }

    protected override int NextWord(ReadOnlySpan<char> text, int start)
    {
        int at = start;
        while (at < text.Length)
        {
            char c = text[at];
            int units = 1;
            if (c < 128 ? !isInner[c] : !StaysInside(NormalizedText.CodePointAt(text, at, out units)))
                return at > start ? at : at + units; // what ends words stands alone
            at += units;
        }
        return at;
    }

    protected override EncodedWord Build(ReadOnlySpan<char> word)
    {
        var text = NormalizedText.Of(word);
        int codePoints = text.Count;
        normalizer.Apply(text);
        return Build(word, preTokenizer.Split(text), model, codePoints);
    }

    // Whether nothing that ends a word comes of a code point.
    private bool StaysInside(int codePoint)
    {
        if (normalizer.Ideographs && CodePointTable.Cleaning(codePoint) == CleaningClass.Ideograph)
            return false;
        if (normalizer.Clean && CodePointTable.Cleaning(codePoint) is CleaningClass.Space)
            return false;
        if (normalizer.Clean && CodePointTable.Cleaning(codePoint) is CleaningClass.Control)
            return true;
        if (CodePointTable.Word(codePoint) != WordClass.Word)
            return false;
        Span<int> parts = stackalloc int[4];
        int count = CodePointTable.Decompose(codePoint, parts);
        for (int i = 0; i < count; i++)
            if (CodePointTable.Word(parts[i]) != WordClass.Word)
                return false;
        return true;
    }
}
