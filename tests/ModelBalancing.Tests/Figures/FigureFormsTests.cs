// Data comes out of a figure as it went in.
using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class FigureFormsTests
{
    private static readonly double[] X = [1, 2, 3], Y = [0.1, 1e-300, 12345.678901234567];

    private static Figure Sample => new("title, with a comma",
        new Panel(new("x"), new("y"), new Trace.Line("line \"one\"", X, Y) { Band = Bounds.Around(Y, [1, 1, 1]) }) { Title = "first" },
        new Panel(new() { Categories = ["p", "q"] }, new("y"), new Trace.Bars("bars", [4, 5])),
        new Panel(new(), new(), new Trace.Heatmap("field", [0, 1], [0, 1, 2], new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } })));

    private static List<string[]> Read(string csv)
    {
        using var reader = CsvReader.Create(new StringReader(csv), new CsvReaderOptions { HasHeader = false });
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader[i].ToString())]);
        return rows;
    }

    [Fact]
    public void Csv_holds_every_value_exactly()
    {
        var rows = Read(Sample.ToCsv());
        Assert.Equal(["panel", "trace", "kind", "x", "y", "z", "low", "high", "label"], rows[0]);
        Assert.Equal(1 + 3 + 2 + 6, rows.Count);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(["first", "line \"one\"", "line"], rows[1 + i][..3]);
            Assert.Equal(Y[i], double.Parse(rows[1 + i][4], CultureInfo.InvariantCulture));
        }
        Assert.Equal("q", rows[5][8]);
        Assert.Equal("6", rows[^1][5]);
    }

    [Fact]
    public void Json_is_a_plotly_figure_with_the_same_values()
    {
        var figure = JsonNode.Parse(Sample.ToJson().ToJsonString())!;
        var traces = figure["data"]!.AsArray();
        var line = traces.Single(t => (string?)t!["mode"] == "lines" && t["hoverinfo"] is null)!;
        Assert.Equal(Y, line["y"]!.AsArray().Select(v => v!.GetValue<double>()));
        var heatmap = traces.Single(t => (string?)t!["type"] == "heatmap")!;
        Assert.Equal([[1, 2], [3, 4], [5, 6]], heatmap["z"]!.AsArray().Select(row => row!.AsArray().Select(v => v!.GetValue<double>()).ToArray()));
        Assert.Equal("y3", (string?)heatmap["yaxis"]);
        Assert.NotNull(figure["layout"]!["xaxis3"]);
    }

    [Fact]
    public void Json_writes_gaps_as_null()
    {
        var figure = new Figure("", new Panel(new(), new() { Log = true }, new Trace.Line("a", X, [1, double.NaN, 0])));
        Assert.Equal("[1,null,null]", figure.ToJson()["data"]![0]!["y"]!.ToJsonString());
    }

    [Fact]
    public void Panels_lie_at_the_same_places_in_both_pictures()
    {
        var layout = new FigureLayout(Sample);
        var json = Sample.ToJson()["layout"]!;
        double margin = (double)json["margin"]!["l"]!, inner = (double)json["width"]! - margin - (double)json["margin"]!["r"]!;
        for (var i = 0; i < 3; i++)
        {
            var domain = json["xaxis" + (i == 0 ? "" : i + 1)]!["domain"]!.AsArray();
            Assert.Equal(layout.Panels[i].Left, margin + (double)domain[0]! * inner, 0.01);
            Assert.Equal(layout.Panels[i].Left + layout.Panels[i].Width, margin + (double)domain[1]! * inner, 0.01);
        }
    }

    [Fact]
    public void Text_names_title_axes_and_series()
    {
        var text = Sample.ToText();
        foreach (var part in (string[])["title, with a comma", "first", "x: x", "line \"one\": line, 3 values", "3 × 2 values", "2 categories"])
            Assert.Contains(part, text);
    }

    [Fact]
    public void Unequal_lengths_name_the_argument()
    {
        Assert.Equal("y", Assert.Throws<ArgumentException>(() => new Trace.Line("a", X, [1, 2])).ParamName);
        var message = Assert.Throws<ArgumentException>(() => new Trace.Points("a", X, [1, 2])).Message;
        Assert.Contains("y has 2 values but x has 3", message);
        Assert.Equal("Band", Assert.Throws<ArgumentException>(() => new Trace.Line("a", X, Y) { Band = new([1], [1]) }).ParamName);
        Assert.Equal("edges", Assert.Throws<ArgumentException>(() => new Trace.Histogram("a", X, Y)).ParamName);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => new Trace.Heatmap("a", X, [0], new double[1, 2])).ParamName);
        Assert.Equal("series", Assert.Throws<ArgumentException>(() => Plots.Lines("t", "x", "y", X, [new("a", [1])])).ParamName);
        Assert.Equal("truth", Assert.Throws<ArgumentException>(() => Plots.SpaceTime("t", X, X, new double[3, 2], new double[3, 3])).ParamName);
        Assert.Contains("'b' has 2 rows but 'a' has 1", Assert.Throws<ArgumentException>(() => new Table("", new Column.Text("a", ["x"]), new Column.Number("b", [1, 2]))).Message);
    }

    [Fact]
    public void A_limit_without_a_logarithm_is_refused_in_one_sentence()
    {
        var figure = new Figure("", new Panel(new(), new("loss") { Log = true, Low = 0 }, new Trace.Line("a", X, Y)));
        Assert.Contains("'loss'", Assert.Throws<ArgumentException>(() => figure.ToSvg()).Message);
    }
}
