// Runs on small made-up tasks: they learn, resume exactly, choose by rule, stand beside floors, and say what is missing.
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Experiments;
using ModelBalancing.Tests.Text.Tokenizers;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Training;

public class TextRunTests
{
    private static readonly string[] good = ["fine", "great", "warm", "clever"], bad = ["dull", "weak", "cold", "stale"], plain = ["the", "film", "plot", "actor", "scene", "music", "story", "ending"];

    [Theory]
    [InlineData("""{ "task": "sst2" }""", "classes")]
    [InlineData("""{ "task": "sst2", "parts": 3, "optimizer": "Adafactor" }""", "classes")]
    [InlineData("""{ "task": "sst2", "sharpness": { "rho": 0.05 }, "padding": "Maximum", "longest": 16 }""", "classes")]
    [InlineData("""{ "task": "stsb" }""", "scores")]
    [InlineData("""{ "task": "copa" }""", "choices")]
    public async Task A_run_that_was_stopped_ends_in_the_same_bytes_as_one_that_was_not(string settings, string form)
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, settings, form, rows: 10, epochs: 2) with { Balancing = new BalancingSpec { FewestEigenvalues = 4 } };
        var whole = await StoppedRun.AssertSameAsync(spec, folder.Path, 3, "model.safetensors", "metrics.jsonl");
        Assert.Equal(["bag of words", "linear probe", "majority"], whole.Result["floors"]!.AsObject().Select(floor => floor.Key).Order());
        Assert.Equal(24, whole.Result["test"]!["samples"]!.AsArray().Count);
        Assert.Equal(10, whole.Result["rows"]!.GetValue<int>());
        Assert.NotEmpty(whole.Result["alphaEnd"]!.AsObject());
    }

    [Fact]
    public async Task A_run_learns_a_task_of_single_words_and_chooses_on_rows_that_are_neither_trained_nor_reported()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, """{ "task": "sst2", "dropout": 0 }""", "classes", rows: 110, epochs: 20) with { LearningRate = 5e-3 };
        var run = await RunExecutor.RunAsync(spec, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        Assert.True(run.Result["test"]!["accuracy"]!.GetValue<double>() > 0.7, run.Result["test"]!.ToJsonString());
        Assert.Equal(run.Result["test"]!["accuracy"]!.GetValue<double>(), run.Result["test"]!["score"]!.GetValue<double>());
        Assert.Equal("best epoch on validation rows", (string?)run.Result["selection"]);
        Assert.InRange(run.Result["selectionRows"]!.GetValue<int>(), 10, 110);
        Assert.True(run.Result["floors"]!["bag of words"]!["score"]!.GetValue<double>() > 0.9);
        Assert.DoesNotContain("majority", run.Result["belowFloors"]!.AsArray().Select(name => (string?)name));
        Assert.Equal("baseline", (string?)run.Result["method"]);
        Assert.Equal(20, File.ReadAllLines(Path.Combine(run.Folder, "metrics.jsonl")).Length);
    }

    [Theory]
    [InlineData("""{ "task": "sst2" }""", "classes")]
    [InlineData("""{ "task": "stsb", "precision": "BFloat16" }""", "scores")]
    public async Task A_finished_run_predicts_what_it_was_judged_by_and_goes_to_other_programs_and_the_next_run(string settings, string form)
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, settings, form, rows: 40, epochs: 2);
        var store = new RunStore(Path.Combine(folder.Path, "runs"));
        var outcome = await RunExecutor.RunAsync(spec, store, cancellation: TestContext.Current.CancellationToken);
        var run = store.Find(Path.GetFileName(outcome.Folder));
        using var model = FineTunedModel.Open(run);
        var reported = model.Task!.ReadFile(TaskSplit.Validation, Path.Combine(folder.Path, "test.tsv"));
        var predictions = model.Predict([.. reported.Select(example => example.Inputs[0])]);
        double[] errors = [.. outcome.Result["test"]!["samples"]!.AsArray().Select(error => error!.GetValue<double>())];
        for (int row = 0; row < reported.Count; row++)
            if (form == "scores")
                Assert.Equal(errors[row], Math.Abs(predictions[row].Score!.Value - reported[row].Score), 1e-4);
            else
            {
                Assert.Equal(errors[row] == 0, predictions[row].Label == model.Task.Labels[reported[row].Label]);
                Assert.Equal(1, predictions[row].Probabilities.Sum(), 1e-12);
                Assert.Equal(predictions[row].Probabilities.Max(), predictions[row].Probabilities[model.Task.Labels.ToList().IndexOf(predictions[row].Label!)]);
            }

        Assert.Empty(model.Predict([]));
        Assert.Contains(form == "scores" ? "a single one" : "one of a pair", Assert.Throws<ArgumentException>(() => model.Predict([new TextInput("fine", form == "scores" ? null : "dull")])).Message);

        string saved = Path.Combine(folder.Path, "saved");
        model.Save(saved);
        var next = spec with { Data = new DataReferences(spec.Data.Where(reference => reference.Key != "tokenizer").Append(KeyValuePair.Create("model", new DataReference(saved)))), Settings = JsonNode.Parse(settings)!.AsObject(), Epochs = 1 };
        var after = await RunExecutor.RunAsync(next, store, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(after.Result["drawn"]!.AsArray()); // the head came along
        Assert.Equal(form == "classes" ? "negative" : "LABEL_0", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(saved, "config.json")))!["id2label"]?["0"]);
    }

    [Fact]
    public async Task Only_a_finished_run_of_a_text_is_a_model()
    {
        using var folder = new TemporaryFolder();
        var store = new RunStore(Path.Combine(folder.Path, "runs"));
        var choices = await RunExecutor.RunAsync(Spec(folder.Path, """{ "task": "copa" }""", "choices", rows: 8, epochs: 1), store, cancellation: TestContext.Current.CancellationToken);
        using (var model = FineTunedModel.Open(store.Find(Path.GetFileName(choices.Folder))))
            Assert.Contains("chooses between texts", Assert.Throws<RunException>(() => model.Predict([])).Message);
        var lost = await RunExecutor.RunAsync(Spec(folder.Path, """{ "task": "sst2" }""", "classes", rows: 16, epochs: 1) with { LearningRate = 1e30 }, store, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("diverged", Assert.Throws<RunException>(() => FineTunedModel.Open(store.Find(Path.GetFileName(lost.Folder)))).Message);
        File.Delete(Path.Combine(choices.Folder, RunFiles.Result));
        Assert.Contains("is not finished", Assert.Throws<RunException>(() => FineTunedModel.Open(store.Find(Path.GetFileName(choices.Folder)))).Message);
        var waves = await RunExecutor.RunAsync(Waves.Spec(Waves.File(folder.Path), epochs: 1), store, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("of kind fno1d", Assert.Throws<RunException>(() => FineTunedModel.Open(store.Find(Path.GetFileName(waves.Folder)))).Message);
    }

    [Fact]
    public void Released_takes_the_first_rows_and_reports_what_it_chose_by()
    {
        using var folder = new TemporaryFolder();
        var spec = new TextRunKind().Complete(Spec(folder.Path, """{ "task": "sst2" }""", "classes", rows: 12, epochs: 1) with { Fidelity = "Released" });
        Assert.Equal(Fidelity.ReleasedText.Name, spec.Fidelity);
        var data = new TextRunData(spec, TextSettings.Of(spec), Tiny);
        Assert.Equal(File.ReadLines(Path.Combine(folder.Path, "train.tsv")).Skip(1).Take(12).Select(line => line.Split('\t')[0]), data.Training.Examples.Select(example => example.Inputs[0].First));
        Assert.Same(data.Reported, data.Choosing);
    }

    [Fact]
    public void Rows_that_are_reported_or_repeated_train_nowhere()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, """{ "task": "sst2" }""", "classes", rows: 20, epochs: 1);
        string train = Path.Combine(folder.Path, "train.tsv"), known = File.ReadLines(Path.Combine(folder.Path, "test.tsv")).ElementAt(1);
        File.AppendAllLines(train, [known, "the one\t1", "the one\t0"]);
        spec = new TextRunKind().Complete(spec);
        var data = new TextRunData(spec, TextSettings.Of(spec), Tiny);
        Assert.True(data.Repeated >= 1 && data.Elsewhere >= 1);
        var reported = data.Reported.Examples.Select(example => example.Inputs[0].First).ToHashSet();
        Assert.DoesNotContain(data.Training.Examples.Concat(data.Choosing!.Examples), example => reported.Contains(example.Inputs[0].First));
        Assert.Empty(data.Training.Examples.Select(example => example.Inputs[0].First).Intersect(data.Choosing!.Examples.Select(example => example.Inputs[0].First)));
    }

    [Fact]
    public void A_task_of_one_file_gives_up_the_same_test_rows_at_every_size_and_seed()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, """{ "task": "sst2", "testRows": 30 }""", "classes", rows: 20, epochs: 1);
        spec = spec with { Data = new DataReferences(spec.Data.Where(reference => reference.Key != "test")) };
        TextRunData Of(RunSpec one) => new(one, TextSettings.Of(one), Tiny);
        var (first, second) = (Of(spec), Of(spec with { Rows = 40, Seeds = RunSeeds.Of(9) }));
        Assert.Equal(30, first.Reported.Examples.Count);
        Assert.Equal(first.Reported.Examples.Select(example => example.Id), second.Reported.Examples.Select(example => example.Id));
        Assert.NotEqual(first.Training.Examples.Select(example => example.Id), second.Training.Examples.Take(20).Select(example => example.Id));
    }

    [Fact]
    public void Defaults_are_filled_in_once()
    {
        using var folder = new TemporaryFolder();
        var kind = new TextRunKind();
        var spec = kind.Complete(Spec(folder.Path, """{ "task": "sst2", "sharpness": {} }""", "classes", 10, 1) with { Balancing = new BalancingSpec(), Decay = new StepDecay(), Fidelity = "Released" });
        Assert.Equal(spec.Canonical(), kind.Complete(spec).Canonical());
        Assert.Equal(new LinearDecay(0.06), spec.Decay);
        Assert.IsType<BalanceUnit.Block>(spec.Balancing!.Steps!.Unit);
        Assert.True(TextSettings.Of(spec).Sharpness!.Adaptive);
        Assert.Equal(Tiny, TextSettings.Of(spec).Encoder);
        Assert.False(TextSettings.Of(kind.Complete(spec with { Fidelity = "Corrected", Settings = JsonNode.Parse("""{ "task": "sst2", "sharpness": {} }""")!.AsObject() })).Sharpness!.Adaptive);
    }

    [Fact]
    public void What_is_missing_is_said_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        var kind = new TextRunKind();
        var spec = Spec(folder.Path, """{ "task": "sst2" }""", "classes", 10, 1);
        void Says(string part, RunSpec wrong) => Assert.Contains(part, Assert.Throws<RunException>(() => kind.Create(kind.Complete(wrong)).Dispose()).Message, StringComparison.Ordinal);
        RunSpec With(string settings) => spec with { Settings = JsonNode.Parse(settings)!.AsObject() };
        Assert.Equal(kind.Complete(With("""{ "task": "sst2" }""")).Canonical(), kind.Complete(With("""{ "task": "SST-2" }""")).Canonical()); // one task, one run
        Says("no task 'sst3'", With("""{ "task": "sst3" }"""));
        Says("longest", With("""{ "task": "sst2", "longest": 4 }"""));
        Says("neither data.model", With("""{ "task": "sst2" }"""));
        Says("divide", With("""{ "task": "sst2", "encoder": { "width": 10, "heads": 3 } }"""));
        Says("training rows were asked for", spec with { Rows = 5000 });
        Says("ids up to", With("""{ "task": "sst2", "encoder": { "vocabulary": 9, "padding": 0, "width": 8, "heads": 2 } }"""));
        RunSpec And(RunSpec one, string name) => one with { Data = new DataReferences(one.Data.Append(KeyValuePair.Create(name, new DataReference(folder.Path)))) };
        Says("config.json", And(With("""{ "task": "sst2" }"""), "model"));
        Says("both data.model", And(spec, "model"));
        Says("'trian', which a run of text-classification does not read", And(spec, "trian"));
        Says("padding has the id", With("""{ "task": "sst2", "encoder": { "padding": 5, "width": 8, "heads": 2 } }"""));
        Says("task is missing", With("{}"));
        Says("by name", spec with { Data = new DataReference(folder.Path) });
        File.WriteAllText(Path.Combine(folder.Path, "train.tsv"), "words\tmark\tlabel\nfine\t-\t1\n");
        Says("column", spec);
        File.Delete(Path.Combine(folder.Path, "vocab.txt"));
        Says("vocab.txt", spec);
    }

    [Fact]
    public async Task MNLI_is_reported_on_matched_and_mismatched_rows_which_train_nowhere()
    {
        using var folder = new TemporaryFolder();
        string[] labels = ["entailment", "neutral", "contradiction"];
        string Row(int row, string words) => $"{row}\t{words}\t{good[row % 4]}\t{labels[row % 3]}";
        void Write(string name, int rows, string words) => File.WriteAllLines(Path.Combine(folder.Path, name), ["index\tsentence1\tsentence2\tgold_label", .. Enumerable.Range(0, rows).Select(row => Row(row, $"{words} {plain[row % 8]} {bad[row / 8 % 4]}"))]);
        var spec = Spec(folder.Path, """{ "task": "mnli" }""", "classes", rows: 12, epochs: 3);
        Write("matched.tsv", 6, "the film");
        Write("mismatched.tsv", 9, "the plot");
        Write("train.tsv", 90, "the scene the");
        File.AppendAllLines(Path.Combine(folder.Path, "train.tsv"), File.ReadLines(Path.Combine(folder.Path, "mismatched.tsv")).Skip(1).Take(2));
        DataReference At(string name) => new(Path.Combine(folder.Path, name));
        spec = spec with { Data = new DataReferences([KeyValuePair.Create("train", At("train.tsv")), KeyValuePair.Create("test", At("matched.tsv")), KeyValuePair.Create("mismatched", At("mismatched.tsv")), KeyValuePair.Create("tokenizer", At("vocab.txt"))]) };
        var run = await RunExecutor.RunAsync(spec, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(6, run.Result["test"]!["samples"]!.AsArray().Count);
        Assert.Equal(2, run.Result["reportedRowsLeftOut"]!.GetValue<int>());
        foreach (string part in new[] { "mismatched", "mismatchedLastEpoch" })
            Assert.Equal(0, run.Result[part]!["accuracy"]!.GetValue<double>() * 9 % 1, 1e-9);
        var rows = new TextRunData(spec, TextSettings.Of(spec), Tiny).OtherGenres!;
        Assert.Equal(File.ReadLines(Path.Combine(folder.Path, "mismatched.tsv")).Skip(1).Select(line => line.Split('\t')[1]), rows.Examples.Select(example => example.Inputs[0].First));
    }

    [Theory]
    [InlineData("sst2")]
    [InlineData("cola")]
    [InlineData("rte")]
    [InlineData("stsb")]
    public void Batches_are_those_of_the_released_code(string task)
    {
        using var folder = new TemporaryFolder();
        var reference = JsonNode.Parse(File.ReadAllText(TestData.Fixture("text/glue-batches.json")))!["tasks"]![task]!;
        var rows = reference["rows"]!.AsArray();
        string Cell(JsonNode? row, string column) => column == "label" && task == "rte" ? TextTasks.Named(task).Labels[(int)row!["label"]!] : row![column]!.ToString();
        string[] columns = task switch { "sst2" => ["sentence", "label"], "cola" => ["", "label", "", "sentence"], "rte" => ["", "sentence1", "sentence2", "label"], _ => ["", "", "", "", "", "", "", "sentence1", "sentence2", "label"] };
        string train = Path.Combine(folder.Path, "train.tsv");
        File.WriteAllLines(train, [.. task == "cola" ? [] : (string[])[string.Join('\t', columns.Select((column, number) => column switch { "" => $"column{number}", "label" when task == "stsb" => "score", _ => column }))],
            .. rows.Select(row => string.Join('\t', columns.Select(column => column.Length == 0 ? "x" : Cell(row, column))))]);
        DataReferences data = new(new[] { "train", "test" }.Select(name => KeyValuePair.Create(name, new DataReference(train))).Append(KeyValuePair.Create("tokenizer", new DataReference(ReferenceFiles.Vocabulary("roberta.tokenizer.json")))));
        var spec = new RunSpec { Kind = "text-classification", Rows = rows.Count, Epochs = 1, LearningRate = 1e-5, Fidelity = "Released (text)", Data = data };
        foreach (int longest in new[] { 128, 24 })
        {
            var encoded = new TextRunData(spec, new TextSettings { Task = task, Longest = longest }, EncoderSettings.RobertaBase).Training.Encoded;
            using var batch = TextBatch.Of(encoded, padding: 1, longest == 24 ? 24 : null);
            long[] shape = longest == 24 ? [rows.Count, 24] : [.. reference["padded_to_longest"]!.AsArray().Select(size => (long)size!)];
            Assert.Equal(shape, batch.Input.Ids.shape);
            Assert.Null(batch.Input.Types);
            for (int row = 0; row < rows.Count; row++)
            {
                var expected = longest == 24 ? reference["max_length_24_padded"]![row]! : rows[row]!;
                long[] ids = [.. expected["ids"]!.AsArray().Select(id => (long)id!)];
                long attended = longest == 24 ? (long)expected["attended"]! : ids.Length;
                Assert.Equal(ids.Concat(Enumerable.Repeat(1L, (int)shape[1] - ids.Length)), batch.Input.Ids[row].data<long>().ToArray());
                Assert.Equal(attended, batch.Input.Mask is { } mask ? mask[row].sum().item<long>() : shape[1]);
                if (task == "stsb")
                    Assert.Equal((float)rows[row]!["label"]!, batch.Scores[row].item<float>());
                else
                    Assert.Equal((long)rows[row]!["label"]!, batch.Labels[row].item<long>());
            }
        }
    }

    [Theory]
    [InlineData(0.02, "FT", 5, 50, 3, null)]
    [InlineData(0.02, "TB", 5, 50, 3, 1)]
    [InlineData(0.05, "FT", 13, 130, 8, null)]
    [InlineData(0.05, "TB", 7, 70, 5, 1)]
    [InlineData(0.1, "FT", 7, 70, 5, null)]
    [InlineData(0.1, "TB", 7, 70, 5, 1)]
    [InlineData(0.5, "FT", 33, 330, 20, null)]
    [InlineData(0.5, "TB", 33, 330, 20, 3)]
    [InlineData(1, "FT", 66, 660, 40, null)]
    [InlineData(1, "TB", 66, 660, 40, 6)]
    [InlineData(5, "FT", 164, 1640, 99, null)]
    [InlineData(5, "TB", 164, 1640, 99, 16)]
    public void Every_released_configuration_of_QNLI_is_a_spec_file(double ratio, string method, int perEpoch, int steps, int warmup, int? interval)
    {
        var spec = RunSpec.Load(Path.Combine(Folders.Data, "specs", "qnli", FormattableString.Invariant($"qnli-{ratio}-{method.ToLowerInvariant()}.json")));
        spec.Check();
        var settings = TextSettings.Of(spec);
        var (paper, code) = (Published.Hyperparameters("RoBERTa-base", "QNLI", ratio, method), Published.Hyperparameters("RoBERTa-base", "QNLI", ratio, method, "released code"));
        Assert.Equal((int)(104743 * ratio / 100), spec.Rows);
        Assert.Equal((code.LearningRates![0], code.BatchSizes![0]), (spec.LearningRate, spec.BatchSize));
        Assert.Equal((paper.Epochs, paper.WeightDecays![0], paper.ClipNorm, paper.SequenceLength), (spec.Epochs, spec.WeightDecay, settings.Clip, settings.Longest));
        Assert.Equal(new LinearDecay(paper.WarmUp!.Value), spec.Decay);
        Assert.Equal(("qnli", PaddingMode.Maximum, Fidelity.ReleasedText), (settings.Task, settings.Padding, Fidelity.Of(spec.Fidelity)));
        int own = (spec.Rows + spec.BatchSize - 1) / spec.BatchSize;
        Assert.Equal((perEpoch, steps, warmup), (own, own * spec.Epochs, (int)Math.Ceiling(0.06 * own * spec.Epochs)));
        Assert.Equal(code.Schedule, spec.Balancing?.Schedule);
        Assert.Equal(interval, spec.Balancing?.Steps!.Options(spec, Fidelity.ReleasedText, own, warmup).Refresh.Interval);
    }

    [Fact]
    public void The_sweep_of_the_released_configurations_runs_each_with_three_seeds()
    {
        string folder = Path.Combine(Folders.Data, "specs", "qnli");
        var points = Sweep.Load(Path.Combine(folder, "sweep-qnli-released.json")).Points;
        Assert.Equal(36, points.Count);
        var files = Directory.GetFiles(folder, "qnli-*.json").Select(file => RunSpec.Load(file)).ToList();
        foreach (int seed in new[] { 13, 37, 43 })
            Assert.Equal(files.Select(spec => (spec with { Seeds = RunSeeds.Of(seed) }).Canonical()).Order(), points.Select(point => point.Spec).Where(spec => spec.Seeds == RunSeeds.Of(seed)).Select(spec => spec.Canonical()).Order());
    }

    private static EncoderSettings Tiny { get; } = new() { Family = EncoderFamily.Bert, Vocabulary = 60, Width = 16, Blocks = 2, Heads = 2, FeedForward = 24, Positions = 32, TokenTypes = 2, Padding = 0, InitialDeviation = 0.2 };

    // A text is of the class whose words it holds; a score counts them; the right one of two choices holds a good word.
    private static RunSpec Spec(string folder, string settings, string form, int rows, int epochs)
    {
        var random = new Random(4);
        string Text(bool right) => string.Join(' ', Enumerable.Range(0, random.Next(2, 6)).Select(_ => plain[random.Next(plain.Length)]).Append((right ? good : bad)[random.Next(4)]).OrderBy(_ => random.Next()));
        IEnumerable<string> Rows(int count) => Enumerable.Range(0, count).Select(row => form switch
        {
            "classes" => $"{Text(row % 2 == 0)}\t{(row + 1) % 2}",
            "scores" => string.Join('\t', [$"{row}", "g", "f", "2012", "0", "s", "s", Text(row % 2 == 0), Text(row % 3 == 0), $"{(row % 2 == 0 ? 3 : 0) + (row % 3 == 0 ? 2 : 0)}"]),
            _ => $$"""{ "premise": "{{Text(true)}}", "choice1": "{{Text(row % 2 == 0)}}", "choice2": "{{Text(row % 2 != 0)}}", "question": "cause", "label": {{row % 2}}, "idx": {{row}} }""",
        });
        string[] head = form switch { "classes" => ["sentence\tlabel"], "scores" => ["index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore"], _ => [] };
        string ending = form == "choices" ? "jsonl" : "tsv";
        File.WriteAllLines(Path.Combine(folder, $"train.{ending}"), [.. head, .. Rows(160)]);
        File.WriteAllLines(Path.Combine(folder, $"test.{ending}"), [.. head, .. Rows(24)]);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. good, .. bad, .. plain]);
        DataReference At(string name) => new(Path.Combine(folder, name));
        var parsed = JsonNode.Parse(settings)!.AsObject();
        parsed["encoder"] = System.Text.Json.JsonSerializer.SerializeToNode(Tiny, RunSpec.Json);
        return new RunSpec
        {
            Kind = "text-classification", Rows = rows, Epochs = epochs, BatchSize = 4, LearningRate = 1e-3, WeightDecay = 0.1, Seeds = RunSeeds.Of(1), Decay = new LinearDecay(), Settings = parsed,
            Data = new DataReferences([KeyValuePair.Create("train", At($"train.{ending}")), KeyValuePair.Create("test", At($"test.{ending}")), KeyValuePair.Create("tokenizer", At("vocab.txt"))]),
        };
    }
}
