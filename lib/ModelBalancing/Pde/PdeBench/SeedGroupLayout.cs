// The layout with a group a sample.
using System.Globalization;
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>The layout of PDEBench's per-seed generators (commit 9754b4c): a group a sample, 0000 onwards, with <c>data</c> (time, x, y, channel), its grid,
/// and the text attribute <c>config</c>; here contiguous and not compressed.</summary>
public sealed record SeedGroupLayout : PdeLayout
{
    /// <summary>Frames, cells of both axes, and channels.</summary>
    public required IReadOnlyList<int> DataShape { get; init; }

    /// <summary>Cell centres of both axes.</summary>
    public required float[] Centres { get; init; }

    /// <summary>Times of the frames, as many as frames.</summary>
    public required float[] FrameTimes { get; init; }

    /// <summary>The configuration of every sample, as YAML.</summary>
    public required Func<int, string> Config { get; init; }

    /// <inheritdoc/>
    public override long DataBytes => 4 * Samples * (Size + 2L * Centres.Length + FrameTimes.Length);

    internal override int DatasetsPerSample => 1;

    private long Size => DataShape.Aggregate(1L, (product, n) => product * n);

    internal override void WriteFrame(Hdf5Session session)
    {
        var creation = Creation(session);
        for (var sample = 0; sample < Samples; sample++)
        {
            var group = session.Own(H5G.create(session.File, Name(sample)), H5G.close, $"create the group '{Name(sample)}'");
            CreateField(session, group, creation, "data", DataShape);
            var grid = session.Own(H5G.create(group, "grid"), H5G.close, "create a grid's group");
            WriteCoordinate(session, grid, creation, "x", Centres);
            WriteCoordinate(session, grid, creation, "y", Centres);
            WriteCoordinate(session, grid, creation, "t", FrameTimes);
            WriteText(session, group, "config", Config(sample));
        }
        if (Origin is { Length: > 0 } origin)
            WriteText(session, session.File, PdeFile.OriginAttribute, origin);
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
