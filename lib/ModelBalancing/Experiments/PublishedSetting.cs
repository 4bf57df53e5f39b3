// The settings that the authors published: grids they searched, values they chose.
using ModelBalancing.Balancing;

namespace ModelBalancing.Experiments;

/// <summary>Published settings of some models, tasks, ratios and methods; what is null was not given there.</summary>
/// <param name="Source">paper or released code.</param>
/// <param name="Number">Table, section or file.</param>
/// <param name="Models">The models it holds for.</param>
public sealed record PublishedSetting(string Source, string Number, IReadOnlyList<string> Models)
{
    /// <summary>The tasks it holds for; null for all.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>The ratios in per cent that it holds for; null for all.</summary>
    public IReadOnlyList<double>? Ratios { get; init; }

    /// <summary>The method it holds for; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>Training rows.</summary>
    public int? Rows { get; init; }

    /// <summary>The optimizer.</summary>
    public string? Optimizer { get; init; }

    /// <summary>Learning rates: the grid, or the one that was chosen.</summary>
    public IReadOnlyList<double>? LearningRates { get; init; }

    /// <summary>Weight decays.</summary>
    public IReadOnlyList<double>? WeightDecays { get; init; }

    /// <summary>Rows of a step.</summary>
    public IReadOnlyList<int>? BatchSizes { get; init; }

    /// <summary>Passes over the training rows.</summary>
    public int? Epochs { get; init; }

    /// <summary>How the rate falls, in words.</summary>
    public string? Decay { get; init; }

    /// <summary>Share of the steps in which the rate rises.</summary>
    public double? WarmUp { get; init; }

    /// <summary>Largest gradient norm.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Longest sequence in tokens.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>Probability of dropout.</summary>
    public double? Dropout { get; init; }

    /// <summary>Rank of the low-rank products.</summary>
    public int? LoraRank { get; init; }

    /// <summary>Their scale.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>Seeds.</summary>
    public IReadOnlyList<int>? Seeds { get; init; }

    /// <summary>The sigmoid's strength s that was chosen.</summary>
    public PublishedStrength? Strength { get; init; }

    /// <summary>The strengths that were searched.</summary>
    public IReadOnlyList<double>? StrengthsSearched { get; init; }

    /// <summary>The sigmoid's steepness τ.</summary>
    public double? Tau { get; init; }

    /// <summary>Divisor of the tail's position: 2 keeps the top half, 1.5 the top third.</summary>
    public double? TailPosition { get; init; }

    /// <summary>What contradicts it; null for nothing.</summary>
    public string? Inconsistency { get; init; }

    /// <summary>A remark; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>The sigmoid of <see cref="Strength"/> and <see cref="Tau"/> (10 where none is given); null without a strength.</summary>
    public Schedule.Sigmoid? Schedule => Strength is { } chosen ? new Schedule.Sigmoid(chosen.Below, chosen.Above, Tau ?? 10) : null;

    internal bool HoldsFor(string model, string task, double ratio, string? method) => Models.Contains(model)
        && (Tasks is null || Tasks.Contains(task)) && (Ratios is null || Ratios.Contains(ratio)) && (Method is null || Method == method);

    /// <summary>What a more special entry says goes before; places and remarks are put one behind the other.</summary>
    internal PublishedSetting RefinedBy(PublishedSetting special) => new(Joined(Source, special.Source)!, Joined(Number, special.Number)!, [.. Models.Intersect(special.Models)])
    {
        Tasks = special.Tasks ?? Tasks,
        Ratios = special.Ratios ?? Ratios,
        Method = special.Method ?? Method,
        Rows = special.Rows ?? Rows,
        Optimizer = special.Optimizer ?? Optimizer,
        LearningRates = special.LearningRates ?? LearningRates,
        WeightDecays = special.WeightDecays ?? WeightDecays,
        BatchSizes = special.BatchSizes ?? BatchSizes,
        Epochs = special.Epochs ?? Epochs,
        Decay = special.Decay ?? Decay,
        WarmUp = special.WarmUp ?? WarmUp,
        ClipNorm = special.ClipNorm ?? ClipNorm,
        SequenceLength = special.SequenceLength ?? SequenceLength,
        Dropout = special.Dropout ?? Dropout,
        LoraRank = special.LoraRank ?? LoraRank,
        LoraAlpha = special.LoraAlpha ?? LoraAlpha,
        Seeds = special.Seeds ?? Seeds,
        Strength = special.Strength ?? Strength,
        StrengthsSearched = special.StrengthsSearched ?? StrengthsSearched,
        Tau = special.Tau ?? Tau,
        TailPosition = special.TailPosition ?? TailPosition,
        Inconsistency = Joined(Inconsistency, special.Inconsistency),
        Note = Joined(Note, special.Note),
    };

    private static string? Joined(string? first, string? second) => first is null || second is null ? first ?? second : first.Split("; ").Contains(second) ? first : $"{first}; {second}";
}

/// <summary>Strength of the sigmoid below and above the mean (sigmoid_min, sigmoid_max).</summary>
/// <param name="Below">s of layers at or below the mean.</param>
/// <param name="Above">s of layers above it.</param>
public sealed record PublishedStrength(double Below, double Above);
