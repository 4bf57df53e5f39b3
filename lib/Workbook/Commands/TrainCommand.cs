// ./workbook train SPEC.json: carries out one run; an interrupted one continues.

using System.CommandLine;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;

namespace Workbook.Commands;

/// <summary>Carries out the run that a spec file describes.</summary>
internal static class TrainCommand
{
    // Counts of the data that text runs tell in their results.
    private static readonly (string Member, string Words)[] leftOut =
        [("repeatedRows", "rows that repeat others"), ("reportedRowsLeftOut", "rows that are reported"), ("misplacedAnswers", "answers that are not where the file says")];

    internal static Command Create()
    {
        var file = new Argument<string>("SPEC.json") { Description = "The run's spec, a JSON file such as data/specs/fno-little-data.json; docs/experiments.md tells its members." };
        var set = new Option<string[]>("--set") { Description = "Replaces a member of the spec: --set learningRate=1e-3, --set settings.modes=8.", AllowMultipleArgumentsPerToken = true };
        var resume = new Option<bool>("--resume") { Description = "Continue an unfinished run; this is what happens anyway, and the opposite of --fresh." };
        var fresh = new Option<bool>("--fresh") { Description = "Compute again, even if a finished or unfinished run of this spec is there." };
        var threads = new Option<int?>("--threads") { Description = "Threads of the tensor engine; part of the run's identity." };
        var runs = new Option<string?>("--runs") { Description = "Folder of runs; default: runs/ in the checkout." };
        var saveEvery = new Option<double>("--save-every") { Description = "Seconds between two saves of the state.", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Prints the result as one JSON document." };
        var command = new Command("train", "Carries out one training run; an interrupted one continues.") { file, set, resume, fresh, threads, saveEvery, runs, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(fresh) && parsed.GetValue(resume)) throw new UsageException("--fresh and --resume contradict each other: give one of them.");
            if (!(parsed.GetValue(saveEvery) >= 0)) throw new UsageException($"--save-every is {parsed.GetValue(saveEvery)}, but must be at least 0.");
            if (parsed.GetValue(threads) is { } asked && (asked < 1 || asked > Environment.ProcessorCount))
                throw new UsageException($"--threads is {asked}, but this machine has {Environment.ProcessorCount} processors: give 1 to {Environment.ProcessorCount}.");
            var spec = RunSpec.Load(parsed.GetValue(file)!);
            foreach (var change in parsed.GetValue(set) ?? [])
            {
                var equals = change.IndexOf('=');
                if (equals < 1) throw new UsageException($"--set is '{change}', but must be member=value.");
                try
                {
                    spec = spec.Set(change[..equals], change[(equals + 1)..]);
                }
                catch (RunException wrong)
                {
                    throw new UsageException(wrong.Message);
                }
            }

            using var line = new ProgressLine("training");
            var progress = new ImmediateProgress<RunProgress>(step => line.Show(step.Step, step.Steps, step.Left));
            var options = new RunOptions { Fresh = parsed.GetValue(fresh), Threads = parsed.GetValue(threads), SaveEvery = TimeSpan.FromSeconds(parsed.GetValue(saveEvery)) };
            var outcome = await RunExecutor.RunAsync(spec, new RunStore(parsed.GetValue(runs)), progress, cancellation, options);
            line.Dispose();
            if (parsed.GetValue(json)) JsonOutput.Write(outcome.Result);
            else Console.WriteLine($"{Summary(outcome)}\n{Path.Combine(outcome.Folder, "result.json")}: {outcome.Notice}");
            return 0;
        });
        return command;
    }

    /// <summary>The test's error beside the floors' (nRMSE where the kind has it, else its first number), how the epoch was chosen, and what a reader should not miss.</summary>
    private static string Summary(RunOutcome outcome)
    {
        static string? Main(JsonNode? metrics)
        {
            var numbers = (metrics as JsonObject)?.Where(entry => entry.Value is JsonValue value && value.TryGetValue<double>(out _)).ToList() ?? [];
            var main = numbers.FirstOrDefault(entry => entry.Key == "nRMSE", numbers.FirstOrDefault());
            return main.Value is { } number ? $"{main.Key} {number.GetValue<double>():g4}" : null;
        }

        var result = outcome.Result;
        const string NoLongerFinite = "the run diverged: its loss or its weights are no longer finite";
        if (Main(result["test"]) is not { } test)
            return $"{NoLongerFinite}. Take a smaller learningRate, and look whether the weights it starts from are finite (./workbook esd)";
        var floors = (result["floors"] as JsonObject)?.Select(floor => $"{floor.Key} {Main(floor.Value)}") ?? [];
        string chosen = $"epoch {(result["selectedEpoch"]?.GetValue<int>() ?? 0) + 1}{(result["selection"] is { } rule ? $", {rule}{(Count("selectionRows") is > 0 and var rows ? $" ({rows})" : "")}" : "")}";
        List<string> lines = [$"test {test}; {chosen}; floors: {string.Join(", ", floors)}"];
        if (result["diverged"]?.GetValue<bool>() == true)
            lines.Add($"after that epoch {NoLongerFinite}");
        if (result["belowFloors"] is JsonArray { Count: > 0 } below)
            lines.Add($"no better than: {string.Join(", ", below)}");
        if (leftOut.Where(one => Count(one.Member) > 0).Select(one => $"{one.Words} ({Count(one.Member)})").ToList() is { Count: > 0 } missing)
            lines.Add($"left out of the training file: {string.Join(", ", missing)}");
        return string.Join('\n', lines);

        int? Count(string member) => result[member] is JsonValue value && value.TryGetValue<int>(out int count) ? count : null;
    }
}
