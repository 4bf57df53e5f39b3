// Vectors from counts: against the whole singular value decomposition of the same table in float64, and what words that stand together get.
using ModelBalancing.Training.Pretraining;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training.Pretraining;

public sealed class WordVectorsTest
{
    private const int Words = 60;
    private static readonly SpecialIds special = new(0, 1, 2, 3, 4);

    // Two halves of the vocabulary that never meet; the last word stands alone.
    private static List<IReadOnlyList<int>> Documents()
    {
        var random = new Random(5);
        var documents = Enumerable.Range(0, 400).Select(IReadOnlyList<int> (number) => [.. Enumerable.Range(0, 9).Select(_ => 5 + number % 2 * 27 + random.Next(27))]).ToList();
        documents.Add([Words - 1]);
        return documents;
    }

    [Fact]
    public void They_are_the_leading_singular_vectors_of_positive_mutual_information()
    {
        using var scope = NewDisposeScope();
        const int width = 8;
        var documents = Documents();
        var counts = new double[Words, Words];
        foreach (var document in documents)
            for (int i = 0; i < document.Count; i++)
                for (int j = 0; j < document.Count; j++)
                    if (i != j && Math.Abs(i - j) <= WordVectors.Window)
                        counts[document[i], document[j]]++;
        double[] all = [.. Enumerable.Range(0, Words).Select(a => Enumerable.Range(0, Words).Sum(b => counts[a, b]))], smooth = [.. all.Select(count => Math.Pow(count, 0.75))];
        var information = new double[Words, Words];
        for (int a = 0; a < Words; a++)
            for (int b = 0; b < Words; b++)
                information[a, b] = counts[a, b] > 0 ? Math.Max(0, Math.Log(counts[a, b] / (all[a] * smooth[b] / smooth.Sum()))) : 0;
        var (u, s, _) = linalg.svd(tensor(information), fullMatrices: false);
        var expected = u.narrow(1, 0, width).mul(s.narrow(0, 0, width).sqrt());
        expected = expected.div(expected.norm(1, keepdim: true).clamp(min: 1e-12));

        // Singular vectors have no sign: what two words' vectors say of each other does not depend on it.
        var vectors = WordVectors.Of(PackedText.Of(documents, 3 + documents.Sum(document => document.Count + 1) - 1, special), Words, width, seed: 1).to(ScalarType.Float64);
        Assert.Equal([Words, width], vectors.shape);
        var difference = vectors.matmul(vectors.t()) - expected.matmul(expected.t());
        Assert.True(difference[5..(Words - 1), 5..(Words - 1)].abs().max().item<double>() < 0.02, difference.abs().max().item<double>().ToString());
        Assert.Equal(0, vectors[..5].abs().sum().item<double>());
        Assert.Equal(0, vectors[Words - 1].abs().sum().item<double>());
    }

    [Fact]
    public void Words_that_meet_the_same_words_lie_close_and_the_same_seed_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        var text = PackedText.Of(Documents(), 32, special);
        var vectors = WordVectors.Of(text, Words, 4, seed: 3);
        Assert.True(vectors.equal(WordVectors.Of(text, Words, 4, seed: 3)).all().item<bool>());
        var near = vectors.matmul(vectors.t());
        double within = near[5..32, 5..32].mean().item<float>(), across = near[5..32, 32..59].mean().item<float>();
        Assert.True(within > across + 0.5, $"{within} within, {across} across");
        Assert.Equal([Words, Words + 9], WordVectors.Of(text, Words, Words + 9, seed: 3).shape);
    }
}
