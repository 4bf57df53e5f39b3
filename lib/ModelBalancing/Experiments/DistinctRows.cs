// Duplicates are taken out before any split (rule 1): the same text in two parts would be learned by heart and then asked for.
namespace ModelBalancing.Experiments;

/// <summary>Rows without duplicates.</summary>
/// <param name="Kept">The first row of every content that does not occur elsewhere, in file order.</param>
/// <param name="Repeated">Rows left out because an earlier one has the same content.</param>
/// <param name="Elsewhere">Rows left out because another part, such as the test file, has the same content.</param>
public sealed record DistinctRows(int[] Kept, int Repeated, int Elsewhere)
{
    /// <summary>Looks for duplicates.</summary>
    /// <param name="contents">Content of every row: the text, or a hash of the numbers. Upper case and white space count; normalise before if they should not. The label is not part of it.</param>
    /// <param name="others">Contents of rows that are reported: none of them may train.</param>
    public static DistinctRows Of(IEnumerable<string> contents, IEnumerable<string>? others = null)
    {
        ArgumentNullException.ThrowIfNull(contents);
        var reported = new HashSet<string>(others ?? [], StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<int>();
        int row = 0, repeated = 0, elsewhere = 0;
        foreach (string content in contents)
        {
            if (reported.Contains(content))
                elsewhere++;
            else if (!seen.Add(content))
                repeated++;
            else
                kept.Add(row);
            row++;
        }
        return new([.. kept], repeated, elsewhere);
    }
}
