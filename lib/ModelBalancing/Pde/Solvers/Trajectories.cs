// Samples of any field in memory, in the order in which PDEBench files hold them.
using System.Numerics;

namespace ModelBalancing.Pde.Solvers;

/// <summary>Named channels of many samples on a grid; each array is (sample, time, x, y, z), contiguous, with as many axes of space as the grid has.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Trajectories<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Fields of zeros.</summary>
    /// <param name="samples">Number of samples, ≥ 0.</param>
    /// <param name="frames">Number of frames, ≥ 1.</param>
    /// <param name="shape">Cells of every axis of space, one to three axes, each ≥ 4.</param>
    /// <param name="names">Names of the channels, in order.</param>
    public Trajectories(int samples, int frames, IReadOnlyList<int> shape, IReadOnlyList<string> names)
        : this(samples, frames, shape, names, NewArrays(samples, frames, shape, names)) { }

    // Fields over arrays that somebody else holds as well.
    internal Trajectories(int samples, int frames, IReadOnlyList<int> shape, IReadOnlyList<string> names, IReadOnlyList<T[]> channels)
    {
        Samples = samples;
        Frames = frames;
        Shape = [.. shape];
        Cells = Product(shape);
        Names = [.. names];
        Channels = [.. channels];
    }

    /// <summary>Number of trajectories.</summary>
    public int Samples { get; }

    /// <summary>Number of frames of each.</summary>
    public int Frames { get; }

    /// <summary>Cells of every axis of space.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Cells of a frame.</summary>
    public int Cells { get; }

    /// <summary>Names of the channels.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The channels' arrays.</summary>
    public IReadOnlyList<T[]> Channels { get; }

    /// <summary>A channel's array by name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such channel.</exception>
    public T[] this[string name]
    {
        get
        {
            for (var c = 0; c < Names.Count; c++)
                if (Names[c] == name)
                    return Channels[c];
            throw new KeyNotFoundException($"There is no channel '{name}'; there are {string.Join(", ", Names)}.");
        }
    }

    /// <summary>One frame of one channel.</summary>
    public Span<T> Frame(int channel, int sample, int frame) => Channels[channel].AsSpan((sample * Frames + frame) * Cells, Cells);

    /// <summary>A copy of one frame of every sample, as a start for a run.</summary>
    public Trajectories<T> FrameAt(int frame) => Select([.. Enumerable.Range(0, Samples)], frame, 1);

    /// <summary>A copy of some samples, in the given order, all frames.</summary>
    public Trajectories<T> SamplesAt(params int[] samples) => Select(samples, 0, Frames);

    /// <summary>A copy in another precision.</summary>
    public Trajectories<TOther> As<TOther>() where TOther : unmanaged, IFloatingPointIeee754<TOther>
    {
        var other = new Trajectories<TOther>(Samples, Frames, Shape, Names);
        for (var c = 0; c < Channels.Count; c++)
            for (var i = 0; i < Channels[c].Length; i++)
                other.Channels[c][i] = TOther.CreateSaturating(Channels[c][i]);
        return other;
    }

    internal static int Product(IReadOnlyList<int> shape) => shape.Aggregate(1, (product, n) => checked(product * n));

    private static T[][] NewArrays(int samples, int frames, IReadOnlyList<int> shape, IReadOnlyList<string> names)
    {
        if (samples < 0 || frames < 1 || shape.Count is < 1 or > 3 || shape.Any(n => n < 4))
            throw new ArgumentException($"Fields of {samples} samples, {frames} frames and the shape ({string.Join(", ", shape)}) were asked for; expected at least 0 and 1, and one to three axes of 4 cells or more.");
        var length = checked(samples * frames * Product(shape));
        return [.. names.Select(_ => new T[length])];
    }

    private Trajectories<T> Select(int[] samples, int firstFrame, int frames)
    {
        var copy = new Trajectories<T>(samples.Length, frames, Shape, Names);
        for (var c = 0; c < Channels.Count; c++)
            for (var s = 0; s < samples.Length; s++)
                for (var f = 0; f < frames; f++)
                    Frame(c, samples[s], firstFrame + f).CopyTo(copy.Frame(c, s, f));
        return copy;
    }
}
