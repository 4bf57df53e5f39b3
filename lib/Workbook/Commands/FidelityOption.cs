// The option that chooses a scheme's variant.

using System.CommandLine;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>--fidelity published, corrected or textbook.</summary>
internal static class FidelityOption
{
    internal static Option<string?> Create()
    {
        var option = new Option<string?>("--fidelity") { Description = "The flow scheme's variant: published, corrected, or textbook (corrected with the star energy of the HLLC literature)." };
        option.AcceptOnlyFromAmong("published", "corrected", "textbook");
        return option;
    }

    internal static CompressibleFlowScheme? Scheme(string? fidelity) => fidelity switch
    {
        "published" => CompressibleFlowScheme.AsPublished,
        "corrected" => CompressibleFlowScheme.Corrected,
        "textbook" => CompressibleFlowScheme.Textbook,
        _ => null,
    };
}
