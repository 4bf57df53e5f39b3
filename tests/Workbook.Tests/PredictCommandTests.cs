// ./workbook predict and data model: a fine-tuned run's answers, line by line, and its folder for other programs.

using System.Text;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Training;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class PredictCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("predict-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_line_gets_a_label_with_probabilities_and_the_model_can_be_taken_away()
    {
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nfilm\n");
        File.WriteAllLines(Path.Combine(folder, "rows.tsv"), ["sentence\tlabel", .. Enumerable.Range(0, 40).Select(row => $"{(row % 2 == 0 ? "good" : "bad")} film {row}\t{(row + 1) % 2}")]);
        var encoder = new EncoderSettings { Family = EncoderFamily.Bert, Vocabulary = 8, Width = 8, Blocks = 1, Heads = 2, FeedForward = 8, Positions = 16, TokenTypes = 2, Padding = 0 };
        var spec = new RunSpec
        {
            Kind = "text-classification", Rows = 20, Epochs = 1, BatchSize = 10, LearningRate = 1e-3, Seeds = RunSeeds.Of(1),
            Data = new DataReferences([KeyValuePair.Create("train", new DataReference(Path.Combine(folder, "rows.tsv"))), KeyValuePair.Create("tokenizer", new DataReference(Path.Combine(folder, "vocab.txt")))]),
            Settings = new JsonObject { ["task"] = "sst2", ["encoder"] = System.Text.Json.JsonSerializer.SerializeToNode(encoder, RunSpec.Json) },
        };
        string runs = Path.Combine(folder, "runs");
        var store = new RunStore(runs);
        var outcome = await RunExecutor.RunAsync(spec, store, cancellation: TestContext.Current.CancellationToken);
        string name = Path.GetFileName(outcome.Folder);
        using var model = FineTunedModel.Open(store.Find(name));

        string[] Run(string input, bool json)
        {
            using var output = new StringWriter { NewLine = "\n" };
            try
            {
                PredictCommand.Run(model, json, new MemoryStream(Encoding.UTF8.GetBytes(input)), output, TestContext.Current.CancellationToken);
            }
            catch (UsageException wrong)
            {
                output.WriteLine(wrong.Message);
            }
            return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        string[] lines = Run(string.Concat(Enumerable.Repeat("good film\nbad\n", 20)), json: false);
        Assert.Equal(40, lines.Length);
        var first = JsonNode.Parse(lines[0])!;
        Assert.Equal(["negative", "positive"], first["probabilities"]!.AsObject().Select(one => one.Key));
        Assert.Equal(first["probabilities"]!.AsObject().MaxBy(one => one.Value!.GetValue<double>()).Key, (string?)first["label"]);
        Assert.Equal(first["probabilities"]!["positive"]!.GetValue<double>(), JsonNode.Parse(lines[38])!["probabilities"]!["positive"]!.GetValue<double>(), 2e-6); // whatever else is in the batch
        Assert.Equal(Run("good film\n", json: false), Run("\"good film\"\n", json: true));
        Assert.Equal("Line 2: with --json a line must be a JSON string.", Run("\"good\"\nbad\n", json: true)[1]); // what was read before is answered

        var (code, _, errors) = await CommandCall.RunAsync(DataModelCommand.Create(), [name, "--runs", runs]);
        Assert.Equal(2, code);
        Assert.Contains("--out", errors);
        string saved = Path.Combine(folder, "saved");
        (code, var told, errors) = await CommandCall.RunAsync(DataModelCommand.Create(), [name, "--runs", runs, "--out", saved]);
        Assert.True(code == 0, errors);
        Assert.Contains("finished", told);
        Assert.Equal(["config.json", "model.safetensors", "vocab.txt"], Directory.GetFiles(saved).Select(Path.GetFileName).Order());
    }
}
