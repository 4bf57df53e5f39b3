// RoBERTa and BERT: the encoder without a head. Written after Vaswani et al. 2017 (post-norm), Devlin et al. 2019 and Liu et al. 2019;
// names of parameters and their order are those of the transformers library, so that its checkpoints load by name.
using System.Text.Json.Serialization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelBalancing.Models;

/// <summary>What an encoder reads.</summary>
/// <param name="Ids">Token ids, int64, shape (batch, length); for multiple choice (batch, choices, length).</param>
/// <param name="Mask">1 where a token is, 0 where padding is, same shape, any integer or bool type; null where nothing is padding.</param>
/// <param name="Types">Token types, int64, same shape; null for 0.</param>
public sealed record EncoderInput(Tensor Ids, Tensor? Mask = null, Tensor? Types = null);

/// <summary>In which precision the linear layers multiply.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinearPrecision>))]
public enum LinearPrecision
{
    /// <summary>That of the weights.</summary>
    Weights,

    /// <summary>Products of bfloat16 numbers, summed in float32; weights, norms, attention and gradients stay float32. About twice as fast where the processor has AVX512-BF16 or AMX.</summary>
    BFloat16,
}

/// <summary>Embeddings and blocks; tensors are named "embeddings.…", "encoder.layer.B.…", "pooler.dense.…".</summary>
public sealed class TextEncoder : nn.Module<EncoderInput, Tensor>
{
    private readonly Embedding words, positions, types;
    private readonly LayerNorm norm;
    private readonly Block[] blocks;
    private readonly Linear? pooler;

    /// <summary>Makes an encoder with drawn weights.</summary>
    /// <param name="settings">Its sizes.</param>
    /// <param name="pooled">Whether it has a pooler, which BERT's classifiers and every multiple choice need.</param>
    /// <param name="seed">Seed of the initial weights; null where a checkpoint follows.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public TextEncoder(EncoderSettings settings, bool pooled = false, int? seed = 0, ScalarType dtype = ScalarType.Float32) : base(nameof(TextEncoder))
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        (Settings, Dtype) = (settings, dtype);
        bool roberta = settings.Family == EncoderFamily.Roberta;
        words = Embedding(settings.Vocabulary, settings.Width, padding_idx: settings.Padding, dtype: dtype);
        positions = Embedding(settings.Positions, settings.Width, padding_idx: roberta ? settings.Padding : null, dtype: dtype);
        types = Embedding(settings.TokenTypes, settings.Width, dtype: dtype);
        norm = LayerNorm(settings.Width, settings.NormEpsilon, dtype: dtype);
        register_module("embeddings", roberta
            ? new NamedParts(("word_embeddings", words), ("token_type_embeddings", types), ("LayerNorm", norm), ("position_embeddings", positions))
            : new NamedParts(("word_embeddings", words), ("position_embeddings", positions), ("token_type_embeddings", types), ("LayerNorm", norm)));
        blocks = [.. Enumerable.Range(0, settings.Blocks).Select(_ => new Block(settings, dtype))];
        register_module("encoder", new NamedParts(("layer", new NamedParts([.. blocks.Select((block, index) => ($"{index}", (nn.Module)block))]))));
        if (pooled)
            register_module("pooler", new NamedParts(("dense", pooler = Linear(settings.Width, settings.Width, dtype: dtype))));
        if (seed is { } start)
            EncoderWeights.Draw(this, settings, start);
    }

    /// <summary>The sizes.</summary>
    public EncoderSettings Settings { get; }

    /// <summary>Type of the weights.</summary>
    public ScalarType Dtype { get; }

    /// <summary>How linear layers multiply; may be changed at any time.</summary>
    public LinearPrecision Precision { get; set; }

    /// <summary>The table of word vectors, shape (vocabulary, width); the masked-LM head multiplies with it too.</summary>
    internal Parameter Words => words.weight!;

    /// <summary>Last hidden states.</summary>
    /// <param name="input">Ids of shape (batch, length).</param>
    /// <returns>Shape (batch, length, width).</returns>
    /// <exception cref="ArgumentException">Shapes differ, the sequence is longer than the positions, or an id is outside the vocabulary.</exception>
    public override Tensor forward(EncoderInput input)
    {
        using var scope = NewDisposeScope();
        return States(input, null).MoveToOuterDisposeScope();
    }

    /// <summary>The embedding output and every block's.</summary>
    /// <param name="input">Ids of shape (batch, length).</param>
    /// <returns>Blocks + 1 tensors of shape (batch, length, width).</returns>
    public IReadOnlyList<Tensor> HiddenStates(EncoderInput input)
    {
        using var scope = NewDisposeScope();
        var states = new List<Tensor>();
        States(input, states);
        return [.. states.Select(state => state.MoveToOuterDisposeScope())];
    }

    /// <summary>tanh of a dense layer on the first token.</summary>
    /// <param name="states">Hidden states, shape (batch, length, width).</param>
    /// <returns>Shape (batch, width).</returns>
    /// <exception cref="InvalidOperationException">The encoder was made without a pooler.</exception>
    public Tensor Pool(Tensor states)
    {
        using var scope = NewDisposeScope();
        return (pooler ?? throw new InvalidOperationException("This encoder has no pooler; make it with pooled: true.")).call(states.select(1, 0)).tanh().MoveToOuterDisposeScope();
    }

    /// <summary>Means of hidden states over the tokens that are no padding (sentence embeddings before they are given length 1).</summary>
    /// <param name="states">Hidden states, shape (batch, length, width).</param>
    /// <param name="mask">The input's mask.</param>
    /// <returns>Shape (batch, width).</returns>
    public static Tensor Mean(Tensor states, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(states);
        using var scope = NewDisposeScope();
        if (mask is null)
            return states.mean([1]).MoveToOuterDisposeScope();
        var weights = mask.to(states.dtype).unsqueeze(1);                                        // (b, 1, L)
        return (weights.bmm(states).squeeze(1) / weights.sum(2).clamp_min(1e-9)).MoveToOuterDisposeScope();
    }

    /// <summary>Sentence embeddings: means over the tokens, of length 1 (the published use of all-MiniLM).</summary>
    /// <param name="input">Ids of shape (batch, length).</param>
    /// <returns>Shape (batch, width).</returns>
    public Tensor Embed(EncoderInput input)
    {
        using var scope = NewDisposeScope();
        return functional.normalize(Mean(call(input), input.Mask), 2, 1).MoveToOuterDisposeScope();
    }

    private Tensor States(EncoderInput input, List<Tensor>? all)
    {
        Check(input);
        bool training = this.training;
        var state = norm.call(words.call(input.Ids) + positions.call(Places(input.Ids)) + types.call(input.Types ?? zeros_like(input.Ids)));
        state = Dropped(state, Settings.Dropout, training);
        all?.Add(state);
        var hidden = HiddenPlaces(input.Mask);
        foreach (var block in blocks)
        {
            state = block.Apply(state, hidden, Precision, training);
            all?.Add(state);
        }
        return state;
    }

    // RoBERTa: padding has the padding id's row, tokens count on from there; BERT: 0, 1, 2, …
    private Tensor Places(Tensor ids)
    {
        if (Settings.Family == EncoderFamily.Bert)
            return arange(ids.shape[1], dtype: ScalarType.Int64, device: ids.device).unsqueeze(0);
        var tokens = ids.ne(Settings.Padding).to(ScalarType.Int64);
        return tokens.cumsum(1) * tokens + Settings.Padding;
    }

    // What is added to scores: 0 for a token, the most negative number for padding. Not −∞, so that a row of padding alone has no NaN.
    private Tensor? HiddenPlaces(Tensor? mask)
    {
        if (mask is null)
            return null;
        var (batch, length) = (mask.shape[0], mask.shape[1]);
        var added = zeros([batch, 1, length], dtype: Dtype, device: mask.device).masked_fill(mask.unsqueeze(1).eq(0), Dtype == ScalarType.Float64 ? double.MinValue : float.MinValue);
        return added.unsqueeze(1).expand(batch, Settings.Heads, 1, length).reshape(batch * Settings.Heads, 1, length);
    }

    private void Check(EncoderInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var ids = input.Ids;
        if (ids.dim() != 2 || ids.dtype != ScalarType.Int64 || ids.shape.Contains(0))
            throw new ArgumentException($"Ids: expected int64 of shape (batch, length), got {ids.dtype} of ({string.Join(", ", ids.shape)}).", nameof(input));
        foreach (var (name, other) in new[] { (nameof(input.Mask), input.Mask), (nameof(input.Types), input.Types) })
            if (other is not null && !other.shape.SequenceEqual(ids.shape))
                throw new ArgumentException($"{name}: expected the ids' shape ({string.Join(", ", ids.shape)}), got ({string.Join(", ", other.shape)}).", nameof(input));
        if (ids.shape[1] > Settings.LongestSequence)
            throw new ArgumentException($"Ids: {ids.shape[1]} tokens are more than the {Settings.LongestSequence} that the encoder has positions for; cut the text.", nameof(input));
        using var noGradient = no_grad();
        if (ids.min().item<long>() < 0 || ids.max().item<long>() >= Settings.Vocabulary)
            throw new ArgumentException($"Ids: {ids.min().item<long>()} to {ids.max().item<long>()}; the vocabulary has 0 to {Settings.Vocabulary - 1}: the tokenizer is not this encoder's.", nameof(input));
    }

    internal static Tensor Dropped(Tensor x, double share, bool training) => training && share > 0 ? RandomStream.Dropout(x, share) : x;

    /// <summary>y = x Wᵀ + b, in the precision asked for. A bfloat16 <paramref name="x"/> is taken as it is.</summary>
    internal static Tensor Product(Linear layer, Tensor x, LinearPrecision precision)
    {
        if (precision == LinearPrecision.Weights)
            return layer.call(x);
        var product = functional.linear(x.to(ScalarType.BFloat16), layer.weight!.to(ScalarType.BFloat16)).to(layer.weight!.dtype);
        return layer.bias is { } bias ? product.add_(bias) : product;
    }

    /// <summary>Attention and feed-forward, each followed by a norm of the sum.</summary>
    private sealed class Block : nn.Module
    {
        private readonly EncoderSettings settings;
        private readonly Linear query, key, value, attended, wide, narrow;
        private readonly LayerNorm attendedNorm, outputNorm;

        public Block(EncoderSettings settings, ScalarType dtype) : base(nameof(Block))
        {
            this.settings = settings;
            Linear Square() => Linear(settings.Width, settings.Width, dtype: dtype);
            LayerNorm Norm() => LayerNorm(settings.Width, settings.NormEpsilon, dtype: dtype);
            register_module("attention", new NamedParts(
                ("self", new NamedParts(("query", query = Square()), ("key", key = Square()), ("value", value = Square()))),
                ("output", new NamedParts(("dense", attended = Square()), ("LayerNorm", attendedNorm = Norm())))));
            register_module("intermediate", new NamedParts(("dense", wide = Linear(settings.Width, settings.FeedForward, dtype: dtype))));
            register_module("output", new NamedParts(("dense", narrow = Linear(settings.FeedForward, settings.Width, dtype: dtype)), ("LayerNorm", outputNorm = Norm())));
        }

        // (b, L, W) to the same. What is made on the way is let go at the block's end; the graph keeps what it needs.
        public Tensor Apply(Tensor state, Tensor? hidden, LinearPrecision precision, bool training)
        {
            using var scope = NewDisposeScope();
            state = attendedNorm.call(state + Dropped(Product(attended, Attend(state, hidden, precision, training), precision), settings.Dropout, training));
            var inner = functional.gelu(Product(wide, state, precision));
            return outputNorm.call(state + Dropped(Product(narrow, inner, precision), settings.Dropout, training)).MoveToOuterDisposeScope();
        }

        private Tensor Attend(Tensor state, Tensor? hidden, LinearPrecision precision, bool training)
        {
            var (batch, length, heads, size) = (state.shape[0], state.shape[1], settings.Heads, settings.Width / settings.Heads);
            var read = precision == LinearPrecision.BFloat16 ? state.to(ScalarType.BFloat16) : state; // once for all three
            Tensor Heads(Tensor x) => x.view(batch, length, heads, size).transpose(1, 2).reshape(batch * heads, length, size);
            var (q, k, v) = (Heads(Product(query, read, precision) * (1 / Math.Sqrt(size))), Heads(Product(key, read, precision)), Heads(Product(value, read, precision)));
            var scores = hidden is null ? q.bmm(k.transpose(1, 2)) : hidden.baddbmm(q, k.transpose(1, 2)); // (b·h, L, L)
            var weights = Dropped(functional.softmax(scores, -1), settings.AttentionDropout, training);
            return weights.bmm(v).view(batch, heads, length, size).transpose(1, 2).reshape(batch, length, settings.Width);
        }
    }
}

/// <summary>A node in the tree of names; what its parts compute is told where they are made.</summary>
internal sealed class NamedParts : nn.Module
{
    public NamedParts(params (string Name, nn.Module Part)[] parts) : base(nameof(NamedParts))
    {
        foreach (var (name, part) in parts)
            register_module(name, part);
    }
}
