// How a text or a pair becomes a row of ids: special tokens, truncation, padding.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Which sequence gives way when the row is longer than allowed.</summary>
public enum Truncation
{
    /// <summary>Neither; a row may be of any length.</summary>
    None,

    /// <summary>The longer one, until both are equally long, then both.</summary>
    LongestFirst,

    /// <summary>The first only.</summary>
    OnlyFirst,

    /// <summary>The second only.</summary>
    OnlySecond,
}

/// <summary>Up to where rows are filled with the padding token.</summary>
public enum Padding
{
    /// <summary>Rows keep their lengths.</summary>
    None,

    /// <summary>The longest row of the batch.</summary>
    Longest,

    /// <summary><see cref="EncodeOptions.MaxLength"/>.</summary>
    MaxLength,
}

/// <summary>An end of a row.</summary>
public enum RowEnd
{
    /// <summary>The end of the text.</summary>
    Right,

    /// <summary>The begin of the text.</summary>
    Left,
}

/// <summary>How rows are made. The defaults add special tokens and neither cut nor fill.</summary>
public sealed record EncodeOptions
{
    /// <summary>Adds the tokens of the vocabulary's template, such as [CLS] and [SEP]; true.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>What is cut; nothing.</summary>
    public Truncation Truncation { get; init; }

    /// <summary>Most tokens of a row, special tokens counted; needed by truncation and by padding to it.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Tokens that a window of <see cref="TokenEncoding.Overflow"/> shares with the one before; 0.</summary>
    public int Stride { get; init; }

    /// <summary>Where truncation cuts; at the right.</summary>
    public RowEnd CutAt { get; init; }

    /// <summary>How far rows are filled; not at all.</summary>
    public Padding Padding { get; init; }

    /// <summary>Padded lengths are rounded up to a multiple of this; null.</summary>
    public int? PadToMultipleOf { get; init; }

    /// <summary>Where padding stands; at the right.</summary>
    public RowEnd PadAt { get; init; }

    /// <summary>Truncates by <see cref="Truncation.LongestFirst"/> to so many tokens.</summary>
    /// <param name="maxLength">Most tokens of a row.</param>
    public static EncodeOptions Within(int maxLength) => new() { Truncation = Truncation.LongestFirst, MaxLength = maxLength };
}
