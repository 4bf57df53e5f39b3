// The march of one sample.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

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
