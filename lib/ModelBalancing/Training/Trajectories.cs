// Trajectories in memory, as tensors for a model: read from PDEBench's HDF5 layout or from a safetensors file.
using ModelBalancing.Checkpoints;
using ModelBalancing.Pde.PdeBench;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>A file of trajectories on a line.</summary>
/// <param name="Path">The file.</param>
/// <param name="Samples">Trajectories in it.</param>
/// <param name="Channels">Names of the fields.</param>
public sealed record TrajectoryFile(string Path, int Samples, IReadOnlyList<string> Channels)
{
    /// <summary>Name of the tensor with the fields, (samples, points, frames, channels), in a safetensors file.</summary>
    public const string FieldsName = "trajectories";

    /// <summary>Name of the tensor with the coordinates, (points), in a safetensors file.</summary>
    public const string PositionsName = "positions";

    /// <summary>Looks at a file without reading its fields.</summary>
    /// <param name="path">A 1D CFD file (.hdf5, .h5), or a .safetensors file with <see cref="FieldsName"/> and <see cref="PositionsName"/>.</param>
    /// <exception cref="PdeFileException">Not a 1D CFD file.</exception>
    /// <exception cref="CheckpointException">Not such a safetensors file.</exception>
    public static TrajectoryFile Open(string path)
    {
        if (!IsSafetensors(path))
            return new(path, CfdFile.Info(path).Samples, CfdFile.Fields);
        using var file = SafetensorsFile.Open(path);
        long[] shape = file.Entry(FieldsName).Shape;
        if (shape.Length != 4)
            throw new CheckpointException($"'{path}': '{FieldsName}' must have the axes (samples, points, frames, channels); it has {shape.Length} axes.");
        return new(path, (int)shape[0], [.. Enumerable.Range(0, (int)shape[3]).Select(channel => $"field{channel}")]);
    }

    /// <summary>Reads rows.</summary>
    /// <param name="rows">Sample numbers, in the order wanted.</param>
    /// <param name="frames">Frames after the time stride; the first ones.</param>
    /// <param name="spaceStride">Every so many-th point.</param>
    /// <param name="timeStride">Every so many-th frame.</param>
    /// <returns>Float32 fields (rows, points, frames, channels), in physical units; the caller disposes them.</returns>
    public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1)
    {
        using var scope = NewDisposeScope();
        if (IsSafetensors(Path))
        {
            using var file = SafetensorsFile.Open(Path);
            var all = file.Read(FieldsName);
            return all.index_select(0, tensor(rows.Select(row => (long)row).ToArray()))
                .slice(1, 0, all.shape[1], spaceStride).slice(2, 0, all.shape[2], timeStride).narrow(2, 0, frames)
                .to(ScalarType.Float32).contiguous().MoveToOuterDisposeScope();
        }
        var fields = CfdFile.Read(Path, new CfdSelection { Samples = rows, SpaceStride = spaceStride, TimeStride = timeStride, Frames = frames });
        var channels = fields.Channels.Select(channel => tensor(channel, [fields.Samples, fields.Frames, fields.Points])); // (s, t, x)
        return stack(channels, 3).permute(0, 2, 1, 3).contiguous().MoveToOuterDisposeScope();                          // (s, x, t, c)
    }

    /// <summary>Reads the coordinates of the points, (points).</summary>
    /// <param name="spaceStride">Every so many-th point.</param>
    public double[] Positions(int spaceStride = 1)
    {
        if (!IsSafetensors(Path))
            return [.. CfdFile.Info(Path).X.Where((_, point) => point % spaceStride == 0)];
        using var file = SafetensorsFile.Open(Path);
        using var stored = file.Read(PositionsName);
        using var exact = stored.to(ScalarType.Float64);
        return [.. exact.data<double>().ToArray().Where((_, point) => point % spaceStride == 0)];
    }

    private static bool IsSafetensors(string path) => path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
}
