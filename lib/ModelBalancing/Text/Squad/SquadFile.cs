// SQuAD's files: articles of paragraphs with questions about them.
using System.Text.Json;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Squad;

/// <summary>An accepted answer.</summary>
/// <param name="Text">Its words in the context.</param>
/// <param name="Begin">Where it begins in the context, in Unicode code points.</param>
public sealed record SquadAnswer(string Text, int Begin);

/// <summary>A question about a paragraph.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="Question">The question.</param>
/// <param name="Context">The paragraph.</param>
/// <param name="Answers">Accepted answers; empty where the paragraph has none (SQuAD 2).</param>
public sealed record SquadQuestion(string Id, string Question, string Context, IReadOnlyList<SquadAnswer> Answers);

/// <summary>Reads files of the SQuAD 1.1 form (XQuAD's too).</summary>
public static class SquadFile
{
    /// <summary>All questions in the file's order.</summary>
    /// <param name="path">A JSON file.</param>
    /// <exception cref="TextFileException">Missing, not of this form, or an answer is not where the file says.</exception>
    public static IReadOnlyList<SquadQuestion> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var questions = new List<SquadQuestion>();
            foreach (var article in document.RootElement.GetProperty("data").EnumerateArray())
                foreach (var paragraph in article.GetProperty("paragraphs").EnumerateArray())
                {
                    string context = paragraph.GetProperty("context").GetString()!;
                    foreach (var question in paragraph.GetProperty("qas").EnumerateArray())
                        questions.Add(Question(question, context, path));
                }
            return questions.Count > 0 ? questions : throw new TextFileException($"'{path}' has no question.");
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new TextFileException($"'{path}' is not a file of the SQuAD form (data, paragraphs, context, qas, answers with answer_start).", wrong);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new TextFileException($"'{path}' cannot be read ({missing.Message.TrimEnd('.')}).", missing);
        }
    }

    private static SquadQuestion Question(JsonElement question, string context, string path)
    {
        string id = question.GetProperty("id").ToString();
        var places = new CodePoints(context);
        var answers = new List<SquadAnswer>();
        foreach (var answer in question.GetProperty("answers").EnumerateArray())
        {
            string text = answer.GetProperty("text").GetString()!;
            int begin = answer.GetProperty("answer_start").GetInt32(), length = new CodePoints(text).Count;
            if (begin < 0 || begin + length > places.Count)
                throw new TextFileException($"'{path}': the answer of question {id} lies outside its paragraph.");
            answers.Add(new SquadAnswer(text, begin));
        }
        return new SquadQuestion(id, question.GetProperty("question").GetString()!, context, answers);
    }
}
