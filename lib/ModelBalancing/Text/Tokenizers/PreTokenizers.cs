// The pre-tokenizers that a tokenizer.json can name: they cut a text into the words that the model sees one by one.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>A step that cuts a text; empty parts are left out by the caller.</summary>
internal abstract record PreTokenizer
{
    public abstract IEnumerable<NormalizedText> Split(NormalizedText text);
}

/// <summary>One after the other.</summary>
internal sealed record PreTokenizerSequence(IReadOnlyList<PreTokenizer> Steps) : PreTokenizer
{
    public override IEnumerable<NormalizedText> Split(NormalizedText text)
    {
        IEnumerable<NormalizedText> parts = [text];
        foreach (var step in Steps)
            parts = parts.SelectMany(part => step.Split(part).Where(piece => piece.Count > 0));
        return parts;
    }
}

/// <summary>White space separates and is removed.</summary>
internal sealed record WhitespacePreTokenizer : PreTokenizer
{
    public override IEnumerable<NormalizedText> Split(NormalizedText text)
    {
        int start = 0;
        for (int i = 0; i <= text.Count; i++)
        {
            if (i < text.Count && !CodePointTable.IsSpace(text.Runes[i]))
                continue;
            if (i > start)
                yield return text.Slice(start, i);
            start = i + 1;
        }
    }
}

/// <summary>BERT's: white space is removed, each punctuation mark is a word.</summary>
internal sealed record BertPreTokenizer : PreTokenizer
{
    public override IEnumerable<NormalizedText> Split(NormalizedText text)
    {
        int start = 0;
        for (int i = 0; i <= text.Count; i++)
        {
            var kind = i == text.Count ? WordClass.Space : CodePointTable.Word(text.Runes[i]);
            if (kind == WordClass.Word)
                continue;
            if (i > start)
                yield return text.Slice(start, i);
            if (kind == WordClass.Punctuation)
                yield return text.Slice(i, i + 1);
            start = i + 1;
        }
    }
}

/// <summary>SentencePiece's: spaces become a visible mark that begins a word.</summary>
/// <param name="Replacement">The mark, one code point.</param>
/// <param name="Prepend">Whether a mark is put before a text: null only before the begin of the whole text.</param>
/// <param name="Cuts">Whether the text is cut before each mark.</param>
internal sealed record MetaspacePreTokenizer(string Replacement, bool? Prepend, bool Cuts) : PreTokenizer
{
    public override IEnumerable<NormalizedText> Split(NormalizedText text)
    {
        text.Replace(" ", Replacement);
        int mark = char.ConvertToUtf32(Replacement, 0);
        if (text.Count > 0 && text.Runes[0] != mark && (Prepend ?? text.Origin == 0))
            text.Prepend(Replacement);
        if (!Cuts)
        {
            yield return text;
            yield break;
        }
        // A mark goes with the word after it; of several in a row, only the last does.
        int start = 0;
        for (int i = 1; i < text.Count; i++)
        {
            if (text.Runes[i] != mark)
                continue;
            yield return text.Slice(start, i);
            start = i;
        }
        yield return text.Slice(start, text.Count);
    }
}

/// <summary>GPT-2's: words by its expression, then every byte of UTF-8 becomes a visible character.</summary>
/// <param name="AddPrefixSpace">Puts a space before a text that does not begin with one.</param>
/// <param name="UseExpression">Whether words are cut.</param>
internal sealed record ByteLevelPreTokenizer(bool AddPrefixSpace, bool UseExpression) : PreTokenizer
{
    public override IEnumerable<NormalizedText> Split(NormalizedText text)
    {
        if (AddPrefixSpace && text.Count > 0 && text.Runes[0] != ' ')
            text.Prepend(" ");
        if (!UseExpression)
        {
            ByteLevel.Transform(text);
            yield return text;
            yield break;
        }
        string whole = text.ToString();
        int start = 0, rune = 0;
        while (start < whole.Length)
        {
            int end = ByteLevel.NextWord(whole, start);
            int runes = rune;
            for (int i = start; i < end; i++)
                runes += char.IsLowSurrogate(whole[i]) ? 0 : 1;
            var part = text.Slice(rune, runes);
            ByteLevel.Transform(part);
            yield return part;
            (start, rune) = (end, runes);
        }
    }
}
