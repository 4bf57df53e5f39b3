// The layout with one array a field for all samples.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>One array in the root group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SampleShape">Its shape without the first axis, which is that of the samples.</param>
public sealed record SampleArray(string Name, IReadOnlyList<int> SampleShape);

/// <summary>A coordinate in the root group.</summary>
/// <param name="Name">Its name, such as <c>x-coordinate</c>.</param>
/// <param name="Values">Its entries.</param>
public sealed record Coordinate(string Name, float[] Values);

/// <summary>The layout of Data_Merge.py (PDEBench, commit a68cac4): contiguous float32 arrays with the samples first, coordinates, and numbers as
/// attributes, all in the root group.</summary>
public sealed record ContiguousLayout : PdeLayout
{
    /// <summary>The fields, one a channel.</summary>
    public required IReadOnlyList<SampleArray> Arrays { get; init; }

    /// <summary>The coordinates.</summary>
    public required IReadOnlyList<Coordinate> Coordinates { get; init; }

    /// <summary>Numeric attributes of the root group, float64.</summary>
    public IReadOnlyList<(string Name, double Value)> Attributes { get; init; } = [];

    /// <inheritdoc/>
    public override long DataBytes => 4 * (Arrays.Sum(array => Samples * Size(array)) + Coordinates.Sum(coordinate => (long)coordinate.Values.Length));

    internal override int DatasetsPerSample => Arrays.Count;

    internal override void WriteFrame(Hdf5Session session)
    {
        var creation = Creation(session);
        foreach (var array in Arrays)
            CreateField(session, session.File, creation, array.Name, [Samples, .. array.SampleShape]);
        foreach (var coordinate in Coordinates)
            WriteCoordinate(session, session.File, creation, coordinate.Name, coordinate.Values);
        foreach (var (name, value) in Attributes)
            WriteNumber(session, name, value);
        if (Origin is { Length: > 0 } origin)
            WriteText(session, session.File, PdeFile.OriginAttribute, origin);
    }

    internal override long[] Starts(Hdf5Session session) => [.. Arrays.Select(array => Start(session, array.Name))];

    internal override long Place(long[] starts, int dataset, int sample) => starts[dataset] + 4 * sample * Size(Arrays[dataset]);

    internal override ReadOnlySpan<float> Values(Trajectories<float> block, int dataset, int sample)
    {
        var size = block.Frames * block.Cells;
        return block.Channels[dataset].AsSpan(sample * size, size);
    }

    internal override void Check(Trajectories<float>? block)
    {
        if (Samples < 1 || Arrays.Any(array => array.SampleShape.Any(n => n < 1)))
            throw new ArgumentException($"A file of {Samples} samples of {string.Join(", ", Arrays.Select(array => $"{array.Name} ({string.Join(", ", array.SampleShape)})"))} was asked for; expected at least one of each.");
        if (block is not null && (block.Channels.Count != Arrays.Count || Arrays.Any(array => Size(array) != (long)block.Frames * block.Cells)))
            throw new ArgumentException($"block has {block.Channels.Count} channels of {block.Frames} frames of {block.Cells} cells; the file has {string.Join(", ", Arrays.Select(array => $"{array.Name} ({string.Join(", ", array.SampleShape)})"))}.", nameof(block));
    }

    private static long Size(SampleArray array) => array.SampleShape.Aggregate(1L, (product, n) => product * n);
}
