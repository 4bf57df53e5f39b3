// The layout with a group a sample.
using System.Globalization;
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>The layout of PDEBench's per-seed generators (commit 9754b4c): a group a sample, 0000 onwards, with <c>data</c> (time, x, y, channel), its grid,
/// and the text attribute <c>config</c>; contiguous here, <see cref="CompressedGroups"/> compresses a finished file.</summary>
public sealed record SeedGroupLayout : PdeLayout
{
    /// <summary>Frames, cells of one axis or two, and channels.</summary>
    public required IReadOnlyList<int> DataShape { get; init; }

    /// <summary>Cell centres of every axis.</summary>
    public required float[] Centres { get; init; }

    /// <summary>Times of the frames, as many as frames.</summary>
    public required float[] FrameTimes { get; init; }

    /// <summary>The configuration of every sample, as YAML.</summary>
    public required Func<int, string> Config { get; init; }

    /// <inheritdoc/>
    public override long DataBytes => 4 * Samples * (Size + (DataShape.Count - 2L) * Centres.Length + FrameTimes.Length);

    internal override int DatasetsPerSample => 1;

    private long Size => DataShape.Aggregate(1L, (product, n) => product * n);

    internal override void WriteFrame(Hdf5Session session)
    {
        var creation = Creation(session);
        (string, float[])[] grid = [.. DataShape.Count > 3 ? new[] { ("x", Centres), ("y", Centres) } : [("x", Centres)], ("t", FrameTimes)];
        for (var sample = 0; sample < Samples; sample++)
        {
            WriteGroup(session, Name(sample), creation, creation, DataShape, grid, Config(sample));
        }
        if (Origin is { Length: > 0 } origin)
            WriteText(session, session.File, PdeFile.OriginAttribute, origin);
    }

    /// <summary>One group without its data's values.</summary>
    /// <returns>The data set of them.</returns>
    internal static long WriteGroup(Hdf5Session session, string name, long dataCreation, long creation, IReadOnlyList<int> shape, IEnumerable<(string Name, float[] Values)> grid, string? config)
    {
        var group = session.Own(H5G.create(session.File, name), H5G.close, $"create the group '{name}'");
        var data = CreateField(session, group, dataCreation, "data", shape);
        var axes = session.Own(H5G.create(group, "grid"), H5G.close, "create a grid's group");
        foreach (var (axis, values) in grid)
            WriteCoordinate(session, axes, creation, axis, values);
        if (config is { Length: > 0 })
            WriteText(session, group, "config", config);
        return data;
    }

    internal override long[] Starts(Hdf5Session session) => [.. Enumerable.Range(0, Samples).Select(sample => Start(session, Name(sample) + "/data"))];

    internal override long Place(long[] starts, int dataset, int sample) => starts[sample];

    // Channels last.
    internal override ReadOnlySpan<float> Values(Trajectories<float> block, int dataset, int sample)
    {
        var size = block.Frames * block.Cells;
        int channels = DataShape[^1];
        var mixed = new float[size * channels];
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < size; i++)
                mixed[i * channels + c] = block.Channels[c][sample * size + i];
        return mixed;
    }

    internal override void Check(Trajectories<float>? block)
    {
        if (Samples is < 1 or > 10_000 || DataShape.Any(n => n < 1))
            throw new ArgumentException($"A file of {Samples} groups with data of the shape ({string.Join(", ", DataShape)}) was asked for; expected 1 to 10000 and at least one of each.");
        if (block is not null && (block.Frames != DataShape[0] || !block.Shape.SequenceEqual(DataShape.Skip(1).Take(block.Shape.Count)) || block.Channels.Count < DataShape[^1]))
            throw new ArgumentException($"block has {block.Channels.Count} channels of {block.Frames} frames of ({string.Join(", ", block.Shape)}); the file has ({string.Join(", ", DataShape)}).", nameof(block));
    }

    private static string Name(int sample) => sample.ToString("0000", CultureInfo.InvariantCulture);
}
