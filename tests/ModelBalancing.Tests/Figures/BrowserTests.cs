// Figures in a real browser, with the plotly.js that web/ pins.
using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class BrowserTests
{
    private const string Browser = "/usr/bin/chromium";

    [Fact]
    public void Every_figure_of_a_page_becomes_live_whatever_comes_first()
    {
        var plotly = PlotlyScript.Find();
        Assert.SkipUnless(File.Exists(Browser), "no Chromium here");
        Assert.SkipUnless(plotly is not null, "plotly.js is not installed in web/");
        var line = Plots.Lines("</script> & <b>title</b>", "x", "y", [1, 2, 3], [new("a", [1, double.NaN, 3])], logY: true).ToHtml();
        var field = Plots.SpaceTime("field", [0, 1], [0, 1], new double[,] { { 0, 1 }, { 2, 3 } }, new double[,] { { 0, 1 }, { 2, 5 } }).ToHtml();
        var script = $"<script>{PlotlyScript.Inline(plotly!)}</script>";
        var folder = Directory.CreateTempSubdirectory("browser-").FullName;
        try
        {
            var page = Path.Combine(folder, "page.html");
            File.WriteAllText(page, $"<!DOCTYPE html><html><meta charset=\"utf-8\"><body>{line}{field}{script}{line}</body></html>");
            var (document, messages) = Load(page, folder);
            Assert.Equal(3, Regex.Count(document, "class=\"js-plotly-plot\""));
            Assert.Equal(3, Regex.Count(document, "data-live=\"yes\""));
            Assert.DoesNotContain("CONSOLE", messages);
            File.WriteAllText(page, $"<!DOCTYPE html><html><meta charset=\"utf-8\"><body>{line}</body></html>");
            (document, messages) = Load(page, folder);
            Assert.Contains("class=\"wb-line\"", document); // the static picture stands
            Assert.DoesNotContain("CONSOLE", messages);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string Document, string Messages) Load(string page, string folder)
    {
        var start = new ProcessStartInfo(Browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--virtual-time-budget=8000",
            "--user-data-dir=" + Path.Combine(folder, "profile"), "--dump-dom", new Uri(page).AbsoluteUri])
            start.ArgumentList.Add(argument);
        using var browser = Process.Start(start)!;
        var (document, messages) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        if (!browser.WaitForExit(60_000))
        {
            browser.Kill(entireProcessTree: true);
            Assert.Skip("Chromium did not end within a minute");
        }
        return (document.Result, messages.Result);
    }
}
