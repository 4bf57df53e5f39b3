// Which variant of PDEBench's compressible-flow scheme is solved, switch by switch.
using System.Text.Json.Serialization;

namespace ModelBalancing.Pde.Solvers;

/// <summary>The switches in which the published generator differs from what its text describes.</summary>
/// <remarks>The published values are those of PDEBench's CFD_multi_Hydra.py at commit a68cac4. Every switch is a property of its own,
/// so that its effect can be measured alone: <c>CompressibleFlowScheme.AsPublished with { TextbookStarEnergy = true }</c>.</remarks>
public sealed record CompressibleFlowScheme
{
    /// <summary>A contact speed S* of exactly zero takes the flux of the left star state (true) or falls through to the unmodified
    /// right flux (false, as published), which breaks mirror symmetry at stagnation points.</summary>
    public bool ContactAtRestTakesLeftStar { get; init; }

    /// <summary>The star energy follows from the jump conditions, as in the HLLC literature (true), or from the equation of state at
    /// the star density and pressure (false, as published).</summary>
    public bool TextbookStarEnergy { get; init; }

    /// <summary>Ghost cells are filled before every viscous sweep (true), or once a sub-step and then stale (false, as published).
    /// In 1D the stale ghosts of the two axes of one cell pull the velocity back towards its value before the sweep.</summary>
    public bool RefilledViscousGhosts { get; init; }

    /// <summary>The viscous stress has its mixed derivatives (true): shear of a component across the other axis, and the divergence's share
    /// of the other axes; or only the derivatives along the face's normal (false, as published). No difference in 1D.</summary>
    public bool MixedViscousTerms { get; init; }

    /// <summary>Spacing of the axes of one cell that a 1D or 2D run of the 3D generator has; only stale ghosts feel it. Null: the width of
    /// the domain, as the generator's files have it (2 in 1D, 1 in 2D).</summary>
    public double? HiddenAxisSpacing { get; init; }

    /// <summary>The scheme that made the public files: parity with them, defects included.</summary>
    public static CompressibleFlowScheme AsPublished { get; } = new();

    /// <summary>Symmetric at stagnation points, without stale ghosts, with the whole viscous stress; the star energy stays the published one. The default.</summary>
    public static CompressibleFlowScheme Corrected { get; } = new() { ContactAtRestTakesLeftStar = true, RefilledViscousGhosts = true, MixedViscousTerms = true };

    /// <summary><see cref="Corrected"/> with the star energy of the HLLC literature.</summary>
    public static CompressibleFlowScheme Textbook { get; } = Corrected with { TextbookStarEnergy = true };

    // Records of 1D files from before the switch of the mixed terms lack it, and name the hidden spacing: the same scheme in 1D.
    internal CompressibleFlowScheme Current() => HiddenAxisSpacing == 2 ? this with { MixedViscousTerms = RefilledViscousGhosts, HiddenAxisSpacing = null } : this;

    /// <summary>AsPublished, Corrected, Textbook, or the list of switches that are on.</summary>
    [JsonIgnore]
    public string Name =>
        this == AsPublished ? nameof(AsPublished)
        : this == Corrected ? nameof(Corrected)
        : this == Textbook ? nameof(Textbook)
        : $"ContactAtRestTakesLeftStar={ContactAtRestTakesLeftStar}, TextbookStarEnergy={TextbookStarEnergy}, RefilledViscousGhosts={RefilledViscousGhosts}, MixedViscousTerms={MixedViscousTerms}, HiddenAxisSpacing={HiddenAxisSpacing}";
}
