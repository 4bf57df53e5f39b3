// ./workbook report: a page about the runs of a folder by which a reader can judge them.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Experiments.Reports;

namespace Workbook.Commands;

/// <summary>Writes the report on a folder of runs.</summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        var runs = new Option<string?>("--runs") { Description = "Folder of runs; default: runs/ in the checkout." };
        var output = new Option<string?>("--out") { Description = "The HTML page to write; default: report.html in the folder of runs." };
        var command = new Command("report", "A page about runs: tables, intervals, tests, every seed, spectra before and after, failures, commands.") { runs, output };
        command.SetAction(parsed =>
        {
            var root = parsed.GetValue(runs) ?? Folders.Runs;
            var page = parsed.GetValue(output) ?? Path.Combine(root, "report.html");
            if (Directory.Exists(page)) throw new UsageException($"--out is '{page}', which is a folder: give the name of an HTML file.");
            var again = "./workbook report" + (parsed.GetValue(runs) is { } given ? $" --runs {given}" : "") + (parsed.GetValue(output) is { } file ? $" --out {file}" : "");
            var counts = RunReport.Write(root, page, again);
            Console.WriteLine($"{page}: {counts}");
            return 0;
        });
        return command;
    }
}
