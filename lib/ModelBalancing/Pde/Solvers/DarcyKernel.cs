// The march of one sample.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>The march of one sample.</summary>
internal sealed class DarcyKernel<T>(DarcySettings settings, IReadOnlyList<int> shape) : DarcySample<T>(settings, shape) where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double SmallestStep = 1e-8;

    private T[] midpoint = [];

    public override bool Advance(double interval, CancellationToken cancellation)
    {
        if (midpoint.Length == 0)
            midpoint = Diffusion.Grid.NewArray();
        var finest = Diffusion.Grid.Shape.Max();
        var longest = Settings.Cfl * 0.5 / ((double)finest * finest) / (Diffusion.Largest + 1e-8);
        for (var left = interval; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = Math.Min(longest, left);
            if (step <= SmallestStep)
                break;
            Diffusion.Apply(State, State, midpoint, step / 2, Settings.Beta);
            Diffusion.Apply(midpoint, State, State, step, Settings.Beta);
            left -= step;
        }
        return Diffusion.Grid.IsFinite(State);
    }
}
