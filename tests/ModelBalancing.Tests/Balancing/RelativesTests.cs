// TempBalance of 2023, AlphaDecay, AlphaPruning and AlphaLoRA against their public code.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Spectra;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;

namespace ModelBalancing.Tests.Balancing;

public class RelativesTests
{
    [Fact]
    public void Every_follow_up_value_is_reproduced()
    {
        var root = Load("spectra/balancing.json");
        Dictionary<string, (int Rows, double Worst)> found = [];
        foreach (var row in root.GetProperty("follow_ups").EnumerateArray())
        {
            var method = row.Text("method");
            var vector = row.Has("vector") ? row.Text("vector") : "";
            if (method.EndsWith("tb_step") && !root.GetProperty("argsort_equals_stable").GetProperty(vector).GetBoolean() && !row.Has("sort"))
                continue;
            var metrics = (row.Has("metrics") ? row.GetProperty("metrics") : root.GetProperty("vectors").GetProperty(vector)).Numbers();
            if (row.Has("error"))
            {
                Assert.Throws<ArgumentException>(() => AlphaLora.Experts(metrics, (int)row.Number("total"), row.Number("beta"), Fidelity.Released));
                continue;
            }
            double rate = row.Has("base") ? row.Number("base") : 1;
            double Ratio(string name) => row.Number(name);
            double[] Times(Schedule schedule) => [.. schedule.Multipliers(metrics, Fidelity.Released).Select(value => rate * value)];
            double[] values = method switch
            {
                "tempbalance2023.tb_linear_map" => Times(TempBalance2023.LinearMap(Ratio("lr_min_ratio"), Ratio("lr_max_ratio"))),
                "tempbalance2023.tb_step" => Times(TempBalance2023.Step(Ratio("lr_min_ratio"), Ratio("lr_max_ratio"))),
                "tempbalance2023.tb_sqrt" => Times(new Schedule.SquareRoot()),
                "tempbalance2023.tb_log2" => Times(new Schedule.Log2()),
                "alphadecay.linear" => Times(AlphaDecay.Curve(Ratio("s1"), Ratio("s2"))),
                "alphapruning.layer_wise" => AlphaPruning.Sparsities(metrics, row.GetProperty("counts").Numbers(), Ratio("sparsity"), Ratio("s1"), Ratio("s2"), 1, Fidelity.Released),
                "alphapruning.block_wise" => AlphaPruning.Clamped(AlphaPruning.Sparsities(metrics, row.GetProperty("counts").Numbers(), Ratio("sparsity"), Ratio("s1"), Ratio("s2"),
                    (int)row.Number("layers_per_block"), Fidelity.Released), Ratio("sparsity")),
                "alphalora.experts" => [.. AlphaLora.Experts(metrics, (int)row.Number("total"), row.Number("beta"), Fidelity.Released).Select(count => (double)count)],
                _ => throw new InvalidDataException(method),
            };
            var expected = row.GetProperty("values").Numbers();
            Assert.Equal(expected.Length, values.Length);
            var (rows, worst) = found.GetValueOrDefault(method);
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = Difference(expected[i], values[i]) / rate;
                // Equal metrics, or an infinite one, have no line between them: the formula gives 0/0, the released map an end of its range.
                if (method == "alphadecay.linear" && double.IsNaN(expected[i]))
                    continue;
                Assert.True(difference < (method.EndsWith("log2") ? 1e-13 : 2e-14), $"{method} {vector} [{i}]: {values[i]:r}, expected {expected[i]:r}");
                worst = Math.Max(worst, difference);
            }
            if (row.Has("top_k"))
                Assert.Equal(row.GetProperty("top_k").Numbers(), AlphaLora.TopK([.. values.Select(value => (int)value)]).Select(count => (double)count));
            found[method] = (rows + 1, worst);
        }
        Report(string.Join(", ", found.Select(pair => $"{pair.Key} {pair.Value.Rows} rows {pair.Value.Worst:e1}")));
        Assert.Equal(8, found.Count);
    }

    [Fact]
    public void Corrected_sparsities_keep_the_overall_share_without_pruning_more_than_everything()
    {
        var sparsities = AlphaPruning.Sparsities([2, 3, 9], [100, 100, 100], 0.9);
        Assert.Equal(0.9, sparsities.Average(), 1e-12);
        Assert.All(sparsities, value => Assert.InRange(value, 0, 1));
        Assert.True(sparsities[0] < sparsities[1] && sparsities[1] <= sparsities[2]);
        Assert.All(AlphaPruning.Sparsities([3, 3], [10, 20], 0.5), value => Assert.Equal(0.5, value, 1e-12));
        Assert.Throws<ArgumentException>(() => AlphaPruning.Sparsities([3, 3], [10], 0.5));
    }

    [Fact]
    public void Corrected_expert_counts_sum_up_and_are_never_below_one()
    {
        var random = new Random(8);
        for (var trial = 0; trial < 200; trial++)
        {
            double[] metrics = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => 1 + 40 * random.NextDouble())];
            var experts = AlphaLora.Experts(metrics, 60);
            Assert.Equal(60, experts.Sum());
            Assert.All(experts, count => Assert.True(count >= 1));
        }
        Assert.Throws<ArgumentException>(() => AlphaLora.Experts([1, 2, 3], 2));
    }

    [Fact]
    public void Alpha_decay_tunes_nothing_but_the_weight_decay()
    {
        var options = AlphaDecay.Options(0.1);
        Assert.Equal((TunedRates.WeightDecay, 0.1, 500), (options.Tuned, options.WeightDecay, options.Refresh.Interval));
    }
}
