// Which special tokens stand around one sequence or two.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A part of a row.</summary>
/// <param name="Sequence">0 or 1, or -1 for special tokens.</param>
/// <param name="Type">Token type of the part.</param>
/// <param name="Special">The special tokens.</param>
internal sealed record TemplatePart(int Sequence, int Type, IReadOnlyList<(int Id, string Token)> Special);

/// <summary>Rows of one and of two sequences, and whether offsets leave out white space.</summary>
/// <param name="Single">Parts of a row with one sequence.</param>
/// <param name="Pair">Parts of a row with two.</param>
internal sealed record Template(IReadOnlyList<TemplatePart> Single, IReadOnlyList<TemplatePart> Pair)
{
    /// <summary>No special tokens; the second sequence has type 1.</summary>
    public static Template Plain { get; } = new([new(0, 0, [])], [new(0, 0, []), new(1, 1, [])]);

    /// <summary>Offsets leave out white space at the ends of a token (byte-level vocabularies).</summary>
    public bool TrimOffsets { get; init; }

    /// <summary>Whether the first space of a sequence was put there by the pre-tokenizer.</summary>
    public bool AddsPrefixSpace { get; init; }

    /// <summary>RoBERTa's: cls A sep, or cls A sep sep B sep, all of type 0.</summary>
    public static Template Roberta((int, string) cls, (int, string) sep, bool trimOffsets, bool addsPrefixSpace) => new(
        [new(-1, 0, [cls]), new(0, 0, []), new(-1, 0, [sep])],
        [new(-1, 0, [cls]), new(0, 0, []), new(-1, 0, [sep, sep]), new(1, 0, []), new(-1, 0, [sep])]) { TrimOffsets = trimOffsets, AddsPrefixSpace = addsPrefixSpace };

    /// <summary>BERT's: cls A sep, or cls A sep B sep, the second sequence and its sep of type 1.</summary>
    public static Template Bert((int, string) cls, (int, string) sep) => new(
        [new(-1, 0, [cls]), new(0, 0, []), new(-1, 0, [sep])],
        [new(-1, 0, [cls]), new(0, 0, []), new(-1, 0, [sep]), new(1, 1, []), new(-1, 1, [sep])]);

    /// <summary>Number of special tokens of a row.</summary>
    public int Added(bool pair) => (pair ? Pair : Single).Sum(part => part.Special.Count);
}
