// Byte-pair encoding of a word (models/bpe/model.rs of the tokenizers library): byte-level vocabularies and SentencePiece's in Hugging Face form.
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Settings of a BPE model beside vocabulary and merges.</summary>
internal sealed record BytePairSettings
{
    /// <summary>Stands for what has no token; null: it is left out.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Unknown neighbours become one.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>What has no token is spelled in byte tokens.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>A word that is a token is taken whole.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Marks a symbol inside a word.</summary>
    public string InnerPrefix { get; init; } = "";

    /// <summary>Marks a symbol that ends a word.</summary>
    public string WordSuffix { get; init; } = "";
}

/// <summary>BPE.</summary>
internal sealed class BytePairModel : TokenModel
{
    private const int ShortWord = 256;

    private readonly PairMerges merges;
    private readonly BytePairSettings settings;
    private readonly int unknown = -1;
    private readonly int[] byteIds;

    /// <summary>Checks that merges and vocabulary fit.</summary>
    /// <exception cref="TokenizerException">A merge names a token that is not in the vocabulary.</exception>
    public BytePairModel(Vocabulary vocabulary, IEnumerable<(string Left, string Right)> merges, BytePairSettings settings, string file) : base(vocabulary)
    {
        this.settings = settings;
        byteIds = ByteIds(vocabulary);
        if (settings.UnknownToken is { } token && (unknown = vocabulary.Id(token)) < 0)
            throw new TokenizerException($"The vocabulary in '{file}' lacks the token '{Vocabulary.Shown(token)}' for unknown characters: get the file again.");
        var read = new List<(int, int, int)>();
        foreach (var (left, right) in merges)
        {
            string rest = settings.InnerPrefix.Length > 0 && right.StartsWith(settings.InnerPrefix, StringComparison.Ordinal) ? right[settings.InnerPrefix.Length..] : right;
            read.Add((Known(left), Known(right), Known(left + rest)));

            int Known(string name)
            {
                int id = vocabulary.Id(name);
                return id >= 0 ? id : throw new TokenizerException($"Merge {read.Count + 1} in '{file}' ('{Vocabulary.Shown(left)}' and '{Vocabulary.Shown(right)}') names '{Vocabulary.Shown(name)}', which the vocabulary lacks: vocabulary and merges are of different models.");
            }
        }
        this.merges = new(read);
    }

    public override void Tokenize(NormalizedText word, List<WordPart> parts)
    {
        if (settings.IgnoreMerges && Vocabulary.Id(word.ToString()) is >= 0 and var whole)
        {
            parts.Add(new(whole, 0, word.Count));
            return;
        }
        int most = 4 * word.Count;
        Span<int> ids = most <= ShortWord ? stackalloc int[most] : new int[most], lengths = most <= ShortWord ? stackalloc int[most] : new int[most];
        int count = Symbols(word, ids, lengths);
        count = merges.Merge(ids, lengths, count);
        // Lengths are bytes; a token of a part of a character has the character's place.
        int at = 0, start = 0, end = 0, startByte = 0, endByte = 0;
        for (int i = 0; i < count; i++)
        {
            int next = at + lengths[i];
            while (start < word.Count - 1 && startByte + Bytes(word.Runes[start]) <= at)
                startByte += Bytes(word.Runes[start++]);
            while (end < word.Count && endByte < next)
                endByte += Bytes(word.Runes[end++]);
            parts.Add(new(ids[i], start, Math.Max(end, start + 1)));
            at = next;
        }
    }

    private int Symbols(NormalizedText word, Span<int> ids, Span<int> lengths)
    {
        int count = 0, unknownLength = 0;
        Span<byte> utf8 = stackalloc byte[4];
        Span<char> units = stackalloc char[2];
        for (int i = 0; i < word.Count; i++)
        {
            int rune = word.Runes[i], bytes = Bytes(rune), id;
            var symbol = units[..NormalizedText.Write(rune, units)];
            if ((i > 0 && settings.InnerPrefix.Length > 0) || (i == word.Count - 1 && settings.WordSuffix.Length > 0))
                id = Vocabulary.Id($"{(i > 0 ? settings.InnerPrefix : "")}{symbol}{(i == word.Count - 1 ? settings.WordSuffix : "")}");
            else
                id = Vocabulary.Id(symbol);
            if (id >= 0)
            {
                Settle(ids, lengths);
                (ids[count], lengths[count++]) = (id, bytes);
                continue;
            }
            if (settings.ByteFallback)
            {
                var spelled = utf8[..new Rune(rune).EncodeToUtf8(utf8)];
                bool all = true;
                foreach (byte b in spelled)
                    all &= byteIds[b] >= 0;
                if (all)
                {
                    foreach (byte b in spelled)
                        (ids[count], lengths[count++]) = (byteIds[b], 1);
                    continue;
                }
            }
            if (unknown < 0)
                continue;
            if (!settings.FuseUnknown)
                Settle(ids, lengths);
            unknownLength += bytes;
        }
        Settle(ids, lengths);
        return count;

        void Settle(Span<int> ids, Span<int> lengths)
        {
            if (unknownLength == 0)
                return;
            (ids[count], lengths[count++]) = (unknown, unknownLength);
            unknownLength = 0;
        }
    }

    private static int Bytes(int rune) => rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
}
