// Pretraining: packing, the law of the masks, workers that do not change numbers, resuming, and the written encoder.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Corpus;
using ModelBalancing.Text.Tokenizers;
using ModelBalancing.Training;
using ModelBalancing.Training.Pretraining;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training.Pretraining;

public sealed class MaskedLanguageTests : IDisposable
{
    private const int Vocabulary = 300;
    private static readonly SpecialIds special = new(0, 1, 2, 3, 4);
    private static readonly EncoderSettings tiny = new EncoderSettings { Vocabulary = Vocabulary, Width = 16, Blocks = 2, Heads = 2, FeedForward = 32, Positions = 34 }.WithoutDropout;

    private readonly string folder = Directory.CreateTempSubdirectory("pretraining-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Rows_hold_the_documents_in_order_parted_by_end_tokens()
    {
        var packed = PackedText.Of([[10, 11, 12, 13], [20, 21], [30]], 5, special);
        Assert.Equal(3, packed.Rows);
        Assert.Equal([10, 11, 12, 13, special.End, 20, 21, special.End, 30], Enumerable.Range(0, packed.Rows).SelectMany(row => packed.Inner(row).ToArray()));
        var rows = WordMasking.Draw(packed, [1], 0.5, Vocabulary, 0, 0);
        Assert.Equal((special.Start, special.End), ((int)rows.Ids[0], (int)rows.Ids[4]));
    }

    [Fact]
    public void Fifteen_percent_are_masked_of_them_eighty_ten_ten()
    {
        var packed = PackedText.Of([.. Enumerable.Range(0, 40).Select(document => (IReadOnlyList<int>)[.. Enumerable.Range(0, 320).Select(i => 5 + (document * 7 + i * 13) % 295)])], 128, special);
        int[] rows = [.. Enumerable.Range(0, packed.Rows)];
        long places = 0, words = 0, masks = 0, kept = 0, random = 0;
        for (int step = 0; step < 30; step++)
        {
            var drawn = WordMasking.Draw(packed, rows, 0.15, Vocabulary, 3, step);
            words += rows.Sum(row => packed.Inner(row).ToArray().Count(id => !special.Has(id)));
            places += drawn.Places.Length;
            Assert.Equal(drawn.Places.Order().Distinct(), drawn.Places);
            for (int i = 0; i < drawn.Places.Length; i++)
            {
                var (place, target) = (drawn.Places[i], drawn.Targets[i]);
                Assert.Equal(packed.Inner(rows[place / 128])[(int)(place % 128) - 1], target);
                Assert.False(special.Has((int)target));
                long read = drawn.Ids[place];
                if (read == special.Mask) masks++;
                else if (read == target) kept++;
                else random++;
                Assert.True(read == special.Mask || !special.Has((int)read));
            }
            // What is not masked is as it was.
            var masked = drawn.Places.ToHashSet();
            for (int place = 0; place < drawn.Ids.Length; place++)
                if (!masked.Contains(place) && place % 128 is > 0 and < 127)
                    Assert.Equal(packed.Inner(rows[place / 128])[place % 128 - 1], drawn.Ids[place]);
        }
        Assert.InRange((double)places / words, 0.148, 0.152);
        double deviation = 4 * Math.Sqrt(0.25 / places);
        Assert.InRange((double)masks / places, 0.8 - deviation, 0.8 + deviation);
        Assert.InRange((double)kept / places, 0.1 - deviation, 0.1 + deviation);
        Assert.InRange((double)random / places, 0.1 - deviation, 0.1 + deviation);
    }

    [Fact]
    public void Masks_are_a_function_of_seed_and_step()
    {
        var packed = Packed();
        long[] Drawn(int seed, int step) => WordMasking.Draw(packed, [0, 1, 2], 0.15, Vocabulary, seed, step).Ids;
        Assert.Equal(Drawn(1, 5), Drawn(1, 5));
        Assert.NotEqual(Drawn(1, 5), Drawn(1, 6));
        Assert.NotEqual(Drawn(1, 5), Drawn(2, 5));
    }

    [Fact]
    public void A_start_guesses_masked_words_of_its_row()
    {
        const int guesses = 3;
        var packed = Packed();
        int length = packed.Length;
        var rows = WordMasking.Draw(packed, [0, 1, 2, 3], 0.15, Vocabulary, 0, 0, guesses);
        for (int row = 0; row < rows.Rows; row++)
        {
            var own = Enumerable.Range(0, rows.Places.Length).Where(i => rows.Places[i] / length == row).ToList();
            Assert.Equal(own.Select(i => rows.Places[i]).Order(), own.Select(i => rows.Places[i]));
            Assert.All(own.Take(guesses), i => Assert.Equal((row * length, (long)packed.Special.Start), ((int)rows.Places[i], rows.Ids[rows.Places[i]])));
            Assert.All(own.Skip(guesses), i => Assert.Equal(packed.Inner(row)[(int)rows.Places[i] % length - 1], rows.Targets[i]));
            Assert.Subset(own.Skip(guesses).Select(i => rows.Targets[i]).ToHashSet(), own.Take(guesses).Select(i => rows.Targets[i]).ToHashSet());
        }
        Assert.Equal(rows.Places.Length, rows.Part(0, 2).Places.Length + rows.Part(2, 2).Places.Length);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Lanes_at_once_give_the_same_bits_as_lanes_in_turn(int count)
    {
        var rows = WordMasking.Draw(Packed(), [.. Enumerable.Range(0, 11)], 0.15, Vocabulary, 0, 0);
        var (loss, gradients) = Gradients(rows, count, inTurn: true);
        for (int repeat = 0; repeat < 3; repeat++)
        {
            var (again, others) = Gradients(rows, count, inTurn: false);
            Assert.Equal(loss, again);
            Assert.Equal(gradients, others);
        }
    }

    [Fact]
    public void Two_lanes_and_parts_give_the_gradient_of_one_lane_and_one_part()
    {
        var rows = WordMasking.Draw(Packed(), [.. Enumerable.Range(0, 11)], 0.15, Vocabulary, 0, 0);
        var (whole, gradients) = Gradients(rows, 1, inTurn: true, rowsOfPart: 11);
        var (parts, others) = Gradients(rows, 2, inTurn: false);
        Assert.Equal(whole, parts, 1e-5);
        float largest = gradients.Max(Math.Abs);
        for (int i = 0; i < gradients.Length; i++)
            Assert.Equal(gradients[i], others[i], 1e-5f * largest);
    }

    [Fact]
    public async Task A_run_learns_and_an_interrupted_one_ends_in_the_same_bits()
    {
        var spec = Spec();
        var whole = await RunExecutor.RunAsync(spec, new RunStore(Path.Combine(folder, "whole")), cancellation: TestContext.Current.CancellationToken, options: new RunOptions { Threads = 1 });
        var curve = whole.Result["curve"]!.AsArray();
        Assert.True(curve[^1]!["heldOutLoss"]!.GetValue<double>() < curve[0]!["loss"]!.GetValue<double>() - 0.3, curve.ToJsonString());
        Assert.Equal(Math.Log(Vocabulary), whole.Result["floors"]!["uniform"]!["loss"]!.GetValue<double>(), 1e-12);

        var store = new RunStore(Path.Combine(folder, "parts"));
        RunOutcome? outcome = null;
        foreach (int stop in new[] { 7, 23, int.MaxValue })
        {
            using var source = new CancellationTokenSource();
            var progress = new StopAt(stop, source);
            if (stop < int.MaxValue)
                await Assert.ThrowsAsync<RunInterruptedException>(() => RunExecutor.RunAsync(spec, store, progress, source.Token, new RunOptions { Threads = 1 }));
            else
                outcome = await RunExecutor.RunAsync(spec, store, progress, source.Token, new RunOptions { Threads = 1 });
            if (stop == 23)
                Written(store, "step 23", 23);
        }
        Assert.Equal(whole.Result.ToJsonString(), outcome!.Result.ToJsonString());
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Folder, RunFiles.Model)), File.ReadAllBytes(Path.Combine(outcome.Folder, RunFiles.Model)));
        Written(store, "these weights, as stored", 60);
    }

    [Fact]
    public async Task Short_pieces_hold_the_same_tokens_and_a_start_at_frequencies_costs_no_more_than_they()
    {
        var packed = Packed();
        var pieces = packed.Cut(12);
        Assert.Equal(3 * packed.Rows, pieces.Rows);
        Assert.Equal(packed.Inner(2).ToArray(), Enumerable.Range(6, 3).SelectMany(row => pieces.Inner(row).ToArray()));
        Assert.Contains("30", Assert.Throws<ArgumentException>(() => packed.Cut(13)).Message, StringComparison.Ordinal);

        var spec = Spec().Set("settings.startAtFrequencies", "true").Set("settings.shortLength", "12").Set("settings.shortShare", "0.5");
        var outcome = await RunExecutor.RunAsync(spec, new RunStore(Path.Combine(folder, "pieces")), cancellation: TestContext.Current.CancellationToken, options: new RunOptions { Threads = 1 });
        double words = outcome.Result["floors"]!["word frequencies"]!["loss"]!.GetValue<double>();
        Assert.InRange(outcome.Result["curve"]![0]!["loss"]!.GetValue<double>(), 0, words + 0.2);
        Assert.True(outcome.Result["test"]!["loss"]!.GetValue<double>() < words, outcome.Result.ToJsonString());
        Assert.Contains("shortLength", Assert.Throws<RunException>(() => new MaskedLanguageRunKind().Complete(spec.Set("settings.shortLength", "13"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_begin_at_vectors_have_those_and_special_ones_what_was_drawn()
    {
        var kind = new MaskedLanguageRunKind();
        using var random = kind.Create(kind.Complete(Spec()));
        var counted = kind.Complete(Spec().Set("settings.startAtVectors", "true"));
        using var run = kind.Create(counted);
        static Tensor Words(ITrainingRun run) => run.Capture().Tensors["weights/roberta.embeddings.word_embeddings.weight"];
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "vocabulary"));
        double Length(ITrainingRun run, string word) => Words(run)[tokenizer.IdOf(word)!.Value].norm().item<float>();
        Assert.InRange(Length(run, "Ġcat"), 0, 0.2); // nothing is counted before the first step
        random.Advance();
        run.Advance();
        Assert.InRange(Length(random, "Ġcat"), 0, 0.2);
        Assert.InRange(Length(run, "Ġcat"), 0.7, 0.9);
        Assert.InRange(Length(run, "<mask>"), 0, 0.2);

        var outcome = await RunExecutor.RunAsync(counted, new RunStore(Path.Combine(folder, "vectors")), cancellation: TestContext.Current.CancellationToken, options: new RunOptions { Threads = 1 });
        Assert.True(outcome.Result["test"]!["loss"]!.GetValue<double>() < outcome.Result["floors"]!["word frequencies"]!["loss"]!.GetValue<double>(), outcome.Result.ToJsonString());
    }

    [Fact]
    public void Specs_that_cannot_be_are_refused_in_one_sentence()
    {
        var kind = new MaskedLanguageRunKind();
        Assert.Contains("balancing", Assert.Throws<RunException>(() => kind.Complete(Spec() with { Balancing = new BalancingSpec() })).Message, StringComparison.Ordinal);
        Assert.Contains("lanes", Assert.Throws<RunException>(() => kind.Complete(Spec().Set("settings.lanes", "0"))).Message, StringComparison.Ordinal);
        Assert.Contains("length", Assert.Throws<RunException>(() => kind.Complete(Spec().Set("settings.length", "64"))).Message, StringComparison.Ordinal);
        Assert.Contains("dropout", Assert.Throws<RunException>(() => kind.Complete(Spec().Set("settings.encoder.dropout", "0.1"))).Message, StringComparison.Ordinal);
        Assert.Contains("square table", Assert.Throws<RunException>(() => kind.Complete(Spec().Set("settings.startAtVectors", "true").Set("settings.encoder.vocabulary", "40000"))).Message, StringComparison.Ordinal);
        Assert.Contains("lower rows", Assert.Throws<RunException>(() => kind.Create(kind.Complete(Spec() with { Rows = 100_000 }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_spec_of_roberta_mini_is_complete_and_small_enough_to_ship()
    {
        var spec = new MaskedLanguageRunKind().Complete(RunSpec.Load(Path.Combine(TestData.Root, "data", "specs", "roberta-mini.json")));
        spec.Check();
        using var model = new EncoderModel(MaskedLanguageSettings.Of(spec).Encoder, EncoderHead.MaskedWords, seed: null);
        Assert.InRange(model.ParameterCount * 2, 10_000_000, PretrainedExport.MostBytes);
    }

    private void Written(RunStore store, string said, int step)
    {
        string place = Path.Combine(folder, $"written-{step}");
        PretrainedExport.Write(store.Runs().Single(), place, evaluation: new EvaluationSentences(["the cat stands near the house today the dog stands near the field today", "a sentence with eight words that is nowhere to be found"], "some set"));
        var (model, report) = EncoderCheckpoint.Open(place, EncoderHead.MaskedWords);
        using var made = model;
        Assert.Empty(report.Missing);
        Assert.Empty(report.Unexpected);
        Assert.Equal(tiny, model.Settings);
        Assert.Equal(special, SpecialIds.Of(Tokenizer.Load(place)));
        string card = File.ReadAllText(Path.Combine(place, "README.md"));
        Assert.Contains(step == 60 ? said : "of its last saved state", card, StringComparison.Ordinal);
        Assert.Contains($"{step} of 60 steps", card, StringComparison.Ordinal);
        var told = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "training.json")))!;
        Assert.Equal(step, told["steps"]!.GetValue<int>());
        Assert.All(told["curve"]!.AsArray(), row => Assert.InRange(row!["step"]!.GetValue<int>(), 1, step));
        // The stored weights are judged: untrained ones cannot be far above chance, trained ones must be far below it.
        double Loss(string name, string? floor = null) => (floor is null ? told[name] : told[name]![floor])!["loss"]!.GetValue<double>();
        Assert.Equal(Math.Log(tiny.Vocabulary), Loss("floors", "uniform"), 12);
        Assert.InRange(Loss("heldOut"), 0, (step == 60 ? 0.7 : 1.2) * Loss("floors", "uniform"));
        Assert.InRange(Loss("floors", "word frequencies"), 0, 0.7 * Loss("floors", "uniform"));
        Assert.Equal(2, told["overlap"]!["sentences"]!.GetValue<int>());
        Assert.True(told["overlap"]!["found"]!["some set"]!.GetValue<int>() > 0);
    }

    private static PackedText Packed() => PackedText.Of([.. Enumerable.Range(0, 12).Select(document => (IReadOnlyList<int>)[.. Enumerable.Range(0, 40).Select(i => 5 + (document * 31 + i * 17) % 295)])], 32, special);

    private static (double Loss, float[] Gradients) Gradients(MaskedRows rows, int count, bool inTurn, int rowsOfPart = 2)
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny, EncoderHead.MaskedWords, seed: 4);
        using var lanes = new GradientLanes(model, count) { InTurn = inTurn };
        double loss = lanes.Gradients(rows, rowsOfPart);
        return (loss, [.. model.parameters().SelectMany(parameter => parameter.grad!.reshape(-1).data<float>().ToArray())]);
    }

    // Sentences that follow a simple pattern; 3 passes of 20 steps.
    private RunSpec Spec()
    {
        string corpus = Path.Combine(folder, "corpus.txt"), vocabulary = Path.Combine(folder, "vocabulary");
        if (!File.Exists(corpus))
        {
            string[] animals = ["cat", "dog", "horse", "cow"], places = ["house", "field", "barn", "river"];
            var documents = Enumerable.Range(0, 600).Select(number => string.Join(' ', Enumerable.Range(0, 6).Select(i => $"the {animals[(number + i) % 4]} stands near the {places[(number + i) % 4]} today."))).ToList();
            File.WriteAllText(corpus, string.Join("\n\n", documents) + "\n");
            ByteLevelBpeTrainer.Train(documents, new ByteLevelBpeTraining { VocabularySize = Vocabulary, SpecialTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] }).Save(vocabulary);
        }
        return new RunSpec
        {
            Kind = "masked-language-model",
            Data = new DataReferences([new("corpus", new DataReference(corpus)), new("tokenizer", new DataReference(vocabulary))]),
            Rows = 320, Epochs = 3, BatchSize = 16, LearningRate = 0.01, WeightDecay = 0.01, Decay = new LinearDecay(), Seeds = RunSeeds.Of(1),
            Settings = new JsonObject
            {
                ["length"] = 32, ["rowsOfPart"] = 4, ["reportEvery"] = 5, ["judgeEvery"] = 20,
                ["encoder"] = System.Text.Json.JsonSerializer.SerializeToNode(tiny, RunSpec.Json),
            },
        };
    }
}
