// Which rows are phrases of the same sentence: SST-2's training rows are, and a split must not part them.

namespace ModelBalancing.Text.Tasks;

/// <summary>Groups texts by the sentence that holds them.</summary>
public static class SentenceGroups
{
    /// <summary>A group for every text: a text that occurs, word for word, inside a longer one belongs to it.</summary>
    /// <param name="texts">The texts, words parted by blanks.</param>
    /// <returns>A group number for every text. A phrase that several sentences hold belongs to the first of the longest.</returns>
    public static int[] Of(IReadOnlyList<string> texts)
    {
        string[][] words = [.. texts.Select(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        var groupOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] groups = new int[texts.Count];
        int count = 0;
        foreach (int row in Enumerable.Range(0, texts.Count).OrderByDescending(row => words[row].Length))
        {
            string whole = string.Join(' ', words[row]);
            if (groupOf.TryGetValue(whole, out groups[row]))
                continue;
            groups[row] = count++;
            for (int begin = 0; begin < words[row].Length; begin++)
                for (int end = begin + 1; end <= words[row].Length; end++)
                    groupOf.TryAdd(string.Join(' ', words[row], begin, end - begin), groups[row]);
            groupOf.TryAdd(whole, groups[row]); // a text without words
        }
        return groups;
    }
}
