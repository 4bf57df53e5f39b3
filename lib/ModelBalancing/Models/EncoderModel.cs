// An encoder with a head: classes or a score, choices, a span of the text, or masked words.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelBalancing.Models;

/// <summary>What a head predicts.</summary>
public enum EncoderHead
{
    /// <summary>Logits of classes, or one score (regression).</summary>
    Classification,

    /// <summary>Which of several texts is right.</summary>
    MultipleChoice,

    /// <summary>Where an answer begins and ends.</summary>
    Span,

    /// <summary>The words behind masks.</summary>
    MaskedWords,
}

/// <summary>An encoder with a head, named as the transformers library names them.</summary>
public sealed class EncoderModel : nn.Module<EncoderInput, Tensor>
{
    private readonly Linear? dense, output;
    private readonly LayerNorm? norm;
    private readonly Parameter? bias;

    /// <summary>Makes a model with drawn weights.</summary>
    /// <param name="settings">Sizes of the encoder.</param>
    /// <param name="head">What it predicts.</param>
    /// <param name="outputs">Classes, or 1 for a score; other heads have a number of their own.</param>
    /// <param name="seed">Seed of the initial weights; null where a checkpoint follows.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public EncoderModel(EncoderSettings settings, EncoderHead head, int outputs = 2, int? seed = 0, ScalarType dtype = ScalarType.Float32) : base(nameof(EncoderModel))
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Head = head;
        bool roberta = settings.Family == EncoderFamily.Roberta;
        Outputs = head switch { EncoderHead.Classification => outputs, EncoderHead.MultipleChoice => 1, EncoderHead.Span => 2, _ => settings.Vocabulary };
        bool pooled = head == EncoderHead.MultipleChoice || (head == EncoderHead.Classification && !roberta);
        register_module(Prefix(settings.Family), Encoder = new TextEncoder(settings, pooled, seed: null, dtype));
        Linear Last() => Linear(settings.Width, Outputs, dtype: dtype);
        Linear Square() => Linear(settings.Width, settings.Width, dtype: dtype);
        switch (head)
        {
            case EncoderHead.Classification when roberta:
                register_module("classifier", new NamedParts(("dense", dense = Square()), ("out_proj", output = Last())));
                break;
            case EncoderHead.Classification or EncoderHead.MultipleChoice:
                register_module("classifier", output = Last());
                break;
            case EncoderHead.Span:
                register_module("qa_outputs", output = Last());
                break;
            default:
                (dense, norm) = (Square(), LayerNorm(settings.Width, settings.NormEpsilon, dtype: dtype));
                bias = new Parameter(zeros([settings.Vocabulary], dtype: dtype));
                register_module(roberta ? "lm_head" : "cls", new MaskedWordParts(roberta, dense, norm, bias));
                break;
        }
        if (seed is { } start)
            EncoderWeights.Draw(this, settings, start);
    }

    /// <summary>The encoder.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>What it predicts.</summary>
    public EncoderHead Head { get; }

    /// <summary>Numbers that the head gives: classes, 1 a choice, 2 of a span, or the vocabulary.</summary>
    public int Outputs { get; }

    /// <summary>Sizes of the encoder.</summary>
    public EncoderSettings Settings => Encoder.Settings;

    /// <summary>Number of parameters.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Logits.</summary>
    /// <param name="input">Ids of shape (batch, length), for multiple choice (batch, choices, length).</param>
    /// <returns>(batch, outputs); multiple choice (batch, choices); span (batch, length, 2: start and end); masked words (batch, length, vocabulary).</returns>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public override Tensor forward(EncoderInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        return (Head switch
        {
            EncoderHead.MultipleChoice => Choices(input),
            EncoderHead.Span => output!.call(Encoder.call(input)),
            EncoderHead.MaskedWords => Words(Encoder.call(input)),
            _ => Classes(Encoder.call(input)),
        }).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of masked words at some places only: on 15 % of the tokens the head costs 15 %.</summary>
    /// <param name="input">Ids of shape (batch, length).</param>
    /// <param name="places">int64, shape (n): row · length + column.</param>
    /// <returns>Shape (n, vocabulary).</returns>
    /// <exception cref="InvalidOperationException">The head predicts something else.</exception>
    public Tensor WordsAt(EncoderInput input, Tensor places)
    {
        if (Head != EncoderHead.MaskedWords)
            throw new InvalidOperationException($"The head predicts {Head}; masked words need a model made with {nameof(EncoderHead.MaskedWords)}.");
        using var scope = NewDisposeScope();
        return Words(Encoder.call(input).view(-1, Settings.Width).index_select(0, places)).MoveToOuterDisposeScope();
    }

    /// <summary>Name of the encoder within a model: "roberta" or "bert".</summary>
    internal static string Prefix(EncoderFamily family) => family == EncoderFamily.Roberta ? "roberta" : "bert";

    private double HeadDropout => Settings.HeadDropout ?? Settings.Dropout;

    private Tensor Classes(Tensor states)
    {
        if (dense is null)
            return output!.call(TextEncoder.Dropped(Encoder.Pool(states), HeadDropout, training));
        var first = dense.call(TextEncoder.Dropped(states.select(1, 0), HeadDropout, training)).tanh();
        return output!.call(TextEncoder.Dropped(first, HeadDropout, training));
    }

    private Tensor Choices(EncoderInput input)
    {
        if (input.Ids.dim() != 3)
            throw new ArgumentException($"Ids: expected (batch, choices, length), got ({string.Join(", ", input.Ids.shape)}).", nameof(input));
        Tensor Rows(Tensor x) => x.reshape(-1, x.shape[2]);
        var flat = new EncoderInput(Rows(input.Ids), input.Mask is null ? null : Rows(input.Mask), input.Types is null ? null : Rows(input.Types));
        return output!.call(TextEncoder.Dropped(Encoder.Pool(Encoder.call(flat)), HeadDropout, training)).view(input.Ids.shape[0], input.Ids.shape[1]);
    }

    // The decoder's matrix is the table of word vectors.
    private Tensor Words(Tensor states)
    {
        var features = norm!.call(functional.gelu(TextEncoder.Product(dense!, states, Encoder.Precision)));
        if (Encoder.Precision == LinearPrecision.BFloat16)
            return functional.linear(features.to(ScalarType.BFloat16), Encoder.Words.to(ScalarType.BFloat16)).to(Encoder.Dtype).add_(bias!);
        return functional.linear(features, Encoder.Words, bias);
    }

    /// <summary>Names of the masked-word head: RoBERTa's lm_head, BERT's cls.predictions.</summary>
    private sealed class MaskedWordParts : nn.Module
    {
        public MaskedWordParts(bool roberta, Linear dense, LayerNorm norm, Parameter bias) : base(nameof(MaskedWordParts))
        {
            if (roberta)
            {
                register_parameter("bias", bias);
                register_module("dense", dense);
                register_module("layer_norm", norm);
            }
            else
                register_module("predictions", new Predictions(dense, norm, bias));
        }

        private sealed class Predictions : nn.Module
        {
            public Predictions(Linear dense, LayerNorm norm, Parameter bias) : base(nameof(Predictions))
            {
                register_parameter("bias", bias);
                register_module("transform", new NamedParts(("dense", dense), ("LayerNorm", norm)));
            }
        }
    }
}

/// <summary>Losses of the heads, means over the batch.</summary>
public static class EncoderLoss
{
    /// <summary>Label of a place that does not count.</summary>
    public const int Ignored = -100;

    /// <summary>Cross entropy of classes, choices or words.</summary>
    /// <param name="logits">Shape (n, classes) or (batch, length, classes).</param>
    /// <param name="labels">int64, the logits' shape without the last axis; <see cref="Ignored"/> does not count.</param>
    public static Tensor Classes(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        return functional.cross_entropy(logits.reshape(-1, logits.shape[^1]), labels.reshape(-1), ignore_index: Ignored).MoveToOuterDisposeScope();
    }

    /// <summary>Mean squared error of scores.</summary>
    /// <param name="logits">Shape (batch, 1).</param>
    /// <param name="scores">Shape (batch), of the logits' type.</param>
    public static Tensor Scores(Tensor logits, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var scope = NewDisposeScope();
        return functional.mse_loss(logits.squeeze(-1), scores).MoveToOuterDisposeScope();
    }

    /// <summary>Mean of the cross entropies of start and end; places beyond the sequence do not count.</summary>
    /// <param name="logits">Shape (batch, length, 2).</param>
    /// <param name="starts">int64, shape (batch).</param>
    /// <param name="ends">int64, shape (batch).</param>
    public static Tensor Spans(Tensor logits, Tensor starts, Tensor ends)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var scope = NewDisposeScope();
        long length = logits.shape[1];
        Tensor Of(int side, Tensor places) => functional.cross_entropy(logits.select(2, side), places.clamp(0, length), ignore_index: length);
        return ((Of(0, starts) + Of(1, ends)) / 2).MoveToOuterDisposeScope();
    }
}
