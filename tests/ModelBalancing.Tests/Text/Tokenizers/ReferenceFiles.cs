// The compressed reference values of tests/fixtures/text/tokenizers, and folders of vocabularies made from them.
using System.IO.Compression;
using System.Text.Json;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Tests.Text.Tokenizers;

/// <summary>Reads reference values; unpacks vocabularies once a test run.</summary>
internal static class ReferenceFiles
{
    private static readonly Lazy<string> folder = new(Unpack);
    private static readonly Lazy<Tokenizer> roberta = new(() => Tokenizer.Load(Vocabulary("roberta.tokenizer.json"))), bert = new(() => Tokenizer.Load(Vocabulary("bert-vocab.txt")));

    public static Tokenizer Roberta => roberta.Value;

    public static Tokenizer Bert => bert.Value;

    /// <summary>A JSON file of reference values.</summary>
    public static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(Bytes(name));
        return document.RootElement.Clone();
    }

    /// <summary>Path of an unpacked vocabulary or text.</summary>
    public static string Vocabulary(string name) => Path.Combine(folder.Value, name);

    /// <summary>The content of a file.</summary>
    public static byte[] Bytes(string name)
    {
        using var packed = File.OpenRead(TestData.Fixture($"text/tokenizers/{name}.gz"));
        using var stream = new GZipStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static int[] Integers(this JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetInt32())];

    public static string[] Texts(this JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetString()!)];

    /// <summary>Flattened as the reference has them.</summary>
    public static int[] Flat(this TokenOffset[] offsets) => [.. offsets.SelectMany(offset => new[] { offset.Start, offset.End })];

    private static string Unpack()
    {
        string target = Directory.CreateTempSubdirectory("tokenizers-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        foreach (string name in (string[])["roberta.tokenizer.json", "bert.tokenizer.json", "bert-vocab.txt", "llama-bpe.model", "llama-bpe.tokenizer.json", "llama-bpe.legacy.tokenizer.json", "t5-unigram.model", "t5-unigram.tokenizer.json", "bytelevel-training.txt"])
            File.WriteAllBytes(Path.Combine(target, name), Bytes(name));
        return target;
    }
}
