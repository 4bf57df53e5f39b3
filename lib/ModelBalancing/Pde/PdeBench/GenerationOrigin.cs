// What the workbook's own record in a file tells a solver.
using System.Text.Json;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>The part of a generated file's record that recomputing needs.</summary>
internal static class GenerationOrigin
{
    /// <summary>Fluid, scheme and boundary of a generated compressible flow, or null.</summary>
    public static FlowSettings? FlowOf(string? origin) => Property(origin, "Scheme", out var record)
        ? new FlowSettings
        {
            Scheme = record.GetProperty("Scheme").Deserialize<CompressibleFlowScheme>(DataSpec.Json)!.Current(),
            Boundary = record.GetProperty("Boundary").Deserialize<FlowBoundary>(DataSpec.Json),
            Gamma = record.GetProperty("Gamma").GetDouble(),
            Cfl = record.GetProperty("Cfl").GetDouble(),
        }
        : null;

    /// <summary>The flux of generated advection or Burgers data, or null.</summary>
    public static bool? FullFluxOf(string? origin) => Property(origin, "FullFlux", out var record) ? record.GetProperty("FullFlux").GetBoolean() : null;

    /// <summary>Source, wall and way of a generated Darcy file, or null.</summary>
    public static DarcySpec? DarcyOf(string? origin) => Property(origin, nameof(DarcySpec.Marched), out var record) ? record.Deserialize<DarcySpec>(DataSpec.Json) : null;

    private static bool Property(string? origin, string name, out JsonElement record)
    {
        record = default;
        if (string.IsNullOrWhiteSpace(origin))
            return false;
        try
        {
            record = JsonSerializer.Deserialize<JsonElement>(origin);
            return record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
