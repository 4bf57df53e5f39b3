// How layers are balanced: one record that a run's spec stores.
using System.Text.Json.Serialization;
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>What is done with the multipliers beyond balancing: the controls that show what the order by metric adds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BalanceControl>))]
public enum BalanceControl
{
    /// <summary>Balancing itself.</summary>
    None,

    /// <summary>Baseline: metrics are computed and reported, every group stays at the base rate.</summary>
    Baseline,

    /// <summary>The same multipliers on other layers: one permutation by seed for the whole run, in which no layer keeps its own.</summary>
    Shuffled,

    /// <summary>The same multipliers in reverse order: the largest metric gets the smallest.</summary>
    Inverted,

    /// <summary>One rate for everything, the rest included: base times the mean multiplier of the tuned layers.</summary>
    MeanMultiplier,
}

/// <summary>Options of <see cref="TempBalance"/>.</summary>
public sealed record BalanceOptions
{
    /// <summary>Curve from metrics to multipliers; the paper's sigmoid with s = 1 and τ = 10 if not set.</summary>
    public Schedule Schedule { get; init; } = new Schedule.Sigmoid(1, 1);

    /// <summary>Variant of the method.</summary>
    public Fidelity Fidelity { get; init; } = Fidelity.Corrected;

    /// <summary>What is balanced.</summary>
    public LayerMetric Metric { get; init; } = LayerMetric.Alpha;

    /// <summary>Where the tail starts.</summary>
    public TailRule Tail { get; init; } = TailRule.Mid;

    /// <summary>Whether the spectra are computed by a process beside the training and used one refresh later (<see cref="LayerAnalysis"/>).</summary>
    public bool Asynchronous { get; init; }

    /// <summary>How eigenvalues are computed; through the Gram matrix where its check allows.</summary>
    public EigenvalueMethod Method { get; init; } = EigenvalueMethod.Gram;

    /// <summary>Relative error allowed at the first eigenvalue of the tail, <see cref="EsdOptions.Tolerance"/>.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Epochs between two refreshes of the metrics (tb_interval_ep); at least 1.</summary>
    public int RefreshInterval { get; init; } = 1;

    /// <summary>Whether the metrics of the start serve for the whole run (fix_tb_metric).</summary>
    public bool FixedMetric { get; init; }

    /// <summary>Balancing, baseline or one of the controls.</summary>
    public BalanceControl Control { get; init; } = BalanceControl.None;

    /// <summary>Seed of the shuffled control.</summary>
    public int ControlSeed { get; init; }

    /// <summary>Layers that stay at the base rate whatever their spectrum.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
