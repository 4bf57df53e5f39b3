// From tokens back to a text: the decoders that a tokenizer.json can name, and SentencePiece's own.
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A step that rewrites the list of tokens; the text is what is left, joined.</summary>
internal abstract record TokenDecoder
{
    public abstract List<string> Apply(List<string> tokens);

    /// <summary>A run of bytes that is no UTF-8 becomes a replacement character a byte.</summary>
    protected static void AddBytes(List<byte> bytes, List<string> target)
    {
        if (bytes.Count == 0)
            return;
        try
        {
            target.Add(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            target.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }
        bytes.Clear();
    }

    /// <summary>The byte of a token such as &lt;0x0A&gt;.</summary>
    protected static bool IsByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }
}

/// <summary>One after the other.</summary>
internal sealed record DecoderSequence(IReadOnlyList<TokenDecoder> Steps) : TokenDecoder
{
    public override List<string> Apply(List<string> tokens) => Steps.Aggregate(tokens, (list, step) => step.Apply(list));
}

/// <summary>Byte-level characters to bytes to text; bytes that are no UTF-8 become replacement characters.</summary>
internal sealed record ByteLevelDecoder : TokenDecoder
{
    public override List<string> Apply(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (string token in tokens)
            ByteLevel.AppendBytes(token, bytes);
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}

/// <summary>BERT's: pieces inside words are joined, the spaces before punctuation go.</summary>
internal sealed record WordPieceDecoder(string Prefix, bool CleansUp) : TokenDecoder
{
    private static readonly (string, string)[] repairs =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public override List<string> Apply(List<string> tokens)
    {
        var texts = new List<string>(tokens.Count);
        for (int i = 0; i < tokens.Count; i++)
        {
            string text = i == 0 ? tokens[i] : tokens[i].StartsWith(Prefix, StringComparison.Ordinal) ? tokens[i][Prefix.Length..] : $" {tokens[i]}";
            foreach (var (old, replacement) in CleansUp ? repairs : [])
                text = text.Replace(old, replacement, StringComparison.Ordinal);
            texts.Add(text);
        }
        return texts;
    }
}

/// <summary>Marks become spaces, except in the first token where one was put before the text.</summary>
internal sealed record MetaspaceDecoder(string Replacement, bool Prepended) : TokenDecoder
{
    public override List<string> Apply(List<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(Replacement, i == 0 && Prepended ? "" : " ", StringComparison.Ordinal))];
}

/// <summary>A text becomes another.</summary>
internal sealed record ReplaceDecoder(string Pattern, string Content) : TokenDecoder
{
    public override List<string> Apply(List<string> tokens) => [.. tokens.Select(token => token.Replace(Pattern, Content, StringComparison.Ordinal))];
}

/// <summary>Byte tokens become text.</summary>
internal sealed record ByteFallbackDecoder : TokenDecoder
{
    public override List<string> Apply(List<string> tokens)
    {
        var (texts, bytes) = (new List<string>(tokens.Count), new List<byte>());
        foreach (string token in tokens)
        {
            if (IsByte(token, out byte value))
            {
                bytes.Add(value);
                continue;
            }
            AddBytes(bytes, texts);
            texts.Add(token);
        }
        AddBytes(bytes, texts);
        return texts;
    }
}

/// <summary>All tokens become one.</summary>
internal sealed record FuseDecoder : TokenDecoder
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>A character is taken off the ends, at most so many times.</summary>
internal sealed record StripDecoder(char Content, int Start, int Stop) : TokenDecoder
{
    public override List<string> Apply(List<string> tokens) => [.. tokens.Select(token =>
    {
        int from = 0, to = token.Length;
        while (from < Math.Min(Start, token.Length) && token[from] == Content)
            from++;
        while (token.Length - to < Stop && to > from && token[to - 1] == Content)
            to--;
        return token[from..to];
    })];
}
