// Training of a byte-level BPE against tokenizers.ByteLevelBPETokenizer.train.
using System.Text.Json;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Tokenizers;

public sealed class TrainingTests
{
    private static readonly JsonElement reference = ReferenceFiles.Json("bytelevel-training.json");
    private static readonly string file = ReferenceFiles.Vocabulary("bytelevel-training.txt");

    [Fact]
    public void A_trained_vocabulary_and_its_encodings_are_equal()
    {
        var trained = ByteLevelBpeTrainer.TrainOnFile(file, new() { VocabularySize = 500 }, TestContext.Current.CancellationToken);
        Check(reference, trained);
        var tokenizer = trained.ToTokenizer();
        foreach (var line in reference.GetProperty("encoded").EnumerateArray())
            Assert.Equal(line.GetProperty("ids").Integers(), tokenizer.EncodeIds(line.GetProperty("text").GetString()!));
    }

    [Fact]
    public void Special_tokens_come_first()
    {
        var expected = reference.GetProperty("with_special");
        var trained = ByteLevelBpeTrainer.TrainOnFile(file, new() { VocabularySize = 400, MinimumFrequency = 5, SpecialTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] }, TestContext.Current.CancellationToken);
        Check(expected, trained);
        Assert.Equal([0, 2], trained.ToTokenizer().EncodeIds(""));
        Assert.Equal(1, trained.ToTokenizer().PaddingId);
    }

    [Fact]
    public void Rare_pairs_end_the_training()
    {
        var expected = reference.GetProperty("stopped_by_frequency");
        var trained = ByteLevelBpeTrainer.TrainOnFile(file, new() { VocabularySize = 5000, MinimumFrequency = 6 }, TestContext.Current.CancellationToken);
        Assert.Equal(expected.GetProperty("vocab_size").GetInt32(), trained.Tokens.Count);
        Assert.Equal(expected.GetProperty("merges").Texts(), Merges(trained));
    }

    [Fact]
    public void A_saved_vocabulary_encodes_as_the_trained_one()
    {
        string folder = Directory.CreateTempSubdirectory("trained-").FullName;
        var trained = ByteLevelBpeTrainer.TrainOnFile(file, new() { VocabularySize = 400, SpecialTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] }, TestContext.Current.CancellationToken);
        trained.Save(folder);
        var (loaded, made) = (Tokenizer.Load(folder), trained.ToTokenizer());
        foreach (string line in File.ReadLines(file).Take(50))
            Assert.Equal(made.Encode(line).Ids, loaded.Encode(line).Ids);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Texts_that_are_missing_or_no_utf8_are_one_sentence()
    {
        Assert.Contains("no text to train on", Assert.Throws<TokenizerException>(() => ByteLevelBpeTrainer.TrainOnFile("nowhere.txt", new(), TestContext.Current.CancellationToken)).Message);
        string latin = Path.GetTempFileName();
        File.WriteAllBytes(latin, [0x61, 0xE9, 0x0A]);
        Assert.Contains("no UTF-8", Assert.Throws<TokenizerException>(() => ByteLevelBpeTrainer.TrainOnFile(latin, new(), TestContext.Current.CancellationToken)).Message);
        File.Delete(latin);
    }

    private static void Check(JsonElement expected, ByteLevelBpeVocabulary trained)
    {
        Assert.Equal(expected.GetProperty("vocab").Texts(), trained.Tokens);
        Assert.Equal(expected.GetProperty("merges").Texts(), Merges(trained));
    }

    private static IEnumerable<string> Merges(ByteLevelBpeVocabulary trained) => trained.Merges.Select(merge => $"{merge.Left} {merge.Right}");
}
