// Balancing of runs that set rates every step, as text models are trained; runs that refresh by epochs leave it out.
using System.Text.Json.Serialization;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;

namespace ModelBalancing.Experiments;

/// <summary>What <see cref="StepBalance"/> needs beyond <see cref="BalancingSpec"/>; a spec's <c>balancing.steps</c>.</summary>
public sealed record StepBalancingSpec
{
    /// <summary>What shares a multiplier.</summary>
    public BalanceUnit Unit { get; init; } = new BalanceUnit.Block();

    /// <summary>Steps between two refreshes; null for the released rule, about ten times an epoch.</summary>
    public int? EverySteps { get; init; }

    /// <summary>What is tuned.</summary>
    public TunedRates Tuned { get; init; }

    /// <summary>Curve of the weight decay; that of the learning rate if left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Schedule? WeightDecaySchedule { get; init; }

    /// <summary>Whether multipliers of blocks are divided by their mean.</summary>
    public bool Normalise { get; init; }

    /// <summary>Whether the last analysed layer is left out.</summary>
    public bool RemoveLast { get; init; } = true;

    /// <summary>Whether balancing waits for the warm-up to end.</summary>
    public bool AfterWarmup { get; init; }

    /// <summary>Low-rank adapters: only layers whose name holds one of these count; null for all.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>The options for <see cref="StepBalance"/>.</summary>
    /// <param name="spec">The run; its balancing holds these.</param>
    /// <param name="fidelity">Variant of the run.</param>
    /// <param name="stepsPerEpoch">Optimiser steps of an epoch.</param>
    /// <param name="warmupSteps">Steps of the schedule's warm-up, W.</param>
    public StepBalanceOptions Options(RunSpec spec, Fidelity fidelity, int stepsPerEpoch, int warmupSteps) => new()
    {
        Balance = (spec.Balancing ?? new BalancingSpec { Control = BalanceControl.Baseline }).Options(fidelity, spec.Seeds.Order),
        Unit = Unit,
        Tuned = Tuned,
        WeightDecaySchedule = WeightDecaySchedule,
        Normalise = Normalise,
        RemoveLast = RemoveLast,
        WarmupSteps = warmupSteps,
        AfterWarmup = AfterWarmup,
        Refresh = EverySteps is { } steps ? new RefreshRule.EverySteps(steps) : new RefreshRule.Released(stepsPerEpoch),
        WeightDecay = spec.WeightDecay,
        Targets = Targets,
    };
}
