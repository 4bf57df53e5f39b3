// Tokens that are found in the text before the model sees it, such as <mask> (tokenizer/added_vocabulary.rs of the tokenizers library).
using System.Buffers;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A token found in the text as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
internal sealed record AddedToken(int Id, string Content)
{
    /// <summary>Left out when decoding without special tokens.</summary>
    public bool Special { get; init; }

    /// <summary>Looked for after normalization, itself normalized.</summary>
    public bool Normalized { get; init; }

    /// <summary>Takes white space at its left with it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Takes white space at its right with it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Not found inside a word.</summary>
    public bool SingleWord { get; init; }
}

/// <summary>Finds tokens in a text: leftmost, the longest of those that begin there, no overlap.</summary>
internal sealed class AddedTokenFinder
{
    private readonly SearchValues<char>? starts;
    private readonly Dictionary<char, (string Pattern, AddedToken Token)[]> byStart = [];

    /// <summary>With the texts to look for.</summary>
    public AddedTokenFinder(IEnumerable<(string Pattern, AddedToken Token)> tokens)
    {
        foreach (var group in tokens.Where(token => token.Pattern.Length > 0).GroupBy(token => token.Pattern[0]))
            byStart[group.Key] = [.. group.OrderByDescending(token => token.Pattern.Length)];
        if (byStart.Count > 0)
            starts = SearchValues.Create([.. byStart.Keys]);
    }

    /// <summary>Next token at or after a place.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="start">Where it begins, with the white space it takes.</param>
    /// <param name="end">Past its end, with the white space it takes.</param>
    public AddedToken? Next(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        (start, end) = (text.Length, text.Length);
        if (starts is null)
            return null;
        for (int at = from; at < text.Length;)
        {
            int found = text[at..].IndexOfAny(starts);
            if (found < 0)
                return null;
            at += found;
            var match = Match(text, at);
            if (match.Token is null)
            {
                at++;
                continue;
            }
            int past = at + match.Pattern.Length;
            if (match.Token.SingleWord && (IsWordBefore(text, at) || IsWordAfter(text, past)))
            {
                at = past;
                continue;
            }
            (start, end) = (at, past);
            if (match.Token.StripsLeft)
                while (start > from && CodePointTable.IsSpace(text[start - 1]))
                    start--;
            if (match.Token.StripsRight)
                while (end < text.Length && CodePointTable.IsSpace(text[end]))
                    end++;
            return match.Token;
        }
        return null;
    }

    private (string Pattern, AddedToken? Token) Match(ReadOnlySpan<char> text, int at)
    {
        foreach (var (pattern, token) in byStart[text[at]])
            if (text[at..].StartsWith(pattern, StringComparison.Ordinal))
                return (pattern, token);
        return ("", null);
    }

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at) => at > 0 && IsWord(text[at - 1]);

    private static bool IsWordAfter(ReadOnlySpan<char> text, int at) => at < text.Length && IsWord(text[at]);

    private static bool IsWord(char c) => c == '_' || CodePointTable.Expression(c) is ExpressionClass.Letter or ExpressionClass.Number || CodePointTable.Cleaning(c) == CleaningClass.Mark;
}
