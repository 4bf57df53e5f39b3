// One call that compares two samples: the question, what was looked at, the numbers, and a sentence that anyone can read.
using ModelBalancing.Figures;

namespace ModelBalancing.Statistics;

/// <summary>How two samples are compared. The test follows from the design alone, never from the data.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Name of the first sample.</summary>
    public string First { get; init; } = "A";

    /// <summary>Name of the second sample.</summary>
    public string Second { get; init; } = "B";

    /// <summary>What the numbers are, such as "test nRMSE"; empty if that is known.</summary>
    public string Quantity { get; init; } = "";

    /// <summary>Whether the values are pairs in the same order: the paired t test, else Welch's.</summary>
    public bool Paired { get; init; }

    /// <summary>The side; default two-sided.</summary>
    public Alternative Alternative { get; init; }

    /// <summary>Confidence of every interval; the tests' level is 1 minus it.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Differences up to this size count as none, in the data's unit: adds a test of equivalence.</summary>
    public double? Margin { get; init; }

    /// <summary>For pairs: the training subset of each, where several pairs share one. Adds the uncertainty over subsets.</summary>
    public IReadOnlyList<int>? Subsets { get; init; }

    /// <summary>For pairs: the first sample's value on every test example, a list a pair. Adds the uncertainty over test examples.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? FirstExamples { get; init; }

    /// <summary>The second sample's values on the same examples.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? SecondExamples { get; init; }

    /// <summary>Seed of everything drawn: the bootstrap, and permutations too many to count.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>Something a test assumes, and what the data show of it; it never chooses the test.</summary>
/// <param name="Name">The assumption.</param>
/// <param name="Finding">What was found.</param>
public sealed record Assumption(string Name, string Finding);

/// <summary>The interval of the mean difference when one source of chance is drawn anew.</summary>
/// <param name="Source">Seeds, subsets or test examples.</param>
/// <param name="Units">How many of them there are.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Method">How it was found.</param>
public sealed record Uncertainty(string Source, int Units, double Low, double High, string Method);

/// <summary>Two samples compared; differences are first − second. It shows itself in notebooks.</summary>
[TypeFormatterSource(typeof(NotebookFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed record Comparison : IShowsTable
{
    /// <summary>Most values for which the bootstrap and the test of normality are made.</summary>
    private const int MostLookedAt = 5000;

    /// <summary>Below this many values the bootstrap's interval is known to hold the truth less often than it says.</summary>
    private const int FewForBootstrap = 10;

    private const double WantedPower = 0.8;

    private Comparison(ComparisonOptions options) => Options = options;

    /// <summary>How they were compared.</summary>
    public ComparisonOptions Options { get; }

    /// <summary>Size, mean and spread of the first sample.</summary>
    public required Moments First { get; init; }

    /// <summary>Size, mean and spread of the second sample.</summary>
    public required Moments Second { get; init; }

    /// <summary>The primary test: paired t, or Welch's.</summary>
    public required TTestResult Test { get; init; }

    /// <summary>The permutation test of the same difference; exact up to <see cref="Permutation.MostExact"/> pairs or values.</summary>
    public required PermutationResult Permutation { get; init; }

    /// <summary>Wilcoxon's signed-rank test of pairs; null for independent samples.</summary>
    public WilcoxonResult? Wilcoxon { get; init; }

    /// <summary>The Mann-Whitney test of independent samples; null for pairs.</summary>
    public MannWhitneyResult? MannWhitney { get; init; }

    /// <summary>Hedges' g, by the pooled deviation.</summary>
    public required double HedgesG { get; init; }

    /// <summary>Cohen's d, by the pooled deviation.</summary>
    public required double CohenD { get; init; }

    /// <summary>Cliff's delta: how much oftener a first value is the larger one.</summary>
    public required double CliffsDelta { get; init; }

    /// <summary>Deviation that effects are measured in: of the differences for pairs, else pooled.</summary>
    public required double Deviation { get; init; }

    /// <summary>The smallest true difference that this design finds with 80 % power at the level, if the deviation is true; NaN without a deviation.</summary>
    public required double SmallestDetectable { get; init; }

    /// <summary>Pairs, or values of each sample, that would find a true difference as large as the observed one with 80 % power; +∞ if it points to the other side.</summary>
    public required double Needed { get; init; }

    /// <summary>The test of equivalence; null without a margin.</summary>
    public EquivalenceResult? Equivalence { get; init; }

    /// <summary>What the tests assume, and what the data show of it.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }

    /// <summary>Intervals over seeds, subsets and test examples, named apart.</summary>
    public required IReadOnlyList<Uncertainty> Uncertainties { get; init; }

    /// <summary>The primary p-value corrected for the family that this comparison belongs to; null if it stands alone.</summary>
    public double? CorrectedP { get; init; }

    /// <summary>Mean of the first minus mean of the second.</summary>
    public double Difference => Test.Difference;

    /// <summary>Interval of the difference at <see cref="ComparisonOptions.Confidence"/>; open on one side for a one-sided alternative.</summary>
    public (double Low, double High) Interval => Test.Interval(Options.Confidence);

    /// <summary>The level of the tests.</summary>
    public double Level => Math.Round(1 - Options.Confidence, 12); // 1 − 0.95 is 0.05, not 0.05 and a rounding error

    /// <summary>The p-value that decides: corrected, if there is a family.</summary>
    public double DecidingP => CorrectedP ?? Test.P;

    /// <summary>Whether the primary test finds a difference; false without any spread, where a t test says nothing.</summary>
    public bool IsSignificant => HasSpread && DecidingP <= Level;

    /// <summary>Whether the differences (or values) vary by more than rounding.</summary>
    public bool HasSpread => Test.StandardError > 1e-13 * Math.Max(Math.Abs(First.Mean), Math.Abs(Second.Mean));

    /// <summary>The smallest p-value that this many arrangements can give.</summary>
    private double LeastPermutationP => (Options.Alternative == Alternative.TwoSided ? 2 : 1) / Permutation.Arrangements;

    /// <summary>What is tested, before any number.</summary>
    public string Hypothesis
    {
        get
        {
            var (a, b) = (Options.First, Options.Second);
            string of = Options.Quantity.Length > 0 ? $" in {Options.Quantity}" : "";
            string claim = Options.Alternative switch { Alternative.Less => $"{a} is lower than {b}{of}", Alternative.Greater => $"{a} is higher than {b}{of}", _ => $"{a} and {b} differ{of}" };
            return $"{claim}, on average{(Options.Paired ? " over pairs" : "")}; held against: no difference.";
        }
    }

    /// <summary>Compares two samples.</summary>
    /// <param name="first">At least two values; for pairs one is allowed and leaves everything that needs a spread NaN.</param>
    /// <param name="second">At least two values; for pairs as many, in the same order.</param>
    /// <param name="options">How; default: two-sided, independent, 95 %.</param>
    /// <exception cref="ArgumentException">Too few values, one that is not finite (report the failed run as such), unequal lengths of pairs, or an option out of range.</exception>
    public static Comparison Of(IReadOnlyList<double> first, IReadOnlyList<double> second, ComparisonOptions? options = null)
    {
        options ??= new();
        Samples.CheckConfidence(options.Confidence);
        double[] differences = [];
        if (options.Paired)
            differences = Samples.Differences(first, second);
        else
        {
            Samples.Check(first, nameof(first), 2);
            Samples.Check(second, nameof(second), 2);
        }
        Moments a = Moments.Of(first), b = Moments.Of(second), of = Moments.Of(differences);
        double level = Math.Min(0.499, Math.Round(1 - options.Confidence, 12));
        var test = !options.Paired ? TTest.Welch(first, second, options.Alternative)
            : new TTestResult(of.Mean, of.StandardError, of.Count - 1, options.Alternative);
        double deviation = options.Paired ? of.Deviation : Math.Sqrt((a.SquareSum + b.SquareSum) / (a.Count + b.Count - 2));
        bool powered = deviation > 0 && double.IsFinite(deviation);
        double effect = test.Difference / deviation;
        return new(options)
        {
            First = a,
            Second = b,
            Test = test,
            Permutation = Statistics.Permutation.Test(first, second, options.Paired, options.Alternative, options.Seed),
            Wilcoxon = options.Paired ? Statistics.Wilcoxon.Test(first, second, options.Alternative) : null,
            MannWhitney = options.Paired ? null : Statistics.MannWhitney.Test(first, second, options.Alternative),
            HedgesG = EffectSize.HedgesG(first, second),
            CohenD = EffectSize.CohenD(first, second),
            CliffsDelta = EffectSize.CliffsDelta(first, second),
            Deviation = deviation,
            SmallestDetectable = !powered ? double.NaN : deviation * (options.Paired
                ? Power.DetectablePaired(of.Count, WantedPower, level, options.Alternative)
                : Power.DetectableIndependent(a.Count, b.Count, WantedPower, level, options.Alternative)),
            Needed = !powered ? double.NaN : options.Paired ? Power.PairsNeeded(effect, WantedPower, level, options.Alternative)
                : Power.SamplesNeeded(effect, 1, WantedPower, level, options.Alternative),
            Equivalence = options.Margin is not { } margin ? null
                : options.Paired ? Statistics.Equivalence.Paired(first, second, margin) : Statistics.Equivalence.Independent(first, second, margin),
            Assumptions = [.. LookedAt(first, second, differences, options)],
            Uncertainties = [.. Sources(first, second, differences, options, test)],
        };
    }

    /// <summary>The result in one plain sentence.</summary>
    public string Sentence
    {
        get
        {
            var (a, b) = (Options.First, Options.Second);
            string p(double value) => "p = " + Quantities.Number(value, 2);
            string permuted = $"{(Permutation.Exact ? $"all {Quantities.Count((long)Permutation.Arrangements)} {(Options.Paired ? "sign swaps" : "splits")}" : "drawn permutations")}: {p(Permutation.P)}{(Permutation.Exact && LeastPermutationP > Level ? ", and with so few it cannot be lower than " + Quantities.Number(LeastPermutationP, 2) : "")}";
            string test = $"by {(Options.Paired ? "the paired t test" : "Welch's t test")} ({p(DecidingP)}{(CorrectedP is null ? "" : $" after Holm's correction, {p(Test.P)} before")}; {permuted})";
            var (low, high) = Interval;
            string interval = $"{Quantities.Percent(Options.Confidence, 0)} interval {Quantities.Number(low)} to {Quantities.Number(high)}";
            string equivalent = Equivalence is not { } tost ? "" : double.IsNaN(tost.P) ? ""
                : $" Within ±{Quantities.Number(tost.Margin)} the two are {(tost.P <= Level ? "equivalent" : "not shown to be equivalent")} ({p(tost.P)}).";
            if (double.IsNaN(Test.StandardError))
                return $"The only pair differs by {Quantities.Number(Difference)}; one pair has no spread, so nothing can be tested.";
            if (!HasSpread)
                return Difference == 0 ? $"{a} and {b} are equal in every value, so there is nothing to test."
                    : $"Every {(Options.Paired ? "difference" : "value of a sample")} is the same and {a} lies {Quantities.Number(Math.Abs(Difference))} {(Difference < 0 ? "below" : "above")} {b}: without any spread a t test has no meaning, and only the permutation test speaks ({permuted}).";
            string direction = Difference < 0 ? "lower" : "higher";
            if (IsSignificant)
                return $"{a} is {direction} than {b} by {Quantities.Number(Math.Abs(Difference))} on average ({interval}), which is significant at the {Quantities.Percent(Level, Level < 0.01 ? 1 : 0)} level {test}.{equivalent}";
            string claim = Options.Alternative switch { Alternative.Less => $"That {a} is lower than {b} is not shown", Alternative.Greater => $"That {a} is higher than {b} is not shown", _ => $"No difference between {a} and {b} is shown" };
            string design = Options.Paired ? $"these {First.Count} pairs" : $"samples of {First.Count} and {Second.Count}";
            return $"{claim} {test}: the difference is {Quantities.Number(Difference)} ({interval}), and {design} find only a true difference of {Quantities.Number(SmallestDetectable)} or more with 80 % power, so a smaller one may be there.{equivalent}";
        }
    }

    /// <summary>The comparison as a table, the sentence below it.</summary>
    public Table ToTable()
    {
        List<(string What, string Value, string Detail)> rows = [];
        string Number(double value) => Quantities.Number(value);
        string Whole(double value) => double.IsInteger(value) && Math.Abs(value) < 1e15 ? Quantities.Count((long)value) : Number(value);
        string Range((double Low, double High) ends) => $"{Number(ends.Low)} to {Number(ends.High)}";
        string percent = Quantities.Percent(Options.Confidence, 0);
        foreach (var (name, sample) in new[] { (Options.First, First), (Options.Second, Second) })
            rows.Add(($"mean of {name}", Number(sample.Mean), $"n = {sample.Count}, standard deviation {Number(sample.Deviation)}"));
        rows.Add(("difference", Number(Difference), $"{Options.First} − {Options.Second}"));
        rows.Add(($"{percent} interval", Range(Interval), "of the difference, by t"));
        rows.Add((Options.Paired ? "p, paired t" : "p, Welch's t", Number(Test.P), $"t({Whole(Test.DegreesOfFreedom)}) = {Number(Test.Statistic)}, {Options.Alternative.Name()}; the primary test"));
        if (CorrectedP is { } corrected)
            rows.Add(("p, Holm", Number(corrected), "over the sizes compared together"));
        rows.Add(("p, permutation", Number(Permutation.P), $"{(Permutation.Exact ? "exact, all" : "drawn,")} {Quantities.Count((long)Permutation.Arrangements)} arrangements"));
        if (Wilcoxon is { } wilcoxon)
            rows.Add(("p, Wilcoxon", Number(wilcoxon.P), $"W = {Whole(wilcoxon.Statistic)}, {wilcoxon.Method.Words()}"));
        if (MannWhitney is { } mannWhitney)
            rows.Add(("p, Mann-Whitney", Number(mannWhitney.P), $"U = {Whole(mannWhitney.U)}, {mannWhitney.Method.Words()}"));
        if (Equivalence is { } tost)
            rows.Add(("p, equivalence", Number(tost.P), $"within ±{Number(tost.Margin)}, two one-sided t tests"));
        rows.Add(("Hedges' g", Number(HedgesG), "difference in pooled standard deviations"));
        rows.Add(("Cliff's delta", Number(CliffsDelta), "share of larger minus share of smaller values"));
        rows.Add(("smallest effect found", Number(SmallestDetectable), "true difference found with 80 % power"));
        rows.Add((Options.Paired ? "pairs needed" : "values needed", Whole(Math.Ceiling(Needed)), $"{(Options.Paired ? "" : "of each, ")}to find a difference as large as the observed with 80 % power"));
        foreach (var source in Uncertainties)
            rows.Add(($"over {source.Source}", Range((source.Low, source.High)), $"{source.Units} {source.Source}, {source.Method}"));
        foreach (var assumption in Assumptions)
            rows.Add((assumption.Name, "", assumption.Finding));
        return new($"Hypothesis: {Hypothesis}", new Column.Text("what", rows.Select(row => row.What)), new Column.Text("value", rows.Select(row => row.Value)), new Column.Text("detail", rows.Select(row => row.Detail))) { Note = Sentence };
    }

    /// <summary>The table in plain text.</summary>
    public override string ToString() => ToTable().ToText();

    private static IEnumerable<Assumption> LookedAt(IReadOnlyList<double> first, IReadOnlyList<double> second, double[] differences, ComparisonOptions options)
    {
        static string Normality(IReadOnlyList<double> values)
        {
            if (values.Count is < 3 or > MostLookedAt)
                return $"not looked at: {values.Count} values";
            var (w, p) = ShapiroWilk.Test(values);
            return $"Shapiro-Wilk W = {Quantities.Number(w)}, p = {Quantities.Number(p, 2)}";
        }

        if (options.Paired)
        {
            yield return new("normal differences", Normality(differences));
            int zeros = differences.Count(d => d == 0), ties = differences.Length - differences.Select(Math.Abs).Distinct().Count();
            yield return new("no ties or zeros", zeros == 0 && ties == 0 ? "none among the differences" : $"{zeros} zero{(zeros == 1 ? "" : "s")}, {ties} repeated size{(ties == 1 ? "" : "s")}: Wilcoxon's exact distribution does not hold and is not used");
            if (differences.Length > 2)
                yield return new("pairs belong together", $"correlation {Quantities.Number(Correlation.Pearson(first, second).Value, 2)}; pairing gains when it is positive");
        }
        else
        {
            yield return new($"{options.First} normal", Normality(first));
            yield return new($"{options.Second} normal", Normality(second));
            var (f, p) = Variances.Levene(LeveneCentre.Median, first, second);
            yield return new("equal variances", $"Brown-Forsythe F = {Quantities.Number(f)}, p = {Quantities.Number(p, 2)}; Welch's test does not need them");
            int ties = first.Concat(second).Count() - first.Concat(second).Distinct().Count();
            yield return new("no ties", ties == 0 ? "none" : $"{ties} repeated value{(ties == 1 ? "" : "s")}: Mann-Whitney's exact distribution does not hold and is not used");
        }
        yield return new("independence", options.Paired ? "taken on trust: no pair tells anything of another" : "taken on trust: no value tells anything of another");
    }

    private static IEnumerable<Uncertainty> Sources(IReadOnlyList<double> first, IReadOnlyList<double> second, double[] differences, ComparisonOptions options, TTestResult test)
    {
        string unit = options.Paired ? "pairs" : "values";
        int count = options.Paired ? differences.Length : first.Count + second.Count;
        if (count <= MostLookedAt && (options.Paired ? count : Math.Min(first.Count, second.Count)) > 1 && test.StandardError > 0)
        {
            var over = options.Paired
                ? BootstrapDistribution.Of(differences, sample => Moments.Of(sample).Mean, options.Seed, Resamples(count))
                : BootstrapDistribution.Of(first, second, (x, y) => Moments.Of(x).Mean - Moments.Of(y).Mean, options.Seed, Resamples(count));
            var interval = over.Interval(BootstrapMethod.BiasCorrected, options.Confidence);
            yield return new(unit, count, interval.Low, interval.High, count < FewForBootstrap ? "BCa bootstrap, too narrow with so few" : "BCa bootstrap");
        }
        if (options.Subsets is { } subsets)
        {
            if (subsets.Count != differences.Length)
                throw new ArgumentException($"Subsets: expected one for each of the {differences.Length} pairs, got {subsets.Count}.", nameof(options));
            // A subset is drawn with all its pairs.
            double[][] groups = [.. differences.Zip(subsets).GroupBy(pair => pair.Second).Select(group => group.Select(pair => pair.First).ToArray())];
            if (groups.Length > 1)
            {
                var over = Drawn(groups.Length, indices => indices.Sum(i => groups[i].Sum()) / indices.Sum(i => groups[i].Length), options);
                yield return new("subsets", groups.Length, over.Low, over.High, "percentile bootstrap of whole subsets");
            }
        }
        if (options.FirstExamples is { } ours && options.SecondExamples is { } theirs)
        {
            if (ours.Count != differences.Length || theirs.Count != differences.Length || ours.Concat(theirs).Any(list => list.Count != ours[0].Count))
                throw new ArgumentException($"FirstExamples, SecondExamples: expected equally long lists of examples for each of the {differences.Length} pairs.", nameof(options));
            // The seeds stay as they are; each example keeps its mean difference over them.
            double[] examples = [.. Enumerable.Range(0, ours[0].Count).Select(example => ours.Zip(theirs, (a, b) => a[example] - b[example]).Average())];
            if (examples.Length > 1)
            {
                var over = Drawn(examples.Length, indices => indices.Average(i => examples[i]), options);
                yield return new("test examples", examples.Length, over.Low, over.High, "percentile bootstrap, these seeds");
            }
        }
    }

    private static int Resamples(int count) => Math.Clamp(20_000_000 / count, 999, 9999);

    private static (double Low, double High) Drawn(int units, Func<int[], double> mean, ComparisonOptions options)
    {
        double[] places = [.. Enumerable.Range(0, units).Select(i => (double)i)];
        var interval = BootstrapDistribution.Of(places, sample => mean([.. sample.Select(i => (int)i)]), options.Seed, Resamples(units)).Interval(BootstrapMethod.Percentile, options.Confidence);
        return (interval.Low, interval.High);
    }
}
