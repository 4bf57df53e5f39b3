// Ids, tokens, offsets, words and decoded texts of RoBERTa and BERT against the reference library, line by line.
using System.Text.Json;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Tokenizers;

public sealed class EncodingTests
{
    [Fact]
    public void Roberta_encodes_every_reference_line_alike() => CheckSingle(ReferenceFiles.Roberta, "roberta-single.json");

    [Fact]
    public void Roberta_from_vocabulary_and_merges_encodes_alike()
    {
        string folder = Directory.CreateTempSubdirectory("roberta-").FullName;
        try
        {
            WriteVocabularyAndMerges(folder);
            CheckSingle(Tokenizer.Load(folder), "roberta-single.json");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Roberta_from_the_files_of_fairseq_encodes_alike() =>
        CheckSingle(Tokenizer.Load(Path.GetDirectoryName(TestData.SharedOrSkip("data/vocab/roberta/dict.txt"))!), "roberta-single.json");

    [Fact]
    public void Bert_from_a_word_list_encodes_every_reference_line_alike() => CheckSingle(ReferenceFiles.Bert, "bert-single.json");

    [Fact]
    public void Bert_from_a_tokenizer_json_encodes_alike() => CheckSingle(Tokenizer.Load(ReferenceFiles.Vocabulary("bert.tokenizer.json")), "bert-single.json");

    [Theory]
    [InlineData("roberta.tokenizer.json", "roberta-single.json")]
    [InlineData("bert.tokenizer.json", "bert-single.json")]
    public void The_general_way_equals_the_fast_one(string vocabulary, string lines) => CheckSingle(TokenizerJson.Load(ReferenceFiles.Vocabulary(vocabulary), general: true), lines);

    [Theory]
    [InlineData("roberta.tokenizer.json")]
    [InlineData("bert.tokenizer.json")]
    public void The_general_way_equals_the_fast_one_on_random_code_points(string vocabulary)
    {
        string file = ReferenceFiles.Vocabulary(vocabulary);
        var (fast, general, random) = (Tokenizer.Load(file), TokenizerJson.Load(file, general: true), new Random(1));
        for (int round = 0; round < 3000; round++)
        {
            var text = new System.Text.StringBuilder();
            for (int length = random.Next(1, 20); length > 0; length--)
            {
                int codePoint = random.Next(4) switch { 0 => random.Next(0xE000, 0x110000), 1 => random.Next(0x3000), _ => random.Next(128) };
                text.Append(char.ConvertFromUtf32(codePoint)).Append(random.Next(5) == 0 ? " " : "").Append(random.Next(40) == 0 ? "<mask>" : "");
            }
            var (one, other) = (fast.Encode($"{text}"), general.Encode($"{text}"));
            Assert.Equal(other.Ids, one.Ids);
            Assert.Equal(other.Offsets, one.Offsets);
            Assert.Equal(other.Words, one.Words);
            Assert.Equal(other.Tokens, one.Tokens);
        }
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("bert")]
    public void Pairs_are_cut_filled_and_refused_alike(string name)
    {
        var tokenizer = name == "bert" ? ReferenceFiles.Bert : ReferenceFiles.Roberta;
        var calls = new Dictionary<string, EncodeOptions>
        {
            ["none"] = new(),
            ["longest_first"] = new() { Truncation = Truncation.LongestFirst, MaxLength = 32, Padding = Padding.MaxLength },
            ["only_first"] = new() { Truncation = Truncation.OnlyFirst, MaxLength = 32, Padding = Padding.MaxLength },
            ["only_second_stride8"] = new() { Truncation = Truncation.OnlySecond, MaxLength = 32, Stride = 8, Padding = Padding.MaxLength },
            ["longest_first_stride4"] = new() { Truncation = Truncation.LongestFirst, MaxLength = 24, Stride = 4 },
        };
        var reference = ReferenceFiles.Json($"{name}-pairs.json");
        int compared = 0, refused = 0;
        foreach (var pair in reference.GetProperty("pairs").EnumerateArray())
        {
            string a = pair.GetProperty("a").GetString()!;
            // These are calls of transformers for one pair, which takes an empty second text for none (in a batch it does not).
            string? b = pair.GetProperty("b").GetString() is { Length: > 0 } second ? second : null;
            foreach (var (call, options) in calls)
            {
                if (!pair.TryGetProperty(call, out var expected))
                    continue;
                if (expected.ValueKind == JsonValueKind.Object)
                {
                    Assert.Throws<TokenizerException>(() => tokenizer.Encode(a, b, options));
                    refused++;
                    continue;
                }
                var main = tokenizer.Encode(a, b, options);
                Assert.Equal(main.Ids.Take(main.Attention.Sum()), tokenizer.EncodeIds(a, b, options));
                var rows = call.Contains("stride", StringComparison.Ordinal) ? [main, .. main.Overflow] : new[] { main };
                Assert.Equal(expected.GetArrayLength(), rows.Length);
                foreach (var (row, wanted) in rows.Zip(expected.EnumerateArray()))
                {
                    Assert.Equal(wanted.GetProperty("ids").Integers(), row.Ids);
                    Assert.Equal(wanted.GetProperty("types").Integers(), row.Types);
                    Assert.Equal(wanted.GetProperty("offsets").Integers(), row.Offsets.Flat());
                    Assert.Equal(wanted.GetProperty("sequence").Integers(), row.Sequence);
                    int attended = wanted.GetProperty("attention").GetInt32();
                    Assert.Equal(Enumerable.Range(0, row.Length).Select(i => i < attended ? 1 : 0), row.Attention);
                    compared++;
                }
            }
        }
        Assert.True(compared > 500 && refused > 100, $"{compared} rows compared, {refused} refused");
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("bert")]
    public void Batches_are_filled_alike(string name)
    {
        var tokenizer = name == "bert" ? ReferenceFiles.Bert : ReferenceFiles.Roberta;
        foreach (var batch in ReferenceFiles.Json($"{name}-pairs.json").GetProperty("batches").EnumerateArray())
        {
            var options = batch.GetProperty("arguments").GetString() switch
            {
                "{'padding': 'longest'}" => new EncodeOptions { Padding = Padding.Longest },
                "{'padding': 'longest', 'pad_to_multiple_of': 8}" => new EncodeOptions { Padding = Padding.Longest, PadToMultipleOf = 8 },
                "{'padding': 'max_length', 'max_length': 16, 'truncation': True}" => EncodeOptions.Within(16) with { Padding = Padding.MaxLength },
                _ => EncodeOptions.Within(12) with { Padding = Padding.Longest },
            };
            var rows = tokenizer.EncodeBatch(batch.GetProperty("texts").Texts(), options);
            foreach (var (i, row) in rows.Index())
            {
                Assert.Equal(batch.GetProperty("ids")[i].Integers(), row.Ids);
                Assert.Equal(batch.GetProperty("attention")[i].Integers(), row.Attention);
            }
        }
    }

    [Fact]
    public void Several_threads_get_what_one_gets()
    {
        string[] lines = ReferenceFiles.Json("bert-single.json").GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("text").GetString()!).ToArray();
        foreach (string vocabulary in (string[])["bert.tokenizer.json", "roberta.tokenizer.json"])
        {
            var tokenizer = Tokenizer.Load(ReferenceFiles.Vocabulary(vocabulary));
            int[][] expected = [.. lines.Select(line => tokenizer.EncodeIds(line))];
            var fresh = Tokenizer.Load(ReferenceFiles.Vocabulary(vocabulary));
            Parallel.For(0, 8 * lines.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => Assert.Equal(expected[i % lines.Length], fresh.EncodeIds(lines[i % lines.Length])));
        }
    }

    [Fact]
    public void Cutting_and_filling_at_the_left_mirror_the_right()
    {
        var row = ReferenceFiles.Bert.Encode("one two three four", options: EncodeOptions.Within(5) with { CutAt = RowEnd.Left, Stride = 1 });
        Assert.Equal(["[CLS]", "two", "three", "four", "[SEP]"], row.Tokens);
        Assert.Equal(["[CLS]", "one", "two", "[SEP]"], Assert.Single(row.Overflow).Tokens);
        var filled = ReferenceFiles.Bert.Encode("one", options: new() { Padding = Padding.MaxLength, MaxLength = 5, PadAt = RowEnd.Left });
        Assert.Equal(["[PAD]", "[PAD]", "[CLS]", "one", "[SEP]"], filled.Tokens);
        Assert.Equal([0, 0, 1, 1, 1], filled.Attention);
        Assert.Equal([-1, -1, -1, 0, -1], filled.Sequence);
    }

    [Fact]
    public void Ids_alone_are_those_of_whole_encodings()
    {
        foreach (string text in (string[])["", " ", "Hello world", "a <mask> b", "naïve 中文 🙂 [MASK] don't"])
            foreach (var tokenizer in (Tokenizer[])[ReferenceFiles.Bert, ReferenceFiles.Roberta])
            {
                Assert.Equal(tokenizer.Encode(text).Ids, tokenizer.EncodeIds(text));
                var ids = new List<int>();
                tokenizer.AppendIds(text, ids);
                Assert.Equal(tokenizer.Encode(text, options: new() { AddSpecialTokens = false }).Ids, ids);
            }
    }

    [Fact]
    public void A_space_put_before_a_text_has_no_place_of_its_own()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("prefix-").FullName, "tokenizer.json");
        File.WriteAllText(file, System.Text.Encoding.UTF8.GetString(ReferenceFiles.Bytes("roberta.tokenizer.json"))
            .Replace("\"add_prefix_space\":false", "\"add_prefix_space\":true", StringComparison.Ordinal).Replace("\"add_prefix_space\": false", "\"add_prefix_space\": true", StringComparison.Ordinal));
        var (fast, general) = (Tokenizer.Load(file), TokenizerJson.Load(file, general: true));
        foreach (string text in (string[])["Hello world", "中文", "🙂", " x", "a<mask>b", "<s>é"])
        {
            var (one, other) = (fast.Encode(text), general.Encode(text));
            Assert.Equal(other.Ids, one.Ids);
            Assert.Equal(other.Offsets, one.Offsets);
        }
        Assert.Equal([0, 0, 0, 5, 6, 11, 0, 0], fast.Encode("Hello world").Offsets.Flat());
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        foreach (var tokenizer in (Tokenizer[])[ReferenceFiles.Bert, ReferenceFiles.Roberta])
            Assert.Contains("surrogate", Assert.Throws<TokenizerException>(() => tokenizer.Encode("a \uD83D b")).Message);
    }

    [Fact]
    public void A_file_may_switch_on_padding_that_is_used_only_when_asked()
    {
        var tokenizer = Tokenizer.Load(TestData.SharedOrSkip("data/models/minilm-l6/tokenizer.json"));
        Assert.Equal((Truncation.LongestFirst, Padding.MaxLength, 128), (tokenizer.Defaults.Truncation, tokenizer.Defaults.Padding, tokenizer.Defaults.MaxLength));
        Assert.Equal(4, tokenizer.Encode("Hello world").Length);
        Assert.Equal(128, tokenizer.Encode("Hello world", options: tokenizer.Defaults).Length);
    }

    private static void CheckSingle(Tokenizer tokenizer, string file)
    {
        var lines = ReferenceFiles.Json(file).GetProperty("lines");
        Assert.Equal(600, lines.GetArrayLength());
        foreach (var line in lines.EnumerateArray())
        {
            string text = line.GetProperty("text").GetString()!;
            var row = tokenizer.Encode(text);
            Assert.Equal(line.GetProperty("ids").Integers(), row.Ids);
            Assert.Equal(line.GetProperty("tokens").Texts(), row.Tokens);
            Assert.Equal(line.GetProperty("offsets").Integers(), row.Offsets.Flat());
            Assert.Equal(line.GetProperty("special").Integers(), row.SpecialMask);
            Assert.Equal(line.GetProperty("words").Integers(), row.Words);
            Assert.All(row.Types, type => Assert.Equal(0, type));
            Assert.Equal(line.GetProperty("decoded").GetString(), tokenizer.Decode(row.Ids));
            Assert.Equal(row.Ids, tokenizer.EncodeIds(text));
        }
    }

    private static void WriteVocabularyAndMerges(string folder)
    {
        var model = ReferenceFiles.Json("roberta.tokenizer.json").GetProperty("model");
        File.WriteAllText(Path.Combine(folder, "vocab.json"), model.GetProperty("vocab").GetRawText());
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. model.GetProperty("merges").EnumerateArray().Select(merge => $"{merge[0].GetString()} {merge[1].GetString()}")]);
    }
}
