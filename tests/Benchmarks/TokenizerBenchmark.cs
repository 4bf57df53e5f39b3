// Lines of text to ids, against the pure JavaScript package of Hugging Face: first whether the ids agree, then how long both take.
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Benchmarks;

/// <summary>One vocabulary, ours and the peer's.</summary>
internal sealed class TokenizerBenchmark : IDisposable
{
    private const int Lines = 20_000, Repeats = 10; // a pass of ours is too short for the processor's clock

    private readonly string folder = Directory.CreateTempSubdirectory("workbook-tokenizers-").FullName;
    private readonly bool isBert;
    private readonly Tokenizer tokenizer;
    private readonly Peer peer;
    private readonly string[] lines;

    /// <summary>Unpacks the vocabulary, finds lines and starts the peer.</summary>
    /// <param name="name">roberta or bert.</param>
    /// <param name="threads">Passed on; both sides use one.</param>
    public TokenizerBenchmark(string name, int threads)
    {
        isBert = name == "bert";
        using (var packed = File.OpenRead(Fixture($"{name}.tokenizer.json.gz")))
        using (var stream = new GZipStream(packed, CompressionMode.Decompress))
        using (var target = File.Create(Path.Combine(folder, "tokenizer.json")))
            stream.CopyTo(target);
        tokenizer = Tokenizer.Load(folder);
        (lines, Source) = RealLines();
        string packages = Peer.InstallPackages("tokenizers");
        peer = Peer.StartNode("tokenizers/tokenizers.mjs", packages, threads);
    }

    /// <summary>What the lines are.</summary>
    public string Source { get; }

    /// <summary>What the peer is.</summary>
    public string PeerName => peer.Name;

    /// <summary>Number of lines.</summary>
    public int Count => lines.Length;

    /// <summary>Seconds of passes over all lines.</summary>
    public double[] Ours(int count) => [.. Enumerable.Range(0, count).Select(_ => Passes(tokenizer, Repeats))];

    /// <summary>Seconds of the first pass of a tokenizer that remembers no word yet.</summary>
    public double FirstPass() => Passes(Tokenizer.Load(folder), 1);

    /// <summary>Seconds of passes of the peer.</summary>
    public double[] Theirs(int count) => peer.Ask($"time {count}");

    /// <summary>Gives the peer the lines that are timed.</summary>
    public void LoadLines() => Load(lines);

    /// <summary>Compares the ids of varied lines: half real, half made to be difficult.</summary>
    /// <returns>Lines that differ, and those of them that no known fault of the peer explains.</returns>
    /// <remarks>The peer's known faults (BERT only): final sigma, ideographs and private use beyond U+FFFF, marks newer than Unicode 8. A line is explained
    /// if it holds one of these and agrees once they are taken out.</remarks>
    public (int Compared, int Differing, int Unexplained) Compare()
    {
        var random = new Random(1);
        string[] varied = [.. Enumerable.Range(0, Lines).Select(i => i % 2 == 0 ? lines[random.Next(lines.Length)] : VariedText.Line(random))];
        int[] differing = Differing(varied);
        if (differing.Length == 0)
            return (Lines, 0, 0);
        if (!isBert)
        {
            Show(differing.Select(i => varied[i]));
            return (Lines, differing.Length, differing.Length);
        }
        string[] cleaned = [.. differing.Select(i => VariedText.WithoutKnownFaults(varied[i]))];
        int unexplained = differing.Zip(cleaned).Count(pair => varied[pair.First] == pair.Second);
        int[] left = Differing(cleaned);
        Show(left.Select(i => cleaned[i]));
        return (Lines, differing.Length, unexplained + left.Length);
    }

    public void Dispose()
    {
        peer.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private double Passes(Tokenizer used, int passes)
    {
        double start = Clock.Now;
        long tokens = 0;
        for (int pass = 0; pass < passes; pass++)
            foreach (string line in lines)
                tokens += used.EncodeIds(line).Length;
        double seconds = Clock.Now - start;
        return tokens >= lines.Length ? seconds / passes : throw new InvalidOperationException("Lines were encoded to fewer tokens than lines.");
    }

    private static void Show(IEnumerable<string> texts)
    {
        foreach (string text in texts.Take(10))
            Console.Error.WriteLine($"  {JsonSerializer.Serialize(text)}");
    }

    private int[] Differing(string[] texts)
    {
        Load(texts);
        string file = Path.Combine(folder, "ids.json");
        peer.Ask($"ids {file}");
        var theirs = JsonSerializer.Deserialize<int[][]>(File.ReadAllBytes(file))!;
        return [.. Enumerable.Range(0, texts.Length).Where(i => !tokenizer.EncodeIds(texts[i]).AsSpan().SequenceEqual(theirs[i]))];
    }

    private void Load(string[] texts)
    {
        File.WriteAllText(Path.Combine(folder, "lines.json"), JsonSerializer.Serialize(texts));
        peer.Ask($"load {folder}");
    }

    private static string Fixture(string name) => Path.Combine(Folders.Root, "tests", "fixtures", "text", "tokenizers", name);

    // SST-2 where it is found, else lines of the training text kept for tests, each with a number of its own.
    private static (string[] Lines, string Source) RealLines()
    {
        string? shared = Environment.GetEnvironmentVariable("WORKBOOK_SHARED");
        string[] places = [Path.Combine(Folders.Cache, "SST-2", "train.tsv"), Path.Combine(Folders.Cache, "glue", "SST-2", "train.tsv"), Path.Combine(shared ?? Path.Combine(Folders.Root, "..", "shared"), "data", "text", "sst2", "train_full.tsv")];
        if (places.FirstOrDefault(File.Exists) is { } file)
            return ([.. File.ReadLines(file).Skip(1).Take(Lines).Select(line => line.Split('\t')[0])], "SST-2, first training lines");
        using var packed = File.OpenRead(Fixture("bytelevel-training.txt.gz"));
        using var stream = new GZipStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string[] text = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return ([.. Enumerable.Range(0, Lines).Select(i => $"{text[i % text.Length]} {i}")], "the training text of the tests");
    }
}

/// <summary>Lines that are difficult to tokenize, of Unicode as old as every library knows; without U+0085, which is white space to the reference but not to JavaScript.</summary>
internal static class VariedText
{
    private static readonly (int First, int Last)[] blocks =
    [
        (0x20, 0x7E), (0x20, 0x7E), (0x61, 0x7A), (0x61, 0x7A), (0x30, 0x39), (0xA0, 0xFF), (0x100, 0x24F), (0x2B0, 0x2FF), (0x300, 0x36F), (0x391, 0x3A1), (0x3A3, 0x3A9), (0x3AC, 0x3CE),
        (0x400, 0x4FF), (0x531, 0x556), (0x5D0, 0x5EA), (0x591, 0x5C7), (0x621, 0x64A), (0x64B, 0x65F), (0x660, 0x669), (0x904, 0x939), (0x93E, 0x94D), (0x966, 0x96F), (0xE01, 0xE30), (0xE31, 0xE3A),
        (0xE40, 0xE4E), (0x10D0, 0x10F0), (0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2), (0x13A0, 0x13F4), (0x1E00, 0x1EFF), (0x1F00, 0x1F15), (0x2000, 0x2027), (0x2028, 0x2029), (0x202F, 0x205F),
        (0x20A0, 0x20B9), (0x20D0, 0x20F0), (0x2100, 0x214F), (0x2160, 0x2183), (0x2190, 0x22FF), (0x2460, 0x24FF), (0x2600, 0x26FF), (0x2E80, 0x2E99), (0x3000, 0x303F), (0x3041, 0x3096), (0x30A1, 0x30FF),
        (0x3400, 0x4DB5), (0x4E00, 0x9FCC), (0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xF900, 0xFA6D), (0xFB00, 0xFB06), (0xFE00, 0xFE0F), (0xFF01, 0xFF5E), (0x10300, 0x1031E), (0x10400, 0x1044F), (0x1D400, 0x1D454),
        (0x1F300, 0x1F320), (0x1F600, 0x1F640), (0x1F680, 0x1F6C5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0xE0100, 0xE01EF), (0x1, 0x1F), (0x7F, 0x84), (0x86, 0x9F),
    ];

    private static readonly string[] pieces =
    [
        "'s", "'t", "'re", "'ll", "'LL", "n't", " ", "  ", "   ", "\t", "\n", "\r\n", "\u00A0", "\u3000", "\u200B", "\u200D", "<mask>", " <mask> ", "<s>", "</s>", "<pad>", "[MASK]", "[SEP]", "[CLS]", "[UNK]", "##ing",
        "supercalifragilisticexpialidocious", "3.14159", "1,000,000", "http://example.org/?q=a&b=c", "don't", "naïve", "Ångström", "ΣΑΣ", "İstanbul", "straße", "🙂🙂", "👩‍👩‍👧", "e\u0301\u0323", "...", "--", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    /// <summary>A line of runs of one block each, with pieces and spaces between.</summary>
    public static string Line(Random random)
    {
        var line = new StringBuilder();
        for (int parts = random.Next(1, 12); parts > 0; parts--)
        {
            if (random.Next(3) == 0)
            {
                line.Append(pieces[random.Next(pieces.Length)]);
                continue;
            }
            var (first, last) = blocks[random.Next(blocks.Length)];
            for (int length = random.Next(1, 9); length > 0; length--)
                line.Append(char.ConvertFromUtf32(random.Next(first, last + 1)));
            if (random.Next(2) == 0)
                line.Append(' ');
        }
        return line.ToString();
    }

    /// <summary>The line without what the peer's BERT is known to treat otherwise.</summary>
    public static string WithoutKnownFaults(string line)
    {
        var kept = new StringBuilder();
        foreach (var rune in line.EnumerateRunes())
        {
            bool known = rune.Value == 'Σ' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse || rune.Value is >= 0x20000 and <= 0x2FFFF || IsNewMark(rune);
            if (!known)
                kept.Append(rune.ToString());
        }
        return kept.ToString();
    }

    // Marks that the reference's table of Unicode 8 does not have, so that it keeps them.
    private static bool IsNewMark(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            return false;
        var text = NormalizedText.Of(rune.ToString());
        new BertNormalizer().Apply(text);
        return text.Count > 0;
    }
}
