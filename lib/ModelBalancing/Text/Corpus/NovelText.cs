// Jane Austen's novels, which an R package keeps as vectors of lines.
namespace ModelBalancing.Text.Corpus;

/// <summary>Reads Debian's r-cran-janeaustenr without R.</summary>
internal static class NovelText
{
    public static IEnumerable<IReadOnlyList<string>> Documents(string folder) =>
        PackagedVectors.Read(folder, "janeaustenr").SelectMany(book => Chapters(book[0]));

    /// <summary>Chapters of a book given as wrapped lines.</summary>
    public static IEnumerable<IReadOnlyList<string>> Chapters(IEnumerable<string> lines)
    {
        var chapter = new List<string>();
        foreach (string line in lines.Append("CHAPTER"))
        {
            if (line.StartsWith("CHAPTER", StringComparison.OrdinalIgnoreCase) || line.StartsWith("VOLUME", StringComparison.Ordinal))
            {
                if (CorpusPackage.Paragraphs(chapter).ToList() is { Count: > 0 } document)
                    yield return document;
                chapter.Clear();
            }
            else
                chapter.Add(line.Replace("_", "", StringComparison.Ordinal));
        }
    }
}
