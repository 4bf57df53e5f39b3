// Advection, Burgers' equation and 1D reaction-diffusion: one scalar on a ring.
using System.Numerics;
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

/// <summary>PDEBench's schemes for one scalar on a periodic interval: MC-limited upwind or Rusanov-like flux and two-stage midpoint steps;
/// diffusion in the flux; growth by its exact solution.</summary>
/// <remarks>Written from the description of the *_multi_solution_Hydra.py scripts (PDEBench, commits a68cac4 and 9754b4c).</remarks>
public static class ScalarFlow
{
    /// <summary>Name of the channel, as PDEBench's files have it.</summary>
    public const string Channel = "tensor";

    /// <summary>Runs every sample from its first frame.</summary>
    /// <param name="start">First frames: one channel on one axis.</param>
    /// <param name="settings">Equation and coefficients.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    /// <returns>(sample, time, x). A sample that breaks down is NaN from that frame on.</returns>
    /// <exception cref="ArgumentException">The start is not one frame of one channel on one axis, or a number is out of range.</exception>
    public static Trajectories<T> Evolve<T>(Trajectories<T> start, ScalarSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Evolve<T, T>(start, settings, frames, interval, run);

    internal static Trajectories<TResult> Evolve<T, TResult>(Trajectories<T> start, ScalarSettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        settings.Check();
        if (start.Channels.Count != 1 || start.Shape.Count != 1)
            throw new ArgumentException($"start has {start.Channels.Count} channels on {start.Shape.Count} axes; expected one channel on one axis.", nameof(start));
        return SampleRuns.Evolve<T, TResult>(start, frames, interval, run, () => new ScalarKernel<T>(settings, start.Cells));
    }
}

/// <summary>State and work arrays of one sample.</summary>
internal sealed class ScalarKernel<T>(ScalarSettings settings, int points) : ISampleKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double SmallestStep = 1e-8;

    private readonly PaddedGrid<T> grid = new([points]);
    private readonly double width = (settings.XMax - settings.XMin) / points;
    private T[] state = [], midpoint = [], flux = [];

    public void Load(Trajectories<T> start, int sample)
    {
        (state, midpoint, flux) = (new T[grid.Length], new T[grid.Length], new T[grid.Length]);
        grid.Load(start.Frame(0, sample, 0), state);
    }

    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult> =>
        grid.Store(state, result.Frame(0, sample, frame));

    public bool Advance(double interval, CancellationToken cancellation)
    {
        for (var left = interval; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var longest = LongestStep();
            if (!(longest > 0))
                return false;
            var step = Math.Min(longest, left);
            if (step <= SmallestStep)
                break;
            Update(state, midpoint, step / 2);
            Update(midpoint, state, step);
            left -= step;
        }
        return grid.IsFinite(state);
    }

    private double LongestStep()
    {
        double Advective(double speed) => settings.Courant * width / (speed + 1e-8);
        double Diffusive(double diffusivity) => settings.Courant * 0.5 * width * width / (diffusivity + 1e-8);
        return settings.Equation switch
        {
            ScalarEquation.Advection => Advective(Math.Abs(settings.Beta)),
            ScalarEquation.Burgers => Math.Min(Advective(Fastest()), Diffusive(settings.Nu / Math.PI)),
            _ => Diffusive(settings.Nu),
        };
    }

    private double Fastest()
    {
        var fastest = Vector<T>.Zero;
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
                fastest = Vector.Max(fastest, grid.Inside(i, row.End, Vector.Abs(PaddedGrid<T>.At(ref PaddedGrid<T>.Start(state), i))));
        var result = T.Zero;
        for (var lane = 0; lane < Vector<T>.Count; lane++)
            result = T.Max(result, fastest[lane]);
        return double.CreateChecked(result);
    }

    // to = source(state) − step · dF(from)/dx, where from is the state itself (predictor) or the midpoint (corrector).
    private void Update(T[] from, T[] to, double step)
    {
        grid.FillGhosts(from, 0, periodic: true);
        Flux(from);
        ref var u = ref PaddedGrid<T>.Start(state);
        ref var f = ref PaddedGrid<T>.Start(flux);
        ref var result = ref PaddedGrid<T>.Start(to);
        var ratio = T.CreateChecked(step / width);
        var decay = new Vector<T>(T.CreateChecked(Math.Exp(-settings.Rho * step)));
        var grows = settings.Equation == ScalarEquation.ReactionDiffusion;
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var here = PaddedGrid<T>.At(ref u, i);
                if (grows)
                    here = Vector<T>.One / (Vector<T>.One + decay * (Vector<T>.One - here) / here);
                grid.Set(ref result, i, row.End, here - (PaddedGrid<T>.At(ref f, i) - PaddedGrid<T>.At(ref f, i - 1)) * ratio);
            }
    }

    // The flux through the face between cells i and i + 1, stored at i.
    private void Flux(T[] values)
    {
        ref var u = ref PaddedGrid<T>.Start(values);
        ref var f = ref PaddedGrid<T>.Start(flux);
        var share = T.CreateChecked(settings.FullFlux ? 1 : 0.5);
        var half = T.CreateChecked(0.5);
        var beta = T.CreateChecked(settings.Beta);
        var speed = T.Abs(beta);
        var diffusion = T.CreateChecked((settings.Equation == ScalarEquation.Burgers ? settings.Nu / Math.PI : settings.Nu) / width);
        foreach (var row in grid.Faces[0])
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var gradient = (PaddedGrid<T>.At(ref u, i + 1) - PaddedGrid<T>.At(ref u, i)) * diffusion;
                if (settings.Equation == ScalarEquation.ReactionDiffusion)
                {
                    (-gradient).StoreUnsafe(ref f, (nuint)i);
                    continue;
                }
                Limiter<T>.Reconstruct(ref u, i, 1, out var left, out var right);
                var total = settings.Equation == ScalarEquation.Advection
                    ? ((left + right) * beta - (right - left) * speed) * share
                    : ((left * left + right * right) * half - Vector.Abs(left + right) * (right - left) * half) * share - gradient;
                total.StoreUnsafe(ref f, (nuint)i);
            }
    }
}
