// Customers' reviews of food, which an R package keeps as a table: the running text in which people of today say what they think of a thing.
using System.Text.RegularExpressions;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Corpus;

/// <summary>Reads Debian's r-cran-modeldata without R.</summary>
/// <remarks>Only the table of training rows is read: its reviews are the longest column of long texts. Whoever judges a model on the test rows judges it on text it has not read.</remarks>
internal static partial class ReviewText
{
    private const int LongText = 100; // characters, on average

    public static IEnumerable<IReadOnlyList<string>> Documents(string folder) =>
        Reviews(PackagedVectors.Read(folder, "modeldata").SelectMany(vectors => vectors).Where(texts => texts.Average(text => text.Length) > LongText).MaxBy(texts => texts.Count)
            ?? throw new TextFileException($"The package in '{folder}' has no table with reviews; delete that folder, then run './workbook data corpus' again."));

    /// <summary>A document of one paragraph a review.</summary>
    public static IEnumerable<IReadOnlyList<string>> Reviews(IEnumerable<string> texts) => texts.Select(text => (IReadOnlyList<string>)[Spaces().Replace(Tags().Replace(text, " "), " ").Trim()]);

    [GeneratedRegex("<[^>]{1,200}>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
