using ModelBalancing.Figures;
using System.Xml.Linq;

namespace ModelBalancing.Tests.Figures;

public sealed class TableTests
{
    private static Table Sample => new("Errors & <more>",
        new Column.Text("method | kind", ["Adam", null, "long <b>name</b>"]),
        new Column.Number("n", [1, 20, 3000], "#,0") { Bold = Emphasis.Highest },
        Column.MeanDeviation.Of("nRMSE", [[0.1, 0.3], [0.25], []], "0.000"))
    {
        Note = "five seeds",
    };

    [Fact]
    public void Text_is_aligned()
    {
        Assert.Equal("""
            Errors & <more>
            method | kind         n          nRMSE
            ----------------  -----  -------------
            Adam                  1  0.200 ± 0.141
                                 20          0.250
            long <b>name</b>  3,000              –
            five seeds
            """.ReplaceLineEndings("\n"), Sample.ToText().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Markdown_escapes_what_would_break_the_table()
    {
        var markdown = Sample.ToMarkdown();
        Assert.Contains("method \\| kind", markdown);
        Assert.Contains("| long &lt;b>name&lt;/b> | **3,000** | – |", markdown);
        Assert.Contains("| --- | ---: | ---: |", markdown);
    }

    [Fact]
    public void Html_is_escaped_sortable_and_marked()
    {
        var html = Sample.ToHtml();
        Assert.Contains("class=\"wb-table\"", html);
        Assert.Contains("<caption>Errors &amp; &lt;more&gt;</caption>", html);
        Assert.Contains("data-value=\"3000\"><strong>3,000</strong>", html);
        Assert.Contains("data-value=\"NaN\">–", html);
        Assert.DoesNotContain("<b>", html);
    }

    [Fact]
    public void Figures_stay_on_one_line_and_sentences_do_not()
    {
        var html = new Table("", new Column.Text("share, 5 %", ["12.6 %", "−0.01 to 0.02", "3 of the 40 runs are below the floor", "at 5 %, all"])).ToHtml();
        Assert.Contains("<td class=\"wb-figure\">12.6&#160;%</td>", html);
        Assert.Contains("<td class=\"wb-figure\">−0.01 to 0.02</td>", html);
        Assert.Contains("<td>3 of the 40 runs are below the floor</td>", html);
        Assert.Contains("<td>at 5&#160;%, all</td>", html);
        Assert.Contains(">share, 5&#160;%</th>", html);
        Assert.Contains(".wb-figure{white-space:nowrap}", html);
    }

    [Fact]
    public void Csv_and_json_keep_full_precision()
    {
        var table = new Table("", new Column.Number("x", [1.0 / 3, double.NaN], "0.0"), new Column.MeanDeviation("m", [2, 3], [0.5, double.NaN]));
        Assert.Equal("x,m,m (standard deviation)\n0.3333333333333333,2,0.5\nNaN,3,NaN\n", table.ToCsv());
        Assert.Equal("[[0.3333333333333333,{\"mean\":2,\"deviation\":0.5}],[null,{\"mean\":3,\"deviation\":null}]]", table.ToJson()["rows"]!.ToJsonString());
    }

    [Fact]
    public void The_picture_has_a_cell_for_every_value()
    {
        var svg = XDocument.Parse(Sample.ToSvg());
        Assert.Equal(9, svg.Descendants().Count(e => (string?)e.Attribute("class") == "wb-cell"));
    }

    [Fact]
    public void Columns_made_from_rows_take_their_type_from_the_values()
    {
        var table = Table.Of(new[] { (Name: "a", N: 1, X: (double?)0.5), (Name: "b", N: 2000, X: null) }, "t",
            ("name", r => r.Name), ("n", r => r.N), ("x", r => r.X), ("even", r => r.N % 2 == 0));
        Assert.Equal(["Text", "Number", "Number", "Text"], table.Columns.Select(c => c.GetType().Name));
        Assert.Equal("2,000", table.Columns[1].Shown(1));
        Assert.Equal("–", table.Columns[2].Shown(1));
        Assert.Equal("yes", table.Columns[3].Shown(1));
    }

    [Fact]
    public void An_empty_table_says_so_in_every_form()
    {
        var table = new Table("t", new Column.Text("a", []));
        foreach (var form in (string[])[table.ToText(), table.ToHtml(), table.ToMarkdown(), table.ToSvg()])
            Assert.Contains("no data", form);
    }
}
