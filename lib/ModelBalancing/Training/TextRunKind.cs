// The kind of run "text-classification": an encoder fine-tuned on a task of classes, scores or choices.
using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;
using ModelBalancing.Text.Tasks;

[assembly: RunKind(typeof(ModelBalancing.Training.TextRunKind))]

namespace ModelBalancing.Training;

/// <summary>The kind "text-classification".</summary>
/// <remarks>
/// Data by name: "train" and "test" (the reported rows), found by the task where the spec does not name "train"; "development", reported beside; "model", a folder with an
/// encoder's checkpoint and vocabulary; "tokenizer", a vocabulary elsewhere. Without "model" the settings' encoder has random weights.
/// </remarks>
public sealed class TextRunKind : IRunKind
{
    /// <inheritdoc/>
    public string Name => "text-classification";

    /// <inheritdoc/>
    public ResultMeasure Measure { get; } = new("test.score", SmallerIsBetter: false);

    /// <inheritdoc/>
    /// <remarks>"Released" and "Paper" become their forms for language models; a schedule that is not given is the linear one with 6 % of warm-up.</remarks>
    public RunSpec Complete(RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var fidelity = Fidelity.Of(spec.Fidelity);
        spec = spec with { Fidelity = (fidelity == Fidelity.Released ? Fidelity.ReleasedText : fidelity == Fidelity.Paper ? Fidelity.PaperText : fidelity).Name };
        var settings = TextSettings.Of(spec);
        return spec with
        {
            Settings = JsonSerializer.SerializeToNode(settings, RunSpec.Json)!.AsObject(),
            Decay = spec.Decay == new StepDecay() ? new LinearDecay() : spec.Decay,
            Balancing = spec.Balancing is { Steps: null } balancing ? balancing with { Steps = new StepBalancingSpec() } : spec.Balancing,
            Data = WithFound(spec.Data, TextTasks.Named(settings.Task), Fidelity.Of(spec.Fidelity).Selection == SelectionRule.BestOnReported),
        };
    }

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec) => new TextRun(spec, TextSettings.Of(spec));

    // What is on this machine; what is missing is told when the run is made.
    private static DataReferences WithFound(DataReferences data, TextTask task, bool released)
    {
        if (data.IsSingle)
            throw new RunException("A run of text-classification has its data by name: give \"data\": { \"model\": { \"path\": … } }.");
        var named = data.ToDictionary();
        if (named.ContainsKey(TextRunData.Train))
            return data;
        void Add(string name, TaskSplit split)
        {
            if (!named.ContainsKey(name) && task.Files.Any(file => file.Split == split && file.Labelled) && task.Find(split) is { } path)
                named[name] = new DataReference(path);
        }
        Add(TextRunData.Train, TaskSplit.Train);
        if (!released)
            Add(TextRunData.Test, TaskSplit.Test);
        Add(named.ContainsKey(TextRunData.Test) ? TextRunData.Development : TextRunData.Test, TaskSplit.Validation);
        return new DataReferences(named);
    }
}
