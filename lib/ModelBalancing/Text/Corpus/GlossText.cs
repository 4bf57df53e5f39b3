// WordNet's glosses: a set of synonyms is a document, "words: gloss; examples".
using System.Globalization;
using System.Text;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads Debian's wordnet-base.</summary>
internal static class GlossText
{
    public static IEnumerable<IReadOnlyList<string>> Documents(string folder) =>
        from part in new[] { "noun", "verb", "adj", "adv" }
        from line in CorpusPackage.Lines(CorpusPackage.Needed(folder, $"usr/share/wordnet/data.{part}"), Encoding.Latin1)
        let text = Text(line)
        where text is not null
        select (IReadOnlyList<string>)[text];

    /// <summary>One line of a data file; null for the licence at its beginning.</summary>
    public static string? Text(string line)
    {
        int bar = line.IndexOf(" | ", StringComparison.Ordinal);
        if (line.StartsWith(' ') || bar < 0)
            return null;
        string[] fields = line[..bar].Split(' ');
        int count = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        // An adjective may tell its place in brackets: "galore(ip)".
        var words = Enumerable.Range(0, count).Select(i => fields[4 + 2 * i].Split('(')[0].Replace('_', ' '));
        return $"{string.Join(", ", words)}: {line[(bar + 3)..].Trim()}";
    }
}
