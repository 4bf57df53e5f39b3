// One sample of the 2D diffusion-reaction system.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>One sample; a frame is the integrator's interpolant at its time.</summary>
internal sealed class DiffusionReactionKernel(DiffusionReactionSettings settings, IReadOnlyList<int> shape, double end) : ISampleKernel<double>
{
    private readonly PaddedGrid<double> grid = new(shape);
    private double[] u = [], v = [], state = [];
    private DormandPrince? integrator;
    private double time;

    public void Load(Trajectories<double> start, int sample)
    {
        (u, v) = (grid.NewArray(), grid.NewArray());
        state = [.. start.Frame(0, sample, 0), .. start.Frame(1, sample, 0)];
        time = 0;
        integrator = end > 0 ? new DormandPrince(Derivative, state, end, settings.RelativeTolerance, settings.AbsoluteTolerance) : null;
    }

    public bool Advance(double interval, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        time += interval;
        return integrator!.At(Math.Min(time, end), state);
    }

    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        var cells = state.Length / 2;
        for (var c = 0; c < 2; c++)
            for (var i = 0; i < cells; i++)
                result.Frame(c, sample, frame)[i] = TResult.CreateSaturating(state[c * cells + i]);
    }

    // A wall that lets nothing through is a ghost that mirrors its cell.
    private void Derivative(double[] from, double[] to)
    {
        var cells = from.Length / 2;
        grid.Load(from.AsSpan(0, cells), u);
        grid.Load(from.AsSpan(cells), v);
        foreach (var values in (double[][])[u, v])
            for (var axis = 0; axis < 2; axis++)
                grid.FillGhosts(values, axis, periodic: false);
        int x = grid.Strides[0], y = grid.Strides[1];
        double width = settings.Max - settings.Min, perX = Math.Pow(shape[0] / width, 2), perY = Math.Pow(shape[1] / width, 2);
        ref var us = ref PaddedGrid<double>.Start(u);
        ref var vs = ref PaddedGrid<double>.Start(v);
        var k = new Vector<double>(settings.K);
        var out0 = 0;
        foreach (var row in grid.Cells)
        {
            var count = row.End - row.Start;
            for (var i = 0; i < count; i += Vector<double>.Count)
            {
                var at = row.Start + i;
                Vector<double> a = PaddedGrid<double>.At(ref us, at), b = PaddedGrid<double>.At(ref vs, at);
                var du = Laplacian(ref us, at, x, y, perX, perY, a) * settings.Du + (a - a * a * a - k - b);
                var dv = Laplacian(ref vs, at, x, y, perX, perY, b) * settings.Dv + (a - b);
                Put(du, to.AsSpan(out0 + i, Math.Min(Vector<double>.Count, count - i)));
                Put(dv, to.AsSpan(cells + out0 + i, Math.Min(Vector<double>.Count, count - i)));
            }
            out0 += count;
        }
    }

    private static Vector<double> Laplacian(ref double values, int i, int x, int y, double perX, double perY, Vector<double> here) =>
        (PaddedGrid<double>.At(ref values, i + x) - here - here + PaddedGrid<double>.At(ref values, i - x)) * perX
        + (PaddedGrid<double>.At(ref values, i + y) - here - here + PaddedGrid<double>.At(ref values, i - y)) * perY;

    private static void Put(Vector<double> value, Span<double> to)
    {
        if (to.Length == Vector<double>.Count)
            value.CopyTo(to);
        else
            for (var lane = 0; lane < to.Length; lane++)
                to[lane] = value[lane];
    }
}
