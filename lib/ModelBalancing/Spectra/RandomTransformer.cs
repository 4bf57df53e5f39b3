// Weights of a transformer's shapes for timing: random, of known seed, with tails as trained layers have them.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>The six matrices of every encoder block of a BERT-like model, random.</summary>
public static class RandomTransformer
{
    /// <summary>Makes the matrices: Gaussian, rows and columns scaled so that alpha lies where trained layers have it.</summary>
    /// <param name="blocks">Encoder blocks: 12 for RoBERTa-base, 24 for RoBERTa-large.</param>
    /// <param name="width">Width of the model: 768, 1024.</param>
    /// <param name="inner">Width of the feed-forward layer: 3072, 4096.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>6 · <paramref name="blocks"/> float32 weights; the caller disposes their tensors.</returns>
    public static IReadOnlyList<WeightMatrix> Blocks(int blocks, int width, int inner, int seed)
    {
        using var generator = new Generator((ulong)seed);
        var weights = new List<WeightMatrix>();
        for (var block = 0; block < blocks; block++)
        {
            foreach (var (name, rows, columns) in new[] { ("query", width, width), ("key", width, width), ("value", width, width), ("attention", width, width), ("intermediate", inner, width), ("output", width, inner) })
            {
                using var scope = NewDisposeScope();
                Tensor Scales(params long[] shape) => rand(shape, generator: generator).mul(0.9).add(0.1).pow(-0.3);
                var matrix = randn([rows, columns], generator: generator).mul(Scales(rows, 1)).mul(Scales(1, columns)).MoveToOuterDisposeScope();
                weights.Add(WeightMatrix.Of($"layer.{block}.{name}", WeightKind.Linear, matrix));
            }
        }
        return weights;
    }
}
