// ./workbook sweep: carries out the runs of a sweep file with worker processes; status and collect are beside it.

using System.CommandLine;
using System.Globalization;
using ModelBalancing.Experiments;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Experiments.Sweeps.Slurm;
using ModelBalancing.Figures;

namespace Workbook.Commands;

/// <summary>Many runs: on this machine, or handed to Slurm.</summary>
internal static class SweepCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("SWEEP.json") { Description = "The sweep, a JSON file such as data/specs/sweep-fno-little-data.json; docs/experiments.md tells its members." };
        var jobs = new Option<int?>("--jobs") { Description = "Runs at a time; default: processors divided by the threads of a run. Never changes a run's threads." };
        var runs = new Option<string?>("--runs", "--out") { Description = "Folder of runs; default: runs/ in the checkout. The sweep's own folder is sweeps/NAME below it." };
        var threads = new Option<int?>("--threads") { Description = "Threads of each run, instead of the file's; part of the runs' identity." };
        var saveEvery = new Option<double>("--save-every") { Description = "Seconds between two saves of a run's state.", DefaultValueFactory = _ => 20 };
        var fresh = new Option<bool>("--fresh") { Description = "Compute every run again." };
        var json = new Option<bool>("--json") { Description = "Prints the outcome as one JSON document." };
        var report = new Option<string?>("--report") { Description = "Of a file of trials (its name ends in -trials): also the reported runs with these seeds, such as 1-5 or 1,2,3, each method at the rate that its trials chose." };
        var slurm = SlurmArguments.Create();
        var command = new Command("sweep", "Carries out many runs; finished ones are left out, interrupted ones continue.") { file, jobs, runs, threads, saveEvery, fresh, report, json };
        slurm.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!(parsed.GetValue(saveEvery) >= 0)) throw new UsageException($"--save-every is {parsed.GetValue(saveEvery)}, but must be at least 0.");
            if (parsed.GetValue(jobs) is < 1) throw new UsageException($"--jobs is {parsed.GetValue(jobs)}, but must be at least 1.");
            if (parsed.GetValue(threads) is < 1) throw new UsageException($"--threads is {parsed.GetValue(threads)}, but must be at least 1.");
            if (parsed.GetValue(report) is { } seeds)
            {
                if (slurm.IsAskedFor(parsed) || parsed.GetValue(fresh) || parsed.GetValue(json) || parsed.GetValue(threads) is not null)
                    throw new UsageException("--report goes with --jobs and --runs only: the trials decide what follows, on this machine, with the file's threads.");
                return await ReportedAsync(new TunedSweep(SweepFile.Load(parsed.GetValue(file)!), SeedsOf(seeds)), new RunStore(parsed.GetValue(runs)), parsed.GetValue(jobs) ?? 1, cancellation);
            }
            var sweep = Sweep.Load(parsed.GetValue(file)!);
            sweep = sweep with { Threads = parsed.GetValue(threads) ?? sweep.Threads };
            var store = new RunStore(parsed.GetValue(runs));
            var folder = SweepFolder.Of(store, sweep.Name);
            if (slurm.IsAskedFor(parsed))
            {
                if (parsed.GetValue(fresh)) throw new UsageException("--fresh is not for --slurm: delete the runs, or run the sweep here.");
                return slurm.Submit(parsed, sweep, store, parsed.GetValue(jobs), TimeSpan.FromSeconds(parsed.GetValue(saveEvery)), parsed.GetValue(json));
            }
            var atOnce = parsed.GetValue(jobs) ?? Math.Max(1, Environment.ProcessorCount / sweep.Threads);
            if (atOnce * sweep.Threads > Environment.ProcessorCount)
                Console.Error.WriteLine($"{atOnce} runs of {sweep.Threads} threads share {Environment.ProcessorCount} processors: the numbers are the same, the times are not to be compared.");
            Console.Error.WriteLine($"{sweep.Points.Count} runs; live status: {Path.Combine(folder, "status.html")}");

            using var line = new ProgressLine("sweep");
            var progress = new ImmediateProgress<SweepProgress>(now => line.Show(now.Done + now.Failed, now.All, now.Left, now.Details));
            var options = new SweepOptions
            {
                Jobs = atOnce,
                Workers = SweepWorker.Command(),
                Folder = folder,
                SaveEvery = TimeSpan.FromSeconds(parsed.GetValue(saveEvery)),
                Fresh = parsed.GetValue(fresh),
            };
            var result = await sweep.RunAsync(store, options, progress, cancellation);
            line.Dispose();
            var distinct = result.Runs.DistinctBy(run => run.Id).ToList();
            if (parsed.GetValue(json))
                JsonOutput.Write(new
                {
                    sweep.Name,
                    Folder = folder,
                    Store = store.Root,
                    Finished = distinct.Count(run => run.Run is not null),
                    Reused = distinct.Count(run => run.Run is { Reused: true }),
                    Failed = distinct.Count(run => run.Run is null),
                    Runs = result.Runs.Select(run => new { run.Id, run.Point.Labels, Folder = run.Run?.Folder, Reused = run.Run?.Reused, run.Error, Result = run.Run?.Result }),
                });
            else
                Console.WriteLine($"{distinct.Count(run => run.Run is not null)} of {distinct.Count} runs are finished, {distinct.Count(run => run.Run is { Reused: true })} of them from before; ./workbook sweep collect {parsed.GetValue(file)} makes a table of them.");
            foreach (var failed in distinct.Where(run => run.Run is null))
                Console.Error.WriteLine($"workbook: run {failed.Id} ({failed.Point.Label}) failed: {failed.Error}");
            return distinct.All(run => run.Run is not null) ? 0 : CommandLine.Failed;
        });
        command.Subcommands.Add(Status());
        command.Subcommands.Add(Collect());
        command.Subcommands.Add(SlurmTask());
        return command;
    }

    /// <summary>Trials, then the reported runs: what notebooks do, from the command line.</summary>
    private static async Task<int> ReportedAsync(TunedSweep sweep, RunStore store, int jobs, CancellationToken cancellation)
    {
        Console.Error.WriteLine($"{sweep.RunCounts.Trials} trials and {sweep.RunCounts.Reported} reported runs, {Quantities.Count(sweep.StepCount)} steps");
        using var line = new ProgressLine("sweep");
        var progress = new ImmediateProgress<SweepProgress>(now => line.Show(now.Done + now.Failed, now.All, now.Left, now.Details));
        var result = await sweep.RunAsync(store, jobs, progress, cancellation);
        line.Dispose();
        Console.WriteLine(result.TrialTable("Trials").ToText());
        Console.WriteLine($"{result.ReportedFile}: {result.Reported.Runs.Count} runs are finished, {result.Reported.Runs.Count(run => run.Run is { Reused: true })} of them from before; ./workbook sweep collect {Path.GetDirectoryName(result.ReportedFile)} makes a table of them.");
        return 0;
    }

    /// <summary>Seeds such as 1-5 or 1,2,3.</summary>
    private static IReadOnlyList<int> SeedsOf(string text)
    {
        int One(string part) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? seed : throw new UsageException($"--report is '{text}', but must be seeds such as 1-5 or 1,2,3.");
        return [.. text.Split(',', StringSplitOptions.TrimEntries).SelectMany(part => part.Split('-') is [var first, var last]
            ? Enumerable.Range(One(first), Math.Max(0, One(last) - One(first) + 1)) : [One(part)])];
    }

    private static Command Collect()
    {
        var sweep = new Argument<string>("SWEEP") { Description = "The sweep's file, or its folder (runs/sweeps/NAME)." };
        var runs = new Option<string?>("--runs") { Description = "Folder of runs, where a file is given; default: runs/ in the checkout." };
        var from = new Option<string[]>("--from") { Description = "Other folders of runs, such as copies from other hosts; finished runs of the sweep are taken over.", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string?>("--out") { Description = "The table, .csv or .json; default: table.csv in the sweep's folder." };
        var json = new Option<bool>("--json") { Description = "Prints the rows as one JSON document." };
        var record = new Option<string?>("--record") { Description = "Also writes a record that stands alone (origin, commands, every run's numbers), such as data/results/NAME.json." };
        var made = new Option<string[]>("--command") { Description = "A command that makes the runs again, for the record; may be repeated. Default: this sweep alone." };
        var command = new Command("collect", "Brings a sweep's runs into one store and writes a table of them.") { sweep, runs, from, output, record, made, json };
        command.SetAction(parsed =>
        {
            var folder = FolderOf(parsed.GetValue(sweep)!, parsed.GetValue(runs));
            var store = new RunStore(parsed.GetValue(runs));
            // A sweep that was carried out elsewhere only has no folder here: its plan is made from the file.
            var plan = !File.Exists(Path.Combine(folder, SweepPlan.FileName)) && File.Exists(parsed.GetValue(sweep)!) ? SweepPlan.Of(Sweep.Load(parsed.GetValue(sweep)!), store) : SweepPlan.Read(folder);
            var report = SweepCollection.Merge(plan, parsed.GetValue(from) ?? []);
            Directory.CreateDirectory(folder);
            var table = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(folder, "table.csv"));
            SweepCollection.Save(plan, table);
            if (parsed.GetValue(record) is { } kept)
            {
                if (report.Missing.Count > 0) throw new RunException($"{report.Missing.Count} runs of '{plan.Name}' are not finished, so there is nothing to record yet; ./workbook sweep {parsed.GetValue(sweep)} goes on.");
                SweepRecord.Of(plan, parsed.GetValue(made) is { Length: > 0 } commands ? commands : [$"./workbook sweep {parsed.GetValue(sweep)}"]).Save(Path.GetFullPath(kept));
            }
            foreach (var other in report.Others) Console.Error.WriteLine($"workbook: {other}");
            foreach (var conflict in report.Conflicts) Console.Error.WriteLine($"workbook: run {conflict} has another result in another folder; the one here was kept. Equal runs must give equal results: compare the two.");
            if (parsed.GetValue(json)) JsonOutput.Write(new { plan.Name, Table = table, report.Copied, report.Conflicts, report.Missing, report.Others, Rows = SweepCollection.Rows(plan) });
            else Console.WriteLine($"{table}: {plan.Points.Count} rows; {report.Copied.Count} runs copied{(report.Missing.Count > 0 ? $", {report.Missing.Count} not finished anywhere" : "")}");
            return report.Conflicts.Count == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }

    /// <summary>What the script of a job array calls.</summary>
    private static Command SlurmTask()
    {
        var folder = new Argument<string>("FOLDER");
        var index = new Argument<int>("INDEX");
        var command = new Command("task", "One task of a Slurm array.") { folder, index };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) =>
        {
            var result = await SlurmJob.RunTaskAsync(parsed.GetValue(folder)!, parsed.GetValue(index), cancellation);
            foreach (var failed in result.Failed) Console.Error.WriteLine($"workbook: run {failed.Id} ({failed.Point.Label}) failed: {failed.Error}");
            return result.Failed.Count == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static Command Status()
    {
        var sweep = new Argument<string>("SWEEP") { Description = "The sweep's file, or its folder (runs/sweeps/NAME)." };
        var runs = new Option<string?>("--runs", "--out") { Description = "Folder of runs, where a file is given; default: runs/ in the checkout." };
        var watch = new Option<double?>("--watch") { Description = "Look again every so many seconds until all runs are finished or failed; each look renews status.html." };
        var json = new Option<bool>("--json") { Description = "Prints the status as one JSON document." };
        var command = new Command("status", "Tells how a sweep stands.") { sweep, runs, watch, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(watch) is <= 0) throw new UsageException($"--watch is {parsed.GetValue(watch)}, but must be positive.");
            var folder = FolderOf(parsed.GetValue(sweep)!, parsed.GetValue(runs));
            var status = SweepStatus.Read(folder);
            if (parsed.GetValue(watch) is { } seconds)
            {
                using var line = new ProgressLine(status.Name);
                for (; ; await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation), status = SweepStatus.Read(folder))
                {
                    SweepPage.Write(folder, status);
                    var over = status.Count(SweepRunState.Finished) + status.Count(SweepRunState.Failed);
                    line.Show(over, status.Items.Count, status.Left, $", {status.Count(SweepRunState.Running)} running");
                    if (over == status.Items.Count) break;
                }
            }
            var slurm = SlurmQueue.Status(status.Folder);
            if (parsed.GetValue(json)) JsonOutput.Write(Document(status, slurm));
            else Print(status, slurm);
            return 0;
        });
        return command;
    }

    private static object Document(SweepStatus status, SlurmStatus? slurm) => new
    {
        status.Name, status.Folder, status.Store, status.At,
        Runs = status.Items.Count,
        Finished = status.Count(SweepRunState.Finished), Running = status.Count(SweepRunState.Running), Interrupted = status.Count(SweepRunState.Interrupted),
        Failed = status.Count(SweepRunState.Failed), Waiting = status.Count(SweepRunState.Waiting),
        status.Interruptions,
        SecondsLeft = status.Left?.TotalSeconds,
        Slurm = slurm,
        Items = status.Items.Select(item => new { item.Id, item.Labels, State = item.State.ToString().ToLowerInvariant(), item.Step, item.Steps, item.Error, item.Folder }),
    };

    private static void Print(SweepStatus status, SlurmStatus? slurm)
    {
        var open = status.Items.Where(item => item.State != SweepRunState.Finished).ToList();
        if (open.Count > 0)
            Console.WriteLine(Table.Of(open, "", ("run", item => item.Id), ("labels", item => string.Join(", ", item.Labels.Select(label => $"{label.Key} {label.Value}"))), ("state", item => item.State.ToString().ToLowerInvariant()), ("steps", item => item.Steps > 0 ? $"{item.Step} of {item.Steps}" : "")).ToText());
        foreach (var failed in open.Where(item => item.Error is not null))
            Console.WriteLine($"{failed.Id} failed: {failed.Error}");
        if (slurm is not null)
        {
            foreach (var task in slurm.Tasks.Where(task => task.State is not "COMPLETED")) Console.WriteLine($"task {task.Index}: {task.State} {task.Node} {task.Reason}");
            Console.WriteLine($"Slurm {slurm}");
        }
        Console.WriteLine($"{status.Name}: {status}");
    }

    /// <summary>The folder of a sweep that is named by its file or by the folder itself.</summary>
    internal static string FolderOf(string sweep, string? runs) => Directory.Exists(sweep) ? sweep : SweepFolder.Of(new RunStore(runs), SweepFile.Load(sweep).Name);
}
