// One row of a batch: the ids of a text or of a pair, and where each came from.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A place in a text, counted in Unicode code points.</summary>
/// <param name="Start">First code point.</param>
/// <param name="End">Past the last one.</param>
public readonly record struct TokenOffset(int Start, int End);

/// <summary>An encoded text or pair. All arrays have one entry a token, special tokens and padding included.</summary>
public sealed class TokenEncoding
{
    /// <summary>Ids in the vocabulary.</summary>
    public required int[] Ids { get; init; }

    /// <summary>Token types: which segment the model is told that a token belongs to.</summary>
    public required int[] Types { get; init; }

    /// <summary>1 for tokens, 0 for padding.</summary>
    public required int[] Attention { get; init; }

    /// <summary>Places in the token's own sequence; (0, 0) for special tokens and padding. Slice by <see cref="CodePoints"/>.</summary>
    public required TokenOffset[] Offsets { get; init; }

    /// <summary>The tokens as the vocabulary writes them; an unknown piece of a SentencePiece model as the text has it.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>0 for the first sequence, 1 for the second, -1 for special tokens and padding.</summary>
    public required int[] Sequence { get; init; }

    /// <summary>Index of the word (pre-token) in its sequence; -1 for special tokens and padding.</summary>
    public required int[] Words { get; init; }

    /// <summary>1 for tokens that the template added and for padding, else 0.</summary>
    public required int[] SpecialMask { get; init; }

    /// <summary>The windows that truncation cut off, in order, each a whole row with special tokens; empty if nothing was cut.</summary>
    public IReadOnlyList<TokenEncoding> Overflow { get; init; } = [];

    /// <summary>Number of tokens.</summary>
    public int Length => Ids.Length;
}
