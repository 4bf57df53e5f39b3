// ./workbook runs: the table, its selections, and what clean would delete.

using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Tests.Experiments;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class RunsCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(RunsCommand.Create(), [.. arguments, "--runs", folder]);

    [Fact]
    public async Task List_shows_the_chosen_runs_in_order()
    {
        SyntheticRuns.Write(folder, 0, 60);
        var (code, output, errors) = await Run("list", "--where", "result.method=baseline", "--where", "spec.learningRate=1e-2", "--where", "spec.settings.serial>=9", "--sort", "-spec.settings.serial", "--limit", "3", "--json");
        Assert.Equal((0, ""), (code, errors));
        var rows = JsonDocument.Parse(output).RootElement.EnumerateArray().ToList();
        Assert.Equal([57, 51, 45], rows.Select(row => row.GetProperty("spec.settings.serial").GetDouble()));
        Assert.All(rows, row => Assert.Equal("Finished", row.GetProperty("phase").GetString()));

        var text = (await Run("list", "--where", "spec.balancing.metric=", "--limit", "2")).Output;
        Assert.StartsWith("2 of 30 chosen, 60 runs in ", text);
        Assert.Contains("result.test.nRMSE", text);
        Assert.Contains("spec.rows,result.diverged\n8,false\n", (await Run("list", "--columns", "spec.rows,result.diverged", "--sort", "spec.rows", "--limit", "1", "--csv")).Output.ReplaceLineEndings("\n"));
        Assert.Contains("result.floors.linear.nRMSE", (await Run("list", "--columns", "names", "--rebuild")).Output);
    }

    [Fact]
    public async Task Clean_tells_first_and_then_deletes_states_only()
    {
        string run = SyntheticRuns.Write(folder, 0), state = Path.Combine(run, "state.safetensors");
        File.WriteAllBytes(state, new byte[1000]);
        using var report = JsonDocument.Parse((await Run("clean", "--dry-run", "--json")).Output);
        Assert.Equal((1000, true), (report.RootElement.GetProperty("bytes").GetInt64(), report.RootElement.GetProperty("dryRun").GetBoolean()));
        Assert.True(File.Exists(state));
        Assert.Contains("1 file of 1 run", (await Run("clean")).Output);
        Assert.False(File.Exists(state));
        Assert.True(File.Exists(Path.Combine(run, RunFiles.Result)));
    }

    [Fact]
    public async Task Wrong_calls_are_answered_in_one_sentence()
    {
        SyntheticRuns.Write(folder, 0);
        foreach (var (arguments, part) in new (string[], string)[]
        {
            (["list", "--where", "phase"], "must be member=value"),
            (["list", "--where", "spec.row=8"], "No run has a member 'spec.row'"),
            (["list", "--where", "phase<x"], "needs a number"),
            (["list", "--columns", "nonsense"], "nonsense"),
            (["list", "--limit", "0"], "at least 1"),
            (["list", "--json", "--csv"], "contradict"),
        })
        {
            var (code, output, errors) = await Run(arguments);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(part, errors);
        }
        foreach (var (arguments, sentence) in new (string[], string)[] { ([], "runs needs a command; known are list, clean."), (["tidy"], "runs has no command 'tidy'; known are list, clean.") })
        {
            var (code, _, errors) = await CommandCall.RunAsync(RunsCommand.Create(), arguments);
            Assert.Equal(2, code);
            Assert.StartsWith($"workbook: {sentence}", errors);
        }
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.Contains("is a file; give a folder", (await CommandCall.RunAsync(RunsCommand.Create(), ["list", "--runs", file])).Errors);
        foreach (var verb in new[] { "list", "clean" })
        {
            var (code, _, errors) = await CommandCall.RunAsync(RunsCommand.Create(), [verb, "--runs", Path.Combine(folder, "none")]);
            Assert.Equal(1, code);
            Assert.Contains("There is no folder", errors);
        }
    }
}
