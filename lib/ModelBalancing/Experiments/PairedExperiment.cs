// Baseline and treatment on the same rows, weights and order, seed by seed and size by size.
using ModelBalancing.Balancing;
using ModelBalancing.Experiments.Sweeps;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments;

/// <summary>Two methods that differ in one thing, run as pairs: a pair shares seed, subset, initial weights and data order.</summary>
/// <param name="Baseline">Spec of the baseline; its rows and seeds are replaced.</param>
/// <param name="Treatment">Spec of the treatment; must agree with the baseline in everything but the balancing (and what a released setting needs).</param>
/// <param name="Sizes">Training sizes n.</param>
/// <param name="Seeds">Reporting seeds; one pair a size and seed.</param>
public sealed record PairedExperiment(RunSpec Baseline, RunSpec Treatment, IReadOnlyList<int> Sizes, IReadOnlyList<int> Seeds)
{
    /// <summary>Learning rates tried by both methods alike; empty takes the specs' own. The one with the best mean selection error over <see cref="TuningSeeds"/> is used.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>
    /// Trials of single methods ("baseline", "treatment", a control's name) in place of <see cref="LearningRates"/>: changes of the learning rate and of the
    /// balancing. Every method gets as many as every other (rule 3): where the treatment tries several s, the baseline tries as many more rates.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SpecChange>> OwnTrials { get; init; } = new Dictionary<string, IReadOnlyList<SpecChange>>();

    /// <summary>Seeds of the trials; must not occur among the reporting seeds.</summary>
    public IReadOnlyList<int> TuningSeeds { get; init; } = [];

    /// <summary>Further methods beside the pair, such as controls, by name; run on the same seeds and sizes.</summary>
    public IReadOnlyDictionary<string, RunSpec> Controls { get; init; } = new Dictionary<string, RunSpec>();

    /// <summary>The three controls of the comparison (rule 7): the treatment with its multipliers shuffled, inverted, and replaced by their mean.</summary>
    /// <param name="treatment">A balanced spec.</param>
    /// <exception cref="RunException">The spec is not balanced, or is a control already.</exception>
    public static IReadOnlyDictionary<string, RunSpec> ControlsOf(RunSpec treatment) => treatment.Balancing is { Control: BalanceControl.None } balancing
        ? new[] { BalanceControl.Shuffled, BalanceControl.Inverted, BalanceControl.MeanMultiplier }
            .ToDictionary(control => control.ToString(), control => treatment with { Balancing = balancing with { Control = control } })
        : throw new RunException("Controls are made of a balanced spec: give the treatment a balancing without a control.");

    /// <summary>Number of runs that <see cref="RunAsync"/> carries out or reuses.</summary>
    public int RunCount => Sizes.Count * Methods.Sum(method => Seeds.Count + (Tries(method.Key) is { Count: > 1 } tries ? tries.Count * TuningSeeds.Count : 0));

    /// <summary>Baseline, treatment, then the controls by name.</summary>
    private IEnumerable<KeyValuePair<string, RunSpec>> Methods =>
        [KeyValuePair.Create("baseline", Baseline), KeyValuePair.Create("treatment", Treatment), .. Controls.OrderBy(control => control.Key, StringComparer.Ordinal)];

    private IReadOnlyList<SpecChange> Tries(string method) => OwnTrials.GetValueOrDefault(method) ?? [.. LearningRates.Select(SpecChange.LearningRate)];

    /// <summary>Runs everything; finished runs are reused.</summary>
    /// <param name="store">Where runs are kept.</param>
    /// <param name="progress">Told of every step, from the runs' threads, one call at a time.</param>
    /// <param name="cancellation">Honoured after the current step of every run; running again goes on.</param>
    /// <param name="options">How runs are carried out.</param>
    /// <param name="jobs">Runs at a time; does not change a number. More than one wants one thread a run.</param>
    /// <param name="workers">Command of worker processes (<see cref="SweepWorker.Command"/>); null runs in this process.</param>
    /// <exception cref="RunException">The design breaks a rule of comparison, or a run failed twice.</exception>
    public async Task<PairedResult> RunAsync(RunStore store, IProgress<PairedProgress>? progress = null, CancellationToken cancellation = default, RunOptions? options = null, int jobs = 1, IReadOnlyList<string>? workers = null)
    {
        Check();
        // A notebook's experiment computes with the threads that its process has, unless it says otherwise.
        int threads = options?.Threads ?? TorchSharp.torch.get_num_threads();
        var sweepOptions = new SweepOptions { Jobs = jobs, Workers = workers, SaveEvery = (options ?? new RunOptions()).SaveEvery, Fresh = options?.Fresh ?? false };

        // Trials first, all methods alike; then the reported runs, each with its method's chosen change.
        var measure = RunKinds.Find(Baseline.Kind).Measure;
        var tries = from rows in Sizes from method in Methods where Tries(method.Key).Count > 1 from change in Tries(method.Key) select (Method: method, Rows: rows, Change: change);
        var tried = tries.ToList();
        List<PairedTrial> trials = tried.Count == 0 ? [] : [.. (await Carry("trials", from one in tried from seed in TuningSeeds select PointOf(one.Method, one.Rows, one.Change, seed), 0)).Runs
            .Chunk(TuningSeeds.Count).Zip(tried, (runs, one) => new PairedTrial(one.Method.Key, one.Rows, runs[0].Point.Spec.LearningRate,
                runs.Average(run => run.Value("selectionError") is var error && double.IsNaN(error) ? double.PositiveInfinity : error)) { Change = one.Change, Runs = [.. runs.Select(run => run.Run!)] })];
        SpecChange Chosen(string method, int rows) => Tries(method) switch
        {
            [] => SpecChange.None,
            [var only] => only,
            _ => trials.Where(trial => trial.Method == method && trial.Rows == rows).MinBy(trial => trial.SelectionError)!.Change,
        };
        var reported = from rows in Sizes from method in Methods from seed in Seeds select PointOf(method, rows, Chosen(method.Key, rows), seed);
        var points = await Carry("reported", reported, tried.Count * TuningSeeds.Count);
        return new PairedResult([.. points.Runs.Select(run => new PairedPoint(run.Label("method"), run.Point.Spec.Rows, run.Point.Spec.Seeds.Subset, run.Point.Spec.LearningRate, run.Run!) { Measure = measure })], trials) { Measure = measure };

        static SweepPoint PointOf(KeyValuePair<string, RunSpec> method, int rows, SpecChange change, int seed) => new(
            change.Of(method.Value) with { Rows = rows, Seeds = RunSeeds.Of(seed) },
            new Dictionary<string, string> { ["method"] = method.Key, ["rows"] = $"{rows}", ["seed"] = $"{seed}" });

        async Task<SweepResult> Carry(string part, IEnumerable<SweepPoint> all, int before)
        {
            var sweep = new Sweep(part, [.. all]) { Threads = threads };
            var follower = progress is null ? null : new SweepWorker.Immediate<SweepProgress>(now =>
            {
                // Runs of the part that is still to come take as long as those of this one.
                int open = now.All - now.Done - now.Failed, openInAll = RunCount - before - now.Done - now.Failed;
                progress.Report(new PairedProgress(before + now.Done, RunCount, now.Left is { } left && open > 0 ? left * ((double)openInAll / open) : now.Left));
            });
            return (await sweep.RunAsync(store, sweepOptions, follower, cancellation)).Whole();
        }
    }

    private void Check()
    {
        if (Sizes.Count == 0 || Seeds.Count == 0)
            throw new RunException("A paired experiment needs at least one size and one seed.");
        if (Seeds.Distinct().Count() != Seeds.Count || Sizes.Distinct().Count() != Sizes.Count)
            throw new RunException("A size or a seed occurs twice in the paired experiment.");
        if (OwnTrials.Keys.FirstOrDefault(name => Methods.All(method => method.Key != name)) is { } unknown)
            throw new RunException($"There are trials for '{unknown}', which is none of {string.Join(", ", Methods.Select(method => method.Key))}.");
        if (Methods.Select(method => Tries(method.Key).Count).Distinct().Count() > 1)
            throw new RunException($"Every method gets the same number of trials, here they are {string.Join(", ", Methods.Select(method => $"{method.Key} {Tries(method.Key).Count}"))}: give the ones with fewer more learning rates.");
        if (Tries("baseline").Count > 1 && (TuningSeeds.Count == 0 || TuningSeeds.Intersect(Seeds).Any() || TuningSeeds.Distinct().Count() != TuningSeeds.Count))
            throw new RunException("Trials are judged on tuning seeds, at least one, all different, none of which is a reporting seed.");
        static string Shared(RunSpec spec) => (spec with { Balancing = null, Rows = 1, Seeds = new(0, 0, 0), LearningRate = 1 }).Canonical();
        foreach (var (method, spec) in Methods)
            if (Tries(method).Select(change => change.Of(spec)).Append(spec).Any(tried => Shared(tried) != Shared(Baseline)))
                throw new RunException("The compared specs differ in more than the balancing and the learning rate; a pair must share everything else.");
    }
}

/// <summary>How far a paired experiment is.</summary>
/// <param name="Done">Finished or reused runs.</param>
/// <param name="All">All runs.</param>
/// <param name="Left">Estimated time left; null before the first step.</param>
public sealed record PairedProgress(int Done, int All, TimeSpan? Left)
{
    /// <summary>One line to show.</summary>
    public override string ToString() => $"{Done} of {All} runs" + (Left is { } left && Done < All ? $", {Quantities.Duration(left)} left" : "");
}

/// <summary>One run of a paired experiment.</summary>
/// <param name="Method">baseline, treatment, or a control's name.</param>
/// <param name="Rows">Training rows n.</param>
/// <param name="Seed">The pair's seed.</param>
/// <param name="LearningRate">The rate used.</param>
/// <param name="Run">The run.</param>
public sealed record PairedPoint(string Method, int Rows, int Seed, double LearningRate, RunOutcome Run)
{
    /// <summary>The number by which the kind of run is judged.</summary>
    public required ResultMeasure Measure { get; init; }

    /// <summary>A number of the run's result, such as "test.nRMSE"; NaN if the run diverged before it had one.</summary>
    /// <param name="name">Dotted name; the kind's own measure if left out.</param>
    public double Value(string? name = null) => Run.Number(name ?? Measure.Member);

    /// <summary>Whether the run diverged or has no finite measure; it counts, and is reported as what it is (rule 8).</summary>
    public bool Failed => Run.Result["diverged"]?.GetValue<bool>() == true || !double.IsFinite(Value());
}

/// <summary>What a method's numbers have cost (rule 3).</summary>
/// <param name="Trials">Settings tried, over all sizes.</param>
/// <param name="Runs">Runs, trials and reported ones.</param>
/// <param name="Steps">Their optimiser steps.</param>
/// <param name="Seconds">Their wall-clock time, over all sessions, where it was made; comparable only if the machine did nothing else.</param>
public sealed record PairedEffort(int Trials, int Runs, long Steps, double Seconds);

/// <summary>One trial of a method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Rows">Training rows n.</param>
/// <param name="LearningRate">The rate tried.</param>
/// <param name="SelectionError">Mean over the tuning seeds of the error on validation rows; infinite if a run diverged.</param>
public sealed record PairedTrial(string Method, int Rows, double LearningRate, double SelectionError)
{
    /// <summary>What was changed in the method's spec.</summary>
    public SpecChange Change { get; init; } = SpecChange.None;

    /// <summary>The runs, one a tuning seed.</summary>
    public IReadOnlyList<RunOutcome> Runs { get; init; } = [];
}

/// <summary>All runs of a paired experiment.</summary>
/// <param name="Points">Every reported run: one dot a seed.</param>
/// <param name="Trials">Every setting tried.</param>
public sealed record PairedResult(IReadOnlyList<PairedPoint> Points, IReadOnlyList<PairedTrial> Trials)
{
    /// <summary>The number by which the kind of run is judged.</summary>
    public required ResultMeasure Measure { get; init; }

    /// <summary>Reported runs that diverged or have no finite measure: none is dropped or replaced (rule 8).</summary>
    public IReadOnlyList<PairedPoint> Failures => [.. Points.Where(point => point.Failed)];

    /// <summary>What a method's numbers have cost (rule 3).</summary>
    /// <param name="method">baseline, treatment, or a control's name.</param>
    public PairedEffort Effort(string method)
    {
        var trials = Trials.Where(trial => trial.Method == method).ToList();
        List<RunOutcome> runs = [.. trials.SelectMany(trial => trial.Runs), .. Points.Where(point => point.Method == method).Select(point => point.Run)];
        return new(trials.Count, runs.Count, runs.Sum(run => (long)run.Number("steps")), runs.Sum(run => new StoredRun(run.Folder).Times is { } times ? ResultMeasure.Number(times, "seconds") : 0));
    }

    /// <summary>Summary of one size.</summary>
    /// <param name="rows">Training rows n.</param>
    /// <param name="value">Number of the result to compare; the kind's own measure if left out.</param>
    /// <param name="method">The method compared with the baseline.</param>
    /// <exception cref="ArgumentException">A run has no finite value: it diverged, and is to be reported as such.</exception>
    public PairedSummary Summary(int rows, string? value = null, string method = "treatment")
    {
        double[] Of(string name) => [.. Points.Where(p => p.Rows == rows && p.Method == name).OrderBy(p => p.Seed).Select(p => p.Value(value))];
        return PairedSummary.Of(Of("baseline"), Of(method));
    }
}
