// The form tokenizer.json: a tokenizer described part by part (serialization of the tokenizers library).

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Reads a tokenizer.json.</summary>
internal static class TokenizerJson
{
    /// <summary>Reads it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="general">Takes the general way even where a fast one is equal; for tests.</param>
    public static Tokenizer Load(string file, bool general = false)
    {
        var root = JsonPart.Read(file);
        var (model, form) = Model(root["model"]);
        var added = Added(root["added_tokens"]);
        var normalizer = ReadNormalizer(root["normalizer"]);
        var preTokenizer = ReadPreTokenizer(root["pre_tokenizer"]);
        return new(new TokenizerParts
        {
            Form = $"{form} (tokenizer.json)",
            Encoder = general ? new GeneralEncoder(added, normalizer, preTokenizer, model) : Encoder(added, normalizer, preTokenizer, model),
            Vocabulary = model.Vocabulary,
            Template = ReadTemplate(root["post_processor"]),
            Decoder = ReadDecoder(root["decoder"]),
            Added = added,
            Padding = root["padding"].IsNull ? null : new(root["padding"]["pad_id"].Number(), root["padding"]["pad_type_id"].Number(), root["padding"]["pad_token"].Text()),
            Defaults = ReadDefaults(root["truncation"], root["padding"]),
        });
    }

    /// <summary>The fast way where it gives the same results, else the general one.</summary>
    public static SequenceEncoder Encoder(IReadOnlyList<AddedToken> added, Normalizer? normalizer, PreTokenizer? preTokenizer, TokenModel model)
    {
        bool anyNormalized = added.Any(token => token.Normalized), allNormalized = added.All(token => token.Normalized);
        if (normalizer is null && (!anyNormalized || allNormalized) && preTokenizer is ByteLevelPreTokenizer { UseExpression: true } byteLevel && model is BytePairModel pairs)
            return new ByteLevelEncoder(added, byteLevel.AddPrefixSpace, pairs);
        if (normalizer is BertNormalizer bert && !anyNormalized && preTokenizer is BertPreTokenizer && model is WordPieceModel pieces)
            return new BertEncoder(added, bert, pieces);
        return new GeneralEncoder(added, normalizer, preTokenizer, model);
    }

    private static (TokenModel Model, string Form) Model(JsonPart model)
    {
        // Old files leave the type out.
        string type = model["type"].Text(!model["merges"].IsNull ? "BPE" : model["vocab"].IsArray ? "Unigram" : "WordPiece");
        switch (type)
        {
            case "BPE":
                var settings = new BytePairSettings
                {
                    UnknownToken = model["unk_token"].IsNull ? null : model["unk_token"].Text(),
                    FuseUnknown = model["fuse_unk"].Flag(false),
                    ByteFallback = model["byte_fallback"].Flag(false),
                    IgnoreMerges = model["ignore_merges"].Flag(false),
                    InnerPrefix = model["continuing_subword_prefix"].Text(""),
                    WordSuffix = model["end_of_word_suffix"].Text(""),
                };
                return (new BytePairModel(Tokens(model["vocab"]), Merges(model["merges"]), settings, model.File), "BPE");
            case "WordPiece":
                return (new WordPieceModel(Tokens(model["vocab"]), model["unk_token"].Text("[UNK]"), model["continuing_subword_prefix"].Text("##"),
                    model["max_input_chars_per_word"].IsNull ? 100 : model["max_input_chars_per_word"].Number(), model.File), "WordPiece");
            case "Unigram":
                var pieces = model["vocab"].Entries().Select(entry => entry.Entries().ToList() is [var piece, var score] ? (Piece: piece.Text(), Score: score.Real()) : throw entry.Wrong("a piece and its score")).ToList();
                var vocabulary = Vocabulary.Of(pieces.Select((piece, id) => (piece.Piece, (long)id)), model.File);
                return (new UnigramModel(vocabulary, [.. pieces.Select(piece => piece.Score)], model["unk_id"].IsNull ? null : model["unk_id"].Number(), model["byte_fallback"].Flag(false), model.File), "unigram");
            default:
                throw model.Unsupported("model", type, "BPE, WordPiece, Unigram");
        }
    }

    /// <summary>Tokens and ids of an object.</summary>
    public static Vocabulary Tokens(JsonPart vocabulary) => Vocabulary.Of(vocabulary.Members().Select(member => (member.Name, (long)member.Value.Number())), vocabulary.File);

    private static IEnumerable<(string, string)> Merges(JsonPart merges) => merges.Entries().Select(merge =>
    {
        if (merge.IsArray)
            return merge.Entries().ToList() is [var left, var right] ? (left.Text(), right.Text()) : throw merge.Wrong("two tokens");
        return merge.Text().Split(' ') is [var first, var second] ? (first, second) : throw merge.Wrong("two tokens");
    });

    private static List<AddedToken> Added(JsonPart tokens) => tokens.IsNull ? [] : [.. tokens.Entries().Select(token => new AddedToken(token["id"].Number(), token["content"].Text())
    {
        Special = token["special"].Flag(false),
        Normalized = token["normalized"].Flag(false),
        StripsLeft = token["lstrip"].Flag(false),
        StripsRight = token["rstrip"].Flag(false),
        SingleWord = token["single_word"].Flag(false),
    })];

    private static Normalizer? ReadNormalizer(JsonPart part)
    {
        if (part.IsNull)
            return null;
        string type = part["type"].Text();
        switch (type)
        {
            case "Sequence":
                return new NormalizerSequence([.. part["normalizers"].Entries().Select(entry => ReadNormalizer(entry) ?? throw entry.Wrong("a normalizer"))]);
            case "BertNormalizer":
                return new BertNormalizer(part["clean_text"].Flag(true), part["handle_chinese_chars"].Flag(true), part["strip_accents"].IsNull ? null : part["strip_accents"].Flag(true), part["lowercase"].Flag(true));
            case "Prepend":
                return new PrependNormalizer(part["prepend"].Text());
            case "Replace" when !part["pattern"]["String"].IsNull:
                return new ReplaceNormalizer(part["pattern"]["String"].Text(), part["content"].Text());
            case "Lowercase":
                return new LowercaseNormalizer();
            case "NFD":
                return new DecompositionNormalizer();
            case "Precompiled":
                byte[] map;
                try
                {
                    map = Convert.FromBase64String(part["precompiled_charsmap"].Text());
                }
                catch (FormatException)
                {
                    throw part["precompiled_charsmap"].Wrong("base64");
                }
                return new CharacterMapNormalizer(new CharacterMap(map, part.File));
            default:
                throw part.Unsupported("normalizer", type, "BertNormalizer, Lowercase, NFD, Precompiled, Prepend, Replace of a text, Sequence");
        }
    }

    private static PreTokenizer? ReadPreTokenizer(JsonPart part)
    {
        if (part.IsNull)
            return null;
        string type = part["type"].Text();
        return type switch
        {
            "Sequence" => new PreTokenizerSequence([.. part["pretokenizers"].Entries().Select(entry => ReadPreTokenizer(entry) ?? throw entry.Wrong("a pre-tokenizer"))]),
            "BertPreTokenizer" => new BertPreTokenizer(),
            "ByteLevel" => new ByteLevelPreTokenizer(part["add_prefix_space"].Flag(true), part["use_regex"].Flag(true)),
            "WhitespaceSplit" => new WhitespacePreTokenizer(),
            "Metaspace" => new MetaspacePreTokenizer(Mark(part), Prepends(part), part["split"].Flag(true)),
            _ => throw part.Unsupported("pre-tokenizer", type, "BertPreTokenizer, ByteLevel, Metaspace, Sequence, WhitespaceSplit"),
        };
    }

    private static string Mark(JsonPart part)
    {
        string mark = part["replacement"].Text();
        return NormalizedText.Of(mark).Count == 1 ? mark : throw part["replacement"].Wrong("one character");
    }

    // Older files have add_prefix_space instead.
    private static bool? Prepends(JsonPart part) => part["prepend_scheme"].Text(part["add_prefix_space"].Flag(true) ? "always" : "never") switch
    {
        "always" => true,
        "never" => false,
        "first" => null,
        _ => throw part["prepend_scheme"].Wrong("always, first or never"),
    };

    private static Template ReadTemplate(JsonPart part)
    {
        if (part.IsNull)
            return Template.Plain;
        string type = part["type"].Text();
        switch (type)
        {
            case "TemplateProcessing":
                return new(Parts(part["single"], part["special_tokens"]), Parts(part["pair"], part["special_tokens"]));
            case "RobertaProcessing":
                return Template.Roberta(Special(part["cls"]), Special(part["sep"]), part["trim_offsets"].Flag(true), part["add_prefix_space"].Flag(true));
            case "BertProcessing":
                return Template.Bert(Special(part["cls"]), Special(part["sep"]));
            case "ByteLevel":
                return Template.Plain with { TrimOffsets = part["trim_offsets"].Flag(true), AddsPrefixSpace = part["add_prefix_space"].Flag(true) };
            case "Sequence":
                var all = part["processors"].Entries().Select(ReadTemplate).ToList();
                return (all.LastOrDefault(template => template.Added(false) > 0) ?? Template.Plain) with
                {
                    TrimOffsets = all.Any(template => template.TrimOffsets),
                    AddsPrefixSpace = all.Any(template => template is { TrimOffsets: true, AddsPrefixSpace: true }),
                };
            default:
                throw part.Unsupported("post-processor", type, "BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing");
        }
    }

    private static (int, string) Special(JsonPart part) => part.Entries().ToList() is [var token, var id] ? (id.Number(), token.Text()) : throw part.Wrong("a token and its id");

    private static List<TemplatePart> Parts(JsonPart template, JsonPart tokens)
    {
        var parts = new List<TemplatePart>();
        foreach (var entry in template.Entries())
        {
            if (entry["Sequence"] is { IsNull: false } sequence)
            {
                parts.Add(new(sequence["id"].Text() == "A" ? 0 : 1, sequence["type_id"].Number(), []));
                continue;
            }
            var special = entry["SpecialToken"];
            var token = tokens[special["id"].Text()];
            parts.Add(new(-1, special["type_id"].Number(), [.. token["ids"].Entries().Select(id => id.Number()).Zip(token["tokens"].Entries().Select(name => name.Text()))]));
        }
        return parts;
    }

    private static TokenDecoder? ReadDecoder(JsonPart part)
    {
        if (part.IsNull)
            return null;
        string type = part["type"].Text();
        return type switch
        {
            "Sequence" => new DecoderSequence([.. part["decoders"].Entries().Select(entry => ReadDecoder(entry) ?? throw entry.Wrong("a decoder"))]),
            "ByteLevel" => new ByteLevelDecoder(),
            "WordPiece" => new WordPieceDecoder(part["prefix"].Text("##"), part["cleanup"].Flag(true)),
            "Metaspace" => new MetaspaceDecoder(Mark(part), Prepends(part) != false),
            "Replace" when !part["pattern"]["String"].IsNull => new ReplaceDecoder(part["pattern"]["String"].Text(), part["content"].Text()),
            "ByteFallback" => new ByteFallbackDecoder(),
            "Fuse" => new FuseDecoder(),
            "Strip" => new StripDecoder(part["content"].Text() is [var c] ? c : throw part["content"].Wrong("one character"), part["start"].Number(), part["stop"].Number()),
            _ => throw part.Unsupported("decoder", type, "ByteFallback, ByteLevel, Fuse, Metaspace, Replace of a text, Sequence, Strip, WordPiece"),
        };
    }

    private static EncodeOptions ReadDefaults(JsonPart truncation, JsonPart padding)
    {
        var options = new EncodeOptions();
        if (!truncation.IsNull)
        {
            options = options with
            {
                Truncation = truncation["strategy"].Text("LongestFirst") switch
                {
                    "OnlyFirst" => Truncation.OnlyFirst,
                    "OnlySecond" => Truncation.OnlySecond,
                    _ => Truncation.LongestFirst,
                },
                MaxLength = truncation["max_length"].Number(),
                Stride = truncation["stride"].IsNull ? 0 : truncation["stride"].Number(),
                CutAt = truncation["direction"].Text("Right") == "Left" ? RowEnd.Left : RowEnd.Right,
            };
        }
        if (!padding.IsNull)
        {
            bool isFixed = !padding["strategy"].IsText;
            options = options with
            {
                Padding = isFixed ? Padding.MaxLength : Padding.Longest,
                MaxLength = isFixed ? padding["strategy"]["Fixed"].Number() : options.MaxLength,
                PadToMultipleOf = padding["pad_to_multiple_of"].IsNull ? null : padding["pad_to_multiple_of"].Number(),
                PadAt = padding["direction"].Text("Right") == "Left" ? RowEnd.Left : RowEnd.Right,
            };
        }
        return options;
    }
}
