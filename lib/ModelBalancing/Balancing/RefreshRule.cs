// When metrics are computed anew.
using System.Text.Json.Serialization;

namespace ModelBalancing.Balancing;

/// <summary>The steps at which metrics are computed: those whose number, from 0, is a multiple of the interval.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(EverySteps), "steps")]
[JsonDerivedType(typeof(EveryEpochs), "epochs")]
[JsonDerivedType(typeof(Released), "released")]
public abstract record RefreshRule
{
    // Closed: the rules below are all there are.
    private RefreshRule()
    {
    }

    /// <summary>Optimizer steps between two refreshes; at least 1.</summary>
    [JsonIgnore]
    public abstract int Interval { get; }

    /// <summary>Whether metrics are computed before this step.</summary>
    /// <param name="step">The step to come, from 0.</param>
    public bool IsDue(int step) => step % Interval == 0;

    /// <summary>Every so many optimizer steps.</summary>
    /// <param name="Steps">At least 1.</param>
    public sealed record EverySteps(int Steps) : RefreshRule
    {
        /// <inheritdoc/>
        public override int Interval => Math.Max(1, Steps);
    }

    /// <summary>Every so many epochs.</summary>
    /// <param name="Epochs">At least 1.</param>
    /// <param name="StepsPerEpoch">Optimizer steps of an epoch.</param>
    public sealed record EveryEpochs(int Epochs, int StepsPerEpoch) : RefreshRule
    {
        /// <inheritdoc/>
        public override int Interval => Math.Max(1, Epochs * StepsPerEpoch);
    }

    /// <summary>The released text trainer's rule: about ten times an epoch, at least every <paramref name="Most"/> steps.</summary>
    /// <param name="StepsPerEpoch">Batches of an epoch.</param>
    /// <param name="Most">The argument esd_interval.</param>
    /// <param name="MaxSteps">With gradient accumulation, all optimizer steps of the run: the interval is then a twentieth of them. Null without.</param>
    /// <remarks>min(Most, max(1, StepsPerEpoch/10)); with accumulation min(Most, MaxSteps/20), which in the released code can be 0 and then fails: here it is 1.</remarks>
    public sealed record Released(int StepsPerEpoch, int Most = 100, int? MaxSteps = null) : RefreshRule
    {
        /// <inheritdoc/>
        public override int Interval => Math.Max(1, MaxSteps is { } all ? Math.Min(Most, all / 20) : Math.Min(Most, Math.Max(1, StepsPerEpoch / 10)));
    }
}
