// How a report is written.
namespace Workbook.Notebooks.Reporting;

/// <summary>How a report is written.</summary>
/// <param name="Folder">Where the pages go; made when missing.</param>
public sealed record ReportOptions(string Folder)
{
    /// <summary>The heading of the index.</summary>
    public string Title { get; init; } = "Workbook report";

    /// <summary>A sentence below the heading; null for none.</summary>
    public string? Introduction { get; init; }

    /// <summary>What the index tells about the run (profile, engine, date, …), in this order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>The plotly.js file that makes figures live; null leaves them as pictures.</summary>
    public string? PlotlyScript { get; init; }

    /// <summary>KaTeX's <c>dist</c> folder, which sets formulas; null leaves them as their source text.</summary>
    public string? KatexFolder { get; init; }

    /// <summary>True makes every page a file that needs no other; default false: pages share the folder <c>assets</c>.</summary>
    public bool SingleFile { get; init; }
}
