// What encoders write tokens to: ids only, or ids with places, words and spellings.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Tokens of one sequence, used again for the next one.</summary>
internal sealed class TokenBuffer
{
    private const int FirstCapacity = 256;

    private int[] ids = new int[FirstCapacity];
    private TokenOffset[] offsets = [];
    private int[] words = [];
    private Dictionary<int, string>? spellings;

    /// <summary>With or without places.</summary>
    public TokenBuffer(bool detailed) => Detailed = detailed;

    /// <summary>Whether places and words are kept.</summary>
    public bool Detailed { get; }

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Number of words so far.</summary>
    public int Words { get; set; }

    /// <summary>The ids.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);

    /// <summary>Places; only if detailed.</summary>
    public Span<TokenOffset> Offsets => offsets.AsSpan(0, Count);

    /// <summary>Words; only if detailed.</summary>
    public ReadOnlySpan<int> WordOf => words.AsSpan(0, Count);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        (Count, Words) = (0, 0);
        spellings?.Clear();
    }

    /// <summary>Adds an id.</summary>
    public void Add(int id)
    {
        if (Count == ids.Length)
            Grow(1);
        ids[Count++] = id;
    }

    /// <summary>Adds ids.</summary>
    public void Add(ReadOnlySpan<int> more)
    {
        if (Count + more.Length > ids.Length)
            Grow(more.Length);
        more.CopyTo(ids.AsSpan(Count));
        Count += more.Length;
    }

    /// <summary>Adds a token of the word <see cref="Words"/>, with its spelling if that is not the vocabulary's.</summary>
    public void Add(int id, TokenOffset place, string? spelling)
    {
        Add(id, place, Words);
        if (spelling is not null && Detailed)
            (spellings ??= [])[Count - 1] = spelling;
    }

    /// <summary>Adds a token.</summary>
    public void Add(int id, TokenOffset place, int word)
    {
        if (!Detailed)
        {
            Add(id);
            return;
        }
        if (Count == offsets.Length)
        {
            int capacity = Math.Max(FirstCapacity, 2 * offsets.Length);
            Array.Resize(ref offsets, capacity);
            Array.Resize(ref words, capacity);
        }
        (offsets[Count], words[Count]) = (place, word);
        Add(id);
    }

    /// <summary>The spelling that differs from the vocabulary's, or null.</summary>
    public string? Spelling(int index) => spellings?.GetValueOrDefault(index);

    private void Grow(int more) => Array.Resize(ref ids, Math.Max(2 * ids.Length, Count + more));
}
