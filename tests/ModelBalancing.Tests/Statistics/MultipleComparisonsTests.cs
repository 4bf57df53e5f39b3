// Holm's correction against statsmodels' multipletests (values computed by statsmodels 0.15.0) and its laws.
using ModelBalancing.Statistics;

namespace ModelBalancing.Tests.Statistics;

public sealed class MultipleComparisonsTests
{
    public static TheoryData<double[], double[]> Statsmodels { get; } = new()
    {
        { [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02] },
        { [0.5], [0.5] },
        { [0.6, 0.7], [1, 1] },
        { [0.02, 0.02, 0.02], [0.06, 0.06, 0.06] },
    };

    [Theory]
    [MemberData(nameof(Statsmodels))]
    public void Holm_gives_the_values_of_statsmodels(double[] probabilities, double[] expected) =>
        Assert.Equal(expected, MultipleComparisons.Holm(probabilities), (a, b) => Math.Abs(a - b) <= 1e-15);

    [Fact]
    public void Holm_keeps_the_order_and_never_lowers_a_value()
    {
        var random = new Random(3);
        for (int repeat = 0; repeat < 100; repeat++)
        {
            double[] probabilities = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.NextDouble())];
            double[] corrected = MultipleComparisons.Holm(probabilities);
            for (int i = 0; i < probabilities.Length; i++)
            {
                Assert.InRange(corrected[i], probabilities[i], Math.Min(1, probabilities.Length * probabilities[i]));
                for (int j = 0; j < probabilities.Length; j++)
                    Assert.True(probabilities[i] >= probabilities[j] || corrected[i] <= corrected[j]);
            }
        }
    }

    [Fact]
    public void A_test_without_a_value_is_named() =>
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => MultipleComparisons.Holm([0.1, double.NaN])).Message);
}
