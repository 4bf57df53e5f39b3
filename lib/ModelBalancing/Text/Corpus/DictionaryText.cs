// GCIDE, the Collaborative International Dictionary of English: an entry is a document, "headword: definition".
using System.Text;
using System.Text.RegularExpressions;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads Debian's dict-gcide.</summary>
internal static partial class DictionaryText
{
    private const int FewestWords = 3; // of a definition

    public static IEnumerable<IReadOnlyList<string>> Documents(string folder) =>
        Entries(CorpusPackage.Lines(CorpusPackage.Needed(folder, "usr/share/dictd/gcide.dict.dz"), Encoding.UTF8));

    /// <summary>Entries of the dictionary's lines.</summary>
    public static IEnumerable<IReadOnlyList<string>> Entries(IEnumerable<string> lines)
    {
        var entry = new List<string>();
        foreach (string line in lines.Append("end"))
        {
            if (line.Length > 0 && line[0] != ' ' && entry.Count > 0)
            {
                if (Document(entry) is { Count: > 0 } document)
                    yield return document;
                entry.Clear();
            }
            entry.Add(line);
        }
    }

    // A headword's line has its syllables between backslashes; other lines at the margin are notes on the dictionary.
    private static List<string> Document(List<string> entry)
    {
        var document = new List<string>();
        if (entry[0].Split('\\') is not { Length: >= 3 } head)
            return document;
        string headword = head[0].Trim();
        foreach (var (paragraph, first) in CorpusPackage.Paragraphs(entry).Select((paragraph, index) => (paragraph, index == 0)))
        {
            string text = Accent().Replace(paragraph, "$1$2");
            if (first)
            {
                int end = text.IndexOf('\\', text.IndexOf('\\') + 1);
                text = Pronunciation().Replace(text[(end + 1)..], "");
            }
            text = Derived().Replace(Subject().Replace(WithoutBrackets(text), ""), "");
            if (first)
                text = Classes().Replace(text, "");
            text = Author().Replace(Number().Replace(text.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), ""), "");
            text = Spaces().Replace(text, " ").Trim(' ', ',', ';');
            if (text.Contains("??", StringComparison.Ordinal) || text.Contains('\uFFFD') || text.StartsWith("Syn", StringComparison.Ordinal) || text.Count(c => c == ' ') < FewestWords - 1)
                continue;
            document.Add(document.Count == 0 ? $"{headword}: {text}" : text);
        }
        return document;
    }

    private static string WithoutBrackets(string text)
    {
        var kept = new StringBuilder();
        int depth = 0;
        foreach (char c in text)
        {
            if (c == '[')
                depth++;
            else if (c == ']')
                depth = Math.Max(0, depth - 1);
            else if (depth == 0)
                kept.Append(c);
        }
        return kept.ToString();
    }

    [GeneratedRegex("""\[(?:["'`^~=.*,]([A-Za-z]{1,2})|([A-Za-z]{1,2})["'`^~=*:]|(?=[ao]e\])([ao]e))\]""")]
    private static partial Regex Accent();

    [GeneratedRegex(@"^\s*\([^)]*\)")]
    private static partial Regex Pronunciation();

    [GeneratedRegex(@"\([A-Z][A-Za-z.&, ]{0,40}\.\)")]
    private static partial Regex Subject();

    [GeneratedRegex(@"^[\s,;]*(?:(?:n|a|adj|v|adv|prep|conj|interj|pron|p|pr|t|i|pl|imp|sing|vb|compar|superl|obs)\.[\s,;&]*)*")]
    private static partial Regex Classes();

    // A derived word with its syllables and class: -- Ath*let"ic*al*ly, adv.
    [GeneratedRegex("""\s*--\s*[A-Z]\S*[*"`]\S*,\s+(?:n|a|adj|adv|v|t|i|pl)\.""")]
    private static partial Regex Derived();

    [GeneratedRegex(@"^\s*(?:\d+\.|\([a-z]\))\s+")]
    private static partial Regex Number();

    [GeneratedRegex(@"\s*--\s?[A-Z][A-Za-z0-9.: ]{1,30}\.?$")]
    private static partial Regex Author();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
