// PDEBench's 1D compressible-flow files, as flows on a line.
using System.Numerics;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Reads and writes PDEBench's 1D CFD layout by <see cref="PdeFile"/> and <see cref="PdeWriter"/>: <c>density</c>, <c>pressure</c>, <c>Vx</c> as
/// (sample, time, x), coordinates, viscosities as attributes.</summary>
/// <remarks>Layout as Data_Merge.py writes it (PDEBench, commit a68cac4).</remarks>
public static class CfdFile
{
    /// <summary>The fields' names, in the channel order of PDEBench's loaders.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["density", "pressure", "Vx"];

    /// <summary>What is in a file, without reading its fields.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or not a 1D CFD file.</exception>
    public static PdeFileInfo Info(string path)
    {
        var info = PdeFile.Info(path);
        foreach (var name in Fields)
            if (!info.Channels.Contains(name))
                throw new PdeFileException($"{path} has no data set '{name}': it is not a PDEBench 1D CFD file (those hold {string.Join(", ", Fields)}).");
        if (info.Shape.Count != 1)
            throw new PdeFileException($"{path} is a flow on {info.Shape.Count} axes of space; a 1D one was expected.");
        return info;
    }

    /// <summary>Reads samples in float32.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or not a 1D CFD file.</exception>
    /// <exception cref="ArgumentException">The selection asks for what the file does not have.</exception>
    public static FlowFields1d<float> Read(string path, PdeSelection? selection = null) => Read<float>(path, selection);

    /// <summary>Reads samples in float64, whatever the file holds.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or not a 1D CFD file.</exception>
    /// <exception cref="ArgumentException">The selection asks for what the file does not have.</exception>
    public static FlowFields1d<double> ReadDouble(string path, PdeSelection? selection = null) => Read<double>(path, selection);

    /// <summary>Writes all samples at once; see <see cref="CfdWriter"/> for writing them bit by bit.</summary>
    /// <exception cref="PdeFileException">The file cannot be written; an existing one is left as it was.</exception>
    public static void Write(string path, CfdHeader header, FlowFields1d<float> fields)
    {
        if (fields.Samples != header.Samples)
            throw new ArgumentException($"fields hold {fields.Samples} samples; the header says {header.Samples}.", nameof(fields));
        using var writer = CfdWriter.Create(path, header);
        writer.Append(fields);
        writer.Complete();
    }

    private static FlowFields1d<T> Read<T>(string path, PdeSelection? selection) where T : unmanaged, IFloatingPointIeee754<T> =>
        FlowFields1d<T>.Over(PdeFile.Read<T>(Info(path), selection));
}
