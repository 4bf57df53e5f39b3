// A text as the set of its words: what can be told without order and without a pretrained encoder.
using System.Text;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Floors;

/// <summary>One row of numbers, most of them 0.</summary>
/// <param name="Places">Which are not 0.</param>
/// <param name="Values">Their values.</param>
public readonly record struct SparseRow(int[] Places, double[] Values)
{
    /// <summary>A row of which every number counts.</summary>
    public static SparseRow Full(double[] values) => new([.. Enumerable.Range(0, values.Length)], values);
}

/// <summary>The words of training texts, and any text by which of them it holds.</summary>
public sealed class BagOfWords
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>Collects the words.</summary>
    /// <param name="training">Training texts; words that only other texts have do not count.</param>
    public BagOfWords(IEnumerable<TextInput> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        foreach (string word in training.SelectMany(Words))
            places.TryAdd(word, places.Count);
    }

    /// <summary>Number of words.</summary>
    public int Count => places.Count;

    /// <summary>A text: 1 at each of its words, divided by the root of their number so that long texts do not count more.</summary>
    /// <param name="text">Any text.</param>
    public SparseRow Of(TextInput text)
    {
        int[] found = [.. Words(text).Distinct().Where(places.ContainsKey).Select(word => places[word]).Order()];
        double[] values = new double[found.Length];
        Array.Fill(values, 1 / Math.Sqrt(Math.Max(1, found.Length)));
        return new(found, values);
    }

    // Words of the second text are words of their own; those that both have are told too.
    private static IEnumerable<string> Words(TextInput text)
    {
        var first = Words(text.First).ToHashSet(StringComparer.Ordinal);
        if (text.Second is not { } other)
            return first;
        var second = Words(other).ToHashSet(StringComparer.Ordinal);
        return [.. first, .. second.Select(word => $"2 {word}"), .. second.Where(first.Contains).Select(word => $"both {word}")];
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                word.Append(Rune.ToLowerInvariant(rune));
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
