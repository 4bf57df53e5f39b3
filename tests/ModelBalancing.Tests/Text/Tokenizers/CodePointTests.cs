// Every code point against what the reference library was seen to do with it.
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Tokenizers;

public sealed class CodePointTests
{
    [Fact]
    public void Berts_normalizer_treats_every_code_point_alike()
    {
        var reference = ReferenceFiles.Json("code-points.json");
        var targets = reference.GetProperty("bert_changed_to").EnumerateArray().ToDictionary(entry => entry[0].GetInt32(), entry => entry[1].Integers());
        var normalizer = new BertNormalizer();
        int compared = 0;
        foreach (var (codePoint, kind) in Ranges(reference, "bert_normalizer"))
        {
            var text = NormalizedText.Of(char.ConvertFromUtf32(codePoint));
            normalizer.Apply(text);
            compared++;
            if (kind == "changed" && !targets.ContainsKey(codePoint))
            {
                Assert.InRange(codePoint, 0xAC00, 0xD7A3); // Hangul syllables are decomposed by arithmetic
                Assert.InRange(text.Count, 2, 3);
                continue;
            }
            int[] expected = kind switch
            {
                "same" => [codePoint],
                "removed" => [],
                "space" => [' '],
                "spaced" => [' ', codePoint, ' '],
                _ => targets[codePoint],
            };
            if (!text.Runes.SequenceEqual(expected))
                Assert.Fail($"U+{codePoint:X4} is {kind} ({string.Join(' ', expected)}), but became {string.Join(' ', text.Runes.ToArray())}");
        }
        Assert.Equal(CodePointTable.Count - 2048, compared);
    }

    [Fact]
    public void Berts_words_end_at_the_same_code_points()
    {
        foreach (var (codePoint, kind) in Ranges(ReferenceFiles.Json("code-points.json"), "bert_pre_tokenizer"))
            Assert.Equal(kind, CodePointTable.Word(codePoint).ToString().ToLowerInvariant());
    }

    [Fact]
    public void The_classes_of_the_byte_level_expression_are_equal()
    {
        foreach (var (codePoint, kind) in Ranges(ReferenceFiles.Json("code-points.json"), "byte_level_regex"))
            Assert.Equal(kind, CodePointTable.Expression(codePoint).ToString().ToLowerInvariant());
    }

    [Fact]
    public void Marks_come_into_canonical_order()
    {
        // Cedilla (class 202) before acute (class 230), whichever was written first.
        var text = NormalizedText.Of("e\u0301\u0327a");
        new DecompositionNormalizer().Apply(text);
        Assert.Equal("e\u0327\u0301a", text.ToString());
        text = NormalizedText.Of("각");
        new DecompositionNormalizer().Apply(text);
        Assert.Equal("\u1100\u1161\u11A8", text.ToString());
    }

    [Fact]
    public void The_scanner_cuts_words_as_the_expression_does()
    {
        var expression = new System.Text.RegularExpressions.Regex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");
        var random = new Random(1);
        const string Alphabet = "ab12 .,'\n\tsdtrevlm\u00A0 é½";
        for (int round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var words = new List<string>();
            for (int start = 0; start < text.Length;)
            {
                int end = ByteLevel.NextWord(text, start);
                words.Add(text[start..end]);
                start = end;
            }
            Assert.Equal(expression.Matches(text).Select(match => match.Value), words);
        }
    }

    private static IEnumerable<(int CodePoint, string Kind)> Ranges(System.Text.Json.JsonElement reference, string name)
    {
        foreach (var range in reference.GetProperty(name).EnumerateArray())
            for (int codePoint = range[0].GetInt32(); codePoint <= range[1].GetInt32(); codePoint++)
                yield return (codePoint, range[2].GetString()!);
    }
}
