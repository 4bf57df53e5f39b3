// The unigram model in Hugging Face form: the most likely pieces of a word (models/unigram/model.rs of the tokenizers library, float64 scores).

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Unigram.</summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly double[] scores;
    private readonly double unknownScore;
    private readonly int unknown;
    private readonly int[]? byteIds;
    private readonly PieceTrie trie = new();

    /// <summary>With scores by id.</summary>
    public UnigramModel(Vocabulary vocabulary, double[] scores, int? unknown, bool byteFallback, string file) : base(vocabulary)
    {
        if (unknown is { } id && (id < 0 || id >= scores.Length))
            throw new TokenizerException($"The unknown piece of '{file}' has the id {id}, but there are {scores.Length:N0} pieces: get the file again.");
        this.scores = scores;
        this.unknown = unknown ?? -1;
        unknownScore = scores.Min() - UnknownPenalty;
        byteIds = byteFallback ? ByteIds(vocabulary) : null;
        foreach (var (token, at) in vocabulary.InOrder)
            trie.Add(token, at);
    }

    public override void Tokenize(NormalizedText word, List<WordPart> parts)
    {
        string text = word.ToString();
        var best = new (double Score, int Start, int Id)[text.Length + 1];
        for (int i = 1; i <= text.Length; i++)
            best[i] = (0, -1, -1);
        for (int start = 0; start < text.Length;)
        {
            int single = start + (char.IsHighSurrogate(text[start]) ? 2 : 1);
            bool hasSingle = false;
            int node = PieceTrie.Root;
            for (int end = start; end < text.Length && trie.TryStep(ref node, text[end]);)
            {
                end++;
                if (trie.Value(node) is not (>= 0 and var id))
                    continue;
                Offer(start, end, best[start].Score + scores[id], id);
                hasSingle |= end == single;
            }
            if (!hasSingle)
            {
                if (unknown < 0)
                    throw new TokenizerException($"The text holds '{text[start..single]}', which has no piece, and the model has no piece for what is unknown.");
                Offer(start, single, best[start].Score + unknownScore, unknown);
            }
            start = single;
        }
        var path = new List<(int Start, int End, int Id)>();
        for (int end = text.Length; end > 0; end = best[end].Start)
        {
            // Unknown neighbours become one.
            if (best[end].Id == unknown && path.Count > 0 && path[^1].Id == unknown)
                path[^1] = (best[end].Start, path[^1].End, unknown);
            else
                path.Add((best[end].Start, end, best[end].Id));
        }
        int rune = 0;
        for (int i = path.Count - 1; i >= 0; i--)
        {
            var (start, end, _) = path[i];
            int next = rune;
            for (int c = start; c < end; c++)
                next += char.IsLowSurrogate(text[c]) ? 0 : 1;
            Add(text[start..end], rune, next, parts);
            rune = next;
        }

        void Offer(int start, int end, double score, int id)
        {
            if (best[end].Start < 0 || score > best[end].Score)
                best[end] = (score, start, id);
        }
    }

    private void Add(string piece, int start, int end, List<WordPart> parts)
    {
        if (Vocabulary.Id(piece) is >= 0 and var id)
        {
            parts.Add(new(id, start, end));
            return;
        }
        if (byteIds is not null)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(piece);
            if (bytes.All(b => byteIds[b] >= 0))
            {
                foreach (byte b in bytes)
                    parts.Add(new(byteIds[b], start, end));
                return;
            }
        }
        parts.Add(new(unknown, start, end, piece));
    }
}
