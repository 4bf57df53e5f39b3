// MRPC as its makers give it: one training file, from which GLUE takes its development rows by the sentences' numbers.

namespace ModelBalancing.Text.Tasks;

/// <summary>Reads the training or the development rows of the corpus's own training file.</summary>
/// <param name="Table">The table's columns.</param>
/// <param name="IsDevelopment">Development rows, whose file is the list of numbers, else training rows, whose file is the table.</param>
/// <remarks>Without the list beside it, all 4,076 rows of the table train; with it 3,668, as in GLUE, and 408 are development rows.</remarks>
public sealed record ParaphrasePairs(TabSeparated Table, bool IsDevelopment) : TaskFormat
{
    /// <summary>The table, and the list of pairs of sentence numbers, beside each other.</summary>
    internal const string Pairs = "msr_paraphrase_train.txt", Numbers = "mrpc_dev_ids.tsv";

    internal override IEnumerable<RawExample> Read(string path, bool labelled)
    {
        string folder = Path.GetDirectoryName(path)!;
        var (table, list) = IsDevelopment ? (Path.Combine(folder, Pairs), path) : (path, Path.Combine(folder, Numbers));
        var development = File.Exists(list) ? TextLines.Of(list).Select(line => line.Text).ToHashSet(StringComparer.Ordinal) : [];
        var numbers = new Dictionary<int, string>();
        foreach (var (line, text) in TextLines.Of(table))
            if (text.Split('\t') is [_, var first, var second, ..])
                numbers[line] = $"{first}\t{second}";
        return Table.Read(table, labelled).Where(row => development.Contains(numbers[row.Line]) == IsDevelopment);
    }
}
