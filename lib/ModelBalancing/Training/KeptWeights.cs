// Copies of a model's weights at the epoch that was chosen.
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>The best weights so far of a model in training.</summary>
/// <param name="weights">Names and tensors of the model, in the order of its state dict.</param>
internal sealed class KeptWeights(Func<IEnumerable<(string Name, Tensor Value)>> weights) : IDisposable
{
    private Dictionary<string, Tensor> kept = [];

    /// <summary>The copies by name; empty before the first.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => kept;

    /// <summary>The copies, or the model's own weights where none were kept.</summary>
    public IReadOnlyDictionary<string, Tensor> OrPresent => kept.Count > 0 ? kept : weights().ToDictionary(weight => weight.Name, weight => weight.Value);

    /// <summary>Copies the model's weights, or what a saved state has under their names.</summary>
    /// <param name="source">Where a weight comes from; null for the model.</param>
    public void Keep(Func<string, Tensor>? source = null)
    {
        using var noGradient = no_grad();
        Dispose();
        kept = weights().ToDictionary(weight => weight.Name, weight =>
        {
            using var scope = NewDisposeScope();
            return (source is null ? weight.Value : source(weight.Name)).detach().clone().DetachFromDisposeScope();
        });
    }

    /// <summary>Gives the model the kept weights.</summary>
    public void PutBack()
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in weights())
            if (kept.TryGetValue(name, out var weight))
                value.copy_(weight);
    }

    /// <summary>SHA-256 over the model's present weights, in lower-case hexadecimal.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, value) in weights())
        {
            using var scope = NewDisposeScope();
            var real = (is_complex(value) ? view_as_real(value.detach()) : value.detach()).cpu().contiguous();
            hash.AppendData(real.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Frees the copies.</summary>
    public void Dispose()
    {
        foreach (var weight in kept.Values)
            weight.Dispose();
        kept = [];
    }
}
