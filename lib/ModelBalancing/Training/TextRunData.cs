// The rows of a run on text: which train, which choose, which are reported, as texts and as tokens.
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Training;

/// <summary>Rows with their tokens.</summary>
internal sealed record TextRows(IReadOnlyList<TextExample> Examples, IReadOnlyList<EncodedExample> Encoded);

/// <summary>Reads and splits a task's rows.</summary>
/// <remarks>
/// Reported rows are those of the test file, else those of the development file; a task with one file gives up a quarter of it, the same rows for every size and seed.
/// Rows that repeat others or are reported train nowhere, and SST-2's phrases of one sentence stay on one side; Released takes the first rows as they are.
/// </remarks>
internal sealed class TextRunData
{
    /// <summary>Names among a spec's data.</summary>
    public const string Train = "train", Test = "test", Development = "development", Mismatched = "mismatched", Model = "model", Vocabulary = "tokenizer";

    internal const int ReportedSeed = 8; // of the rows that are cut out of a training file
    private const string PhraseTask = "sst2"; // its training rows are phrases of sentences

    public TextRunData(RunSpec spec, TextSettings settings, EncoderSettings encoder)
    {
        var fidelity = Fidelity.Of(spec.Fidelity);
        Task = TextTasks.Named(settings.Task);
        try
        {
            var tokenizer = OpenTokenizer(spec, encoder);
            var all = Read(spec, TaskSplit.Train, Train) ?? Task.Read(TaskSplit.Train);
            var reported = Read(spec, FormOf(spec.Data.Find(Test)), Test);
            var beside = Read(spec, TaskSplit.Validation, Development);
            var mismatched = Read(spec, TaskSplit.ValidationMismatched, Mismatched);
            var pool = Enumerable.Range(0, all.Count).ToArray();
            if (reported is null)
            {
                int count = Math.Max(1, Math.Min(settings.TestRows, all.Count / 4));
                int[] drawn = [.. DataOrder.Epoch(ReportedSeed, 0, all.Count).Take(count).Order()];
                reported = [.. drawn.Select(row => all[row])];
                pool = [.. pool.Except(drawn)];
            }
            if (fidelity.Subset != SubsetRule.FirstRows)
            {
                var distinct = DistinctRows.Of(pool.Select(row => Content(all[row])), reported.Concat(beside ?? []).Concat(mismatched ?? []).Select(Content));
                (pool, Repeated, Elsewhere) = ([.. distinct.Kept.Select(row => pool[row])], distinct.Repeated, distinct.Elsewhere);
            }
            var split = RowSplit.Draw(pool, spec.Rows, spec.Seeds.Subset, fidelity.Subset, Groups(all));
            TextRows Rows(IEnumerable<TextExample> examples)
            {
                TextExample[] list = [.. examples];
                return new(list, [.. list.Select(example => Encoded(example, tokenizer, settings, encoder))]);
            }
            Training = Rows(split.Train.Select(row => all[row]));
            Reported = Rows(reported);
            Beside = beside is null ? null : Rows(beside);
            OtherGenres = mismatched is null ? null : Rows(mismatched);
            bool onReported = fidelity.Selection == SelectionRule.BestOnReported;
            Choosing = onReported ? Reported : split.Validation.Length == 0 ? null : Rows(split.Validation.Select(row => all[row]));
        }
        catch (Exception wrong) when (wrong is TextFileException or TokenizerException)
        {
            throw new RunException(wrong.Message, wrong);
        }
    }

    public TextTask Task { get; }

    public TextRows Training { get; }

    /// <summary>Rows that choose the epoch; null where there are none.</summary>
    public TextRows? Choosing { get; }

    public TextRows Reported { get; }

    /// <summary>The development rows, where others are reported.</summary>
    public TextRows? Beside { get; }

    /// <summary>MNLI's development rows of other genres, reported beside.</summary>
    public TextRows? OtherGenres { get; }

    /// <summary>Training rows left out as repeated, and as reported.</summary>
    public int Repeated { get; }

    /// <inheritdoc cref="Repeated"/>
    public int Elsewhere { get; }

    /// <summary>Where the vocabulary is that a spec names, or else the model's: its folder, also where the weights' file is named.</summary>
    internal static string VocabularyOf(RunSpec spec) => spec.Data.Find(Vocabulary) is { } named ? DataFiles.Resolve(named)
        : DataFiles.Resolve(spec.Data[Model]) is var model && File.Exists(model) ? Path.GetDirectoryName(Path.GetFullPath(model))! : model;

    /// <summary>The vocabulary that a spec names, or the model's.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="encoder">The encoder that reads its ids.</param>
    /// <exception cref="RunException">It has more ids than the encoder reads or another padding, or the spec names none.</exception>
    internal static Tokenizer OpenTokenizer(RunSpec spec, EncoderSettings encoder)
    {
        var tokenizer = Tokenizer.Load(VocabularyOf(spec));
        if ((tokenizer.IdOf("<pad>") ?? tokenizer.IdOf("[PAD]")) is { } padding && padding != encoder.Padding)
            throw new RunException($"The vocabulary's padding has the id {padding}, the encoder's {encoder.Padding}: take the vocabulary that the encoder was made with.");
        return tokenizer.VocabularySize <= encoder.Vocabulary ? tokenizer
            : throw new RunException($"The vocabulary has ids up to {tokenizer.VocabularySize - 1}, the encoder reads {encoder.Vocabulary}: take the vocabulary that the encoder was made with.");
    }

    private IReadOnlyList<TextExample>? Read(RunSpec spec, TaskSplit split, string name) =>
        spec.Data.Find(name) is not { } reference ? null
        : Task.ReadFile(split, DataFiles.Resolve(reference)) is var rows && rows.All(row => row.IsLabelled) ? rows
        : throw new RunException($"The rows of '{reference.Path}' have no labels; name a file with labels as data.{name}.");

    // A file of reported rows is of the form of the test rows where it is the task's own, else of the development or training rows.
    private TaskSplit FormOf(DataReference? reference) => reference is not null && Task.Find(TaskSplit.Test) == reference.Path ? TaskSplit.Test
        : Task.Files.Any(file => file.Split == TaskSplit.Validation) ? TaskSplit.Validation : TaskSplit.Train;

    private Func<int, string>? Groups(IReadOnlyList<TextExample> all)
    {
        if (Task.Name == PhraseTask)
        {
            int[] sentences = SentenceGroups.Of([.. all.Select(example => example.Inputs[0].First)]);
            return row => $"{sentences[row]}";
        }
        return all.Any(example => example.Group is not null) ? row => all[row].Group ?? all[row].Id : null;
    }

    private static string Content(TextExample example) => string.Join('\n', example.Inputs.Select(input => $"{input.First}\t{input.Second}"));

    /// <summary>An example's tokens, cut to what settings and encoder read.</summary>
    internal static EncodedExample Encoded(TextExample example, Tokenizer tokenizer, TextSettings settings, EncoderSettings encoder)
    {
        var within = EncodeOptions.Within(Math.Min(settings.Longest, encoder.LongestSequence));
        EncodedText Of(TextInput input)
        {
            if (encoder.TokenTypes == 1 || input.Second is null)
                return new(tokenizer.EncodeIds(input.First, input.Second, within));
            var encoding = tokenizer.Encode(input.First, input.Second, within);
            return new(encoding.Ids, encoding.Types);
        }
        return new([.. example.Inputs.Select(Of)], example.Label, example.Score);
    }
}
