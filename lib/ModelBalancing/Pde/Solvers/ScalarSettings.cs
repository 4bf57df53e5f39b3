// Which scalar equation is solved, and with which coefficients.
using System.Text.Json.Serialization;

namespace ModelBalancing.Pde.Solvers;

/// <summary>Which equation a scalar obeys.</summary>
public enum ScalarEquation
{
    /// <summary>u_t + β u_x = 0.</summary>
    Advection,

    /// <summary>u_t + (u²/2)_x = (ν/π) u_xx.</summary>
    Burgers,

    /// <summary>u_t = ν u_xx + ρ u (1 − u).</summary>
    ReactionDiffusion,
}

/// <summary>Equation, coefficients and step control of a scalar run; defaults are PDEBench's.</summary>
public sealed record ScalarSettings
{
    /// <summary>The equation.</summary>
    public ScalarEquation Equation { get; init; } = ScalarEquation.Advection;

    /// <summary>β, the speed (advection).</summary>
    public double Beta { get; init; } = 1;

    /// <summary>ν, the viscosity times π (Burgers) or the diffusivity (reaction-diffusion).</summary>
    public double Nu { get; init; } = 0.01;

    /// <summary>ρ, the rate of growth (reaction-diffusion).</summary>
    public double Rho { get; init; } = 1;

    /// <summary>The upwind flux without its factor ½, so that everything moves at twice its speed: PDEBench's generators of August 2022
    /// (commit a68cac4). Which of the two made a published file has to be seen in the file. Reaction-diffusion has no such flux.</summary>
    public bool FullFlux { get; init; }

    /// <summary>Left end of the ring.</summary>
    public double XMin { get; init; }

    /// <summary>Right end of the ring.</summary>
    public double XMax { get; init; } = 1;

    /// <summary>Courant number; null: 0.4 for advection, 0.25 for the others.</summary>
    public double? Cfl { get; init; }

    [JsonIgnore]
    internal double Courant => Cfl ?? (Equation == ScalarEquation.Advection ? 0.4 : 0.25);

    internal void Check()
    {
        if (!(XMax > XMin))
            throw new ArgumentOutOfRangeException(nameof(XMax), XMax, $"XMax is {XMax}; expected greater than XMin = {XMin}.");
        if (!(Nu >= 0))
            throw new ArgumentOutOfRangeException(nameof(Nu), Nu, $"Nu is {Nu}; expected 0 or more.");
        if (!(Courant is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Cfl), Cfl, $"Cfl is {Cfl}; expected in (0, 1].");
    }
}
