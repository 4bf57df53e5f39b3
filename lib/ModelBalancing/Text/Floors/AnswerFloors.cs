// Answers to questions on a text without a model, as floors.
using System.Text.RegularExpressions;
using ModelBalancing.Text.Metrics;
using ModelBalancing.Text.Squad;

namespace ModelBalancing.Text.Floors;

/// <summary>Answers that need no encoder.</summary>
public static partial class AnswerFloors
{
    /// <summary>The sentence of the text that holds most of the question's words (as the official script counts words); the first of equals.</summary>
    /// <param name="question">The question.</param>
    public static string ClosestSentence(SquadQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var asked = Words(question.Question);
        return Sentences.Of(question.Context).MaxBy(sentence => Words(sentence).Count(asked.Contains)) ?? question.Context;
    }

    /// <summary>The answer's place that most training questions have.</summary>
    /// <param name="questions">Training questions.</param>
    /// <returns>The word of the text, from 0, at which it begins, and how many words it has; of equally frequent ones the first and shortest. Null where no question has an answer.</returns>
    public static (int First, int Count)? MostFrequentSpan(IEnumerable<SquadQuestion> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return questions.Where(question => question.Answers.Count > 0).CountBy(Span).OrderByDescending(span => span.Value).ThenBy(span => span.Key).Select(span => ((int, int)?)span.Key).FirstOrDefault();
    }

    /// <summary>The words of a text at a place; in a shorter text its last ones.</summary>
    /// <param name="context">The text.</param>
    /// <param name="span">First word and number of words.</param>
    public static string Words(string context, (int First, int Count) span)
    {
        var words = Word().Matches(context);
        if (words.Count == 0)
            return "";
        int first = Math.Clamp(span.First, 0, Math.Max(0, words.Count - span.Count)), last = Math.Min(first + span.Count, words.Count) - 1;
        return context[words[first].Index..(words[last].Index + words[last].Length)];
    }

    private static (int First, int Count) Span(SquadQuestion question)
    {
        var places = new CodePoints(question.Context);
        int begin = places.ToUtf16(Math.Clamp(question.Answers[0].Begin, 0, places.Count));
        int first = Word().Matches(question.Context).TakeWhile(word => word.Index <= begin).Count() - 1;
        return (Math.Max(0, first), Math.Max(1, Word().Count(question.Answers[0].Text)));
    }

    private static HashSet<string> Words(string text) => [.. AnswerMetric.Normalize(text).Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(@"\S+")]
    private static partial Regex Word();
}
