// Executed notebooks as pages to read: one a notebook, and an index of cards.
using System.Globalization;
using System.Text;
using Workbook.Notebooks.Documents;
using Workbook.Notebooks.Running;

namespace Workbook.Notebooks.Reporting;

/// <summary>Writes the HTML report of a run. Pages ask no other host for anything.</summary>
public static class Report
{
    /// <summary>Writes a page for each notebook, and the index.</summary>
    /// <param name="results">What came of the run; notebooks without a document get a card that says why.</param>
    /// <param name="options">Where and how.</param>
    /// <returns>The path of <c>index.html</c>.</returns>
    /// <exception cref="FileNotFoundException">The plotly.js file or KaTeX folder named in the options does not exist.</exception>
    public static string Write(IReadOnlyList<NotebookRunResult> results, ReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(options);
        var assets = new ReportAssets(options);
        var pages = new Dictionary<string, string>(StringComparer.Ordinal); // notebook's full path → page's file name
        foreach (NotebookRunResult result in results)
            pages[Path.GetFullPath(result.Path)] = PageName(result.Path, pages.Values);
        var cards = new List<ReportCard>();
        foreach (NotebookRunResult result in results)
        {
            string name = pages[Path.GetFullPath(result.Path)];
            NotebookPage? page = result.Document is null ? null : new NotebookPage(result, result.Document, name, pages, options, assets);
            if (page is not null)
                ReplacedFile.Write(Path.Combine(options.Folder, name), page.ToHtml());
            cards.Add(new ReportCard(result, page is null ? null : name, page?.Title ?? Path.GetFileName(result.Path), page?.Question, page?.Thumbnail));
        }
        assets.Write();
        string index = Path.Combine(options.Folder, "index.html");
        ReplacedFile.Write(index, IndexPage.ToHtml(cards, options, assets));
        return index;
    }

    /// <summary>How long something took, for people.</summary>
    internal static string Duration(double seconds) => seconds switch
    {
        < 0.0995 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms"),
        < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3570 => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(seconds / 60) / 60} h {(int)Math.Round(seconds / 60) % 60:00} min"),
    };

    /// <summary>The status as a mark: class and words.</summary>
    internal static string Badge(NotebookRunResult result) => result.Status switch
    {
        NotebookStatus.Succeeded => "<span class=\"badge good\">complete</span>",
        NotebookStatus.Stopped => "<span class=\"badge stopped\">stopped</span>",
        NotebookStatus.Unreadable => "<span class=\"badge bad\">not readable</span>",
        NotebookStatus.Crashed => $"<span class=\"badge bad\">crashed{In(result)}</span>",
        _ => $"<span class=\"badge bad\">failed{In(result)}</span>",
    };

    private static string In(NotebookRunResult result) => result.FailedCell is int cell ? $" in cell {cell}" : "";

    private static string PageName(string path, IEnumerable<string> taken)
    {
        string stem = Path.GetFileNameWithoutExtension(path);
        if (stem.Equals("index", StringComparison.OrdinalIgnoreCase))
            stem = "index-notebook";
        string name = stem + ".html";
        for (int number = 2; taken.Contains(name, StringComparer.OrdinalIgnoreCase); number++)
            name = $"{stem}-{number}.html";
        return name;
    }
}

/// <summary>What the index shows of a notebook.</summary>
/// <param name="Result">How it ran.</param>
/// <param name="Page">Its page; null when there is none.</param>
/// <param name="Title">Its first heading.</param>
/// <param name="Question">Its first paragraph.</param>
/// <param name="Thumbnail">Its first figure as a data address.</param>
internal sealed record ReportCard(NotebookRunResult Result, string? Page, string Title, string? Question, string? Thumbnail);

/// <summary>The page of cards.</summary>
internal static class IndexPage
{
    internal static string ToHtml(IReadOnlyList<ReportCard> cards, ReportOptions options, ReportAssets assets)
    {
        var body = new StringBuilder();
        int done = cards.Count(card => card.Result.Status == NotebookStatus.Succeeded);
        body.Append("<main class=\"index\"><header class=\"head\"><h1>").Append(Html.Encode(options.Title)).Append("</h1>");
        if (options.Introduction is not null)
            body.Append("<p class=\"lead\">").Append(Html.Encode(options.Introduction)).Append("</p>");
        body.Append("<p class=\"summary\">").Append(cards.Count == 1 ? "1 notebook" : $"{cards.Count} notebooks").Append(", ")
            .Append(done == cards.Count ? "all complete" : $"{done} complete, <strong>{cards.Count - done} not</strong>")
            .Append(", ").Append(Report.Duration(cards.Sum(card => card.Result.Seconds))).Append("</p>");
        if (options.Facts.Count > 0)
        {
            body.Append("<dl class=\"facts\">");
            foreach (var (name, value) in options.Facts)
                body.Append("<div><dt>").Append(Html.Encode(name)).Append("</dt><dd>").Append(Html.Encode(value)).Append("</dd></div>");
            body.Append("</dl>");
        }
        body.Append("</header><div class=\"cards\">");
        foreach (ReportCard card in cards)
            Append(body, card);
        body.Append("</div></main>");
        return assets.Page(options.Title, body.ToString(), hasFigures: false, hasFormulas: false);
    }

    private static void Append(StringBuilder body, ReportCard card)
    {
        string tag = card.Page is null ? "div" : "a";
        body.Append('<').Append(tag).Append(" class=\"card\"");
        if (card.Page is not null)
            body.Append(" href=\"").Append(Html.Encode(Uri.EscapeDataString(card.Page))).Append('"');
        body.Append("><div class=\"thumb\">");
        if (card.Thumbnail is not null)
            body.Append("<img alt=\"\" src=\"").Append(card.Thumbnail).Append("\">");
        body.Append("</div><div class=\"about\"><h2>").Append(Html.Encode(card.Title)).Append("</h2>");
        if (card.Question is not null)
            body.Append("<p class=\"question\">").Append(Html.Encode(card.Question)).Append("</p>");
        if (card.Result.Error is not null)
            body.Append("<p class=\"fault\">").Append(Html.Encode(card.Result.Error)).Append("</p>");
        body.Append("<p class=\"state\">").Append(Report.Badge(card.Result)).Append("<span>").Append(Report.Duration(card.Result.Seconds))
            .Append("</span><span class=\"file\">").Append(Html.Encode(Path.GetFileName(card.Result.Path))).Append("</span></p></div></").Append(tag).Append('>');
    }
}
