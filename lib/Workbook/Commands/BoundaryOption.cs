// The option that says what lies beyond the ends of a flow's domain, in PDEBench's words.

using System.CommandLine;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>--boundary periodic, trans or khi.</summary>
internal static class BoundaryOption
{
    private static readonly Dictionary<string, FlowBoundary> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["periodic"] = FlowBoundary.Periodic, ["trans"] = FlowBoundary.Transparent, ["transparent"] = FlowBoundary.Transparent,
        ["outgoing"] = FlowBoundary.Transparent, ["khi"] = FlowBoundary.KelvinHelmholtz,
    };

    internal static Option<FlowBoundary?> Create(string description) => new("--boundary")
    {
        Description = description,
        HelpName = "periodic|trans|khi",
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: var word }] && Words.TryGetValue(word, out var boundary))
                return boundary;
            result.AddError($"--boundary is '{string.Join(' ', result.Tokens.Select(token => token.Value))}'; there are periodic, trans (outgoing) and khi.");
            return null;
        },
    };
}
