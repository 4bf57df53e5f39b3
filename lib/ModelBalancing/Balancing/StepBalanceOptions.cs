// How a text model is balanced step by step: what shares a rate, what is tuned, when, and what is left alone.
using System.Text.Json.Serialization;
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>What the multipliers act on (hyperparam_to_tune).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TunedRates>))]
public enum TunedRates
{
    /// <summary>The learning rate.</summary>
    LearningRate,

    /// <summary>The weight decay; the learning rate stays at its base.</summary>
    WeightDecay,

    /// <summary>Both ("hybrid").</summary>
    Both,
}

/// <summary>Options of <see cref="StepBalance"/>.</summary>
public sealed record StepBalanceOptions
{
    /// <summary>Curve, metric, tail, variant, controls; its refresh interval in epochs is not used.</summary>
    public BalanceOptions Balance { get; init; } = new();

    /// <summary>What shares a multiplier; blocks, as in the paper's language-model runs.</summary>
    public BalanceUnit Unit { get; init; } = new BalanceUnit.Block();

    /// <summary>What is tuned.</summary>
    public TunedRates Tuned { get; init; }

    /// <summary>Curve of the weight decay; that of the learning rate if null.</summary>
    public Schedule? WeightDecaySchedule { get; init; }

    /// <summary>Whether multipliers of blocks are divided by their mean over all analysed layers (tb_lr_normalize).</summary>
    public bool Normalise { get; init; }

    /// <summary>Whether the last analysed layer (the classifier's dense layer in RoBERTa) is left out.</summary>
    public bool RemoveLast { get; init; } = true;

    /// <summary>Optimizer steps of warm-up, W.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Whether balancing waits for the warm-up to end: the first balanced step is W + 2, from 0.</summary>
    public bool AfterWarmup { get; init; }

    /// <summary>When metrics are computed.</summary>
    public RefreshRule Refresh { get; init; } = new RefreshRule.EverySteps(100);

    /// <summary>Base weight decay of the parameters that have any.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Low-rank adapters: only layers whose name holds one of these count. Null for all.</summary>
    public IReadOnlyList<string>? Targets { get; init; }
}

/// <summary>Rates of one parameter for one step.</summary>
/// <param name="Name">The parameter's full name.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="WeightDecay">Its weight decay.</param>
public sealed record ParameterRate(string Name, double LearningRate, double WeightDecay);

/// <summary>What a resumed run needs of <see cref="StepBalance"/>; serialises to JSON and back without loss.</summary>
/// <param name="Layers">The layers that were last analysed, in their order, with their metrics.</param>
/// <param name="Refreshes">How often metrics were computed.</param>
/// <param name="Fidelity">Name of the variant.</param>
/// <param name="Pending">What the next refresh uses, where spectra are computed beside the training; else null.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record StepBalanceState(IReadOnlyList<LayerMetricValue> Layers, int Refreshes, string Fidelity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PendingSnapshot? Pending = null);

/// <summary>Metric of one layer.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Metric">Its metric.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record LayerMetricValue(string Name, double Metric);
