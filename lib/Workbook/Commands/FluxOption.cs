// The option that chooses the upwind flux with or without its factor one half.

using System.CommandLine;

namespace Workbook.Commands;

/// <summary>--flux half or full.</summary>
internal static class FluxOption
{
    internal static Option<string?> Create(string description)
    {
        var option = new Option<string?>("--flux") { Description = description };
        option.AcceptOnlyFromAmong("half", "full");
        return option;
    }

    internal static bool? Full(string? flux) => flux switch { "full" => true, "half" => false, _ => null };
}
