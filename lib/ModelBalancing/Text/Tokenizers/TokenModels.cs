// The models: they turn one word into tokens.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A part of a word.</summary>
/// <param name="Id">Id of the token.</param>
/// <param name="Start">First code point of the word.</param>
/// <param name="End">Past the last one.</param>
/// <param name="Spelling">Its text if that is not the vocabulary's.</param>
internal readonly record struct WordPart(int Id, int Start, int End, string? Spelling = null);

/// <summary>A model with its vocabulary; safe to use from several threads.</summary>
internal abstract class TokenModel(Vocabulary vocabulary)
{
    /// <summary>Tokens and ids.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Adds the tokens of a word that is not empty.</summary>
    public abstract void Tokenize(NormalizedText word, List<WordPart> parts);

    /// <summary>Ids of the byte tokens &lt;0x00&gt; to &lt;0xFF&gt;, -1 where one is missing.</summary>
    protected static int[] ByteIds(Vocabulary vocabulary) => [.. Enumerable.Range(0, 256).Select(b => vocabulary.Id($"<0x{b:X2}>"))];
}
