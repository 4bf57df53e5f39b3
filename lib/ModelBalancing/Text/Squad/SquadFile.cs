// SQuAD's files: articles of paragraphs with questions about them.
using System.Text.Json;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Squad;

/// <summary>An accepted answer.</summary>
/// <param name="Text">Its words in the context.</param>
/// <param name="Begin">Where it begins in the context, in Unicode code points.</param>
public sealed record SquadAnswer(string Text, int Begin)
{
    /// <summary>Past its last code point.</summary>
    public int End => Begin + new CodePoints(Text).Count;

    /// <summary>Whether a text has the answer's words where it is said to begin.</summary>
    /// <param name="context">The text.</param>
    public bool StandsIn(string context)
    {
        var places = new CodePoints(context);
        return Begin >= 0 && End <= places.Count && places.Slice(Begin, End) == Text;
    }
}

/// <summary>A question about a paragraph.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="Question">The question.</param>
/// <param name="Context">The paragraph.</param>
/// <param name="Answers">Accepted answers; empty where the paragraph has none (SQuAD 2).</param>
public sealed record SquadQuestion(string Id, string Question, string Context, IReadOnlyList<SquadAnswer> Answers)
{
    /// <summary>The article that the paragraph is from: its title, or its number where it has none.</summary>
    public string Article { get; init; } = "";

    /// <summary>Whether the answer that is trained on, the first, is not where the file says. Judging needs the words alone.</summary>
    public bool IsMisplaced => Answers.Count > 0 && !Answers[0].StandsIn(Context);
}

/// <summary>Reads files of the SQuAD 1.1 form (XQuAD's too).</summary>
public static class SquadFile
{
    private const string Form = "expected the SQuAD form (data, paragraphs, context, qas, id, question, answers with text and answer_start)";

    /// <summary>Places of the official files below a folder of data.</summary>
    internal const string TrainPath = "squad/train-v1.1.json", DevelopmentPath = "squad/dev-v1.1.json";

    /// <summary>An official file on this machine, or null.</summary>
    /// <param name="path"><see cref="TrainPath"/> or <see cref="DevelopmentPath"/>.</param>
    internal static string? Find(string path) => TextData.Folders.Select(folder => Path.Combine(folder, path)).FirstOrDefault(File.Exists);

    /// <summary>All questions in the file's order.</summary>
    /// <param name="path">A JSON file.</param>
    /// <exception cref="TextFileException">Missing, not UTF-8 or not of this form; the message names the article, paragraph and question. Answers may be misplaced (<see cref="SquadQuestion.IsMisplaced"/>).</exception>
    public static IReadOnlyList<SquadQuestion> Read(string path)
    {
        string text = TextLines.Whole(path);
        try
        {
            using var document = JsonDocument.Parse(text);
            var questions = new List<SquadQuestion>();
            int articles = 0;
            foreach (var article in Items(document.RootElement, "data", path, "its outermost object"))
            {
                string place = $"article {++articles}";
                string title = article.ValueKind == JsonValueKind.Object && article.TryGetProperty("title", out var named) && named.ValueKind == JsonValueKind.String ? Words(named, "title", path, place) : place;
                int paragraphs = 0;
                foreach (var paragraph in Items(article, "paragraphs", path, place))
                {
                    string within = $"{place}, paragraph {++paragraphs}";
                    string context = Words(Member(paragraph, "context", path, within), "context", path, within);
                    int asked = 0;
                    foreach (var question in Items(paragraph, "qas", path, within))
                        questions.Add(Question(question, context, title, path, $"{within}, question {++asked}"));
                }
            }
            return questions.Count > 0 ? questions : throw new TextFileException($"'{path}' has no question.");
        }
        catch (JsonException wrong)
        {
            throw new TextFileException($"'{path}' is not JSON (line {(wrong.LineNumber ?? 0) + 1}); {Form}: get the file again.", wrong);
        }
    }

    private static SquadQuestion Question(JsonElement question, string context, string article, string path, string place)
    {
        var answers = new List<SquadAnswer>();
        foreach (var answer in Items(question, "answers", path, place))
        {
            var begin = Member(answer, "answer_start", path, place);
            if (begin.ValueKind != JsonValueKind.Number || !begin.TryGetInt32(out int first))
                throw Wrong("'answer_start' is no whole number", path, place);
            answers.Add(new SquadAnswer(Words(Member(answer, "text", path, place), "text", path, place), first));
        }
        var id = Member(question, "id", path, place);
        return new SquadQuestion(id.ValueKind == JsonValueKind.Number ? id.GetRawText() : Words(id, "id", path, place),
            Words(Member(question, "question", path, place), "question", path, place), context, answers) { Article = article };
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement owner, string name, string path, string place) =>
        Member(owner, name, path, place) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : throw Wrong($"'{name}' is no list", path, place);

    private static JsonElement Member(JsonElement owner, string name, string path, string place) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : throw Wrong($"'{name}' is missing", path, place);

    private static string Words(JsonElement value, string name, string path, string place)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong($"'{name}' is no text", path, place);
        }
        catch (InvalidOperationException half)
        {
            throw Wrong($"'{name}' holds half of a surrogate pair", path, place, half);
        }
    }

    private static TextFileException Wrong(string what, string path, string place, Exception? cause = null) => new($"'{path}', {place}: {what}; {Form}.", cause);
}
