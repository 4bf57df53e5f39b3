// Samples of a 1D flow in memory, in the order in which PDEBench files hold them.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>Density, pressure and velocity of many samples; each array is (sample, time, x), contiguous.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class FlowFields1d<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Fields of zeros.</summary>
    /// <param name="samples">Number of samples, ≥ 0.</param>
    /// <param name="frames">Number of frames, ≥ 1.</param>
    /// <param name="points">Number of cells, ≥ 4 (two ghost cells are copied at each end).</param>
    /// <param name="transverse">Whether there is a velocity across the axis; PDEBench's 1D files have none.</param>
    public FlowFields1d(int samples, int frames, int points, bool transverse = false)
    {
        if (samples < 0 || frames < 1 || points < 4)
            throw new ArgumentException($"Fields of {samples} samples, {frames} frames and {points} points were asked for; expected at least 0, 1 and 4.");
        Samples = samples;
        Frames = frames;
        Points = points;
        var length = checked(samples * frames * points);
        Density = new T[length];
        Pressure = new T[length];
        Velocity = new T[length];
        TransverseVelocity = transverse ? new T[length] : null;
    }

    private FlowFields1d(Trajectories<T> fields)
    {
        (Samples, Frames, Points) = (fields.Samples, fields.Frames, fields.Cells);
        (Density, Pressure, Velocity) = (fields.Channels[0], fields.Channels[1], fields.Channels[2]);
        TransverseVelocity = fields.Channels.Count > 3 ? fields.Channels[3] : null;
    }

    /// <summary>The same arrays as channels of a grid of one axis.</summary>
    public Trajectories<T> AsTrajectories() => new(Samples, Frames, [Points], CompressibleFlow.ChannelNames(TransverseVelocity is null ? 1 : 2), Channels);

    /// <summary>The arrays of a flow on one axis, shared.</summary>
    public static FlowFields1d<T> Over(Trajectories<T> fields) => fields.Shape.Count == 1 && fields.Channels.Count is 3 or 4
        ? new FlowFields1d<T>(fields)
        : throw new ArgumentException($"fields have {fields.Shape.Count} axes and {fields.Channels.Count} channels; a 1D flow has one axis and three or four channels.", nameof(fields));

    /// <summary>Number of trajectories.</summary>
    public int Samples { get; }

    /// <summary>Number of frames of each.</summary>
    public int Frames { get; }

    /// <summary>Number of cells.</summary>
    public int Points { get; }

    /// <summary>Mass density.</summary>
    public T[] Density { get; }

    /// <summary>Pressure.</summary>
    public T[] Pressure { get; }

    /// <summary>Velocity along the axis.</summary>
    public T[] Velocity { get; }

    /// <summary>Velocity across the axis, or null.</summary>
    public T[]? TransverseVelocity { get; }

    /// <summary>The arrays in PDEBench's channel order: density, pressure, velocity (and the transverse one, if there is one).</summary>
    public IReadOnlyList<T[]> Channels =>
        TransverseVelocity is null ? [Density, Pressure, Velocity] : [Density, Pressure, Velocity, TransverseVelocity];

    /// <summary>One frame of one channel's array.</summary>
    public Span<T> Row(T[] channel, int sample, int frame) => channel.AsSpan((sample * Frames + frame) * Points, Points);

    /// <summary>A copy of one frame of every sample, as a start for a run.</summary>
    public FlowFields1d<T> FrameAt(int frame) => Select(Enumerable.Range(0, Samples).ToArray(), frame, 1);

    /// <summary>A copy of some samples, in the given order, all frames.</summary>
    public FlowFields1d<T> SamplesAt(params int[] samples) => Select(samples, 0, Frames);

    /// <summary>A copy in another precision.</summary>
    public FlowFields1d<TOther> As<TOther>() where TOther : unmanaged, IFloatingPointIeee754<TOther>
    {
        var other = new FlowFields1d<TOther>(Samples, Frames, Points, TransverseVelocity is not null);
        for (var c = 0; c < Channels.Count; c++)
            for (var i = 0; i < Channels[c].Length; i++)
                other.Channels[c][i] = TOther.CreateSaturating(Channels[c][i]);
        return other;
    }

    private FlowFields1d<T> Select(int[] samples, int firstFrame, int frames)
    {
        var copy = new FlowFields1d<T>(samples.Length, frames, Points, TransverseVelocity is not null);
        for (var c = 0; c < Channels.Count; c++)
            for (var s = 0; s < samples.Length; s++)
                for (var f = 0; f < frames; f++)
                    Row(Channels[c], samples[s], firstFrame + f).CopyTo(copy.Row(copy.Channels[c], s, f));
        return copy;
    }
}
