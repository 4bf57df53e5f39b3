// ./workbook report: one page about the runs of a folder by which a reader can judge them.
using System.Globalization;
using System.Net;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments.Reports;

/// <summary>Tells about the runs of a folder: what was run, what came out with intervals and paired tests, floors and controls, spectra before and after, failures, commands.</summary>
public static class RunReport
{
    private const string Style = """
        <style>.wb-scroll{overflow-x:auto}section{margin-top:2.2rem}h2{border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent);padding-bottom:.25em}h3{margin-top:1.8em}
        pre{overflow-x:auto;padding:.7em .9em;border-radius:6px;background:rgba(128,128,128,.13);font-size:.9em}details{margin:.8em 0}summary{cursor:pointer}.wb-verdict li{margin:.35em 0}.wb-quiet{opacity:.75;font-size:.92em}</style>
        """;

    /// <summary>Writes the page; the file is whole or untouched.</summary>
    /// <param name="root">Folder of runs.</param>
    /// <param name="output">The HTML file.</param>
    /// <param name="command">The command that makes the page again, shown at its end.</param>
    /// <returns>How many runs it tells of, by what became of them.</returns>
    /// <exception cref="RunException">There is no such folder, or no run in it.</exception>
    public static RunReportCounts Write(string root, string output, string command)
    {
        if (!Directory.Exists(root))
            throw new RunException($"There is no folder of runs '{root}'; give the folder that ./workbook train, sweep or a notebook wrote to.");
        var runs = ReportedRun.All(new RunStore(root));
        var never = NeverBegun.Of(root);
        if (runs.Count == 0 && never is [var first, ..])
            throw new RunException($"'{root}' holds no run to report on: {never.Count} runs of its sweeps failed before they began, the first ({first.Sweep}, {first.Run.Id}) because: {first.Error}");
        if (runs.Count == 0)
            throw new RunException($"'{root}' holds no run: no folder in it has a spec.json; give the folder that ./workbook train, sweep or a notebook wrote to.");
        string page = Page(root, runs, never, command);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        AtomicFile.Replace(output, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(page);
        });
        return Counts(runs, never);
    }

    private static RunReportCounts Counts(IReadOnlyList<ReportedRun> runs, IReadOnlyList<NeverBegun> never)
    {
        int Of(ReportedState state) => runs.Count(run => run.State == state);
        return new(Of(ReportedState.Finished), Of(ReportedState.Diverged), Of(ReportedState.Failed) + never.Count, Of(ReportedState.Unfinished) + Of(ReportedState.Running));
    }

    private static string Page(string root, IReadOnlyList<ReportedRun> runs, IReadOnlyList<NeverBegun> never, string command)
    {
        var families = ReportedFamily.Of(runs);
        var fragments = new List<string> { Style, $"<section><h2>At a glance</h2>{AtAGlance(runs, families)}</section>", $"<section><h2>What was run</h2>{WhatWasRun(runs)}</section>" };
        fragments.AddRange(families.Select(family => $"<section>{ReportedFamilyPage.Of(family, runs.Select(run => run.Kind).Distinct().Count() > 1)}</section>"));
        fragments.Add($"<section><h2>What did not end well</h2>{Failures(runs)}{Failures(never)}</section>");
        fragments.Add($"<section><h2>Make it again</h2>{Commands(root, runs, command)}</section>");
        return HtmlPage.Of("Report on runs", $"{Counts(runs, never)}. Written {DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC from the runs' own files.", fragments);
    }

    private static string AtAGlance(IReadOnlyList<ReportedRun> runs, IReadOnlyList<ReportedFamily> families)
    {
        var sentences = families.SelectMany(ReportedFamilyPage.Verdicts).ToList();
        var others = Counted(runs.Select(run => run.Fidelity)).Where(variant => variant.Key != "Corrected").ToList();
        if (others.Count > 0)
            sentences.Add($"{others.Sum(variant => variant.Value)} runs are of other variants ({string.Join(", ", others.Select(variant => $"{variant.Key}: {variant.Value}"))}): they show what those give; claims rest on Corrected.");
        int seeds = families.SelectMany(family => family.Settings).Max(setting => setting.Reported.Count);
        if (seeds < 10)
            sentences.Add($"No setting has more than {seeds} seed{(seeds == 1 ? "" : "s")}: enough to see large effects only.");
        sentences.Add("Differences count as found by the paired t test after Holm's correction over the comparisons of one table; every seed is drawn.");
        if (families.Count > 1)
            sentences.Insert(0, $"There are {families.Count} groups of runs that may be compared within: {string.Join("; ", families.Select(family => $"{family.Letter}: {family.Title}"))}.");
        return $"<ul class=\"wb-verdict\">{string.Concat(sentences.Select(sentence => $"<li>{Encoded(sentence)}</li>"))}</ul>";
    }

    private static string WhatWasRun(IReadOnlyList<ReportedRun> runs)
    {
        const int most = 24;
        var names = runs.SelectMany(run => run.Members.Keys).Where(name => !name.StartsWith("seeds.", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
        var values = names.Select(name => (Name: name, Values: Counted(runs.Select(run => run.Member(name) ?? NotSet)))).Append((Name: "seeds", Values: Counted(runs.Select(run => run.Seed)))).ToList();
        // A part that some runs lack and that is the same in all others is one line, not one a member.
        static bool IsPart((string Name, List<KeyValuePair<string, int>> Values) member) => member.Name.Contains('.') && member.Values.Count == 2 && member.Values.Any(value => value.Key == NotSet);
        static string Value((string Name, List<KeyValuePair<string, int>> Values) member) => member.Values.First(value => value.Key != NotSet).Key;
        var differing = values.Where(member => member.Values.Count > 1 && !IsPart(member))
            .Select(member => (member.Name, Shown: string.Join(", ", member.Values.Take(most).Select(value => $"{value.Key} ({value.Value})")) + (member.Values.Count > most ? $", and {member.Values.Count - most} more" : "")))
            .Concat(values.Where(IsPart).GroupBy(member => (Part: member.Name.Split('.')[0], Without: member.Values.First(value => value.Key == NotSet).Value))
                .Select(part => (part.Key.Part, Shown: $"{string.Join(", ", part.Select(member => $"{member.Name[(part.Key.Part.Length + 1)..]} {Value(member)}"))} ({runs.Count - part.Key.Without}), {NotSet} ({part.Key.Without})")));
        var different = Table.Of(differing.OrderBy(member => member.Item1, StringComparer.Ordinal), "What differs between the specs, with the number of runs", ("member", member => member.Item1), ("values", member => member.Shown));
        var same = Table.Of(values.Where(member => member.Values.Count == 1), "The same in every run", ("member", member => member.Name), ("value", member => member.Values[0].Key));
        var places = Table.Of(runs.CountBy(Place).OrderByDescending(place => place.Value), "Where it was run",
            ("engine", place => place.Key.Engine), ("threads", place => place.Key.Threads), ("matrix library", place => place.Key.Blas), ("machine", place => place.Key.Machine), ("processors", place => place.Key.Processors),
            ("science", place => place.Key.Science), ("commit", place => place.Key.Commit), ("runs", place => place.Value));
        var costs = Table.Of(ReportedFamily.Of(runs).SelectMany(family => family.Settings.Concat(family.Trials)).SelectMany(setting => setting.Runs.Select(run => (setting.Method, Run: run))).Distinct().GroupBy(pair => pair.Method),
            "Trials and compute of each method", ("method", method => method.Key), ("runs", method => method.Count()), ("learning rates", method => string.Join(", ", Counted(method.Select(pair => pair.Run.Member("learningRate") ?? NotSet)).Select(rate => rate.Key))),
            ("training time", method => Quantities.Duration(method.Sum(pair => double.IsNaN(pair.Run.Seconds) ? 0 : pair.Run.Seconds))));
        return $"{Scroll(different.ToHtml())}{Scroll(costs.ToHtml())}{Scroll(places.ToHtml())}<p class=\"wb-quiet\">Times are those of runs that may have shared the machine; costs are to be claimed from runs that had it alone.</p>"
            + $"<details><summary>{same.Count} members are the same in every run</summary>{Scroll(same.ToHtml())}</details>";
    }

    private const string NotSet = "not set";

    /// <summary>Distinct values with their numbers, numbers by size and before words.</summary>
    private static List<KeyValuePair<string, int>> Counted(IEnumerable<string> values) => [.. values.CountBy(value => value)
        .OrderBy(value => double.TryParse(value.Key, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.MaxValue).ThenBy(value => value.Key, StringComparer.Ordinal)];

    private static (string? Engine, string? Threads, string? Blas, string? Machine, string? Processors, string? Science, string? Commit) Place(ReportedRun run)
    {
        string? Text(params ReadOnlySpan<string> path)
        {
            System.Text.Json.Nodes.JsonNode? node = run.Environment;
            foreach (string part in path)
                node = (node as System.Text.Json.Nodes.JsonObject)?[part];
            return node?.ToString();
        }
        return (Text("identity", "engine"), Text("identity", "threads"), Text("blas"), Text("machine"), Text("processors"), Text("identity", "science"), Text("commit") is { Length: > 10 } commit ? commit[..10] : Text("commit"));
    }

    private static string Failures(IReadOnlyList<ReportedRun> runs)
    {
        var bad = runs.Where(run => run.State != ReportedState.Finished).ToList();
        return bad.Count == 0 ? "<p>Every run that began is finished and none diverged.</p>"
            : Scroll(Table.Of(bad, "Runs without a usable end; they count as failures of their method", ("run", run => run.Name), ("state", run => run.State.ToString().ToLowerInvariant()),
                ("rows", run => run.Member("rows")), ("learning rate", run => run.Member("learningRate")), ("seed", run => run.Seed), ("balancing", run => run.Member("balancing.schedule.curve") ?? "none"), ("what happened", run => run.Failure is { } failure ? $"{failure.Message} (after step {failure.Step}, attempt {failure.Attempts})" : Ended(run))).ToHtml());

        static string Ended(ReportedRun run) => run.State == ReportedState.Diverged ? $"not finite after step {run.Number("steps"):0}"
            : run.State == ReportedState.Running ? "training now"
            : "begun and not finished: start the same spec again, it goes on from its saved state";
    }

    private static string Failures(IReadOnlyList<NeverBegun> never) => never.Count == 0 ? ""
        : Scroll(Table.Of(never, "Runs of sweeps that failed before they began: nothing is kept of them but this", ("sweep", run => run.Sweep), ("run", run => run.Run.Id),
            ("labels", run => string.Join(", ", run.Run.Labels.Select(label => $"{label.Key} {label.Value}"))), ("what happened", run => run.Error)).ToHtml());

    private static string Commands(string root, IReadOnlyList<ReportedRun> runs, string command)
    {
        string shown = Shown(root);
        var threads = runs.Select(run => run.Environment["threads"]?.ToString()).OfType<string>().Distinct().ToList();
        string Train(ReportedRun run) => $"./workbook train {Quoted($"{shown}/{run.Name}/spec.json")}{(run.Environment["threads"] is { } count ? $" --threads {count}" : "")} --runs {Quoted(shown)}";
        var lines = threads.Count == 1 ? [$"for spec in {Quoted(shown)}/*/spec.json; do ./workbook train \"$spec\" --threads {threads[0]} --runs {Quoted(shown)}; done"] : runs.Select(Train).ToList();
        var all = Table.Of(runs, "All runs", ("run", run => run.Name), ("kind", run => run.Kind), ("rows", run => run.Member("rows")), ("seed", run => run.Seed), ("balancing", run => run.Member("balancing.schedule.curve") is { } curve ? $"{curve}{(run.Member("balancing.control") is { } control and not "None" ? $", {control}" : "")}" : "none"),
            ("learning rate", run => run.Member("learningRate")), ("fidelity", run => run.Fidelity), ("state", run => run.State.ToString().ToLowerInvariant()), ("time", run => Quantities.Duration(run.Seconds)), ("finished", run => run.Finished?.Split('.')[0].Replace('T', ' ')));
        return $"<p>A run whose spec, data, engine, threads and library agree is used again; <code>--fresh</code> computes it anew.</p><pre>{Encoded(string.Join('\n', [.. lines, command]))}</pre>"
            + $"<details><summary>The command of each run</summary><pre>{Encoded(string.Join('\n', runs.Select(Train)))}</pre></details><details><summary>All {runs.Count} runs</summary>{Scroll(all.ToHtml())}</details>";
    }

    /// <summary>A path as one types it in the checkout.</summary>
    private static string Shown(string root)
    {
        string relative = Path.GetRelativePath(Folders.Root, Path.GetFullPath(root));
        return relative.StartsWith("..", StringComparison.Ordinal) ? root : relative;
    }

    private static string Quoted(string path) => path.All(letter => char.IsLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_') ? path : $"'{path.Replace("'", @"'\''")}'";

    internal static string Scroll(string html) => $"<div class=\"wb-scroll\">{html}</div>";

    internal static string Encoded(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>Runs by what became of them.</summary>
/// <param name="Finished">With a result.</param>
/// <param name="Diverged">Ended by a number that is not finite.</param>
/// <param name="Failed">Ended by an error, before they began or later.</param>
/// <param name="Unfinished">Begun and not finished, or training now.</param>
public sealed record RunReportCounts(int Finished, int Diverged, int Failed, int Unfinished)
{
    /// <summary>One line to show.</summary>
    public override string ToString() => $"{Finished + Diverged + Failed + Unfinished} runs: {Finished} finished, {Diverged} diverged, {Failed} failed, {Unfinished} unfinished";
}
