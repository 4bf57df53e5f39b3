// The steady state of one sample.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>The steady state of one sample by conjugate gradients.</summary>
internal sealed class SteadyDarcyKernel(DarcySettings settings, IReadOnlyList<int> shape, IReadOnlyList<double>? source) : DarcySample<double>(settings, shape)
{
    private const double Tolerance = 1e-12;

    public override bool Advance(double interval, CancellationToken cancellation)
    {
        var grid = Diffusion.Grid;
        double[] right = grid.NewArray(), residual = grid.NewArray(), direction = grid.NewArray(), image = grid.NewArray(), inverse = grid.NewArray(), zero = grid.NewArray();
        var cells = Enumerable.Repeat(Settings.Beta, Diffusion.Grid.Shape[0] * Diffusion.Grid.Shape[1]).ToArray();
        grid.Load(source is null ? cells : [.. source], right);
        foreach (var row in grid.Cells)
            for (var i = row.Start; i < row.End; i++)
                inverse[i] = 1 / Diffusion.Diagonal(i);
        // residual = right + div(a grad u): the system is −div(a grad u) = right.
        Diffusion.Apply(State, right, residual, 1, 0);
        Combine(direction, zero, 0, residual, inverse);
        var rho = Dot(residual, direction);
        var goal = Tolerance * Tolerance * Dot(right, right);
        for (var iteration = 0; Dot(residual, residual) > goal; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (iteration > 50 * Diffusion.Grid.Shape.Sum() || !double.IsFinite(rho))
                return false;
            Diffusion.Apply(direction, zero, image, -1, 0);
            var step = rho / Dot(direction, image);
            foreach (var row in grid.Cells)
                for (var i = row.Start; i < row.End; i++)
                {
                    State[i] += step * direction[i];
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
        foreach (var row in Diffusion.Grid.Cells)
            for (var i = row.Start; i < row.End; i++)
                to[i] = factor * from[i] + residual[i] * inverse[i];
    }

    private double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        foreach (var row in Diffusion.Grid.Cells)
            for (var i = row.Start; i < row.End; i++)
                sum += a[i] * b[i];
        return sum;
    }
}
