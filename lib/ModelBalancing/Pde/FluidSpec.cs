// What data sets of compressible flow have in common, on a line, in the plane and in space.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>A compressible flow data set: fluid, boundary and scheme.</summary>
public abstract record FluidSpec : DataSpec
{
    /// <summary>Ratio of specific heats.</summary>
    public double Gamma { get; init; } = 5.0 / 3.0;

    /// <summary>Shear viscosity.</summary>
    public double Eta { get; init; } = 0.01;

    /// <summary>Bulk viscosity.</summary>
    public double Zeta { get; init; } = 0.01;

    /// <summary>Courant number.</summary>
    public double Cfl { get; init; } = 0.3;

    /// <summary>What lies beyond the ends.</summary>
    public FlowBoundary Boundary { get; init; } = FlowBoundary.Periodic;

    /// <summary>The scheme's variant.</summary>
    public CompressibleFlowScheme Scheme { get; init; } = CompressibleFlowScheme.Corrected;
}
