// Finds which form of vocabulary a folder holds, and reads the forms of separate files.
using System.Text;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>Loads vocabularies from folders and files.</summary>
internal static class VocabularyFolder
{
    private const string Forms = "tokenizer.json; tokenizer.model; vocab.json with merges.txt; encoder.json with vocab.bpe (and dict.txt for RoBERTa); vocab.txt";

    private const string WordList = "vocab.txt";
    private const int FewestMade = 10; // of as many pieces one may be made by no merge, such as those that users added

    private static readonly string[] bytePair = ["vocab.json", "merges.txt"], fairseq = ["encoder.json", "vocab.bpe", "dict.txt"];

    private static readonly string[] modelNames = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model"];

    /// <summary>Loads a folder, or the form that a file belongs to.</summary>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            return LoadFile(path);
        if (!Directory.Exists(path))
            throw new TokenizerException($"There is no vocabulary at '{path}': give a folder or file with one of {Forms}.");
        if (Has("tokenizer.json"))
            return TokenizerJson.Load(Path.Combine(path, "tokenizer.json"));
        if (modelNames.FirstOrDefault(Has) is { } model)
            return SentencePieceFile.Load(Path.Combine(path, model));
        if (Has("vocab.json") || Has("merges.txt"))
            return ByteLevelPair(path);
        if (Has("encoder.json") || Has("vocab.bpe"))
            return EncoderPair(path);
        if (Has(WordList))
            return WordPieceList(Path.Combine(path, WordList));
        throw new TokenizerException($"The folder '{path}' holds no vocabulary: it needs one of {Forms}.");

        bool Has(string name) => File.Exists(Path.Combine(path, name));
    }

    /// <summary>The files of a vocabulary, and the names under which a folder with them is read as the same one.</summary>
    /// <param name="path">As <see cref="Load"/> takes it.</param>
    public static IEnumerable<(string File, string Name)> Files(string path)
    {
        string[] beside = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];
        bool single = File.Exists(path);
        string folder = single ? Path.GetDirectoryName(Path.GetFullPath(path))! : path, own = Path.GetFileName(path);
        string[] names = !single ? ["tokenizer.json", .. modelNames, .. bytePair, .. fairseq, WordList]
            : bytePair.Contains(own) ? bytePair : fairseq.Contains(own) ? fairseq : [];
        if (names.Length == 0)
            yield return (path, Path.GetExtension(own).ToLowerInvariant() switch { ".json" => "tokenizer.json", ".model" => modelNames[0], _ => WordList });
        foreach (string name in names.Concat(beside))
            if (File.Exists(Path.Combine(folder, name)))
                yield return (Path.Combine(folder, name), name);
    }

    /// <summary>A whole file.</summary>
    public static byte[] Bytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException(failure is FileNotFoundException or DirectoryNotFoundException
                ? $"The vocabulary needs '{file}', which does not exist: put it there, or point at another folder."
                : $"The vocabulary file '{file}' cannot be read: {failure.Message}", failure);
        }
    }

    private static Tokenizer LoadFile(string file)
    {
        string name = Path.GetFileName(file), folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return name switch
        {
            _ when bytePair.Contains(name) => ByteLevelPair(folder),
            _ when fairseq.Contains(name) => EncoderPair(folder),
            _ when name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) => TokenizerJson.Load(file),
            _ when name.EndsWith(".model", StringComparison.OrdinalIgnoreCase) => SentencePieceFile.Load(file),
            _ when name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) => WordPieceList(file),
            _ => throw new TokenizerException($"'{file}' is no vocabulary file: give a folder or file with one of {Forms}."),
        };
    }

    private static Tokenizer ByteLevelPair(string folder)
    {
        string file = Path.Combine(folder, "vocab.json"), merges = Path.Combine(folder, "merges.txt");
        var vocabulary = TokenizerJson.Tokens(JsonPart.Read(file));
        return ByteLevelBpe(vocabulary, WholeMerges(merges, vocabulary), merges, "byte-level BPE (vocab.json, merges.txt)", Config(folder)?["add_prefix_space"].Flag(false) ?? false);
    }

    // fairseq's dict.txt lists the ids of encoder.json by frequency; 4 special tokens come first, and dummies fill up to a multiple of 8.
    private static Tokenizer EncoderPair(string folder)
    {
        string file = Path.Combine(folder, "encoder.json"), merges = Path.Combine(folder, "vocab.bpe"), dictionary = Path.Combine(folder, "dict.txt");
        var vocabulary = TokenizerJson.Tokens(JsonPart.Read(file));
        if (!File.Exists(dictionary))
            return ByteLevelBpe(vocabulary, WholeMerges(merges, vocabulary), merges, "byte-level BPE (encoder.json, vocab.bpe)", addPrefixSpace: false);
        const string Dummy = "madeupword";
        var tokens = new List<(string, long)> { ("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3) };
        var (number, dummies) = (0, new List<string>());
        foreach (string line in Lines(dictionary))
        {
            number++;
            string name = line.Split(' ')[0];
            if (name.StartsWith(Dummy, StringComparison.Ordinal))
                dummies.Add(name);
            else if (int.TryParse(name, out int id) && vocabulary.Token(id) is { } token)
                tokens.Add((token, tokens.Count));
            else
                throw new TokenizerException($"Line {number} of '{dictionary}' is '{Vocabulary.Shown(line)}', but should begin with an id of encoder.json: the files are of different models.");
        }
        foreach (string dummy in dummies)
            if (tokens.Count % 8 != 0)
                tokens.Add((dummy, tokens.Count));
        tokens.Add(("<mask>", tokens.Count));
        var known = Vocabulary.Of(tokens, dictionary);
        // Merges of tokens that the dictionary lacks cannot be made; whole dictionaries lack none.
        return ByteLevelBpe(known, WholeMerges(merges, known), merges, "byte-level BPE with RoBERTa's ids (encoder.json, vocab.bpe, dict.txt)", addPrefixSpace: false);
    }

    /// <summary>RoBERTa's template where its special tokens are in the vocabulary, else GPT-2's none.</summary>
    public static Tokenizer ByteLevelBpe(Vocabulary vocabulary, IEnumerable<(string, string)> merges, string file, string form, bool addPrefixSpace)
    {
        var model = new BytePairModel(vocabulary, merges, new(), file);
        bool roberta = vocabulary.Id("<s>") >= 0 && vocabulary.Id("</s>") >= 0;
        string[] special = roberta ? ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] : ["<|endoftext|>"];
        AddedToken[] added = [.. special.Where(token => vocabulary.Id(token) >= 0).Select(token => new AddedToken(vocabulary.Id(token), token) { Special = true, StripsLeft = token == "<mask>" })];
        return new(new TokenizerParts
        {
            Form = form,
            Encoder = new ByteLevelEncoder(added, addPrefixSpace, model),
            Vocabulary = vocabulary,
            Template = roberta ? Template.Roberta((vocabulary.Id("<s>"), "<s>"), (vocabulary.Id("</s>"), "</s>"), trimOffsets: true, addPrefixSpace) : Template.Plain,
            Decoder = new ByteLevelDecoder(),
            Added = added,
        });
    }

    private static Tokenizer WordPieceList(string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var vocabulary = Vocabulary.Of(Lines(file).Select((line, id) => (line.TrimEnd(), (long)id)), file);
        var config = Config(folder);
        var normalizer = new BertNormalizer(
            Ideographs: config?["tokenize_chinese_chars"].Flag(true) ?? true,
            StripAccents: config is { } accents && !accents["strip_accents"].IsNull ? accents["strip_accents"].Flag(true) : null,
            Lowercase: config?["do_lower_case"].Flag(true) ?? true);
        AddedToken[] added = [.. ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Where(token => vocabulary.Id(token) >= 0).Select(token => new AddedToken(vocabulary.Id(token), token) { Special = true })];
        foreach (string needed in (string[])["[CLS]", "[SEP]"])
            if (vocabulary.Id(needed) < 0)
                throw new TokenizerException($"The vocabulary in '{file}' lacks the token '{needed}': it is no WordPiece vocabulary, or damaged.");
        return new(new TokenizerParts
        {
            Form = "WordPiece (vocab.txt)",
            Encoder = new BertEncoder(added, normalizer, new(vocabulary, "[UNK]", "##", 100, file)),
            Vocabulary = vocabulary,
            Template = Template.Bert((vocabulary.Id("[CLS]"), "[CLS]"), (vocabulary.Id("[SEP]"), "[SEP]")),
            Decoder = new WordPieceDecoder("##", CleansUp: true),
            Added = added,
        });
    }

    /// <summary>The settings beside a vocabulary, or null.</summary>
    public static JsonPart? Config(string folder) => File.Exists(Path.Combine(folder, "tokenizer_config.json")) ? JsonPart.Read(Path.Combine(folder, "tokenizer_config.json")) : null;

    // A file cut at a line's end reads well, and gives other ids: then many pieces of the vocabulary are made by no merge.
    private static List<(string Left, string Right)> WholeMerges(string file, Vocabulary vocabulary)
    {
        List<(string Left, string Right)> merges = [.. Merges(file)];
        var made = merges.Select(merge => merge.Left + merge.Right).ToHashSet(StringComparer.Ordinal);
        var pieces = vocabulary.Tokens.Where(token => token.Length > 1 && token[0] is not ('<' or '[')).ToList();
        int unmade = pieces.Count(piece => !made.Contains(piece));
        return unmade * FewestMade <= pieces.Count ? merges
            : throw new TokenizerException($"'{file}' has {merges.Count} merges, and {unmade} of {pieces.Count} pieces of the vocabulary are made by none of them: it was cut, or belongs to another vocabulary; get both files again.");
    }

    private static IEnumerable<(string, string)> Merges(string file)
    {
        int number = 0;
        foreach (string line in Lines(file))
        {
            number++;
            if (line.StartsWith("#version", StringComparison.Ordinal) || (line.Length == 0 && number > 1))
                continue;
            yield return line.Split(' ') is [var left, var right] ? (left, right) : throw new TokenizerException($"Line {number} of '{file}' is '{Vocabulary.Shown(line)}', but should hold two tokens and a space between: get the file again.");
        }
    }

    private static IEnumerable<string> Lines(string file)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes(file));
        }
        catch (DecoderFallbackException broken)
        {
            throw new TokenizerException($"'{file}' is no UTF-8 text: get the file again.", broken);
        }
        int length = text.EndsWith('\n') ? text.Length - 1 : text.Length;
        return length == 0 ? [] : text[..length].Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line);
    }
}
