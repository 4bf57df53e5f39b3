// Cells with more than one language: what is only shown is shown, what is C# runs with its own line numbers.
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Sessions;

public sealed class SectionTests : IDisposable
{
    private readonly TestSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public async Task Markdown_html_and_javascript_are_shown_and_not_run()
    {
        Recorder seen = await session.Run("#!markdown\n# Title\n#!html\n<b>bold</b>\n#!javascript\nalert(1)\n#!csharp\nvar a = 4;\na");
        Assert.Equal(
            [("text/markdown", "# Title"), ("text/html", "<b>bold</b>"), ("text/html", "<script type=\"text/javascript\">alert(1)</script>")],
            seen.Displays.Select(display => (display.Data[0].MimeType, display.Data[0].Text)));
        Assert.Equal("4", seen.Plain);
    }

    [Fact]
    public async Task Errors_behind_another_language_name_their_own_line()
    {
        Recorder seen = await session.Try("#!markdown\ntext\n#!csharp\nvar a = 1;\nthrow new Exception(\"here\");");
        Assert.Equal("cell 1, line 5: here", seen.Failure!.Message);
    }

    [Fact]
    public async Task A_package_source_directive_is_refused_with_its_alternative_but_not_inside_a_text()
    {
        Recorder refused = await session.Try("var a = 1;\n#i \"nuget:folder\"");
        Assert.Equal("cell 1, line 2: The directive #i is not part of this C# kernel: package sources come from NuGet.Config.", refused.Failure!.Message);
        Assert.Equal("4", (await session.Run("var text = @\"\n#i \";\ntext.Length")).Plain);
    }

    [Fact]
    public async Task A_diagram_is_shown_as_its_source_until_the_page_draws_it()
    {
        Recorder seen = await session.Run("#!mermaid\ngraph LR\n a --> b");
        Assert.Contains("<pre class=\"wb-mermaid\">graph LR\n a --&gt; b</pre>", seen.Displays[0].Data[0].Text);
    }

    [Fact]
    public async Task Time_is_told_after_the_cell()
    {
        Recorder seen = await session.Run("#!time\nawait Task.Delay(20);");
        Assert.Matches(@"^Wall time: \d+(\.\d)?ms$", seen.Displays[0].Data[0].Text);
    }

    [Fact]
    public async Task A_line_of_a_text_literal_is_no_magic()
    {
        Assert.Equal("#!markdown\nx", (await session.Run("\"\"\"\n#!markdown\nx\n\"\"\"")).Plain);
        Assert.Equal("#!html\nx", (await session.Run("var t = \"\"\"\n#!html\nx\n\"\"\";\nt")).Plain);
    }
}
