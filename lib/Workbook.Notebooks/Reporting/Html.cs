// Text as HTML.
using System.Net;

namespace Workbook.Notebooks.Reporting;

/// <summary>Text as HTML.</summary>
internal static class Html
{
    /// <summary>Text that shows as it is, in content and in quoted attributes.</summary>
    internal static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The first drawing within HTML, nested ones included, or null.</summary>
    internal static string? FirstSvg(string html)
    {
        int start = html.IndexOf("<svg", StringComparison.OrdinalIgnoreCase);
        for (int at = start, depth = 0; start >= 0;)
        {
            int open = html.IndexOf("<svg", at, StringComparison.OrdinalIgnoreCase), close = html.IndexOf("</svg>", at, StringComparison.OrdinalIgnoreCase);
            if (close < 0)
                return null;
            if (open >= 0 && open < close)
                (depth, at) = (depth + 1, open + 4);
            else
                (depth, at) = (depth - 1, close + 6);
            if (depth == 0)
                return html[start..at];
        }
        return null;
    }
}
