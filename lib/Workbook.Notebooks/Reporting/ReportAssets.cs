// The styles and scripts of a report: beside its pages, or inside each of them.
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Workbook.Notebooks.Documents;

namespace Workbook.Notebooks.Reporting;

/// <summary>The styles and scripts of a report.</summary>
internal sealed partial class ReportAssets
{
    /// <summary>What a page may load: itself and its own folder. A figure cannot reach another host even by mistake.</summary>
    private const string Policy = "default-src 'none'; script-src 'self' file: blob: 'unsafe-inline' 'unsafe-eval'; style-src 'self' file: 'unsafe-inline'; " +
        "img-src 'self' file: data: blob:; font-src 'self' file: data:; worker-src blob:; connect-src 'none'; form-action 'none'; base-uri 'none'";

    private readonly ReportOptions options;
    private bool hasDiagrams;

    internal ReportAssets(ReportOptions options)
    {
        if (options.PlotlyScript is not null && !File.Exists(options.PlotlyScript))
            throw new FileNotFoundException($"plotly.js is not at '{options.PlotlyScript}': install it, give another path, or none for pictures only.", options.PlotlyScript);
        if (options.KatexFolder is not null && !File.Exists(Path.Combine(options.KatexFolder, "katex.min.js")))
            throw new FileNotFoundException($"The folder '{options.KatexFolder}' has no katex.min.js: install KaTeX, give another folder, or none for formulas as text.", options.KatexFolder);
        this.options = options;
    }

    /// <summary>Writes the folder <c>assets</c>; nothing for single files.</summary>
    internal void Write()
    {
        if (options.SingleFile)
            return;
        string folder = Path.Combine(options.Folder, "assets");
        ReplacedFile.Write(Path.Combine(folder, "report.css"), Own("report.css"));
        ReplacedFile.Write(Path.Combine(folder, "report.js"), Own("report.js"));
        if (options.PlotlyScript is not null)
            ReplacedFile.Write(Path.Combine(folder, "plotly.min.js"), File.ReadAllBytes(options.PlotlyScript));
        if (Sessions.Mermaid.Script is { } mermaid && hasDiagrams)
            ReplacedFile.Write(Path.Combine(folder, "mermaid.min.js"), File.ReadAllBytes(mermaid));
        if (options.KatexFolder is null)
            return;
        foreach (string name in (string[])["katex.min.js", "katex.min.css"])
            ReplacedFile.Write(Path.Combine(folder, "katex", name), File.ReadAllBytes(Path.Combine(options.KatexFolder, name)));
        foreach (string font in Directory.GetFiles(Path.Combine(options.KatexFolder, "fonts"), "*.woff2"))
            ReplacedFile.Write(Path.Combine(folder, "katex", "fonts", Path.GetFileName(font)), File.ReadAllBytes(font));
    }

    /// <summary>A whole page around its body.</summary>
    internal string Page(string title, string body, bool hasFigures, bool hasFormulas, bool hasDiagrams = false)
    {
        this.hasDiagrams |= hasDiagrams;
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(Policy).Append("\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append("<link rel=\"icon\" href=\"data:,\">\n<title>").Append(Html.Encode(title)).Append("</title>\n");
        AppendStyle(page, "assets/report.css", () => Own("report.css"));
        if (hasFormulas && options.KatexFolder is { } katex)
        {
            AppendStyle(page, "assets/katex/katex.min.css", () => WithFonts(File.ReadAllText(Path.Combine(katex, "katex.min.css")), katex));
        }
        page.Append("</head>\n<body>\n").Append(body).Append('\n');
        // Scripts last: the article is readable before they come.
        if (hasFormulas && options.KatexFolder is { } formulas)
            AppendScript(page, "assets/katex/katex.min.js", () => File.ReadAllText(Path.Combine(formulas, "katex.min.js")));
        if (hasFigures && options.PlotlyScript is { } plotly)
            AppendScript(page, "assets/plotly.min.js", () => File.ReadAllText(plotly));
        if (hasDiagrams && Sessions.Mermaid.Script is { } mermaid)
            AppendScript(page, "assets/mermaid.min.js", () => File.ReadAllText(mermaid));
        AppendScript(page, "assets/report.js", () => Own("report.js"));
        return page.Append("</body>\n</html>\n").ToString();
    }

    private void AppendStyle(StringBuilder page, string path, Func<string> content)
    {
        if (options.SingleFile)
            page.Append("<style>").Append(content().Replace("</style", "<\\/style", StringComparison.OrdinalIgnoreCase)).Append("</style>\n");
        else
            page.Append("<link rel=\"stylesheet\" href=\"").Append(path).Append("\">\n");
    }

    private void AppendScript(StringBuilder page, string path, Func<string> content)
    {
        if (options.SingleFile)
            page.Append("<script>").Append(content().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)).Append("</script>\n");
        else
            page.Append("<script src=\"").Append(path).Append("\"></script>\n");
    }

    private static string Own(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string WithFonts(string css, string folder) => FontSource().Replace(css, match =>
    {
        string font = Path.Combine(folder, "fonts", match.Groups["name"].Value);
        return File.Exists(font) ? $"src:url(data:font/woff2;base64,{Convert.ToBase64String(File.ReadAllBytes(font))}) format(\"woff2\")" : match.Value;
    });

    [GeneratedRegex(@"src:url\(fonts/(?<name>[A-Za-z0-9_\-]+\.woff2)\) format\(""woff2""\)(?:,url\([^)]*\) format\(""[a-z]+""\))*")]
    private static partial Regex FontSource();
}
