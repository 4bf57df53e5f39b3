// Tokens and their ids.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A one-to-one list of tokens and ids; ids may have holes.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<int, string> tokens;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    private Vocabulary(Dictionary<string, int> ids, Dictionary<int, string> tokens)
    {
        (this.ids, this.tokens) = (ids, tokens);
        bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (token, id) in ids)
            (LongestToken, MaxId) = (Math.Max(LongestToken, token.Length), Math.Max(MaxId, id));
    }

    /// <summary>Number of tokens.</summary>
    public int Count => ids.Count;

    /// <summary>Highest id.</summary>
    public int MaxId { get; } = -1;

    /// <summary>UTF-16 units of the longest token.</summary>
    public int LongestToken { get; }

    /// <summary>All tokens, in no order.</summary>
    public IReadOnlyCollection<string> Tokens => ids.Keys;

    /// <summary>All tokens with their ids, in the order of the ids.</summary>
    public IEnumerable<(string Token, int Id)> InOrder => tokens.OrderBy(entry => entry.Key).Select(entry => (entry.Value, entry.Key));

    /// <summary>Reads a list.</summary>
    /// <param name="entries">Tokens and ids.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="TokenizerException">A token or an id comes twice, or an id is negative.</exception>
    public static Vocabulary Of(IEnumerable<(string Token, long Id)> entries, string file)
    {
        var (ids, tokens) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<int, string>());
        foreach (var (token, id) in entries)
        {
            if (id is < 0 or > int.MaxValue)
                throw new TokenizerException($"The vocabulary in '{file}' gives '{Shown(token)}' the id {id}, but ids are 0 or above and fit 31 bits: get the file again.");
            if (!ids.TryAdd(token, (int)id))
                throw new TokenizerException($"The vocabulary in '{file}' holds the token '{Shown(token)}' twice (ids {ids[token]} and {id}): get the file again.");
            if (!tokens.TryAdd((int)id, token))
                throw new TokenizerException($"The vocabulary in '{file}' gives the id {id} to two tokens, '{Shown(tokens[(int)id])}' and '{Shown(token)}': get the file again.");
        }
        if (ids.Count == 0)
            throw new TokenizerException($"The vocabulary in '{file}' is empty: get the file again.");
        return new(ids, tokens);
    }

    /// <summary>Id of a token, or -1.</summary>
    public int Id(string token) => ids.GetValueOrDefault(token, -1);

    /// <summary>Id of a token, or -1.</summary>
    public int Id(ReadOnlySpan<char> token) => bySpan.TryGetValue(token, out int id) ? id : -1;

    /// <summary>Token of an id, or null.</summary>
    public string? Token(int id) => tokens.GetValueOrDefault(id);

    /// <summary>A token as a message shows it.</summary>
    public static string Shown(string token) => token.Length <= 40 ? token : token[..40] + "…";
}
