// Sizes of an encoder, and how they are read from and written to the config.json beside a checkpoint.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Models;

/// <summary>Which of the two encoders; they differ in positions, in the heads and in names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EncoderFamily>))]
public enum EncoderFamily
{
    /// <summary>Positions count from the padding id + 1 and skip padding; the classifier has a dense layer of its own, no pooler (Liu et al. 2019).</summary>
    Roberta,

    /// <summary>Positions count from 0; a pooler before the classifier (Devlin et al. 2019; MiniLM).</summary>
    Bert,
}

/// <summary>Sizes of a BERT-like encoder; the defaults are RoBERTa-base's.</summary>
public sealed record EncoderSettings
{
    private const string FileName = "config.json";

    /// <summary>Which encoder.</summary>
    public EncoderFamily Family { get; init; } = EncoderFamily.Roberta;

    /// <summary>Rows of the word table.</summary>
    public int Vocabulary { get; init; } = 50265;

    /// <summary>Width of the hidden states.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Blocks.</summary>
    public int Blocks { get; init; } = 12;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Width between the two products of a block's feed-forward part.</summary>
    public int FeedForward { get; init; } = 3072;

    /// <summary>Rows of the position table; RoBERTa can read padding id + 1 fewer.</summary>
    public int Positions { get; init; } = 514;

    /// <summary>Rows of the token-type table: RoBERTa 1, BERT 2.</summary>
    public int TokenTypes { get; init; } = 1;

    /// <summary>ε of the layer norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Id of the padding token.</summary>
    public int Padding { get; init; } = 1;

    /// <summary>Dropout of embeddings, of what attention and feed-forward add, and of the heads.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout of the attention's weights.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout before a classifier; null for <see cref="Dropout"/>.</summary>
    public double? HeadDropout { get; init; }

    /// <summary>Standard deviation of the initial weights.</summary>
    public double InitialDeviation { get; init; } = 0.02;

    /// <summary>RoBERTa-base: 125 million parameters.</summary>
    public static EncoderSettings RobertaBase { get; } = new();

    /// <summary>RoBERTa-large: 355 million parameters.</summary>
    public static EncoderSettings RobertaLarge { get; } = new() { Width = 1024, Blocks = 24, Heads = 16, FeedForward = 4096 };

    /// <summary>BERT-base, uncased.</summary>
    public static EncoderSettings BertBase { get; } = new() { Family = EncoderFamily.Bert, Vocabulary = 30522, Positions = 512, TokenTypes = 2, NormEpsilon = 1e-12, Padding = 0 };

    /// <summary>Longest sequence, in tokens.</summary>
    [JsonIgnore]
    public int LongestSequence => Family == EncoderFamily.Roberta ? Positions - Padding - 1 : Positions;

    /// <summary>The same sizes without dropout.</summary>
    [JsonIgnore]
    public EncoderSettings WithoutDropout => this with { Dropout = 0, AttentionDropout = 0, HeadDropout = 0 };

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Check()
    {
        foreach (var (name, value) in new[] { (nameof(Vocabulary), Vocabulary), (nameof(Width), Width), (nameof(Blocks), Blocks), (nameof(Heads), Heads), (nameof(FeedForward), FeedForward), (nameof(TokenTypes), TokenTypes), ("longest sequence", LongestSequence) })
            if (value < 1)
                throw new ArgumentException($"{name} is {value}; an encoder needs at least 1.");
        if (Width % Heads != 0)
            throw new ArgumentException($"{nameof(Heads)} is {Heads}, which does not divide the width {Width}.");
        if (Padding < 0 || Padding >= Vocabulary)
            throw new ArgumentException($"{nameof(Padding)} is {Padding}; it must be an id of the vocabulary, 0 to {Vocabulary - 1}.");
        foreach (var (name, value) in new[] { (nameof(Dropout), Dropout), (nameof(AttentionDropout), AttentionDropout), (nameof(HeadDropout), HeadDropout ?? 0) })
            if (value is not (>= 0 and < 1))
                throw new ArgumentException($"{name} is {value}; it must be at least 0 and below 1.");
    }

    /// <summary>Reads the sizes of a checkpoint.</summary>
    /// <param name="path">The checkpoint's folder, a file in it, or config.json itself.</param>
    /// <exception cref="CheckpointException">There is no config.json, or it is not of an encoder that is known here.</exception>
    public static EncoderSettings Load(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : Path.GetFileName(path) == FileName ? path : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, FileName);
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"Cannot read '{file}': a checkpoint's {FileName} tells the sizes of its encoder; put it beside the weights.", missing);
        }
    }

    /// <summary>Reads the sizes from the text of a config.json.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="origin">Name for messages.</param>
    /// <exception cref="CheckpointException">It is not of an encoder that is known here.</exception>
    public static EncoderSettings Parse(string json, string origin = FileName)
    {
        try
        {
            var config = JsonNode.Parse(json) as JsonObject ?? throw new CheckpointException($"'{origin}' is not one JSON object: get the checkpoint again.");
            string type = (string?)config["model_type"] ?? "";
            var family = type switch
            {
                "roberta" or "xlm-roberta" or "camembert" => EncoderFamily.Roberta,
                "bert" => EncoderFamily.Bert,
                _ => throw new CheckpointException($"'{origin}' is of a model of type '{type}'; known are roberta and bert."),
            };
            if ((string?)config["hidden_act"] is { } activation and not "gelu")
                throw new CheckpointException($"'{origin}' asks for the activation '{activation}'; known is gelu.");
            if ((string?)config["position_embedding_type"] is { } positions and not "absolute")
                throw new CheckpointException($"'{origin}' asks for positions of type '{positions}'; known are absolute ones.");
            var plain = family == EncoderFamily.Roberta ? RobertaBase : BertBase;
            var settings = new EncoderSettings
            {
                Family = family,
                Vocabulary = Whole("vocab_size"),
                Width = Whole("hidden_size"),
                Blocks = Whole("num_hidden_layers"),
                Heads = Whole("num_attention_heads"),
                FeedForward = Whole("intermediate_size"),
                Positions = Whole("max_position_embeddings"),
                TokenTypes = (int?)config["type_vocab_size"] ?? plain.TokenTypes,
                NormEpsilon = (double?)config["layer_norm_eps"] ?? plain.NormEpsilon,
                Padding = (int?)config["pad_token_id"] ?? plain.Padding,
                Dropout = (double?)config["hidden_dropout_prob"] ?? plain.Dropout,
                AttentionDropout = (double?)config["attention_probs_dropout_prob"] ?? plain.AttentionDropout,
                HeadDropout = (double?)config["classifier_dropout"],
                InitialDeviation = (double?)config["initializer_range"] ?? plain.InitialDeviation,
            };
            settings.Check();
            return settings;

            int Whole(string name) => (int?)config[name] ?? throw new CheckpointException($"'{origin}' has no '{name}': get the checkpoint again.");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException($"'{origin}' is no configuration of an encoder: get the checkpoint again.", wrong);
        }
        catch (ArgumentException wrong)
        {
            throw new CheckpointException($"'{origin}': {wrong.Message}", wrong);
        }
    }

    /// <summary>The sizes as the config.json of a checkpoint holds them.</summary>
    internal JsonObject ToConfig() => new()
    {
        ["model_type"] = Family == EncoderFamily.Roberta ? "roberta" : "bert",
        ["vocab_size"] = Vocabulary,
        ["hidden_size"] = Width,
        ["num_hidden_layers"] = Blocks,
        ["num_attention_heads"] = Heads,
        ["intermediate_size"] = FeedForward,
        ["max_position_embeddings"] = Positions,
        ["type_vocab_size"] = TokenTypes,
        ["layer_norm_eps"] = NormEpsilon,
        ["pad_token_id"] = Padding,
        ["hidden_act"] = "gelu",
        ["position_embedding_type"] = "absolute",
        ["hidden_dropout_prob"] = Dropout,
        ["attention_probs_dropout_prob"] = AttentionDropout,
        ["classifier_dropout"] = HeadDropout,
        ["initializer_range"] = InitialDeviation,
    };
}
