// A tokenizer: a vocabulary of any of the supported forms, from text to ids and back.

namespace ModelBalancing.Text.Tokenizers;

/// <summary>
/// Turns texts into ids and ids into texts, with the same results as the reference libraries (Hugging Face tokenizers; sentencepiece for .model files).
/// Safe to use from several threads.
/// </summary>
/// <remarks>docs/text.md tells the forms and what the results were compared with.</remarks>
public sealed class Tokenizer
{
    [ThreadStatic]
    private static TokenBuffer? firstIds, secondIds;

    private readonly SequenceEncoder encoder;
    private readonly Vocabulary vocabulary;
    private readonly Template template;
    private readonly TokenDecoder? decoder;
    private readonly Dictionary<int, AddedToken> added;
    private readonly PaddingToken? padding;

    internal Tokenizer(TokenizerParts parts)
    {
        (encoder, vocabulary, template, decoder, Form, Defaults) = (parts.Encoder, parts.Vocabulary, parts.Template, parts.Decoder, parts.Form, parts.Defaults);
        added = parts.Added.GroupBy(token => token.Id).ToDictionary(group => group.Key, group => group.Last());
        padding = parts.Padding ?? (((string[])["<pad>", "[PAD]"]).Select(token => (Id: IdOf(token), token)).FirstOrDefault(found => found.Id is not null) is ({ } id, { } name) ? new(id, 0, name) : null);
        VocabularySize = Math.Max(vocabulary.MaxId, added.Keys.DefaultIfEmpty(-1).Max()) + 1;
    }

    /// <summary>What the vocabulary is, such as "byte-level BPE (tokenizer.json)".</summary>
    public string Form { get; }

    /// <summary>Rows of an embedding table for this vocabulary: the highest id + 1, added tokens counted.</summary>
    public int VocabularySize { get; }

    /// <summary>The truncation and padding that a tokenizer.json switches on by itself (all-MiniLM-L6-v2's: 128 tokens); here they are used only if passed.</summary>
    public EncodeOptions Defaults { get; }

    /// <summary>Id of the token that fills rows; null if the vocabulary names none.</summary>
    public int? PaddingId => padding?.Id;

    /// <summary>Loads a vocabulary; the form is found by what is there.</summary>
    /// <param name="path">A folder, or one of its files: tokenizer.json; tokenizer.model (any .model); vocab.json with merges.txt; encoder.json with vocab.bpe, and dict.txt for RoBERTa's ids; vocab.txt.</param>
    /// <exception cref="TokenizerException">Nothing of the kind is there, or it is damaged.</exception>
    public static Tokenizer Load(string path) => VocabularyFolder.Load(path);

    /// <summary>Id of a token as the vocabulary writes it, or null.</summary>
    public int? IdOf(string token)
    {
        foreach (var (id, known) in added)
            if (known.Content == token)
                return id;
        return vocabulary.Id(token) is >= 0 and var found ? found : null;
    }

    /// <summary>Token of an id as the vocabulary writes it, or null.</summary>
    public string? TokenOf(int id) => added.GetValueOrDefault(id)?.Content ?? vocabulary.Token(id);

    /// <summary>Number of special tokens that a row gets.</summary>
    /// <param name="pair">A row of two sequences.</param>
    public int SpecialTokens(bool pair) => template.Added(pair);

    /// <summary>Encodes a text or a pair, with everything known of each token.</summary>
    /// <param name="text">The first sequence.</param>
    /// <param name="pair">The second sequence, or null.</param>
    /// <param name="options">How the row is made; null: special tokens, neither cut nor filled.</param>
    /// <exception cref="TokenizerException">The text is no valid Unicode, or the row cannot be made as asked.</exception>
    public TokenEncoding Encode(string text, string? pair = null, EncodeOptions? options = null)
    {
        options ??= new();
        var encoding = Row(text, pair, options);
        return options.Padding == Padding.None ? encoding : Padded(encoding, RowBuilder.PaddedLength(encoding.Length, options), options);
    }

    /// <summary>Encodes texts; padding to the longest looks at all of them.</summary>
    /// <param name="texts">The sequences, in order.</param>
    /// <param name="options">How rows are made.</param>
    public TokenEncoding[] EncodeBatch(IReadOnlyList<string> texts, EncodeOptions? options = null) => EncodeBatch([.. texts.Select(text => (text, (string?)null))], options);

    /// <summary>Encodes pairs; padding to the longest looks at all of them.</summary>
    /// <param name="pairs">First and second sequences (null: a single one), in order.</param>
    /// <param name="options">How rows are made.</param>
    public TokenEncoding[] EncodeBatch(IReadOnlyList<(string Text, string? Pair)> pairs, EncodeOptions? options = null)
    {
        options ??= new();
        TokenEncoding[] rows = [.. pairs.Select(entry => Row(entry.Text, entry.Pair, options))];
        if (options.Padding == Padding.None || rows.Length == 0)
            return rows;
        int length = RowBuilder.PaddedLength(rows.Max(row => row.Length), options);
        return [.. rows.Select(row => Padded(row, length, options))];
    }

    /// <summary>Encodes to ids only, the fast way: no padding, no overflow, no places.</summary>
    /// <param name="text">The first sequence.</param>
    /// <param name="pair">The second sequence, or null.</param>
    /// <param name="options">Special tokens and truncation; padding is not looked at.</param>
    public int[] EncodeIds(string text, string? pair = null, EncodeOptions? options = null)
    {
        options ??= Plain;
        var first = Encoded(ref firstIds, text);
        var second = pair is null ? null : Encoded(ref secondIds, pair);
        var parts = pair is null ? template.Single : template.Pair;
        int special = options.AddSpecialTokens ? template.Added(pair is not null) : 0;
        RowBuilder.Window a = new(0, first.Count), b = new(0, second?.Count ?? 0);
        if (options.Truncation != Truncation.None)
        {
            var (firstWindows, secondWindows) = RowBuilder.Cut(first.Count, second?.Count, special, options);
            (a, b) = (firstWindows[0], secondWindows[0]);
        }
        var ids = new int[special + a.End - a.Start + b.End - b.Start];
        int at = 0;
        foreach (var part in parts)
        {
            if (part.Sequence >= 0)
            {
                var window = part.Sequence == 0 ? a : b;
                var from = (part.Sequence == 0 ? first : second!).Ids[window.Start..window.End];
                from.CopyTo(ids.AsSpan(at));
                at += from.Length;
            }
            else if (options.AddSpecialTokens)
            {
                foreach (var (id, _) in part.Special)
                    ids[at++] = id;
            }
        }
        return ids;
    }

    /// <summary>Adds the ids of a text without special tokens to a list, such as a corpus packed into one row.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ids">What they are added to.</param>
    public void AppendIds(ReadOnlySpan<char> text, List<int> ids)
    {
        var tokens = firstIds ??= new(detailed: false);
        tokens.Clear();
        encoder.Encode(text, tokens);
        ids.AddRange(tokens.Ids);
    }

    /// <summary>The text that ids stand for.</summary>
    /// <param name="ids">Ids; unknown ones are left out.</param>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>();
        foreach (int id in ids)
            if (TokenOf(id) is { } token && !(skipSpecialTokens && added.TryGetValue(id, out var known) && known.Special))
                tokens.Add(token);
        return decoder is null ? string.Join(' ', tokens) : string.Concat(decoder.Apply(tokens));
    }

    private static EncodeOptions Plain { get; } = new();

    private TokenBuffer Encoded(ref TokenBuffer? buffer, string text)
    {
        var tokens = buffer ??= new(detailed: false);
        tokens.Clear();
        encoder.Encode(text, tokens);
        return tokens;
    }

    private TokenEncoding Row(string text, string? pair, EncodeOptions options)
    {
        var first = Detailed(text);
        var second = pair is null ? null : Detailed(pair);
        int special = options.AddSpecialTokens ? template.Added(pair is not null) : 0;
        var (firstWindows, secondWindows) = RowBuilder.Cut(first.Count, second?.Count, special, options);
        var overflow = new List<TokenEncoding>();
        foreach (var a in firstWindows.Skip(1))
            foreach (var b in secondWindows)
                overflow.Add(Fill(first, a, second, b, options, []));
        foreach (var b in secondWindows.Skip(1))
            overflow.Add(Fill(first, firstWindows[0], second, b, options, []));
        return Fill(first, firstWindows[0], second, secondWindows[0], options, overflow);
    }

    private TokenBuffer Detailed(string text)
    {
        var tokens = new TokenBuffer(detailed: true);
        encoder.Encode(text, tokens);
        return tokens;
    }

    private TokenEncoding Fill(TokenBuffer first, RowBuilder.Window a, TokenBuffer? second, RowBuilder.Window b, EncodeOptions options, IReadOnlyList<TokenEncoding> overflow)
    {
        int length = (options.AddSpecialTokens ? template.Added(second is not null) : 0) + a.End - a.Start + b.End - b.Start;
        var row = Empty(length, overflow);
        int at = 0;
        foreach (var part in second is null ? template.Single : template.Pair)
        {
            if (part.Sequence < 0)
            {
                foreach (var (id, token) in options.AddSpecialTokens ? part.Special : [])
                {
                    (row.Ids[at], row.Tokens[at], row.Types[at], row.SpecialMask[at], row.Sequence[at], row.Words[at]) = (id, token, part.Type, 1, -1, -1);
                    at++;
                }
                continue;
            }
            var (tokens, window) = part.Sequence == 0 ? (first, a) : (second!, b);
            for (int i = window.Start; i < window.End; i++, at++)
            {
                int id = tokens.Ids[i];
                string token = tokens.Spelling(i) ?? TokenOf(id) ?? "";
                var place = tokens.Offsets[i];
                (row.Ids[at], row.Tokens[at], row.Types[at], row.Sequence[at], row.Words[at]) = (id, token, part.Type, part.Sequence, tokens.WordOf[i]);
                row.Offsets[at] = template.TrimOffsets ? Trimmed(token, place, i == window.Start) : place;
            }
        }
        Array.Fill(row.Attention, 1);
        return row;
    }

    // pre_tokenizers/byte_level.rs, process_offsets: white space at the ends of a token is not part of its place.
    private TokenOffset Trimmed(string token, TokenOffset place, bool first)
    {
        int leading = 0, trailing = 0;
        while (leading < token.Length && IsBlank(token[leading]))
            leading++;
        while (trailing < token.Length && IsBlank(token[^(trailing + 1)]))
            trailing++;
        var (start, end) = place;
        if (leading == 1 && template.AddsPrefixSpace && (first || start == 0))
            leading = 0;
        start = Math.Min(start + leading, end);
        if (trailing > 0 && end >= trailing)
            end = Math.Max(end - trailing, start);
        return new(start, end);

        static bool IsBlank(char c) => c == ByteLevel.Space || CodePointTable.IsSpace(c);
    }

    private TokenEncoding Padded(TokenEncoding row, int length, EncodeOptions options)
    {
        if (padding is not { } fill)
            throw new TokenizerException($"This vocabulary ({Form}) names no padding token: rows cannot be filled.");
        TokenEncoding[] overflow = [.. row.Overflow.Select(window => Padded(window, length, options))];
        int missing = length - row.Length;
        if (missing <= 0 && overflow.Length == 0)
            return row;
        missing = Math.Max(missing, 0);
        var padded = Empty(row.Length + missing, overflow);
        int at = options.PadAt == RowEnd.Left ? missing : 0;
        row.Ids.CopyTo(padded.Ids, at);
        row.Types.CopyTo(padded.Types, at);
        row.Attention.CopyTo(padded.Attention, at);
        row.Offsets.CopyTo(padded.Offsets, at);
        row.Tokens.CopyTo(padded.Tokens, at);
        row.Sequence.CopyTo(padded.Sequence, at);
        row.Words.CopyTo(padded.Words, at);
        row.SpecialMask.CopyTo(padded.SpecialMask, at);
        for (int i = 0; i < missing; i++)
        {
            int place = options.PadAt == RowEnd.Left ? i : row.Length + i;
            (padded.Ids[place], padded.Types[place], padded.Tokens[place], padded.SpecialMask[place], padded.Sequence[place], padded.Words[place]) = (fill.Id, fill.Type, fill.Token, 1, -1, -1);
        }
        return padded;
    }

    private static TokenEncoding Empty(int length, IReadOnlyList<TokenEncoding> overflow) => new()
    {
        Ids = new int[length],
        Types = new int[length],
        Attention = new int[length],
        Offsets = new TokenOffset[length],
        Tokens = new string[length],
        Sequence = new int[length],
        Words = new int[length],
        SpecialMask = new int[length],
        Overflow = overflow,
    };
}

/// <summary>What a tokenizer is made of.</summary>
internal sealed record TokenizerParts
{
    public required string Form { get; init; }

    public required SequenceEncoder Encoder { get; init; }

    public required Vocabulary Vocabulary { get; init; }

    public Template Template { get; init; } = Template.Plain;

    public TokenDecoder? Decoder { get; init; }

    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    public PaddingToken? Padding { get; init; }

    public EncodeOptions Defaults { get; init; } = new();
}
