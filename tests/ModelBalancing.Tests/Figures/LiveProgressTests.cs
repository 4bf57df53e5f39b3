// A progress bar says how far work is, how long it took and how long it will take.
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class LiveProgressTests
{
    [Fact]
    public void The_time_left_follows_from_the_time_gone()
    {
        var view = new ProgressView("training", new ProgressStep(25, 100, null, 0.125), TimeSpan.FromSeconds(10), [1, 0.5, 0.25, 0.125]);
        Assert.Equal("training: 25 of 100, 10.0 s, 30.0 s left, loss 0.125", view.ToString());
    }

    [Fact]
    public void The_bar_is_as_wide_as_the_work_is_done()
    {
        Assert.Contains("class=\"wb-bar-fill\" style=\"width:25%", new ProgressView("x", new ProgressStep(25, 100), TimeSpan.Zero, []).ToHtml());
        Assert.Contains("width:100%", new ProgressView("x", new ProgressStep(120, 100), TimeSpan.Zero, []).ToHtml());
    }

    [Fact]
    public void A_curve_is_drawn_from_the_second_loss_on_and_names_are_escaped()
    {
        Assert.DoesNotContain("<svg", new ProgressView("x", new ProgressStep(1, 2, null, 1), TimeSpan.Zero, [1]).ToHtml());
        var shown = new ProgressView("<b>", new ProgressStep(1, 2, null, 1), TimeSpan.Zero, [1, 0]).ToHtml();
        Assert.Contains("polyline", shown);
        Assert.Contains("&lt;b&gt;", shown);
    }
}
