// How a data file is laid out: everything of it but the fields' values.
using System.Globalization;
using System.Runtime.InteropServices;
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>A layout whose values lie contiguously at places known from the start, so that a file can be written sample by sample and go on after
/// an interruption.</summary>
public abstract record PdeLayout
{
    /// <summary>Number of samples, ≥ 1.</summary>
    public required int Samples { get; init; }

    /// <summary>How the file was made, as JSON; stored in the root attribute <c>workbook</c>. Null: no such attribute, the published layout exactly.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes of the finished file's fields and coordinates; the file has some 4 KiB more.</summary>
    public abstract long DataBytes { get; }

    /// <summary>Data sets of every sample.</summary>
    internal abstract int DatasetsPerSample { get; }

    /// <summary>Writes everything but the fields' values into a new file.</summary>
    internal abstract void WriteFrame(Hdf5Session session);

    /// <summary>Where the fields' values begin in the file, data set by data set.</summary>
    internal abstract long[] Starts(Hdf5Session session);

    /// <summary>Where one sample of one data set belongs.</summary>
    internal abstract long Place(long[] starts, int dataset, int sample);

    /// <summary>The values of one sample of one data set.</summary>
    internal abstract ReadOnlySpan<float> Values(Trajectories<float> block, int dataset, int sample);

    /// <summary>Checks the layout, and that a block belongs to it when one is given.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal abstract void Check(Trajectories<float>? block);

    /// <summary>Properties of a data set as h5py makes it, with all space reserved at once and never filled.</summary>
    private protected static long Creation(Hdf5Session session)
    {
        var creation = session.Own(H5P.create(H5P.DATASET_CREATE), H5P.close, "prepare the data sets");
        H5P.set_obj_track_times(creation, 0);
        H5P.set_alloc_time(creation, H5D.alloc_time_t.EARLY);
        H5P.set_fill_time(creation, H5D.fill_time_t.NEVER);
        return creation;
    }

    private protected static long CreateField(Hdf5Session session, long owner, long creation, string name, IReadOnlyList<int> shape)
    {
        var space = session.Own(H5S.create_simple(shape.Count, [.. shape.Select(n => (ulong)n)], null!), H5S.close, $"describe '{name}'");
        return session.Own(H5D.create(owner, name, H5T.IEEE_F32LE, space, H5P.DEFAULT, creation), H5D.close, $"create '{name}'");
    }

    private protected static unsafe void WriteCoordinate(Hdf5Session session, long owner, long creation, string name, float[] values)
    {
        var dataset = CreateField(session, owner, creation, name, [values.Length]);
        fixed (float* start = values)
            session.Check(H5D.write(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start), $"write '{name}'");
    }

    private protected static unsafe void WriteText(Hdf5Session session, long owner, string name, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var type = session.Own(H5T.copy(H5T.C_S1), H5T.close, "prepare a text");
        H5T.set_size(type, bytes.Length);
        H5T.set_cset(type, H5T.cset_t.UTF8);
        H5T.set_strpad(type, H5T.str_t.NULLPAD);
        var scalar = session.Own(H5S.create(H5S.class_t.SCALAR), H5S.close, "describe the attributes");
        var attribute = session.Own(H5A.create(owner, name, type, scalar), H5A.close, $"create the attribute '{name}'");
        fixed (byte* start = bytes)
            session.Check(H5A.write(attribute, type, (IntPtr)start), $"write the attribute '{name}'");
    }

    private protected static unsafe void WriteNumber(Hdf5Session session, string name, double value)
    {
        var scalar = session.Own(H5S.create(H5S.class_t.SCALAR), H5S.close, "describe the attributes");
        var attribute = session.Own(H5A.create(session.File, name, H5T.IEEE_F64LE, scalar), H5A.close, $"create the attribute '{name}'");
        session.Check(H5A.write(attribute, H5T.NATIVE_DOUBLE, (IntPtr)(&value)), $"write the attribute '{name}'");
    }

    /// <summary>Where a contiguous data set begins in the file.</summary>
    private protected static long Start(Hdf5Session session, string name)
    {
        var dataset = session.Own(H5D.open(session.File, name), H5D.close, $"open '{name}'");
        var offset = H5D.get_offset(dataset);
        if (offset == ulong.MaxValue)
            session.Check(-1, $"find where '{name}' is stored");
        return (long)offset;
    }

    /// <summary>Cell centres in float32.</summary>
    internal static float[] CellCentres(double min, double max, int points) => Array.ConvertAll(new FlowSettings { XMin = min, XMax = max }.CellCentres(points), x => (float)x);

    /// <summary>Times in float32: <paramref name="count"/> entries from 0.</summary>
    internal static float[] Times(int count, double interval) => [.. Enumerable.Range(0, count).Select(k => (float)(k * interval))];
}

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
            WriteText(session, session.File, CfdFile.OriginAttribute, origin);
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
            WriteText(session, session.File, CfdFile.OriginAttribute, origin);
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
