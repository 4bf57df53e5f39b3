// ./workbook runs: what is in a folder of runs, as a table, and what can go from it.

using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using ModelBalancing.Experiments;
using ModelBalancing.Figures;

namespace Workbook.Commands;

/// <summary>Lists and cleans a folder of runs.</summary>
internal static partial class RunsCommand
{
    internal static Command Create()
    {
        var command = new Command("runs", "What is in a folder of runs, and what can go from it.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Clean());
        return command;
    }

    private static Option<string?> Folder() => new("--runs") { Description = "Folder of runs; default: runs/ in the checkout." };

    private static RunStore Existing(string? folder)
    {
        var store = new RunStore(folder);
        return Directory.Exists(store.Root) ? store : throw new RunException($"There is no folder '{store.Root}'; ./workbook train makes the first run, or give --runs.");
    }

    private static Command List()
    {
        var runs = Folder();
        var where = new Option<string[]>("--where") { Description = "Only runs for which this holds: phase=Finished, spec.rows>=64, 'result.method!=baseline'; member= for runs without the member. All must hold." };
        var columns = new Option<string?>("--columns") { Description = "Members to show, by commas: spec.rows,result.test.nRMSE. \"all\" shows every one, \"names\" lists what there is." };
        var sort = new Option<string?>("--sort") { Description = "Member to sort by; with a minus before it, largest first." };
        var limit = new Option<int?>("--limit") { Description = "Show at most so many." };
        var csv = new Option<bool>("--csv") { Description = "Prints comma-separated values." };
        var rebuild = new Option<bool>("--rebuild") { Description = "Throw the index away and read every run anew." };
        var json = new Option<bool>("--json") { Description = "[{ member: value }], one object a run." };
        var command = new Command("list", "A table of all runs, from the index over their files.") { runs, where, columns, sort, limit, csv, rebuild, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(limit) < 1) throw new UsageException($"--limit is {parsed.GetValue(limit)}, but must be at least 1.");
            if (parsed.GetValue(json) && parsed.GetValue(csv)) throw new UsageException("--json and --csv contradict each other: give one of them.");
            var store = Existing(parsed.GetValue(runs));
            var table = parsed.GetValue(rebuild) ? store.RebuiltTable() : store.Table();
            if (table.Notice is { } notice) Console.Error.WriteLine($"workbook: {notice}");
            if (parsed.GetValue(columns) == "names")
            {
                if (parsed.GetValue(json)) JsonOutput.Write(table.Columns);
                else foreach (var name in table.Columns) Console.WriteLine(name);
                return 0;
            }

            var all = table.Count;
            foreach (var condition in parsed.GetValue(where) ?? []) table = Where(table, condition);
            if (parsed.GetValue(sort) is { Length: > 0 } by) table = table.OrderBy(Known(table, by.TrimStart('-')), descending: by.StartsWith('-'));
            var chosen = table.Count;
            if (parsed.GetValue(limit) is { } most) table = table.Take(most);
            var shown = parsed.GetValue(columns) switch
            {
                null => parsed.GetValue(json) ? table.Columns : Usual(table),
                "all" => table.Columns,
                { } names => [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => Known(table, name))],
            };
            var values = shown.Select(column => (column, Values: table[column])).ToList();
            if (parsed.GetValue(json))
                JsonOutput.Write(Enumerable.Range(0, table.Count).Select(row => values.Where(column => column.Values[row] is not null).ToDictionary(column => column.column, column => column.Values[row])));
            else if (parsed.GetValue(csv))
                Console.Write(table.ToTable("", shown).ToCsv());
            else
                Console.WriteLine(table.ToTable(chosen == all && table.Count == all ? $"{all} runs in {store.Root}" : $"{table.Count} of {chosen} chosen, {all} runs in {store.Root}", shown).ToText());
            return 0;
        });
        return command;
    }

    private static Command Clean()
    {
        var runs = Folder();
        var dry = new Option<bool>("--dry-run") { Description = "Only tells what would be deleted." };
        var json = new Option<bool>("--json") { Description = "{ bytes, dryRun, busy, files: [{ run, file, bytes }] }." };
        var command = new Command("clean", "Deletes the saved states of finished runs, and what dead processes left half written; models, results and metrics stay.") { runs, dry, json };
        command.SetAction(parsed =>
        {
            var report = Existing(parsed.GetValue(runs)).CollectGarbage(parsed.GetValue(dry));
            if (parsed.GetValue(json)) JsonOutput.Write(new { report.Bytes, report.DryRun, report.Busy, report.Files });
            else Console.WriteLine(report);
            return 0;
        });
        return command;
    }

    /// <summary>What tells runs apart, and the number each kind is judged by.</summary>
    private static IReadOnlyList<string> Usual(RunTable table)
    {
        var known = table.Columns.ToHashSet();
        var measures = table["spec.kind"].OfType<string>().Distinct().Where(kind => RunKinds.Names.Contains(kind)).Select(kind => $"result.{RunKinds.Find(kind).Measure.Member}").Distinct();
        return [.. new[] { "name", "phase", "result.method", "result.fidelity", "spec.rows", "spec.seeds.subset", "spec.learningRate", "spec.epochs", "progress.step" }
            .Concat(measures).Concat(["result.diverged", "times.seconds", "failure.message"]).Where(known.Contains).Where(column => column == "name" || table[column].Any(value => value is not null))];
    }

    private static RunTable Where(RunTable table, string condition)
    {
        if (Condition().Match(condition) is not { Success: true } parts)
            throw new UsageException($"--where is '{condition}', but must be member=value, with =, !=, <, <=, > or >=.");
        var (column, relation, value) = (Known(table, parts.Groups[1].Value), parts.Groups[2].Value, parts.Groups[3].Value);
        var number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var given) ? given : double.NaN;
        // 0.01 and 1e-2 are the same number, however the spec spelled it.
        bool Equal(RunRow row) => row[column] is double held && !double.IsNaN(number) ? held == number : (row.Text(column) ?? "") == value;
        if (relation is "=" or "!=") return table.Where(row => Equal(row) == (relation == "="));
        if (double.IsNaN(number)) throw new UsageException($"--where is '{condition}', but {relation} needs a number.");
        return table.Where(row => relation switch
        {
            "<" => row.Number(column) < number,
            "<=" => row.Number(column) <= number,
            ">" => row.Number(column) > number,
            _ => row.Number(column) >= number,
        });
    }

    private static string Known(RunTable table, string column) => table.Columns.Contains(column) ? column
        : throw new UsageException($"No run has a member '{column}'; --columns names lists what there is.");

    [GeneratedRegex(@"^([\w.\-]+?)\s*(!=|<=|>=|=|<|>)\s*(.*)$")]
    private static partial Regex Condition();
}
