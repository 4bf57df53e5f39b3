// Answers in a text as what a run on text trains for.
using System.Text.Json.Nodes;
using ModelBalancing.Models;
using ModelBalancing.Text.Floors;
using ModelBalancing.Text.Metrics;
using ModelBalancing.Text.Squad;

namespace ModelBalancing.Training;

/// <summary>Questions whose answers stand in a text, judged by F1 as SQuAD's official script counts it, exact match beside it.</summary>
/// <param name="data">The questions.</param>
/// <param name="settings">How answers are chosen.</param>
internal sealed class QuestionObjective(QuestionData data, QuestionSettings settings) : ITextObjective
{
    public string Task => "squad";

    public string Metric => "F1 and exact match";

    public EncoderHead Head => EncoderHead.Span;

    public int Outputs => 2;

    public bool IsRegression => false;

    /// <summary>Windows, not questions.</summary>
    public IReadOnlyList<EncodedExample> Training => data.TrainingWindows;

    public bool ChoosesOnReported => data.Choosing == data.Reported;

    public int Count(TextPart part) => Rows(part)?.Questions.Count ?? 0;

    /// <summary>The error of a question is 1 - F1.</summary>
    public TextJudgement Judge(TextPart part, LogitReader logits)
    {
        var rows = Rows(part)!;
        var windows = new SpanLogits[rows.Windows.Count];
        logits(rows.Windows, (place, values) =>
        {
            double[] both = values.data<double>().ToArray(); // (length, 2)
            // Padding takes part in the choice only where rows are padded as released, so that otherwise no answer depends on its neighbours in the batch.
            int tokens = settings.Padding == PaddingMode.Maximum ? both.Length / 2 : rows.Windows[place].Length;
            double[] Side(int side) => [.. Enumerable.Range(0, tokens).Select(token => both[2 * token + side])];
            windows[place] = new SpanLogits(rows.Offsets[place], Side(0), Side(1));
        });
        var options = new SpanOptions { Best = settings.Best, LongestAnswer = settings.LongestAnswer };
        return Judged(rows.Questions, (question, number) => SpanPrediction.Of(question.Context, windows[rows.First[number]..rows.First[number + 1]], options).Text);
    }

    public JsonObject Floors(Func<EncoderModel> untrained)
    {
        var span = AnswerFloors.MostFrequentSpan(data.Training)!.Value;
        return new JsonObject
        {
            ["closest sentence"] = Judged(data.Reported.Questions, (question, _) => AnswerFloors.ClosestSentence(question)).ToJson(),
            ["most frequent span"] = Judged(data.Reported.Questions, (question, _) => AnswerFloors.Words(question.Context, span)).ToJson(),
        };
    }

    public IEnumerable<(string Name, int Count)> Counts() =>
    [
        ("repeatedRows", data.Repeated), ("reportedRowsLeftOut", data.Elsewhere), ("misplacedAnswers", data.Misplaced),
        ("windows", data.TrainingWindows.Count), ("testQuestions", data.Reported.Questions.Count),
    ];

    private static TextJudgement Judged(IReadOnlyList<SquadQuestion> questions, Func<SquadQuestion, int, string> answer)
    {
        string?[] answers = [.. questions.Select(answer)];
        string[][] accepted = [.. questions.Select(question => question.Answers.Select(known => known.Text).ToArray())];
        return new(AnswerMetric.Of(answers, accepted), [.. answers.Zip(accepted, (text, known) => 1 - AnswerMetric.Of(text!, known).F1)]);
    }

    private QuestionRows? Rows(TextPart part) => part switch { TextPart.Choosing => data.Choosing, TextPart.Reported => data.Reported, _ => null };
}
