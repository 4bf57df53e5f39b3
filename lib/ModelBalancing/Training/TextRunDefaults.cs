// What every kind of run that fine-tunes an encoder fills into a spec.
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;

namespace ModelBalancing.Training;

/// <summary>Defaults of runs on text.</summary>
internal static class TextRunDefaults
{
    /// <summary>"Released" and "Paper" become their forms for language models; a schedule that is not given is the linear one with 6 % of warm-up; balancing sets rates every step.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="released">How the released code of the kind chooses training rows.</param>
    public static RunSpec Fill(RunSpec spec, SubsetRule released = SubsetRule.FirstRows)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var fidelity = Fidelity.Of(spec.Fidelity);
        fidelity = fidelity == Fidelity.Released ? Fidelity.ReleasedText : fidelity == Fidelity.Paper ? Fidelity.PaperText : fidelity;
        return spec with
        {
            Fidelity = (fidelity == Fidelity.ReleasedText ? fidelity with { Subset = released } : fidelity).Name,
            Decay = spec.Decay == new StepDecay() ? new LinearDecay() : spec.Decay,
            Balancing = spec.Balancing is { Steps: null } balancing ? balancing with { Steps = new StepBalancingSpec() } : spec.Balancing,
        };
    }

    /// <summary>The spec's data by name.</summary>
    /// <exception cref="RunException">It is one file without a name.</exception>
    public static Dictionary<string, DataReference> NamedData(RunSpec spec) => spec.Data.IsSingle
        ? throw new RunException($"A run of {spec.Kind} has its data by name: give \"data\": {{ \"model\": {{ \"path\": … }} }}.") : spec.Data.ToDictionary();
}
