// Notebooks run from start to end, each in a process of its own.
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Running;
using Workbook.Notebooks.Sessions;

namespace Workbook.Notebooks.Tests.Running;

public sealed class NotebookRunnerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-runner-").FullName;
    private readonly List<RunProgress> progress = [];

    private string Out => Path.Combine(folder, "out");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_run_never_takes_the_place_of_its_notebook()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "a.ipynb");
        NotebookDocument.Create((CellKind.Code, "1")).Write(path);
        var error = await Assert.ThrowsAsync<NotebookFormatException>(() => NotebookRunner.RunAsync([path], new RunOptions { OutputFolder = folder }, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("name another output folder", error.Message);
        Assert.True(File.Exists(path));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_executed_notebook_has_outputs_and_the_original_stays_as_it_was()
    {
        string path = Write("good.ipynb", "# Title", "Console.WriteLine(\"hello\"); var a = 20;", "a + 22", "display(HTML(\"<b>x</b>\"));");
        string before = File.ReadAllText(path);
        NotebookRunResult result = await Run(path, new RunOptions { OutputFolder = Out });
        Assert.Equal((NotebookStatus.Succeeded, null, null), (result.Status, result.FailedCell, result.Error));
        Assert.Equal(before, File.ReadAllText(path));
        NotebookDocument executed = NotebookDocument.Read(Path.Combine(Out, "good.ipynb"));
        NotebookCell[] code = [.. executed.Cells.Where(cell => cell.Kind == CellKind.Code)];
        Assert.Equal([1, 2, 3], code.Select(cell => cell.ExecutionCount));
        Assert.Equal(new StreamOutput("stdout", "hello\n"), Assert.Single(code[0].Outputs));
        Assert.Equal(new MimeContent("text/plain", "42"), Assert.IsType<ResultOutput>(Assert.Single(code[1].Outputs)).Data.Single());
        Assert.Equal(new MimeContent("text/html", "<b>x</b>"), Assert.IsType<DisplayOutput>(Assert.Single(code[2].Outputs)).Data.Single());
        Assert.Equal(3, result.CellSeconds.Count);
        Assert.Equal(executed.ToJson(), result.Document!.ToJson());
        Assert.Equal([(1, null), (1, CellStatus.Succeeded), (2, null), (2, CellStatus.Succeeded), (3, null), (3, CellStatus.Succeeded)], progress.Select(step => (step.Cell, step.Status)));
        Assert.StartsWith("good.ipynb  cell 3 of 3  ", progress[^1].ToString());
    }

    [Fact]
    public async Task The_environment_and_the_working_folder_are_the_notebooks()
    {
        string path = Write("environment.ipynb", "t", "$\"{Environment.GetEnvironmentVariable(\"WORKBOOK_PROFILE\")} {Environment.GetEnvironmentVariable(\"WORKBOOK_HEADLESS\")} {System.IO.File.Exists(\"environment.ipynb\")}\"");
        NotebookRunResult result = await Run(path, new RunOptions { OutputFolder = Out, Profile = "quick" });
        Assert.Equal("quick 1 True", Assert.IsType<ResultOutput>(result.Document!.Cells[1].Outputs.Single()).Data.Single().Text);
    }

    [Fact]
    public async Task An_output_folder_that_cannot_be_written_is_one_sentence()
    {
        string path = Write("good.ipynb", "t", "1 + 1");
        string file = Path.Combine(folder, "a-file");
        File.WriteAllText(file, "in the way");
        NotebookRunResult result = await Run(path, new RunOptions { OutputFolder = Path.Combine(file, "out") });
        Assert.Equal(NotebookStatus.Failed, result.Status);
        Assert.StartsWith("Cannot write '", result.Error);
        Assert.EndsWith(".", result.Error);
        Assert.DoesNotContain('\n', result.Error!);
    }

    [Fact]
    public async Task A_failing_cell_ends_the_run_unless_errors_are_allowed()
    {
        string path = Write("bad.ipynb", "t", "var a = 1;", "\nthrow new Exception(\"broken\");", "a");
        NotebookRunResult stopped = await Run(path, new RunOptions { OutputFolder = Out });
        Assert.Equal((NotebookStatus.Failed, 2, "cell 2, line 2: broken"), (stopped.Status, stopped.FailedCell, stopped.Error));
        Assert.Equal("cell 2, line 2: broken", Assert.IsType<ErrorOutput>(stopped.Document!.Cells[2].Outputs.Single()).Message);
        Assert.Empty(stopped.Document.Cells[3].Outputs);
        NotebookRunResult allowed = await Run(path, new RunOptions { OutputFolder = Out, AllowErrors = true });
        Assert.Equal((NotebookStatus.Failed, 2), (allowed.Status, allowed.FailedCell));
        Assert.Single(allowed.Document!.Cells[3].Outputs);
    }

    [Fact]
    public async Task A_cell_that_takes_too_long_is_ended()
    {
        string path = Write("slow.ipynb", "t", "while (true) { }");
        NotebookRunResult result = await Run(path, new RunOptions { OutputFolder = Out, CellTimeout = TimeSpan.FromSeconds(1.5) });
        Assert.Equal((NotebookStatus.Failed, 1, "cell 1: took longer than 1.5 s"), (result.Status, result.FailedCell, result.Error));
    }

    [Fact]
    public async Task A_crash_is_told_with_its_cell_and_does_not_spoil_the_next_notebook()
    {
        string crash = Write("crash.ipynb", "t", "var a = 1;", "Console.WriteLine(\"before\"); Environment.FailFast(\"gone\");", "a");
        string good = Write("good.ipynb", "t", "1 + 1");
        IReadOnlyList<NotebookRunResult> results = await NotebookRunner.RunAsync(NotebookRunner.Find(folder), new RunOptions { OutputFolder = Out }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([crash, good], results.Select(result => result.Path));
        Assert.Equal((NotebookStatus.Crashed, 2), (results[0].Status, results[0].FailedCell));
        Assert.Contains("cell 2: the notebook's process ended unexpectedly", results[0].Error);
        Assert.IsType<ErrorOutput>(NotebookDocument.Read(Path.Combine(Out, "crash.ipynb")).Cells[2].Outputs[^1]);
        Assert.Equal(NotebookStatus.Succeeded, results[1].Status);
    }

    [Fact]
    public async Task A_stopped_run_ends_the_cell_and_keeps_what_there_was()
    {
        string path = Write("stopped.ipynb", "t", "Console.WriteLine(\"first\");", "while (true) await Task.Delay(10);", "1");
        using var stop = new CancellationTokenSource();
        var results = await NotebookRunner.RunAsync([path, path], new RunOptions { OutputFolder = Out }, step =>
        {
            if (step is { Cell: 2, Status: null })
                stop.CancelAfter(200);
        }, cancellation: stop.Token);
        NotebookRunResult result = Assert.Single(results);
        Assert.Equal((NotebookStatus.Stopped, "stopped in cell 2"), (result.Status, result.Error));
        Assert.Equal(new StreamOutput("stdout", "first\n"), result.Document!.Cells[1].Outputs.Single());
    }

    [Fact]
    public async Task A_notebook_that_cannot_be_run_is_told_in_one_sentence()
    {
        string damaged = Path.Combine(folder, "damaged.ipynb");
        File.WriteAllText(damaged, "{");
        NotebookRunResult result = await Run(damaged, new RunOptions { OutputFolder = Out });
        Assert.Equal(NotebookStatus.Unreadable, result.Status);
        Assert.Contains("is not a readable notebook", result.Error);
        string python = Path.Combine(folder, "python.ipynb");
        File.WriteAllText(python, """{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"language": "python", "name": "python3"}}, "cells": []}""");
        Assert.Contains("is a notebook for python", (await Run(python, new RunOptions())).Error);
        Assert.Throws<NotebookFormatException>(() => NotebookRunner.Find(Path.Combine(folder, "nowhere")));
    }

    [Fact]
    public async Task An_update_replaces_what_was_shown_and_streams_are_joined()
    {
        string path = Write("live.ipynb", "t", """
            using Microsoft.DotNet.Interactive;
            var shown = KernelInvocationContext.Current.Display("0", "text/plain");
            for (var i = 1; i <= 3; i++) { Console.Write(i); await Task.Delay(1); shown.Update($"step {i}"); }
            """, "shown.Update(\"later\");");
        NotebookRunResult result = await Run(path, new RunOptions { OutputFolder = Out });
        Assert.Equal(NotebookStatus.Succeeded, result.Status);
        Assert.Equal(new MimeContent("text/plain", "later"), Assert.IsType<DisplayOutput>(result.Document!.Cells[1].Outputs[0]).Data.Single());
        Assert.Equal(new StreamOutput("stdout", "123"), result.Document.Cells[1].Outputs[1]);
    }

    private async Task<NotebookRunResult> Run(string path, RunOptions options) =>
        Assert.Single(await NotebookRunner.RunAsync([path], options, progress.Add, cancellation: TestContext.Current.CancellationToken));

    private string Write(string name, string markdown, params string[] code)
    {
        string path = Path.Combine(folder, name);
        NotebookDocument.Create([(CellKind.Markdown, markdown), .. code.Select(source => (CellKind.Code, source))]).Write(path);
        return path;
    }
}
