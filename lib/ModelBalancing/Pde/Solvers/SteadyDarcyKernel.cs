// The steady state of one sample.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

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
