// Classes, scores and choices as what a run on text trains for.
using System.Text.Json.Nodes;
using ModelBalancing.Models;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Training;

/// <summary>A task of classes, scores or choices.</summary>
/// <param name="data">Its rows.</param>
internal sealed class TaskObjective(TextRunData data) : ITextObjective
{
    public string Task => data.Task.Name;

    public string Metric => data.Task.Metric.Name;

    public EncoderHead Head => HeadOf(data.Task);

    public int Outputs => OutputsOf(data.Task);

    public bool IsRegression => data.Task.Kind == TaskKind.Regression;

    public IReadOnlyList<EncodedExample> Training => data.Training.Encoded;

    public bool ChoosesOnReported => data.Choosing == data.Reported;

    public int Count(TextPart part) => Rows(part)?.Examples.Count ?? 0;

    /// <summary>The error of a row is 1 for a wrong class or choice, and the distance of a score.</summary>
    public TextJudgement Judge(TextPart part, LogitReader logits)
    {
        var rows = Rows(part)!;
        var (errors, classes, scores) = (new double[rows.Examples.Count], new int[rows.Examples.Count], new double[rows.Examples.Count]);
        logits(rows.Encoded, (place, values) =>
        {
            double[] own = values.data<double>().ToArray();
            (classes[place], scores[place]) = (Array.IndexOf(own, own.Max()), own[0]);
        });
        for (int row = 0; row < errors.Length; row++)
            errors[row] = IsRegression ? Math.Abs(scores[row] - rows.Examples[row].Score) : classes[row] == rows.Examples[row].Label ? 0 : 1;
        return new(IsRegression ? data.Task.Judge(rows.Examples, scores) : data.Task.Judge(rows.Examples, classes), errors);
    }

    public JsonObject Floors(Func<EncoderModel> untrained)
    {
        var (task, training, reported) = (data.Task, data.Training, data.Reported);
        using var fresh = untrained();
        return new JsonObject
        {
            ["majority"] = TextJudgement.Described(TextFloors.Majority(task, training, reported)),
            ["bag of words"] = TextJudgement.Described(TextFloors.Words(task, training, reported)),
            ["linear probe"] = TextJudgement.Described(TextFloors.Probe(task, training, reported, fresh.Encoder)),
        };
    }

    public IEnumerable<(string Name, int Count)> Counts() => [("repeatedRows", data.Repeated), ("reportedRowsLeftOut", data.Elsewhere)];

    /// <summary>The head for a task.</summary>
    public static EncoderHead HeadOf(TextTask task) => task.Kind == TaskKind.MultipleChoice ? EncoderHead.MultipleChoice : EncoderHead.Classification;

    /// <summary>Numbers that it gives.</summary>
    public static int OutputsOf(TextTask task) => task.Kind == TaskKind.Classification ? task.Labels.Count : 1;

    private TextRows? Rows(TextPart part) => part switch
    {
        TextPart.Choosing => data.Choosing,
        TextPart.Reported => data.Reported,
        TextPart.Mismatched => data.OtherGenres,
        _ => data.Beside,
    };
}
