// Coefficients and tolerances of the 2D diffusion-reaction system.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Coefficients of u_t = Du ∇²u + u − u³ − k − v, v_t = Dv ∇²v + u − v on a square whose walls let nothing through; defaults are PDEBench's.</summary>
public sealed record DiffusionReactionSettings
{
    /// <summary>Diffusivity of the activator u.</summary>
    public double Du { get; init; } = 1e-3;

    /// <summary>Diffusivity of the inhibitor v.</summary>
    public double Dv { get; init; } = 5e-3;

    /// <summary>k.</summary>
    public double K { get; init; } = 5e-3;

    /// <summary>Lower end of both axes.</summary>
    public double Min { get; init; } = -1;

    /// <summary>Upper end of both axes.</summary>
    public double Max { get; init; } = 1;

    /// <summary>Relative tolerance; SciPy's default, with which the public file is 1.6 % off at its first frame.</summary>
    public double RelativeTolerance { get; init; } = 1e-3;

    /// <summary>Absolute tolerance; SciPy's default.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-6;
}
