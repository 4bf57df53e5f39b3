// An advection, Burgers or 1D reaction-diffusion data set.
using System.Globalization;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>One scalar on a ring, (0, 1); coefficients as in <see cref="ScalarSettings"/>.</summary>
public sealed record ScalarSpec : DataSpec
{
    /// <summary>Names the family in the record.</summary>
    public string Family => "scalar";

    /// <summary>The equation.</summary>
    public ScalarEquation Equation { get; init; } = ScalarEquation.Advection;

    /// <summary>β, the speed (advection).</summary>
    public double Beta { get; init; } = 1;

    /// <summary>ν (Burgers, reaction-diffusion).</summary>
    public double Nu { get; init; } = 0.01;

    /// <summary>ρ (reaction-diffusion).</summary>
    public double Rho { get; init; } = 1;

    /// <summary>The flux without its factor ½, as the generators of August 2022 had it.</summary>
    public bool FullFlux { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FileName => Equation switch
    {
        ScalarEquation.Advection => string.Create(CultureInfo.InvariantCulture, $"1D_Advection_beta{Beta:0.0##}_{Points}.hdf5"),
        ScalarEquation.Burgers => $"1D_Burgers_Nu{Text(Nu)}_{Points}.hdf5",
        _ => string.Create(CultureInfo.InvariantCulture, $"ReacDiff_Nu{Text(Nu)}_Rho{Rho:0.0##}_{Points}.hdf5"),
    };

    // The generators of August 2022 solved Burgers on (−1, 1).
    private ScalarSettings Settings => new()
    {
        Equation = Equation, Beta = Beta, Nu = Nu, Rho = Rho, FullFlux = FullFlux, XMin = Equation == ScalarEquation.Burgers && FullFlux ? -1 : 0,
    };

    internal override void Check()
    {
        base.Check();
        Settings.Check();
    }

    internal override PdeLayout Layout() => new ContiguousLayout
    {
        Samples = Samples,
        Arrays = [new SampleArray(ScalarFlow.Channel, [Frames, Points])],
        Coordinates = [Axis("x", Settings.XMin, Settings.XMax, Points), Clock()],
        Attributes = Equation switch
        {
            ScalarEquation.Advection => [("beta", Beta)],
            ScalarEquation.Burgers => [("Nu", Nu)],
            _ => [("Nu", Nu), ("rho", Rho)],
        },
        Origin = ToOrigin(),
    };

    internal override Trajectories<float> Solve(long first, int count, FlowRun run)
    {
        var start = RandomFields1d.DrawScalar(count, Points, Seed, first, Settings.XMin, Settings.XMax, Equation == ScalarEquation.ReactionDiffusion).As<float>();
        return SinglePrecision
            ? ScalarFlow.Evolve(start, Settings, Frames, Interval, run)
            : ScalarFlow.Evolve<double, float>(start.As<double>(), Settings, Frames, Interval, run);
    }
}
