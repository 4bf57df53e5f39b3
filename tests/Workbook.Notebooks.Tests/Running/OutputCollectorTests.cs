// What a notebook stores of a cell's outputs.
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Running;

namespace Workbook.Notebooks.Tests.Running;

public sealed class OutputCollectorTests
{
    [Fact]
    public void Text_of_a_stream_is_joined_until_something_else_is_shown()
    {
        OutputCollector.Cell cell = new OutputCollector().Start(1);
        cell.WriteText("stdout", "a");
        cell.WriteText("stdout", "b");
        cell.WriteText("stderr", "e");
        cell.Display("1", [new MimeContent("text/plain", "d")]);
        cell.WriteText("stdout", "c");
        Assert.Equal([new StreamOutput("stdout", "ab"), new StreamOutput("stderr", "e"), new StreamOutput("stdout", "c")], cell.Outputs.OfType<StreamOutput>());
    }

    [Fact]
    public void Text_without_end_is_cut_off_and_says_so()
    {
        OutputCollector.Cell cell = new OutputCollector().Start(1);
        string block = new('x', 1_000_000);
        for (int count = 0; count < 30; count++)
            cell.WriteText("stdout", block);
        string text = Assert.IsType<StreamOutput>(Assert.Single(cell.Outputs)).Text;
        Assert.InRange(text.Length, 10_000_000, 11_000_000);
        Assert.EndsWith("the rest is left out\n", text);
    }
}
