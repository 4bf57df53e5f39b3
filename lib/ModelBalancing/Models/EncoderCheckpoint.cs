// Checkpoints of encoders by name: RoBERTa, BERT, MiniLM as published (safetensors, shards, .bin), and our own in the same form.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelBalancing.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary>What loading a checkpoint did.</summary>
/// <param name="Loaded">Parameters that were set.</param>
/// <param name="Missing">Parameters that the checkpoint does not have; they keep their drawn weights.</param>
/// <param name="Unexpected">Tensors of the checkpoint that the model has no place for, such as the head of another task.</param>
public sealed record LoadReport(IReadOnlyList<string> Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected)
{
    /// <summary>One sentence.</summary>
    public override string ToString() =>
        $"{Loaded.Count} tensors loaded{(Missing.Count == 0 ? "" : $", missing and drawn anew: {string.Join(", ", Missing)}")}{(Unexpected.Count == 0 ? "" : $", not used: {string.Join(", ", Unexpected)}")}.";
}

/// <summary>Reads and writes encoders.</summary>
public static partial class EncoderCheckpoint
{
    // Not weights, or tied to other tensors: the position numbers that older files keep, and the masked-word head's decoder.
    private static readonly string[] derived = ["embeddings.position_ids", "embeddings.token_type_ids", "lm_head.decoder.weight", "lm_head.decoder.bias", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias"];

    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    /// <summary>Makes a model from a checkpoint; what the checkpoint lacks (usually the head) is drawn.</summary>
    /// <param name="path">Folder with config.json and the weights, or a file in it.</param>
    /// <param name="head">The head.</param>
    /// <param name="outputs">Classes, or 1 for a score.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <param name="settings">Other dropouts and the like; by default config.json as it is.</param>
    /// <returns>The model and what was loaded.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged, or of another shape.</exception>
    public static (EncoderModel Model, LoadReport Report) Open(string path, EncoderHead head, int outputs = 2, int seed = 0, EncoderSettings? settings = null)
    {
        var sizes = settings ?? EncoderSettings.Load(path);
        var model = new EncoderModel(sizes, head, outputs, seed: null);
        return (model, Filled(model, sizes, path, seed));
    }

    /// <summary>Makes an encoder without head from a checkpoint.</summary>
    /// <param name="path">Folder with config.json and the weights, or a file in it.</param>
    /// <param name="pooled">Whether with the pooler.</param>
    /// <returns>The encoder and what was loaded.</returns>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged, or of another shape.</exception>
    public static (TextEncoder Encoder, LoadReport Report) OpenEncoder(string path, bool pooled = false)
    {
        var settings = EncoderSettings.Load(path);
        var encoder = new TextEncoder(settings, pooled, seed: null);
        return (encoder, Filled(encoder, settings, path, seed: 0));
    }

    /// <summary>Copies weights into an encoder by name. A checkpoint with a head fits one without and the other way round.</summary>
    /// <param name="model">A <see cref="TextEncoder"/> or an <see cref="EncoderModel"/>.</param>
    /// <param name="path">Folder or file: .safetensors, .bin, or an index of shards.</param>
    /// <returns>What was loaded.</returns>
    /// <exception cref="CheckpointException">It cannot be read, a shape or the number of blocks differs, or it has none of the encoder's weights; nothing is changed.</exception>
    public static LoadReport Load(nn.Module model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var checkpoint = Checkpoint.Open(path);
        var stored = checkpoint.Entries.ToDictionary(entry => Modern(entry.Name), StringComparer.Ordinal);
        var wanted = model.named_parameters().Select(parameter => (parameter.name, parameter.parameter, Found: Among(stored, parameter.name))).ToList();
        foreach (var (name, parameter, found) in wanted)
            if (found is not null && !stored[found].Shape.SequenceEqual(parameter.shape))
                throw new CheckpointException($"'{path}': '{stored[found].Name}' is ({string.Join(", ", stored[found].Shape)}), the model's '{name}' ({string.Join(", ", parameter.shape)}): use the checkpoint's own config.json, and as many classes as its head has.");
        var (held, asked) = (Blocks(stored.Keys), Blocks(wanted.Select(parameter => parameter.name)));
        if (held > 0 && held != asked)
            throw new CheckpointException($"'{path}' holds {held} blocks, the model has {asked}: use the checkpoint's own config.json (num_hidden_layers).");
        var lacking = wanted.Where(parameter => parameter.Found is null && IsEncoders(parameter.name)).Select(parameter => parameter.name).ToList();
        if (lacking.Count > 0)
            throw new CheckpointException($"'{path}' is no checkpoint of this encoder: {lacking.Count} of its tensors are not in it, among them '{lacking[0]}'; it holds {string.Join(", ", stored.Keys.Take(2))}.");
        using var noGradient = no_grad();
        foreach (var (_, parameter, found) in wanted)
            if (found is not null)
            {
                using var value = checkpoint.Read(stored[found].Name);
                parameter.copy_(value);
            }
        var used = wanted.Select(parameter => parameter.Found).ToHashSet();
        return new LoadReport([.. wanted.Where(parameter => parameter.Found is not null).Select(parameter => parameter.name)], [.. wanted.Where(parameter => parameter.Found is null).Select(parameter => parameter.name)],
            [.. stored.Keys.Where(name => !used.Contains(name) && !derived.Any(known => name.EndsWith(known, StringComparison.Ordinal)))]);
    }

    /// <summary>Writes config.json and model.safetensors, as the transformers library does; both are replaced whole.</summary>
    /// <param name="model">A <see cref="TextEncoder"/> or an <see cref="EncoderModel"/>.</param>
    /// <param name="folder">Made where it does not exist.</param>
    /// <param name="labels">Class names in their order.</param>
    /// <param name="dtype">Type of the stored weights; null for the model's own.</param>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public static void Save(nn.Module model, string folder, IReadOnlyList<string>? labels = null, ScalarType? dtype = null)
    {
        var settings = model switch
        {
            TextEncoder encoder => encoder.Settings,
            EncoderModel whole => whole.Settings,
            _ => throw new ArgumentException($"model: expected an encoder with or without head, got {model?.GetType().Name ?? "null"}.", nameof(model)),
        };
        Directory.CreateDirectory(folder);
        var config = settings.ToConfig();
        config.Insert(0, "architectures", new JsonArray(Architecture(model, settings.Family)));
        labels ??= model is EncoderModel { Head: EncoderHead.Classification } classifier ? [.. Enumerable.Range(0, classifier.Outputs).Select(label => $"LABEL_{label}")] : [];
        if (labels.Count > 0)
        {
            config["id2label"] = new JsonObject(labels.Select((label, index) => KeyValuePair.Create($"{index}", (JsonNode?)JsonValue.Create(label))));
            config["label2id"] = new JsonObject(labels.Select((label, index) => KeyValuePair.Create(label, (JsonNode?)JsonValue.Create(index))));
        }
        config["torch_dtype"] = (dtype ?? model.parameters().First().dtype) switch { ScalarType.Float16 => "float16", ScalarType.BFloat16 => "bfloat16", ScalarType.Float64 => "float64", _ => "float32" };
        using (var noGradient = no_grad())
        using (NewDisposeScope())
            SafetensorsFile.Write(Path.Combine(folder, "model.safetensors"), model.named_parameters().Select(parameter =>
                KeyValuePair.Create(parameter.name, dtype is { } stored ? parameter.parameter.detach().to(stored) : parameter.parameter.detach())), new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Replace(Path.Combine(folder, "config.json"), config.ToJsonString(indented) + "\n");
    }

    private static LoadReport Filled(nn.Module model, EncoderSettings settings, string path, int seed)
    {
        try
        {
            var report = Load(model, path);
            EncoderWeights.Draw(model, settings, seed, report.Missing.ToHashSet(StringComparer.Ordinal));
            return report;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // The encoder's own, its pooler aside, which published RoBERTas often lack.
    private static bool IsEncoders(string name) => name.StartsWith("embeddings.", StringComparison.Ordinal) || name.StartsWith("encoder.", StringComparison.Ordinal)
        || name.Contains(".embeddings.", StringComparison.Ordinal) || name.Contains(".encoder.layer.", StringComparison.Ordinal);

    private static int Blocks(IEnumerable<string> names) => names.Select(name => BlockNumber().Match(name)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1).DefaultIfEmpty(0).Max();

    [GeneratedRegex(@"(?:^|\.)encoder\.layer\.(\d{1,4})\.")]
    private static partial Regex BlockNumber();

    // With the model's own name, without its prefix (a model saved without head), or with one (the other way round).
    private static string? Among(Dictionary<string, SafetensorsEntry> stored, string name)
    {
        int dot = name.IndexOf('.');
        string[] names = [name, .. name[..dot] is "roberta" or "bert" ? [name[(dot + 1)..]] : new[] { $"roberta.{name}", $"bert.{name}" }];
        return names.FirstOrDefault(stored.ContainsKey);
    }

    // TensorFlow's names of a norm's scale and shift, in BERT's first PyTorch files.
    private static string Modern(string name) => name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? $"{name[..^"gamma".Length]}weight"
        : name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? $"{name[..^"beta".Length]}bias" : name;

    private static string Architecture(nn.Module model, EncoderFamily family) => $"{family}{(model as EncoderModel)?.Head switch
    {
        EncoderHead.Classification => "ForSequenceClassification",
        EncoderHead.MultipleChoice => "ForMultipleChoice",
        EncoderHead.Span => "ForQuestionAnswering",
        EncoderHead.MaskedWords => "ForMaskedLM",
        _ => "Model",
    }}";
}
