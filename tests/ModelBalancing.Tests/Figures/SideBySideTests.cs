// Published numbers beside ours: the test of equality, and when it is refused.
using ModelBalancing.Experiments;
using ModelBalancing.Figures;
using ModelBalancing.Statistics;

namespace ModelBalancing.Tests.Figures;

public class SideBySideTests
{
    private static readonly PublishedValue published = new()
    {
        Table = "t", Source = "paper", Number = "Table 0", Method = "TB", Data = "flow", Model = "FNO", ModelSize = "7 parameters", Metric = "nRMSE",
        Unit = "", Ratio = 5, Rows = 50, Mean = 0.2, Deviation = 0.01, Seeds = 3,
    };

    private static OwnResult Ours(params double[] values) => new("ours", values)
    {
        Data = "flow", Model = "FNO", ModelSize = "7 parameters", Metric = "nRMSE", Rows = 50, Ratio = 5, Fidelity = "Corrected", Command = "./workbook train",
    };

    [Fact]
    public void The_test_is_Welchs_of_three_values_with_the_published_moments()
    {
        double[] ours = [0.19, 0.205, 0.2, 0.21];
        // Three values whose mean and deviation (divisor n) are the printed ones.
        double step = 0.01 * Math.Sqrt(1.5);
        var expected = Equivalence.Independent(ours, [0.2 - step, 0.2, 0.2 + step], 0.02);

        var test = SideBySide.Of("flow", [published], [Ours(ours)], margin: 0.1).Rows[0].Test;

        Assert.Equal(expected.P, test!.P, 12);
        Assert.Equal(0.02, test.Margin, 15);
    }

    [Fact]
    public void A_difference_in_what_is_measured_is_named_and_refuses_the_test()
    {
        var mine = Ours(0.2, 0.21) with { Metric = "nRMSE over all frames", Ratio = null, Rows = 32, ModelSize = "9 parameters" };

        var side = SideBySide.Of("flow", [published], [mine]);

        Assert.Null(side.Rows[0].Test);
        Assert.Equal(["model size: 7 parameters / 9 parameters", "metric: nRMSE / nRMSE over all frames", "training rows: 5 % (50 rows) / 32 rows"], side.Rows[0].Differences);
        Assert.Contains("No row is tested for equality, because the two differ", side.ToTable().Note);
    }

    [Theory]
    [InlineData(false, 2, "no deviation over seeds is published")]
    [InlineData(true, 1, "ours is a single seed")]
    public void Too_few_seeds_refuse_the_test(bool isDeviationPublished, int seeds, string reason)
    {
        var row = SideBySide.Of("flow", [isDeviationPublished ? published : published with { Deviation = null }], [Ours([.. Enumerable.Repeat(0.2, seeds)])]).Rows[0];

        Assert.Null(row.Test);
        Assert.Equal(reason, row.Refusal);
    }

    [Fact]
    public void Every_seed_is_drawn_beside_the_published_mean()
    {
        var side = SideBySide.Of("flow", [published, published], [Ours(0.2, 0.21), Ours(0.3)]);
        var traces = side.ToFigure().Panels[0].Traces.OfType<Trace.Points>().ToList();

        Assert.Equal([0.2, 0.2], traces.Single(trace => trace.Name.StartsWith("published", StringComparison.Ordinal)).X);
        Assert.Equal([0.2, 0.21, 0.3], traces.Single(trace => trace.Name == "ours, single seeds").X);
        Assert.Contains("Ours again: ./workbook train.", side.ToTable().Note);
    }

    [Fact]
    public void Unequal_lengths_and_margins_of_nothing_are_refused()
    {
        Assert.Contains("ours", Assert.Throws<ArgumentException>(() => SideBySide.Of("flow", [published], [])).Message);
        Assert.Contains("margin is 0", Assert.Throws<ArgumentException>(() => SideBySide.Of("flow", [published], [Ours(1)], margin: 0)).Message);
    }
}
