// Gravity, domain and step control of shallow water.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Gravity, domain and step control; defaults are PDEBench's and PyClaw's.</summary>
public sealed record ShallowWaterSettings
{
    /// <summary>Gravity.</summary>
    public double Gravity { get; init; } = 1;

    /// <summary>Lower end of both axes.</summary>
    public double Min { get; init; } = -2.5;

    /// <summary>Upper end of both axes.</summary>
    public double Max { get; init; } = 2.5;

    /// <summary>Courant number that the next step aims at.</summary>
    public double DesiredCourant { get; init; } = 0.9;

    /// <summary>Courant number above which a step is taken back.</summary>
    public double LargestCourant { get; init; } = 1;

    /// <summary>The first step.</summary>
    public double FirstStep { get; init; } = 0.1;
}
