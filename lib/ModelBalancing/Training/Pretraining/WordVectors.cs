// Word vectors from counts: which words stand near each other in a text, and the leading singular vectors of that table.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Vectors of words without training a network: singular vectors of positive pointwise mutual information (Levy and Goldberg 2014).</summary>
internal static class WordVectors
{
    /// <summary>Most words; the table of counts is square and dense, 4 bytes a cell.</summary>
    public const int MostWords = 32_768;

    /// <summary>Words to either side that count as neighbours.</summary>
    public const int Window = 6;

    // The share of a neighbour is taken to this power, else rare words get the largest values (Levy, Goldberg and Dagan 2015).
    private const double Smoothing = 0.75;

    // Randomised subspace iteration (Halko, Martinsson and Tropp 2011): spare directions and rounds.
    private const int Spare = 32, Rounds = 4;

    /// <summary>The vectors, float32 [words, width], every row of length 1; zeros for words that have no neighbours, as special ones.</summary>
    /// <param name="text">The text; special tokens part it.</param>
    /// <param name="words">Number of ids, at most <see cref="MostWords"/>.</param>
    /// <param name="width">Numbers of a vector; where there are fewer words, the rest is 0.</param>
    /// <param name="seed">Of the directions that the iteration begins with.</param>
    public static Tensor Of(PackedText text, int words, int width, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words, MostWords);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var table = Information(Counts(text, words), words);
        using var generator = new Generator((ulong)seed);
        int directions = Math.Min(words, width + Spare);
        var range = linalg.qr(table.matmul(randn([words, directions], generator: generator))).Q;
        for (var round = 0; round < Rounds; round++)
        {
            using var inner = NewDisposeScope();
            range = linalg.qr(table.matmul(linalg.qr(table.t().matmul(range)).Q)).Q.MoveToOuterDisposeScope();
        }
        var projected = range.t().matmul(table);
        var (squares, turns) = linalg.eigh(projected.matmul(projected.t())); // ascending
        int kept = Math.Min(width, directions);
        var leading = turns.narrow(1, directions - kept, kept).flip(1);
        var weights = squares.narrow(0, directions - kept, kept).flip(0).clamp(min: 0).pow(0.25); // square roots of the singular values
        var vectors = range.matmul(leading).mul(weights);
        var met = table.sum(1, keepdim: true).gt(0).to(ScalarType.Float32);
        vectors = vectors.div(vectors.norm(1, keepdim: true).clamp(min: 1e-12)).mul(met);
        return (kept == width ? vectors : cat([vectors, zeros(words, width - kept)], 1)).MoveToOuterDisposeScope();
    }

    private static float[] Counts(PackedText text, int words)
    {
        var counts = new float[(long)words * words];
        for (var row = 0; row < text.Rows; row++)
        {
            var ids = text.Inner(row);
            for (var place = 0; place < ids.Length; place++)
                for (var next = place + 1; next < ids.Length && next <= place + Window && !text.Special.Has(ids[next]) && !text.Special.Has(ids[place]); next++)
                {
                    counts[(long)ids[place] * words + ids[next]]++;
                    counts[(long)ids[next] * words + ids[place]]++;
                }
        }
        return counts;
    }

    // max(0, log(p(a, b) / (p(a) p(b)^0.75 / Σ p^0.75))), computed in place: the table is large.
    private static Tensor Information(float[] counts, int words)
    {
        var table = tensor(counts, [words, words]);
        var all = table.sum(1);
        var shares = all.pow(Smoothing);
        shares = shares.div(shares.sum()).clamp(min: 1e-30);
        return table.div_(all.clamp(min: 1).unsqueeze(1)).div_(shares.unsqueeze(0)).log_().clamp_(min: 0);
    }
}
