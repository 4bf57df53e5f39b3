// The static picture: well-formed, complete, honest about what it leaves out.
using System.Globalization;
using System.Xml.Linq;
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class FigureSvgTests
{
    private static readonly double[] Steps = [0, 1, 2, 3, 4];

    private static int Count(Figure figure, string kind) =>
        XDocument.Parse(figure.ToSvg()).Descendants().Count(e => (string?)e.Attribute("class") == kind);

    private static Figure OneLine(params double[] y) => new("t", new Panel(new("x"), new("y"), new Trace.Line("a", [.. y.Select((_, i) => (double)i)], y)));

    [Fact]
    public void Every_point_bar_and_bin_is_drawn_once()
    {
        var figure = new Figure("marks",
            new Panel(new("x"), new("y"), new Trace.Points("p", Steps, Steps) { Error = Bounds.Around(Steps, [1, 1, 1, 1, 1]) }),
            new Panel(new() { Categories = ["a", "b", "c"] }, new("y"), new Trace.Bars("u", [1, 2, 3]), new Trace.Bars("v", [3, 2, 1])),
            new Panel(new("x") { Log = true }, new("y") { Log = true }, new Trace.Histogram("h", [1, 10, 100, 1000], [5, 0, 2])));
        Assert.Equal(5, Count(figure, "wb-point"));
        Assert.Equal(5, Count(figure, "wb-error"));
        Assert.Equal(6 + 2, Count(figure, "wb-bar")); // the empty bin has no bar
        Assert.Equal(3, Count(figure, "wb-panel"));
    }

    [Fact]
    public void Histogram_bars_meet_at_their_edges_on_a_logarithmic_axis()
    {
        var figure = new Figure("", new Panel(new() { Log = true, Low = 1, High = 100 }, new(), new Trace.Histogram("h", [1, 10, 100], [1, 1])));
        var bars = XDocument.Parse(figure.ToSvg()).Descendants().Where(e => (string?)e.Attribute("class") == "wb-bar")
            .Select(e => (X: Number(e, "x"), Width: Number(e, "width"))).ToList();
        Assert.Equal(bars[0].Width, bars[1].Width, 0.1);
        Assert.Equal(bars[0].X + bars[0].Width, bars[1].X, 1.0);
    }

    [Fact]
    public void A_value_that_is_not_finite_is_a_gap_and_is_stated()
    {
        var figure = OneLine(1, 2, double.NaN, 3, double.PositiveInfinity);
        var path = XDocument.Parse(figure.ToSvg()).Descendants().Single(e => (string?)e.Attribute("class") == "wb-line");
        Assert.Equal(2, ((string)path.Attribute("d")!).Count(c => c == 'M'));
        Assert.DoesNotContain("NaN", (string)path.Attribute("d")!);
        Assert.Contains("2 values are not finite", figure.ToSvg());
        Assert.Contains("2 values are not finite", figure.ToText());
        Assert.Contains("2 values are not finite", figure.ToJson().ToJsonString());
    }

    [Fact]
    public void A_value_without_a_logarithm_is_stated()
    {
        var figure = new Figure("t", new Panel(new(), new() { Log = true }, new Trace.Points("a", Steps, [0, -1, 1, 2, 3])));
        Assert.Equal(3, Count(figure, "wb-point"));
        Assert.Contains("2 values are not positive", figure.ToSvg());
    }

    [Fact]
    public void Points_beyond_given_limits_are_stated()
    {
        var figure = new Figure("t", new Panel(new(), new() { High = 2.5 }, new Trace.Points("a", Steps, Steps)));
        Assert.Contains("2 values are outside the axes", figure.ToSvg());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Empty_data_says_so_in_every_form(int kind)
    {
        var figure = kind switch
        {
            0 => new Figure("none"),
            1 => OneLine(),
            _ => OneLine(double.NaN, double.NaN),
        };
        Assert.Equal(1, Count(figure, "wb-empty"));
        Assert.Contains("no data", figure.ToText());
        Assert.Contains("no data", figure.ToHtml());
        Assert.Contains("no data", figure.ToJson().ToJsonString());
    }

    [Fact]
    public void Extreme_ranges_draw_finite_coordinates()
    {
        double[][] cases = [[1e-300, 1e300], [-1e308, 1e308], [5, 5], [0, 0], [1e-320, 1e-310], [1, 1 + 1e-15]];
        foreach (var values in cases)
            foreach (var log in (bool[])[false, true])
            {
                var figure = new Figure("t", new Panel(new(), new() { Log = log }, new Trace.Points("a", [0, 1], values)));
                var svg = figure.ToSvg();
                Assert.DoesNotContain("NaN", svg);
                Assert.DoesNotContain("Infinity", svg);
                XDocument.Parse(svg);
                figure.ToJson().ToJsonString(); // throws on a number that JSON does not have
            }
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        const string hostile = "</script><script>alert(1)</script> & \"quoted\" \u0001\uD800 ]]>";
        var figure = new Figure(hostile, new Panel(new(hostile), new(hostile), new Trace.Line(hostile, Steps, Steps), new Trace.Line("b", Steps, Steps))
        {
            Title = hostile, Marks = [new Mark.Vertical(1, hostile), new Mark.Remark(hostile)],
        })
        {
            Note = hostile,
        };
        XDocument.Parse(figure.ToSvg());
        var html = figure.ToHtml();
        Assert.DoesNotContain("<script>alert", html);
        // The fragment's own two scripts and no more.
        Assert.Equal(2, html.Split("</script>").Length - 1);
        Assert.DoesNotContain("<script>alert", figure.ToPage());
        Assert.DoesNotContain("<script>", figure.ToJson()["data"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void Html_names_no_other_host_and_has_no_identifiers_to_clash()
    {
        var html = Plots.LayerBars("t", ["a", "b"], [new("before", [1, 2])]).ToHtml() + new Table("c", new Column.Text("a", ["b"])).ToHtml();
        Assert.DoesNotContain("://", html);
        Assert.DoesNotContain(" id=\"", html);
        Assert.DoesNotContain("src=", html);
    }

    [Fact]
    public void A_transparent_picture_takes_the_colour_of_the_page()
    {
        Assert.Contains("currentColor", OneLine(1, 2).ToSvg(Ground.Transparent));
        Assert.DoesNotContain("currentColor", OneLine(1, 2).ToSvg());
    }

    [Fact]
    public void The_same_figure_draws_the_same_picture()
    {
        Assert.Equal(OneLine(1, 2, 3).ToHtml(), OneLine(1, 2, 3).ToHtml());
    }

    [Fact]
    public void A_heatmap_has_its_colours_and_leaves_unknown_cells_open()
    {
        var address = PixelImage.DataAddress(2, 1, (column, _) => column == 0 ? new Rgb(255, 0, 0) : null);
        using var bitmap = SkiaSharp.SKBitmap.Decode(Convert.FromBase64String(address["data:image/png;base64,".Length..]));
        Assert.Equal((2, 1), (bitmap.Width, bitmap.Height));
        Assert.Equal(SkiaSharp.SKColors.Red, bitmap.GetPixel(0, 0));
        Assert.Equal(0, bitmap.GetPixel(1, 0).Alpha);
        var figure = Plots.Heatmap("t", "x", "y", [0, 1], [0, 1], new double[,] { { 1, 2 }, { double.NaN, 4 } }, "value");
        Assert.Equal(1, Count(figure, "wb-heatmap"));
        Assert.Equal(1, Count(figure, "wb-scale"));
        Assert.Contains("1 value is not finite", figure.ToSvg());
    }

    [Fact]
    public void A_diverging_scale_has_zero_in_the_middle()
    {
        var heatmap = new Trace.Heatmap("e", [0, 1], [0], new double[,] { { -1, 3 } }) { Scale = ColorScale.BlueRed };
        Assert.Equal((-3, 3), heatmap.Limits());
    }

    [Fact]
    public void Many_long_category_names_stay_inside_the_picture()
    {
        string[] names = [.. Enumerable.Range(0, 80).Select(i => $"model.layers.{i}.self_attention.query_projection")];
        var figure = Plots.Bars("t", "y", names, [new("a", [.. names.Select((_, i) => (double)i)])]);
        var labels = XDocument.Parse(figure.ToSvg()).Descendants().Where(e => (string?)e.Attribute("class") == "wb-tick-label").ToList();
        Assert.All(labels, label => Assert.True(Number(label, "x") >= 0));
        Assert.Equal(80, Count(figure, "wb-bar"));
    }

    [Fact]
    public void A_long_line_keeps_its_spikes_in_a_small_picture()
    {
        double[] x = [.. Enumerable.Range(0, 200_000).Select(i => (double)i)];
        double[] y = [.. x.Select(i => i == 123_456 ? 50 : Math.Sin(i / 3000))];
        var figure = Plots.Lines("t", "x", "y", x, [new("a", y)]);
        var svg = figure.ToSvg();
        Assert.True(svg.Length < 200_000, $"{svg.Length}");
        var layout = new FigureLayout(figure).Panels[0];
        Assert.Contains($" {SvgCanvas.Number(layout.AtY(50))}L", svg);
    }

    [Fact]
    public void Png_is_a_picture_of_twice_the_size()
    {
        var figure = OneLine(1, 2, 3);
        using var bitmap = SkiaSharp.SKBitmap.Decode(Rendered(figure));
        Assert.Equal(1440, bitmap.Width);
        // Ink is there: the line's own colour somewhere.
        var isThere = false;
        for (var y = 0; y < bitmap.Height && !isThere; y++)
            for (var x = 0; x < bitmap.Width && !isThere; x++)
                isThere = bitmap.GetPixel(x, y) == SkiaSharp.SKColor.Parse(Palette.Of(0));
        Assert.True(isThere);
    }

    [Fact]
    public void Without_a_font_the_message_says_what_to_install()
    {
        Assert.Null(Fonts.Search([Path.Combine(Path.GetTempPath(), "no-such-folder")]));
        Assert.Contains("fonts-dejavu-core", Fonts.Missing().Message);
    }

    private static byte[] Rendered(Figure figure)
    {
        try
        {
            return figure.ToPng();
        }
        catch (InvalidOperationException e) when (e.Message.Contains("font"))
        {
            Assert.Skip("no font is installed here");
            throw;
        }
    }

    private static double Number(XElement element, string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}
