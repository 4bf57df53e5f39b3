// A pretraining run, finished or not, as a folder that other programs read: weights, sizes, vocabulary, a model card and how training went.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Corpus;
using ModelBalancing.Text.Tokenizers;
using static TorchSharp.torch;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Writes pretrained encoders.</summary>
public static class PretrainedExport
{
    /// <summary>Most bytes of the weights, so that they may lie in a repository.</summary>
    public const long MostBytes = 19_000_000;

    /// <summary>Writes model.safetensors (float16), config.json, the vocabulary, training.json and README.md.</summary>
    /// <remarks>
    /// The stored weights are judged on held-out rows as they are, rounded to float16, and the corpus is searched once more for evaluation sentences, by those sets that
    /// are on the machine now. Both need the corpus; without it the card says that they were not done.
    /// </remarks>
    /// <param name="run">A run of kind masked-language-model that has a saved state or is finished.</param>
    /// <param name="folder">Where; made where it does not exist.</param>
    /// <param name="most">Most bytes of the weights.</param>
    /// <param name="evaluation">Sentences to look for in the corpus; null for those found on this machine.</param>
    /// <exception cref="RunException">The run is of another kind, has no saved state yet, or its weights are too large.</exception>
    public static void Write(StoredRun run, string folder, long most = MostBytes, EvaluationSentences? evaluation = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        var spec = run.Spec();
        if (spec.Kind != new MaskedLanguageRunKind().Name)
            throw new RunException($"The run '{run.Name}' is of kind {spec.Kind}; only runs of masked-language-model are written as encoders.");
        var settings = MaskedLanguageSettings.Of(spec);
        bool finished = File.Exists(Path.Combine(run.Folder, RunFiles.Model));
        string weights = Path.Combine(run.Folder, finished ? RunFiles.Model : RunStateFile.TensorsName);
        if (!File.Exists(weights))
            throw new RunException($"The run '{run.Name}' has no saved state yet; let it go on until its first save.");
        using var model = new EncoderModel(settings.Encoder, EncoderHead.MaskedWords, seed: null);
        if (model.ParameterCount * 2 > most)
            throw new RunException($"The run '{run.Name}' has {model.ParameterCount} parameters, {model.ParameterCount * 2} bytes in float16, more than {most}; lower the sizes in settings.encoder.");
        using (var file = SafetensorsFile.Open(weights))
        using (no_grad())
            foreach (var (name, parameter) in model.named_parameters())
            {
                using var value = file.Read(finished ? name : MaskedLanguageRun.WeightPrefix + name);
                using var rounded = value.to(ScalarType.Float16);
                parameter.copy_(rounded);
            }
        Directory.CreateDirectory(folder);
        string vocabulary = DataFiles.Resolve(spec.Data[MaskedLanguageRunKind.Vocabulary]);
        foreach (string name in new[] { "vocab.json", "merges.txt" })
        {
            string source = Path.Combine(vocabulary, name);
            if (!File.Exists(source))
                throw new RunException($"The run's vocabulary '{vocabulary}' has no {name}; only byte-level vocabularies of two files are written.");
            AtomicFile.Replace(Path.Combine(folder, name), stream => stream.Write(File.ReadAllBytes(source)));
        }
        EncoderCheckpoint.Save(model, folder, dtype: ScalarType.Float16);
        var told = Told(run, spec, settings, model, evaluation);
        AtomicFile.Replace(Path.Combine(folder, PretrainedCard.TrainingFile), told.ToJsonString(new JsonSerializerOptions(RunSpec.Json) { WriteIndented = true }) + "\n");
        AtomicFile.Replace(Path.Combine(folder, "README.md"), PretrainedCard.Of(told, spec, settings));
    }

    // Everything that the card tells, as one document.
    private static JsonObject Told(StoredRun run, RunSpec spec, MaskedLanguageSettings settings, EncoderModel model, EvaluationSentences? evaluation)
    {
        var (result, times, environment) = (run.Result, run.Times, run.Environment);
        long steps = result?["steps"]?.GetValue<long>() ?? run.SavedStep;
        var told = new JsonObject
        {
            ["run"] = run.Name,
            ["finished"] = result is not null,
            ["steps"] = steps,
            ["plannedSteps"] = new EpochPlan(spec).Steps,
            ["tokens"] = steps * spec.BatchSize * settings.Length,
            ["parameters"] = model.ParameterCount,
            ["seconds"] = times?["seconds"]?.DeepClone(),
            ["sessions"] = times?["sessions"]?.DeepClone(),
            ["machine"] = new JsonObject(new[] { "system", "processors", "torch", "blas", "commit" }.Select(name => KeyValuePair.Create(name, environment?[name]?.DeepClone()))),
            ["spec"] = run.SpecJson?.DeepClone(),
            ["curve"] = new JsonArray([.. run.Metrics().Where(row => row["step"] is not null && row["loss"] is not null && row["step"]!.GetValue<long>() <= steps).Select(row => row.DeepClone())]),
        };
        string corpus = DataFiles.Resolve(spec.Data[MaskedLanguageRunKind.Corpus]);
        told["corpus"] = CorpusBuild.Manifest(corpus) is { } manifest ? JsonSerializer.SerializeToNode(manifest, RunSpec.Json) : null;
        if (!File.Exists(corpus))
            return told;
        var (training, rest) = PackedText.Read(corpus, Tokenizer.Load(DataFiles.Resolve(spec.Data[MaskedLanguageRunKind.Vocabulary])), settings.Length);
        var heldOut = new HeldOutWords(training, rest, settings);
        JsonObject Guesses(WordGuesses guesses) => new() { ["loss"] = guesses.Loss, ["accuracy"] = guesses.Accuracy };
        var stored = heldOut.Judge(model);
        told["heldOut"] = Guesses(stored);
        told["heldOut"]!["words"] = stored.Words;
        told["floors"] = new JsonObject { ["uniform"] = Guesses(heldOut.Uniform), ["word frequencies"] = Guesses(heldOut.Frequencies) };
        var sentences = evaluation ?? EvaluationSentences.Found();
        told["overlap"] = new JsonObject
        {
            ["sets"] = new JsonArray([.. sentences.Sets.Select(set => JsonValue.Create(set))]),
            ["sentences"] = sentences.Count,
            ["found"] = JsonSerializer.SerializeToNode(sentences.In(corpus)),
        };
        return told;
    }
}
