// MultiRC asks several answers of a question, so its F1 and exact match are taken by question.

namespace ModelBalancing.Text.Metrics;

/// <summary>The metrics of MultiRC, where every answer of a question is one example.</summary>
public static class MultiRcMetric
{
    /// <summary>Values of all answers.</summary>
    /// <param name="questions">For every answer, which question it belongs to; any equal keys belong together.</param>
    /// <param name="predictions">1 where the answer is predicted right, else 0; same length.</param>
    /// <param name="labels">1 where the answer is right, else 0; same length.</param>
    /// <returns>
    /// f1_a: F1 over all answers; exact_match: share of questions with every answer right; f1_m: mean over questions of F1 of class 1, as the papers of MultiRC and
    /// SuperGLUE define it and the released code computes; f1_m_two_classes: the same with the mean F1 of both classes, which the evaluate library reports as f1_m.
    /// The primary value is combined_score, the mean of f1_a and exact_match (SuperGLUE's own).
    /// </returns>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static MetricValues Of<TQuestion>(IReadOnlyList<TQuestion> questions, ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
        where TQuestion : notnull
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        if (questions.Count != labels.Length)
            throw new ArgumentException($"questions has {questions.Count} entries; expected one for each of the {labels.Length} labels.", nameof(questions));
        var byQuestion = new OrderedDictionary<TQuestion, (List<int> Predictions, List<int> Labels)>();
        for (int i = 0; i < labels.Length; i++)
        {
            if (!byQuestion.TryGetValue(questions[i], out var answers))
                byQuestion.Add(questions[i], answers = ([], []));
            answers.Predictions.Add(predictions[i]);
            answers.Labels.Add(labels[i]);
        }
        double exact = 0, ofOne = 0, ofBoth = 0;
        foreach (var (_, answers) in byQuestion)
        {
            int[] predicted = [.. answers.Predictions], right = [.. answers.Labels];
            exact += predicted.SequenceEqual(right) ? 1 : 0;
            ofOne += ClassificationMetrics.F1(predicted, right);
            ofBoth += ClassificationMetrics.MacroF1(predicted, right);
        }
        double all = ClassificationMetrics.F1(predictions, labels), share = exact / byQuestion.Count;
        return new MetricValues("combined_score", new OrderedDictionary<string, double>
        {
            ["f1_a"] = all,
            ["exact_match"] = share,
            ["f1_m"] = ofOne / byQuestion.Count,
            ["f1_m_two_classes"] = ofBoth / byQuestion.Count,
            ["combined_score"] = (all + share) / 2,
        });
    }
}
