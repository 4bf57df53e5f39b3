// Flow through a porous square: the steady problem −div(a grad u) = β, solved directly or by marching in time as PDEBench did.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

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
