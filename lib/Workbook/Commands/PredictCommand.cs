// ./workbook predict RUN: lines in, what a fine-tuned model says of them out.

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Training;

namespace Workbook.Commands;

/// <summary>Classes or scores of standard input, line by line.</summary>
internal static class PredictCommand
{
    private const int MostAtOnce = 16, Digits = 6;

    private static readonly JsonSerializerOptions relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Create()
    {
        var name = new Argument<string>("RUN") { Description = "A finished run of kind text-classification by its name, id or the beginning of either (./workbook runs list)." };
        var runs = new Option<string?>("--runs") { Description = "Folder of runs; default: runs/ in the checkout." };
        var json = new Option<bool>("--json") { Description = "Each line is a JSON string, for tasks of pairs a list of two, instead of plain text with a tab between the two of a pair." };
        var command = new Command("predict", "Lines of text in, a fine-tuned run's classes or scores out, one JSON object a line.") { name, runs, json };
        command.SetAction((parsed, cancellation) =>
        {
            using var model = FineTunedModel.Open(new RunStore(parsed.GetValue(runs)).Find(parsed.GetValue(name)!));
            using var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
            Run(model, parsed.GetValue(json), Console.OpenStandardInput(), output, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Predicts every line; lines that wait together are computed together.</summary>
    internal static void Run(FineTunedModel model, bool json, Stream input, TextWriter output, CancellationToken cancellation)
    {
        bool pair = model.Task?.IsPair == true;
        using var reader = new LineReader(input);
        var waiting = new List<TextInput>();
        model.Predict(waiting); // a model for something else says so before anything is read
        for (int number = 1; reader.Next(out var bytes, Flush); number++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var (first, second) = InputLine.Texts(bytes, pair, json);
                waiting.Add(new TextInput(first, second));
            }
            catch (Exception wrong) when (InputLine.IsUnreadable(wrong))
            {
                Flush();
                throw new UsageException($"Line {number}: {InputLine.Sentence(wrong, pair)}");
            }
            if (waiting.Count == MostAtOnce)
                Flush();
        }
        Flush();

        void Flush()
        {
            foreach (var prediction in model.Predict(waiting))
                output.WriteLine(Described(prediction, model.Task!).ToJsonString(relaxed));
            output.Flush();
            waiting.Clear();
        }
    }

    private static JsonObject Described(TextPrediction prediction, TextTask task) => prediction.Score is { } score ? new() { ["score"] = Math.Round(score, Digits) } : new()
    {
        ["label"] = prediction.Label,
        ["probabilities"] = new JsonObject(task.Labels.Zip(prediction.Probabilities, (label, share) => KeyValuePair.Create(label, (JsonNode?)JsonValue.Create(Math.Round(share, Digits))))),
    };
}
