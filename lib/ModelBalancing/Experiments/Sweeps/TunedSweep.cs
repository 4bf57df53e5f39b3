// A comparison by the protocol as two sweeps: trials of learning rates on seeds that are not reported, then the reported runs.
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Figures;
using ModelBalancing.Statistics;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>Methods compared over settings. Every method of a setting tries the same learning rates on tuning seeds; the reported runs take the rate that its trials chose.</summary>
/// <param name="Trials">The trials: a file with the axes <see cref="SettingAxis"/> and <see cref="MethodAxis"/>, learning rates in its grid or in a rule's, the tuning seeds, and a name that ends in "-trials".</param>
/// <param name="Seeds">Reporting seeds; none of them a tuning seed.</param>
/// <remarks>Like <see cref="PairedExperiment"/>, for sizes that differ in more than their rows, and with files that the command line runs too.</remarks>
public sealed record TunedSweep(SweepFile Trials, IReadOnlyList<int> Seeds)
{
    /// <summary>The axis of what is compared in: model, data, rows.</summary>
    public const string SettingAxis = "setting";

    /// <summary>The axis of the methods.</summary>
    public const string MethodAxis = "method";

    private const string Rate = "learningRate", Suffix = "-trials";

    /// <summary>Name of the sweep of the reported runs.</summary>
    public string ReportedName => Trials.Name.EndsWith(Suffix, StringComparison.Ordinal) ? Trials.Name[..^Suffix.Length]
        : throw new RunException($"The sweep of the trials is named '{Trials.Name}'; its name must end in '{Suffix}', the rest names the reported runs.");

    /// <summary>Runs of the trials and reported runs.</summary>
    /// <exception cref="RunException">The design breaks a rule of comparison.</exception>
    public (int Trials, int Reported) RunCounts
    {
        get
        {
            Check();
            return (Tried(Points()).Count, Seeds.Count * Points().DistinctBy(Place).Count());
        }
    }

    /// <summary>Optimiser steps of both parts.</summary>
    public long StepCount => Tried(Points()).Sum(Steps) + (Seeds.Count * Points().DistinctBy(Place).Sum(Steps));

    /// <summary>Carries both parts out; finished runs are used again.</summary>
    /// <param name="store">Where runs are kept; the file of the reported sweep is written to its folder there.</param>
    /// <param name="jobs">Runs at a time; changes no number.</param>
    /// <param name="progress">Told of every change and step.</param>
    /// <param name="cancellation">Honoured after the current step of every run; the same call goes on.</param>
    /// <exception cref="RunException">The design breaks a rule of comparison, or a run failed twice.</exception>
    public async Task<TunedResult> RunAsync(RunStore store, int jobs = 1, IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        Check();
        Task<SweepResult> Carry(Sweep sweep) =>
            sweep.RunAsync(store, new SweepOptions { Jobs = jobs, Folder = SweepFolder.Of(store, sweep.Name) }, progress, cancellation);

        var all = Trials.Expand();
        var tried = (await Carry(all with { Points = Tried(all.Points) })).Whole();
        List<RateTrial> trials = [.. tried.Runs.GroupBy(run => (Place: Place(run.Point), run.Point.Spec.LearningRate))
            .Select(group => new RateTrial(group.Key.Place.Setting, group.Key.Place.Method, group.Key.LearningRate, group.Average(SelectionError)))];
        trials.AddRange(all.Points.DistinctBy(Place).Where(point => trials.All(trial => (trial.Setting, trial.Method) != Place(point)))
            .Select(point => new RateTrial(Place(point).Setting, Place(point).Method, point.Spec.LearningRate, double.NaN)));
        List<RateTrial> chosen = [.. trials.GroupBy(trial => (trial.Setting, trial.Method)).Select(group => group.MinBy(trial => trial.SelectionError)!)];
        trials = [.. trials.Select(trial => trial with { IsChosen = chosen.Contains(trial) })];

        var reported = Reported(chosen);
        string path = Path.Combine(SweepFolder.Of(store, reported.Name), "sweep.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Replace(path, reported.ToJson());
        return new TunedResult(trials, (await Carry(reported.Expand())).Whole(), path);
    }

    /// <summary>The file of the reported runs: the trials' without their rates and seeds, with the chosen rates and the reporting seeds.</summary>
    /// <param name="chosen">One trial a setting and method.</param>
    internal SweepFile Reported(IReadOnlyList<RateTrial> chosen) => Trials with
    {
        Name = ReportedName,
        Title = $"Reported runs, each method at the rate that its trials chose ({Trials.Name})",
        Grid = WithoutRates(Trials.Grid),
        Seeds = new JsonArray([.. Seeds.Select(seed => (JsonNode)seed)]),
        When = [.. Trials.When.Select(rule => rule with { Grid = WithoutRates(rule.Grid) }), .. chosen.Select(best => new SweepRule
        {
            If = new JsonObject { [SettingAxis] = best.Setting, [MethodAxis] = best.Method },
            Set = new JsonObject { [Rate] = best.LearningRate },
        })],
    };

    private static JsonObject WithoutRates(JsonObject grid) => new(grid.Where(axis => axis.Key != Rate).Select(axis => KeyValuePair.Create(axis.Key, axis.Value?.DeepClone())));

    private void Check()
    {
        _ = ReportedName; // refuses a name that says nothing
        var points = Points();
        if (points.FirstOrDefault(point => !point.Labels.ContainsKey(SettingAxis) || !point.Labels.ContainsKey(MethodAxis)) is not null)
            throw new RunException($"The sweep '{Trials.Name}' needs the axes '{SettingAxis}' and '{MethodAxis}' on every point.");
        if (Seeds.Count == 0 || Seeds.Distinct().Count() < Seeds.Count || points.Any(point => Seeds.Contains(point.Spec.Seeds.Subset)))
            throw new RunException("Reporting seeds must be at least one, all different, and none of them a tuning seed.");
        foreach (var setting in points.GroupBy(point => Place(point).Setting))
            if (setting.GroupBy(point => Place(point).Method).Select(method => string.Join(", ", method.Select(point => (point.Spec.LearningRate, point.Spec.Seeds.Subset)).Order())).Distinct().Count() > 1)
                throw new RunException($"In '{setting.Key}' the methods try different learning rates or seeds; every method gets the same trials.");
    }

    private IReadOnlyList<SweepPoint> Points() => Trials.Expand().Points;

    // Where there is one rate there is nothing to choose, and no trial.
    private static IReadOnlyList<SweepPoint> Tried(IReadOnlyList<SweepPoint> points) =>
        [.. points.GroupBy(Place).Where(group => group.Select(point => point.Spec.LearningRate).Distinct().Count() > 1).SelectMany(group => group)];

    private static (string Setting, string Method) Place(SweepPoint point) => (point.Labels[SettingAxis], point.Labels[MethodAxis]);

    private static long Steps(SweepPoint point) => (long)point.Spec.Epochs * ((point.Spec.Rows + point.Spec.BatchSize - 1) / point.Spec.BatchSize);

    // A trial that diverged has no selection error and is never chosen.
    private static double SelectionError(SweepRun run) => run.Value("selectionError") is var error && double.IsNaN(error) ? double.PositiveInfinity : error;
}

/// <summary>One trial: a learning rate of a method in a setting.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Method">The method.</param>
/// <param name="LearningRate">The rate tried.</param>
/// <param name="SelectionError">Mean over the tuning seeds of the error on validation rows; infinite if a run diverged, NaN for a rate without alternative, which is not tried.</param>
public sealed record RateTrial(string Setting, string Method, double LearningRate, double SelectionError)
{
    /// <summary>Whether the reported runs take this rate.</summary>
    public bool IsChosen { get; init; }
}

/// <summary>All runs of a tuned sweep.</summary>
/// <param name="Trials">Every rate tried.</param>
/// <param name="Reported">The reported runs.</param>
/// <param name="ReportedFile">The sweep file of the reported runs.</param>
public sealed record TunedResult(IReadOnlyList<RateTrial> Trials, SweepResult Reported, string ReportedFile)
{
    /// <summary>The settings in the sweep's order.</summary>
    public IReadOnlyList<string> Settings => [.. Reported.Runs.Select(run => run.Label(TunedSweep.SettingAxis)).Distinct()];

    /// <summary>The methods in the sweep's order.</summary>
    public IReadOnlyList<string> Methods => [.. Reported.Runs.Select(run => run.Label(TunedSweep.MethodAxis)).Distinct()];

    /// <summary>The reported runs of a method in a setting, by seed.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="method">The method.</param>
    public IReadOnlyList<SweepRun> Runs(string setting, string method) => [.. Reported.Runs
        .Where(run => run.Label(TunedSweep.SettingAxis) == setting && run.Label(TunedSweep.MethodAxis) == method)
        .OrderBy(run => run.Point.Spec.Seeds.Subset)];

    /// <summary>A number of their results, by seed; NaN where a run diverged before it had one.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="method">The method.</param>
    /// <param name="value">Dotted name.</param>
    public IReadOnlyList<double> Values(string setting, string method, string value = "test.nRMSE") => [.. Runs(setting, method).Select(run => run.Value(value))];

    /// <summary>The settings in which no run of either method diverged, so that there are means to compare.</summary>
    /// <param name="treatment">A method.</param>
    /// <param name="baseline">Another.</param>
    /// <param name="value">Dotted name of the number compared.</param>
    public IReadOnlyList<string> Comparable(string treatment, string baseline, string value = "test.nRMSE") =>
        [.. Settings.Where(setting => Values(setting, treatment, value).Concat(Values(setting, baseline, value)).All(double.IsFinite))];

    /// <summary>Paired comparisons of two methods, one a comparable setting, corrected for each other by Holm.</summary>
    /// <param name="treatment">Its values come first: differences are treatment − baseline.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="value">Dotted name of the number compared.</param>
    public ComparisonFamily Compare(string treatment, string baseline, string value = "test.nRMSE") => ComparisonFamily.Of([.. Comparable(treatment, baseline, value)
        .Select(setting => (setting, Comparison.Of(Values(setting, treatment, value), Values(setting, baseline, value), new() { First = treatment, Second = baseline, Paired = true })))]);

    /// <summary>The comparisons as a narrow table: difference, interval, corrected p, what the design would have found.</summary>
    /// <param name="treatment">Differences are treatment − baseline.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="caption">What it shows, with seeds and fidelity.</param>
    /// <param name="value">Dotted name of the number compared.</param>
    public Table ComparisonTable(string treatment, string baseline, string caption, string value = "test.nRMSE") => new Table(caption, Table.Of(Compare(treatment, baseline, value).Members, caption,
        (TunedSweep.SettingAxis, member => Unbroken(member.Label)),
        ("difference", member => Quantities.Number(member.Comparison.Difference, 3)),
        ("95 % interval", member => Unbroken($"{Quantities.Number(member.Comparison.Interval.Low, 3)} to {Quantities.Number(member.Comparison.Interval.High, 3)}")),
        ("p, t and Holm", member => Quantities.Number(member.Comparison.CorrectedP ?? member.Comparison.Test.P, 2)),
        ("p, permutation", member => Quantities.Number(member.Comparison.Permutation.P, 2)),
        ("detectable", member => Quantities.Number(member.Comparison.SmallestDetectable, 2))).Columns)
    {
        Note = $"Differences are {treatment} − {baseline} within pairs; paired t test, corrected by Holm over the rows, permutation uncorrected. Detectable: the true difference found with 80 % power.",
    };

    /// <summary>The differences of single pairs, to draw.</summary>
    /// <param name="treatment">Differences are treatment − baseline.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="value">Dotted name of the number compared.</param>
    public IReadOnlyList<PairedDifference> Differences(string treatment, string baseline, string value = "test.nRMSE") => [.. Compare(treatment, baseline, value).Members
        .Select(member => new PairedDifference(member.Label, member.Comparison.Difference, member.Comparison.Interval.Low, member.Comparison.Interval.High,
            [.. Values(member.Label, treatment, value).Zip(Values(member.Label, baseline, value), (first, second) => first - second)]))];

    /// <summary>The trials as a table.</summary>
    /// <param name="caption">What it shows, with seeds and fidelity.</param>
    public Table TrialTable(string caption) => Table.Of(Trials, caption,
        (TunedSweep.SettingAxis, trial => Unbroken(trial.Setting)), (TunedSweep.MethodAxis, trial => trial.Method), ("learning rate", trial => trial.LearningRate),
        ("validation error", trial => double.IsNaN(trial.SelectionError) ? "no choice" : Quantities.Number(trial.SelectionError, 3)), ("chosen", trial => trial.IsChosen ? "✓" : ""));

    /// <summary>What the numbers say: runs below a floor, diverged settings, then a comparison a setting with its test.</summary>
    /// <param name="treatment">A method.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="floors">Floors by their name in results and in words; one that a setting does not have is left out there.</param>
    /// <param name="measure">Name of the error, such as "nRMSE".</param>
    public IReadOnlyList<string> Reading(string treatment, string baseline, IReadOnlyList<(string Name, string Words)> floors, string measure = "nRMSE")
    {
        ArgumentNullException.ThrowIfNull(floors);
        var sentences = new List<string>();
        foreach (string setting in Settings)
            foreach (string method in new[] { baseline, treatment })
                foreach (var (name, words) in floors)
                {
                    var limits = Values(setting, method, $"floors.{name}.{measure}");
                    var errors = Values(setting, method, $"test.{measure}");
                    int below = errors.Zip(limits, (error, limit) => double.IsFinite(limit) && !(error < limit)).Count(isBelow => isBelow);
                    if (below > 0)
                        sentences.Add($"{setting}: {below} of {errors.Count} {method} models are no better than {words} ({Quantities.Number(limits.Average(), 3)}).");
                }
        foreach (string setting in Settings.Except(Comparable(treatment, baseline, $"test.{measure}")))
            sentences.Add($"{setting}: a run diverged, which counts as a failure of its method; no means are compared.");
        foreach (var (setting, comparison) in Compare(treatment, baseline, $"test.{measure}").Members)
        {
            double p = comparison.CorrectedP ?? comparison.Test.P;
            sentences.Add($"{setting}: mean error with {treatment} {Quantities.Percent(Math.Abs(comparison.Difference) / comparison.Second.Mean)} {(comparison.Difference < 0 ? "lower" : "higher")}"
                + $" ({Quantities.Number(comparison.First.Mean, 3)} against {Quantities.Number(comparison.Second.Mean, 3)}, {comparison.First.Count} pairs): "
                + (p < 0.05 ? $"significant by the test named beforehand (p = {Quantities.Number(p, 2)} after Holm)."
                    : $"not significant (p = {Quantities.Number(p, 2)} after Holm); the design would have found {Quantities.Number(comparison.SmallestDetectable, 2)}."));
        }
        return sentences;
    }

    /// <summary>The tail exponent of a layer in a run's result; NaN where it has none.</summary>
    /// <param name="run">A run of a kind that stores exponents.</param>
    /// <param name="when">"alphaStart" or "alphaEnd".</param>
    /// <param name="layer">The layer.</param>
    public static double Alpha(SweepRun run, string when, string layer)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Run?.Result[when]?[layer]?.GetValue<double>() ?? double.NaN;
    }

    /// <summary>Spread of the tail exponent over the tuned layers of a run: the standard deviation that divides by their number.</summary>
    /// <param name="run">A run of a kind that stores exponents.</param>
    /// <param name="when">"alphaStart" or "alphaEnd".</param>
    public static double AlphaSpread(SweepRun run, string when)
    {
        double[] alphas = [.. TunedLayers(run).Select(layer => Alpha(run, when, layer))];
        return Math.Sqrt(alphas.Average(alpha => Math.Pow(alpha - alphas.Average(), 2)));
    }

    /// <summary>The layers that balancing acts on, or would act on in a baseline.</summary>
    /// <param name="run">A run of a kind that stores them.</param>
    public static IReadOnlyList<string> TunedLayers(SweepRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return [.. run.Run?.Result["tuned"]?.AsArray().Select(layer => layer!.GetValue<string>()) ?? []];
    }

    // A setting stays on one line of a narrow column.
    private static string Unbroken(string text) => text.Replace(' ', '\u00a0');
}
