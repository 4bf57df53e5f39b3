// The kind of run "text-classification": an encoder fine-tuned on a task of classes, scores or choices.
using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;
using ModelBalancing.Text.Tasks;

[assembly: RunKind(typeof(ModelBalancing.Training.TextRunKind))]

namespace ModelBalancing.Training;

/// <summary>The kind "text-classification".</summary>
/// <remarks>
/// Data by name: "train" and "test" (the reported rows), found by the task where the spec does not name "train"; "development", reported beside; "mismatched", MNLI's rows of other genres, reported too; "model", a folder with an
/// encoder's checkpoint and vocabulary; "tokenizer", a vocabulary elsewhere. Without "model" the settings' encoder has random weights.
/// </remarks>
public sealed class TextRunKind : IRunKind
{
    /// <inheritdoc/>
    public string Name => "text-classification";

    /// <inheritdoc/>
    public ResultMeasure Measure => TextRun.Measure;

    /// <inheritdoc/>
    /// <remarks>"Released" and "Paper" become their forms for language models; a schedule that is not given is the linear one with 6 % of warm-up.</remarks>
    public RunSpec Complete(RunSpec spec)
    {
        spec = TextRunDefaults.Fill(spec);
        var settings = TextSettings.Of(spec);
        settings = settings with { Task = TextTasks.Named(settings.Task).Name }; // one task, one run, however it is called
        return spec with
        {
            Settings = JsonSerializer.SerializeToNode(settings, RunSpec.Json)!.AsObject(),
            Data = WithFound(spec, settings, TextTasks.Named(settings.Task), Fidelity.Of(spec.Fidelity).Selection == SelectionRule.BestOnReported),
        };
    }

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec)
    {
        var settings = TextSettings.Of(spec);
        return new TextRun(spec, settings, encoder => new TaskObjective(new TextRunData(spec, settings, encoder)));
    }

    // What is on this machine; what is missing is told when the run is made.
    private static DataReferences WithFound(RunSpec spec, TextSettings settings, TextTask task, bool released)
    {
        var named = TextRunDefaults.NamedData(spec, settings, TextRunData.Train, TextRunData.Test, TextRunData.Development, TextRunData.Mismatched, TextRunData.Model, TextRunData.Vocabulary);
        if (named.ContainsKey(TextRunData.Train))
            return spec.Data;
        void Add(string name, TaskSplit split)
        {
            if (!named.ContainsKey(name) && task.Files.Any(file => file.Split == split && file.Labelled) && task.Find(split) is { } path)
                named[name] = new DataReference(path);
        }
        Add(TextRunData.Train, TaskSplit.Train);
        if (!released)
            Add(TextRunData.Test, TaskSplit.Test);
        Add(named.ContainsKey(TextRunData.Test) ? TextRunData.Development : TextRunData.Test, TaskSplit.Validation);
        Add(TextRunData.Mismatched, TaskSplit.ValidationMismatched);
        return new DataReferences(named);
    }
}
