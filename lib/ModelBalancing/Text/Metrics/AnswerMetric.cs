// Exact match and F1 of answers as text, the way SQuAD's official script counts them.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelBalancing.Text.Metrics;

/// <summary>Exact match and word F1 of a predicted answer against the accepted ones (SQuAD 1.1; ReCoRD counts the same way).</summary>
public static partial class AnswerMetric
{
    /// <summary>Exact match (0 or 1) and F1 of one answer: the best over the accepted answers, each value for itself.</summary>
    /// <param name="prediction">The predicted text.</param>
    /// <param name="accepted">The accepted answers, at least one.</param>
    /// <exception cref="ArgumentException">No answer is accepted.</exception>
    public static (double ExactMatch, double F1) Of(string prediction, IReadOnlyCollection<string> accepted)
    {
        if (accepted.Count == 0)
            throw new ArgumentException("accepted has no entry; expected at least 1 answer.", nameof(accepted));
        string predicted = Normalize(prediction);
        double exact = 0, best = 0;
        foreach (string answer in accepted.Select(Normalize))
        {
            exact = Math.Max(exact, predicted == answer ? 1 : 0);
            best = Math.Max(best, F1OfWords(Words(predicted), Words(answer)));
        }
        return (exact, best);
    }

    /// <summary>Means over questions, as shares between 0 and 1 (the official script prints percent); judged by F1.</summary>
    /// <param name="predictions">Predicted text by question; null where a question was not answered, which counts 0 in both.</param>
    /// <param name="accepted">Accepted answers by question, same length n ≥ 1.</param>
    public static MetricValues Of(IReadOnlyList<string?> predictions, IReadOnlyList<IReadOnlyCollection<string>> accepted)
    {
        ClassificationMetrics.Check(predictions.Count, accepted.Count);
        var each = predictions.Zip(accepted, (prediction, answers) => prediction is null ? (ExactMatch: 0, F1: 0) : Of(prediction, answers)).ToArray();
        return TaskMetric.Values(("f1", each.Average(one => one.F1)), ("exact_match", each.Average(one => one.ExactMatch)));
    }

    /// <summary>Lower case, without ASCII punctuation, without the words a, an, the, and with single blanks.</summary>
    /// <param name="text">Any text.</param>
    public static string Normalize(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char character in LowerCase(text))
            if (!char.IsAscii(character) || !(char.IsPunctuation(character) || char.IsSymbol(character)))
                kept.Append(character);
        return string.Join(' ', Words(Articles().Replace(kept.ToString(), " ")));
    }

    private static double F1OfWords(string[] predicted, string[] answer)
    {
        var left = answer.CountBy(word => word).ToDictionary();
        int common = 0;
        foreach (string word in predicted)
            if (left.TryGetValue(word, out int count) && count > 0)
            {
                left[word] = count - 1;
                common++;
            }
        return common == 0 ? 0 : 2.0 * common / (predicted.Length + answer.Length);
    }

    private static string[] Words(string text) => text.Split(WhiteSpace, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What the official script takes for white space: it runs on Python, whose split() and strip() also take the four separators U+001C to U+001F.</summary>
    internal static char[] WhiteSpace { get; } =
        [.. Enumerable.Range(0, char.MaxValue).Select(code => (char)code).Where(code => char.IsWhiteSpace(code) || code is >= '\u001c' and <= '\u001f')];

    // Python lowers capital I with dot to two characters and a word's last sigma to its final form; .NET does neither.
    private static string LowerCase(string text)
    {
        if (!text.AsSpan().ContainsAny('\u0130', '\u03a3'))
            return text.ToLowerInvariant();
        var lower = new StringBuilder(text.Length + 2);
        for (int i = 0; i < text.Length; i++)
            _ = text[i] switch
            {
                '\u0130' => lower.Append("i\u0307"),
                '\u03a3' => lower.Append(NextCased(text, i, -1) && !NextCased(text, i, +1) ? '\u03c2' : '\u03c3'),
                var other => lower.Append(char.IsSurrogate(other) ? other : char.ToLowerInvariant(other)),
            };
        return lower.ToString();
    }

    private static bool NextCased(string text, int at, int direction)
    {
        for (int i = at + direction; i >= 0 && i < text.Length; i += direction)
        {
            if (char.IsUpper(text[i]) || char.IsLower(text[i]) || CharUnicodeInfo.GetUnicodeCategory(text[i]) == UnicodeCategory.TitlecaseLetter)
                return true;
            bool ignorable = text[i] is '\'' or '.' or ':' or '^' or '`' or '\u00a8' or '\u00ad' or '\u00b7' or '\u2019' or '\u2018'
                || CharUnicodeInfo.GetUnicodeCategory(text[i]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
            if (!ignorable)
                return false;
        }
        return false;
    }

    // Python's word characters are letters, numbers and the underscore; .NET's \b would count combining marks too.
    [GeneratedRegex(@"(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])")]
    private static partial Regex Articles();
}
