// From a window's start and end logits to an answer's text and its rivals.

namespace ModelBalancing.Text.Squad;

/// <summary>How answers are chosen from logits; defaults are those of the released run_qa.py.</summary>
public sealed record SpanOptions
{
    /// <summary>How many starts, ends and answers are looked at.</summary>
    public int Best { get; init; } = 20;

    /// <summary>Longest answer in tokens.</summary>
    public int LongestAnswer { get; init; } = 30;

    /// <summary>Whether a question may have no answer (SQuAD 2).</summary>
    public bool MayBeUnanswerable { get; init; }

    /// <summary>No answer is given where its score leads the best answer's by more than this.</summary>
    public double NoAnswerThreshold { get; init; }
}

/// <summary>Logits of one window over a question's context.</summary>
/// <param name="Offsets">For every token its first and past-the-end place in the context, in Unicode code points; null where the token is not of the context; padding may be left out.</param>
/// <param name="Start">Logit of every token to be the answer's first.</param>
/// <param name="End">Logit of every token to be the answer's last.</param>
/// <param name="MayStart">Where given: tokens at which an answer may start here, because no other window shows them with more context around them.</param>
public sealed record SpanLogits(IReadOnlyList<(int Begin, int End)?> Offsets, double[] Start, double[] End, IReadOnlySet<int>? MayStart = null);

/// <summary>A possible answer.</summary>
/// <param name="Text">Its text in the context; empty for no answer.</param>
/// <param name="StartLogit">Logit of its first token.</param>
/// <param name="EndLogit">Logit of its last token.</param>
/// <param name="Probability">Softmax of the score over the answers looked at.</param>
public sealed record SpanCandidate(string Text, double StartLogit, double EndLogit, double Probability);

/// <summary>The answer to a question.</summary>
/// <param name="Text">The chosen text; empty for no answer.</param>
/// <param name="Candidates">The answers looked at, best first.</param>
/// <param name="NoAnswerLead">Score of no answer minus the best answer's, where a question may have none; else null.</param>
public sealed record SpanPrediction(string Text, IReadOnlyList<SpanCandidate> Candidates, double? NoAnswerLead)
{
    /// <summary>What is said where no answer is allowed by the options, as the released code says it.</summary>
    public const string NothingFound = "empty";

    /// <summary>Chooses the answer of one question.</summary>
    /// <param name="context">The text that holds the answer.</param>
    /// <param name="windows">The question's windows in their order, at least one.</param>
    /// <param name="options">How to choose; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no window, or its parts differ in length.</exception>
    /// <remarks>Released code: utils_qa.py, postprocess_qa_predictions. Among equal scores the earlier token wins (the released order is undefined there).</remarks>
    public static SpanPrediction Of(string context, IReadOnlyList<SpanLogits> windows, SpanOptions? options = null)
    {
        options ??= new SpanOptions();
        if (windows.Count == 0)
            throw new ArgumentException("windows is empty; expected at least 1 window of the question.", nameof(windows));
        var places = new CodePoints(context);
        var found = new List<(double Score, int Begin, int End, double StartLogit, double EndLogit)>();
        (double Score, double Start, double End)? none = null;
        foreach (var window in windows)
        {
            if (window.Offsets.Count > window.Start.Length || window.Start.Length != window.End.Length || window.Start.Length == 0)
                throw new ArgumentException($"windows holds one with {window.Offsets.Count} offsets, {window.Start.Length} start and {window.End.Length} end logits; expected as many start as end logits, at least 1, and no more offsets.", nameof(windows));
            double noAnswer = window.Start[0] + window.End[0];
            if (none is null || none.Value.Score > noAnswer)
                none = (noAnswer, window.Start[0], window.End[0]);
            int[] ends = Largest(window.End, options.Best);
            foreach (int start in Largest(window.Start, options.Best))
                foreach (int end in ends)
                    if (Place(window, start) is { } first && Place(window, end) is { } last && end >= start && end - start + 1 <= options.LongestAnswer
                        && window.MayStart?.Contains(start) != false)
                        found.Add((window.Start[start] + window.End[end], first.Begin, last.End, window.Start[start], window.End[end]));
        }
        if (options.MayBeUnanswerable)
            found.Add((none!.Value.Score, 0, 0, none.Value.Start, none.Value.End));
        var kept = found.OrderByDescending(one => one.Score).Take(options.Best).ToList();
        if (options.MayBeUnanswerable && !kept.Any(one => one is { Begin: 0, End: 0 }))
            kept.Add((none!.Value.Score, 0, 0, none.Value.Start, none.Value.End));
        var answers = kept.Select(one => (Text: places.Slice(one.Begin, one.End), one.Score, one.StartLogit, one.EndLogit)).ToList();
        if (answers.Count == 0 || answers is [{ Text: "" }])
            answers.Insert(0, (NothingFound, 0, 0, 0));

        double top = answers.Max(one => one.Score);
        double[] weights = [.. answers.Select(one => Math.Exp(one.Score - top))];
        double total = weights.Sum();
        SpanCandidate[] candidates = [.. answers.Select((one, i) => new SpanCandidate(one.Text, one.StartLogit, one.EndLogit, weights[i] / total))];
        if (!options.MayBeUnanswerable)
            return new SpanPrediction(candidates[0].Text, candidates, null);
        var best = candidates.First(one => one.Text.Length > 0);
        double lead = none!.Value.Score - best.StartLogit - best.EndLogit;
        return new SpanPrediction(lead > options.NoAnswerThreshold ? "" : best.Text, candidates, lead);
    }

    // Padding may be longer than the offsets.
    private static (int Begin, int End)? Place(SpanLogits window, int token) => token < window.Offsets.Count ? window.Offsets[token] : null;

    private static int[] Largest(double[] logits, int count) =>
        [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(count)];
}
