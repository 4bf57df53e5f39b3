using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class SavingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("figures-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Figure Sample => new("t", new Panel(new("x"), new("y"), new Trace.Line("a", [1, 2], [1, 2])));

    private static Table SampleTable => new("t", new Column.Number("a", [1, 2]));

    [Theory]
    [InlineData(".svg", "<svg")]
    [InlineData(".json", "{\"data\"")]
    [InlineData(".csv", "panel,")]
    [InlineData(".html", "<!DOCTYPE html>")]
    [InlineData(".txt", "Figure: t")]
    public void A_figure_is_saved_in_the_form_its_extension_names(string extension, string start)
    {
        var path = Path.Combine(folder, "new", "figure" + extension);
        Sample.Save(path);
        Assert.StartsWith(start, File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!)); // nothing left beside it
    }

    [Theory]
    [InlineData(".svg", "<svg")]
    [InlineData(".json", "{\"caption\"")]
    [InlineData(".csv", "a\n1\n2")]
    [InlineData(".html", "<!DOCTYPE html>")]
    [InlineData(".md", "**t**")]
    [InlineData(".txt", "t")]
    public void A_table_is_saved_in_the_form_its_extension_names(string extension, string start)
    {
        var path = Path.Combine(folder, "table" + extension);
        SampleTable.Save(path);
        Assert.StartsWith(start, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("figure.pdf", "'.pdf' is not known")]
    [InlineData("figure", "is missing")]
    public void An_unknown_extension_is_one_clear_sentence(string name, string part)
    {
        var message = Assert.Throws<ArgumentException>(() => Sample.Save(Path.Combine(folder, name))).Message;
        Assert.Contains(part, message);
        Assert.Contains(".svg, .png, .json, .csv, .html, .txt", message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_beside_it()
    {
        var path = Path.Combine(folder, "x.csv");
        File.WriteAllText(path, "old");
        Assert.Throws<InvalidDataException>(() => WrittenFile.Save(path, "figure", (".csv", () => throw new InvalidDataException("drawing failed"))));
        Assert.Equal("old", File.ReadAllText(path));
        Directory.CreateDirectory(Path.Combine(folder, "taken.csv"));
        Assert.ThrowsAny<Exception>(() => Sample.Save(Path.Combine(folder, "taken.csv")));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_overwritten_file_is_whole_for_every_reader()
    {
        var path = Path.Combine(folder, "x.svg");
        Sample.Save(path);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 60; i++)
                Sample.Save(path);
            stop.Cancel();
        }, TestContext.Current.CancellationToken);
        while (!stop.IsCancellationRequested)
            Assert.EndsWith("</svg>", File.ReadAllText(path));
        await writer;
    }

    [Fact]
    public void A_page_holds_the_script_given_and_says_when_it_is_not_there()
    {
        var script = Path.Combine(folder, "plotly.js");
        File.WriteAllText(script, "window.Plotly = '</script>';");
        var page = Sample.ToPage(script);
        Assert.Contains("window.Plotly = '<\\/script>';", page);
        var missing = Assert.Throws<FileNotFoundException>(() => Sample.ToPage(Path.Combine(folder, "none.js")));
        Assert.Contains("none.js", missing.Message);
        Assert.Null(PlotlyScript.FindAbove(folder));
    }
}
