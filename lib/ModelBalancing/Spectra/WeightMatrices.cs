// Which weights of a model, or of a checkpoint, are analysed, in which order and under which names.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Lists the weights of a model or of a checkpoint that have a spectrum to look at.</summary>
/// <remarks>Linear, 1-D and 2-D convolution layers, as in the released estimators; embeddings on request; complex spectral weights and low-rank adapters through functions of their own; never norms or biases.</remarks>
public static class WeightMatrices
{
    /// <summary>The weights of a model in the order of its module tree, a parent's children depth first as in PyTorch.</summary>
    /// <param name="module">Any module; the module itself counts, under the name "".</param>
    /// <param name="fidelity">Decides the view of 1-D convolutions; Corrected if left out.</param>
    /// <param name="select">Keeps the layers whose name it accepts; all if left out.</param>
    /// <param name="embeddings">Whether embedding tables are listed too.</param>
    public static IReadOnlyList<WeightMatrix> Of(nn.Module module, Fidelity? fidelity = null, Func<string, bool>? select = null, bool embeddings = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        var matrices = new List<WeightMatrix>();
        foreach (var (name, layer) in Layers(module))
        {
            (WeightKind Kind, Tensor Weight)? found = layer switch
            {
                Linear linear => (WeightKind.Linear, linear.weight!),
                Conv1d convolution => (WeightKind.Convolution1d, convolution.weight),
                Conv2d convolution => (WeightKind.Convolution2d, convolution.weight),
                Embedding table when embeddings => (WeightKind.Embedding, table.weight!),
                _ => null,
            };
            if (found is { } weight && weight.Weight.is_floating_point() && weight.Weight.numel() > 0 && (select is null || select(name)))
                matrices.Add(WeightMatrix.Of(name, weight.Kind, weight.Weight, fidelity));
        }
        return matrices;
    }

    /// <summary>The weights of a checkpoint, told from names and shapes: real tensors named "….weight" with 2, 3 or 4 axes.</summary>
    /// <param name="tensors">Names and tensors in the checkpoint's order; they are not copied.</param>
    /// <param name="fidelity">Decides the view of 1-D convolutions; Corrected if left out.</param>
    /// <param name="select">Keeps the layers whose name (without ".weight") it accepts; all if left out.</param>
    /// <param name="embeddings">Whether embedding tables (2 axes and a name with "embed", "wte" or "wpe") are listed too.</param>
    public static IReadOnlyList<WeightMatrix> Of(IEnumerable<KeyValuePair<string, Tensor>> tensors, Fidelity? fidelity = null, Func<string, bool>? select = null, bool embeddings = false)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var matrices = new List<WeightMatrix>();
        foreach (var (fullName, tensor) in tensors)
        {
            if (KindOf(fullName, tensor.shape, tensor.is_floating_point()) is not { } kind || (kind == WeightKind.Embedding && !embeddings))
                continue;
            var name = LayerOf(fullName);
            if (select is null || select(name))
                matrices.Add(WeightMatrix.Of(name, kind, tensor, fidelity));
        }
        return matrices;
    }

    /// <summary>The complex weights of a model's Fourier layers: parameters of complex type with three or more axes (FNO), and real ones that hold blocks of complex matrices (AFNO, DPOT).</summary>
    /// <param name="module">Any module.</param>
    /// <param name="view">How those of complex type become matrices; blocks are always one matrix each, pooled.</param>
    /// <param name="select">Keeps the parameters whose full name it accepts; all if left out.</param>
    /// <remarks>An option of ours: neither the paper nor its code analyses or tunes these weights.</remarks>
    public static IReadOnlyList<WeightMatrix> SpectralOf(nn.Module module, SpectralView view = SpectralView.PerMode, Func<string, bool>? select = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return [.. Layers(module).SelectMany(layer => layer.Module.named_parameters(recurse: false)
                .Select(parameter => (Name: layer.Name.Length == 0 ? parameter.name : $"{layer.Name}.{parameter.name}", Weight: parameter.parameter)))
            .Where(parameter => parameter.Weight.numel() > 0 && (select is null || select(parameter.Name)))
            .Where(parameter => parameter.Weight.is_complex() ? parameter.Weight.dim() >= 3 : parameter.Weight.is_floating_point() && IsFourierBlocks(parameter.Name, parameter.Weight.shape))
            .Select(parameter => parameter.Weight.is_complex() ? WeightMatrix.OfSpectral(parameter.Name, parameter.Weight, view) : WeightMatrix.OfFourierBlocks(parameter.Name, parameter.Weight))];
    }

    /// <summary>The low-rank adapters among named tensors: pairs "….lora_A[.x].weight" and "….lora_B[.x].weight".</summary>
    /// <param name="tensors">Names and tensors of a checkpoint or of a model's parameters; they are not copied.</param>
    /// <param name="alpha">The adapters' lora_alpha, which scales B·A by alpha / rank.</param>
    /// <param name="addWeight">Whether the layer's own weight ("….weight" or "….base_layer.weight") is added: W' = W + s·B·A, the released default (lora_add_W).</param>
    /// <param name="fidelity">The released variant leaves the scale out and keeps the rounding noise of B·A alone; Corrected if left out.</param>
    /// <exception cref="ArgumentException">A pair is incomplete, or the layer's own weight is wanted and missing.</exception>
    public static IReadOnlyList<WeightMatrix> LowRankOf(IEnumerable<KeyValuePair<string, Tensor>> tensors, double alpha, bool addWeight = true, Fidelity? fidelity = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var named = tensors.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var released = (fidelity ?? Fidelity.Corrected).Degenerate == DegenerateCases.AsComputed;
        var matrices = new List<WeightMatrix>();
        foreach (var (name, a) in named)
        {
            var at = name.IndexOf(".lora_A", StringComparison.Ordinal);
            if (at < 0)
                continue;
            var layer = name[..at];
            if (!named.TryGetValue(name.Replace(".lora_A", ".lora_B", StringComparison.Ordinal), out var b))
                throw new ArgumentException($"The adapter '{name}' has no lora_B of the same name.", nameof(tensors));
            Tensor? weight = null;
            if (addWeight && !named.TryGetValue($"{layer}.weight", out weight) && !named.TryGetValue($"{layer}.base_layer.weight", out weight))
                throw new ArgumentException($"The adapter of '{layer}' is there without the layer's own weight: analyse the product alone, or give the base model's weights too.", nameof(tensors));
            matrices.Add(WeightMatrix.OfLowRank(layer, a, b, released ? 1 : alpha / a.shape[0], weight, full: released));
        }
        return matrices;
    }

    /// <summary>What a checkpoint's tensor is, or null for a tensor that is not analysed. Needs only the header of a file.</summary>
    /// <param name="fullName">The tensor's name, such as "encoder.layer.0.output.dense.weight".</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isReal">Whether its type is a real floating-point one.</param>
    public static WeightKind? KindOf(string fullName, ReadOnlySpan<long> shape, bool isReal)
    {
        if (!isReal || shape.Contains(0) || !(fullName == "weight" || fullName.EndsWith(".weight", StringComparison.Ordinal)))
            return null;
        return shape.Length switch
        {
            2 when IsEmbedding(fullName) => WeightKind.Embedding,
            2 => WeightKind.Linear,
            3 => WeightKind.Convolution1d,
            4 => WeightKind.Convolution2d,
            _ => null,
        };
    }

    /// <summary>What a checkpoint's tensor is, by its name first and its shape second; null for what is no weight matrix.</summary>
    /// <param name="fullName">The tensor's name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isReal">Whether its type is a real floating-point one.</param>
    /// <returns>Kind and layer, with a note where the name does not tell.</returns>
    /// <remarks>Wider than <see cref="KindOf"/>, which knows only "….weight": every real tensor of 2 to 4 axes with more than one row and column counts.</remarks>
    public static ToldWeight? Tell(string fullName, ReadOnlySpan<long> shape, bool isReal)
    {
        ArgumentNullException.ThrowIfNull(fullName);
        if (!isReal || shape.Length is < 2 or > 4 || shape.Contains(0) || (shape.Length == 2 && (shape[0] == 1 || shape[1] == 1) && !IsWeight(fullName)))
            return null;
        // What is no weight: masks, tables and maps of positions, running statistics, rotary frequencies, biases of Fourier blocks.
        var last = LastPart(fullName);
        if (last is ['b', .. var digits] && digits.All(char.IsDigit) || (shape.Length > 2 && last.StartsWith("pos_embed", StringComparison.Ordinal)))
            return null;
        if (IsFourierBlocks(fullName, shape))
            return new ToldWeight(fullName, WeightKind.Spectral, $"{shape[1]} complex blocks, pooled");
        if (last.Contains("bias", StringComparison.Ordinal) || last.Contains("mask", StringComparison.Ordinal) || last.StartsWith("running_", StringComparison.Ordinal) || last is "inv_freq" or "position_ids")
            return null;
        var layer = fullName.EndsWith(".weight", StringComparison.Ordinal) || fullName == "weight" ? LayerOf(fullName) : fullName;
        var isConvolution = fullName.Split('.').Any(part => part.StartsWith("conv", StringComparison.OrdinalIgnoreCase) || part.StartsWith("downsample", StringComparison.Ordinal));
        if (shape.Length == 2)
        {
            if (IsEmbedding(fullName) || fullName is "shared.weight" || fullName.Contains("relative_attention_bias", StringComparison.Ordinal))
                return new ToldWeight(layer, WeightKind.Embedding, null);
            return new ToldWeight(layer, WeightKind.Linear, IsWeight(fullName) ? null : "linear by its shape, not by its name");
        }
        return shape.Length == 3
            ? new ToldWeight(layer, WeightKind.Convolution1d, isConvolution ? null : "1-D convolution by its shape, not by its name")
            : new ToldWeight(layer, WeightKind.Convolution2d, isConvolution ? null : "2-D convolution by its shape, not by its name");
    }

    // The weights w1, w2 of an adaptive Fourier layer: real and imaginary parts × blocks × in × out.
    private static bool IsFourierBlocks(string fullName, ReadOnlySpan<long> shape) =>
        shape is [2, _, _, _] && LastPart(fullName) is ['w', var first, .. var digits] && char.IsDigit(first) && digits.All(char.IsDigit);

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static bool IsWeight(string name) =>
        name == "weight" || name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith("_weight", StringComparison.Ordinal) || LastPart(name).StartsWith("weight_", StringComparison.Ordinal);

    /// <summary>Every module of a tree once, the root first under the name "", depth first in the order of registration.</summary>
    /// <remarks>PyTorch's named_modules order; TorchSharp's own lists a level before the next one.</remarks>
    internal static IEnumerable<(string Name, nn.Module Module)> Layers(nn.Module module) => Walk("", module, new HashSet<nn.Module>(ReferenceEqualityComparer.Instance));

    private static IEnumerable<(string Name, nn.Module Module)> Walk(string name, nn.Module module, HashSet<nn.Module> seen)
    {
        if (!seen.Add(module))
            yield break;
        yield return (name, module);
        foreach (var (childName, child) in module.named_children())
        {
            foreach (var found in Walk(name.Length == 0 ? childName : $"{name}.{childName}", child, seen))
                yield return found;
        }
    }

    private static string LayerOf(string fullName) => fullName == "weight" ? "" : fullName[..^".weight".Length];

    private static bool IsEmbedding(string name) =>
        name.Contains("embed", StringComparison.OrdinalIgnoreCase) || name.Split('.').Any(part => part is "wte" or "wpe");
}

/// <summary>What a tensor of a checkpoint is.</summary>
/// <param name="Layer">Name of the layer: the tensor's without ".weight".</param>
/// <param name="Kind">What it belongs to.</param>
/// <param name="Note">Says where it is a guess; null where the name tells.</param>
public sealed record ToldWeight(string Layer, WeightKind Kind, string? Note);
