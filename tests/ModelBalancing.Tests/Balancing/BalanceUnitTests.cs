// Blocks, layers in blocks, windows and reversed groups: the released functions' values, and the corrected block rule.
using System.Text.Json;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;
using ModelBalancing.Tests.Spectra;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;

namespace ModelBalancing.Tests.Balancing;

public class BalanceUnitTests
{
    [Fact]
    public void Every_block_value_of_the_released_code_is_reproduced()
    {
        var root = Load("spectra/balancing.json");
        var (rows, errors, worst) = (0, 0, 0.0);
        foreach (var row in root.GetProperty("blocks").GetProperty("rows").EnumerateArray())
        {
            var table = root.GetProperty("blocks").GetProperty("tables").GetProperty(row.Text("table"));
            var names = table.GetProperty("names").EnumerateArray().Select(name => name.GetString()!).ToList();
            var metrics = table.GetProperty("alphas").Numbers().ToList();
            if (row.GetProperty("remove_last").GetBoolean())
            {
                names.RemoveAt(names.Count - 1);
                metrics.RemoveAt(metrics.Count - 1);
            }
            var options = root.GetProperty("options").GetProperty(row.Text("options"));
            var decay = row.Has("hyperparam") && row.Text("hyperparam") == "wd";
            var (min, slope) = (options.Number(decay ? "wd_min_ratio" : "lr_min_ratio"), options.Number(decay ? "wd_slope" : "lr_slope"));
            Schedule? schedule = row.Text("method") == "tb_layer_groups" ? new Schedule.LinearMap() : row.Text("schedule_func") switch
            {
                "linear_map" => new Schedule.LinearMap(min, slope),
                "rank" => new Schedule.Rank(min, slope),
                "sigmoid" => new Schedule.Sigmoid(options.Number("sigmoid_min"), options.Number("sigmoid_max"), options.Number("exp_temp")),
                _ => null,
            };
            BalanceUnit? unit = row.Text("method") == "tb_layer_groups" ? new BalanceUnit.ReversedGroups(min, slope) : row.Text("unit") switch
            {
                "block" => new BalanceUnit.Block(),
                "layer" => new BalanceUnit.LayerInBlock(min, slope),
                // A window without a scale cannot be written down here.
                _ => row.Has("window_scale") ? new BalanceUnit.Window((int)row.Number("window_idx"), row.Number("window_scale")) : null,
            };
            var targets = row.Has("lora_targets") ? row.GetProperty("lora_targets").EnumerateArray().Select(target => target.GetString()!).ToList() : null;
            if (row.Has("error"))
            {
                if (schedule is not null && unit is not null)
                    Assert.Throws<ArgumentException>(() => unit.Multipliers(names, metrics, schedule, fidelity: Fidelity.ReleasedText));
                errors++;
                continue;
            }
            var normalise = options.Text("tb_lr_normalize") == "True" && unit is BalanceUnit.Block or BalanceUnit.LayerInBlock && options.Text("tb_lr_normalize") == "True";
            var multipliers = unit!.Multipliers(names, metrics, schedule!, normalise, Fidelity.ReleasedText, targets);
            var (expected, rate) = (row.GetProperty("values").Numbers(), row.Number("base"));
            Assert.Equal(expected.Length, multipliers.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = Difference(expected[i], rate * multipliers[i]) / rate;
                Assert.True(difference < 1e-14, $"{row.Text("table")} {unit} {schedule} {row.Text("options")} [{i}]: {rate * multipliers[i]:r}, expected {expected[i]:r}");
                worst = Math.Max(worst, difference);
            }
            rows++;
        }
        Report($"{rows} rows and {errors} errors; worst difference {worst:e1} of the base value");
        Assert.True(rows + errors == 201);
    }

    [Theory]
    [InlineData("roberta.encoder.layer.11.attention.self.query", "roberta.encoder.layer.11")]
    [InlineData("bert.encoder.layer.0.output.dense", "bert.encoder.layer.0")]
    [InlineData("encoder.layer.5.intermediate.dense", "encoder.layer.5")]
    [InlineData("model.layers.31.mlp.down_proj", "model.layers.31")]
    [InlineData("encoder.block.3.layer.0.SelfAttention.q", "encoder.block.3")]
    [InlineData("decoder.block.3.layer.1.EncDecAttention.q", "decoder.block.3")]
    [InlineData("base_model.model.model.layers.2.self_attn.q_proj.lora_A.default", "base_model.model.model.layers.2")]
    [InlineData("classifier.dense", null)]
    [InlineData("roberta.embeddings.word_embeddings", null)]
    [InlineData("lm_head", null)]
    public void Blocks_are_told_from_names(string name, string? block) => Assert.Equal(block, BalanceUnit.BlockOf(name));

    [Fact]
    public void Encoder_and_decoder_blocks_of_one_number_are_two_unless_released()
    {
        string[] names = ["encoder.block.0.q", "decoder.block.0.q", "encoder.block.1.q", "decoder.block.1.q"];
        var unit = new BalanceUnit.Block();
        Assert.Equal(4, unit.Multipliers(names, [2, 3, 4, 5], new Schedule.LinearMap()).Distinct().Count());
        Assert.Equal(2, unit.Multipliers(names, [2, 3, 4, 5], new Schedule.LinearMap(), fidelity: Fidelity.ReleasedText).Distinct().Count());
    }

    [Fact]
    public void Normalised_blocks_have_a_mean_of_exactly_one_and_keep_their_order()
    {
        var random = new Random(4);
        for (var trial = 0; trial < 100; trial++)
        {
            string[] names = [.. Enumerable.Range(0, 24).Select(i => $"layer.{i / 4}.{i % 4}")];
            double[] metrics = [.. names.Select(_ => 1.5 + 3 * random.NextDouble())];
            var multipliers = new BalanceUnit.Block().Multipliers(names, metrics, new Schedule.Sigmoid(1, 1), normalise: true);
            Assert.Equal(1, multipliers.Average(), 1e-14);
            var means = metrics.Chunk(4).Select(block => block.Average()).ToArray();
            var ofBlocks = multipliers.Chunk(4).Select(block => block.Distinct().Single()).ToArray();
            for (var a = 0; a < 6; a++)
                for (var b = 0; b < 6; b++)
                    Assert.True(means[a] <= means[b] || ofBlocks[a] >= ofBlocks[b] * (1 - 1e-12));
        }
    }

    [Fact]
    public void Units_and_rules_survive_json()
    {
        BalanceUnit[] units = [new BalanceUnit.Layer(), new BalanceUnit.Block(), new BalanceUnit.LayerInBlock(0.3, 2), new BalanceUnit.Window(3, 0.5), new BalanceUnit.ReversedGroups()];
        Assert.All(units, unit => Assert.Equal(unit, JsonSerializer.Deserialize<BalanceUnit>(JsonSerializer.Serialize(unit))));
        RefreshRule[] rules = [new RefreshRule.EverySteps(7), new RefreshRule.EveryEpochs(2, 10), new RefreshRule.Released(33, 100, 60)];
        Assert.All(rules, rule => Assert.Equal(rule, JsonSerializer.Deserialize<RefreshRule>(JsonSerializer.Serialize(rule))));
    }
}
