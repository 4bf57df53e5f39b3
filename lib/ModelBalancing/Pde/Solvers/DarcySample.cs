// What the march and the steady solve of a Darcy problem share: the sample's fields and the operator.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>One sample: u, which is solved, and the conductivity, which stays as it is.</summary>
internal abstract class DarcySample<T>(DarcySettings settings, IReadOnlyList<int> shape) : ISampleKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private T[] conductivity = [];

    /// <summary>Source, wall and step control.</summary>
    protected DarcySettings Settings { get; } = settings;

    /// <summary>div(a grad ·).</summary>
    protected DarcyOperator<T> Diffusion { get; } = new(shape, settings.ZeroOnTheWall);

    /// <summary>u with its ghosts.</summary>
    protected T[] State { get; private set; } = [];

    /// <inheritdoc/>
    public void Load(Trajectories<T> start, int sample)
    {
        State = Diffusion.Grid.NewArray();
        Diffusion.Grid.Load(start.Frame(0, sample, 0), State);
        conductivity = start.Frame(1, sample, 0).ToArray();
        Diffusion.Load(conductivity);
    }

    /// <inheritdoc/>
    public void Store<TResult>(Trajectories<TResult> result, int sample, int frame) where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        Diffusion.Grid.Store(State, result.Frame(0, sample, frame));
        for (var i = 0; i < conductivity.Length; i++)
            result.Frame(1, sample, frame)[i] = TResult.CreateSaturating(conductivity[i]);
    }

    /// <inheritdoc/>
    public abstract bool Advance(double interval, CancellationToken cancellation);
}
