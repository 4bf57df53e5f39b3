// What is compared between two runs of a notebook, and what is not.
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Running;

namespace Workbook.Notebooks.Tests.Running;

public sealed class NotebookExpectationTests
{
    private static NotebookExpectation Of(params NotebookOutput[] outputs) =>
        NotebookExpectation.Of(new NotebookDocument([new NotebookCell(CellKind.Code, "c1", "x") { Outputs = outputs }], []));

    private static StreamOutput Text(string text) => new("stdout", text);

    private static ResultOutput Html(string html) => new([new MimeContent("text/html", html), new MimeContent("text/plain", "plain")], 1);

    [Fact]
    public void Markup_durations_and_dates_make_no_difference()
    {
        Assert.Empty(Of(Text("done in 1.2 s on 2026-01-02")).Differences(Of(Text("done in 35 ms on 2027-11-12")), 1e-6));
        Assert.Empty(Of(Html("<b>a</b> 1")).Differences(Of(Html("<style>x{}</style><i class=q>a</i>  1")), 1e-6));
    }

    [Fact]
    public void Numbers_may_differ_by_the_tolerance_and_words_not_at_all()
    {
        Assert.Empty(Of(Text("loss 0.1234567")).Differences(Of(Text("loss 0.1234568")), 1e-5));
        Assert.Contains("0.13 instead of 0.12", Assert.Single(Of(Text("loss 0.12")).Differences(Of(Text("loss 0.13")), 1e-5)));
        Assert.Contains("instead of", Assert.Single(Of(Text("good")).Differences(Of(Text("bad")), 1)));
        Assert.Contains("0 outputs instead of 1", Assert.Single(Of(Text("good")).Differences(Of(), 1)));
    }

    [Fact]
    public void The_data_of_a_figure_is_compared()
    {
        static ResultOutput Figure(string y, string color) => Html($"<div class=\"wb-figure\"><svg fill=\"{color}\"/><script type=\"application/json\">{{\"y\":[{y}]}}</script></div>");
        Assert.Empty(Of(Figure("1,2", "red")).Differences(Of(Figure("1,2", "blue")), 1e-6));
        Assert.Single(Of(Figure("1,2", "red")).Differences(Of(Figure("1,3", "red")), 1e-6));
    }

    [Fact]
    public void An_expectation_is_stored_and_read_again()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "expected", "a.json");
        NotebookExpectation expected = Of(Text("1 < 2"));
        expected.Write(file);
        Assert.Empty(expected.Differences(NotebookExpectation.Read(file), 0));
        File.WriteAllText(file, "[]");
        Assert.Contains("--update", Assert.Throws<NotebookFormatException>(() => NotebookExpectation.Read(file)).Message);
        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(file)!)!, recursive: true);
    }
}
