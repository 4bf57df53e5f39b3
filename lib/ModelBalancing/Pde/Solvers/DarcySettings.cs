// Source, wall and step control of a Darcy problem.
namespace ModelBalancing.Pde.Solvers;

/// <summary>Source, wall and step control of a Darcy problem on the unit square.</summary>
public sealed record DarcySettings
{
    /// <summary>β, the constant source.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>u = 0 on the wall itself (true: second order), or at the centre of the cells beyond it (false, as published: first order).</summary>
    public bool ZeroOnTheWall { get; init; }

    /// <summary>Courant number of the march.</summary>
    public double Cfl { get; init; } = 0.25;
}
