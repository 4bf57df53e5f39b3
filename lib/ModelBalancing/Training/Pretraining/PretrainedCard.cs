// The model card of a pretrained encoder: what it is, what it was made from and under which terms, how good it is, what it cost, where it ends.
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Corpus;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Writes model cards.</summary>
internal static class PretrainedCard
{
    /// <summary>The file beside the card that holds its numbers, the loss curve among them.</summary>
    public const string TrainingFile = "training.json";

    private const int ShownRows = 20; // of the loss curve

    /// <summary>The card.</summary>
    /// <param name="told">What <see cref="PretrainedExport"/> measured and collected.</param>
    /// <param name="spec">The run's spec.</param>
    /// <param name="settings">Its settings.</param>
    public static string Of(JsonObject told, RunSpec spec, MaskedLanguageSettings settings)
    {
        var encoder = settings.Encoder;
        var text = new StringBuilder();
        void Say(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        double? Number(params string[] path) => path.Aggregate((JsonNode?)told, (node, name) => node?[name]) is JsonValue value ? (double)value.Deserialize<JsonElement>().GetDouble() : null;
        long steps = (long)Number("steps")!;
        bool finished = told["finished"]!.GetValue<bool>();

        Say($"# A small English encoder, pretrained by the workbook");
        Say($"");
        Say($"A {(encoder.Family == EncoderFamily.Roberta ? "RoBERTa" : "BERT")}-shaped encoder of {encoder.Blocks} blocks, width {encoder.Width}, {encoder.Heads} heads, feed-forward {encoder.FeedForward}, a byte-level vocabulary of {encoder.Vocabulary} and up to {encoder.LongestSequence} tokens: {Number("parameters"):N0} parameters, stored in float16. It was trained from random weights by guessing masked words and is meant for fine-tuning experiments with little data.");
        Say($"");
        Say($"## Data and their terms");
        Say($"");
        Corpus(told, Say);
        Say($"");
        Say($"## Training");
        Say($"");
        Say($"- {steps} of {Number("plannedSteps"):0} steps{(finished ? "" : " (the run is not finished; these are the weights of its last saved state)")}, {spec.BatchSize} packed rows of {settings.Length} tokens a step: {Number("tokens") / 1e6:f1} million tokens, {(double)steps * spec.BatchSize / spec.Rows:f2} passes over {spec.Rows:N0} rows.");
        Say($"- {settings.MaskedShare * 100:0.#} % of the words masked (80 % mask token, 10 % random word, 10 % left), drawn anew for every step; no dropout.");
        if (settings.StartGuesses > 0)
            Say($"- The start token guesses {(settings.StartGuesses == 1 ? "one" : settings.StartGuesses)} of its row's masked words as well, so that what classifiers read is trained too; the training loss holds these guesses, the held-out loss does not.");
        if (settings.ShortShare > 0)
            Say($"- In the first {settings.ShortShare * 100:0.#} % of the steps rows are cut into pieces of {settings.ShortLength} tokens, in which context is short: the training loss of that time is not to be compared with the later one. Held-out rows are always whole.");
        if (settings.StartAtFrequencies)
            Say($"- The bias of the output began at the logarithm of the words' frequencies, other weights at random.");
        if (settings.StartAtVectors)
            Say($"- The word table began at vectors made of counts: singular vectors of the positive pointwise mutual information of words within {WordVectors.Window} places in the training rows.");
        Say($"- AdamW, largest rate {spec.LearningRate}, weight decay {spec.WeightDecay} on matrices, β2 {settings.Beta2}, ε {settings.Epsilon:0.##e0}, norm of the gradients at most {settings.Clip}; precision of linear layers: {settings.Precision}; seeds {spec.Seeds.Subset}, {spec.Seeds.Weights}, {spec.Seeds.Order}.");
        Say($"- Cost: {(Number("seconds") is { } seconds ? $"{(seconds / 3600).ToString("0.00", CultureInfo.InvariantCulture)} hours by the clock in {told["sessions"]} session{(told["sessions"]!.GetValue<int>() == 1 ? "" : "s")}" : "not told before the run is finished")}, {settings.Lanes} workers of one thread on a machine of {told["machine"]!["processors"]} processors without a GPU ({told["machine"]!["system"]}, libtorch {told["machine"]!["torch"]}).");
        Say($"- Run {told["run"]}; [{TrainingFile}]({TrainingFile}) holds its spec, its whole loss curve and the numbers below.");
        Say($"");
        Say($"## Loss");
        Say($"");
        Say($"Cross entropy of masked words in nats. Held-out rows are those of every {PackedText.HeldOutEvery}th document, which nothing was trained on; they are of the same packages, so this is no test on other text.");
        Say($"");
        if (Number("heldOut", "loss") is { } loss)
        {
            Say($"| {Number("heldOut", "words"):N0} masked words of held-out rows | loss | perplexity | right |");
            Say($"|---|---:|---:|---:|");
            void Row(string name, double value, double right) => Say($"| {name} | {value:f3} | {Math.Exp(value):f1} | {right * 100:f1} % |");
            Row("these weights, as stored", loss, Number("heldOut", "accuracy")!.Value);
            Row("floor: word frequencies of the training text", Number("floors", "word frequencies", "loss")!.Value, Number("floors", "word frequencies", "accuracy")!.Value);
            Row("floor: chance", Number("floors", "uniform", "loss")!.Value, Number("floors", "uniform", "accuracy")!.Value);
        }
        else
            Say($"The stored weights were not judged, since the corpus was not on the machine that wrote this card.");
        Say($"");
        Say($"| step | training loss | held-out loss, on the way |");
        Say($"|---:|---:|---:|");
        var curve = told["curve"]!.AsArray().Select(row => row!.AsObject()).ToList();
        var judged = curve.Where(row => row["heldOutLoss"] is not null).ToList();
        foreach (var row in judged.Count > 0 ? Spread(judged, ShownRows) : Spread(curve, ShownRows))
            Say($"| {row["step"]!.GetValue<long>()} | {row["loss"]!.GetValue<double>():f3} | {(row["heldOutLoss"]?.GetValue<double>() is { } value ? value.ToString("f3", CultureInfo.InvariantCulture) : "")} |");
        Say($"");
        Say($"## Overlap with evaluation text");
        Say($"");
        Overlap(told, Say);
        Say($"");
        Say($"## Limits");
        Say($"");
        Say($"The text is small, and most of it is dictionaries, a thesaurus, old novels, samples of 1961 and one political FAQ: the encoder knows little of today's world, and it repeats the views and words of its sources, some of them more than a century old and some of them offensive. It reads English only, at most {encoder.LongestSequence} tokens at a time. It was judged by its own loss and by the fine-tuning experiments that docs/text.md tells, and by nothing else; it is no replacement for a published encoder.");
        return text.ToString();
    }

    private static void Corpus(JsonObject told, Action<FormattableString> say)
    {
        if (told["corpus"]?.Deserialize<CorpusManifest>(RunSpec.Json) is not { } manifest)
        {
            say($"The corpus has no manifest; its packages are not known.");
            return;
        }
        say($"{manifest.Bytes:N0} bytes of English text in {manifest.Documents:N0} documents, made by `./workbook data corpus` from packages of Debian and npm. What stands under terms is what the packages' own files say of the text, in short; the files decide.");
        say($"");
        say($"| package | holds | share of the bytes | terms, as the package states them |");
        say($"|---|---|---:|---|");
        foreach (var part in manifest.Parts)
        {
            var known = CorpusPackage.All.FirstOrDefault(package => package.Name == part.Package);
            say($"| {part.Package} {part.Version} ({part.Registry}) | {known?.Holds} | {100.0 * part.Bytes / manifest.Bytes:f1} % | {known?.Licence ?? part.Licence} |");
        }
        say($"");
        say($"The text itself is not shipped. The weights and the vocabulary were made from it, the texts under the GPL included. What these terms mean for weights that were trained on such texts is not decided here: whoever uses or passes on the weights must judge that.");
    }

    private static void Overlap(JsonObject told, Action<FormattableString> say)
    {
        if (told["corpus"]?.Deserialize<CorpusManifest>(RunSpec.Json) is { } manifest)
            say($"{(manifest.EvaluationSets.Count == 0 ? "When the corpus was made, no evaluation set was on the machine." : $"When the corpus was made, {manifest.EvaluationSentences:N0} different sentences of {string.Join(", ", manifest.EvaluationSets)} were looked for; {manifest.Parts.Sum(part => part.EvaluationSentences):N0} were found and removed.")}");
        if (told["overlap"] is JsonObject overlap)
            say($"When this card was written, the finished text was searched again{(overlap["sets"]!.AsArray().Count == 0 ? ", but no evaluation set was on the machine." : $" for {overlap["sentences"]!.GetValue<int>():N0} different sentences of {string.Join(", ", overlap["sets"]!.AsArray())}. {Found(overlap["found"]!.AsObject())}")}");
        say($"Looked for are sentences of at least {EvaluationSentences.FewestWords} words, whatever their spacing, case and punctuation. Shorter ones, paraphrases, and sets that are not named here were not looked for.");
    }

    private static string Found(JsonObject found) => found.Count == 0 ? "None was found."
        : $"Found, and left where they stand: {string.Join(", ", found.Select(set => $"{set.Value} of {set.Key}"))}. What the encoder reaches on those sets is not free of what it has read.";

    private static IEnumerable<JsonObject> Spread(List<JsonObject> rows, int most) =>
        rows.Count <= most ? rows : Enumerable.Range(0, most).Select(i => rows[(int)((long)i * (rows.Count - 1) / (most - 1))]);
}
