// The form tokenizer.model: SentencePiece's protobuf (sentencepiece_model.proto), read field by field within the bounds of the file.
using System.Buffers.Binary;
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>What a piece is for (sentencepiece_model.proto, SentencePiece.Type).</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A piece.</summary>
internal readonly record struct SentencePiece(string Text, float Score, PieceKind Kind);

/// <summary>The parts of a model that encoding needs.</summary>
internal sealed record SentencePieceModel
{
    public required IReadOnlyList<SentencePiece> Pieces { get; init; }

    public required bool IsUnigram { get; init; }

    public required bool ByteFallback { get; init; }

    public required bool WhitespaceAsSuffix { get; init; }

    public required string UnknownSurface { get; init; }

    public required CharacterMap? Map { get; init; }

    public required bool AddDummyPrefix { get; init; }

    public required bool RemoveExtraWhitespaces { get; init; }

    public required bool EscapeWhitespaces { get; init; }

    public required int BeginId { get; init; }

    public required int EndId { get; init; }
}

/// <summary>Reads a .model file.</summary>
internal static class SentencePieceFile
{
    private const int UnigramType = 1, BytePairType = 2;

    /// <summary>Reads it; tokenizer_config.json beside it says whether begin and end tokens are added (else none).</summary>
    public static Tokenizer Load(string file)
    {
        var model = Read(file);
        var vocabulary = Vocabulary.Of(model.Pieces.Select((piece, id) => (piece.Text, (long)id)), file);
        var config = VocabularyFolder.Config(Path.GetDirectoryName(Path.GetFullPath(file))!);
        TemplatePart[] begin = config?["add_bos_token"].Flag(false) == true ? [Special(model.BeginId)] : [], end = config?["add_eos_token"].Flag(false) == true ? [Special(model.EndId)] : [];
        TemplatePart first = new(0, 0, []), second = new(1, 0, []);
        return new(new TokenizerParts
        {
            Form = $"SentencePiece {(model.IsUnigram ? "unigram" : "BPE")} ({Path.GetFileName(file)})",
            Encoder = new SentencePieceEncoder(model, file),
            Vocabulary = vocabulary,
            Template = new([.. begin, first, .. end], [.. begin, first, .. end, .. begin, second, .. end]),
            Decoder = new SentencePieceDecoder(model),
        });

        TemplatePart Special(int id) => id >= 0 && id < model.Pieces.Count ? new(-1, 0, [(id, model.Pieces[id].Text)])
            : throw new TokenizerException($"tokenizer_config.json beside '{file}' wants a begin or end token, but the model has none: take add_bos_token and add_eos_token out.");
    }

    /// <summary>Reads the parts of a model.</summary>
    /// <exception cref="TokenizerException">The file is damaged, or of a kind that is not supported.</exception>
    public static SentencePieceModel Read(string file)
    {
        byte[] bytes = VocabularyFolder.Bytes(file);
        var pieces = new List<SentencePiece>();
        int type = UnigramType, begin = 1, end = 2;
        bool byteFallback = false, suffix = false, dummyPrefix = true, removeExtra = true, escape = true;
        string unknownSurface = " \u2047 ";
        CharacterMap? map = null;
        var whole = new Reader(bytes, file);
        while (whole.Next(out int field))
        {
            switch (field)
            {
                case 1:
                    pieces.Add(Piece(whole.Message()));
                    break;
                case 2:
                    var trainer = whole.Message();
                    while (trainer.Next(out int setting))
                    {
                        switch (setting)
                        {
                            case 3: type = trainer.Number(); break;
                            case 24: suffix = trainer.Number() != 0; break;
                            case 35: byteFallback = trainer.Number() != 0; break;
                            case 41: begin = trainer.Number(); break;
                            case 42: end = trainer.Number(); break;
                            case 44: unknownSurface = trainer.Text(); break;
                            default: trainer.Skip(); break;
                        }
                    }
                    break;
                case 3:
                    var normalizer = whole.Message();
                    while (normalizer.Next(out int rule))
                    {
                        switch (rule)
                        {
                            case 2:
                                var blob = normalizer.Bytes();
                                map = blob.IsEmpty ? null : new(blob, file);
                                break;
                            case 3: dummyPrefix = normalizer.Number() != 0; break;
                            case 4: removeExtra = normalizer.Number() != 0; break;
                            case 5: escape = normalizer.Number() != 0; break;
                            default: normalizer.Skip(); break;
                        }
                    }
                    break;
                default:
                    whole.Skip();
                    break;
            }
        }
        if (type is not (UnigramType or BytePairType))
            throw new TokenizerException($"'{file}' is a SentencePiece model of type {type} (word or character), which is not supported here (supported: BPE, unigram).");
        if (pieces.Count(piece => piece.Kind == PieceKind.Unknown) != 1)
            throw new TokenizerException($"'{file}' has {pieces.Count:N0} pieces and not exactly one for what is unknown: it is no SentencePiece model, or damaged.");
        if (pieces.FindIndex(piece => piece.Text.Length == 0) is >= 0 and var empty)
            throw new TokenizerException($"Piece {empty} of '{file}' is empty: get the file again.");
        return new()
        {
            Pieces = pieces,
            IsUnigram = type == UnigramType,
            ByteFallback = byteFallback,
            WhitespaceAsSuffix = suffix,
            UnknownSurface = unknownSurface,
            Map = map,
            AddDummyPrefix = dummyPrefix,
            RemoveExtraWhitespaces = removeExtra,
            EscapeWhitespaces = escape,
            BeginId = begin,
            EndId = end,
        };
    }

    private static SentencePiece Piece(Reader message)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        while (message.Next(out int field))
        {
            switch (field)
            {
                case 1: text = message.Text(); break;
                case 2: score = message.Single(); break;
                case 3: kind = (PieceKind)message.Number(); break;
                default: message.Skip(); break;
            }
        }
        return new(text, score, kind);
    }

    /// <summary>Walks over the fields of a message.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes, string file)
    {
        private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int at;
        private int wire;

        /// <summary>Goes to the next field.</summary>
        public bool Next(out int field)
        {
            field = 0;
            if (at == bytes.Length)
                return false;
            ulong tag = ReadVarint();
            (field, wire) = ((int)Math.Min(tag >> 3, int.MaxValue), (int)(tag & 7));
            return true;
        }

        public int Number() => wire == Varint ? (int)ReadVarint() : throw Damaged("a number is of another kind");

        public float Single()
        {
            if (wire != Fixed32)
                throw Damaged("a score is of another kind");
            return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
        }

        public ReadOnlySpan<byte> Bytes()
        {
            if (wire != Delimited)
                throw Damaged("a part is of another kind");
            ulong length = ReadVarint();
            return length <= (ulong)(bytes.Length - at) ? Take((int)length) : throw Damaged($"a part would have {length:N0} bytes where {bytes.Length - at:N0} are left");
        }

        public string Text()
        {
            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes());
            }
            catch (DecoderFallbackException)
            {
                throw Damaged("a text is no UTF-8");
            }
        }

        public Reader Message() => new(Bytes(), file);

        public void Skip()
        {
            switch (wire)
            {
                case Varint: ReadVarint(); break;
                case Fixed64: Take(8); break;
                case Delimited: Bytes(); break;
                case Fixed32: Take(4); break;
                default: throw Damaged($"a field is of the unknown kind {wire}");
            }
        }

        private ulong ReadVarint()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                byte next = Take(1)[0];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return value;
            }
            throw Damaged("a number does not end");
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > bytes.Length - at)
                throw Damaged("it ends too early");
            var taken = bytes.Slice(at, count);
            at += count;
            return taken;
        }

        private readonly TokenizerException Damaged(string how) => new($"'{file}' is no SentencePiece model, or damaged ({how}): get the file again.");
    }
}
