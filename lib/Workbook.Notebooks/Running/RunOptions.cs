// How notebooks are run without a user.
namespace Workbook.Notebooks.Running;

/// <summary>How notebooks are run without a user.</summary>
public sealed record RunOptions
{
    /// <summary>Where executed notebooks go, named like their originals; null (default) writes none. The originals are never changed.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>The value of WORKBOOK_PROFILE for the notebook; null (default) leaves the variable as it is.</summary>
    public string? Profile { get; init; }

    /// <summary>True goes on after a failed cell; default false.</summary>
    public bool AllowErrors { get; init; }

    /// <summary>The longest a cell may take; null (default) for any time.</summary>
    public TimeSpan? CellTimeout { get; init; }
}
