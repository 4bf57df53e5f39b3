// Official DPOT weights: PyTorch archives {args, model, optimizer} as finetune.py writes and the authors publish them.
using ModelBalancing.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary>A part of a DPOT that fine-tuning may take from pre-trained weights, or leave at its own start.</summary>
[Flags]
public enum DpotComponents
{
    /// <summary>patch_embed.</summary>
    Patches = 1,

    /// <summary>pos_embed.</summary>
    Position = 2,

    /// <summary>blocks.</summary>
    Blocks = 4,

    /// <summary>time_agg_layer.</summary>
    Times = 8,

    /// <summary>cls_head.</summary>
    Classes = 16,

    /// <summary>scale_feats_mu and scale_feats_sigma.</summary>
    Scales = 32,

    /// <summary>out_layer.</summary>
    Output = 64,

    /// <summary>Everything.</summary>
    All = Patches | Position | Blocks | Times | Classes | Scales | Output,
}

/// <summary>Reads official weights into a <see cref="Dpot"/>.</summary>
public static class DpotCheckpoint
{
    private const string Parallel = "module."; // what data-parallel training puts before every name

    /// <summary>Sizes of a checkpoint's model, told from its tensors.</summary>
    /// <param name="path">.pth, .pt, .bin or .safetensors.</param>
    /// <returns>The sizes; the number of modes is not stored and is the published 32.</returns>
    /// <exception cref="CheckpointException">It is no DPOT.</exception>
    public static DpotSettings Sizes(string path)
    {
        using var checkpoint = Checkpoint.Open(path);
        var shapes = checkpoint.Entries.ToDictionary(entry => Plain(entry.Name), entry => entry.Shape, StringComparer.Ordinal);
        int Of(string name, int axis) => shapes.TryGetValue(name, out var shape) && axis < shape.Length ? (int)shape[axis]
            : throw new CheckpointException($"'{path}' is no DPOT: it has no '{name}' of {axis + 1} axes or more; name a checkpoint of hf.co hzk17/DPOT or one fine-tuned from it.");
        int patch = Of("patch_embed.proj.0.weight", 2), width = Of("pos_embed", 1), predicted = (Of("patch_embed.proj.0.weight", 0) - 3) / patch;
        var settings = new DpotSettings
        {
            Resolution = Of("pos_embed", 2) * patch,
            Patch = patch,
            Channels = Of("patch_embed.proj.0.weight", 1) - 3,
            PredictedChannels = predicted,
            GivenFrames = Of("time_agg_layer.w", 0),
            PredictedFrames = Of("out_layer.4.weight", 0) / Math.Max(1, predicted),
            Width = width,
            Depth = Enumerable.Range(0, int.MaxValue).TakeWhile(block => shapes.ContainsKey($"blocks.{block}.filter.w1")).Count(),
            Groups = Of("blocks.0.filter.w1", 1),
            MlpRatio = Of("blocks.0.mlp.0.weight", 0) / width,
            Classes = Of("cls_head.4.weight", 0),
            OutputWidth = Of("out_layer.2.weight", 0),
            Normalize = shapes.ContainsKey("scale_feats_mu.weight"),
        };
        try
        {
            settings.Check();
        }
        catch (ArgumentException wrong)
        {
            throw new CheckpointException($"'{path}' is no DPOT of a known form: {wrong.Message}", wrong);
        }
        return settings;
    }

    /// <summary>Copies weights into a model.</summary>
    /// <param name="model">The model, of the checkpoint's sizes in the chosen parts.</param>
    /// <param name="path">.pth, .pt, .bin or .safetensors; a leading "module." of names does not matter.</param>
    /// <param name="components">The parts to take; the others keep their start (load_components_from_pretrained of finetune.py).</param>
    /// <returns>Names of the parameters that were set.</returns>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape; nothing is changed.</exception>
    public static IReadOnlyList<string> Load(Dpot model, string path, DpotComponents components = DpotComponents.All)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var checkpoint = Checkpoint.Open(path);
        var stored = checkpoint.Entries.ToDictionary(entry => Plain(entry.Name), entry => entry, StringComparer.Ordinal);
        var wanted = model.named_parameters().Where(parameter => components.HasFlag(Component(parameter.name))).ToList();
        foreach (var (name, parameter) in wanted)
        {
            if (!stored.TryGetValue(name, out var entry))
                throw new CheckpointException($"'{path}' holds no '{name}', which the model needs: make the model with the checkpoint's sizes, or leave the part out.");
            if (!entry.Shape.SequenceEqual(parameter.shape))
                throw new CheckpointException($"'{path}': '{name}' is ({string.Join(", ", entry.Shape)}), the model's ({string.Join(", ", parameter.shape)}): make the model with the checkpoint's sizes, or leave the part out.");
        }
        using var noGradient = no_grad();
        foreach (var (name, parameter) in wanted)
        {
            using var value = checkpoint.Read(stored[name].Name);
            parameter.copy_(value);
        }
        return [.. wanted.Select(parameter => parameter.name)];
    }

    private static string Plain(string name) => name.StartsWith(Parallel, StringComparison.Ordinal) ? name[Parallel.Length..] : name;

    private static DpotComponents Component(string name) => name.Split('.')[0] switch
    {
        "patch_embed" => DpotComponents.Patches,
        "pos_embed" => DpotComponents.Position,
        "blocks" => DpotComponents.Blocks,
        "time_agg_layer" => DpotComponents.Times,
        "cls_head" => DpotComponents.Classes,
        "out_layer" => DpotComponents.Output,
        _ => DpotComponents.Scales,
    };
}
