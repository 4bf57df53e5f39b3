// ./workbook stats: compares two methods over stored runs, or two plain columns of numbers.

using System.CommandLine;
using ModelBalancing.Experiments;
using ModelBalancing.Statistics;

namespace Workbook.Commands;

/// <summary>Compares two samples by the rules of the workbook.</summary>
internal static class StatsCommand
{
    private static readonly string[] Sides = ["two-sided", "less", "greater"];

    internal static Command Create()
    {
        var runs = new Argument<string[]>("RUNS") { Description = "Run folders, or folders that hold them; default: runs/ in the checkout.", Arity = ArgumentArity.ZeroOrMore };
        var baseline = new Option<string?>("--baseline") { Description = "The baseline's runs: member=value of the spec, joined by commas, several values as in seeds.subset=1|2|3, such as balancing=null; or a label." };
        var treatment = new Option<string?>("--treatment") { Description = "The treatment's runs, selected the same way, such as balancing.schedule.curve=sigmoid." };
        var metric = new Option<string?>("--metric") { Description = "The number of result.json to compare, such as test.nRMSE; default: the measure of the kind of run." };
        var shared = new Shared();
        var command = new Command("stats", "Compares two methods: a t test of pairs, exact permutations, intervals, effect sizes and power.") { runs, baseline, treatment, metric };
        shared.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(baseline) is not { } theirs || parsed.GetValue(treatment) is not { } ours)
                throw new UsageException("give --baseline and --treatment, such as --baseline balancing=null --treatment balancing.schedule.curve=sigmoid; for two columns of numbers: stats compare A.csv B.csv.");
            var places = parsed.GetValue(runs) is { Length: > 0 } given ? given : [ModelBalancing.Folders.Runs];
            RunSelection Selected(string text)
            {
                try
                {
                    return RunSelection.Parse(text);
                }
                catch (RunException wrong)
                {
                    throw new UsageException(wrong.Message);
                }
            }
            var found = RunComparison.Of(places, Selected(theirs), Selected(ours), new()
            {
                Metric = parsed.GetValue(metric), Alternative = shared.Alternative(parsed), Confidence = shared.Confidence(parsed), Margin = shared.Margin(parsed),
            });
            if (parsed.GetValue(shared.Json)) JsonOutput.Write(Described(found));
            else Show(found);
            return Task.FromResult(0);
        });
        command.Subcommands.Add(Compare());
        return command;
    }

    private static Command Compare()
    {
        var first = new Argument<string>("A.csv") { Description = "A file with one column of numbers; a header line is allowed." };
        var second = new Argument<string>("B.csv") { Description = "Another one; differences are A − B." };
        var paired = new Option<bool>("--paired") { Description = "Line by line, the values belong together." };
        var shared = new Shared();
        var command = new Command("compare", "Compares two plain columns of numbers.") { first, second, paired };
        shared.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            string[] files = [parsed.GetValue(first)!, parsed.GetValue(second)!];
            var (alternative, confidence, margin) = (shared.Alternative(parsed), shared.Confidence(parsed), shared.Margin(parsed));
            var columns = files.Select(NumberColumn.Read).ToArray();
            for (int i = 0; i < 2; i++)
                if (columns[i].Values.Count < 2)
                    throw new NumberColumnException($"{files[i]} holds {(columns[i].Values.Count == 0 ? "no number" : "only one number")}; a comparison needs at least two.");
            if (parsed.GetValue(paired) && columns[0].Values.Count != columns[1].Values.Count)
                throw new NumberColumnException($"{files[0]} holds {columns[0].Values.Count} numbers and {files[1]} holds {columns[1].Values.Count}; --paired needs as many, line by line.");
            var names = files.Select(file => Path.GetFileNameWithoutExtension(file)).ToArray();
            if (names[0] == names[1])
                names = files[0] == files[1] ? ["A", "B"] : files;
            var comparison = Comparison.Of(columns[0].Values, columns[1].Values, new()
            {
                First = names[0], Second = names[1], Paired = parsed.GetValue(paired), Alternative = alternative, Confidence = confidence, Margin = margin,
                Quantity = columns[0].Header == columns[1].Header ? columns[0].Header : "",
            });
            if (parsed.GetValue(shared.Json)) JsonOutput.Write(ComparisonJson.Of(comparison));
            else Console.WriteLine(comparison.ToTable().ToText());
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>The options that both forms have.</summary>
    private sealed class Shared
    {
        private readonly Option<string> alternative = new("--alternative") { Description = "two-sided, or that the first (A, the treatment) is less or greater.", DefaultValueFactory = _ => "two-sided" };
        private readonly Option<double> confidence = new("--confidence") { Description = "Confidence of the intervals; the tests' level is 1 minus it.", DefaultValueFactory = _ => 0.95 };
        private readonly Option<double?> margin = new("--margin") { Description = "Differences up to this size count as none: adds a test of equivalence." };

        internal Option<bool> Json { get; } = new("--json") { Description = "One JSON document." };

        internal void AddTo(Command command)
        {
            alternative.AcceptOnlyFromAmong(Sides);
            foreach (var option in new Option[] { alternative, confidence, margin, Json })
                command.Options.Add(option);
        }

        internal Alternative Alternative(ParseResult parsed) => Alternatives.Parse(parsed.GetValue(alternative)!);

        internal double Confidence(ParseResult parsed) => parsed.GetValue(confidence) is > 0.5 and < 1 and var share ? share
            : throw new UsageException($"--confidence is {JsonNumber(parsed.GetValue(confidence))}, but must lie between 0.5 and 1, such as 0.95.");

        internal double? Margin(ParseResult parsed) => parsed.GetValue(margin) is not { } size ? null : size > 0 && double.IsFinite(size) ? size
            : throw new UsageException($"--margin is {JsonNumber(size)}, but must be above 0: it is the largest difference that counts as none.");

        private static string JsonNumber(double number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static object Described(RunComparison found) => new
    {
        metric = found.Metric,
        baseline = found.Baseline,
        treatment = found.Treatment,
        otherDifferences = found.OtherDifferences,
        sizes = found.Sizes.Select(size => new
        {
            label = size.Label, rows = size.Rows, pairs = size.Pairs, note = size.Note,
            comparison = size.Comparison is { } comparison ? ComparisonJson.Of(comparison) : null,
            signs = size.Signs is { } signs ? new { better = signs.Better, worse = signs.Worse, ties = signs.Ties, p = signs.P } : null,
        }),
        leftOut = found.LeftOut.Select(run => new { run = run.Run, method = run.Method, rows = run.Rows, seeds = run.Seeds, reason = run.Reason }),
        sentences = found.Sentences,
    };

    private static void Show(RunComparison found)
    {
        if (found.Sizes.Any(size => size.Comparison is not null))
            Console.WriteLine(found.ToTable().ToText() + "\n");
        foreach (string sentence in found.Sentences)
            Console.WriteLine(sentence);
        foreach (var size in found.Sizes)
            foreach (var source in size.Comparison?.Uncertainties ?? [])
                Console.WriteLine($"n = {size.Label}, over {source.Units} {source.Source}: {ModelBalancing.Figures.Quantities.Number(source.Low)} to {ModelBalancing.Figures.Quantities.Number(source.High)} ({source.Method})");
        if (found.OtherDifferences.Count > 0)
            Console.WriteLine($"\nBesides what was selected, pairs differ in {string.Join(", ", found.OtherDifferences)}.");
        if (found.LeftOut.Count == 0)
            return;
        Console.WriteLine($"\n{found.LeftOut.Count} selected runs are in no comparison:");
        foreach (var run in found.LeftOut)
            Console.WriteLine($"  {run.Method}, {run.Rows} rows, seed {run.Seeds}: {run.Reason} ({run.Run})");
    }
}
