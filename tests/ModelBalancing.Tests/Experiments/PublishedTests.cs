// The published numbers agree with the description they were taken from, with one another, and with what three seeds can give.
using System.Globalization;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;

namespace ModelBalancing.Tests.Experiments;

public class PublishedTests
{
    [Fact]
    public void Every_result_is_the_descriptions_and_none_is_missing()
    {
        var specified = PublishedSpecification.OfPaper(File.ReadAllText(TestData.SharedOrSkip("spec/tempbalance.md")))
            .Concat(PublishedSpecification.OfReviewThread(File.ReadAllText(TestData.SharedOrSkip("spec/published.md")))).ToList();
        var ours = Published.Tables.SelectMany(table => table.Values).ToList();

        Assert.Equal(specified.Select(cell => Key(cell.Table, cell.Method, cell.Task, cell.Ratio, IsOneModel(cell.Table) ? null : cell.Model, cell.Mean, cell.Deviation, cell.Reduction)).Order(StringComparer.Ordinal),
            ours.Select(value => Key(value.Table, value.Method, value.Task, value.Ratio, IsOneModel(value.Table) ? null : value.Model, value.Mean, value.Deviation, value.PrintedReduction)).Order(StringComparer.Ordinal));

        static bool IsOneModel(string table) => Published.Table(table).Values.Select(value => value.Model).Distinct().Count() == 1;
        static string Key(string table, string method, string? task, double? ratio, string? model, double mean, double? deviation, double? reduction) =>
            string.Create(CultureInfo.InvariantCulture, $"{table} | {method} | {task} | {ratio} | {model} | {mean} ± {deviation} | {reduction}");
    }

    [Fact]
    public void Every_average_is_the_descriptions()
    {
        var specified = PublishedSpecification.Averages(File.ReadAllText(TestData.SharedOrSkip("spec/tempbalance.md")));
        var ours = Published.Tables.SelectMany(table => table.Averages.Select(average => (table.Id, average.Method, average.Ratio!.Value, average.Mean)));

        Assert.Equal(specified.Order(), ours.Order());
    }

    [Fact]
    public void Every_tabulated_setting_is_the_descriptions()
    {
        var specified = PublishedSpecification.Settings(File.ReadAllText(TestData.SharedOrSkip("spec/tempbalance.md"))).ToList();

        Assert.True(specified.Count > 150);
        foreach (var setting in specified)
        {
            string[] parts = setting.Member.Split(' ');
            var ours = Published.Hyperparameters(setting.Model, setting.Task, setting.Ratio, setting.Method, parts[1] == "code" ? "released code" : "paper");
            double[] found = parts[0] switch
            {
                "rates" => [.. ours.LearningRates!],
                "decay" => [.. ours.WeightDecays!],
                "batch" => [.. ours.BatchSizes!.Select(size => (double)size)],
                "rows" => [ours.Rows!.Value],
                _ => [ours.Strength!.Below, ours.Strength.Above],
            };
            Assert.True(setting.Value.Split(", ").Select(PublishedSpecification.Number).SequenceEqual(found), $"{setting}: {string.Join(", ", found)}");
        }
    }

    [Fact]
    public void Averages_are_those_of_the_printed_means_or_marked()
    {
        foreach (var table in Published.Tables)
            foreach (var average in table.Averages)
            {
                double mean = table.Values.Where(value => value.Method == average.Method && value.Ratio == average.Ratio).Average(value => value.Mean);
                // The average may come from unrounded means: 0.005 for their rounding and as much for its own.
                Assert.Equal(average.Inconsistency is null, Math.Abs(mean - average.Mean) <= 0.0100001);
            }
    }

    [Fact]
    public void Reductions_are_those_of_the_printed_means_or_marked()
    {
        var printed = Published.Tables.SelectMany(table => table.Values).Where(value => value.PrintedReduction is not null).ToList();
        Assert.Equal(24, printed.Count);
        foreach (var balanced in printed)
        {
            var baseline = Published.Table(balanced.Table).Value("base", balanced.Task, balanced.Ratio, balanced.Model);
            double reduction = 100 * (baseline.Mean - balanced.Mean) / baseline.Mean;
            Assert.Equal(balanced.Inconsistency is null, Math.Abs(reduction - balanced.PrintedReduction!.Value) <= 0.0050001);
        }
    }

    [Fact]
    public void The_same_setting_has_the_same_numbers_in_every_table_or_is_marked()
    {
        var names = new Dictionary<string, string>
        {
            ["TB"] = "TB", ["PL_Alpha_Hill"] = "TB", ["TB_Sigmoid"] = "TB", ["Sigmoid"] = "TB", ["Sigmoid(α)"] = "TB", ["Block-wise"] = "TB",
            ["TB_Linear_Map"] = "linear", ["Linear_map"] = "linear",
        };
        var groups = Published.Tables.SelectMany(table => table.Values).Where(value => value.Task is not null && value.Metric == Published.Tasks.Single(task => task.Name == value.Task).Metric)
            .GroupBy(value => (value.Model, value.Task, value.Ratio, Method: names.GetValueOrDefault(value.Method, value.Method))).Where(group => group.Count() > 1).ToList();

        Assert.True(groups.Count > 30);
        foreach (var group in groups)
            foreach (var value in group.Where(value => value.Inconsistency is null))
                foreach (var other in group.Where(other => other.Inconsistency is null))
                {
                    Assert.Equal(value.Mean, other.Mean);
                    if (value.Deviation is { } mine && other.Deviation is { } theirs)
                        Assert.Equal(mine, theirs);
                }
    }

    [Theory]
    [InlineData("COPA", 100, 6)]
    [InlineData("CB", 56, 3)]
    public void Deviations_of_whole_counts_are_possible_with_divisor_n_and_never_with_n_minus_1(string task, int examples, int expected)
    {
        var values = Published.Table("paper-table-20").Values.Where(value => value.Task == task).ToList();
        int withN = values.Count(value => IsPossible(value, examples, divisor: 3));

        Assert.Equal(expected, withN);
        Assert.DoesNotContain(values, value => IsPossible(value, examples, divisor: 2));

        // Three numbers of right answers whose mean and deviation, as shares of the examples, round to what is printed.
        static bool IsPossible(PublishedValue value, int examples, int divisor)
        {
            double points = 100.0 / examples;
            for (int a = 0; a <= examples; a++)
                for (int b = a; b <= examples; b++)
                    for (int c = b; c <= examples; c++)
                    {
                        double mean = (a + b + c) / 3.0;
                        if (Math.Abs(mean * points - value.Mean) > 0.00501)
                            continue;
                        double squares = (a - mean) * (a - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean);
                        if (Math.Abs(Math.Sqrt(squares / divisor) * points - value.Deviation!.Value) <= 0.00501)
                            return true;
                    }
            return false;
        }
    }

    [Fact]
    public void Rows_follow_from_the_ratio_as_the_released_code_counts_them()
    {
        foreach (var subset in Published.Table("paper-table-6").Values)
            Assert.Equal((int)subset.Mean, subset.Rows);
        Assert.Equal([9000, 4500, 2250, 900, 225, 50], Published.Table("paper-table-19").Values.Where(value => value is { Model: "FNO", Task: "1D CFD", Method: "base" }).Select(value => value.Rows!.Value));
    }

    [Fact]
    public void The_known_contradictions_are_marked()
    {
        foreach (var (table, count) in new[] { ("paper-table-1", 3), ("paper-table-5", 2), ("paper-table-15", 1), ("paper-table-17", 5), ("paper-table-18", 2), ("paper-table-19", 1), ("paper-table-20", 2), ("paper-cost", 1) })
            Assert.Equal(count, Published.Table(table).Inconsistencies.Count);
        Assert.True(Published.Table("paper-table-1").Values.Single(value => value.Mean == 83.40).Alternative);
        Assert.Equal(84.30, Published.Table("paper-table-1").Value("TB", ratio: 0.5).Mean);
    }

    [Fact]
    public void A_setting_refines_the_general_one_and_names_every_place()
    {
        var tuned = Published.Hyperparameters("FNO", "1D CFD", 0.6);

        Assert.Equal([1e-3, 2.5e-3, 5e-3], tuned.LearningRates);
        Assert.Equal("×0.5 every 100 epochs", tuned.Decay);
        Assert.Equal([0.125, 0.25, 0.5, 0.75, 1, 1.25, 1.5], tuned.StrengthsSearched);
        Assert.Equal("appendix; Table 13", tuned.Number);
        Assert.Equal(new Schedule.Sigmoid(2, 1, 10), Published.Hyperparameters("RoBERTa-base", "QNLI", 5, "TB").Schedule);
        Assert.Contains("No settings are published", Assert.Throws<RunException>(() => Published.Hyperparameters("FNO", "QNLI", 5)).Message);
    }

    [Fact]
    public void An_unknown_table_or_cell_is_refused_with_what_there_is()
    {
        Assert.Contains("paper-table-19", Assert.Throws<RunException>(() => Published.Table("paper-table-99")).Message);
        Assert.Contains("expected 1", Assert.Throws<RunException>(() => Published.Table("paper-table-19").Value("TB", "1D CFD")).Message);
    }
}
