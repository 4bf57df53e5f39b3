// The curves: the released functions' values, and the laws every curve obeys.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Spectra;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;

namespace ModelBalancing.Tests.Balancing;

public class ScheduleTests
{
    private static readonly double[] Four = [2.0, 2.1, 2.3, 2.6];

    public static TheoryData<Schedule> Curves =>
    [
        new Schedule.Sigmoid(1, 1), new Schedule.Sigmoid(2, 0.5, 3), new Schedule.LinearMap(), new Schedule.LinearMap(0.3, 2, Normalise: true),
        new Schedule.SquareRoot(), new Schedule.Log2(), new Schedule.Exponential(), new Schedule.Exponential(0.5), new Schedule.Rank(),
    ];

    [Fact]
    public void Every_layerwise_value_of_the_released_code_is_reproduced()
    {
        var root = Load("spectra/balancing.json");
        var (rows, worst, worstLog) = (0, 0.0, 0.0);
        foreach (var row in root.GetProperty("layerwise").EnumerateArray())
        {
            var (code, method, vector) = (row.Text("code"), row.Text("method"), row.Text("vector"));
            // Where numpy's sort is not stable the reference has a second row that is.
            if (method == "tbr" && !root.GetProperty("argsort_equals_stable").GetProperty(vector).GetBoolean() && !row.Has("sort"))
                continue;
            var options = root.GetProperty("options").GetProperty(row.Text("options"));
            var (min, slope, tau) = (options.Number("lr_min_ratio"), options.Number("lr_slope"), options.Number("exp_temp"));
            Schedule schedule = (code, method) switch
            {
                (_, "tbr") => new Schedule.Rank(min, slope),
                ("nlp", "tb_linear_map") => new Schedule.LinearMap(min, slope, options.Text("tb_lr_normalize") == "True"),
                ("fno", "tb_linear_map") => new Schedule.LinearMap(min, slope),
                (_, "tb_sqrt") => new Schedule.SquareRoot(),
                (_, "tb_log2") => new Schedule.Log2(),
                ("nlp", "tb_std_sigmoid") => new Schedule.Sigmoid(options.Number("sigmoid_min"), options.Number("sigmoid_max"), tau),
                _ => new Schedule.Sigmoid(min, slope, tau),
            };
            var (expected, rate) = (row.GetProperty("values").Numbers(), row.Number("base"));
            var multipliers = schedule.Multipliers(root.GetProperty("vectors").GetProperty(vector).Numbers(), Fidelity.Released);
            Assert.Equal(expected.Length, multipliers.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = Difference(expected[i], rate * multipliers[i]) / rate;
                Assert.True(difference < (method == "tb_log2" ? 1e-13 : 1e-14), $"{code} {method} {vector} {row.Text("options")} [{i}]: {rate * multipliers[i]:r}, expected {expected[i]:r}");
                if (method == "tb_log2")
                    worstLog = Math.Max(worstLog, difference);
                else
                    worst = Math.Max(worst, difference);
            }
            rows++;
        }
        Report($"{rows} rows; worst difference {worst:e1} of the base rate, log2 {worstLog:e1}");
        Assert.True(rows > 780);
    }

    [Fact]
    public void The_published_examples_hold()
    {
        Expect(new Schedule.Sigmoid(1, 1), 3.765808e-4, 4.813107e-4, 1.3257430e-3, 2.9558866e-3);
        Expect(new Schedule.Sigmoid(2, 1), 1.418131e-4, 2.316600e-4, 1.3257430e-3, 2.9558866e-3);
        Expect(new Schedule.Sigmoid(0.125, 0.125), 8.850795e-4, 9.126478e-4, 1.0358752e-3, 1.1450804e-3);
        Expect(new Schedule.LinearMap(), 5e-4, 6.666667e-4, 1e-3, 1.5e-3);
        Expect(new Schedule.SquareRoot(), 9.440083e-4, 9.673206e-4, 1.0123361e-3, 1.0763350e-3);
        Expect(new Schedule.Log2(), 8.601161e-4, 9.206591e-4, 1.0335447e-3, 1.1856801e-3);
        var rank = new Schedule.Rank().Multipliers([4, 3, 5]);
        Assert.Equal([0.8333, 0.5, 1.1667], rank.Select(value => Math.Round(value, 4)));

        static void Expect(Schedule schedule, params double[] rates)
        {
            foreach (var fidelity in new[] { Fidelity.Released, Fidelity.Corrected })
            {
                var multipliers = schedule.Multipliers(Four, fidelity);
                for (var i = 0; i < rates.Length; i++)
                    Assert.Equal(rates[i], 1e-3 * multipliers[i], 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_larger_metric_never_gets_a_smaller_multiplier(Schedule schedule)
    {
        foreach (var metrics in RandomMetrics())
        {
            var multipliers = schedule.Multipliers(metrics);
            var order = Enumerable.Range(0, metrics.Length).OrderBy(i => metrics[i]).ToArray();
            for (var k = 1; k < order.Length; k++)
                Assert.True(multipliers[order[k]] >= multipliers[order[k - 1]] * (1 - 1e-12));
            Assert.All(multipliers, multiplier => Assert.True(multiplier > 0));
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void The_order_of_the_layers_does_not_matter(Schedule schedule)
    {
        foreach (var metrics in RandomMetrics())
        {
            var reversed = schedule.Multipliers([.. metrics.Reverse()]);
            var multipliers = schedule.Multipliers(metrics);
            for (var i = 0; i < metrics.Length; i++)
                Assert.Equal(multipliers[i], reversed[^(i + 1)], 1e-9 * multipliers[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Multipliers_are_one_when_all_metrics_are_equal(Schedule schedule)
    {
        Assert.All(schedule.Multipliers([2.5, 2.5, 2.5, 2.5]), multiplier => Assert.Equal(1, multiplier));
        Assert.Equal([1.0], schedule.Multipliers([3.0]));
        Assert.Empty(schedule.Multipliers([]));
    }

    [Fact]
    public void The_released_linear_map_gives_equal_metrics_the_upper_end() =>
        Assert.All(new Schedule.LinearMap(0.5, 1).Multipliers([2.5, 2.5, 2.5], Fidelity.Released), multiplier => Assert.Equal(1.5, multiplier));

    [Theory]
    [InlineData(0.25, 0.25)]
    [InlineData(2, 1)]
    [InlineData(1.25, 0.5)]
    public void Sigmoid_multipliers_stay_within_their_bounds(double below, double above)
    {
        foreach (var metrics in RandomMetrics())
        {
            foreach (var multiplier in new Schedule.Sigmoid(below, above).Multipliers(metrics))
                Assert.InRange(multiplier, Math.Pow(10, -below / 2) * (1 - 1e-12), Math.Pow(10, above / 2) * (1 + 1e-12));
        }
    }

    [Fact]
    public void A_linear_map_reaches_both_ends()
    {
        foreach (var metrics in RandomMetrics())
        {
            var multipliers = new Schedule.LinearMap(0.4, 1.3).Multipliers(metrics);
            Assert.Equal(0.4, multipliers.Min(), 1e-12);
            Assert.Equal(1.7, multipliers.Max(), 1e-12);
        }
    }

    [Fact]
    public void Normalised_curves_have_a_mean_of_one()
    {
        foreach (var metrics in RandomMetrics())
        {
            foreach (var schedule in new Schedule[] { new Schedule.SquareRoot(), new Schedule.Log2(), new Schedule.LinearMap(0.2, 3, Normalise: true) })
                Assert.Equal(1, schedule.Multipliers(metrics).Average(), 1e-12);
        }
    }

    [Fact]
    public void Equal_metrics_share_their_rank_when_corrected()
    {
        Assert.Equal([0.5, 1.0, 1.0], new Schedule.Rank(0.5, 1).Multipliers([1, 2, 2]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0.5, 0.5 + 1 / 3.0, 0.5 + 2 / 3.0], new Schedule.Rank(0.5, 1).Multipliers([1, 2, 2], Fidelity.Released), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void The_exponential_curve_keeps_the_sign()
    {
        var multipliers = new Schedule.Exponential(2).Multipliers([1, 2, 3]);
        Assert.Equal(0.1, multipliers[0], 1e-12);
        Assert.Equal(1, multipliers[1], 1e-12);
        Assert.Equal(10, multipliers[2], 1e-12);
    }

    [Fact]
    public void Metrics_without_a_multiplier_are_refused_when_corrected()
    {
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => new Schedule.Sigmoid(1, 1).Multipliers([1, double.NaN])).Message);
        Assert.Throws<ArgumentException>(() => new Schedule.LinearMap().Multipliers([1, double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => new Schedule.Log2().Multipliers([0.5, 3]));
        Assert.Throws<ArgumentException>(() => new Schedule.SquareRoot().Multipliers([-1, 3]));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_curve_survives_json(Schedule schedule) =>
        Assert.Equal(schedule, JsonSerializer.Deserialize<Schedule>(JsonSerializer.Serialize(schedule)));

    private static IEnumerable<double[]> RandomMetrics()
    {
        var random = new Random(21);
        for (var trial = 0; trial < 50; trial++)
            yield return [.. Enumerable.Range(0, random.Next(2, 40)).Select(_ => 1.2 + 4 * random.NextDouble())];
    }
}
