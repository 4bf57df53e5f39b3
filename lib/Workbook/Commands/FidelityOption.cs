// The option that chooses a scheme's variant.

using System.CommandLine;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>--fidelity published or corrected.</summary>
internal static class FidelityOption
{
    internal static Option<string?> Create()
    {
        var option = new Option<string?>("--fidelity") { Description = "The scheme's variant: published or corrected." };
        option.AcceptOnlyFromAmong("published", "corrected");
        return option;
    }

    internal static CompressibleFlowScheme? Scheme(string? fidelity) => fidelity switch
    {
        "published" => CompressibleFlowScheme.AsPublished,
        "corrected" => CompressibleFlowScheme.Corrected,
        _ => null,
    };
}
