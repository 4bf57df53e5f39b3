// An Anarchist FAQ: essays in Markdown, of which the prose is kept.
using System.Text;
using System.Text.RegularExpressions;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads Debian's anarchism.</summary>
internal static partial class MarkdownText
{
    public static IEnumerable<IReadOnlyList<string>> Documents(string folder) =>
        from file in Directory.GetFiles(CorpusPackage.Needed(folder, "usr/share/doc/anarchism/markdown")).Order(StringComparer.Ordinal)
        where !Path.GetFileName(file).Contains("link", StringComparison.Ordinal) && !Path.GetFileName(file).Contains("biblio", StringComparison.Ordinal)
        let document = Paragraphs(CorpusPackage.Lines(file, Encoding.UTF8)).ToList()
        where document.Count > 0
        select (IReadOnlyList<string>)document;

    /// <summary>The paragraphs without headings, rules, tables and marks.</summary>
    public static IEnumerable<string> Paragraphs(IEnumerable<string> lines) =>
        from paragraph in CorpusPackage.Paragraphs(lines)
        where paragraph[0] is not ('#' or '|' or '-' or '=' or '‹') // the last: links to the pages around
        select Marks().Replace(Link().Replace(paragraph, "$1"), "").Trim();

    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    // Emphasis, quotation and list marks, tags, escapes.
    [GeneratedRegex(@"\*\*|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[>*]\s+|\*|<[^>]*>|\\(?=[^A-Za-z0-9])")]
    private static partial Regex Marks();
}
