// Data sets behind files, as tensors for a model: PDEBench's layouts, or a safetensors file.
using ModelBalancing.Checkpoints;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>A safetensors file of trajectories: small sets of one's own, and those of tests.</summary>
/// <param name="Path">The file.</param>
/// <param name="Samples">Trajectories in it.</param>
/// <param name="Channels">Names of the fields.</param>
/// <param name="Frames">Frames of a trajectory.</param>
/// <param name="Points">Points of every axis.</param>
public sealed record TrajectoryFile(string Path, int Samples, IReadOnlyList<string> Channels, int Frames, IReadOnlyList<int> Points) : IPdeData
{
    /// <summary>Name of the tensor with the fields, (samples, points..., frames, channels).</summary>
    public const string FieldsName = "trajectories";

    /// <summary>Name of the tensor with the coordinates: (points) on a line, else (points..., axes).</summary>
    public const string PositionsName = "positions";

    /// <summary>Looks at a file without reading its fields.</summary>
    /// <param name="path">A .safetensors file with <see cref="FieldsName"/> and <see cref="PositionsName"/>.</param>
    /// <exception cref="CheckpointException">Not such a safetensors file.</exception>
    public static TrajectoryFile Open(string path)
    {
        using var file = SafetensorsFile.Open(path);
        long[] shape = file.Entry(FieldsName).Shape;
        if (shape.Length is < 4 or > 6)
            throw new CheckpointException($"'{path}': '{FieldsName}' must have the axes (samples, points..., frames, channels) with one to three axes of points; it has {shape.Length} axes.");
        return new(path, (int)shape[0], [.. Enumerable.Range(0, (int)shape[^1]).Select(channel => $"field{channel}")], (int)shape[^2], [.. shape[1..^2].Select(n => (int)n)]);
    }

    /// <inheritdoc/>
    public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Path);
        var fields = file.Read(FieldsName).index_select(0, tensor(rows.Select(row => (long)row).ToArray()));
        return Strided(fields, first: 1, Points.Count, spaceStride).slice(Points.Count + 1, 0, Frames, timeStride).narrow(Points.Count + 1, 0, frames)
            .to(ScalarType.Float32).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Grid(int spaceStride = 1)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Path);
        var positions = file.Read(PositionsName);
        if (!positions.shape.SequenceEqual(Points.Count == 1 ? [Points[0]] : [.. Points.Select(n => (long)n), Points.Count]))
            throw new CheckpointException($"'{Path}': '{PositionsName}' is ({string.Join(", ", positions.shape)}), which does not fit the {string.Join(" x ", Points)} points of '{FieldsName}'.");
        return Strided(positions, first: 0, Points.Count, spaceStride).reshape([.. Points.Select(n => (long)((n + spaceStride - 1) / spaceStride)), Points.Count])
            .to(ScalarType.Float32, copy: true).MoveToOuterDisposeScope();
    }

    internal static Tensor Strided(Tensor fields, int first, int axes, int stride)
    {
        for (int axis = first; axis < first + axes; axis++)
            fields = fields.slice(axis, 0, fields.shape[axis], stride);
        return fields;
    }
}

/// <summary>A file of PDEBench's: every family and layout that <see cref="PdeFile"/> reads.</summary>
/// <param name="Info">What the file says about itself.</param>
public sealed record PublishedTrajectories(PdeFileInfo Info) : IPdeData
{
    // Values in the file's order that are in memory besides the result, about: 32 MB.
    private const long StagedValues = 8 << 20;

    private const string Solution = "tensor", Diffusivity = "nu"; // Darcy's fields

    private bool IsDarcy => Info.Family == PdeFamily.Darcy;

    /// <inheritdoc/>
    public int Samples => Info.Samples;

    /// <inheritdoc/>
    public IReadOnlyList<string> Channels => IsDarcy ? ["u"] : Info.Channels;

    /// <inheritdoc/>
    public int Frames => IsDarcy ? 2 : Info.Frames;

    /// <inheritdoc/>
    public IReadOnlyList<int> Points => Info.Shape;

    /// <inheritdoc/>
    /// <exception cref="PdeFileException">The file is damaged, has changed, or holds values that are not finite in these rows.</exception>
    public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1) => Read(rows, frames, spaceStride, timeStride, default);

    /// <summary>As <see cref="Read(IReadOnlyList{int}, int, int, int)"/>, and can be ended.</summary>
    internal unsafe Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride, int timeStride, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        // Darcy's two frames are two fields of one frame each.
        string[] fields = !IsDarcy ? [.. Info.Channels] : new PdeSelection { TimeStride = timeStride, Frames = frames }.In(Info with { Frames = 2 }).Frames == 2 ? [Diffusivity, Solution] : [Diffusivity];
        var selection = new PdeSelection { Samples = rows, SpaceStride = spaceStride, TimeStride = IsDarcy ? 1 : timeStride, Frames = IsDarcy ? 1 : frames };
        var (_, kept, shape) = selection.In(Info);
        var result = empty([rows.Count, .. shape.Select(n => (long)n), frames, IsDarcy ? 1 : fields.Length], dtype: ScalarType.Float32);
        long cells = shape.Aggregate(1L, (product, n) => product * n), values = kept * cells, row = values * fields.Length;
        int atATime = (int)Math.Clamp(StagedValues / row, 1, Math.Max(1, rows.Count));
        // Memory that goes back at once: as an array every batch would leave it to the garbage collector.
        using var memory = empty(Math.Max(1, Math.Min(atATime, rows.Count) * row), dtype: ScalarType.Float32);
        var planes = new nint[kept * fields.Length];
        fixed (byte* start = memory.bytes)
            for (int first = 0; first < rows.Count; first += atATime)
            {
                int count = Math.Min(atATime, rows.Count - first);
                int[] some = [.. Enumerable.Range(first, count).Select(place => rows[place])];
                int[] soon = [.. Enumerable.Range(first + count, Math.Min(atATime, rows.Count - first - count)).Select(place => rows[place])];
                float* from = (float*)start;
                var begin = (nint)from;
                PdeFile.Fill(Info, selection with { Samples = some }, fields, [.. fields.Select((_, field) => begin + (nint)(field * count * values * sizeof(float)))], isDouble: false, cancellation, soon);
                for (int place = 0; place < count; place++)
                {
                    for (int field = 0; field < fields.Length; field++)
                    {
                        float* own = from + (field * count + place) * values;
                        if (!PdeRanges.AreFinite(new ReadOnlySpan<float>(own, checked((int)values))))
                            throw PdeRanges.NotFinite(Info, some[place], fields[field]);
                        for (int frame = 0; frame < kept; frame++)
                            planes[frame * fields.Length + field] = (nint)(own + frame * cells);
                    }
                    using var target = result.select(0, first + place);
                    fixed (byte* to = target.bytes)
                        Interleave(planes, cells, (float*)to);
                }
            }
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Grid(int spaceStride = 1)
    {
        using var scope = NewDisposeScope();
        var axes = Info.Coordinates.Select((places, axis) => tensor(places ?? [.. Enumerable.Range(0, Points[axis]).Select(n => (n + 0.5) / Points[axis])], dtype: ScalarType.Float32));
        return TrajectoryFile.Strided(stack(meshgrid(axes), -1), first: 0, Points.Count, spaceStride).contiguous().MoveToOuterDisposeScope();
    }

    // (frame and field, cell) becomes (cell, frame and field), a line of the processor's cache of every plane at a time.
    private static unsafe void Interleave(nint[] planes, long cells, float* to)
    {
        const int line = 16;
        for (long cell = 0; cell < cells; cell += line, to += (long)line * planes.Length)
        {
            int count = (int)Math.Min(line, cells - cell);
            for (int plane = 0; plane < planes.Length; plane++)
            {
                float* from = (float*)planes[plane] + cell, place = to + plane;
                for (int i = 0; i < count; i++, place += planes.Length)
                    *place = from[i];
            }
        }
    }
}

/// <summary>Opens data sets by what their file is.</summary>
public static class TrajectoryData
{
    /// <summary>Looks at a file without reading its fields.</summary>
    /// <param name="path">One of PDEBench's files (.hdf5, .h5), or a .safetensors file as <see cref="TrajectoryFile"/> describes it.</param>
    /// <exception cref="PdeFileException">Not a file of a known family.</exception>
    /// <exception cref="CheckpointException">Not such a safetensors file.</exception>
    public static IPdeData Open(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? TrajectoryFile.Open(path) : new PublishedTrajectories(PdeFile.Info(path));
}
