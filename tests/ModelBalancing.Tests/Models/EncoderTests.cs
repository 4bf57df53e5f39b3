// RoBERTa, BERT and MiniLM against the transformers library: outputs, losses, gradients, names.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

public class EncoderTests
{
    private static readonly string[] withHead = ["roberta-2", "roberta-3", "roberta-regression", "roberta-multiple-choice", "roberta-qa", "roberta-mlm", "bert-2", "bert-mlm"];
    private static readonly EncoderSettings tiny = new() { Vocabulary = 30, Width = 8, Blocks = 2, Heads = 2, FeedForward = 12, Positions = 20 };

    public static TheoryData<string, ScalarType> Models => [.. from name in withHead from type in new[] { ScalarType.Float32, ScalarType.Float64 } select (name, type)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Outputs_loss_and_gradients_are_the_reference_librarys(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var file = EncoderReference.Open("encoders");
        var json = EncoderReference.Encoders.GetProperty("models").GetProperty(name);
        bool exact = type == ScalarType.Float64;
        string form = exact ? "f64" : "f32";
        using var model = Model(name, json, type);
        EncoderReference.Fill(model, file, $"{name}/state/");
        var logits = model.call(EncoderReference.Input(file, $"{name}/"));
        Tensor loss;
        if (model.Head == EncoderHead.Span)
        {
            Near(logits.select(2, 0), file.Read($"{name}/start_logits.{form}"), exact ? 1e-10 : 1e-5, "start logits");
            Near(logits.select(2, 1), file.Read($"{name}/end_logits.{form}"), exact ? 1e-10 : 1e-5, "end logits");
            loss = EncoderLoss.Spans(logits, EncoderReference.Whole(file, $"{name}/start_positions"), EncoderReference.Whole(file, $"{name}/end_positions"));
        }
        else
        {
            Near(logits, file.Read($"{name}/logits.{form}"), exact ? 1e-10 : 1e-5, "logits");
            loss = name == "roberta-regression" ? EncoderLoss.Scores(logits, file.Read($"{name}/labels").to(type)) : EncoderLoss.Classes(logits, EncoderReference.Whole(file, $"{name}/labels"));
        }
        double stored = json.GetProperty($"loss.{form}").GetDouble();
        Assert.True(Math.Abs(loss.to(ScalarType.Float64).item<double>() - stored) <= (exact ? 1e-10 : 1e-5) * stored);
        loss.backward();
        Gradients(model, file, $"{name}/grad.f64/", exact ? name.EndsWith("mlm", StringComparison.Ordinal) ? 1e-9 : 1e-10 : 1e-4);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Sentence_embeddings_and_their_gradients_are_the_reference_librarys(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var file = EncoderReference.Open("encoders");
        bool exact = type == ScalarType.Float64;
        const string name = "minilm-mean-pooled";
        using var encoder = new TextEncoder(EncoderReference.Settings(EncoderReference.Encoders.GetProperty("models").GetProperty(name).GetProperty("config")), pooled: true, seed: null, type);
        EncoderReference.Fill(encoder, file, $"{name}/state/");
        var embedded = encoder.Embed(EncoderReference.Input(file, $"{name}/"));
        Near(embedded, file.Read($"{name}/logits.{(exact ? "f64" : "f32")}"), exact ? 1e-10 : 1e-5, "embeddings");
        (embedded * file.Read($"{name}/weights").to(type)).sum().backward();
        Gradients(encoder, file, $"{name}/grad.f64/", exact ? 1e-10 : 1e-4);
    }

    [Theory]
    [InlineData("roberta-2")]
    [InlineData("bert-2")]
    public void Hidden_states_are_the_reference_librarys_after_every_block(string name)
    {
        using var scope = NewDisposeScope();
        using var file = EncoderReference.Open("encoders");
        using var model = Model(name, EncoderReference.Encoders.GetProperty("models").GetProperty(name), ScalarType.Float64);
        EncoderReference.Fill(model, file, $"{name}/state/");
        var states = model.Encoder.HiddenStates(EncoderReference.Input(file, $"{name}/"));
        Assert.Equal(3, states.Count);
        for (int layer = 0; layer < 3; layer++)
            Near(states[layer], file.Read($"{name}/hidden.{layer}.f64"), 1e-10, $"state {layer}");
    }

    [Theory]
    [InlineData("roberta-2")]
    [InlineData("roberta-mlm")]
    [InlineData("bert-2")]
    [InlineData("bert-mlm")]
    public void Parameters_come_in_the_order_of_the_reference_library(string name)
    {
        using var model = Model(name, EncoderReference.Encoders.GetProperty("models").GetProperty(name), ScalarType.Float32);
        Assert.Equal(EncoderReference.Encoders.GetProperty("decay").GetProperty(name).GetProperty("order_of_parameters").EnumerateArray().Select(one => one.GetString()), model.named_parameters().Select(parameter => parameter.name));
    }

    [Fact]
    public void Sizes_of_RoBERTa_base_and_large_are_the_published_ones()
    {
        // Counted without making them: 12 w² + ... a block, tables, norm, head.
        static long Count(EncoderSettings s) => (s.Vocabulary + s.Positions + s.TokenTypes + 2L) * s.Width
            + s.Blocks * (4L * (s.Width * s.Width + s.Width) + 2L * s.Width * s.FeedForward + s.FeedForward + s.Width + 4L * s.Width) + (long)s.Width * s.Width + s.Width + 2L * s.Width + 2;
        Assert.Equal(124_647_170, Count(EncoderSettings.RobertaBase));
        Assert.Equal(355_361_794, Count(EncoderSettings.RobertaLarge));
        using var model = new EncoderModel(tiny, EncoderHead.Classification);
        Assert.Equal(Count(tiny), model.ParameterCount);
    }

    [Theory]
    [InlineData(EncoderFamily.Roberta)]
    [InlineData(EncoderFamily.Bert)]
    public void Padding_changes_nothing_for_the_tokens(EncoderFamily family)
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny with { Family = family, InitialDeviation = 0.5 }, EncoderHead.Classification, 3, dtype: ScalarType.Float64);
        model.eval();
        var alone = tensor(new long[] { 0, 5, 9, 2 }, 1, 4);
        var padded = tensor(new long[] { 0, 5, 9, 2, 1, 1, 1, 0, 5, 9, 9, 8, 7, 2 }, 2, 7);
        var mask = tensor(new long[] { 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1 }, 2, 7);
        Near(model.call(new EncoderInput(padded, mask)).narrow(0, 0, 1), model.call(new EncoderInput(alone)), 1e-12, "logits");
    }

    [Fact]
    public void A_row_of_padding_alone_and_huge_scores_stay_finite()
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny with { InitialDeviation = 100 }, EncoderHead.Classification);
        var ids = tensor(new long[] { 0, 5, 2, 1, 1, 1 }, 2, 3);
        var logits = model.call(new EncoderInput(ids, ids.ne(1)));
        logits.sum().backward();
        Assert.True(logits.isfinite().all().item<bool>());
        Assert.All(model.parameters(), parameter => Assert.True(parameter.grad is null || parameter.grad.isfinite().all().item<bool>()));
    }

    [Fact]
    public void Masked_words_at_some_places_are_those_at_all_places()
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny.WithoutDropout, EncoderHead.MaskedWords);
        var input = new EncoderInput(tensor(new long[] { 0, 5, 9, 2, 0, 7, 8, 2 }, 2, 4));
        Near(model.WordsAt(input, tensor(new long[] { 2, 5 })), model.call(input).view(8, -1).index_select(0, tensor(new long[] { 2, 5 })), 1e-6, "words");
    }

    [Fact]
    public void Bfloat16_products_are_near_float32_ones_and_leave_float32_gradients()
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny.WithoutDropout with { Width = 64, FeedForward = 128, InitialDeviation = 0.1 }, EncoderHead.Classification);
        var input = new EncoderInput(tensor(new long[] { 0, 5, 9, 2, 0, 7, 8, 2 }, 2, 4));
        var labels = tensor(new long[] { 0, 1 });
        EncoderLoss.Classes(model.call(input), labels).backward();
        var gradients = model.parameters().Select(parameter => parameter.grad!.clone()).ToList();
        var exact = model.call(input).detach();
        model.zero_grad();
        model.Encoder.Precision = LinearPrecision.BFloat16;
        var logits = model.call(input);
        Near(logits, exact, 0.05, "logits");
        EncoderLoss.Classes(logits, labels).backward();
        foreach (var (own, wanted) in model.parameters().Zip(gradients))
        {
            Assert.Equal(ScalarType.Float32, own.grad!.dtype);
            if (wanted.abs().max().item<float>() > 1e-4)
                Assert.True(EncoderReference.Difference(own.grad, wanted) < 0.15);
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_weights_and_the_head_does_not_change_the_encoders()
    {
        using var scope = NewDisposeScope();
        using var one = new EncoderModel(tiny, EncoderHead.Classification, seed: 3);
        using var other = new EncoderModel(tiny, EncoderHead.MaskedWords, seed: 3);
        using var third = new EncoderModel(tiny, EncoderHead.Classification, seed: 4);
        Tensor Of(nn.Module model) => model.named_parameters().First(parameter => parameter.name == "roberta.encoder.layer.1.attention.self.key.weight").parameter;
        Assert.True(EncoderReference.Same(Of(one), Of(other)));
        Assert.False(EncoderReference.Same(Of(one), Of(third)));
        Assert.Equal(0, one.named_parameters().First().parameter.select(0, 1).abs().max().item<float>());
    }

    [Fact]
    public void What_an_encoder_cannot_read_is_said_in_a_sentence()
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny, EncoderHead.Classification);
        void Says(string part, EncoderInput input) => Assert.Contains(part, Assert.Throws<ArgumentException>(() => model.call(input)).Message, StringComparison.Ordinal);
        Says("positions", new EncoderInput(ones([1, 19], ScalarType.Int64)));
        Says("vocabulary", new EncoderInput(full(1, 4, 30, ScalarType.Int64)));
        Says("int64", new EncoderInput(ones([1, 4])));
        Says("Mask", new EncoderInput(ones([1, 4], ScalarType.Int64), ones([1, 5], ScalarType.Int64)));
        Assert.Contains("divide", Assert.Throws<ArgumentException>(() => new TextEncoder(tiny with { Heads = 3 })).Message, StringComparison.Ordinal);
    }

    internal static EncoderModel Model(string name, JsonElement json, ScalarType type)
    {
        var head = name switch { "roberta-multiple-choice" => EncoderHead.MultipleChoice, "roberta-qa" => EncoderHead.Span, _ => name.EndsWith("mlm", StringComparison.Ordinal) ? EncoderHead.MaskedWords : EncoderHead.Classification };
        var model = new EncoderModel(EncoderReference.Settings(json.GetProperty("config")), head, json.GetProperty("num_labels").GetInt32(), seed: null, type);
        model.train();
        return model;
    }

    // Some gradients are zero in exact arithmetic (of key biases; of a bias that moves all choices or places alike): what is there is rounding.
    private static void Gradients(nn.Module model, SafetensorsFile file, string prefix, double tolerance)
    {
        double largest = 0;
        var gradients = new List<(string Name, Tensor Stored, Tensor? Own)>();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!file.Names.Contains(prefix + name))
            {
                Assert.True(parameter.grad is null, $"{name} has a gradient");
                continue;
            }
            gradients.Add((name, file.Read(prefix + name), parameter.grad));
            largest = Math.Max(largest, gradients[^1].Stored.abs().max().item<double>());
        }
        foreach (var (name, stored, own) in gradients)
        {
            double size = stored.abs().max().item<double>() is var stated && stated < 1e-12 * largest ? largest : stated;
            double difference = (own!.to(ScalarType.Float64) - stored).abs().max().item<double>();
            Assert.True(difference <= tolerance * size, $"gradient of {name}: off by {difference:e2} of {size:e2}");
        }
    }

    private static void Near(Tensor actual, Tensor stored, double tolerance, string what)
    {
        double difference = EncoderReference.Difference(actual, stored);
        Assert.True(difference <= tolerance, $"{what}: off by {difference:e2}");
    }
}
