// Comparisons that are read together, such as the sizes of one figure: their p-values are corrected by Holm.
using ModelBalancing.Figures;

namespace ModelBalancing.Statistics;

/// <summary>Comparisons with a label each, every <see cref="Comparison.CorrectedP"/> set. It shows itself in notebooks.</summary>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed record ComparisonFamily : IShowsTable
{
    private ComparisonFamily(IReadOnlyList<(string Label, Comparison Comparison)> members) => Members = members;

    /// <summary>The comparisons in the order given.</summary>
    public IReadOnlyList<(string Label, Comparison Comparison)> Members { get; }

    /// <summary>Corrects comparisons for each other.</summary>
    /// <param name="members">A label and a comparison each. One without a p-value (no spread) keeps none and does not count.</param>
    public static ComparisonFamily Of(IReadOnlyList<(string Label, Comparison Comparison)> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        double[] corrected = MultipleComparisons.HolmOfTested([.. members.Select(member => member.Comparison.HasSpread ? member.Comparison.Test.P : double.NaN)]);
        bool several = corrected.Count(p => !double.IsNaN(p)) > 1; // one test alone needs no correction
        return new([.. members.Select((member, i) => (member.Label, several && !double.IsNaN(corrected[i]) ? member.Comparison with { CorrectedP = corrected[i] } : member.Comparison))]);
    }

    /// <summary>A row a comparison.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="label">Header of the labels.</param>
    public Table ToTable(string caption = "", string label = "n")
    {
        double[] Of(Func<Comparison, double> value) => [.. Members.Select(member => value(member.Comparison))];
        var options = Members.Count > 0 ? Members[0].Comparison.Options : new();
        return new(caption,
            new Column.Text(label, Members.Select(member => member.Label)),
            new Column.Number(options.Paired ? "pairs" : "values", Of(c => c.First.Count), "0"),
            new Column.Number(options.First, Of(c => c.First.Mean)),
            new Column.Number(options.Second, Of(c => c.Second.Mean)),
            new Column.Number("difference", Of(c => c.Difference)),
            new Column.Text($"{Quantities.Percent(options.Confidence, 0)} interval", Members.Select(member => $"{Quantities.Number(member.Comparison.Interval.Low)} to {Quantities.Number(member.Comparison.Interval.High)}")),
            new Column.Number(options.Paired ? "p, paired t" : "p, Welch", Of(c => c.HasSpread ? c.Test.P : double.NaN)),
            new Column.Number("p, Holm", Of(c => c.CorrectedP ?? (c.HasSpread ? c.Test.P : double.NaN))),
            new Column.Number("p, permutation", Of(c => c.Permutation.P)),
            new Column.Number("Hedges' g", Of(c => c.HedgesG)),
            new Column.Number("smallest effect found", Of(c => c.SmallestDetectable)))
        { Note = $"Differences are {options.First} − {options.Second}; the last column is the true difference found with 80 % power." };
    }

    Table IShowsTable.ToTable() => ToTable();

    /// <summary>The table in plain text.</summary>
    public override string ToString() => ToTable().ToText();
}
