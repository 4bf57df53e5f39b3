// The unigram model in Hugging Face form: the most likely pieces of a word (models/unigram/model.rs of the tokenizers library, float64 scores).

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Unigram.</summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly int unknown;
    private readonly int[]? byteIds;
    private readonly UnigramSearch search;

    /// <summary>With scores by id.</summary>
    public UnigramModel(Vocabulary vocabulary, double[] scores, int? unknown, bool byteFallback, string file) : base(vocabulary)
    {
        if (unknown is { } id && (id < 0 || id >= scores.Length))
            throw new TokenizerException($"The unknown piece of '{file}' has the id {id}, but there are {scores.Length:N0} pieces: get the file again.");
        this.unknown = unknown ?? -1;
        byteIds = byteFallback ? ByteIds(vocabulary) : null;
        var trie = new PieceTrie();
        foreach (var (token, at) in vocabulary.InOrder)
            trie.Add(token, at);
        search = new(trie, scores, this.unknown, scores.Min() - UnknownPenalty, single: false);
    }

    public override void Tokenize(NormalizedText word, List<WordPart> parts)
    {
        string text = word.ToString();
        var path = new List<(int Start, int End, int Id)>();
        foreach (var (start, end, id) in search.Find(text))
        {
            // Unknown neighbours become one.
            if (id == unknown && path.Count > 0 && path[^1].Id == unknown)
                path[^1] = (path[^1].Start, end, unknown);
            else
                path.Add((start, end, id));
        }
        int rune = 0;
        foreach (var (start, end, _) in path)
        {
            int next = rune;
            for (int c = start; c < end; c++)
                next += char.IsLowSurrogate(text[c]) ? 0 : 1;
            Add(text[start..end], rune, next, parts);
            rune = next;
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
