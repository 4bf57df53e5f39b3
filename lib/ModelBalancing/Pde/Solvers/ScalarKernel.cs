// The arithmetic of one sample of a scalar on a ring.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

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
