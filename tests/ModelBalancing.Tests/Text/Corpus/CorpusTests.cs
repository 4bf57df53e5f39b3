// The corpus for pretraining: what is read of every package's form, what is left out, and that a build goes on where it stopped.
using ModelBalancing.Text.Corpus;
using ModelBalancing.Text.Tasks;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Corpus;

public sealed class CorpusTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("corpus-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Words_and_marks_become_prose() =>
        Assert.Equal("He said, \"Well (at last)!\" and left; nobody saw him.",
            BrownText.Prose(["He", "said", ",", "``", "Well", "(", "at", "last", ")", "!", "!", "''", "and", "left", ";", ";", "nobody", "saw", "him", "."]));

    [Fact]
    public void A_dictionary_entry_is_its_headword_and_definitions()
    {
        string[] lines =
        [
            "Notes on the dictionary", "   that belong to no entry",
            "", "Rhomboid \\Rhom\"boid\\ (r[o^]m\"boid), n. [Gr. ??? rhomb +", "   shape: cf. F. rhombo[\"i]de.] (Geom.)", "   An oblique-angled parallelogram like a rhomb, but having only",
            "   the opposite sides equal. \"So it is.\" --Milton.", "   [1913 Webster]", "",
            "   2. A thing r[^a]ther {shaped} like that. [R.] -- Rhom\"boid*ly, adv.", "", "   Syn: eleven-plus and more", "", "Zed \\Zed\\, n.", "   A ??? of letters in the end.",
        ];
        var document = Assert.Single(DictionaryText.Entries(lines));
        Assert.Equal(["Rhomboid: An oblique-angled parallelogram like a rhomb, but having only the opposite sides equal. \"So it is.\"", "A thing rather shaped like that."], document);
    }

    [Fact]
    public void A_gloss_is_led_by_its_words()
    {
        Assert.Equal("living thing, animate thing: a living entity; \"it lives\"", GlossText.Text("00004258 03 n 02 living_thing 0 animate_thing 0 001 @ 00003553 n 0000 | a living entity; \"it lives\"  "));
        Assert.Equal("galore: in great numbers", GlossText.Text("00014358 00 s 01 galore(ip) 0 001 & 00013887 a 0000 | in great numbers"));
        Assert.Null(GlossText.Text("  1 This software and database is being provided | to you"));
    }

    [Fact]
    public void A_thesaurus_entry_is_its_single_words_in_an_order_that_tells_nothing()
    {
        string[] lines = ["dull,bland,boring,dry as dust,drab,dull,flat,grey-haired,tedious,o'er", "a,b,c,two words", string.Join(',', Enumerable.Range(0, 26).Select(i => $"word{(char)('a' + i)}"))];
        var entries = ThesaurusText.Entries(lines).Select(Assert.Single).ToList();
        Assert.Equal(2, entries.Count); // four words are too few
        Assert.Equal(["bland", "boring", "drab", "dull", "flat", "grey-haired", "o'er", "tedious"], entries[0].Split(' ').Order(StringComparer.Ordinal));
        Assert.NotEqual(lines[2].Replace(',', ' '), entries[1]);
        Assert.Equal(lines[2], string.Join(',', entries[1].Split(' ').Order(StringComparer.Ordinal)));
        Assert.Equal(entries, ThesaurusText.Entries(lines).Select(Assert.Single));
    }

    [Fact]
    public void Markdown_loses_its_marks() =>
        Assert.Equal(["This means that snake_case and emphasis, quoted words, are kept.", "A second one."],
            MarkdownText.Paragraphs(["# Heading", "", "This means that snake_case and **emphasis**,", "_quoted_ [words](http://x.y), are kept.", "", "> A second one."]));

    [Fact]
    public void Chapters_are_documents_of_joined_lines()
    {
        var chapters = NovelText.Chapters(["EMMA", "", "CHAPTER I", "", "Emma was _very_", "rich.", "", "So she was.", "CHAPTER II", "Later on."]).ToList();
        Assert.Equal(3, chapters.Count);
        Assert.Equal(["Emma was very rich.", "So she was."], chapters[1]);
    }

    [Fact]
    public void Packaged_vectors_are_read_from_both_kinds_of_streams()
    {
        string data = Directory.CreateDirectory(Path.Combine(folder, "usr", "lib", "R", "site-library", "books", "data")).FullName;
        foreach (string part in new[] { "Rdata.rdx", "Rdata.rdb" })
            File.Copy(TestData.Fixture($"text/packages/{part}"), Path.Combine(data, part));
        var objects = PackagedVectors.Read(folder, "books").ToList();
        Assert.Equal([1, 2], objects.Select(vectors => vectors.Count));
        Assert.Equal((120, "CHAPTER I", "line 117 of the book"), (objects[0][0].Count, objects[0][0][0], objects[0][0][^1]));
        Assert.Equal((130, "P129"), (objects[1][0].Count, objects[1][0][^1]));
        var reviews = ReviewText.Reviews(objects[1][1]).ToList();
        Assert.Equal(129, reviews.Count); // one is missing in the table
        Assert.Equal(["Review 1: I liked it très much. It was good and worth its price. It was good and worth its price. It was good and worth its price."], reviews[0]);
        File.WriteAllBytes(Path.Combine(data, "Rdata.rdb"), new byte[2000]);
        Assert.Contains("get it again", Assert.Throws<TextFileException>(() => PackagedVectors.Read(folder, "books")).Message, StringComparison.Ordinal);

        // Whatever byte is damaged or missing: the same vectors, other ones, or a sentence; never another exception.
        var random = new Random(3);
        int refused = 0;
        foreach (string part in new[] { "Rdata.rdx", "Rdata.rdb" })
        {
            string file = Path.Combine(data, part);
            byte[] whole = File.ReadAllBytes(TestData.Fixture($"text/packages/{part}"));
            foreach (string other in new[] { "Rdata.rdx", "Rdata.rdb" })
                File.Copy(TestData.Fixture($"text/packages/{other}"), Path.Combine(data, other), overwrite: true);
            for (int trial = 0; trial < 200; trial++)
            {
                byte[] damaged = trial % 4 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
                if (damaged.Length == whole.Length)
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 + random.Next(255));
                File.WriteAllBytes(file, damaged);
                if (Record.Exception(() => PackagedVectors.Read(folder, "books")) is { } wrong)
                {
                    Assert.Contains("get it again", Assert.IsType<TextFileException>(wrong).Message, StringComparison.Ordinal);
                    refused++;
                }
            }
        }
        Assert.InRange(refused, 100, 400);
    }

    [Fact]
    public async Task Of_a_package_that_is_too_large_one_document_in_so_many_is_taken()
    {
        var manifest = await CorpusBuild.MakeAsync(Path.Combine(folder, "third.txt"), Options([Package("only", Documents("a line that counts", 30)) with { Every = 3 }]), TestContext.Current.CancellationToken);
        Assert.Equal(10, manifest.Documents);
        Assert.Equal(["a line that counts 0", "a line that counts 3"], CorpusBuild.Documents(Path.Combine(folder, "third.txt")).Take(2).Select(document => document[0]));
    }

    [Fact]
    public void Evaluation_sentences_are_found_whatever_their_spacing_case_and_marks()
    {
        var search = new EvaluationSentences(["it 's a charming and often affecting journey through the night .", "too short to count"]);
        Assert.Equal(1, search.Count);
        Assert.Equal("They said: And then we left. Too short to count.", search.Without("They said: It's a charming, and often affecting journey through the night! And then we left. Too short to count.", out int removed));
        Assert.Equal(1, removed);
        const string longer = "It's a charming and often affecting journey through the nightfall of man.";
        Assert.Equal(longer, search.Without(longer, out removed)); // ends within a word
        Assert.Equal(0, removed);
    }

    [Fact]
    public void Found_sentences_are_counted_by_their_set()
    {
        string file = Path.Combine(folder, "text.txt");
        File.WriteAllText(file, "First, one sentence that has exactly eight words. And more.\n\nAnother one that is not of any set at all.\n\none sentence that has exactly eight words - first!\n");
        var search = new EvaluationSentences([("a", ["first one sentence that has exactly eight words"]), ("b", ["One sentence that has exactly eight words first.", "and this one stands nowhere in the whole text"])]);
        Assert.Equal(["a", "b"], search.Sets);
        Assert.Equal(new Dictionary<string, int> { ["a"] = 1, ["b"] = 1 }, search.In(file));
    }

    [Fact]
    public void Sentences_of_every_task_that_is_there_are_looked_for()
    {
        string glue = Directory.CreateDirectory(Path.Combine(folder, "CoLA")).FullName, squad = Directory.CreateDirectory(Path.Combine(folder, "squad")).FullName;
        File.WriteAllText(Path.Combine(glue, "train.tsv"), "x\t1\t\tThe first of the sentences has nine words here.\n");
        File.WriteAllText(Path.Combine(squad, "small.json"), """{ "data": [ { "paragraphs": [ { "context": "A paragraph of eight or more words stands here.", "qas": [ { "id": "q", "question": "What stands here?", "answers": [ { "text": "words", "answer_start": 29 } ] } ] } ] } ] }""");
        var found = EvaluationSentences.Found([folder]);
        Assert.Equal(["CoLA train", "small"], found.Sets);
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public async Task A_corpus_is_the_same_bytes_every_time_and_holds_nothing_twice()
    {
        var packages = new[] { Package("first", Documents("a small house stands here", 30)), Package("second", [.. Documents("a small house stands here", 5), ["An evaluation sentence that has more than eight words in it."], ["zebra: a striped horse of the plains"], ["equine: a striped horse of the plains"]]) };
        var options = Options(packages) with { Evaluation = new EvaluationSentences(["an evaluation sentence that has more than eight words in it ."], "some set") };
        string one = Path.Combine(folder, "one.txt"), two = Path.Combine(folder, "two.txt");
        var manifest = await CorpusBuild.MakeAsync(one, options, TestContext.Current.CancellationToken);
        Assert.Equal(manifest.Sha256, (await CorpusBuild.MakeAsync(two, options, TestContext.Current.CancellationToken)).Sha256);
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(two));
        Assert.Equal((30, 0, 0), (manifest.Parts[0].Documents, manifest.Parts[0].Repeated, manifest.Parts[0].EvaluationSentences));
        Assert.Equal((1, 6, 1), (manifest.Parts[1].Documents, manifest.Parts[1].Repeated, manifest.Parts[1].EvaluationSentences));
        Assert.Equal(["some set"], manifest.EvaluationSets);
        Assert.Equal(new FileInfo(one).Length, manifest.Parts.Sum(part => part.Bytes));
        Assert.Equal("1.2", manifest.Parts[0].Version);
        Assert.Equal(manifest.Sha256, CorpusBuild.Manifest(one)!.Sha256);
        Assert.Equal("a small house stands here 3", Tokenizer.Load(CorpusBuild.VocabularyOf(one)).Decode(Tokenizer.Load(CorpusBuild.VocabularyOf(one)).EncodeIds("a small house stands here 3")));
    }

    [Fact]
    public async Task A_build_that_stopped_goes_on_with_the_next_package()
    {
        string file = Path.Combine(folder, "corpus.txt");
        var first = Package("first", Documents("text number", 4));
        var broken = Package("second", []) with { Documents = _ => throw new TextFileException("the second package is damaged") };
        await Assert.ThrowsAsync<TextFileException>(() => CorpusBuild.MakeAsync(file, Options([first, broken]), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(file));
        var notReadAgain = first with { Documents = _ => throw new InvalidOperationException("read twice") };
        var manifest = await CorpusBuild.MakeAsync(file, Options([notReadAgain, Package("second", Documents("other text", 3))]), TestContext.Current.CancellationToken);
        Assert.Equal(7, manifest.Documents);
        Assert.Equal(7, CorpusBuild.Documents(file).Count());
        Assert.False(Directory.Exists(Path.Combine(folder, "corpus.parts")));
    }

    private CorpusOptions Options(IReadOnlyList<CorpusPackage> packages) => new() { Packages = packages, PackageFolder = folder, VocabularySize = 280, Evaluation = new EvaluationSentences([]) };

    // A package that is unpacked already.
    private CorpusPackage Package(string name, IReadOnlyList<string>[] documents)
    {
        string place = Directory.CreateDirectory(Path.Combine(folder, "packages", name)).FullName;
        File.WriteAllText(Path.Combine(place, "package.json"), """{ "version": "1.2" }""");
        return new CorpusPackage(name, "npm", "free", _ => documents);
    }

    private static IReadOnlyList<string>[] Documents(string text, int count) => [.. Enumerable.Range(0, count).Select(number => (IReadOnlyList<string>)[$"{text} {number}"])];
}
