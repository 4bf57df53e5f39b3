// BERT's WordPiece: the longest piece that fits, from the left (models/wordpiece of the tokenizers library).
using System.Buffers;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>WordPiece.</summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly int unknown;
    private readonly int longestWord;
    private readonly Dictionary<string, int> inner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> innerBySpan;

    /// <summary>With its settings.</summary>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="unknownToken">Stands for a word that has no pieces.</param>
    /// <param name="prefix">Marks a piece inside a word.</param>
    /// <param name="longestWord">A word of more code points is unknown.</param>
    /// <param name="file">For messages.</param>
    public WordPieceModel(Vocabulary vocabulary, string unknownToken, string prefix, int longestWord, string file) : base(vocabulary)
    {
        unknown = vocabulary.Id(unknownToken);
        if (unknown < 0)
            throw new TokenizerException($"The vocabulary in '{file}' lacks the token '{Vocabulary.Shown(unknownToken)}' for unknown words: get the file again.");
        this.longestWord = longestWord;
        foreach (var (token, id) in vocabulary.InOrder)
            if (token.StartsWith(prefix, StringComparison.Ordinal))
                inner[token[prefix.Length..]] = id;
        innerBySpan = inner.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public override void Tokenize(NormalizedText word, List<WordPart> parts)
    {
        int before = parts.Count;
        if (word.Count <= longestWord && TryPieces(word, parts))
            return;
        parts.RemoveRange(before, parts.Count - before);
        parts.Add(new(unknown, 0, word.Count));
    }

    private bool TryPieces(NormalizedText word, List<WordPart> parts)
    {
        char[] text = ArrayPool<char>.Shared.Rent(2 * word.Count);
        try
        {
            int length = 0;
            foreach (int rune in word.Runes)
                length += NormalizedText.Write(rune, text.AsSpan(length));
            for (int start = 0, rune = 0; start < length;)
            {
                int end = Math.Min(length, start + Vocabulary.LongestToken), id = -1;
                for (; end > start; end--)
                {
                    var piece = text.AsSpan(start, end - start);
                    if (start == 0)
                        id = Vocabulary.Id(piece);
                    else if (!innerBySpan.TryGetValue(piece, out id))
                        id = -1;
                    if (id >= 0)
                        break;
                }
                if (id < 0)
                    return false;
                int next = rune;
                for (int i = start; i < end; i++)
                    next += char.IsHighSurrogate(text[i]) ? 0 : 1;
                parts.Add(new(id, rune, next));
                (start, rune) = (end, next);
            }
            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }
}
