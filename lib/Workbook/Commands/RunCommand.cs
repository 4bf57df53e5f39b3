// ./workbook run: executes notebooks and writes executed copies and an HTML report.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Figures;
using Workbook.Notebooks.Reporting;
using Workbook.Notebooks.Running;

namespace Workbook.Commands;

/// <summary>Executes notebooks one at a time, each in a process of its own.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var notebooks = new Argument<string[]>("NOTEBOOK") { Description = "Notebook files or folders; default: notebooks/ of the checkout.", Arity = ArgumentArity.ZeroOrMore };
        var profile = new Option<string?>("--profile") { Description = $"quick, standard or paper; default: {Profiles.Variable} or quick." };
        var output = new Option<string?>("--out") { Description = "Folder for executed notebooks and report; default: artifacts/report." };
        var timeout = new Option<double?>("--timeout") { Description = "Longest time of a cell in seconds; default: none." };
        var allowErrors = new Option<bool>("--allow-errors") { Description = "Go on after a failed cell; the exit code is 1 all the same." };
        var jobs = new Option<int>("--jobs") { Description = "Notebooks run at the same time; default 1, because each may use all processors.", DefaultValueFactory = _ => 1 };
        var singleFile = new Option<bool>("--single-file") { Description = "Put styles and scripts into each page." };
        var command = new Command("run", "Executes notebooks, writes executed copies and an HTML report.") { notebooks, profile, output, timeout, allowErrors, jobs, singleFile };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(timeout) is <= 0) throw new UsageException($"--timeout is {parsed.GetValue(timeout)}, but must be positive.");
            if ((parsed.GetValue(notebooks) ?? []).FirstOrDefault(name => name.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
                throw new UsageException($"there is no option {unknown}.");
            if (parsed.GetValue(jobs) < 1) throw new UsageException($"--jobs is {parsed.GetValue(jobs)}, but must be at least 1.");
            var chosen = parsed.GetValue(profile) is { } name ? Profiles.Parse(name) : Profiles.Current;
            var paths = parsed.GetValue(notebooks) is { Length: > 0 } given ? given : [Path.Combine(Folders.Root, "notebooks")];
            var folder = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(Folders.Root, "artifacts", "report"));
            var options = new RunOptions
            {
                Profile = chosen.ToString().ToLowerInvariant(),
                OutputFolder = Directory.CreateDirectory(folder).FullName,
                CellTimeout = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                AllowErrors = parsed.GetValue(allowErrors),
            };
            return RunAsync(NotebookRunner.Find(paths), options, parsed.GetValue(jobs), parsed.GetValue(singleFile), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> notebooks, RunOptions options, int jobs, bool singleFile, CancellationToken cancellation)
    {
        var results = await NotebookRunner.RunAsync(notebooks, options, Tell, jobs: jobs, cancellation: cancellation);
        Console.WriteLine();
        foreach (var result in results)
            Console.WriteLine($"{Path.GetFileName(result.Path)}: {result.Status.ToString().ToLowerInvariant()} in {Quantities.Duration(result.Seconds)}{(result.Error is { } error ? $": {error}" : "")}");
        Console.WriteLine($"report: {WriteReport(results, options, singleFile)}");
        if (cancellation.IsCancellationRequested)
            Console.Error.WriteLine("workbook: stopped. A notebook starts again from its first cell; training runs that it had finished or saved are used again.");
        return results.All(result => result.Status == NotebookStatus.Succeeded && result.FailedCell is null) ? 0 : CommandLine.Failed;
    }

    private static string WriteReport(IReadOnlyList<NotebookRunResult> results, RunOptions options, bool singleFile) =>
        Report.Write(results, new ReportOptions(options.OutputFolder!)
        {
            Title = "Model balancing workbook",
            Introduction = "Notebooks that reproduce, question and extend Model Balancing Helps Low-data Training and Fine-tuning (EMNLP 2024), executed here.",
            Facts =
            [
                new("profile", options.Profile!),
                new("engine", $"{Engine.Name}, libtorch {Engine.TorchVersion}"),
                new("processors", Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("made", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture)),
            ],
            PlotlyScript = PlotlyScript.Find(),
            KatexFolder = Path.Combine(Folders.WebPackages, "katex", "dist") is var katex && Directory.Exists(katex) ? katex : null,
            SingleFile = singleFile,
        });

    private static void Tell(Notebooks.Running.RunProgress step)
    {
        // A cell that starts is worth a line only where a person watches.
        if (step.Status is not null || step.Cell == 0 || !Console.IsErrorRedirected) Console.Error.WriteLine(step);
    }
}
