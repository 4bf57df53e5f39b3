// From a text to tokens: the general way of the tokenizers library, step by step with alignment.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Encodes one sequence; safe to use from several threads.</summary>
internal abstract class SequenceEncoder
{
    /// <summary>Adds the tokens of a whole text.</summary>
    /// <exception cref="TokenizerException">The text is no valid Unicode.</exception>
    public abstract void Encode(ReadOnlySpan<char> text, TokenBuffer tokens);
}

/// <summary>Added tokens, normalizer, added tokens again, pre-tokenizer, model.</summary>
internal sealed class GeneralEncoder : SequenceEncoder
{
    private readonly AddedTokenFinder raw;
    private readonly AddedTokenFinder normalized;
    private readonly Normalizer? normalizer;
    private readonly PreTokenizer? preTokenizer;
    private readonly TokenModel model;

    /// <summary>With its parts.</summary>
    public GeneralEncoder(IReadOnlyList<AddedToken> added, Normalizer? normalizer, PreTokenizer? preTokenizer, TokenModel model)
    {
        (this.normalizer, this.preTokenizer, this.model) = (normalizer, preTokenizer, model);
        raw = new(added.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        normalized = new(added.Where(token => token.Normalized).Select(token => (Normalize(token.Content), token)));
    }

    public override void Encode(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        if (text.IsEmpty)
            return;
        var parts = new List<WordPart>();
        foreach (var (outer, outerToken) in Split(raw, NormalizedText.Of(text)))
        {
            if (outerToken is not null)
            {
                AddWhole(outer, outerToken, tokens);
                continue;
            }
            normalizer?.Apply(outer);
            foreach (var (inner, innerToken) in Split(normalized, outer))
            {
                if (innerToken is not null)
                {
                    AddWhole(inner, innerToken, tokens);
                    continue;
                }
                foreach (var word in preTokenizer?.Split(inner) ?? [inner])
                    AddWord(word, parts, tokens);
            }
        }
    }

    private void AddWord(NormalizedText word, List<WordPart> parts, TokenBuffer tokens)
    {
        if (word.Count == 0)
            return;
        parts.Clear();
        model.Tokenize(word, parts);
        foreach (var part in parts)
            tokens.Add(part.Id, word.Place(part.Start, part.End), part.Spelling);
        tokens.Words++;
    }

    private static void AddWhole(NormalizedText part, AddedToken token, TokenBuffer tokens)
    {
        tokens.Add(token.Id, part.Place(0, part.Count), part.ToString());
        tokens.Words++;
    }

    private string Normalize(string content)
    {
        var text = NormalizedText.Of(content);
        normalizer?.Apply(text);
        return text.ToString();
    }

    private static List<(NormalizedText Part, AddedToken? Token)> Split(AddedTokenFinder finder, NormalizedText text)
    {
        string whole = text.ToString();
        if (finder.Next(whole, 0, out int start, out int end) is not { } token)
            return text.Count > 0 ? [(text, null)] : [];
        var parts = new List<(NormalizedText, AddedToken?)>();
        int at = 0, rune = 0;
        for (AddedToken? found = token; found is not null; found = finder.Next(whole, at, out start, out end))
        {
            if (start > at)
                parts.Add((Take(start), null));
            parts.Add((Take(end), found));
        }
        if (at < whole.Length)
            parts.Add((Take(whole.Length), null));
        return parts;

        NormalizedText Take(int to)
        {
            int first = rune;
            for (; at < to; at++)
                rune += char.IsLowSurrogate(whole[at]) ? 0 : 1;
            return text.Slice(first, rune);
        }
    }
}
