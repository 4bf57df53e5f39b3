// ./workbook report: the page it writes, and its answers to wrong calls.

using ModelBalancing.Tests.Experiments;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class ReportCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(ReportCommand.Create(), arguments);

    [Fact]
    public async Task The_page_tells_of_every_run_and_how_it_was_made()
    {
        SyntheticRuns.Write(folder, 0, 60);
        var page = Path.Combine(folder, "pages", "report.html");
        var (code, output, errors) = await Run("--runs", folder, "--out", page);
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith($"{page}: 60 runs:", output);
        var html = File.ReadAllText(page);
        Assert.Contains("At a glance", html);
        Assert.Contains("All 60 runs", html);
        Assert.Contains($"./workbook report --runs {folder} --out {page}", html);
    }

    [Fact]
    public async Task Wrong_calls_are_answered_in_one_sentence()
    {
        Assert.Equal(2, (await Run("--runs", folder, "--out", folder)).Code);
        var (code, output, errors) = await Run("--runs", Path.Combine(folder, "none"));
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("There is no folder of runs", errors);
        Assert.Contains("holds no run", (await Run("--runs", folder)).Errors);
    }
}
