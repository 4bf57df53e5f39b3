// What a flow run needs besides its first frame: fluid, domain, step control, and how it is carried out.
namespace ModelBalancing.Pde.Solvers;

/// <summary>What lies beyond the ends of the domain.</summary>
public enum FlowBoundary
{
    /// <summary>The two ends are joined (PDEBench: <c>periodic</c>).</summary>
    Periodic,

    /// <summary>The two edge cells are mirrored outwards, so that waves leave (PDEBench: <c>trans</c>).</summary>
    Transparent,

    /// <summary>Joined along x, open along y and z, for a shear layer (PDEBench: <c>KHI</c>).</summary>
    KelvinHelmholtz,
}

/// <summary>Fluid, domain and step control of a run; defaults are PDEBench's.</summary>
public sealed record FlowSettings
{
    /// <summary>Ratio of specific heats, > 1.</summary>
    public double Gamma { get; init; } = 5.0 / 3.0;

    /// <summary>Shear viscosity, kinematic (multiplied by the density), length²/time, ≥ 0.</summary>
    public double Eta { get; init; } = 1e-8;

    /// <summary>Bulk viscosity, kinematic, ≥ 0.</summary>
    public double Zeta { get; init; } = 1e-8;

    /// <summary>Courant number of the hyperbolic step; half of it bounds the viscous sub-steps.</summary>
    public double Cfl { get; init; } = 0.3;

    /// <summary>Left end of the domain.</summary>
    public double XMin { get; init; } = -1.0;

    /// <summary>Right end of the domain.</summary>
    public double XMax { get; init; } = 1.0;

    /// <summary>Lower end along y; null: as along x.</summary>
    public double? YMin { get; init; }

    /// <summary>Upper end along y; null: as along x.</summary>
    public double? YMax { get; init; }

    /// <summary>Lower end along z; null: as along x.</summary>
    public double? ZMin { get; init; }

    /// <summary>Upper end along z; null: as along x.</summary>
    public double? ZMax { get; init; }

    /// <summary>What lies beyond the ends; default: the ends are joined.</summary>
    public FlowBoundary Boundary { get; init; } = FlowBoundary.Periodic;

    /// <summary>The scheme's variant; default: <see cref="CompressibleFlowScheme.Corrected"/>.</summary>
    public CompressibleFlowScheme Scheme { get; init; } = CompressibleFlowScheme.Corrected;

    /// <summary>Centres of <paramref name="points"/> cells along x.</summary>
    public double[] CellCentres(int points) => CellCentres(points, 0);

    /// <summary>Centres of <paramref name="points"/> cells along an axis (0 = x).</summary>
    public double[] CellCentres(int points, int axis)
    {
        var (min, max) = Ends(axis);
        var width = (max - min) / points;
        var centres = new double[points];
        for (var i = 0; i < points; i++)
            centres[i] = min + (i + 0.5) * width;
        return centres;
    }

    /// <summary>Both ends of an axis (0 = x).</summary>
    internal (double Min, double Max) Ends(int axis) => axis switch
    {
        1 => (YMin ?? XMin, YMax ?? XMax),
        2 => (ZMin ?? XMin, ZMax ?? XMax),
        _ => (XMin, XMax),
    };

    /// <summary>Whether the ends of an axis are joined.</summary>
    internal bool IsJoined(int axis) => Boundary == FlowBoundary.Periodic || Boundary == FlowBoundary.KelvinHelmholtz && axis == 0;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the sentence names it.</exception>
    internal void Check()
    {
        Require(Gamma > 1, nameof(Gamma), Gamma, "greater than 1");
        Require(Eta >= 0, nameof(Eta), Eta, "0 or more");
        Require(Zeta >= 0, nameof(Zeta), Zeta, "0 or more");
        Require(Cfl is > 0 and <= 1, nameof(Cfl), Cfl, "in (0, 1]");
        Require(XMax > XMin, nameof(XMax), XMax, $"greater than XMin = {XMin}");
        for (var axis = 1; axis < 3; axis++)
        {
            var (min, max) = Ends(axis);
            Require(max > min, axis == 1 ? nameof(YMax) : nameof(ZMax), max, $"greater than the lower end {min}");
        }
        if (Scheme.HiddenAxisSpacing is { } spacing)
            Require(spacing > 0, "Scheme.HiddenAxisSpacing", spacing, "positive");
    }

    private static void Require(bool holds, string name, double value, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; expected {expected}.");
    }
}

/// <summary>How a long computation is carried out; nothing here changes its result.</summary>
public sealed record FlowRun
{
    /// <summary>Samples computed at a time; default: one a processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told after every finished sample; null: nobody is told.</summary>
    public IProgress<SampleProgress>? Progress { get; init; }

    /// <summary>Stops between two time steps with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>How far a run over samples has come.</summary>
/// <param name="Done">Finished samples.</param>
/// <param name="Total">All samples.</param>
/// <param name="Elapsed">Time since this run began.</param>
/// <param name="Left">Estimate of the time still needed; null before the first sample is done.</param>
public sealed record SampleProgress(int Done, int Total, TimeSpan Elapsed, TimeSpan? Left);
