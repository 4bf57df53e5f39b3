// From a question and its text to the windows that an encoder reads, with the tokens' places in the text and the answer's tokens.
using ModelBalancing.Text.Metrics;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Text.Squad;

/// <summary>How windows are cut; defaults are those of the released run_qa.py, which does not cut questions.</summary>
public sealed record WindowOptions
{
    /// <summary>Most tokens of a window: question, its part of the text and special tokens.</summary>
    public int Longest { get; init; } = 384;

    /// <summary>Tokens of the text that a window shares with the one before.</summary>
    public int Stride { get; init; } = 128;

    /// <summary>Most tokens of a question; null for no limit.</summary>
    public int? LongestQuestion { get; init; }

    /// <summary>Whether windows are filled up to <see cref="Longest"/>.</summary>
    public bool Padded { get; init; }
}

/// <summary>A window over a question's text.</summary>
/// <param name="Ids">Token ids with the special ones.</param>
/// <param name="Types">Token types.</param>
/// <param name="Attended">Number of tokens before the padding.</param>
/// <param name="Offsets">For every token its place in the context, in Unicode code points; null where it is not of the context.</param>
/// <param name="Start">The first answer's first token; 0, the row's first token, where this window does not hold it whole.</param>
/// <param name="End">The first answer's last token, likewise.</param>
public sealed record SquadWindow(int[] Ids, int[] Types, int Attended, (int Begin, int End)?[] Offsets, int Start, int End);

/// <summary>Cuts texts into windows.</summary>
/// <remarks>
/// Released code: run_qa.py, prepare_train_features and prepare_validation_features. One difference: where an answer begins in a window's last token of the text, that
/// token is its start; the released search runs on over special tokens and padding to the end of the row.
/// </remarks>
public static class SquadWindows
{
    private const int NoAnswer = 0; // the row's first token, <s> or [CLS]

    /// <summary>The windows of a question in their order, at least one.</summary>
    /// <param name="tokenizer">The encoder's vocabulary.</param>
    /// <param name="question">The question; white space before it is left out.</param>
    /// <param name="options">How to cut; null for the defaults.</param>
    /// <exception cref="TextFileException">The question is not valid text, or leaves no room for the text beside it.</exception>
    public static IReadOnlyList<SquadWindow> Of(Tokenizer tokenizer, SquadQuestion question, WindowOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(question);
        options ??= new WindowOptions();
        try
        {
            string asked = question.Question.TrimStart(AnswerMetric.WhiteSpace);
            if (options.LongestQuestion is { } most)
                asked = Cut(tokenizer, asked, most);
            var first = tokenizer.Encode(asked, question.Context, new EncodeOptions
            {
                Truncation = Truncation.OnlySecond, MaxLength = options.Longest, Stride = options.Stride, Padding = options.Padded ? Padding.MaxLength : Padding.None,
            });
            var answer = question.Answers.Count > 0 ? question.Answers[0] : null;
            return [.. first.Overflow.Prepend(first).Select(row => Window(row, answer))];
        }
        catch (TokenizerException wrong)
        {
            throw new TextFileException($"Question {question.Id} cannot be cut into windows of {options.Longest} tokens that share {options.Stride}: {wrong.Message}", wrong);
        }
    }

    // Tokens of a part can be more than that many of the whole, so the part shrinks until it fits.
    private static string Cut(Tokenizer tokenizer, string question, int most)
    {
        var plain = new EncodeOptions { AddSpecialTokens = false };
        for (int kept = most; kept > 0; kept--)
        {
            var row = tokenizer.Encode(question, options: plain);
            if (row.Length <= most)
                return question;
            question = new CodePoints(question).Slice(0, row.Offsets[kept - 1].End);
        }
        return "";
    }

    private static SquadWindow Window(TokenEncoding row, SquadAnswer? answer)
    {
        var (start, end) = Tokens(row, answer);
        return new SquadWindow(row.Ids, row.Types, row.Attention.Count(attended => attended == 1),
            [.. row.Offsets.Select((offset, token) => row.Sequence[token] == 1 ? ((int, int)?)(offset.Start, offset.End) : null)], start, end);
    }

    private static (int Start, int End) Tokens(TokenEncoding row, SquadAnswer? answer)
    {
        int first = Array.IndexOf(row.Sequence, 1), last = Array.LastIndexOf(row.Sequence, 1);
        if (answer is null || first < 0)
            return (NoAnswer, NoAnswer);
        int end = answer.End;
        if (row.Offsets[first].Start > answer.Begin || row.Offsets[last].End < end)
            return (NoAnswer, NoAnswer);
        int from = first, to = last;
        while (from < last && row.Offsets[from + 1].Start <= answer.Begin)
            from++;
        while (to > first && row.Offsets[to - 1].End >= end)
            to--;
        return (from, to);
    }
}
