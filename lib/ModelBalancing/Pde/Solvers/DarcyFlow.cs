// Flow through a porous square: the steady problem −div(a grad u) = β, solved directly or by marching in time as PDEBench did.
using System.Numerics;

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

/// <summary>Darcy flow u_t = div(a grad u) + β, and its steady state.</summary>
/// <remarks>Face conductivities are means of the two cells. Written from the description of reaction_diffusion_2D_multi_solution_Hydra.py
/// (PDEBench, commit a68cac4), whose label is the march from a random start at t = 1.75: up to 5 % (β = 1) off the steady state.</remarks>
public static class DarcyFlow
{
    /// <summary>The published label's time.</summary>
    public const double LabelTime = 1.75;

    /// <summary>Time between the published generator's frames.</summary>
    public const double PublishedInterval = 0.25;

    /// <summary>The channels of a march: u, and the conductivity, which stays as it is.</summary>
    public static IReadOnlyList<string> ChannelNames { get; } = ["tensor", "nu"];

    /// <summary>Marches every sample from its start.</summary>
    /// <param name="start">One frame on a square grid, channels u and conductivity (> 0).</param>
    /// <param name="settings">Source and wall.</param>
    /// <param name="frames">Frames of the result, the first one included, ≥ 1.</param>
    /// <param name="interval">Time between two frames, > 0.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    public static Trajectories<T> March<T>(Trajectories<T> start, DarcySettings settings, int frames, double interval, FlowRun? run = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(start);
        return SampleRuns.Evolve<T, T>(start, frames, interval, run, () => new DarcyKernel<T>(settings, start.Shape));
    }

    /// <summary>The steady states, by conjugate gradients (Jacobi preconditioner) down to a relative residual of 1e-12.</summary>
    /// <param name="problems">One frame on a square grid, channels u (the first guess) and conductivity (> 0).</param>
    /// <param name="settings">Source and wall.</param>
    /// <param name="run">Threads, progress, cancellation; null: the defaults.</param>
    /// <param name="source">A source of its own for every cell instead of β (x, y); null: β everywhere.</param>
    /// <returns>The same channels with u solved.</returns>
    public static Trajectories<double> Steady(Trajectories<double> problems, DarcySettings settings, FlowRun? run = null, IReadOnlyList<double>? source = null)
    {
        Check(problems);
        // One "frame" after the first: the kernel's step is the whole solution.
        var solved = SampleRuns.Evolve<double, double>(problems, 2, 1, run, () => new SteadyDarcyKernel(settings, problems.Shape, source));
        return solved.FrameAt(1);
    }

    private static void Check<T>(Trajectories<T> fields) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (fields.Shape.Count != 2 || fields.Channels.Count != 2)
            throw new ArgumentException($"The problem has {fields.Channels.Count} channels on {fields.Shape.Count} axes; expected u and the conductivity on two axes.", nameof(fields));
        foreach (var value in fields.Channels[1])
            if (!(value > T.Zero))
                throw new ArgumentException($"The conductivity holds {value}; expected positive numbers.", nameof(fields));
    }
}

/// <summary>div(a grad ·) on the unit square with zero beyond the wall.</summary>
internal sealed class DarcyOperator<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly bool zeroOnTheWall;
    private readonly T[] alongX, alongY;

    public DarcyOperator(IReadOnlyList<int> shape, bool zeroOnTheWall)
    {
        this.zeroOnTheWall = zeroOnTheWall;
        Grid = new PaddedGrid<T>(shape);
        (alongX, alongY) = (Grid.NewArray(), Grid.NewArray());
    }

    public PaddedGrid<T> Grid { get; }

    /// <summary>Largest conductivity.</summary>
    public double Largest { get; private set; }

    /// <summary>Takes a conductivity; its ghosts mirror the cells at the wall.</summary>
    public void Load(ReadOnlySpan<T> conductivity)
    {
        var a = Grid.NewArray();
        Grid.Load(conductivity, a);
        Grid.FillGhosts(a, 0, periodic: false);
        Grid.FillGhosts(a, 1, periodic: false);
        Largest = 0;
        foreach (var value in conductivity)
            Largest = Math.Max(Largest, double.CreateChecked(value));
        for (var axis = 0; axis < 2; axis++)
        {
            var (to, stride) = (axis == 0 ? alongX : alongY, Grid.Strides[axis]);
            var scale = T.CreateChecked(0.5 * Grid.Shape[axis] * Grid.Shape[axis]);
            foreach (var row in Grid.Faces[axis])
                for (var i = row.Start; i < row.End; i++)
                    to[i] = (a[i] + a[i + stride]) * scale;
        }
    }

    /// <summary>The operator's diagonal at a cell, without its sign.</summary>
    public T Diagonal(int i)
    {
        int x = Grid.Strides[0], y = Grid.Strides[1];
        var sum = alongX[i] + alongX[i - x] + alongY[i] + alongY[i - y];
        if (!zeroOnTheWall)
            return sum;
        // At a wall the ghost is −u, which counts once more.
        int row = i / x - PaddedGrid<T>.Ghosts, column = i % x - PaddedGrid<T>.Ghosts;
        if (row == 0) sum += alongX[i - x];
        if (row == Grid.Shape[0] - 1) sum += alongX[i];
        if (column == 0) sum += alongY[i - y];
        if (column == Grid.Shape[1] - 1) sum += alongY[i];
        return sum;
    }

    /// <summary>to = offset + factor · (div(a grad u) + source) on the cells. Fills the ghosts of u.</summary>
    public void Apply(T[] u, T[] offset, T[] to, double factor, double source)
    {
        FillGhosts(u);
        int x = Grid.Strides[0], y = Grid.Strides[1];
        ref var values = ref PaddedGrid<T>.Start(u);
        ref var ax = ref PaddedGrid<T>.Start(alongX);
        ref var ay = ref PaddedGrid<T>.Start(alongY);
        ref var from = ref PaddedGrid<T>.Start(offset);
        ref var result = ref PaddedGrid<T>.Start(to);
        var scale = T.CreateChecked(factor);
        var constant = new Vector<T>(T.CreateChecked(source));
        foreach (var row in Grid.Cells)
            for (var i = row.Start; i < row.End; i += Vector<T>.Count)
            {
                var here = PaddedGrid<T>.At(ref values, i);
                var change = PaddedGrid<T>.At(ref ax, i) * (PaddedGrid<T>.At(ref values, i + x) - here)
                    - PaddedGrid<T>.At(ref ax, i - x) * (here - PaddedGrid<T>.At(ref values, i - x))
                    + PaddedGrid<T>.At(ref ay, i) * (PaddedGrid<T>.At(ref values, i + y) - here)
                    - PaddedGrid<T>.At(ref ay, i - y) * (here - PaddedGrid<T>.At(ref values, i - y))
                    + constant;
                Grid.Set(ref result, i, row.End, PaddedGrid<T>.At(ref from, i) + change * scale);
            }
    }

    // Beyond the wall u is zero (and stays so) or minus the value before it.
    private void FillGhosts(T[] u)
    {
        if (!zeroOnTheWall)
            return;
        for (var axis = 0; axis < 2; axis++)
        {
            var stride = Grid.Strides[axis];
            var n = Grid.Shape[axis];
            var other = 1 - axis;
            for (var k = 0; k < Grid.Shape[other]; k++)
            {
                var line = (k + PaddedGrid<T>.Ghosts) * Grid.Strides[other];
                u[line + stride] = -u[line + 2 * stride];
                u[line + (n + 2) * stride] = -u[line + (n + 1) * stride];
            }
        }
    }
}

/// <summary>The march of one sample.</summary>
internal sealed class DarcyKernel<T>(DarcySettings settings, IReadOnlyList<int> shape) : ISampleKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double SmallestStep = 1e-8;

    private readonly DarcyOperator<T> diffusion = new(shape, settings.ZeroOnTheWall);
    private T[] state = [], midpoint = [], conductivity = [];

    public void Load(Trajectories<T> start, int sample)
    {
        (state, midpoint) = (diffusion.Grid.NewArray(), diffusion.Grid.NewArray());
        diffusion.Grid.Load(start.Frame(0, sample, 0), state);
        conductivity = start.Frame(1, sample, 0).ToArray();
        diffusion.Load(conductivity);
    }

    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        diffusion.Grid.Store(state, result.Frame(0, sample, frame));
        for (var i = 0; i < conductivity.Length; i++)
            result.Frame(1, sample, frame)[i] = TResult.CreateSaturating(conductivity[i]);
    }

    public bool Advance(double interval, CancellationToken cancellation)
    {
        var finest = Math.Max(shape[0], shape[1]);
        var longest = settings.Cfl * 0.5 / ((double)finest * finest) / (diffusion.Largest + 1e-8);
        for (var left = interval; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = Math.Min(longest, left);
            if (step <= SmallestStep)
                break;
            diffusion.Apply(state, state, midpoint, step / 2, settings.Beta);
            diffusion.Apply(midpoint, state, state, step, settings.Beta);
            left -= step;
        }
        return diffusion.Grid.IsFinite(state);
    }
}

/// <summary>The steady state of one sample by conjugate gradients.</summary>
internal sealed class SteadyDarcyKernel(DarcySettings settings, IReadOnlyList<int> shape, IReadOnlyList<double>? source) : ISampleKernel<double>
{
    private const double Tolerance = 1e-12;

    private readonly DarcyOperator<double> diffusion = new(shape, settings.ZeroOnTheWall);
    private double[] solution = [], conductivity = [];

    public void Load(Trajectories<double> start, int sample)
    {
        solution = diffusion.Grid.NewArray();
        diffusion.Grid.Load(start.Frame(0, sample, 0), solution);
        conductivity = start.Frame(1, sample, 0).ToArray();
        diffusion.Load(conductivity);
    }

    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        diffusion.Grid.Store(solution, result.Frame(0, sample, frame));
        for (var i = 0; i < conductivity.Length; i++)
            result.Frame(1, sample, frame)[i] = TResult.CreateSaturating(conductivity[i]);
    }

    public bool Advance(double interval, CancellationToken cancellation)
    {
        var grid = diffusion.Grid;
        double[] right = grid.NewArray(), residual = grid.NewArray(), direction = grid.NewArray(), image = grid.NewArray(), inverse = grid.NewArray(), zero = grid.NewArray();
        var cells = Enumerable.Repeat(settings.Beta, shape[0] * shape[1]).ToArray();
        grid.Load(source is null ? cells : [.. source], right);
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i++)
                inverse[i] = 1 / diffusion.Diagonal(i);
        // residual = right + div(a grad u): the system is −div(a grad u) = right.
        diffusion.Apply(solution, right, residual, 1, 0);
        Combine(direction, zero, 0, residual, inverse);
        var rho = Dot(residual, direction);
        var goal = Tolerance * Tolerance * Dot(right, right);
        for (var iteration = 0; Dot(residual, residual) > goal; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (iteration > 50 * (shape[0] + shape[1]) || !double.IsFinite(rho))
                return false;
            diffusion.Apply(direction, zero, image, -1, 0);
            var step = rho / Dot(direction, image);
            foreach (var row in grid.Cells)
                for (var i = row.Start; i < row.End; i++)
                {
                    solution[i] += step * direction[i];
                    residual[i] -= step * image[i];
                }
            var next = 0.0;
            foreach (var row in grid.Cells)
                for (var i = row.Start; i < row.End; i++)
                    next += residual[i] * residual[i] * inverse[i];
            Combine(direction, direction, next / rho, residual, inverse);
            rho = next;
        }
        return true;
    }

    // to = factor · from + residual · inverse
    private void Combine(double[] to, double[] from, double factor, double[] residual, double[] inverse)
    {
        foreach (var row in diffusion.Grid.Cells)
            for (var i = row.Start; i < row.End; i++)
                to[i] = factor * from[i] + residual[i] * inverse[i];
    }

    private double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        foreach (var row in diffusion.Grid.Cells)
            for (var i = row.Start; i < row.End; i++)
                sum += a[i] * b[i];
        return sum;
    }
}
