// Which variant made a number: what the authors' code did, what their paper says, or what we hold to be right.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ModelBalancing.Spectra;

/// <summary>How many eigenvalues the Hill estimate counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HillCount>))]
public enum HillCount
{
    /// <summary>The released code: n includes xmin itself.</summary>
    WithXmin,

    /// <summary>The paper's Eq. 2: k = n − 1, those above xmin.</summary>
    AboveXmin,
}

/// <summary>Which small eigenvalues are left out before a tail is fitted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SmallEigenvalues>))]
public enum SmallEigenvalues
{
    /// <summary>None.</summary>
    Kept,

    /// <summary>Those up to 1e-5, rounded to the weight's type; all stay if none is above.</summary>
    DroppedBelowFixed,

    /// <summary>Those up to λmax·(eps·max(rows, columns))², which are rounding noise.</summary>
    DroppedBelowRelative,
}

/// <summary>How the number of eigenvalues decides whether a layer is used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CountRule>))]
public enum CountRule
{
    /// <summary>At least the limit.</summary>
    AtLeast,

    /// <summary>More than the limit.</summary>
    MoreThan,

    /// <summary>More than the limit when training starts, at least the limit afterwards: the released PDE trainer.</summary>
    MoreThanThenAtLeast,
}

/// <summary>Lower end of the xmin range of the peak search.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PeakBound>))]
public enum PeakBound
{
    /// <summary>log10(0.95·x2) compared with xmin itself: the released slip.</summary>
    InLog10,

    /// <summary>0.95·x2.</summary>
    Linear,
}

/// <summary>How a 1-D convolution becomes a matrix.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Convolution1dView>))]
public enum Convolution1dView
{
    /// <summary>One in × taps matrix an output channel; with one tap, the squared row norms: the released slip.</summary>
    PerOutput,

    /// <summary>One out × (in·taps) matrix.</summary>
    Flattened,
}

/// <summary>How new multipliers find their parameter group.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GroupMatching>))]
public enum GroupMatching
{
    /// <summary>By place in the list: the released PDE trainer, wrong as soon as the list changes.</summary>
    ByPosition,

    /// <summary>By layer name.</summary>
    ByName,
}

/// <summary>What happens where the formulas have no value: flat tails, equal or infinite metrics.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DegenerateCases>))]
public enum DegenerateCases
{
    /// <summary>Whatever the released arithmetic gives: infinities, NaN, the upper end of a range.</summary>
    AsComputed,

    /// <summary>An exception that says what is wrong, and multipliers of 1 where all metrics are equal.</summary>
    Refused,
}

/// <summary>Which rows of a data set make a smaller training set.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubsetRule>))]
public enum SubsetRule
{
    /// <summary>The first rows (released GLUE).</summary>
    FirstRows,

    /// <summary>Every n-th row (released PDE).</summary>
    Strided,

    /// <summary>A random draw (released SQuAD, and as the paper's text can be read).</summary>
    Random,

    /// <summary>A draw by a seed of its own, nested in size, the same for every method compared.</summary>
    SeededNested,
}

/// <summary>Which epoch's result is reported.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SelectionRule>))]
public enum SelectionRule
{
    /// <summary>The best epoch on the very set that is reported.</summary>
    BestOnReported,

    /// <summary>The best epoch on rows held out of the training rows (the last epoch where they are too few).</summary>
    BestOnHeldOut,
}

/// <summary>Which frames the nRMSE averages.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorFrames>))]
public enum ErrorFrames
{
    /// <summary>All, the given ones with their error of exactly 0 included.</summary>
    All,

    /// <summary>The predicted ones.</summary>
    Predicted,
}

/// <summary>Which sharpness-aware minimisation is run beside balancing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SharpnessRule>))]
public enum SharpnessRule
{
    /// <summary>As launched by the released code: adaptive, ρ = 0.05, AdamW's defaults.</summary>
    Adaptive,

    /// <summary>Foret et al., ρ from the grid.</summary>
    Foret,
}

/// <summary>Adam's second moment of a complex weight.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComplexMoment>))]
public enum ComplexMoment
{
    /// <summary>One for real and imaginary part together, |g|².</summary>
    Shared,

    /// <summary>One for each part.</summary>
    Split,
}

/// <summary>The switches on which the released code, the paper and the corrected method differ. Every run stores its own, every table shows the name.</summary>
/// <remarks>
/// The scope of an FNO is not a switch: linear and convolution layers in all variants; spectral weights are an option of their own.
/// "Released" and "Paper" have two forms, since the authors' text and PDE parts differ in the tail and in the fewest eigenvalues.
/// </remarks>
public sealed record Fidelity
{
    /// <summary>Count of the Hill estimate.</summary>
    public HillCount Hill { get; init; } = HillCount.AboveXmin;

    /// <summary>Where the fixed tail starts, as the divisor p of the index int(N/p): 2 keeps the top half, 1.5 the top third.</summary>
    public double TailPosition { get; init; } = 2;

    /// <summary>Filter of small eigenvalues.</summary>
    public SmallEigenvalues Small { get; init; } = SmallEigenvalues.DroppedBelowRelative;

    /// <summary>Limit on the number of eigenvalues left after the filter.</summary>
    public int FewestEigenvalues { get; init; } = 10;

    /// <summary>How the limit is compared.</summary>
    public CountRule Count { get; init; } = CountRule.AtLeast;

    /// <summary>Lower end of the peak search.</summary>
    public PeakBound Peak { get; init; } = PeakBound.Linear;

    /// <summary>View of 1-D convolutions.</summary>
    public Convolution1dView Convolution1d { get; init; } = Convolution1dView.Flattened;

    /// <summary>How multipliers find their group.</summary>
    public GroupMatching Groups { get; init; } = GroupMatching.ByName;

    /// <summary>What happens where a formula has no value.</summary>
    public DegenerateCases Degenerate { get; init; } = DegenerateCases.Refused;

    /// <summary>Training subset.</summary>
    public SubsetRule Subset { get; init; } = SubsetRule.SeededNested;

    /// <summary>Epoch selection.</summary>
    public SelectionRule Selection { get; init; } = SelectionRule.BestOnHeldOut;

    /// <summary>Frames of the nRMSE.</summary>
    public ErrorFrames Frames { get; init; } = ErrorFrames.Predicted;

    /// <summary>Sharpness-aware minimisation.</summary>
    public SharpnessRule Sharpness { get; init; } = SharpnessRule.Foret;

    /// <summary>Adam for complex weights.</summary>
    public ComplexMoment ComplexWeights { get; init; } = ComplexMoment.Shared;

    /// <summary>What we hold to be right; the default everywhere.</summary>
    public static Fidelity Corrected { get; } = new();

    /// <summary>The paper's formulas for the PDE models.</summary>
    public static Fidelity Paper { get; } = Corrected with
    {
        Small = SmallEigenvalues.Kept,
        FewestEigenvalues = 12,
        Count = CountRule.MoreThan,
        Subset = SubsetRule.Random,
        Selection = SelectionRule.BestOnReported,
    };

    /// <summary>The paper's formulas for the language models.</summary>
    public static Fidelity PaperText { get; } = Paper with { FewestEigenvalues = 50, Count = CountRule.AtLeast };

    /// <summary>The released code for the PDE models, with the limit of 12 eigenvalues of its launch files.</summary>
    public static Fidelity Released { get; } = new()
    {
        Hill = HillCount.WithXmin,
        TailPosition = 2,
        Small = SmallEigenvalues.DroppedBelowFixed,
        FewestEigenvalues = 12,
        Count = CountRule.MoreThanThenAtLeast,
        Peak = PeakBound.InLog10,
        Convolution1d = Convolution1dView.PerOutput,
        Groups = GroupMatching.ByPosition,
        Degenerate = DegenerateCases.AsComputed,
        Subset = SubsetRule.Strided,
        Selection = SelectionRule.BestOnReported,
        Frames = ErrorFrames.All,
        Sharpness = SharpnessRule.Adaptive,
        ComplexWeights = ComplexMoment.Shared,
    };

    /// <summary>The released code for the language models, with the scripts' tail position 1.5.</summary>
    public static Fidelity ReleasedText { get; } = Released with
    {
        TailPosition = 1.5,
        Small = SmallEigenvalues.Kept,
        FewestEigenvalues = 50,
        Count = CountRule.AtLeast,
        Groups = GroupMatching.ByName,
        Subset = SubsetRule.FirstRows,
    };

    /// <summary>The named values by name, nearest to what we recommend first.</summary>
    public static IReadOnlyList<(string Name, Fidelity Value)> Named { get; } =
    [
        ("Corrected", Corrected), ("Paper", Paper), ("Paper (text)", PaperText), ("Released", Released), ("Released (text)", ReleasedText),
    ];

    /// <summary>The variant's name: a named value's own, or the nearest one's followed by what differs, such as "Corrected [TailPosition=1.5]".</summary>
    [JsonIgnore]
    public string Name
    {
        get
        {
            var (name, differences) = Named.Select(named => (named.Name, Differences: DifferencesFrom(named.Value)))
                .MinBy(named => named.Differences.Count);
            return differences.Count == 0 ? name : $"{name} [{string.Join(", ", differences)}]";
        }
    }

    /// <summary>A variant by its name: a named value, or a mixture as <see cref="Name"/> writes it, such as "Corrected [Hill=WithXmin]".</summary>
    /// <param name="name">The name; a named value's in upper or lower case.</param>
    /// <exception cref="ArgumentException">There is no such name, switch or value; the message lists the names.</exception>
    public static Fidelity Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int bracket = name.IndexOf(" [", StringComparison.Ordinal);
        if (bracket > 0 && name.EndsWith(']'))
            return Of(name[..bracket]).With(name[(bracket + 2)..^1].Split(", "), name);
        foreach (var (known, value) in Named)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        throw new ArgumentException($"There is no fidelity '{name}'; use one of {string.Join(", ", Named.Select(named => named.Name))}, or one of them with switches as in 'Corrected [Hill=WithXmin]'.", nameof(name));
    }

    /// <summary>A copy with switches set, each "Name=Value".</summary>
    private Fidelity With(string[] switches, string name)
    {
        var members = JsonSerializer.SerializeToNode(this)!.AsObject();
        foreach (var part in switches)
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2 || !members.ContainsKey(pair[0]))
                throw new ArgumentException($"'{part}' in the fidelity '{name}' is no switch; they are {string.Join(", ", members.Select(member => member.Key))}.", nameof(name));
            members[pair[0]] = double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? double.IsInteger(number) ? JsonValue.Create((int)number) : JsonValue.Create(number) : JsonValue.Create(pair[1]);
        }
        try
        {
            return members.Deserialize<Fidelity>()!;
        }
        catch (JsonException wrong)
        {
            throw new ArgumentException($"The fidelity '{name}' gives a switch a value that it does not have (at {wrong.Path}).", nameof(name), wrong);
        }
    }

    /// <summary>Whether a layer with this many eigenvalues (after the filter) is used.</summary>
    /// <param name="count">Eigenvalues left.</param>
    /// <param name="atStart">True for the choice made before training, false for later ones; only the released PDE trainer tells them apart.</param>
    public bool HasEnough(int count, bool atStart) => Count switch
    {
        CountRule.AtLeast => count >= FewestEigenvalues,
        CountRule.MoreThan => count > FewestEigenvalues,
        _ => atStart ? count > FewestEigenvalues : count >= FewestEigenvalues,
    };

    /// <summary>The variant's name.</summary>
    public override string ToString() => Name;

    // In the order of the switches above.
    private List<string> DifferencesFrom(Fidelity other)
    {
        var differences = new List<string>();
        Compare(nameof(Hill), Hill, other.Hill);
        Compare(nameof(TailPosition), TailPosition, other.TailPosition);
        Compare(nameof(Small), Small, other.Small);
        Compare(nameof(FewestEigenvalues), FewestEigenvalues, other.FewestEigenvalues);
        Compare(nameof(Count), Count, other.Count);
        Compare(nameof(Peak), Peak, other.Peak);
        Compare(nameof(Convolution1d), Convolution1d, other.Convolution1d);
        Compare(nameof(Groups), Groups, other.Groups);
        Compare(nameof(Degenerate), Degenerate, other.Degenerate);
        Compare(nameof(Subset), Subset, other.Subset);
        Compare(nameof(Selection), Selection, other.Selection);
        Compare(nameof(Frames), Frames, other.Frames);
        Compare(nameof(Sharpness), Sharpness, other.Sharpness);
        Compare(nameof(ComplexWeights), ComplexWeights, other.ComplexWeights);
        return differences;

        void Compare<T>(string name, T mine, T theirs)
        {
            if (!EqualityComparer<T>.Default.Equals(mine, theirs))
                differences.Add(FormattableString.Invariant($"{name}={mine}"));
        }
    }
}
