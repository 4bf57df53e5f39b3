// Markdown cells as HTML: tables, formulas, code; raw HTML shows as text, and addresses that could run code are dropped.
using System.Text;
using System.Text.Json.Nodes;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Workbook.Notebooks.Reporting;

/// <summary>A heading, for the table of contents.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Id">The anchor.</param>
/// <param name="Text">Its text.</param>
internal sealed record Heading(int Level, string Id, string Text);

/// <summary>Renders the text cells of one page.</summary>
/// <param name="folder">The notebook's folder, for pictures.</param>
/// <param name="link">Gives the address to use for a relative link.</param>
internal sealed partial class ArticleText(string folder, Func<string, string> link)
{
    private const int LargestPicture = 8 << 20;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseEmphasisExtras().UseTaskLists().UseFootnotes().UseAutoLinks().UseMathematics().UseDefinitionLists().DisableHtml().Build();

    private static readonly Dictionary<string, string> Greek = new()
    {
        ["alpha"] = "α", ["beta"] = "β", ["gamma"] = "γ", ["delta"] = "δ", ["epsilon"] = "ε", ["eta"] = "η", ["theta"] = "θ", ["kappa"] = "κ", ["lambda"] = "λ", ["mu"] = "μ", ["nu"] = "ν",
        ["pi"] = "π", ["rho"] = "ρ", ["sigma"] = "σ", ["tau"] = "τ", ["phi"] = "φ", ["chi"] = "χ", ["psi"] = "ψ", ["omega"] = "ω", ["Delta"] = "Δ", ["Sigma"] = "Σ",
        ["times"] = "×", ["cdot"] = "·", ["le"] = "≤", ["leq"] = "≤", ["ge"] = "≥", ["geq"] = "≥", ["approx"] = "≈", ["to"] = "→", ["pm"] = "±", ["infty"] = "∞",
        ["hat"] = "", ["bar"] = "", ["tilde"] = "", ["mathrm"] = "", ["text"] = "", ["left"] = "", ["right"] = "", ["quad"] = " ",
    };

    private readonly HashSet<string> taken = [];

    /// <summary>The headings so far.</summary>
    internal List<Heading> Headings { get; } = [];

    /// <summary>The first paragraph as plain text, or null.</summary>
    internal string? FirstParagraph { get; private set; }

    /// <summary>True when a formula was rendered.</summary>
    internal bool HasFormulas { get; private set; }

    /// <summary>Renders a cell or a text output.</summary>
    /// <param name="text">Markdown.</param>
    /// <param name="attachments">Files carried by the cell.</param>
    /// <param name="isPartOfArticle">False for outputs, whose headings are not listed.</param>
    internal string ToHtml(string text, JsonObject? attachments = null, bool isPartOfArticle = true)
    {
        MarkdownDocument document = Markdown.Parse(text, Pipeline);
        foreach (MarkdownObject item in document.Descendants())
        {
            switch (item)
            {
                case HeadingBlock heading when isPartOfArticle:
                    string words = Words(heading.Inline);
                    string id = Anchor(words);
                    heading.GetAttributes().Id = id;
                    Headings.Add(new Heading(heading.Level, id, words));
                    break;
                case ParagraphBlock { Parent: MarkdownDocument } paragraph when isPartOfArticle && FirstParagraph is null && Words(paragraph.Inline) is { Length: > 0 } first:
                    FirstParagraph = first;
                    break;
                case LinkInline { IsImage: true } picture:
                    picture.Url = Picture(picture.Url ?? "", attachments);
                    break;
                case LinkInline reference:
                    reference.Url = Address(reference.Url ?? "");
                    break;
                case AutolinkInline reference:
                    reference.Url = Address(reference.Url);
                    break;
            }
        }
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new Formula(this));
        renderer.ObjectRenderers.Replace<HtmlMathBlockRenderer>(new FormulaBlock(this));
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CodeText());
        renderer.Render(document);
        return writer.ToString();
    }

    private string Anchor(string words)
    {
        string slug = string.Concat(words.ToLowerInvariant().Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')).Replace(' ', '-');
        string id = slug.Length == 0 ? "section" : slug;
        for (int number = 1; !taken.Add(id); number++)
            id = $"{slug}-{number}";
        return id;
    }

    private static string Words(ContainerInline? inline)
    {
        var text = new StringBuilder();
        foreach (Inline item in inline?.Descendants<Inline>() ?? [])
            text.Append(item switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                MathInline formula => Letters(formula.Content.ToString()),
                LineBreakInline => " ",
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                _ => "",
            });
        return text.ToString().Trim();
    }

    /// <summary>A formula's source where formulas cannot be set: Greek letters as letters, braces and other commands left out.</summary>
    private static string Letters(string formula)
    {
        string text = Command().Replace(formula, match => Greek.GetValueOrDefault(match.Groups[1].Value, match.Groups[1].Value));
        return text.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
    }

    private string Address(string url)
    {
        string scheme = url.Contains(':', StringComparison.Ordinal) ? url[..url.IndexOf(':', StringComparison.Ordinal)].Trim().ToLowerInvariant() : "";
        return scheme is "http" or "https" or "mailto" || url.StartsWith('#') ? url : scheme.Length > 0 && scheme.All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '.' or '-' || char.IsControl(character)) ? "#" : link(url);
    }

    /// <summary>A picture within the page; one that is not at hand shows its description.</summary>
    private string Picture(string url, JsonObject? attachments)
    {
        if (url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
            return url;
        if (url.StartsWith("attachment:", StringComparison.Ordinal))
            return attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] is JsonObject data && data.FirstOrDefault() is { Key: { } type, Value: { } content }
                ? $"data:{type};base64,{string.Concat(content.ToString().Where(character => !char.IsWhiteSpace(character)))}" : "data:,";
        string file = Path.GetFullPath(Uri.UnescapeDataString(url.Split('?', '#')[0]), folder);
        string? media = Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".png" => "image/png", ".jpg" or ".jpeg" => "image/jpeg", ".gif" => "image/gif", ".svg" => "image/svg+xml", ".webp" => "image/webp", _ => null,
        };
        return media is not null && !url.Contains("://", StringComparison.Ordinal) && new FileInfo(file) is { Exists: true, Length: <= LargestPicture }
            ? $"data:{media};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}" : "data:,";
    }

    private sealed class Formula(ArticleText text) : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline formula)
        {
            text.HasFormulas = true;
            string tag = formula.DelimiterCount > 1 ? "math display" : "math";
            renderer.Write($"<span class=\"{tag}\">{Html.Encode(formula.Content.ToString())}</span>");
        }
    }

    private sealed class FormulaBlock(ArticleText text) : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock formula)
        {
            text.HasFormulas = true;
            renderer.Write($"<div class=\"math display\">{Html.Encode(formula.Lines.ToString())}</div>");
        }
    }

    private sealed class CodeText : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            string code = block.Lines.ToString();
            bool isCSharp = (block as FencedCodeBlock)?.Info?.ToLowerInvariant() is "csharp" or "cs" or "c#";
            renderer.Write($"<pre class=\"listing\"><code>{(isCSharp ? HighlightedCode.ToHtml(code) : Html.Encode(code))}</code></pre>");
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\\([A-Za-z]+) ?")]
    private static partial System.Text.RegularExpressions.Regex Command();
}
