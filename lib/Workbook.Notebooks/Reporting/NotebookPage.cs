// The page of one notebook: an article whose code can be folded away.
using System.Text;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Running;

namespace Workbook.Notebooks.Reporting;

/// <summary>The page of one notebook.</summary>
internal sealed class NotebookPage
{
    private const int LongCode = 30;

    /// <summary>MIME types in the order they are preferred on a page.</summary>
    private static readonly string[] Preferred =
        ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "text/latex", "application/json", "text/plain"];

    private readonly NotebookRunResult result;
    private readonly ReportOptions options;
    private readonly ReportAssets assets;
    private readonly ArticleText text;
    private readonly string body;
    private bool hasFigures, hasDiagrams;
    private int figures;

    internal NotebookPage(NotebookRunResult result, NotebookDocument document, string name, IReadOnlyDictionary<string, string> pages, ReportOptions options, ReportAssets assets)
    {
        this.result = result;
        this.options = options;
        this.assets = assets;
        string folder = Path.GetDirectoryName(Path.GetFullPath(result.Path))!;
        text = new ArticleText(folder, url => Linked(url, folder, pages));
        var article = new StringBuilder();
        int number = 0;
        foreach (NotebookCell cell in document.Cells)
        {
            if (cell.Kind == CellKind.Markdown)
                article.Append("<section class=\"text\">").Append(text.ToHtml(cell.Source, cell.Attachments)).Append("</section>\n");
            else if (cell.Kind == CellKind.Code)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(cell.Source))
                    AppendCode(article, cell, number);
            }
        }
        body = article.ToString();
        Title = text.Headings.FirstOrDefault()?.Text ?? Path.GetFileNameWithoutExtension(name);
    }

    /// <summary>The first heading.</summary>
    internal string Title { get; }

    /// <summary>The first paragraph, or null.</summary>
    internal string? Question => text.FirstParagraph;

    /// <summary>The main figure as a data address, or null: of the cell tagged <c>main-figure</c>, else the first one.</summary>
    internal string? Thumbnail { get; private set; }

    internal string ToHtml()
    {
        var page = new StringBuilder();
        page.Append("<header class=\"bar\"><a href=\"index.html\" aria-label=\"All notebooks\">←<span class=\"wide\"> All notebooks</span></a><span class=\"grow\"></span>")
            .Append(Report.Badge(result)).Append("<span class=\"time\">").Append(Report.Duration(result.Seconds)).Append("</span>")
            .Append("<button type=\"button\" id=\"toggle-code\" aria-pressed=\"false\">Hide code</button></header>\n<div class=\"columns\">");
        AppendContents(page);
        page.Append("<main class=\"article\">");
        if (result.Error is not null)
        {
            page.Append("<p class=\"failure\" role=\"alert\">").Append(Html.Encode(result.Error));
            if (result.FailedCell is int failed)
                page.Append(" <a href=\"#cell-").Append(failed).Append("\">Go to the cell</a>");
            page.Append("</p>");
        }
        page.Append(body).Append("</main></div>");
        return assets.Page(Title, page.ToString(), hasFigures, text.HasFormulas, hasDiagrams);
    }

    private void AppendContents(StringBuilder page)
    {
        Heading[] listed = [.. text.Headings.Skip(1).Where(heading => heading.Level <= 3)];
        page.Append("<nav class=\"contents\" aria-label=\"Contents\">");
        if (listed.Length > 0)
        {
            int top = listed.Min(heading => heading.Level);
            page.Append("<details open><summary>Contents</summary><ol>");
            foreach (Heading heading in listed)
                page.Append("<li class=\"level-").Append(heading.Level - top).Append("\"><a href=\"#").Append(Html.Encode(heading.Id)).Append("\">").Append(Html.Encode(heading.Text)).Append("</a></li>");
            page.Append("</ol></details>");
        }
        page.Append("</nav>");
    }

    private void AppendCode(StringBuilder article, NotebookCell cell, int number)
    {
        int lines = cell.Source.Count(character => character == '\n') + 1;
        string first = cell.Source.Split('\n').First(line => !string.IsNullOrWhiteSpace(line)).Trim();
        article.Append("<section class=\"cell\" id=\"cell-").Append(number).Append("\"><details class=\"code\"").Append(lines <= LongCode ? " open" : "")
            .Append("><summary><span class=\"number\">").Append(number).Append("</span><code class=\"first\">").Append(Html.Encode(first)).Append("</code>");
        if (result.CellSeconds.TryGetValue(cell.Id, out double seconds))
            article.Append("<span class=\"time\">").Append(Report.Duration(seconds)).Append("</span>");
        else if (cell.ExecutionCount is null)
            article.Append("<span class=\"time\">not run</span>");
        article.Append("</summary><pre><code>").Append(HighlightedCode.ToHtml(cell.Source)).Append("</code></pre></details>");
        if (cell.Outputs.Count > 0)
        {
            if (cell.Metadata["tags"] is System.Text.Json.Nodes.JsonArray tags && tags.Any(tag => tag?.ToString() == "main-figure"))
                Thumbnail = null;
            article.Append("<div class=\"outputs\">");
            foreach (NotebookOutput output in cell.Outputs)
                article.Append(Output(output));
            article.Append("</div>");
        }
        article.Append("</section>\n");
    }

    private string Output(NotebookOutput output) => output switch
    {
        StreamOutput stream => $"<pre class=\"stream{(stream.Name == "stderr" ? " stderr" : "")}\">{AnsiText.ToHtml(stream.Text.TrimEnd('\n'))}</pre>",
        DisplayOutput display => Shown(display.Data),
        ResultOutput value => Shown(value.Data),
        ErrorOutput error => Shown(error),
        _ => "",
    };

    private static string Shown(ErrorOutput error)
    {
        string message = AnsiText.Plain(error.Message);
        // The traceback's first line says the message again, with the error's type.
        IEnumerable<string> rest = error.Traceback.Count > 0 && error.Traceback[0].StartsWith(error.Message, StringComparison.Ordinal) ? error.Traceback.Skip(1) : error.Traceback;
        string lines = string.Join('\n', rest);
        string kind = error.Name.Split('.')[^1];
        return $"<div class=\"error\" role=\"alert\"><strong>{Html.Encode(message)}</strong> <span class=\"kind\">{Html.Encode(kind)}</span>{(lines.Length > 0 ? $"<pre>{AnsiText.ToHtml(lines)}</pre>" : "")}</div>";
    }

    private string Shown(IReadOnlyList<MimeContent> data)
    {
        foreach (string type in Preferred)
            if (data.FirstOrDefault(content => content.MimeType == type) is { } content)
                return IsFigure(content) ? Numbered(Shown(content)) : $"<div class=\"output\">{Shown(content)}</div>";
        return data.Count == 0 ? "" : $"<p class=\"output unseen\">An output of type {Html.Encode(data[0].MimeType)}, which a page cannot show.</p>";
    }

    /// <summary>Pictures are figures; so is HTML that is one drawing, live or still.</summary>
    private static bool IsFigure(MimeContent content) => content.MimeType.StartsWith("image/", StringComparison.Ordinal) ||
        (content.MimeType == "text/html" && (content.Text.Contains("wb-figure", StringComparison.Ordinal) || content.Text.Contains($"\"{Sessions.Mermaid.Mark}\"", StringComparison.Ordinal) || content.Text.AsSpan().TrimStart().StartsWith("<svg", StringComparison.Ordinal)));

    private string Numbered(string drawing)
    {
        figures++;
        return $"<figure class=\"output\" id=\"figure-{figures}\">{drawing}<figcaption><a href=\"#figure-{figures}\">Figure {figures}</a></figcaption></figure>";
    }

    private string Shown(MimeContent content)
    {
        switch (content.MimeType)
        {
            case "text/html":
                hasDiagrams |= content.Text.Contains($"\"{Sessions.Mermaid.Mark}\"", StringComparison.Ordinal);
                hasFigures |= content.Text.Contains("Plotly", StringComparison.Ordinal);
                Thumbnail ??= Html.FirstSvg(content.Text) is { } drawing ? DrawingAddress(drawing) : null;
                return content.Text;
            case "text/markdown":
                return text.ToHtml(content.Text, isPartOfArticle: false);
            case "image/svg+xml":
                Thumbnail ??= DrawingAddress(Html.FirstSvg(content.Text) ?? content.Text);
                return Html.FirstSvg(content.Text) ?? "";
            case "image/png" or "image/jpeg" or "image/gif":
                string address = $"data:{content.MimeType};base64,{string.Concat(content.Text.Where(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '/' or '='))}";
                Thumbnail ??= address;
                return $"<img alt=\"\" src=\"{address}\">";
            case "text/latex":
                return text.ToHtml(content.Text.Contains('$', StringComparison.Ordinal) ? content.Text : $"$$\n{content.Text}\n$$", isPartOfArticle: false);
            default:
                return $"<pre>{AnsiText.ToHtml(content.Text)}</pre>";
        }
    }

    private static string DrawingAddress(string svg)
    {
        if (!svg[..(svg.IndexOf('>', StringComparison.Ordinal) + 1)].Contains("xmlns=", StringComparison.Ordinal))
            svg = svg.Insert(4, " xmlns=\"http://www.w3.org/2000/svg\"");
        return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));
    }

    /// <summary>A link to a notebook of this report leads to its page, one to another file to where it lies seen from the report.</summary>
    private string Linked(string url, string folder, IReadOnlyDictionary<string, string> pages)
    {
        string[] parts = url.Split('#', 2);
        if (parts[0].Length == 0)
            return url;
        string target = Path.GetFullPath(Uri.UnescapeDataString(parts[0]), folder);
        string anchor = parts.Length > 1 ? "#" + parts[1] : "";
        if (pages.TryGetValue(target, out string? page))
            return Uri.EscapeDataString(page) + anchor;
        return Path.Exists(target) ? Path.GetRelativePath(options.Folder, target).Replace('\\', '/') + anchor : url;
    }
}
