// The most likely way to put a text together from pieces.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Viterbi search over pieces whose scores are added (sentencepiece, unigram_model.cc, EncodeOptimized, which the tokenizers library follows in float64).</summary>
/// <param name="trie">The pieces, by id.</param>
/// <param name="scores">Scores by id.</param>
/// <param name="unknown">Id of what has no piece, or -1 if that cannot be encoded.</param>
/// <param name="unknownScore">Its score for each character.</param>
/// <param name="single">Rounds every sum to float32 before it is compared: what sentencepiece 0.2.3 gives for texts with several equally likely ways.</param>
internal sealed class UnigramSearch(PieceTrie trie, double[] scores, int unknown, double unknownScore, bool single)
{
    /// <summary>The pieces in order; unknown characters one by one.</summary>
    /// <exception cref="TokenizerException">A character has no piece, and the model none for what is unknown.</exception>
    public List<(int Start, int End, int Id)> Find(string text)
    {
        var best = new (double Score, int Start, int Id)[text.Length + 1];
        for (int i = 1; i < best.Length; i++)
            best[i].Start = -1;
        for (int start = 0; start < text.Length;)
        {
            int next = start + (char.IsHighSurrogate(text[start]) ? 2 : 1), node = PieceTrie.Root;
            bool hasSingle = false;
            for (int end = start; end < text.Length && trie.TryStep(ref node, text[end]);)
            {
                end++;
                if (trie.Value(node) is not (>= 0 and var id))
                    continue;
                Offer(end, Rounded(best[start].Score + scores[id]), start, id);
                hasSingle |= end == next;
            }
            if (!hasSingle)
            {
                if (unknown < 0)
                    throw new TokenizerException($"The text holds '{text[start..next]}', which has no piece, and the model has no piece for what is unknown.");
                Offer(next, Rounded(best[start].Score + unknownScore), start, unknown);
            }
            start = next;
        }
        var path = new List<(int Start, int End, int Id)>();
        for (int end = text.Length; end > 0; end = best[end].Start)
            path.Add((best[end].Start, end, best[end].Id));
        path.Reverse();
        return path;

        void Offer(int end, double score, int start, int id)
        {
            if (best[end].Start < 0 || score > best[end].Score)
                best[end] = (score, start, id);
        }

        double Rounded(double score) => single ? (float)score : score;
    }
}
