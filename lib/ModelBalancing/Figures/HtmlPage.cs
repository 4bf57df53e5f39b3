// One page of several figures and tables.
using System.Net;

namespace ModelBalancing.Figures;

/// <summary>An HTML page that holds figures and tables one below the other and needs no other file.</summary>
public static class HtmlPage
{
    /// <summary>Makes a page.</summary>
    /// <param name="title">Its heading; plain text.</param>
    /// <param name="lead">A sentence below the heading; plain text, empty for none.</param>
    /// <param name="fragments">HTML of figures and tables (their ToHtml), in order.</param>
    /// <remarks>Figures are live where plotly.js is installed, else pictures.</remarks>
    public static string Of(string title, string lead, params IEnumerable<string> fragments)
    {
        ArgumentNullException.ThrowIfNull(fragments);
        return FigureHtml.Page(title, $"<h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(lead)}</p>{string.Join("\n", fragments)}", PlotlyScript.Find());
    }
}
