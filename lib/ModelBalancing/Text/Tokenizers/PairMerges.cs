// The merges of byte-pair encoding: which two neighbours become one token, and in what order.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Merges by rank; the lowest rank first, the leftmost of equal ones (models/bpe/word.rs of the tokenizers library).</summary>
internal sealed class PairMerges
{
    private readonly ulong[] pairs;   // open addressing; key + 1, 0 is empty
    private readonly int[] ranks;
    private readonly int mask;
    private readonly int[] results;

    /// <summary>Reads merges in the order of their ranks; of a pair that comes twice the last counts.</summary>
    public PairMerges(IReadOnlyList<(int Left, int Right, int Result)> merges)
    {
        int capacity = 16;
        while (capacity < 2 * merges.Count)
            capacity *= 2;
        (pairs, ranks, mask) = (new ulong[capacity], new int[capacity], capacity - 1);
        results = new int[merges.Count];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            var (left, right, result) = merges[rank];
            results[rank] = result;
            int at = Find(Key(left, right));
            (pairs[at], ranks[at]) = (Key(left, right) + 1, rank);
        }
    }

    /// <summary>Merges in place.</summary>
    /// <param name="ids">Ids of the symbols.</param>
    /// <param name="lengths">Lengths of the symbols; those of merged ones are added.</param>
    /// <param name="count">Number of symbols.</param>
    /// <returns>Number of symbols left.</returns>
    public int Merge(Span<int> ids, Span<int> lengths, int count)
    {
        if (count < 2)
            return count;
        var queue = new PriorityQueue<int, ulong>(count); // position by (rank, position)
        Span<int> previous = count <= 256 ? stackalloc int[count] : new int[count], next = count <= 256 ? stackalloc int[count] : new int[count];
        Span<bool> gone = count <= 256 ? stackalloc bool[count] : new bool[count];
        gone.Clear();
        for (int i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            if (i + 1 < count)
                Offer(queue, i, ids[i], ids[i + 1]);
        }
        while (queue.TryDequeue(out int at, out ulong order))
        {
            if (gone[at] || next[at] >= count)
                continue;
            int right = next[at], rank = Rank(ids[at], ids[right]);
            // An entry may be out of date; it counts as long as it gives the same token.
            if (rank < 0 || results[rank] != results[(int)(order >> 32)])
                continue;
            (ids[at], lengths[at], gone[right], next[at]) = (results[rank], lengths[at] + lengths[right], true, next[right]);
            if (next[at] < count)
                previous[next[at]] = at;
            if (previous[at] >= 0)
                Offer(queue, previous[at], ids[previous[at]], ids[at]);
            if (next[at] < count)
                Offer(queue, at, ids[at], ids[next[at]]);
        }
        int left = 0;
        for (int i = 0; i < count; i = next[i])
            (ids[left], lengths[left++]) = (ids[i], lengths[i]);
        return left;
    }

    private void Offer(PriorityQueue<int, ulong> queue, int at, int left, int right)
    {
        int rank = Rank(left, right);
        if (rank >= 0)
            queue.Enqueue(at, (ulong)rank << 32 | (uint)at);
    }

    private int Rank(int left, int right)
    {
        int at = Find(Key(left, right));
        return pairs[at] == 0 ? -1 : ranks[at];
    }

    private int Find(ulong key)
    {
        int at = (int)(key * 0x9E3779B97F4A7C15UL >> 32) & mask;
        while (pairs[at] != 0 && pairs[at] != key + 1)
            at = at + 1 & mask;
        return at;
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;
}
