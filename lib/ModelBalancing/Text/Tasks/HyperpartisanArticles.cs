// Hyperpartisan news (SemEval-2019 task 4, by article): articles and their labels in two XML files.
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace ModelBalancing.Text.Tasks;

/// <summary>Reads the articles' file and, beside it, the ground truth of the same date.</summary>
public sealed partial record HyperpartisanArticles : TaskFormat
{
    internal override IEnumerable<RawExample> Read(string path, bool labelled)
    {
        var truth = labelled ? Truth(TruthBeside(path)) : [];
        foreach (var (id, title, text, line) in Articles(path))
        {
            string? label = null;
            if (labelled && !truth.TryGetValue(id, out label))
                throw new TextFileException($"'{path}', line {line}: article {id} is not in the ground truth beside it.");
            yield return new RawExample(line, id, [new TextInput($"{title} {text}".Trim())], label);
        }
    }

    private static string TruthBeside(string path)
    {
        string truth = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path).Replace("articles-", "ground-truth-", StringComparison.Ordinal));
        return File.Exists(truth) && truth != path ? truth : throw new TextFileException($"'{path}' has no ground truth beside it: expected '{truth}'.");
    }

    private static Dictionary<string, string> Truth(string path)
    {
        var labels = new Dictionary<string, string>();
        foreach (var (reader, line) in Elements(path))
            labels[Attribute(reader, "id", path, line)] = Attribute(reader, "hyperpartisan", path, line);
        return labels;
    }

    private static IEnumerable<(string Id, string Title, string Text, int Line)> Articles(string path)
    {
        foreach (var (reader, line) in Elements(path))
        {
            string id = Attribute(reader, "id", path, line), title = reader.GetAttribute("title") ?? "";
            var text = new StringBuilder();
            using (var inside = reader.ReadSubtree())
                while (Next(inside, path))
                    if (inside.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                        text.Append(inside.Value).Append(' ');
            yield return (id, title, White().Replace(text.ToString(), " ").Trim(), line);
        }
    }

    private static IEnumerable<(XmlReader Reader, int Line)> Elements(string path)
    {
        using var text = new StringReader(TextLines.Whole(path));
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        while (Next(reader, path))
            if (reader is { NodeType: XmlNodeType.Element, Name: "article" })
                yield return (reader, ((IXmlLineInfo)reader).LineNumber);
    }

    private static string Attribute(XmlReader reader, string name, string path, int line) =>
        reader.GetAttribute(name) ?? throw new TextFileException($"'{path}', line {line}: the article has no attribute '{name}'.");

    private static bool Next(XmlReader reader, string path)
    {
        try
        {
            return reader.Read();
        }
        catch (XmlException wrong)
        {
            throw new TextFileException($"'{path}', line {wrong.LineNumber}: not well-formed XML.", wrong);
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
