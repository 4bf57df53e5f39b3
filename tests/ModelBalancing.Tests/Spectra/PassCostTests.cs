// The three ways of a pass see the same weights; times themselves are no matter of a test.
using ModelBalancing.Models;
using ModelBalancing.Spectra;

namespace ModelBalancing.Tests.Spectra;

public sealed class PassCostTests
{
    [Fact]
    public void The_released_and_the_exact_pass_find_the_same_exponents()
    {
        using var model = new Fno1d(channels: 3, givenFrames: 10, seed: 1);
        var weights = WeightMatrices.Of(model, Fidelity.Corrected);
        PassCost Of(PassMethod method) => PassCost.Measure(weights, method, Fidelity.Corrected, repeats: 2);
        PassCost released = Of(PassMethod.Released), exact = Of(PassMethod.Exact), approximate = Of(PassMethod.Approximate);
        Assert.Equal(weights.Count, released.Alphas.Count);
        foreach (var (theirs, ours, near) in released.Alphas.Zip(exact.Alphas, approximate.Alphas))
        {
            Assert.Equal(double.IsNaN(theirs), double.IsNaN(ours));
            if (double.IsNaN(theirs))
                continue;
            Assert.Equal(theirs, ours, 1e-3);
            Assert.Equal(theirs, near, 0.05);
        }
        Assert.True(released.Seconds > 0 && exact.ProcessorSeconds >= 0);
        Assert.Equal(2, exact.Repeats);
    }

    [Fact]
    public void Random_blocks_have_the_shapes_and_the_numbers_of_their_seed()
    {
        var (first, second, other) = (RandomTransformer.Blocks(1, 16, 64, 3), RandomTransformer.Blocks(1, 16, 64, 3), RandomTransformer.Blocks(1, 16, 64, 4));
        Assert.Equal([(16, 16), (16, 16), (16, 16), (16, 16), (64, 16), (16, 64)], first.Select(weight => ((int)weight.Rows, (int)weight.Columns)));
        Assert.Equal(first[5].Weight.data<float>().ToArray(), second[5].Weight.data<float>().ToArray());
        Assert.NotEqual(first[0].Weight.data<float>().ToArray(), other[0].Weight.data<float>().ToArray());
        foreach (var weight in first.Concat(second).Concat(other))
            weight.Weight.Dispose();
    }
}
