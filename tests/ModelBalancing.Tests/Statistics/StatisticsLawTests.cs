// Laws that hold whatever the data: symmetry, invariance, agreement of tests with intervals, and of power with what it takes.
using System.Text.Json;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using ModelBalancing.Statistics;
using StudentT = ModelBalancing.Statistics.StudentT;

namespace ModelBalancing.Tests.Statistics;

public sealed class StatisticsLawTests
{
    private static IEnumerable<(double[] X, double[] Y)> Draws(int count, int seed = 5)
    {
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        for (int i = 0; i < count; i++)
        {
            int n = 3 + random.Next(6);
            bool rounded = i % 3 == 0; // ties
            double Draw(double mean) => rounded ? Math.Round(2 * Normal.Sample(random, mean, 1)) / 2 : Normal.Sample(random, mean, 1);
            yield return ([.. Enumerable.Range(0, n).Select(_ => Draw(0.5))], [.. Enumerable.Range(0, n).Select(_ => Draw(0))]);
        }
    }

    private static readonly (string Name, Func<double[], double[], Alternative, double> P)[] tests =
    [
        ("Student", (x, y, side) => TTest.Student(x, y, side).P),
        ("Welch", (x, y, side) => TTest.Welch(x, y, side).P),
        ("paired", (x, y, side) => TTest.Paired(x, y, side).P),
        ("Mann-Whitney", (x, y, side) => MannWhitney.Test(x, y, side).P),
        ("Wilcoxon", (x, y, side) => Wilcoxon.Test(x, y, side).P),
        ("permutation of pairs", (x, y, side) => Permutation.Paired(x, y, side).P),
        ("permutation of samples", (x, y, side) => Permutation.Independent(x, y, side).P),
    ];

    [Fact]
    public void Swapping_the_samples_swaps_the_sides()
    {
        foreach (var (x, y) in Draws(60))
            foreach (var (name, p) in tests)
            {
                Close(p(x, y, Alternative.TwoSided), p(y, x, Alternative.TwoSided), name);
                Close(p(x, y, Alternative.Less), p(y, x, Alternative.Greater), name);
            }
    }

    [Fact]
    public void Less_and_greater_share_the_certain_event()
    {
        foreach (var (x, y) in Draws(60))
            foreach (var (name, p) in tests)
            {
                double sum = p(x, y, Alternative.Less) + p(x, y, Alternative.Greater);
                if (double.IsNaN(sum))
                    continue;
                if (name is "Student" or "Welch" or "paired")
                    Close(1, sum, name);
                else
                    Assert.True(sum > 1 - 1e-12, name); // the observed arrangement belongs to both sides
            }
    }

    [Fact]
    public void Shift_and_scale_change_no_test()
    {
        foreach (var (x, y) in Draws(60))
            foreach (var (name, p) in tests)
            {
                double[] moved = [.. x.Select(v => 8 * v + 3)], other = [.. y.Select(v => 8 * v + 3)];
                foreach (var side in Enum.GetValues<Alternative>())
                    Close(p(x, y, side), p(moved, other, side), name);
                Close(EffectSize.HedgesG(x, y), EffectSize.HedgesG(moved, other), "g");
                Close(EffectSize.CliffsDelta(x, y), EffectSize.CliffsDelta(moved, other), "delta");
            }
    }

    [Fact]
    public void A_small_p_and_an_interval_without_zero_are_the_same_thing()
    {
        foreach (var (x, y) in Draws(100))
            foreach (var side in Enum.GetValues<Alternative>())
                foreach (var test in new[] { TTest.Student(x, y, side), TTest.Welch(x, y, side), TTest.Paired(x, y, side) })
                {
                    if (double.IsNaN(test.P) || test.StandardError == 0)
                        continue;
                    var (low, high) = test.Interval(0.9);
                    Assert.Equal(test.P < 0.1, low > 0 || high < 0);
                }
    }

    [Fact]
    public void Equivalence_is_an_interval_within_the_margin()
    {
        foreach (var (x, y) in Draws(100))
        {
            var (low, high) = TTest.Welch(x, y).Interval(0.9);
            if (TTest.Welch(x, y).StandardError > 0)
                Assert.Equal(low > -1.1 && high < 1.1, Equivalence.Independent(x, y, 1.1).P < 0.05);
        }
    }

    [Fact]
    public void Counting_by_halves_equals_listing_every_arrangement()
    {
        foreach (var (x, y) in Draws(40, seed: 8))
        {
            int n = x.Length, lower = 0, upper = 0, lowerSplit = 0, upperSplit = 0, splits = 0;
            double[] d = [.. x.Zip(y, (a, b) => a - b)], pooled = [.. x, .. y];
            for (int signs = 0; signs < 1 << n; signs++)
            {
                double sum = d.Select((value, i) => (signs >> i & 1) == 0 ? value : -value).Sum();
                if (sum <= d.Sum() + 1e-12) lower++;
                if (sum >= d.Sum() - 1e-12) upper++;
            }
            for (int chosen = 0; chosen < 1 << 2 * n; chosen++)
            {
                if (int.PopCount(chosen) != n)
                    continue;
                splits++;
                double sum = pooled.Where((_, i) => (chosen >> i & 1) == 1).Sum();
                if (sum <= x.Sum() + 1e-12) lowerSplit++;
                if (sum >= x.Sum() - 1e-12) upperSplit++;
            }
            var (paired, independent) = (Permutation.Paired(x, y), Permutation.Independent(x, y));
            Assert.Equal(((double)lower / (1 << n), (double)upper / (1 << n)), (paired.Lower, paired.Upper));
            Assert.Equal((splits, (double)lowerSplit / splits, (double)upperSplit / splits), ((int)independent.Arrangements, independent.Lower, independent.Upper));
            if (n >= 8)
                break; // 2^16 splits once are enough
        }
    }

    [Fact]
    public void Drawn_permutations_come_close_to_all_and_repeat_by_seed()
    {
        foreach (var (x, y) in Draws(6))
        {
            var (all, drawn) = (Permutation.Paired(x, y, Alternative.Less), Permutation.PairedDrawn(x, y, seed: 3, draws: 20_000, Alternative.Less));
            Assert.InRange(drawn.P - all.P, -0.02, 0.02);
            Assert.Equal(drawn, Permutation.PairedDrawn(x, y, seed: 3, draws: 20_000, Alternative.Less));
            Assert.InRange(Permutation.IndependentDrawn(x, y, seed: 3, draws: 20_000, Alternative.Less).P - Permutation.Independent(x, y, Alternative.Less).P, -0.02, 0.02);
        }
    }

    [Fact]
    public void Forty_pairs_are_still_counted_exactly()
    {
        double[] x = [.. Enumerable.Range(1, 40).Select(i => (double)i)], zero = new double[40];
        var found = Permutation.Paired(x, zero, Alternative.Greater);
        Assert.Equal(Math.Pow(2, -40), found.P);
        // Differences 1 to 40 make the sum of signed ranks: Wilcoxon's own distribution.
        x[0] = -1; x[5] = -6; x[39] = -40;
        Assert.Equal(Wilcoxon.Test(x, zero, Alternative.Greater).P, Permutation.Paired(x, zero, Alternative.Greater).P, 1e-12);
    }

    [Fact]
    public void Without_bias_and_skewness_the_corrected_bootstrap_is_the_percentile_one()
    {
        double[] sample = [-3, -1, -0.5, 0.5, 1, 3];
        var random = new Random(1);
        int[][] half = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 6).Select(_ => random.Next(6)).ToArray())];
        int[][] mirrored = [.. half, .. half.Select(row => row.Select(i => 5 - i).ToArray())];
        var distribution = BootstrapDistribution.Of(sample, values => values.Average(), mirrored);
        Assert.Equal(0, distribution.BiasCorrection, 1e-12);
        Assert.Equal(0, distribution.Acceleration, 1e-12);
        var (plain, corrected, basic) = (distribution.Interval(BootstrapMethod.Percentile), distribution.Interval(BootstrapMethod.BiasCorrected), distribution.Interval(BootstrapMethod.Basic));
        Assert.Equal((plain.Low, plain.High), (corrected.Low, corrected.High), Near);
        Assert.Equal((plain.Low, plain.High), (basic.Low, basic.High), Near);
        Assert.Equal(BootstrapDistribution.Of(sample, v => v.Average(), seed: 4, resamples: 50).Values, BootstrapDistribution.Of(sample, v => v.Average(), seed: 4, resamples: 50).Values);
    }

    private static bool Near((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9;

    [Fact]
    public void Power_is_the_level_without_an_effect_and_what_was_asked_at_the_answers()
    {
        foreach (var side in Enum.GetValues<Alternative>())
        {
            Assert.Equal(0.05, Power.Paired(0, 10, alternative: side), 1e-10);
            Assert.Equal(0.05, Power.Independent(0, 6, 9, alternative: side), 1e-10);
            double sign = side == Alternative.Less ? -1 : 1;
            foreach (int n in new[] { 2, 3, 10, 50, 400 })
            {
                Assert.Equal(0.8, Power.Paired(sign * Power.DetectablePaired(n, alternative: side), n, alternative: side), 1e-9);
                Assert.Equal(0.8, Power.Independent(sign * Power.DetectableIndependent(n, n + 1, alternative: side), n, n + 1, alternative: side), 1e-9);
            }
            foreach (double effect in new[] { 0.1, 0.5, 1.2 })
                Assert.Equal(0.9, Power.Paired(sign * effect, Power.PairsNeeded(sign * effect, 0.9, alternative: side), alternative: side), 1e-9);
        }
        Assert.Equal(double.PositiveInfinity, Power.PairsNeeded(0));
        Assert.Equal(double.PositiveInfinity, Power.SamplesNeeded(-1, alternative: Alternative.Greater));
    }

    [Fact]
    public void Far_tails_of_the_noncentral_t()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("statistics/noncentral_t.json")));
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            double Number(string name) => entry.GetProperty(name).GetDouble();
            Close(Number("cdf"), NoncentralT.Lower(Number("t"), Number("df"), Number("nc")), entry.ToString());
            Close(Number("sf"), NoncentralT.Upper(Number("t"), Number("df"), Number("nc")), entry.ToString());
        }
    }

    [Theory] // by 30-digit arithmetic (mpmath.betainc)
    [InlineData(3, 1_000_000, 0.0013499312707108985)]
    [InlineData(5, 25_000, 2.885895639102318e-7)]
    [InlineData(30, 3_000, 1.8416832496624229e-173)]
    public void Student_t_keeps_its_digits_at_many_degrees_of_freedom(double t, double freedom, double expected) => Close(expected, StudentT.Upper(t, freedom), "t");

    [Fact]
    public void Pooling_by_Paule_and_Mandel_makes_Q_what_it_should_be()
    {
        double[] effects = [-0.1, 1.3, 0.25, 0.9], variances = [0.1, 0.2, 0.03, 0.05];
        var pooled = Pooling.PauleMandel(effects, variances);
        double mean = pooled.Random.Effect;
        Assert.Equal(3, effects.Select((effect, i) => (effect - mean) * (effect - mean) / (variances[i] + pooled.BetweenVariance)).Sum(), 1e-9);
        Assert.Equal(0, Pooling.PauleMandel([1, 1.01, 0.99], [1, 1, 1]).BetweenVariance);
        Assert.Equal(0, Pooling.DerSimonianLaird([1, 1.01, 0.99], [1, 1, 1]).BetweenVariance);
    }

    [Fact]
    public void Tasks_are_drawn_towards_their_mean_and_count_more_than_seeds()
    {
        var pooled = TaskPooling.Of([("a", [-1.0, -1.2, -0.9]), ("b", [-0.2, 0.1, 0.0]), ("c", [-2.1, -1.7, -2.4]), ("d", [-0.6, -0.2, -0.9])]);
        double mean = pooled.Pooled.Random.Effect;
        Assert.All(pooled.Tasks, task => Assert.InRange(task.Shrunken, Math.Min(task.Effect, mean), Math.Max(task.Effect, mean)));
        Assert.All(pooled.Tasks, task => Assert.True(task.ShrunkenError <= task.StandardError));
        Assert.Equal(3, pooled.Mean.DegreesOfFreedom);
        Assert.True(pooled.NextTask.Low < pooled.Mean.Interval().Low && pooled.NextTask.High > pooled.Mean.Interval().High);
        Assert.Contains("equal", Assert.Throws<ArgumentException>(() => TaskPooling.Of([("a", [1.0, 1.0]), ("b", [1.0, 2.0])])).Message);
    }

    [Fact]
    public void The_sign_test_counts_coins()
    {
        Assert.Equal(2.0 / 1024, new SignTest(10, 0, 2).P, 1e-15);
        Assert.Equal(2 * 11.0 / 1024, new SignTest(1, 9, 0).P, 1e-15);
        Assert.Equal(1, new SignTest(4, 4, 0).P);
        Assert.Equal(1, new SignTest(0, 0, 3).P);
    }

    [Fact]
    public void Values_that_are_not_finite_and_samples_that_are_too_small_are_named()
    {
        Assert.Contains("value 2 is NaN", Assert.Throws<ArgumentException>(() => TTest.Welch([1, double.NaN], [1, 2])).Message);
        Assert.Contains("got 2 and 3", Assert.Throws<ArgumentException>(() => TTest.Paired([1, 2], [1, 2, 3])).Message);
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(() => Permutation.Independent([1], [1, 2])).Message);
        Assert.Contains("40", Assert.Throws<ArgumentException>(() => Permutation.Paired(new double[41], new double[41])).Message);
        Assert.Contains("margin", Assert.Throws<ArgumentException>(() => Equivalence.Paired([1, 2], [1, 3], -1)).Message);
    }

    private static void Close(double expected, double found, string what) =>
        Assert.True(expected == found || double.IsNaN(expected) && double.IsNaN(found) || Math.Abs(found - expected) <= 1e-9 * Math.Abs(expected), $"{what}: expected {expected:R}, found {found:R}");
}
