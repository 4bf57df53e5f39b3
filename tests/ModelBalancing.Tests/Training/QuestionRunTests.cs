// Runs on made-up questions: they learn, resume exactly, keep every text on one side, stand beside floors, and say what is wrong.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Experiments;
using ModelBalancing.Text.Squad;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Training;

public class QuestionRunTests
{
    private const int PerArticle = 8;
    private static readonly string[] colours = ["red", "green", "blue", "grey"], plain = ["the", "lamp", "stood", "near", "a", "wall", "of", "stone", "and", "shone"];

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "padding": "Maximum", "parts": 2, "optimizer": "Adafactor" }""")]
    public async Task A_run_that_was_stopped_ends_in_the_same_bytes_as_one_that_was_not(string settings)
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, rows: 10, epochs: 2, settings) with { Balancing = new BalancingSpec { FewestEigenvalues = 4 } };
        var whole = await StoppedRun.AssertSameAsync(spec, folder.Path, 4, "model.safetensors", "metrics.jsonl");
        Assert.Equal(10, whole.Result["rows"]!.GetValue<int>());
        int windows = whole.Result["windows"]!.GetValue<int>();
        Assert.InRange(windows, 11, 60);
        Assert.Equal((windows + 3) / 4 * 2, whole.Result["steps"]!.GetValue<int>());
        Assert.NotEmpty(whole.Result["alphaEnd"]!.AsObject());
    }

    [Fact]
    public async Task A_run_learns_to_find_the_word_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, rows: 48, epochs: 12, """{ "dropout": 0 }""") with { LearningRate = 5e-3 };
        var run = await RunExecutor.RunAsync(spec, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        var test = run.Result["test"]!;
        Assert.True(test["exact_match"]!.GetValue<double>() > 0.8, test.ToJsonString());
        Assert.Equal(test["f1"]!.GetValue<double>(), test["score"]!.GetValue<double>());
        double[] errors = [.. test["samples"]!.AsArray().Select(error => error!.GetValue<double>())];
        Assert.Equal(2 * PerArticle, errors.Length);
        Assert.Equal(1 - test["score"]!.GetValue<double>(), errors.Average(), 1e-12);
        Assert.Equal(["closest sentence", "most frequent span"], run.Result["floors"]!.AsObject().Select(floor => floor.Key).Order());
        Assert.Empty(run.Result["belowFloors"]!.AsArray());
        Assert.Equal("best epoch on validation rows", (string?)run.Result["selection"]);
        Assert.NotNull(run.Result["testLastEpoch"]!["exact_match"]);

        // Its model goes to other programs and to the next run, which starts from encoder and head.
        string saved = Path.Combine(folder.Path, "saved");
        using (var model = FineTunedModel.Open(new StoredRun(run.Folder)))
        {
            model.Save(saved);
            Assert.Contains("looks for answers", Assert.Throws<RunException>(() => model.Predict([])).Message);
        }
        var next = spec with { Epochs = 1, LearningRate = 1e-9, Settings = [], Data = new DataReferences(spec.Data.Where(reference => reference.Key != "tokenizer").Append(KeyValuePair.Create("model", new DataReference(saved)))) };
        var after = await RunExecutor.RunAsync(next, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(after.Result["drawn"]!.AsArray());
        Assert.Equal(test["score"]!.GetValue<double>(), after.Result["test"]!["score"]!.GetValue<double>());
    }

    [Fact]
    public void No_text_is_on_two_sides_and_smaller_subsets_are_the_beginnings_of_larger_ones()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, rows: 40, epochs: 1);
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "train.json")))!;
        var articles = file["data"]!.AsArray();
        // A reported text and a text of another article come in again, and so does a question.
        articles.Add(new JsonObject { ["title"] = "again", ["paragraphs"] = new JsonArray(Paragraph(Path.Combine(folder.Path, "test.json"), 0), articles[0]!["paragraphs"]![0]!.DeepClone()) });
        articles[^1]!["paragraphs"]![1]!["qas"]!.AsArray().Add(Asked("other", "which other ?", (string)articles[0]!["paragraphs"]![0]!["qas"]![0]!["answers"]![0]!["text"]!, (string)articles[0]!["paragraphs"]![0]!["context"]!));
        File.WriteAllText(Path.Combine(folder.Path, "train.json"), file.ToJsonString());
        var (large, small, other) = (Data(spec), Data(spec with { Rows = 12 }), Data(spec with { Seeds = RunSeeds.Of(5) }));
        Assert.Equal(small.Training.Select(question => question.Id), large.Training.Take(12).Select(question => question.Id));
        Assert.NotEqual(large.Training.Select(question => question.Id), other.Training.Select(question => question.Id));
        Assert.Equal((1, 1), (large.Elsewhere, large.Repeated));
        foreach (var data in new[] { large, small, other })
        {
            HashSet<string> trained = [.. data.Training.Select(question => question.Context)], chosen = [.. data.Choosing!.Questions.Select(question => question.Context)];
            Assert.Empty(trained.Intersect(chosen));
            Assert.Empty(data.Reported.Questions.Select(question => question.Context).Intersect(trained.Concat(chosen)));
            Assert.Empty(data.Training.Select(question => question.Article).Intersect(data.Choosing.Questions.Select(question => question.Article)));
            Assert.NotEmpty(chosen);
        }
    }

    [Fact]
    public void One_file_gives_up_the_same_whole_articles_at_every_size_and_seed()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, rows: 10, epochs: 1, """{ "testRows": 20 }""");
        spec = spec with { Data = new DataReferences(spec.Data.Where(reference => reference.Key != "test")) };
        var (first, second) = (Data(spec), Data(spec with { Rows = 30, Seeds = RunSeeds.Of(9) }));
        Assert.Equal(2 * PerArticle, first.Reported.Questions.Count);
        Assert.Equal(2, first.Reported.Questions.Select(question => question.Article).Distinct().Count());
        Assert.Equal(first.Reported.Questions.Select(question => question.Id), second.Reported.Questions.Select(question => question.Id));
        Assert.Empty(second.Training.Select(question => question.Article).Intersect(first.Reported.Questions.Select(question => question.Article)));
    }

    [Fact]
    public void Released_draws_questions_at_random_as_the_file_has_them_and_chooses_on_the_reported_ones()
    {
        using var folder = new TemporaryFolder();
        var kind = new QuestionRunKind();
        var spec = kind.Complete(Spec(folder.Path, rows: 70, epochs: 1) with { Fidelity = "Released", Balancing = new BalancingSpec(), Decay = new StepDecay() });
        Assert.Equal("Released (text) [Subset=Random]", spec.Fidelity);
        Assert.Equal(spec.Canonical(), kind.Complete(spec).Canonical());
        Assert.Equal((new LinearDecay(0.06), 384, 128), ((LinearDecay)spec.Decay, QuestionSettings.Of(kind.Complete(spec with { Settings = [] })).Longest, QuestionSettings.Of(kind.Complete(spec with { Settings = [] })).Stride));
        Misplace(folder.Path, 3);
        var data = Data(spec);
        Assert.Same(data.Reported, data.Choosing);
        Assert.Equal((70, 0), (data.Training.Count, data.Misplaced));
        Assert.Contains(data.Training, question => question.IsMisplaced);
    }

    [Fact]
    public void Answers_that_are_not_where_the_file_says_train_nowhere_and_are_counted()
    {
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, rows: 60, epochs: 1);
        Misplace(folder.Path, 3);
        var data = Data(spec);
        Assert.Equal(3, data.Misplaced);
        Assert.DoesNotContain(data.Training, question => question.IsMisplaced);
        Misplace(folder.Path, int.MaxValue);
        Assert.Contains("code points", Assert.Throws<RunException>(() => Data(spec)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_is_said_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        var kind = new QuestionRunKind();
        var spec = Spec(folder.Path, rows: 10, epochs: 1);
        void Says(string part, RunSpec wrong) => Assert.Contains(part, Assert.Throws<RunException>(() => kind.Create(kind.Complete(wrong)).Dispose()).Message, StringComparison.Ordinal);
        RunSpec With(string settings) => Spec(folder.Path, rows: 10, epochs: 1, settings);
        Says("settings.stride must be at least 0", With("""{ "stride": -1 }"""));
        Says("settings.best must be at least 1", With("""{ "best": 0 }"""));
        Says("'task'", With("""{ "task": "squad" }"""));
        Says("cannot be cut into windows of 16 tokens that share 12", With("""{ "stride": 12 }"""));
        Says("training rows were asked for", spec with { Rows = 5000 });
        Says("by name", spec with { Data = new DataReference(folder.Path) });
        Assert.Contains("data.train", Assert.Throws<RunException>(() => Data(spec with { Data = new DataReferences(spec.Data.Where(reference => reference.Key == "tokenizer")) })).Message, StringComparison.Ordinal);
        string train = Path.Combine(folder.Path, "train.json"), before = File.ReadAllText(train);
        File.WriteAllText(train, """{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": []}]}]}]}""");
        Says("1 questions without an answer, as SQuAD 2 has", spec);
        File.WriteAllText(train, before.Replace("\"context\"", "\"text\"", StringComparison.Ordinal));
        Says("'context' is missing", spec);
        File.WriteAllText(train, new JsonObject { ["data"] = new JsonArray(JsonNode.Parse(before)!["data"]![0]!.DeepClone()) }.ToJsonString());
        Says("one article", spec with { Data = new DataReferences(spec.Data.Where(reference => reference.Key != "test")) });
    }

    [Theory]
    [InlineData(1, 875)]
    [InlineData(5, 4379)]
    [InlineData(10, 8759)]
    [InlineData(20, 17519)]
    [InlineData(50, 43799)]
    public void The_papers_setting_of_SQuAD_is_a_sweep_file(double ratio, int rows)
    {
        string folder = Path.Combine(Folders.Data, "specs", "squad");
        var points = Sweep.Load(Path.Combine(folder, "sweep-squad-paper.json")).Points;
        Assert.Equal(5 * 2 * 3, points.Count);
        var paper = Published.Hyperparameters("RoBERTa-base", "SQuAD 1.1", ratio, "FT");
        var own = points.Where(point => point.Spec.Rows == rows).Select(point => point.Spec).ToList();
        Assert.Equal(6, own.Count);
        Assert.Equal([13, 13, 37, 37, 43, 43], own.Select(spec => spec.Seeds.Subset).Order());
        foreach (var spec in own)
        {
            spec.Check();
            var settings = QuestionSettings.Of(spec);
            Assert.Equal((paper.LearningRates![0], paper.BatchSizes![0], paper.Epochs, paper.WeightDecays![0], paper.ClipNorm), (spec.LearningRate, spec.BatchSize, spec.Epochs, spec.WeightDecay, settings.Clip));
            Assert.Equal(new LinearDecay(paper.WarmUp!.Value), spec.Decay);
            Assert.Equal((384, 128, 0, PaddingMode.Maximum), (settings.Longest, settings.Stride, settings.LongestQuestion, settings.Padding));
        }
    }

    [Fact]
    public async Task Real_questions_are_trained_on_and_reported_by_article()
    {
        string file = TestData.SharedOrSkip("data/text/squad/xquad.en.json");
        using var folder = new TemporaryFolder();
        var spec = Spec(folder.Path, rows: 8, epochs: 1, """{ "testRows": 40, "longest": 96, "stride": 24, "longestQuestion": 40 }""");
        var encoder = Tiny with { Positions = 96, Vocabulary = 30522 };
        spec.Settings["encoder"] = JsonSerializer.SerializeToNode(encoder, RunSpec.Json);
        spec = spec with { Data = new DataReferences([KeyValuePair.Create("train", new DataReference(file)), KeyValuePair.Create("tokenizer", new DataReference(ModelBalancing.Tests.Text.Tokenizers.ReferenceFiles.Vocabulary("bert-vocab.txt")))]) };
        var run = await RunExecutor.RunAsync(spec, new RunStore(folder.Path), cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(run.Result["testQuestions"]!.GetValue<int>(), 20, 40);
        Assert.InRange(run.Result["floors"]!["closest sentence"]!["f1"]!.GetValue<double>(), 0.1, 0.7);
        Assert.Equal((0, 8), (run.Result["misplacedAnswers"]!.GetValue<int>(), run.Result["rows"]!.GetValue<int>()));
        Assert.InRange(run.Result["test"]!["f1"]!.GetValue<double>(), 0, 1);
    }

    private static EncoderSettings Tiny { get; } = new() { Family = EncoderFamily.Bert, Vocabulary = 40, Width = 16, Blocks = 2, Heads = 2, FeedForward = 24, Positions = 32, TokenTypes = 2, Padding = 0, InitialDeviation = 0.2 };

    private static QuestionData Data(RunSpec spec) => new(spec, QuestionSettings.Of(spec), Tiny);

    private static JsonNode Paragraph(string file, int article) => JsonNode.Parse(File.ReadAllText(file))!["data"]![article]!["paragraphs"]![0]!.DeepClone();

    private static JsonObject Asked(string id, string question, string answer, string context) => new()
    {
        ["id"] = id, ["question"] = question, ["answers"] = new JsonArray(new JsonObject { ["text"] = answer, ["answer_start"] = context.IndexOf(answer, StringComparison.Ordinal) }),
    };

    // The first so many answers begin a place too late.
    private static void Misplace(string folder, int count)
    {
        string path = Path.Combine(folder, "train.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        var answers = file["data"]!.AsArray().SelectMany(article => article!["paragraphs"]!.AsArray()).SelectMany(paragraph => paragraph!["qas"]!.AsArray()).Select(question => question!["answers"]![0]!);
        foreach (var answer in answers.Take(count).ToList())
            answer["answer_start"] = (int)answer["answer_start"]! + 1;
        File.WriteAllText(path, file.ToJsonString());
    }

    // Every text has one colour, which is asked for; longer texts need several windows.
    private static RunSpec Spec(string folder, int rows, int epochs, string settings = "{}")
    {
        var random = new Random(6);
        JsonObject Article(string title)
        {
            var paragraphs = new JsonArray();
            for (int paragraph = 0; paragraph < PerArticle; paragraph++)
            {
                string colour = colours[random.Next(colours.Length)];
                var words = Enumerable.Range(0, random.Next(4, 18)).Select(_ => plain[random.Next(plain.Length)]).ToList();
                words.Insert(random.Next(words.Count + 1), colour);
                string context = string.Join(' ', words);
                paragraphs.Add(new JsonObject { ["context"] = context, ["qas"] = new JsonArray(Asked($"{title}-{paragraph}", "which colour ?", colour, context)) });
            }
            return new JsonObject { ["title"] = title, ["paragraphs"] = paragraphs };
        }
        void Write(string name, int articles) => File.WriteAllText(Path.Combine(folder, name),
            new JsonObject { ["version"] = "1.1", ["data"] = new JsonArray([.. Enumerable.Range(0, articles).Select(article => Article($"{name} {article}"))]) }.ToJsonString());
        Write("train.json", 16);
        Write("test.json", 2);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "which", "other", "colour", "?", .. colours, .. plain]);
        var parsed = JsonNode.Parse("""{ "longest": 16, "stride": 4 }""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(settings)!.AsObject())
            parsed[name] = value?.DeepClone();
        parsed["encoder"] = JsonSerializer.SerializeToNode(Tiny, RunSpec.Json);
        return new RunSpec
        {
            Kind = "question-answering", Rows = rows, Epochs = epochs, BatchSize = 4, LearningRate = 1e-3, WeightDecay = 0.1, Seeds = RunSeeds.Of(1), Decay = new LinearDecay(), Settings = parsed,
            Data = new DataReferences(new[] { ("train", "train.json"), ("test", "test.json"), ("tokenizer", "vocab.txt") }.Select(file => KeyValuePair.Create(file.Item1, new DataReference(Path.Combine(folder, file.Item2))))),
        };
    }
}
