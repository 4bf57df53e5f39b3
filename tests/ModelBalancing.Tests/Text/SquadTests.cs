// Questions on a text: the files, the windows, and the floors.
using System.Text.Json.Nodes;
using ModelBalancing.Tests.Experiments;
using ModelBalancing.Tests.Text.Tokenizers;
using ModelBalancing.Text;
using ModelBalancing.Text.Floors;
using ModelBalancing.Text.Squad;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Tests.Text;

public class SquadTests
{
    [Fact]
    public void Windows_places_and_labels_are_those_of_the_released_code()
    {
        var reference = JsonNode.Parse(File.ReadAllText(TestData.Fixture("text/qa-features.json")))!;
        SquadQuestion[] questions = [.. reference["questions"]!.AsArray().Select(one => new SquadQuestion((string)one!["id"]!, (string)one["question"]!, (string)one["context"]!,
            [.. one["answers"]!["text"]!.AsArray().Zip(one["answers"]!["answer_start"]!.AsArray(), (text, begin) => new SquadAnswer((string)text!, (int)begin!))]))];
        int compared = 0;
        foreach (var setting in reference["settings"]!.AsArray())
        {
            var options = new WindowOptions { Longest = (int)setting!["max_length"]!, Stride = (int)setting["doc_stride"]!, Padded = (bool)setting["pad_to_max_length"]! };
            var windows = questions.SelectMany((question, example) => SquadWindows.Of(ReferenceFiles.Roberta, question, options).Select(window => (example, window))).ToList();
            var features = setting["features"]!.AsArray();
            Assert.Equal(features.Count, windows.Count);
            foreach (var (feature, (example, window)) in features.Zip(windows))
            {
                Assert.Equal((int)feature!["example"]!, example);
                Assert.Equal(Integers(feature["ids"]!), window.Ids);
                Assert.All(window.Types, type => Assert.Equal((int)feature["types"]!, type));
                Assert.Equal((int)feature["attended"]!, window.Attended);
                Assert.Equal(Integers(feature["offsets"]!), window.Offsets.SelectMany(offset => offset is { } place ? new[] { place.Begin, place.End } : [-1, -1]));
                Assert.Equal(((int)feature["start"]!, (int)feature["end"]!), (window.Start, window.End));
                compared++;
            }
        }
        Assert.Equal(223, compared);
    }

    [Fact]
    public void Every_token_of_the_text_is_in_a_window_and_neighbours_share_the_stride()
    {
        string context = string.Join(' ', Enumerable.Range(0, 90).Select(word => $"word{word}"));
        var question = new SquadQuestion("q", "Which word?", context, [new SquadAnswer("word40", context.IndexOf("word40", StringComparison.Ordinal))]);
        var windows = SquadWindows.Of(ReferenceFiles.Roberta, question, new WindowOptions { Longest = 40, Stride = 12 });
        var places = windows.Select(window => window.Offsets.Where(offset => offset is not null).Select(offset => offset!.Value.Begin).ToList()).ToList();
        Assert.Equal(0, places[0][0]);
        Assert.Equal(context.Length, windows[^1].Offsets.Max(offset => offset?.End ?? 0));
        for (int window = 1; window < places.Count; window++)
            Assert.Equal(places[window - 1].TakeLast(12), places[window].Take(12));
        Assert.All(windows, window => Assert.True(window.Ids.Length <= 40));
        Assert.Contains(windows, window => window.Start > 0);
        Assert.Contains(windows, window => window is { Start: 0, End: 0 });
    }

    [Fact]
    public void An_answer_in_a_windows_last_token_begins_and_ends_there()
    {
        const string context = "one two three four five";
        foreach (bool padded in new[] { false, true })
        {
            var window = Assert.Single(SquadWindows.Of(ReferenceFiles.Bert, new SquadQuestion("q", "last?", context, [new SquadAnswer("five", 19)]), new WindowOptions { Longest = 16, Stride = 2, Padded = padded }));
            Assert.Equal(window.Start, window.End);
            Assert.Equal((19, 23), window.Offsets[window.Start]);
        }
    }

    [Fact]
    public void Places_count_code_points_and_questions_are_cut_to_their_length()
    {
        const string context = "😀😀 two 😀 four";
        var question = new SquadQuestion("q", " \u001c why " + string.Concat(Enumerable.Repeat("and why ", 30)), context, [new SquadAnswer("four", 9)]);
        Assert.False(question.IsMisplaced);
        var window = Assert.Single(SquadWindows.Of(ReferenceFiles.Roberta, question, new WindowOptions { Longest = 48, Stride = 8, LongestQuestion = 10 }));
        Assert.Equal(ReferenceFiles.Roberta.EncodeIds(string.Concat(Enumerable.Repeat("why and ", 5)).TrimEnd()), window.Ids[..12]);
        Assert.Equal("four", new CodePoints(context).Slice(window.Offsets[window.Start]!.Value.Begin, window.Offsets[window.End]!.Value.End));
        Assert.Contains("Question q cannot be cut", Assert.Throws<TextFileException>(() => SquadWindows.Of(ReferenceFiles.Roberta, question, new WindowOptions { Longest = 48, Stride = 8 })).Message);
    }

    [Fact]
    public void The_tokens_of_an_answer_give_its_words_back_on_real_questions()
    {
        var questions = SquadFile.Read(TestData.SharedOrSkip("data/text/squad/xquad.en.json"));
        Assert.Equal(48, questions.Select(question => question.Article).Distinct().Count());
        Assert.DoesNotContain(questions, question => question.IsMisplaced);
        int whole = 0;
        foreach (var question in questions.Take(300))
        {
            var places = new CodePoints(question.Context);
            foreach (var window in SquadWindows.Of(ReferenceFiles.Roberta, question, new WindowOptions { Longest = 128, Stride = 32 }).Where(window => window.Start > 0))
            {
                string found = places.Slice(window.Offsets[window.Start]!.Value.Begin, window.Offsets[window.End]!.Value.End);
                Assert.Contains(question.Answers[0].Text.Trim(), found, StringComparison.Ordinal);
                whole++;
            }
        }
        Assert.True(whole >= 300, $"{whole}");
    }

    [Theory]
    [InlineData("""{"data": [{"paragraphs": [{"qas": []}]}]}""", "article 1, paragraph 1: 'context' is missing")]
    [InlineData("""{"data": [{"title": "T", "paragraphs": [{"context": "c", "qas": [{"id": "1", "answers": []}]}]}]}""", "article 1, paragraph 1, question 1: 'question' is missing")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q"}]}]}]}""", "'answers' is missing")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": [{"text": "c", "answer_start": "0"}]}]}]}]}""", "'answer_start' is no whole number")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c\ud800", "qas": []}]}]}""", "'context' holds half of a surrogate pair")]
    [InlineData("""{"data": [{"paragraphs": 3}]}""", "article 1: 'paragraphs' is no list")]
    [InlineData("""{"version": "1.1"}""", "its outermost object: 'data' is missing")]
    [InlineData("""{"data": []}""", "has no question")]
    [InlineData("""{"data": [}""", "is not JSON (line 1)")]
    public void A_damaged_file_gets_one_sentence_with_its_place(string content, string says)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "broken.json");
        File.WriteAllText(path, content);
        string message = Assert.Throws<TextFileException>(() => SquadFile.Read(path)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains("broken.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_encoding_and_a_missing_file_are_told()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "latin.json");
        File.WriteAllBytes(path, [.. "{\"data\": [\n\"caf"u8, 0xE9, .. "\"]}"u8]);
        Assert.Contains("line 2: not UTF-8 (byte E9)", Assert.Throws<TextFileException>(() => SquadFile.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, """{"data": []}""", System.Text.Encoding.Unicode);
        Assert.Contains("not UTF-8", Assert.Throws<TextFileException>(() => SquadFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<TextFileException>(() => SquadFile.Read(path + ".absent")).Message, StringComparison.Ordinal);
        Assert.Contains("it is a folder", Assert.Throws<TextFileException>(() => SquadFile.Read(Path.GetDirectoryName(path)!)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b c", 2, false)]
    [InlineData("b c", 1, true)]
    [InlineData("b c", -1, true)]
    [InlineData("c d e", 4, true)]
    [InlineData("", 6, true)]
    public void An_answer_that_is_elsewhere_is_noticed(string text, int begin, bool misplaced) =>
        Assert.Equal(misplaced, new SquadQuestion("q", "?", "a b c", [new SquadAnswer(text, begin)]).IsMisplaced);

    [Fact]
    public void Floors_answer_with_the_closest_sentence_and_the_most_frequent_place()
    {
        SquadQuestion Asked(string question, string context, string answer) => new("q", question, context, [new SquadAnswer(answer, context.IndexOf(answer, StringComparison.Ordinal))]);
        var first = Asked("What did the old miller of the valley keep?", "Nobody spoke. \"The old miller kept bees (many of them).\" In 1900 he left.", "bees");
        Assert.Equal("\"The old miller kept bees (many of them).\"", AnswerFloors.ClosestSentence(first));
        var span = AnswerFloors.MostFrequentSpan([first, Asked("?", "a b c d e f", "b c"), Asked("?", "k l m n o p q", "l m"), Asked("?", "x y", "x")]);
        Assert.Equal((1, 2), span);
        Assert.Equal("spoke. \"The", AnswerFloors.Words(first.Context, span!.Value));
        Assert.Equal("one", AnswerFloors.Words("one", span.Value));
        Assert.Null(AnswerFloors.MostFrequentSpan([]));
    }

    private static int[] Integers(JsonNode list) => [.. list.AsArray().Select(number => (int)number!)];
}
