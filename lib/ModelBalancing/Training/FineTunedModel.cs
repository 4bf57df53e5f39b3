// A finished run on text as a model: for other texts, for other programs, for the next run.
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Text.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>What a fine-tuned model says of a text.</summary>
/// <param name="Label">The likeliest class; null for a score.</param>
/// <param name="Probabilities">Of every class in the task's order, by softmax; empty for a score. They are not calibrated.</param>
/// <param name="Score">The score of a regression.</param>
public sealed record TextPrediction(string? Label, IReadOnlyList<double> Probabilities, double? Score);

/// <summary>The model of a finished run of kind "text-classification" or "question-answering", at its chosen epoch.</summary>
public sealed class FineTunedModel : IDisposable
{
    private readonly string vocabulary;
    private readonly FineTuningSettings settings;
    private readonly Tokenizer tokenizer;

    private FineTunedModel(TextTask? task, EncoderModel model, FineTuningSettings settings, string vocabulary, Tokenizer tokenizer) =>
        (Task, Model, this.settings, this.vocabulary, this.tokenizer) = (task, model, settings, vocabulary, tokenizer);

    /// <summary>The task; null for answers in a text.</summary>
    public TextTask? Task { get; }

    /// <summary>Encoder and head.</summary>
    public EncoderModel Model { get; }

    /// <summary>Loads the model of a run.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="RunException">It is of another kind, not finished, diverged, or its files or its vocabulary cannot be read.</exception>
    public static FineTunedModel Open(StoredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var spec = run.Spec();
        bool answers = spec.Kind == new QuestionRunKind().Name;
        if (!answers && spec.Kind != new TextRunKind().Name)
            throw new RunException($"The run '{run.Name}' is of kind {spec.Kind}; only runs of text-classification and question-answering end in such a model.");
        if (run.Result is not { } result)
            throw new RunException($"The run '{run.Name}' is not finished: let it end first ('./workbook train' with its spec goes on).");
        if (result["test"] is null)
            throw new RunException($"The run '{run.Name}' diverged: it has no model that could be used.");
        var task = answers ? null : TextTasks.Named(TextSettings.Of(spec).Task);
        FineTuningSettings settings = answers ? QuestionSettings.Of(spec) : TextSettings.Of(spec);
        var encoder = TextRun.Sizes(spec, settings);
        try
        {
            var tokenizer = TextRunData.OpenTokenizer(spec, encoder);
            var (model, report) = EncoderCheckpoint.Open(Path.Combine(run.Folder, RunFiles.Model), task is null ? EncoderHead.Span : TaskObjective.HeadOf(task), task is null ? 2 : TaskObjective.OutputsOf(task), settings: encoder);
            if (report.Missing.Count > 0)
            {
                model.Dispose();
                throw new RunException($"The run '{run.Name}' lacks weights of its own model, among them '{report.Missing[0]}'; compute it again with --fresh.");
            }
            model.to(Engine.Device);
            model.Encoder.Precision = settings.Precision;
            model.eval();
            return new FineTunedModel(task, model, settings, TextRunData.VocabularyOf(spec), tokenizer);
        }
        catch (Exception wrong) when (wrong is CheckpointException or TokenizerException)
        {
            throw new RunException(wrong.Message, wrong);
        }
    }

    /// <summary>Classes or scores of texts, as the run would have judged them: cut at its longest row, multiplied in its precision.</summary>
    /// <param name="texts">Texts, or pairs where the task has pairs; they are computed together, padded to the longest.</param>
    /// <returns>One prediction a text, in the same order.</returns>
    /// <exception cref="RunException">The model chooses between texts or looks for answers.</exception>
    /// <exception cref="ArgumentException">A pair is expected and a single text came, or the other way round.</exception>
    public IReadOnlyList<TextPrediction> Predict(IReadOnlyList<TextInput> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (Task is not { Kind: not TaskKind.MultipleChoice } task)
            throw new RunException($"This model {(Task is null ? "looks for answers in a text" : "chooses between texts")}; only classes and scores are predicted for single texts and pairs. FineTunedModel.Save writes it for other programs.");
        if (texts.Count == 0)
            return [];
        if (texts.FirstOrDefault(text => text.Second is null == task.IsPair) is { } other)
            throw new ArgumentException($"texts: {task.Title} has {(task.IsPair ? "pairs of texts" : "single texts")}, but '{other.First}' is {(task.IsPair ? "a single one" : "one of a pair")}.", nameof(texts));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = texts.Select(text => TextRunData.Encoded(new TextExample { Id = "", Inputs = [text], Label = 0 }, tokenizer, (TextSettings)settings, Model.Settings)).ToList();
        using var batch = TextBatch.Of(rows, Model.Settings.Padding);
        var logits = Model.call(batch.Input).to(ScalarType.Float64).cpu();
        if (task.Kind == TaskKind.Regression)
            return [.. logits.reshape(-1).data<double>().Select(score => new TextPrediction(null, [], score))];
        double[] shares = logits.softmax(-1).data<double>().ToArray();
        return [.. shares.Chunk(task.Labels.Count).Select(own => new TextPrediction(task.Labels[Array.IndexOf(own, own.Max())], own, null))];
    }

    /// <summary>Writes config.json with the class names, model.safetensors and the vocabulary's files, as the transformers library reads them; <c>data.model</c> of a spec may name the folder.</summary>
    /// <param name="folder">Made where it does not exist.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (file, name) in VocabularyFolder.Files(vocabulary))
            AtomicFile.Replace(Path.Combine(folder, name), stream => stream.Write(File.ReadAllBytes(file)));
        EncoderCheckpoint.Save(Model, folder, Task is { Kind: TaskKind.Classification } ? Task.Labels : null);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
