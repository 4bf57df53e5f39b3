// Encoding with a SentencePiece model as sentencepiece itself does (normalizer.cc, bpe_model.cc, unigram_model.cc, sentencepiece_processor.cc).
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Normalizes, finds pieces, spells the unknown.</summary>
internal sealed class SentencePieceEncoder : SequenceEncoder
{
    private const char Mark = '▁';
    private const float UnknownPenalty = 10, SmallestNormal = 1.17549435e-38f; // FLT_MIN, where the library's search for the highest score begins

    private static readonly byte[] markBytes = [0xE2, 0x96, 0x81];

    private readonly SentencePieceModel model;
    private readonly Dictionary<string, int> pieces = new(StringComparer.Ordinal);   // found in texts
    private readonly Dictionary<string, int> reserved = new(StringComparer.Ordinal); // never found in texts
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan, reservedBySpan;
    private readonly (string Text, byte[] Bytes)[] userDefined; // longest first
    private readonly int unknown;
    private readonly int[] byteIds;
    private readonly UnigramSearch? unigram;

    /// <summary>Checks the pieces.</summary>
    public SentencePieceEncoder(SentencePieceModel model, string file)
    {
        this.model = model;
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            var (text, _, kind) = model.Pieces[id];
            bool found = kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused;
            (found ? pieces : reserved)[text] = id;
            if (kind == PieceKind.Unknown)
                unknown = id;
        }
        (bySpan, reservedBySpan) = (pieces.GetAlternateLookup<ReadOnlySpan<char>>(), reserved.GetAlternateLookup<ReadOnlySpan<char>>());
        userDefined = [.. model.Pieces.Where(piece => piece.Kind == PieceKind.UserDefined).Select(piece => (piece.Text, Encoding.UTF8.GetBytes(piece.Text))).OrderByDescending(piece => piece.Item2.Length)];
        byteIds = [.. Enumerable.Range(0, 256).Select(b => reserved.GetValueOrDefault($"<0x{b:X2}>", -1))];
        if (model.ByteFallback && byteIds.Contains(-1))
            throw new TokenizerException($"'{file}' spells the unknown in bytes, but lacks the piece <0x{Array.IndexOf(byteIds, -1):X2}>: get the file again.");
        if (model.IsUnigram)
            unigram = Search(model, unknown);
    }

    public override void Encode(ReadOnlySpan<char> text, TokenBuffer tokens)
    {
        if (text.IsEmpty)
            return;
        NormalizedText.Of(text); // refuses what is no Unicode
        var (normalized, places) = Normalize(text);
        if (normalized.Length == 0)
            return;
        Add(normalized, places, unigram?.Find(normalized) ?? BytePairs(normalized), tokens);
    }

    private void Add(string normalized, int[] places, List<(int Start, int End, int Id)> found, TokenBuffer tokens)
    {
        for (int i = 0; i < found.Count; i++)
        {
            var (start, end, id) = found[i];
            if (normalized[start] == Mark && tokens.Count > 0)
                tokens.Words++;
            if (id != unknown)
            {
                tokens.Add(id, new(places[start], places[end]), tokens.Words);
                continue;
            }
            if (model.ByteFallback)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(normalized[start..end]);
                for (int b = 0; b < bytes.Length; b++)
                    tokens.Add(byteIds[bytes[b]], new(places[start], b == bytes.Length - 1 ? places[end] : places[start]), tokens.Words);
                continue;
            }
            // Unknown neighbours become one.
            while (i + 1 < found.Count && found[i + 1].Id == unknown)
                end = found[++i].End;
            tokens.Add(unknown, new(places[start], places[end]), normalized[start..end]);
        }
    }

    // Where each UTF-16 unit of the normalized text comes from, in code points; one more for the end.
    private (string Text, int[] Places) Normalize(ReadOnlySpan<char> text)
    {
        byte[] whole = Encoding.UTF8.GetBytes(text.ToArray());
        ReadOnlySpan<byte> input = whole;
        var (bytes, places) = (new List<byte>(input.Length + 16), new List<int>(input.Length + 16));
        int consumed = 0;
        if (model.RemoveExtraWhitespaces)
        {
            while (!input.IsEmpty && Prefix(input, out int length) is [(byte)' '])
                Consume(ref input, length);
        }
        if (input.IsEmpty)
            return ("", [0]);
        if (!model.WhitespaceAsSuffix && model.AddDummyPrefix)
            AddSpace();
        bool afterSpace = model.RemoveExtraWhitespaces;
        while (!input.IsEmpty)
        {
            var part = Prefix(input, out int length);
            while (afterSpace && part is [(byte)' ', ..])
                part = part[1..];
            if (!part.IsEmpty)
            {
                foreach (byte b in part)
                {
                    if (b == ' ')
                    {
                        AddSpace();
                        continue;
                    }
                    bytes.Add(b);
                    places.Add(consumed);
                }
                afterSpace = part[^1] == ' ';
            }
            Consume(ref input, length);
            afterSpace &= model.RemoveExtraWhitespaces;
        }
        if (model.RemoveExtraWhitespaces)
        {
            byte[] space = model.EscapeWhitespaces ? markBytes : [(byte)' '];
            while (bytes.Count >= space.Length && bytes[^space.Length..].SequenceEqual(space))
            {
                int length = bytes.Count - space.Length;
                consumed = places[length];
                bytes.RemoveRange(length, space.Length);
                places.RemoveRange(length, space.Length);
            }
        }
        if (model.WhitespaceAsSuffix && model.AddDummyPrefix)
            AddSpace();
        string normalized = Encoding.UTF8.GetString([.. bytes]);
        var byUnit = new int[normalized.Length + 1];
        int at = 0, unit = 0;
        foreach (var rune in normalized.EnumerateRunes())
        {
            for (int i = 0; i < rune.Utf16SequenceLength; i++)
                byUnit[unit++] = places[at];
            at += rune.Utf8SequenceLength;
        }
        byUnit[unit] = consumed;
        return (normalized, byUnit);

        void AddSpace()
        {
            foreach (byte b in model.EscapeWhitespaces ? markBytes : [(byte)' '])
            {
                bytes.Add(b);
                places.Add(consumed);
            }
        }

        void Consume(ref ReadOnlySpan<byte> input, int length)
        {
            foreach (byte b in input[..length])
                consumed += (b & 0xC0) == 0x80 ? 0 : 1;
            input = input[length..];
        }
    }

    private ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> input, out int length)
    {
        foreach (var (_, symbol) in userDefined)
        {
            if (input.StartsWith(symbol))
            {
                length = symbol.Length;
                return input[..length];
            }
        }
        if (model.Map is { } map)
        {
            var replaced = map.Longest(input, out length);
            if (length > 0)
                return replaced;
        }
        length = input[0] < 0x80 ? 1 : input[0] < 0xE0 ? 2 : input[0] < 0xF0 ? 3 : 4;
        return input[..length];
    }

    private static UnigramSearch Search(SentencePieceModel model, int unknown)
    {
        var normal = model.Pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score).DefaultIfEmpty(0).ToList();
        float highest = Math.Max(normal.Max(), SmallestNormal);
        var (trie, scores) = (new PieceTrie(), new double[model.Pieces.Count]);
        for (int id = 0; id < scores.Length; id++)
        {
            var (text, score, kind) = model.Pieces[id];
            if (kind is PieceKind.Normal or PieceKind.UserDefined)
                trie.Add(text, id);
            scores[id] = kind == PieceKind.UserDefined ? Encoding.UTF8.GetByteCount(text) * highest - 0.1 : score; // so that a symbol of the user always wins
        }
        return new(trie, scores, unknown, normal.Min() - UnknownPenalty, single: true);
    }

    private int IdOf(ReadOnlySpan<char> piece) => reservedBySpan.TryGetValue(piece, out int id) || bySpan.TryGetValue(piece, out id) ? id : unknown;

    private PieceKind Kind(int id) => model.Pieces[id].Kind;

    private List<(int Start, int End, int Id)> BytePairs(string text)
    {
        var found = new List<(int Start, int End, int Id)>();
        var symbols = new List<(int Start, int End, int Previous, int Next, bool Frozen)>(text.Length);
        for (int start = 0; start < text.Length;)
        {
            int end = start + (char.IsHighSurrogate(text[start]) ? 2 : 1);
            bool frozen = false;
            foreach (var (piece, _) in userDefined)
            {
                if (string.CompareOrdinal(text, start, piece, 0, piece.Length) != 0)
                    continue;
                (end, frozen) = (start + piece.Length, true);
                break;
            }
            symbols.Add((start, end, symbols.Count - 1, end == text.Length ? -1 : symbols.Count + 1, frozen));
            start = end;
        }
        var agenda = new PriorityQueue<(int Left, int Right, int Length), (float Score, int Left)>(symbols.Count, BestFirst.Comparer);
        var unused = new Dictionary<string, int>(StringComparer.Ordinal); // where a piece that may not stay was put together
        for (int i = 1; i < symbols.Count; i++)
            Offer(i - 1, i);
        while (agenda.TryDequeue(out var top, out _))
        {
            var (left, right) = (symbols[top.Left], symbols[top.Right]);
            if (left.End == left.Start || right.End == right.Start || left.End - left.Start + right.End - right.Start != top.Length)
                continue;
            left = left with { End = right.End, Next = right.Next };
            symbols[top.Left] = left;
            if (right.Next >= 0)
                symbols[right.Next] = symbols[right.Next] with { Previous = top.Left };
            symbols[top.Right] = right with { End = right.Start };
            Offer(left.Previous, top.Left);
            Offer(top.Left, left.Next);
        }
        for (int i = 0; i >= 0 && i < symbols.Count; i = symbols[i].Next)
            Settle(symbols[i].Start, symbols[i].End);
        return found;

        void Offer(int left, int right)
        {
            if (left < 0 || right < 0 || symbols[left].Frozen || symbols[right].Frozen)
                return;
            var piece = text.AsSpan(symbols[left].Start, symbols[right].End - symbols[left].Start);
            if (!bySpan.TryGetValue(piece, out int id))
                return;
            agenda.Enqueue((left, right, piece.Length), (model.Pieces[id].Score, left));
            if (Kind(id) == PieceKind.Unused)
                unused[piece.ToString()] = symbols[left].End - symbols[left].Start;
        }

        void Settle(int start, int end)
        {
            int id = IdOf(text.AsSpan(start, end - start));
            if (Kind(id) != PieceKind.Unused || !unused.TryGetValue(text[start..end], out int split))
            {
                found.Add((start, end, id));
                return;
            }
            Settle(start, start + split);
            Settle(start + split, end);
        }
    }

    private sealed class BestFirst : IComparer<(float Score, int Left)>
    {
        public static readonly BestFirst Comparer = new();

        public int Compare((float Score, int Left) x, (float Score, int Left) y) => x.Score != y.Score ? y.Score.CompareTo(x.Score) : x.Left.CompareTo(y.Left);
    }
}
