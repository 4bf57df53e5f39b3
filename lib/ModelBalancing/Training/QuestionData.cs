// The rows of a run on questions: which train, which choose, which are reported, as questions and as windows.
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using ModelBalancing.Text.Squad;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Training;

/// <summary>Questions with their windows.</summary>
/// <param name="Questions">The questions.</param>
/// <param name="Windows">Their windows, a question's own together and in order.</param>
/// <param name="Offsets">Places of every window's tokens in the text.</param>
/// <param name="First">Number of each question's first window, and at the end the number of windows.</param>
internal sealed record QuestionRows(IReadOnlyList<SquadQuestion> Questions, IReadOnlyList<EncodedExample> Windows, IReadOnlyList<(int Begin, int End)?[]> Offsets, int[] First)
{
    /// <summary>Cuts questions into windows.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="tokenizer">The encoder's vocabulary.</param>
    /// <param name="options">How to cut.</param>
    /// <param name="typed">Whether the encoder reads token types.</param>
    /// <exception cref="TextFileException">A question cannot be cut so.</exception>
    public static QuestionRows Of(IReadOnlyList<SquadQuestion> questions, Tokenizer tokenizer, WindowOptions options, bool typed)
    {
        var (windows, offsets, first) = (new List<EncodedExample>(), new List<(int, int)?[]>(), new int[questions.Count + 1]);
        for (int question = 0; question < questions.Count; question++)
        {
            foreach (var window in SquadWindows.Of(tokenizer, questions[question], options))
            {
                windows.Add(new EncodedExample([new EncodedText(window.Ids, typed ? window.Types : null)], window.Start, 0) { End = window.End });
                offsets.Add(window.Offsets);
            }
            first[question + 1] = windows.Count;
        }
        return new(questions, windows, offsets, first);
    }
}

/// <summary>Reads and splits files of the SQuAD form.</summary>
/// <remarks>
/// No text is on two sides: choosing questions are those of whole articles that do not train, a text that several articles have belongs to the first of them, and questions
/// on a reported text train nowhere. Where no test file is given, whole articles of the training file are reported, the same ones for every size and seed. Rows that are
/// drawn as released or as the paper says are taken as the files have them.
/// </remarks>
internal sealed class QuestionData
{
    public QuestionData(RunSpec spec, QuestionSettings settings, EncoderSettings encoder)
    {
        var fidelity = Fidelity.Of(spec.Fidelity);
        try
        {
            var tokenizer = TextRunData.OpenTokenizer(spec, encoder);
            var all = Read(spec, TextRunData.Train) ?? throw new RunException(
                $"SQuAD's training questions were not found (looked for {SquadFile.TrainPath} below {string.Join(", ", TextData.Folders)}); run './workbook data get SQuAD-1.1', or name a file of the SQuAD 1.1 form as data.train.");
            int[] pool = [.. Enumerable.Range(0, all.Count)];
            var reported = Read(spec, TextRunData.Test);
            if (reported is null)
            {
                var articles = ReportedArticles(all, settings.TestRows);
                reported = [.. all.Where(question => articles.Contains(question.Article))];
                pool = [.. pool.Where(row => !articles.Contains(all[row].Article))];
            }
            bool asFiled = fidelity.Subset != SubsetRule.SeededNested;
            if (!asFiled)
                pool = Usable(all, pool, reported);
            var split = RowSplit.Draw(pool, spec.Rows, spec.Seeds.Subset, fidelity.Subset, asFiled ? null : Articles(all));
            Training = [.. split.Train.Select(row => all[row])];
            var options = new WindowOptions { Longest = Math.Min(settings.Longest, encoder.LongestSequence), Stride = settings.Stride, LongestQuestion = settings.LongestQuestion > 0 ? settings.LongestQuestion : null };
            QuestionRows Rows(IReadOnlyList<SquadQuestion> questions) => QuestionRows.Of(questions, tokenizer, options, typed: encoder.TokenTypes > 1);
            TrainingWindows = Rows(Training).Windows;
            Reported = Rows(reported);
            Choosing = fidelity.Selection == SelectionRule.BestOnReported ? Reported : split.Validation.Length == 0 ? null : Rows([.. split.Validation.Select(row => all[row])]);
        }
        catch (Exception wrong) when (wrong is TextFileException or TokenizerException)
        {
            throw new RunException(wrong.Message, wrong);
        }
    }

    public IReadOnlyList<SquadQuestion> Training { get; }

    public IReadOnlyList<EncodedExample> TrainingWindows { get; }

    /// <summary>Questions that choose the epoch; null where there are none.</summary>
    public QuestionRows? Choosing { get; }

    public QuestionRows Reported { get; }

    /// <summary>Training questions left out: repeated ones, those on a reported text, those whose answer is not where the file says.</summary>
    public int Repeated { get; private set; }

    /// <inheritdoc cref="Repeated"/>
    public int Elsewhere { get; private set; }

    /// <inheritdoc cref="Repeated"/>
    public int Misplaced { get; private set; }

    private static IReadOnlyList<SquadQuestion>? Read(RunSpec spec, string name)
    {
        if (spec.Data.Find(name) is not { } reference)
            return null;
        var questions = SquadFile.Read(DataFiles.Resolve(reference));
        int unanswered = questions.Count(question => question.Answers.Count == 0);
        return unanswered == 0 ? questions
            : throw new RunException($"'{reference.Path}' has {unanswered} questions without an answer, as SQuAD 2 has; this kind of run needs a file of SQuAD 1.1, where every question has one.");
    }

    // Whole articles until they hold enough, at least one and never all.
    private static HashSet<string> ReportedArticles(IReadOnlyList<SquadQuestion> all, int testRows)
    {
        var sizes = all.CountBy(question => question.Article).ToList();
        if (sizes.Count < 2)
            throw new RunException("The training file has one article, so that none is left to be reported; name another file as data.test.");
        int most = Math.Max(1, Math.Min(testRows, all.Count / 4)), held = 0;
        var articles = new HashSet<string>(StringComparer.Ordinal);
        foreach (int place in DataOrder.Epoch(TextRunData.ReportedSeed, 0, sizes.Count))
            if (articles.Count == 0 || held + sizes[place].Value <= most)
            {
                articles.Add(sizes[place].Key);
                held += sizes[place].Value;
            }
        return articles;
    }

    private int[] Usable(IReadOnlyList<SquadQuestion> all, int[] pool, IReadOnlyList<SquadQuestion> reported)
    {
        var texts = reported.Select(question => question.Context).ToHashSet(StringComparer.Ordinal);
        int[] apart = [.. pool.Where(row => !texts.Contains(all[row].Context))], placed = [.. apart.Where(row => !all[row].IsMisplaced)];
        if (placed.Length == 0 && apart.Length > 0)
            throw new RunException($"None of the {apart.Length} training answers is where its answer_start says; the file must count places in Unicode code points, from 0.");
        var distinct = DistinctRows.Of(placed.Select(row => $"{all[row].Context}\n{all[row].Question}"));
        (Elsewhere, Misplaced, Repeated) = (pool.Length - apart.Length, apart.Length - placed.Length, distinct.Repeated);
        return [.. distinct.Kept.Select(row => placed[row])];
    }

    private static Func<int, string> Articles(IReadOnlyList<SquadQuestion> all)
    {
        var articleOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var question in all)
            articleOf.TryAdd(question.Context, question.Article);
        return row => articleOf[all[row].Context];
    }
}
