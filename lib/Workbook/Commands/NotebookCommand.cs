// ./workbook notebook: makes a new notebook, and checks that notebooks still show what they showed.

using System.CommandLine;
using ModelBalancing;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Running;

namespace Workbook.Commands;

/// <summary>New notebooks, and the comparison of notebooks with their stored expectation.</summary>
internal static class NotebookCommand
{
    private const double Tolerance = 1e-4;

    internal static Command Create() => new("notebook", "Makes and checks notebooks.") { CreateNew(), CreateCheck() };

    private static Command CreateNew()
    {
        var path = new Argument<string>("PATH") { Description = "The new file, such as notebooks/20-my-question.ipynb." };
        var title = new Option<string?>("--title") { Description = "Its question; default: from the file's name." };
        var command = new Command("new", "Makes a notebook with a title and the cell that loads the workbook.") { path, title };
        command.SetAction(parsed =>
        {
            var file = Path.GetFullPath(parsed.GetValue(path)!);
            if (!file.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase)) file += ".ipynb";
            if (File.Exists(file)) throw new UsageException($"{file} exists already: name another file.");
            var loader = Path.GetRelativePath(Path.GetDirectoryName(file)!, Path.Combine(Folders.Root, "notebooks", "workbook.csx")).Replace('\\', '/');
            NotebookDocument.Create(
                (CellKind.Markdown, $"# {parsed.GetValue(title) ?? Path.GetFileNameWithoutExtension(file).Replace('-', ' ')}\n\nOne paragraph that says what is asked and why."),
                (CellKind.Code, $"#load \"{loader}\"\nusing ModelBalancing;\nusing ModelBalancing.Figures;\nvar profile = NotebookStart.Open();"),
                (CellKind.Code, "")).Write(file);
            Console.WriteLine(file);
        });
        return command;
    }

    private static Command CreateCheck()
    {
        var notebooks = new Argument<string[]>("NOTEBOOK") { Description = "Notebook files or folders; default: notebooks/ of the checkout.", Arity = ArgumentArity.ZeroOrMore };
        var profile = new Option<string?>("--profile") { Description = "Default: quick, whose outputs are the stored ones." };
        var update = new Option<bool>("--update") { Description = "Stores what the notebooks show now as the expectation." };
        var timeout = new Option<double?>("--timeout") { Description = "Longest time of a cell in seconds; default: none." };
        var tolerance = new Option<double>("--tolerance") { Description = $"How far numbers may differ, relative; default {Tolerance}.", DefaultValueFactory = _ => Tolerance };
        var command = new Command("check", "Runs notebooks and compares text and figures with expected/NAME.json beside them.") { notebooks, profile, update, timeout, tolerance };
        command.SetAction(async (parsed, cancellation) =>
        {
            var paths = parsed.GetValue(notebooks) is { Length: > 0 } given ? given : [Path.Combine(Folders.Root, "notebooks")];
            var options = new RunOptions
            {
                Profile = parsed.GetValue(profile) ?? "quick",
                CellTimeout = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
            var failed = 0;
            foreach (var result in await NotebookRunner.RunAsync(NotebookRunner.Find(paths), options, step => Console.Error.WriteLine(step), cancellation: cancellation))
                failed += Check(result, parsed.GetValue(update), parsed.GetValue(tolerance)) ? 0 : 1;
            cancellation.ThrowIfCancellationRequested();
            return failed == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static bool Check(NotebookRunResult result, bool update, double tolerance)
    {
        var name = Path.GetFileName(result.Path);
        if (result.Status != NotebookStatus.Succeeded || result.Document is null)
        {
            Console.WriteLine($"{name}: {result.Error}");
            return false;
        }
        var stored = NotebookExpectation.PathFor(result.Path);
        var actual = NotebookExpectation.Of(result.Document);
        if (update)
        {
            actual.Write(stored);
            Console.WriteLine($"{name}: stored in {stored}");
            return true;
        }
        if (!File.Exists(stored))
        {
            Console.WriteLine($"{name}: nothing to compare with; --update stores what it shows now in {stored}");
            return false;
        }
        var differences = NotebookExpectation.Read(stored).Differences(actual, tolerance);
        Console.WriteLine(differences.Count == 0 ? $"{name}: as expected" : $"{name}: {differences.Count} differences");
        foreach (var difference in differences) Console.WriteLine($"  {difference}");
        return differences.Count == 0;
    }
}
