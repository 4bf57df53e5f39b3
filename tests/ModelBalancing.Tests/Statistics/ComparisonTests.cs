// The one-call comparison: its numbers are the tests' own, its words say what they mean.
using ModelBalancing.Figures;
using ModelBalancing.Statistics;

namespace ModelBalancing.Tests.Statistics;

public sealed class ComparisonTests
{
    private static readonly double[] better = [0.50, 0.47, 0.52, 0.44, 0.49, 0.51], worse = [0.55, 0.53, 0.55, 0.52, 0.53, 0.57];

    [Fact]
    public void Pairs_are_tested_as_pairs_and_the_sentence_says_so()
    {
        var found = Comparison.Of(better, worse, new() { First = "balanced", Second = "plain", Quantity = "nRMSE", Paired = true });
        var test = TTest.Paired(better, worse);
        Assert.Equal((test.P, test.Interval(), Permutation.Paired(better, worse).P), (found.Test.P, found.Interval, found.Permutation.P));
        Assert.True(found.IsSignificant);
        Assert.Null(found.MannWhitney);
        Assert.Equal("balanced and plain differ in nRMSE, on average over pairs; held against: no difference.", found.Hypothesis);
        Assert.StartsWith("balanced is lower than plain by 0.05333 on average (95 % interval ", found.Sentence);
        Assert.Contains("paired t test", found.Sentence);
        Assert.Contains("all 64 sign swaps: p = 0.031", found.Sentence);
        Assert.Equal(0.8, Power.Paired(found.SmallestDetectable / found.Deviation, 6), 1e-9);
    }

    [Fact]
    public void Without_significance_the_smallest_effect_found_stands_beside_it()
    {
        var found = Comparison.Of([1, 2, 3, 4, 2], [1.5, 2.5, 2.8, 3.6, 2.2], new() { Margin = 5 });
        Assert.Contains("Welch", found.Sentence);
        Assert.StartsWith("No difference between A and B is shown", found.Sentence);
        Assert.Contains("80 % power", found.Sentence);
        Assert.Contains("equivalent", found.Sentence);
        Assert.Null(found.Wilcoxon);
        Assert.StartsWith("That A is lower than B is not shown", Comparison.Of([1, 2, 3], [1, 2.5, 3], new() { Alternative = Alternative.Less }).Sentence);
    }

    [Fact]
    public void Without_spread_words_replace_the_t_test()
    {
        var equal = Comparison.Of([3, 4, 5], [3, 4, 5], new() { Paired = true });
        Assert.Contains("equal in every value", equal.Sentence);
        Assert.False(equal.IsSignificant);
        var shifted = Comparison.Of([0.1, 0.2, 0.3], [1.1, 1.2, 1.3], new() { Paired = true });
        Assert.Contains("without any spread a t test has no meaning", shifted.Sentence);
        Assert.False(shifted.IsSignificant);
        Assert.Equal(0.25, shifted.Permutation.P);
        Assert.Contains("only pair", Comparison.Of([1], [2], new() { Paired = true }).Sentence);
        Assert.Contains("without any spread", Comparison.Of([1, 1], [2, 2]).Sentence);
    }

    [Fact]
    public void A_family_is_corrected_by_Holm_and_decides_by_the_corrected_value()
    {
        double[] slightly = [0.53, 0.52, 0.55, 0.50, 0.53, 0.55];
        ComparisonOptions pairs = new() { Paired = true };
        var family = ComparisonFamily.Of([("16", Comparison.Of(better, worse, pairs)), ("64", Comparison.Of(slightly, worse, pairs)), ("128", Comparison.Of(worse, worse, pairs))]);
        double[] corrected = MultipleComparisons.Holm([family.Members[0].Comparison.Test.P, family.Members[1].Comparison.Test.P]);
        Assert.Equal(corrected[0], family.Members[0].Comparison.CorrectedP);
        Assert.Equal(corrected[1], family.Members[1].Comparison.DecidingP);
        Assert.Null(family.Members[2].Comparison.CorrectedP);
        Assert.Contains("after Holm's correction", family.Members[0].Comparison.Sentence);
        Assert.Equal(3, family.ToTable().Count);
        Assert.Null(ComparisonFamily.Of([("16", Comparison.Of(better, worse, pairs))]).Members[0].Comparison.CorrectedP);
    }

    [Fact]
    public void Seeds_subsets_and_examples_are_named_apart()
    {
        var random = new Random(2);
        double[][] Examples(double[] means) => [.. means.Select(mean => Enumerable.Range(0, 30).Select(_ => mean + random.NextDouble()).ToArray())];
        var found = Comparison.Of(better, worse, new() { Paired = true, Subsets = [1, 1, 2, 2, 3, 3], FirstExamples = Examples(better), SecondExamples = Examples(worse) });
        Assert.Equal(["pairs", "subsets", "test examples"], found.Uncertainties.Select(source => source.Source));
        Assert.Equal([6, 3, 30], found.Uncertainties.Select(source => source.Units));
        Assert.All(found.Uncertainties, source => Assert.True(source.Low < source.High));
        Assert.Throws<ArgumentException>(() => Comparison.Of(better, worse, new() { Paired = true, Subsets = [1, 2] }));
    }

    [Fact]
    public void Assumptions_are_told_and_choose_nothing()
    {
        double[] wild = [1, 1, 1, 1, 1, 1, 1, 1, 1, 900], calm = [2, 3, 2, 3, 2, 3, 2, 3, 2, 3];
        var found = Comparison.Of(wild, calm);
        Assert.Equal(TTest.Welch(wild, calm).P, found.Test.P);
        Assert.Contains(found.Assumptions, assumption => assumption.Name == "A normal" && assumption.Finding.Contains("Shapiro-Wilk"));
        Assert.Contains(found.Assumptions, assumption => assumption.Name == "equal variances" && assumption.Finding.Contains("Brown-Forsythe"));
        Assert.Contains(found.Assumptions, assumption => assumption.Name == "independence");
        var tied = Comparison.Of([1, 2, 3, 4], [1, 1, 2, 5], new() { Paired = true });
        Assert.NotEqual(RankMethod.Exact, tied.Wilcoxon!.Method);
        Assert.Contains(tied.Assumptions, assumption => assumption.Finding.Contains("Wilcoxon's exact distribution does not hold"));
    }

    [Fact]
    public void It_is_shown_as_a_table_with_the_sentence_below()
    {
        var table = Comparison.Of(better, worse, new() { Paired = true, Margin = 0.1 }).ToTable();
        string text = table.ToText();
        foreach (string row in new[] { "difference", "95 % interval", "p, paired t", "p, permutation", "p, Wilcoxon", "p, equivalence", "Hedges' g", "Cliff's delta", "smallest effect found", "normal differences" })
            Assert.Contains(row, text);
        Assert.EndsWith("the two are equivalent (p = 0.00063).", text);
        // What a notebook does with the attribute on the type.
        Assert.Contains("TypeFormatterSourceAttribute", string.Join(' ', typeof(Comparison).GetCustomAttributes(false)));
        var html = new StringWriter();
        Assert.True(new NotebookFormatters().CreateTypeFormatters().OfType<NotebookFormatter>().First(formatter => formatter.MimeType == "text/html").Format(Comparison.Of(better, worse), html));
        Assert.Contains("Welch", html.ToString());
    }

    [Fact]
    public void A_column_of_numbers_names_its_bad_cell()
    {
        string folder = Directory.CreateTempSubdirectory("column-").FullName;
        try
        {
            string Written(string text)
            {
                string path = Path.Combine(folder, "a.csv");
                File.WriteAllText(path, text);
                return path;
            }
            Assert.Equal([1.5, -2e-3, 3], NumberColumn.Read(Written("nRMSE\r\n1.5\r\n\"-2e-3\"\r\n 3 \r\n\r\n")).Values);
            Assert.Equal("nRMSE", NumberColumn.Read(Written("\"nRMSE\"\n1\n")).Header);
            foreach (var (text, part) in new[] { ("1\nx\n", "line 2: 'x' is not a number"), ("NaN\n1\n", "line 1: 'NaN' is not a finite"), ("a\n1\n\n2\n", "line 3: the cell is empty"), ("1,5\n2\n", "line 1: '1,5' holds more"), ("1\n1e999\n", "line 2: '1e999'") })
            {
                string message = Assert.Throws<NumberColumnException>(() => NumberColumn.Read(Written(text))).Message;
                Assert.Contains(part, message);
                Assert.Contains("a.csv", message);
            }
            Assert.Contains("no file", Assert.Throws<NumberColumnException>(() => NumberColumn.Read(Path.Combine(folder, "none.csv"))).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
