// SentencePiece models in their own form against sentencepiece, and in Hugging Face's forms against the tokenizers library.
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Tokenizers;

public sealed class SentencePieceTests
{
    [Theory]
    [InlineData("llama-bpe")]
    [InlineData("t5-unigram")]
    public void A_model_file_gives_the_ids_pieces_and_texts_of_sentencepiece(string name)
    {
        var tokenizer = Tokenizer.Load(ReferenceFiles.Vocabulary($"{name}.model"));
        var reference = ReferenceFiles.Json($"{name}.json");
        Assert.Equal(reference.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        foreach (var line in reference.GetProperty("lines").EnumerateArray())
        {
            string text = line.GetProperty("text").GetString()!;
            var row = tokenizer.Encode(text);
            Assert.Equal(line.GetProperty("ids").Integers(), row.Ids);
            Assert.Equal(line.GetProperty("pieces").Texts(), row.Tokens);
            Assert.Equal(line.GetProperty("decoded").GetString(), tokenizer.Decode(row.Ids));
            int end = new ModelBalancing.Text.CodePoints(text).Count;
            Assert.All(row.Offsets, place => Assert.True(0 <= place.Start && place.Start <= place.End && place.End <= end));
        }
    }

    [Theory]
    [InlineData("llama-bpe", "llama-bpe.tokenizer.json", "hf_ids")]
    [InlineData("llama-bpe", "llama-bpe.legacy.tokenizer.json", "legacy_ids")]
    [InlineData("t5-unigram", "t5-unigram.tokenizer.json", "hf_ids")]
    public void The_forms_of_hugging_face_give_the_ids_and_places_of_its_library(string name, string file, string differing)
    {
        var tokenizer = Tokenizer.Load(ReferenceFiles.Vocabulary(file));
        foreach (var line in ReferenceFiles.Json($"{name}.json").GetProperty("lines").EnumerateArray())
        {
            string text = line.GetProperty("text").GetString()!;
            var row = tokenizer.Encode(text, options: new() { AddSpecialTokens = false });
            Assert.Equal((line.TryGetProperty(differing, out var own) ? own : line.GetProperty("ids")).Integers(), row.Ids);
            if (differing == "legacy_ids")
                continue;
            Assert.Equal(line.GetProperty("hf_offsets").Integers(), row.Offsets.Flat());
            Assert.Equal(line.GetProperty("hf_special_ids").Integers(), tokenizer.Encode(text).Ids);
        }
    }

    [Fact]
    public void Scores_of_a_vocabulary_are_read()
    {
        var model = SentencePieceFile.Read(ReferenceFiles.Vocabulary("t5-unigram.model"));
        var vocabulary = ReferenceFiles.Json("t5-unigram.json").GetProperty("vocabulary");
        foreach (var (piece, entry) in model.Pieces.Zip(vocabulary.EnumerateArray()))
        {
            Assert.Equal(entry[0].GetString(), piece.Text);
            Assert.Equal((float)entry[1].GetDouble(), piece.Score);
        }
    }

    [Fact]
    public void Settings_beside_a_model_add_its_begin_token()
    {
        string folder = Directory.CreateTempSubdirectory("llama-").FullName;
        File.Copy(ReferenceFiles.Vocabulary("llama-bpe.model"), Path.Combine(folder, "tokenizer.model"));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"add_bos_token": true}""");
        var row = Tokenizer.Load(folder).Encode("Hello");
        Assert.Equal((1, "<s>", 1), (row.Ids[0], row.Tokens[0], row.SpecialMask[0]));
        Directory.Delete(folder, recursive: true);
    }
}
