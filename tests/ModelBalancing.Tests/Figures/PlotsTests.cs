// What the workbook's plots show of the numbers given to them.
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class PlotsTests
{
    private static double[] PowerLaw(int count, double alpha) =>
        [.. Enumerable.Range(0, count).Select(i => Math.Pow(1 - (i + 0.5) / count, -1 / (alpha - 1)))];

    [Fact]
    public void A_spectral_density_has_the_area_one()
    {
        var panel = Plots.SpectralDensity("t", new("layer", PowerLaw(400, 2.5))).Panels[0];
        var histogram = Assert.IsType<Trace.Histogram>(panel.Traces[0]);
        Assert.Equal(1, histogram.Heights.Select((h, i) => h * (histogram.Edges[i + 1] - histogram.Edges[i])).Sum(), 1e-9);
    }

    [Fact]
    public void The_fitted_line_follows_the_density_of_a_pure_power_law()
    {
        var values = PowerLaw(20000, 2.5);
        var panel = Plots.SpectralDensity("t", new("layer", values) { Alpha = 2.5, Xmin = 1 }, bins: 40).Panels[0];
        var (histogram, line) = ((Trace.Histogram)panel.Traces[0], (Trace.Line)panel.Traces[1]);
        for (var i = 2; i < 25; i++) // where bins hold many eigenvalues
        {
            var (a, b) = (histogram.Edges[i], histogram.Edges[i + 1]);
            // The law's mean density over the bin, from its distribution function 1 − x^(1−α).
            var law = (Math.Pow(a, -1.5) - Math.Pow(b, -1.5)) / (b - a);
            Assert.InRange(histogram.Heights[i] / law, 0.9, 1.1);
        }
        Assert.Equal(1.5, line.Y[0], 1e-9); // (α − 1) / xmin
        Assert.Equal(-2.5, Math.Log(line.Y[^1] / line.Y[0]) / Math.Log(line.X[^1] / line.X[0]), 1e-9);
        Assert.Contains(panel.Marks, m => m is Mark.Vertical { At: 1 });
    }

    [Fact]
    public void Eigenvalues_that_are_zero_to_rounding_are_left_out_and_stated()
    {
        var figure = Plots.SpectralDensity("t", new("layer", [0, 1e-18, -1e-17, .. PowerLaw(100, 3)]));
        Assert.Contains("3 eigenvalues are zero to rounding", figure.Note);
        Assert.Contains("no data", Plots.SpectralDensity("t", new("zero", [0, 0])).ToText());
    }

    [Fact]
    public void Small_multiples_name_every_layer()
    {
        var figure = Plots.SpectralDensities("t", [.. Enumerable.Range(0, 7).Select(i => new LayerSpectrum("layer " + i, PowerLaw(50, 2)) { Alpha = 2, Xmin = 1 })]);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => "layer " + i), figure.Panels.Select(p => p.Title));
        Assert.Equal(3, figure.Columns);
    }

    [Fact]
    public void Layer_bars_state_the_mean_over_layers_that_have_a_value()
    {
        var figure = Plots.LayerBars("t", ["a", "b", "c"], [new("before", [2, double.NaN, 4]), new("after", [1, 1, 4])]);
        Assert.Equal(["before (mean 3.00)", "after (mean 2.00)"], figure.Panels[0].Traces.Select(t => t.Name));
        Assert.Equal([3, 2], figure.Panels[0].Marks.OfType<Mark.Horizontal>().Select(m => m.At));
    }

    [Fact]
    public void Layer_names_lose_only_the_path_they_share()
    {
        var figure = Plots.LayerBars("t", ["encoder.layer.0.query", "encoder.layer.0.key", "encoder.layer.1.query"], [new("α", [1, 2, 3])]);
        Assert.Equal(["0.query", "0.key", "1.query"], figure.Panels[0].X.Categories);
        Assert.Equal("layers of encoder.layer", figure.Panels[0].X.Title);
    }

    [Fact]
    public void A_metric_by_size_shows_every_seed_and_mean_with_deviation()
    {
        var figure = Plots.MetricBySize("t", "nRMSE", [16, 64],
            [new("Adam", [[1, 2, 3], [0.5]]), new("TempBalance", [[1, 1, 1], []])], ("persistence", 0.9));
        var panel = figure.Panels[0];
        Assert.Equal([4, 3], panel.Traces.OfType<Trace.Points>().Select(p => p.Y.Count));
        var adam = panel.Traces.OfType<Trace.Line>().First();
        Assert.Equal([2, 0.5], adam.Y);
        Assert.Equal([1, 0.5], adam.Error!.Low); // a single seed has no deviation
        Assert.Equal([3, 0.5], adam.Error!.High);
        Assert.Equal([Palette.Baseline, Palette.TempBalance], panel.Traces.OfType<Trace.Line>().Select(l => l.Color));
        Assert.Equal([16, 64], panel.X.TickValues);
        Assert.Contains(panel.Marks, m => m is Mark.Horizontal { At: 0.9, Label: "persistence" });
    }

    [Fact]
    public void Loss_bands_reach_from_the_lowest_to_the_highest_seed()
    {
        var line = (Trace.Line)Plots.LossCurves("t", [new("TempBalance", [0, 1], [[1, 2], [3, 6]])]).Panels[0].Traces[0];
        Assert.Equal([2, 4], line.Y);
        Assert.Equal([1, 2], line.Band!.Low);
        Assert.Equal([3, 6], line.Band!.High);
    }

    [Fact]
    public void Truth_and_prediction_share_a_scale_and_the_error_has_its_own()
    {
        var figure = Plots.SpaceTime("t", [0, 1], [0, 1], new double[,] { { 0, 1 }, { 2, 3 } }, new double[,] { { 0, 1 }, { 2, 5 } });
        var fields = figure.Panels.Select(p => (Trace.Heatmap)p.Traces[0]).ToList();
        Assert.Equal([(0, 5), (0, 5), (-2, 2)], fields.Select(f => f.Limits()));
        Assert.Equal(2, fields[2].Values[1, 1]);
    }

    [Fact]
    public void Large_fields_are_thinned_and_say_so()
    {
        var figure = Plots.SpaceTime("t", new double[1024], new double[10], new double[10, 1024], new double[10, 1024]);
        Assert.Equal(256, ((Trace.Heatmap)figure.Panels[0].Traces[0]).X.Count);
        Assert.Contains("every 4th position", figure.Note);
    }

    [Fact]
    public void Paired_differences_show_interval_pairs_and_zero()
    {
        var panel = Plots.PairedDifferences("t", [new("a", -1, -2, -0.5, [-1.5, -0.5]), new("b", 0, -1, 1, [0])], "difference").Panels[0];
        var mean = (Trace.Points)panel.Traces[1];
        Assert.Equal([-1, 0], mean.X);
        Assert.Equal([-2, -1], mean.HorizontalError!.Low);
        Assert.Equal(3, ((Trace.Points)panel.Traces[0]).X.Count);
        Assert.Contains(panel.Marks, m => m is Mark.Vertical { At: 0 });
        Assert.Equal(["a", "b"], panel.Y.Categories);
    }

    [Fact]
    public void A_method_has_the_same_colour_in_every_plot()
    {
        Assert.Equal(Palette.TempBalance, Palette.OfMethod("AdamW + TempBalance", 0));
        Assert.Equal(Palette.Baseline, Palette.OfMethod("baseline", 1));
        Assert.Equal(Palette.Baseline, Palette.OfMethod("AdamW", 0));
        var bars = Plots.Bars("t", "y", ["a"], [new("TempBalance", [1])]);
        Assert.Contains(Palette.TempBalance, bars.ToSvg());
    }
}
