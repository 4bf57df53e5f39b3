// HTML that is inserted and not escaped.
namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>A piece of HTML made with <c>HTML("…")</c>: shown as it is.</summary>
/// <param name="Markup">The HTML text.</param>
public sealed record HtmlContent(string Markup)
{
    /// <inheritdoc/>
    public override string ToString() => Markup;
}

/// <summary>A script made with <c>Javascript("…")</c>.</summary>
/// <param name="Script">The JavaScript text.</param>
internal sealed record ScriptContent(string Script)
{
    /// <inheritdoc/>
    public override string ToString() => $"<script type=\"text/javascript\">{Script}</script>";
}
