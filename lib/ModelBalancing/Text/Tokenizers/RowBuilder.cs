// Puts tokens of one or two sequences into rows: truncation with overflow, the template, padding.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A padding token.</summary>
internal readonly record struct PaddingToken(int Id, int Type, string Token);

/// <summary>The rules of the tokenizers library (utils/truncation.rs, tokenizer/encoding.rs, processors).</summary>
internal static class RowBuilder
{
    /// <summary>Windows that a sequence is cut into; the first stays in the row, the others overflow.</summary>
    public readonly record struct Window(int Start, int End);

    /// <summary>Cuts both sequences to fit.</summary>
    /// <param name="first">Tokens of the first.</param>
    /// <param name="second">Tokens of the second, or null if there is none.</param>
    /// <param name="added">Special tokens of the row.</param>
    /// <param name="options">What is cut, and to what length.</param>
    /// <exception cref="TokenizerException">It cannot be cut so.</exception>
    public static (List<Window> First, List<Window> Second) Cut(int first, int? second, int added, EncodeOptions options)
    {
        int other = second ?? 0;
        var whole = (new List<Window> { new(0, first) }, new List<Window> { new(0, other) });
        if (options.Truncation == Truncation.None)
            return whole;
        int most = Room(added, options);
        if (most == 0)
            return (Windows(first, 0, options), Windows(other, 0, options));
        int excess = first + other - most;
        if (excess <= 0)
            return whole;
        switch (options.Truncation)
        {
            case Truncation.LongestFirst when second is null:
                return (Windows(first, most, options), whole.Item2);
            case Truncation.LongestFirst:
                int shorter = Math.Min(first, other);
                int longer = shorter > most ? shorter : Math.Max(shorter, most - shorter);
                if (shorter + longer > most)
                    (shorter, longer) = (most / 2, most / 2 + most % 2);
                var (a, b) = first > other ? (longer, shorter) : (shorter, longer);
                return (Windows(first, a, options), Windows(other, b, options));
            case Truncation.OnlySecond when second is null:
                throw new TokenizerException("Only the second sequence may be cut, but there is none: give a pair, or let the first be cut.");
            default:
                bool cutsFirst = options.Truncation == Truncation.OnlyFirst;
                int length = cutsFirst ? first : other;
                if (length <= excess)
                    throw new TokenizerException($"The {(cutsFirst ? "first" : "second")} sequence has {length} tokens, but {excess} would have to go to keep {options.MaxLength}: cut the longest first, or allow longer rows.");
                return cutsFirst ? (Windows(first, length - excess, options), whole.Item2) : (whole.Item1, Windows(other, length - excess, options));
        }
    }

    /// <summary>Tokens that sequences may have.</summary>
    public static int Room(int added, EncodeOptions options)
    {
        if (options.MaxLength is not { } most)
            throw new TokenizerException("Truncation needs MaxLength, the most tokens of a row.");
        if (most < added)
            throw new TokenizerException($"Rows of at most {most} tokens have no room for {added} special tokens: allow longer rows.");
        return most - added;
    }

    /// <summary>Length that rows are filled to.</summary>
    /// <param name="longest">Tokens of the longest row.</param>
    /// <param name="options">How rows are filled.</param>
    public static int PaddedLength(int longest, EncodeOptions options)
    {
        int length = options.Padding == Padding.Longest ? longest
            : options.MaxLength ?? throw new TokenizerException("Padding to MaxLength needs MaxLength, the tokens of a row.");
        int multiple = options.PadToMultipleOf ?? 1;
        if (multiple < 1)
            throw new TokenizerException($"Rows cannot be filled to a multiple of {multiple}: give 1 or more.");
        return (length + multiple - 1) / multiple * multiple;
    }

    private static List<Window> Windows(int length, int most, EncodeOptions options)
    {
        if (most >= length)
            return [new(0, length)];
        if (most == 0)
            return [new(0, 0), new(0, length)];
        if (options.Stride < 0 || options.Stride >= most)
            throw new TokenizerException($"Windows share {options.Stride} tokens, but hold only {most}: take a smaller stride, or allow longer rows.");
        var windows = new List<Window>();
        int step = most - options.Stride;
        if (options.CutAt == RowEnd.Right)
        {
            for (int start = 0; start < length; start += step)
            {
                windows.Add(new(start, Math.Min(start + most, length)));
                if (windows[^1].End == length)
                    break;
            }
        }
        else
        {
            for (int end = length; end > 0; end -= step)
            {
                windows.Add(new(Math.Max(end - most, 0), end));
                if (windows[^1].Start == 0)
                    break;
            }
        }
        return windows;
    }
}
