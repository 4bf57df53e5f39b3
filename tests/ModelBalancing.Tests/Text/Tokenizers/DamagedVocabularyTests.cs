// Vocabularies that are missing or damaged: one sentence each that names the file.
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Tokenizers;

public sealed class DamagedVocabularyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("damaged-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_without_a_vocabulary_is_told_what_it_may_hold()
    {
        Assert.Contains("vocab.txt", Refused(folder));
        Assert.Contains("There is no vocabulary", Refused(Path.Combine(folder, "nowhere")));
    }

    [Fact]
    public void Missing_halves_are_named()
    {
        Write("vocab.json", """{"a": 0}""");
        Assert.Contains("merges.txt", Refused(folder));
        File.Move(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "encoder.json"));
        Assert.Contains("vocab.bpe", Refused(folder));
    }

    [Theory]
    [InlineData("""{"a": 0, """, "no whole JSON")]
    [InlineData("""{"a": 0, "b": 0}""", "two tokens")]
    [InlineData("""{"a": 0, "a": 1}""", "twice")]
    [InlineData("""{"a": -1}""", "0 or above")]
    [InlineData("""{"a": "zero"}""", "whole number")]
    [InlineData("""{"a": 99999999999}""", "whole number")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "empty")]
    public void A_damaged_list_of_tokens_is_refused(string vocabulary, string told)
    {
        Write("vocab.json", vocabulary);
        Write("merges.txt", "#version: 0.2\na b\n");
        Assert.Contains(told, Refused(folder));
    }

    [Fact]
    public void Merges_that_were_cut_at_a_lines_end_are_refused()
    {
        string[] pieces = [.. Enumerable.Range(0, 20).Select(length => new string('a', length + 2))];
        Write("vocab.json", $"{{\"a\": 0, \"<s>\": 1, {string.Join(", ", pieces.Select((piece, number) => $"\"{piece}\": {number + 2}"))}}}");
        string[] merges = [.. pieces.Select(piece => $"{piece[1..]} a")];
        Write("merges.txt", string.Join('\n', merges) + "\n");
        Assert.Equal(22, Tokenizer.Load(folder).VocabularySize);
        Write("merges.txt", string.Join('\n', merges[..18]) + "\n"); // one piece of ten may come from elsewhere
        Assert.Equal(22, Tokenizer.Load(folder).VocabularySize);
        Write("merges.txt", string.Join('\n', merges[..17]) + "\n");
        Assert.Contains("17 merges, and 3 of 20 pieces of the vocabulary are made by none of them", Refused(folder));
        Write("merges.txt", "");
        Assert.Contains("0 merges", Refused(folder));
    }

    [Theory]
    [InlineData("a b\n", "'ab', which the vocabulary lacks")]
    [InlineData("a c\n", "'c', which the vocabulary lacks")]
    [InlineData("a b c\n", "should hold two tokens")]
    public void Merges_of_another_vocabulary_are_refused(string merges, string told)
    {
        Write("vocab.json", """{"a": 0, "b": 1}""");
        Write("merges.txt", "#version: 0.2\n" + merges);
        Assert.Contains(told, Refused(folder));
    }

    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}}""", "'b', which the vocabulary lacks")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}}""", "two tokens")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {"a": 0}}}""", "not supported")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": 0}}}""", "[UNK]")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 0.0]], "unk_id": 7}}""", "1 pieces")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a"]], "unk_id": 0}}""", "a piece and its score")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "NFKC"}}""", "not supported")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA8AAA"}}""", "character map")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"\ud800": 0}, "merges": []}}""", "Unicode")]
    [InlineData("""{"nothing": 1}""", "model")]
    public void A_damaged_tokenizer_json_is_refused(string json, string told)
    {
        Write("tokenizer.json", json);
        Assert.Contains(told, Refused(folder));
    }

    [Fact]
    public void A_word_list_without_its_special_tokens_is_refused()
    {
        Write("vocab.txt", "[UNK]\na\nb\n");
        Assert.Contains("[CLS]", Refused(folder));
        Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\na\na\n");
        Assert.Contains("twice", Refused(folder));
        File.WriteAllBytes(Path.Combine(folder, "vocab.txt"), [0xFF, 0xFE, 0x00]);
        Assert.Contains("UTF-8", Refused(folder));
    }

    [Fact]
    public void A_model_cut_anywhere_or_with_a_flipped_byte_never_ends_otherwise_than_in_a_sentence()
    {
        byte[] whole = ReferenceFiles.Bytes("llama-bpe.model");
        var random = new Random(1);
        string file = Path.Combine(folder, "tokenizer.model");
        for (int round = 0; round < 400; round++)
        {
            byte[] bytes = round % 2 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            if (round % 2 == 1)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(file, bytes);
            try
            {
                Tokenizer.Load(file).Encode("Hello 中 world");
            }
            catch (TokenizerException refused)
            {
                Assert.Contains("tokenizer.model", refused.Message);
            }
        }
    }

    [Fact]
    public void A_length_beyond_the_file_is_refused_before_anything_is_made()
    {
        // Field 1, 2,000,000,000 bytes, of which 3 are there.
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), [0x0A, 0x80, 0xA8, 0xD6, 0xB9, 0x07, 1, 2, 3]);
        Assert.Contains("2,000,000,000 bytes where 3 are left", Refused(folder));
    }

    [Fact]
    public void Rows_that_cannot_be_made_are_told_why()
    {
        var tokenizer = ReferenceFiles.Bert;
        Assert.Contains("MaxLength", Row(new() { Truncation = Truncation.LongestFirst }));
        Assert.Contains("no room", Row(EncodeOptions.Within(1)));
        Assert.Contains("there is none", Row(new() { Truncation = Truncation.OnlySecond, MaxLength = 3 }));
        Assert.Contains("stride", Row(EncodeOptions.Within(3) with { Stride = 1 }));
        Assert.Contains("multiple", Row(new() { Padding = Padding.Longest, PadToMultipleOf = 0 }));

        string Row(EncodeOptions options) => Assert.Throws<TokenizerException>(() => tokenizer.Encode("one two three", options: options)).Message;
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    private static string Refused(string path)
    {
        string message = Assert.Throws<TokenizerException>(() => Tokenizer.Load(path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
