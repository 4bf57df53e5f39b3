// Baseline and treatment on the same rows, weights and order, seed by seed and size by size.
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

    /// <summary>Seeds of the trials; must not occur among the reporting seeds.</summary>
    public IReadOnlyList<int> TuningSeeds { get; init; } = [];

    /// <summary>Further methods beside the pair, such as controls, by name; run on the same seeds and sizes.</summary>
    public IReadOnlyDictionary<string, RunSpec> Controls { get; init; } = new Dictionary<string, RunSpec>();

    /// <summary>Number of runs that <see cref="RunAsync"/> carries out or reuses.</summary>
    public int RunCount => Sizes.Count * (2 + Controls.Count) * (Seeds.Count + (LearningRates.Count > 1 ? LearningRates.Count * TuningSeeds.Count : 0));

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
        var methods = new Dictionary<string, RunSpec>(Controls) { ["baseline"] = Baseline, ["treatment"] = Treatment }
            .OrderBy(m => m.Key is "baseline" ? 0 : m.Key is "treatment" ? 1 : 2).ThenBy(m => m.Key, StringComparer.Ordinal).ToList();
        // A notebook's experiment computes with the threads that its process has, unless it says otherwise.
        int threads = options?.Threads ?? TorchSharp.torch.get_num_threads();
        var sweepOptions = new SweepOptions { Jobs = jobs, Workers = workers, SaveEvery = (options ?? new RunOptions()).SaveEvery, Fresh = options?.Fresh ?? false };

        // Trials first, all methods alike; then the reported runs, each with its method's chosen rate.
        var trials = new List<PairedTrial>();
        if (LearningRates.Count > 1)
        {
            var tried = from rows in Sizes from method in methods from rate in LearningRates from seed in TuningSeeds select PointOf(method, rows, rate, seed);
            trials.AddRange((await Carry("trials", tried, 0)).Runs.Chunk(TuningSeeds.Count).Select(one => new PairedTrial(one[0].Label("method"), one[0].Point.Spec.Rows, one[0].Point.Spec.LearningRate,
                one.Average(run => run.Value("selectionError") is var error && double.IsNaN(error) ? double.PositiveInfinity : error))));
        }
        double Chosen(KeyValuePair<string, RunSpec> method, int rows) => LearningRates.Count == 0 ? method.Value.LearningRate
            : LearningRates.Count == 1 ? LearningRates[0]
            : trials.Where(trial => trial.Method == method.Key && trial.Rows == rows).MinBy(trial => trial.SelectionError)!.LearningRate;
        var reported = from rows in Sizes from method in methods from seed in Seeds select PointOf(method, rows, Chosen(method, rows), seed);
        var points = await Carry("reported", reported, trials.Count * TuningSeeds.Count);
        return new PairedResult([.. points.Runs.Select(run => new PairedPoint(run.Label("method"), run.Point.Spec.Rows, run.Point.Spec.Seeds.Subset, run.Point.Spec.LearningRate, run.Run!))], trials);

        static SweepPoint PointOf(KeyValuePair<string, RunSpec> method, int rows, double rate, int seed) => new(
            method.Value with { LearningRate = rate, Rows = rows, Seeds = RunSeeds.Of(seed) },
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
        if (LearningRates.Count > 1 && (TuningSeeds.Count == 0 || TuningSeeds.Intersect(Seeds).Any()))
            throw new RunException("Learning rates are chosen on tuning seeds, at least one, none of which is a reporting seed.");
        static string Shared(RunSpec spec) => (spec with { Balancing = null, Rows = 1, Seeds = new(0, 0, 0), LearningRate = 1 }).Canonical();
        foreach (var spec in Controls.Values.Prepend(Treatment))
            if (Shared(spec) != Shared(Baseline))
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
    /// <summary>A number of the run's result, such as "test.nRMSE"; NaN if the run diverged before it had one.</summary>
    /// <param name="name">Dotted name.</param>
    public double Value(string name = "test.nRMSE") => Run.Number(name);
}

/// <summary>One trial of a learning rate.</summary>
/// <param name="Method">The method.</param>
/// <param name="Rows">Training rows n.</param>
/// <param name="LearningRate">The rate tried.</param>
/// <param name="SelectionError">Mean over the tuning seeds of the error on validation rows.</param>
public sealed record PairedTrial(string Method, int Rows, double LearningRate, double SelectionError);

/// <summary>All runs of a paired experiment.</summary>
/// <param name="Points">Every reported run: one dot a seed.</param>
/// <param name="Trials">Every learning rate tried.</param>
public sealed record PairedResult(IReadOnlyList<PairedPoint> Points, IReadOnlyList<PairedTrial> Trials)
{
    /// <summary>Summary of one size.</summary>
    /// <param name="rows">Training rows n.</param>
    /// <param name="value">Number of the result to compare.</param>
    /// <param name="method">The method compared with the baseline.</param>
    /// <exception cref="ArgumentException">A run has no finite value: it diverged, and is to be reported as such.</exception>
    public PairedSummary Summary(int rows, string value = "test.nRMSE", string method = "treatment")
    {
        double[] Of(string name) => [.. Points.Where(p => p.Rows == rows && p.Method == name).OrderBy(p => p.Seed).Select(p => p.Value(value))];
        return PairedSummary.Of(Of("baseline"), Of(method));
    }
}
