// A pretraining run, finished or not, as a folder that other programs read: weights, sizes, vocabulary and a model card.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Corpus;
using static TorchSharp.torch;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Writes pretrained encoders.</summary>
public static class PretrainedExport
{
    /// <summary>Most bytes of the weights, so that they may lie in a repository.</summary>
    public const long MostBytes = 20_000_000;

    /// <summary>Writes model.safetensors (float16), config.json, the vocabulary and README.md.</summary>
    /// <param name="run">A run of kind masked-language-model that has a saved state or is finished.</param>
    /// <param name="folder">Where; made where it does not exist.</param>
    /// <param name="most">Most bytes of the weights.</param>
    /// <exception cref="RunException">The run is of another kind, has no saved state yet, or its weights are too large.</exception>
    public static void Write(StoredRun run, string folder, long most = MostBytes)
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
                parameter.copy_(value);
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
        AtomicFile.Replace(Path.Combine(folder, "README.md"), Card(run, spec, settings, model.ParameterCount));
    }

    /// <summary>The model card.</summary>
    private static string Card(StoredRun run, RunSpec spec, MaskedLanguageSettings settings, long parameters)
    {
        var result = run.Result;
        var curve = run.Metrics().Where(row => row["step"] is not null && row["loss"] is not null).ToList();
        long steps = result?["steps"]?.GetValue<long>() ?? run.SavedStep;
        curve = [.. curve.Where(row => row["step"]!.GetValue<long>() <= steps)];
        var plan = new EpochPlan(spec);
        var encoder = settings.Encoder;
        var text = new StringBuilder();
        void Say(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Say($"# A small English encoder, pretrained by the workbook");
        Say($"");
        Say($"A {encoder.Family} encoder of {encoder.Blocks} blocks, width {encoder.Width}, {encoder.Heads} heads, feed-forward {encoder.FeedForward}, a byte-level vocabulary of {encoder.Vocabulary} and up to {encoder.LongestSequence} tokens: {parameters:N0} parameters, stored in float16. It was trained from random weights by guessing masked words and is meant for fine-tuning experiments with little data.");
        Say($"");
        Say($"## Training");
        Say($"");
        Say($"- {steps} of {plan.Steps} steps{(result is null ? " (the run is not finished; these are the weights of its last saved state)" : "")}: {(double)steps / plan.StepsPerEpoch:f2} passes over {spec.Rows} packed rows of {settings.Length} tokens, {spec.BatchSize} rows a step.");
        Say($"- {settings.MaskedShare:p0} of the words masked (80 % mask token, 10 % random word, 10 % left), drawn anew for every step; no dropout.");
        Say($"- AdamW, largest rate {spec.LearningRate}, weight decay {spec.WeightDecay} on matrices, β2 {settings.Beta2}, ε {settings.Epsilon}, norm of the gradients at most {settings.Clip}; precision of linear layers: {settings.Precision}.");
        Say($"- Run {run.Name}{(run.Times?["seconds"]?.GetValue<double>() is { } seconds ? $", {seconds / 3600:f2} hours over {run.Times["sessions"]} sessions" : "")}; seeds {spec.Seeds.Subset}, {spec.Seeds.Weights}, {spec.Seeds.Order}.");
        Say($"");
        Say($"## Loss");
        Say($"");
        Say($"Cross entropy of masked words in nats; held-out rows are those of every {PackedText.HeldOutEvery}th document.");
        Say($"");
        Say($"| step | training loss | held-out loss |");
        Say($"|---:|---:|---:|");
        const int shown = 20;
        var judged = curve.Where(row => row["heldOutLoss"] is not null).ToList();
        foreach (var row in judged.Count > 0 ? Spread(judged, shown) : Spread(curve, shown))
            Say($"| {row["step"]!.GetValue<long>()} | {row["loss"]!.GetValue<double>():f3} | {(row["heldOutLoss"]?.GetValue<double>() is { } loss ? loss.ToString("f3", CultureInfo.InvariantCulture) : "")} |");
        Say($"");
        if (result?["test"] is JsonObject test)
            Say($"At the end: held-out loss {test["loss"]!.GetValue<double>():f3} (perplexity {test["perplexity"]!.GetValue<double>():f1}, {test["accuracy"]!.GetValue<double>():p1} of the masked words right); guessing by word frequencies costs {result["floors"]!["word frequencies"]!["loss"]!.GetValue<double>():f3}, by chance {result["floors"]!["uniform"]!["loss"]!.GetValue<double>():f3}.");
        else
            Say($"The final held-out loss is not measured yet: the run is not finished.");
        Say($"");
        Say($"## Data");
        Say($"");
        if (CorpusBuild.Manifest(DataFiles.Resolve(spec.Data[MaskedLanguageRunKind.Corpus])) is { } manifest)
        {
            Say($"{manifest.Bytes:N0} bytes of English text in {manifest.Documents:N0} documents, made by `./workbook data corpus` from these packages:");
            Say($"");
            Say($"| package | version | licence | documents | bytes | repeated paragraphs left out | evaluation sentences removed |");
            Say($"|---|---|---|---:|---:|---:|---:|");
            foreach (var part in manifest.Parts)
                Say($"| {part.Package} ({part.Registry}) | {part.Version} | {part.Licence} | {part.Documents:N0} | {part.Bytes:N0} | {part.Repeated:N0} | {part.EvaluationSentences:N0} |");
            Say($"");
            Say($"{(manifest.EvaluationSets.Count == 0 ? "No evaluation set was on the machine, so no overlap was looked for." : $"Looked for and removed: {manifest.EvaluationSentences:N0} sentences of at least {EvaluationSentences.FewestWords} words of {string.Join(", ", manifest.EvaluationSets)}, whatever their spacing, case and punctuation.")}");
        }
        else
            Say($"The corpus has no manifest; its packages and its overlap with evaluation text are not known.");
        Say($"");
        Say($"## Limits");
        Say($"");
        Say($"The text is small, much of it is dictionaries, old novels and one political FAQ: the encoder knows little of today's world and repeats its sources' views. Sentences shorter than {EvaluationSentences.FewestWords} words, paraphrases and sets that were not on the machine were not looked for. It is no replacement for a published encoder.");
        return text.ToString();
    }

    private static IEnumerable<JsonObject> Spread(List<JsonObject> rows, int most) =>
        rows.Count <= most ? rows : Enumerable.Range(0, most).Select(i => rows[(int)((long)i * (rows.Count - 1) / (most - 1))]);
}
