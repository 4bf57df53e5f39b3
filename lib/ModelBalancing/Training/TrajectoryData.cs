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
    public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1)
    {
        using var scope = NewDisposeScope();
        int axes = Points.Count;
        if (Info.Family == PdeFamily.CompressibleFlow && axes == 1)
        {
            var line = CfdFile.Read(Info.Path, new CfdSelection { Samples = rows, SpaceStride = spaceStride, TimeStride = timeStride, Frames = frames });
            return stack(line.Channels.Select(channel => tensor(channel, [line.Samples, line.Frames, line.Points])), 3).permute(0, 2, 1, 3).contiguous().MoveToOuterDisposeScope();
        }
        var parts = new List<Tensor>();
        foreach (int row in rows) // one by one: a sample may be large
        {
            using var pass = NewDisposeScope();
            var fields = PdeFile.Read(Info.Path, [row]);
            Tensor Field(int channel) => tensor(fields.Channels[channel], [fields.Frames, .. Points.Select(n => (long)n)], dtype: ScalarType.Float64).to(ScalarType.Float32);
            int Of(string name) => Info.Channels.ToList().IndexOf(name);
            // (x..., t, c); Darcy's frames are the diffusivity and the solution.
            var sample = IsDarcy ? cat([Field(Of(Diffusivity)), Field(Of(Solution))], 0).unsqueeze(-1) : stack(Enumerable.Range(0, Channels.Count).Select(Field), -1);
            sample = sample.movedim([0L], [axes]);
            parts.Add(TrajectoryFile.Strided(sample, first: 0, axes, spaceStride).slice(axes, 0, Frames, timeStride).narrow(axes, 0, frames).contiguous().MoveToOuterDisposeScope());
        }
        return stack(parts, 0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Grid(int spaceStride = 1)
    {
        using var scope = NewDisposeScope();
        var axes = Info.Coordinates.Select((places, axis) => tensor(places ?? [.. Enumerable.Range(0, Points[axis]).Select(n => (n + 0.5) / Points[axis])], dtype: ScalarType.Float32));
        return TrajectoryFile.Strided(stack(meshgrid(axes), -1), first: 0, Points.Count, spaceStride).contiguous().MoveToOuterDisposeScope();
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
