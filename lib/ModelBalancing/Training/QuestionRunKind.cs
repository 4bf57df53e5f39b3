// The kind of run "question-answering": an encoder fine-tuned to find answers in a text.
using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Spectra;
using ModelBalancing.Text.Squad;

[assembly: RunKind(typeof(ModelBalancing.Training.QuestionRunKind))]

namespace ModelBalancing.Training;

/// <summary>The kind "question-answering".</summary>
/// <remarks>
/// Data by name: "train" and "test", files of the SQuAD 1.1 form; the official ones are found where the spec does not name "train". "model" and "tokenizer" as in
/// "text-classification". Rows are questions; an epoch passes over their windows.
/// </remarks>
public sealed class QuestionRunKind : IRunKind
{
    /// <inheritdoc/>
    public string Name => "question-answering";

    /// <inheritdoc/>
    public ResultMeasure Measure => TextRun.Measure;

    /// <inheritdoc/>
    /// <remarks>As "text-classification"; "Released" draws training questions at random, as the released run_qa.py does (with other random numbers).</remarks>
    public RunSpec Complete(RunSpec spec)
    {
        spec = TextRunDefaults.Fill(spec, released: SubsetRule.Random);
        var settings = QuestionSettings.Of(spec);
        return spec with { Settings = JsonSerializer.SerializeToNode(settings, RunSpec.Json)!.AsObject(), Data = WithFound(spec, settings) };
    }

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec)
    {
        var settings = QuestionSettings.Of(spec);
        return new TextRun(spec, settings, encoder => new QuestionObjective(new QuestionData(spec, settings, encoder), settings));
    }

    // What is on this machine; what is missing is told when the run is made.
    private static DataReferences WithFound(RunSpec spec, QuestionSettings settings)
    {
        var named = TextRunDefaults.NamedData(spec, settings, TextRunData.Train, TextRunData.Test, TextRunData.Model, TextRunData.Vocabulary);
        if (named.ContainsKey(TextRunData.Train))
            return spec.Data;
        foreach (var (name, place) in new[] { (TextRunData.Train, SquadFile.TrainPath), (TextRunData.Test, SquadFile.DevelopmentPath) })
            if (!named.ContainsKey(name) && SquadFile.Find(place) is { } path)
                named[name] = new DataReference(path);
        return new DataReferences(named);
    }
}
