// Reports: complete, harmless, and asking no other host for anything.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Reporting;
using Workbook.Notebooks.Running;

namespace Workbook.Notebooks.Tests.Reporting;

public sealed partial class ReportTests : IDisposable
{
    private const string Hostile = "</pre></code><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_kind_of_cell_and_output_is_on_the_page()
    {
        string html = Page(Sample());
        Assert.Contains("<h1 id=\"does-it-work\">Does it work?</h1>", html);
        Assert.Contains("<th>a</th>", html);
        Assert.Contains("<span class=\"math\">x^2 &lt; y</span>", html);
        Assert.Contains("<div class=\"math display\">", html);
        Assert.Contains("<span class=\"k\">var</span>", html);
        Assert.Contains("<span class=\"ansi-red\">red</span> plain", html);
        Assert.Contains("<b>inserted</b>", html);
        Assert.Contains("<em>markdown</em>", html);
        Assert.Contains("src=\"data:image/png;base64,iVBORw0KGgo=\"", html);
        Assert.Contains("<div class=\"error\" role=\"alert\"><strong>cell 2, line 1: broken</strong>", html);
        Assert.Contains("<span class=\"time\">1.2 s</span>", html);
        Assert.Contains("<a href=\"#the-method\">The method</a>", html);
        Assert.Contains("failed in cell 2", html);
        Assert.Contains("href=\"#cell-2\"", html);
        Assert.Contains("href=\"other.html#part\"", html);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_page_asks_another_host_for_anything(bool single)
    {
        Page(Sample(), single, plotly: true, katex: true);
        foreach (string file in Directory.GetFiles(Out, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".html" or ".css"))
            Assert.DoesNotMatch(Outside(), File.ReadAllText(file));
        Assert.Equal(!single, Directory.Exists(Path.Combine(Out, "assets")));
        if (single)
            Assert.DoesNotMatch("(src|href)=\"assets/", File.ReadAllText(Path.Combine(Out, "sample.html")));
        else
            foreach (Match match in Regex.Matches(File.ReadAllText(Path.Combine(Out, "sample.html")), "(?:src|href)=\"(assets/[^\"]+)\""))
                Assert.True(File.Exists(Path.Combine(Out, match.Groups[1].Value)), match.Value);
    }

    [Fact]
    public void Hostile_text_shows_as_text()
    {
        string html = Page(NotebookDocument.Create(
            (CellKind.Markdown, $"# {Hostile}\n\n{Hostile}\n\n[click](javascript:alert(1)) [c2](JaVaScRiPt:alert(1)) [c3](vbscript:x) ![p](javascript:alert(1)) <javascript:alert(1)>\n\n`{Hostile}`\n\n$\\text{{</span><script>}}$"),
            (CellKind.Code, $"// {Hostile}\nvar a = \"{Hostile.Replace("\"", "\\\"", StringComparison.Ordinal)}\";")) is var made
            ? made with { Cells = [made.Cells[0], made.Cells[1] with { Outputs = [
                new StreamOutput("stdout", Hostile), new ResultOutput([new MimeContent("text/plain", Hostile)], 1),
                new DisplayOutput([new MimeContent("image/png", "\" onerror=\"alert(1)")]), new DisplayOutput([new MimeContent("x/<script>", "x")]),
                new DisplayOutput([new MimeContent("text/markdown", Hostile)]), new ErrorOutput(Hostile, Hostile, [Hostile, Hostile])] }] } : null!);
        Assert.DoesNotContain("<script>alert", html);
        Assert.DoesNotContain("<img src=x", html);
        Assert.DoesNotContain("<script>}", html);
        Assert.DoesNotMatch("(?i)(href|src)=\"\\s*(javascript|vbscript):", html);
        Assert.DoesNotMatch("<img[^>]* onerror=", html);
        Assert.DoesNotContain("<script>alert", File.ReadAllText(Path.Combine(Out, "index.html")));
    }

    [Fact]
    public void The_index_has_a_card_for_each_notebook()
    {
        Page(Sample());
        string index = File.ReadAllText(Path.Combine(Out, "index.html"));
        Assert.Contains("<h2>Does it work?</h2>", index);
        Assert.Contains("The question is asked here, with a formula x^2 &lt; y.", index);
        Assert.Contains("<a class=\"card\" href=\"sample.html\">", index);
        Assert.Matches("<img alt=\"\" src=\"data:image/svg\\+xml;base64,[A-Za-z0-9+/=]+\">", index);
        Assert.Contains("3 notebooks, 1 complete, <strong>2 not</strong>", index);
        Assert.Contains("damaged.ipynb is not a notebook", index);
        Assert.Contains("<dt>profile</dt><dd>quick</dd>", index);
    }

    [Fact]
    public void The_same_results_give_the_same_pages()
    {
        string first = Page(Sample());
        Assert.Equal(first, Page(Sample()));
    }

    [Fact]
    public void Code_is_coloured_without_losing_a_character()
    {
        const string code = "#r \"x.dll\"\nusing System;\n/* c */ var s = $\"a{1 + 2:0.0}b\" + @\"q\"\"\" + \"\"\"raw\"\"\"; // end\nrecord P(int A) { }\nbroken ( ] \"unclosed\n";
        Assert.Equal(code, System.Net.WebUtility.HtmlDecode(Regex.Replace(HighlightedCode.ToHtml(code), "</?span[^>]*>", "")));
    }

    [Fact]
    public void Terminal_text_keeps_its_colours_and_nothing_else_of_the_terminal()
    {
        Assert.Equal("<span class=\"ansi-bold ansi-green\">ok</span> &lt;x&gt;", AnsiText.ToHtml("\u001b[1;32mok\u001b[0m <x>\u001b[2K\u001b]0;title\u0007"));
        Assert.Equal("100%", AnsiText.ToHtml("10%\r50%\r100%"));
        Assert.Equal("ab", AnsiText.ToHtml("a\u001b[38;5;200mb\u001b[39m").Replace("<span class=\"\">", ""));
    }

    [Fact]
    public void Missing_scripts_are_told_before_anything_is_written()
    {
        Assert.Throws<FileNotFoundException>(() => Report.Write([], new ReportOptions(Out) { PlotlyScript = Path.Combine(folder, "none.js") }));
        Assert.False(Directory.Exists(Out));
    }

    private string Out => Path.Combine(folder, "out");

    private string Page(NotebookDocument document, bool single = false, bool plotly = false, bool katex = false)
    {
        if (plotly)
            File.WriteAllText(Path.Combine(folder, "plotly.js"), "window.Plotly = {}; var a = '</script>';");
        if (katex)
        {
            Directory.CreateDirectory(Path.Combine(folder, "katex", "fonts"));
            File.WriteAllText(Path.Combine(folder, "katex", "katex.min.js"), "");
            File.WriteAllText(Path.Combine(folder, "katex", "katex.min.css"), "@font-face{src:url(fonts/A.woff2) format(\"woff2\"),url(fonts/A.ttf) format(\"truetype\")}");
            File.WriteAllText(Path.Combine(folder, "katex", "fonts", "A.woff2"), "font");
        }
        string sample = Path.Combine(folder, "sample.ipynb");
        var result = new NotebookRunResult(sample, NotebookStatus.Failed, 3.4)
        {
            Document = document, FailedCell = 2, Error = "cell 2, line 1: broken",
            CellSeconds = document.Cells.Where(cell => cell.Kind == CellKind.Code).ToDictionary(cell => cell.Id, _ => 1.234),
        };
        var damaged = new NotebookRunResult(Path.Combine(folder, "damaged.ipynb"), NotebookStatus.Unreadable, 0) { Error = "damaged.ipynb is not a notebook" };
        NotebookDocument.Create((CellKind.Markdown, "other")).Write(Path.Combine(folder, "other.ipynb"));
        Report.Write([result, damaged, new NotebookRunResult(Path.Combine(folder, "other.ipynb"), NotebookStatus.Succeeded, 1)], new ReportOptions(Out)
        {
            SingleFile = single, Facts = [new("profile", "quick")],
            PlotlyScript = plotly ? Path.Combine(folder, "plotly.js") : null, KatexFolder = katex ? Path.Combine(folder, "katex") : null,
        });
        return File.ReadAllText(Path.Combine(Out, "sample.html"));
    }

    private static NotebookDocument Sample()
    {
        NotebookDocument made = NotebookDocument.Create(
            (CellKind.Markdown, "# Does it work?\n\nThe question is asked here, with a formula $x^2 < y$.\n\n$$\n\\alpha = 1\n$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[other](other.ipynb#part) ![picture](attachment:p.png)"),
            (CellKind.Markdown, "## The method\n\n```csharp\nvar a = 1;\n```"),
            (CellKind.Code, "var a = 1;"), (CellKind.Code, "throw new Exception(\"broken\");"));
        return made with
        {
            Cells =
            [
                made.Cells[0] with { Attachments = new JsonObject { ["p.png"] = new JsonObject { ["image/png"] = "iVBORw0KGgo=" } } },
                made.Cells[1],
                made.Cells[2] with { ExecutionCount = 1, Outputs =
                [
                    new StreamOutput("stdout", "\u001b[31mred\u001b[0m plain\n"),
                    new DisplayOutput([new MimeContent("text/html", "<b>inserted</b><svg viewBox=\"0 0 10 10\"><svg></svg><circle r=\"3\"/></svg><script>window.Plotly</script>"), new MimeContent("text/plain", "hidden")]),
                    new DisplayOutput([new MimeContent("text/markdown", "*markdown*")]),
                    new ResultOutput([new MimeContent("image/png", "iVBORw0KGgo=")], 1),
                ] },
                made.Cells[3] with { ExecutionCount = 2, Outputs = [new ErrorOutput("Exception", "cell 2, line 1: broken", ["cell 2, line 1: broken (Exception)", "  at F, cell 1, line 1"])] },
            ],
        };
    }

    [GeneratedRegex("""(?i)((src|href|srcset|action|data|poster)\s*=\s*["']?\s*(https?:)?//|url\(\s*["']?\s*(https?:)?//|@import)""")]
    private static partial Regex Outside();
}
