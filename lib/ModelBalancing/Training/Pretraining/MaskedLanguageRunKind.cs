// The kind of run "masked-language-model": an encoder pretrained on running text.
using System.Text.Json;
using ModelBalancing.Experiments;

[assembly: RunKind(typeof(ModelBalancing.Training.Pretraining.MaskedLanguageRunKind))]

namespace ModelBalancing.Training.Pretraining;

/// <summary>The kind "masked-language-model".</summary>
/// <remarks>Data by name: "corpus", a text file with one paragraph a line and a blank line between documents; "tokenizer", a vocabulary. Rows are packed rows of tokens.</remarks>
public sealed class MaskedLanguageRunKind : IRunKind
{
    /// <summary>Names among a spec's data.</summary>
    public const string Corpus = "corpus", Vocabulary = "tokenizer";

    /// <inheritdoc/>
    public string Name => "masked-language-model";

    /// <inheritdoc/>
    public ResultMeasure Measure { get; } = new("test.loss");

    /// <inheritdoc/>
    /// <remarks>A schedule that is not given is the linear one with 6 % of warm-up.</remarks>
    public RunSpec Complete(RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Balancing is not null)
            throw new RunException("A run of masked-language-model trains at one rate for all layers; remove balancing from the spec.");
        if (spec.Data.IsSingle)
            throw new RunException($"A run of masked-language-model has its data by name: give \"data\": {{ \"{Corpus}\": …, \"{Vocabulary}\": … }}.");
        return spec with
        {
            Settings = JsonSerializer.SerializeToNode(MaskedLanguageSettings.Of(spec), RunSpec.Json)!.AsObject(),
            Decay = spec.Decay == new StepDecay() ? new LinearDecay() : spec.Decay,
        };
    }

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec) => new MaskedLanguageRun(spec, MaskedLanguageSettings.Of(spec));
}
