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
    /// <param name="spec">The spec.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="known">Names that the kind reads.</param>
    /// <exception cref="RunException">It is one file without a name, a name is unknown, or both a checkpoint and sizes of an encoder are given.</exception>
    public static Dictionary<string, DataReference> NamedData(RunSpec spec, FineTuningSettings settings, params IReadOnlyList<string> known)
    {
        if (spec.Data.IsSingle)
            throw new RunException($"A run of {spec.Kind} has its data by name: give \"data\": {{ \"model\": {{ \"path\": … }} }}.");
        var named = spec.Data.ToDictionary();
        if (named.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new RunException($"The spec's data has '{unknown}', which a run of {spec.Kind} does not read; it reads {string.Join(", ", known)}.");
        return named.ContainsKey(TextRunData.Model) && settings.Encoder is not null
            ? throw new RunException("The spec has both data.model, a pretrained encoder, and settings.encoder, the sizes of one with random weights; give one of them (a vocabulary alone is data.tokenizer).") : named;
    }
}
