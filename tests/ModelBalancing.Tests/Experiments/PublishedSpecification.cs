// Reads the project's description of what was published: its Markdown tables and the tables it prints in one line.
using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelBalancing.Tests.Experiments;

/// <summary>A number of the description, by the table, method, task, ratio and model it belongs to.</summary>
internal sealed record SpecifiedCell(string Table, string Method, string? Task, double? Ratio, string? Model, double Mean, double? Deviation, double? Reduction = null);

/// <summary>A setting of the description.</summary>
internal sealed record SpecifiedSetting(string Model, string Task, double Ratio, string? Method, string Member, string Value);

internal static partial class PublishedSpecification
{
    private static readonly string[] large = ["SST-2", "MNLI", "QNLI", "QQP"], small = ["CoLA", "MRPC", "STS-B", "RTE"], super = ["BoolQ", "RTE (SuperGLUE)", "CB", "WiC", "MultiRC", "COPA"];

    /// <summary>The cells of section 6.2 of tempbalance.md.</summary>
    public static IEnumerable<SpecifiedCell> OfPaper(string text)
    {
        foreach (var (id, head, tasks) in new[] { ("paper-table-17", "T17 (", large), ("paper-table-18", "T18 |", small) })
        {
            double ratio = 0;
            foreach (var row in RowsAfter(text, head).Where(row => row.Length == 6 && row[1] != tasks[0]))
            {
                bool balanced = row[0] == "TB";
                if (!balanced)
                    ratio = Percent(row[0].Replace(" FT", ""));
                for (int task = 0; task < 4; task++)
                    yield return Cell(id, balanced ? "TB" : "FT", tasks[task], ratio, null, row[1 + task]);
            }
        }

        double[] ratios = [1, 0.5, 0.1, 0.05];
        foreach (var row in RowsAfter(text, "QNLI ablations |").Skip(1))
        {
            string name = row[0].Split(" (")[0];
            var places = row[0].StartsWith("PL_Alpha_Hill", StringComparison.Ordinal) ? [("paper-table-3", "PL_Alpha_Hill"), ("paper-table-4", "TB_Sigmoid")]
                : new[] { ($"paper-table-{(name == "FT" ? "1" : Digit().Match(row[0][row[0].IndexOf("(T", StringComparison.Ordinal)..]).Value)}", name) };
            foreach (var (table, method) in places)
            {
                for (int i = 0; i < 4; i++)
                    foreach (string printed in row[1 + i].Split(" / "))
                        yield return Cell(table, method, "QNLI", ratios[i], null, printed);
                foreach (Match five in AtFivePercent().Matches(row[0]))
                    yield return Cell(table, method, "QNLI", 5, null, five.Groups[1].Value);
                if (Baseline().Match(row[0]) is { Success: true } baseline)
                    yield return Cell(table, "FT", "QNLI", 5, null, baseline.Groups[1].Value);
            }
        }

        foreach (Match p in Probability().Matches(Line(text, "T15 ")))
            yield return new("paper-table-15", "TB against FT", "SST-2", Number(p.Groups[2].Value), null, Number(p.Groups[1].Value), null);

        string squad = Line(text, "T16 ");
        double[] shares = [1, 5, 10, 20, 50];
        foreach (string method in new[] { "FT", "TB" })
            foreach (var (ratio, printed) in shares.Zip(squad[(squad.IndexOf($"{method} ", StringComparison.Ordinal) + 3)..].Split(';')[0].TrimEnd('.').Split(", ")))
                yield return Cell("paper-table-16", method, "SQuAD 1.1", ratio, null, printed);

        foreach (Match row in SuperRow().Matches(Line(text, "T20 ")))
            foreach (var (method, list) in new[] { ("FT", row.Groups[2].Value), ("TB", row.Groups[3].Value) })
                foreach (var (task, printed) in super.Zip(list.Split(',')))
                    yield return Cell("paper-table-20", method, task, Number(row.Groups[1].Value), null, printed);

        foreach (string part in Line(text, "T21 ").Split("avg): ")[1].Split("; "))
        {
            double ratio = Percent(part[..(part.IndexOf('%') + 1)]);
            foreach (var (method, list) in new[] { "LoRA", "LoRA+TB" }.Zip(part[(part.IndexOf('%') + 2)..].Split(" / ")))
                foreach (var (task, printed) in large.Zip(list.Split(',')))
                    yield return Cell("paper-table-21", method, task, ratio, null, printed);
        }

        string science = Line(text, "T22 ");
        foreach (var (method, mark) in new[] { ("LoRA", "LoRA "), ("LoRA+TB", "+TB ") })
            foreach (var (ratio, printed) in new[] { 1.0, 5, 10 }.Zip(science[(science.LastIndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Split(';')[0].TrimEnd('.').Split(", ")))
                yield return Cell("paper-table-22", method, "ScienceQA", ratio, null, printed);

        (string, string)[] fields = [("FNO", "1D CFD"), ("FNO", "2D CFD"), ("UNet", "1D CFD"), ("UNet", "2D CFD")];
        foreach (var row in RowsAfter(text, "T19 nRMSE").Where(row => row[0].EndsWith('%')))
            foreach (var ((model, task), printed) in fields.Zip(row[1..]))
            {
                var change = Change().Match(printed);
                yield return Cell("paper-table-19", "base", task, Percent(row[0]), model, change.Groups[1].Value);
                yield return Cell("paper-table-19", "TB", task, Percent(row[0]), model, change.Groups[2].Value) with { Reduction = Number(change.Groups[3].Value) };
            }

        foreach (Match row in DarcyRow().Matches(Line(text, "T23 ")))
            foreach (var (model, at) in new[] { ("FNO", 2), ("UNet", 4) })
            {
                yield return Cell("paper-table-23", "base", "Darcy", Number(row.Groups[1].Value), model, row.Groups[at].Value);
                yield return Cell("paper-table-23", "TB", "Darcy", Number(row.Groups[1].Value), model, row.Groups[at + 1].Value);
            }

        foreach (Match row in DpotRow().Matches(Line(text, "T2 ")))
            for (int i = 0; i < 4; i++)
            {
                string printed = row.Groups[2 + i].Value; // the exponent may stand at the second of a pair only
                if (!printed.Contains('e'))
                    printed += row.Groups[3 + i].Value[row.Groups[3 + i].Value.IndexOf('e')..];
                yield return Cell("paper-table-2", i % 2 == 0 ? "FT" : "TB", "2D CFD", Number(row.Groups[1].Value), i < 2 ? "DPOT-Tiny" : "DPOT-Small", printed);
            }

        foreach (string part in Line(text, "T24 ").Split("%: ")[1].TrimEnd('.').Split("; "))
        {
            int space = part.LastIndexOf(' ');
            foreach (var (ratio, printed) in new[] { 100, 50, 25, 10, 2.5, 0.6 }.Zip(part[(space + 1)..].Split(',')))
                yield return Cell("paper-table-24", part[..space], "1D CFD", ratio, null, printed);
        }

        var time = Time().Match(Line(text, "Cost: "));
        yield return new("paper-cost", "TB, all computations", "SST-2", 0.02, null, Number(time.Groups[1].Value), null);
        yield return new("paper-cost", "whole training with TB", "SST-2", 0.02, null, Number(time.Groups[2].Value), null);
        var teaser = Teaser().Match(text);
        yield return new("paper-figure-1", "first spectrum", null, null, null, Number(teaser.Groups[1].Value), null);
        yield return new("paper-figure-1", "second spectrum", null, null, null, Number(teaser.Groups[2].Value), null);

        foreach (var row in RowsAfter(text, "| task | train size |").Where(row => large.Contains(row[0])))
            for (int i = 0; i < 6; i++)
                yield return new("paper-table-6", "subset", row[0], new[] { 0.02, 0.05, 0.1, 0.5, 1, 5 }[i], null, Number(row[2 + i]), null);
        var subsets = RowsAfter(text, "| task | size |").Single(row => row[0].StartsWith("CoLA", StringComparison.Ordinal));
        for (int task = 0; task < 4; task++)
            for (int i = 0; i < 3; i++)
                yield return new("paper-table-6", "subset", small[task], new[] { 10.0, 20, 50 }[i], null, Number(subsets[2 + i].Split('/')[task]), null);
    }

    /// <summary>The row averages of Tables 17, 18, 20 and 21.</summary>
    public static IEnumerable<(string Table, string Method, double Ratio, double Mean)> Averages(string text)
    {
        foreach (var (id, head) in new[] { ("paper-table-17", "T17 ("), ("paper-table-18", "T18 |") })
        {
            double ratio = 0;
            foreach (var row in RowsAfter(text, head).Where(row => row.Length == 6 && row[5] != "avg"))
            {
                if (row[0] != "TB")
                    ratio = Percent(row[0].Replace(" FT", ""));
                yield return (id, row[0] == "TB" ? "TB" : "FT", ratio, Number(row[5]));
            }
        }
        foreach (Match row in SuperRow().Matches(Line(text, "T20 ")))
            foreach (var (method, list) in new[] { ("FT", row.Groups[2].Value), ("TB", row.Groups[3].Value) })
                yield return ("paper-table-20", method, Number(row.Groups[1].Value), Number(list.Split(',')[6]));
        foreach (string part in Line(text, "T21 ").Split("avg): ")[1].TrimEnd('.').Split("; "))
            foreach (var (method, list) in new[] { "LoRA", "LoRA+TB" }.Zip(part[(part.IndexOf('%') + 2)..].Split(" / ")))
                yield return ("paper-table-21", method, Percent(part[..(part.IndexOf('%') + 1)]), Number(list.Split(',')[4]));
    }

    /// <summary>The cells of published.md.</summary>
    public static IEnumerable<SpecifiedCell> OfReviewThread(string text)
    {
        foreach (var (id, head, tasks) in new[] { ("review-2.1", "### 2.1", "QNLI"), ("review-2.2", "### 2.2", "QNLI"), ("review-2.3-squad", "SQuAD 1.1,", "SQuAD 1.1") })
        {
            var rows = RowsAfter(text, head).ToList();
            double[] ratios = [.. rows[0][1..].Select(Percent)];
            foreach (var row in rows[1..])
                foreach (var (ratio, printed) in ratios.Zip(row[1..]))
                    yield return Cell(id, row[0], tasks, ratio, null, printed);
        }

        var domains = RowsAfter(text, "Domain sets").ToList();
        foreach (var row in domains[1..])
            foreach (var (task, printed) in domains[0][1..].Zip(row[1..]))
                yield return Cell("review-2.3-domain", row[0], task, null, null, printed);

        var flow = RowsAfter(text, "### 2.4").ToList();
        foreach (var row in flow[1..])
            foreach (var (ratio, printed) in flow[0][1..].Zip(row[1..]))
                yield return Cell("review-2.4", row[0].Split(' ')[1], "2D CFD", Percent(ratio), $"DPOT-{row[0].Split(' ')[0]}", printed);

        var tests = RowsAfter(text, "### 2.5").ToList();
        foreach (var (ratio, p) in tests[0][1..].Zip(tests[1][1..]))
            yield return new("review-2.5", "TB against FT", "SST-2", Percent(ratio), null, Number(p), null);

        foreach (string part in Line(text, "One TB computation").Split("seconds: ")[1].TrimEnd('.').Split([", ", "; "], StringSplitOptions.None))
            yield return new("review-2.6-time", "one TB computation", null, null, part[..part.LastIndexOf(' ')], Number(part[(part.LastIndexOf(' ') + 1)..]), null);
        string shares = Line(text, "Share of training time");
        var text0 = Shares().Match(shares);
        foreach (var (ratio, share) in text0.Groups[1].Value.Split(", ").Zip(text0.Groups[2].Value.Split(", ")))
            yield return new("review-2.6-share", "TB", "SST-2", Number(ratio), "RoBERTa-base", Number(share), null);
        var fields = FlowShares().Match(shares);
        foreach (var (model, list) in new[] { ("FNO", fields.Groups[2].Value), ("UNet", fields.Groups[3].Value) })
            foreach (var (ratio, share) in fields.Groups[1].Value.Split(", ").Zip(list.Split(", ")))
                yield return new("review-2.6-share", "TB", "2D CFD", Number(ratio), model, Number(share), null);
    }

    /// <summary>The tabulated settings of sections 3, 4 and 6.1 of tempbalance.md.</summary>
    public static IEnumerable<SpecifiedSetting> Settings(string text)
    {
        foreach (var (head, tasks) in new[] { ("T10 best s", large), ("T11 best s", small) })
            foreach (var row in RowsAfter(text, head).Where(row => row[0].EndsWith('%')))
                foreach (var (task, s) in tasks.Zip(row[1..]))
                    yield return new("RoBERTa-base", task, Percent(row[0]), "TB", "strength paper", s.StartsWith('(') ? s.Trim('(', ')').Replace(",", ", ") : $"{s}, {s}");

        foreach (var row in RowsAfter(text, "T12 Darcy").Where(row => row[0].EndsWith('%')))
            foreach (var (model, printed) in new[] { "FNO", "UNet" }.Zip(row[1..]))
                foreach (var setting in RateAndDecay(model, "Darcy", row[0], printed))
                    yield return setting;
        foreach (var (head, model) in new[] { ("T13 FNO", "FNO"), ("T14 UNet", "UNet") })
            foreach (var row in RowsAfter(text, head).Where(row => row[0].EndsWith('%')))
                foreach (var (task, printed) in new[] { "1D CFD", "2D CFD" }.Zip(row[1..]))
                    foreach (var setting in RateAndDecay(model, task, row[0], printed))
                        yield return setting;
        foreach (var (ratios, batch) in new[] { ("100/50/25/10", "25"), ("2.5/0.6", "10") })
            foreach (string ratio in ratios.Split('/'))
                yield return new("FNO", "1D CFD", Number(ratio), null, "batch paper", batch);

        foreach (var row in RowsAfter(text, "| ratio | base lr / bs |").Skip(1))
            foreach (var (method, printed) in new[] { ("FT", row[1]), ("TB", row[2]) })
            {
                string[] parts = printed.Replace("*", "").Split(" / ");
                yield return new("RoBERTa-base", "QNLI", Percent(row[0]), method, "rates code", parts[0]);
                yield return new("RoBERTa-base", "QNLI", Percent(row[0]), method, "batch code", parts[1]);
                if (method == "TB")
                    yield return new("RoBERTa-base", "QNLI", Percent(row[0]), "TB", "strength code", row[3]);
            }
        string rates = "";
        foreach (var row in RowsAfter(text, "| rows of fno_2dcfd.txt |").Skip(1))
        {
            double ratio = Number(RowsAndShare().Match(row[2]).Groups[2].Value is { Length: > 0 } share ? share : row[1] switch { "2" => "50", "4" => "25", _ => "10" });
            rates = row[3] == "same" ? rates : row[3];
            yield return new("FNO", "2D CFD", ratio, "base", "rates code", rates);
            yield return new("FNO", "2D CFD", ratio, "base", "rows code", RowsAndShare().Match(row[2]).Groups[1].Value);
            yield return new("FNO", "2D CFD", ratio, "TB", "rates code", row[4].Split(", ")[0]);
            yield return new("FNO", "2D CFD", ratio, "TB", "strength code", $"{row[4].Split(", ")[1]}, {row[4].Split(", ")[1]}");
        }
    }

    public static double Number(string text) => double.Parse(text.Trim().TrimEnd('†', '*', ',', '%', ' '), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static IEnumerable<SpecifiedSetting> RateAndDecay(string model, string task, string ratios, string printed)
    {
        var match = Grid().Match(printed);
        foreach (string ratio in ratios.TrimEnd('%', ' ').Split('/'))
        {
            yield return new(model, task, Number(ratio), null, "rates paper", match.Groups[1].Value.Replace(",", ", "));
            yield return new(model, task, Number(ratio), null, "decay paper", match.Groups[2].Value);
        }
    }

    private static double Percent(string text) => Number(text.Replace("%", ""));

    private static SpecifiedCell Cell(string table, string method, string? task, double? ratio, string? model, string printed)
    {
        string[] parts = printed.Split('±');
        return new(table, method, task, ratio, model, Number(parts[0]), parts.Length > 1 ? Number(parts[1]) : null);
    }

    private static string Line(string text, string start) => text.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal));

    /// <summary>The rows of the first pipe table at or after a line; rules and what follows the table are left out.</summary>
    private static IEnumerable<string[]> RowsAfter(string text, string start)
    {
        string[] lines = text.Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        while (!(lines[first + 1].Contains('|') && Rule().IsMatch(lines[first + 1]))) // a heading is what a rule follows
            first++;
        return lines[first..].TakeWhile(line => line.Contains('|')).Where(line => !Rule().IsMatch(line))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());
    }

    [GeneratedRegex(@"^[\s|:-]+$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digit();

    [GeneratedRegex(@"[(;] ?(?:T\d; )?5 %: ([\d.±]+)")]
    private static partial Regex AtFivePercent();

    [GeneratedRegex(@"baseline ([\d.±]+)")]
    private static partial Regex Baseline();

    [GeneratedRegex(@"([\d.e-]+) \(([\d.]+) %\)")]
    private static partial Regex Probability();

    [GeneratedRegex(@"(\d+) % FT ([^;]+); TB ([\d.,±]+)(?=\.)")]
    private static partial Regex SuperRow();

    [GeneratedRegex(@"(.+)→(.+) \(([\d.]+)")]
    private static partial Regex Change();

    [GeneratedRegex(@"([\d.]+) % ([\d.e±-]+)→([\d.e±-]+); ([\d.e±-]+)→([\d.e±-]*\d)")]
    private static partial Regex DarcyRow();

    [GeneratedRegex(@"([\d.]+) % ([\d.e-]+)→([\d.e-]+); ([\d.e-]+)→([\d.e-]*\d)")]
    private static partial Regex DpotRow();

    [GeneratedRegex(@"\(([\d.]+) s of ([\d.]+) s")]
    private static partial Regex Time();

    [GeneratedRegex(@"α ([\d.]+) vs ([\d.]+)\)")]
    private static partial Regex Teaser();

    [GeneratedRegex(@"SST-2 at ([\d., ]+) %: ([\d., ]+) %")]
    private static partial Regex Shares();

    [GeneratedRegex(@"2D CFD at ([\d., ]+) %: FNO ([\d., ]+) %; UNet ([\d., ]+) %")]
    private static partial Regex FlowShares();

    [GeneratedRegex(@"\{([^}]+)\}, ([\d.e-]+)")]
    private static partial Regex Grid();

    [GeneratedRegex(@"(\d+)(?: \(([\d.]+) %\))?")]
    private static partial Regex RowsAndShare();
}
