// Which part of a data file is read.
namespace ModelBalancing.Pde.PdeBench;

/// <summary>Which part of a file is read; the default is all of it.</summary>
public sealed record PdeSelection
{
    /// <summary>Samples by index, in the order wanted; null: all.</summary>
    public IReadOnlyList<int>? Samples { get; init; }

    /// <summary>Every so many-th cell of every axis is kept, from the first on (PDEBench's <c>reduced_resolution</c>).</summary>
    public int SpaceStride { get; init; } = 1;

    /// <summary>Every so many-th frame is kept, from the first on (PDEBench's <c>reduced_resolution_t</c>).</summary>
    public int TimeStride { get; init; } = 1;

    /// <summary>At most so many frames, counted after the stride; null: all.</summary>
    public int? Frames { get; init; }

    /// <summary>The part of a given file: samples, frames and cells of every axis that are read.</summary>
    /// <exception cref="ArgumentException">It asks for what the file does not have.</exception>
    public (IReadOnlyList<int> Samples, int Frames, IReadOnlyList<int> Shape) In(PdeFileInfo info)
    {
        if (SpaceStride < 1 || TimeStride < 1)
            throw new ArgumentException($"SpaceStride is {SpaceStride} and TimeStride {TimeStride}; expected 1 or more.");
        var frames = (info.Frames + TimeStride - 1) / TimeStride;
        if (Frames is { } wanted)
        {
            if (wanted < 1 || wanted > frames)
                throw new ArgumentException($"{wanted} frames were asked for; {info.Path} has {frames} at a time stride of {TimeStride}.");
            frames = wanted;
        }
        var samples = Samples ?? [.. Enumerable.Range(0, info.Samples)];
        foreach (var sample in samples)
            if (sample < 0 || sample >= info.Samples)
                throw new ArgumentException($"Sample {sample} was asked for; {info.Path} has the samples 0 to {info.Samples - 1}.");
        return (samples, frames, [.. info.Shape.Select(n => (n + SpaceStride - 1) / SpaceStride)]);
    }
}
