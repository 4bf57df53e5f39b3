// What a run keeps of its balancing, so that a resumed run goes on exactly as it would have.
using System.Text.Json.Serialization;
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>Metric and multiplier of one parameter group.</summary>
/// <param name="Name">The tuned layer, or <see cref="TempBalance.Rest"/>.</param>
/// <param name="Metric">The layer's metric when it was last refreshed; NaN where it has none.</param>
/// <param name="Multiplier">What the group's rate is multiplied by.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record GroupBalance(string Name, double Metric, double Multiplier);

/// <summary>State of <see cref="TempBalance"/>; serialises to JSON and back without loss.</summary>
/// <param name="Groups">The groups in their order, the rest last.</param>
/// <param name="Drift">What the base rate has been multiplied by so far: 1, except where the released matching by position lets it drift.</param>
/// <param name="Refreshes">How often metrics were computed, the start included.</param>
/// <param name="Fidelity">Name of the variant.</param>
/// <param name="Pending">What the next refresh uses, where spectra are computed beside the training; else null.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record BalanceState(IReadOnlyList<GroupBalance> Groups, double Drift, int Refreshes, string Fidelity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PendingSnapshot? Pending = null);
