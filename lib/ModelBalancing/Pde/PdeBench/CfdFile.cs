// PDEBench's 1D compressible-flow files: what is in one, and reading any part of it.
using System.Numerics;
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>What a 1D CFD file says about itself.</summary>
/// <param name="Path">The file.</param>
/// <param name="Samples">Number of trajectories.</param>
/// <param name="Frames">Frames of each.</param>
/// <param name="Points">Cells of each frame.</param>
/// <param name="X">Cell centres, (points).</param>
/// <param name="T">Times of the frames, (frames): the extra last entry that the generator writes is dropped. Null when the file has none.</param>
/// <param name="Eta">Shear viscosity by attribute, or null.</param>
/// <param name="Zeta">Bulk viscosity by attribute, or null.</param>
/// <param name="IsDouble">Fields are float64 instead of the published float32.</param>
/// <param name="Attributes">All numeric attributes.</param>
/// <param name="Origin">How the file was made, when the workbook made it: JSON text; else null.</param>
/// <param name="Bytes">Size of the file.</param>
public sealed record CfdInfo(string Path, int Samples, int Frames, int Points, double[] X, double[]? T, double? Eta, double? Zeta, bool IsDouble,
    IReadOnlyDictionary<string, double> Attributes, string? Origin, long Bytes)
{
    /// <summary>Time between two frames; null when the file has no times or only one frame.</summary>
    public double? Interval => T is { Length: > 1 } ? (T[^1] - T[0]) / (T.Length - 1) : null;
}

/// <summary>Which part of a file is read; the default is all of it.</summary>
public sealed record CfdSelection
{
    /// <summary>Samples by index, in the order wanted; null: all.</summary>
    public IReadOnlyList<int>? Samples { get; init; }

    /// <summary>Every so many-th point is kept, from the first on (PDEBench's <c>reduced_resolution</c>).</summary>
    public int SpaceStride { get; init; } = 1;

    /// <summary>Every so many-th frame is kept, from the first on (PDEBench's <c>reduced_resolution_t</c>).</summary>
    public int TimeStride { get; init; } = 1;

    /// <summary>At most so many frames, counted after the stride; null: all.</summary>
    public int? Frames { get; init; }
}

/// <summary>Reads PDEBench's 1D CFD layout: <c>density</c>, <c>pressure</c>, <c>Vx</c> as (sample, time, x), coordinates, viscosities as attributes.</summary>
/// <remarks>Layout as Data_Merge.py writes it (PDEBench, commit a68cac4). Only the rows asked for are read.</remarks>
public static class CfdFile
{
    /// <summary>The fields' names, in the channel order of PDEBench's loaders.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["density", "pressure", "Vx"];

    /// <summary>Name of the attribute with which the workbook records how a file was made.</summary>
    internal const string OriginAttribute = "workbook";

    // One field of so many values is read at a time: 64 MiB of doubles.
    private const long BlockValues = 8 << 20;

    /// <summary>What is in a file, without reading its fields.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or not a 1D CFD file.</exception>
    public static CfdInfo Info(string path)
    {
        using var session = Hdf5Session.Open(path);
        return Describe(session, path);
    }

    /// <summary>Reads samples in float32.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or not a 1D CFD file.</exception>
    /// <exception cref="ArgumentException">The selection asks for what the file does not have.</exception>
    public static FlowFields1d<float> Read(string path, CfdSelection? selection = null) => Read<float>(path, selection);

    /// <summary>Reads samples in float64, whatever the file holds.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or not a 1D CFD file.</exception>
    /// <exception cref="ArgumentException">The selection asks for what the file does not have.</exception>
    public static FlowFields1d<double> ReadDouble(string path, CfdSelection? selection = null) => Read<double>(path, selection);

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

    private static FlowFields1d<T> Read<T>(string path, CfdSelection? selection) where T : unmanaged, IFloatingPointIeee754<T>
    {
        selection ??= new CfdSelection();
        using var session = Hdf5Session.Open(path);
        var info = Describe(session, path);
        if (selection.SpaceStride < 1 || selection.TimeStride < 1)
            throw new ArgumentException($"SpaceStride is {selection.SpaceStride} and TimeStride {selection.TimeStride}; expected 1 or more.", nameof(selection));
        var frames = (info.Frames + selection.TimeStride - 1) / selection.TimeStride;
        if (selection.Frames is { } wanted)
        {
            if (wanted < 1 || wanted > frames)
                throw new ArgumentException($"{wanted} frames were asked for; {path} has {frames} at a time stride of {selection.TimeStride}.", nameof(selection));
            frames = wanted;
        }
        var samples = selection.Samples ?? Enumerable.Range(0, info.Samples).ToArray();
        foreach (var sample in samples)
            if (sample < 0 || sample >= info.Samples)
                throw new ArgumentException($"Sample {sample} was asked for; {path} has the samples 0 to {info.Samples - 1}.", nameof(selection));

        var result = new FlowFields1d<T>(samples.Count, frames, (info.Points + selection.SpaceStride - 1) / selection.SpaceStride);
        for (var c = 0; c < Fields.Count; c++)
        {
            var dataset = session.Own(H5D.open(session.File, Fields[c]), H5D.close, $"open '{Fields[c]}'");
            foreach (var run in Runs(samples, Math.Max(1, BlockValues / ((long)frames * info.Points))))
                ReadRun(session, dataset, Fields[c], info, selection, run, frames, result, result.Channels[c]);
        }
        return result;
    }

    // Whole rows are read (contiguous on disk) and thinned in memory: a strided selection along x would be read value by value.
    private static unsafe void ReadRun<T>(Hdf5Session session, long dataset, string name, CfdInfo info, CfdSelection selection,
        (int At, int First, int Step, int Count) run, int frames, FlowFields1d<T> result, T[] channel) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var file = H5D.get_space(dataset);
        long memory = -1;
        try
        {
            ulong[] start = [(ulong)run.First, 0, 0];
            ulong[] stride = [(ulong)run.Step, (ulong)selection.TimeStride, 1];
            ulong[] count = [(ulong)run.Count, (ulong)frames, (ulong)info.Points];
            session.Check(H5S.select_hyperslab(file, H5S.seloper_t.SET, start, stride, count, null!), $"select samples of '{name}'");
            memory = H5S.create_simple(3, count, null!);
            var direct = selection.SpaceStride == 1;
            var buffer = direct ? channel : new T[(long)run.Count * frames * info.Points];
            var offset = direct ? (long)run.At * frames * info.Points : 0;
            fixed (T* values = buffer)
                session.Check(H5D.read(dataset, typeof(T) == typeof(float) ? H5T.NATIVE_FLOAT : H5T.NATIVE_DOUBLE, memory, file, H5P.DEFAULT, (IntPtr)(values + offset)),
                    $"read '{name}'");
            if (direct)
                return;
            for (var s = 0; s < run.Count; s++)
                for (var f = 0; f < frames; f++)
                {
                    var row = buffer.AsSpan((s * frames + f) * info.Points, info.Points);
                    var thinned = result.Row(channel, run.At + s, f);
                    for (var i = 0; i < thinned.Length; i++)
                        thinned[i] = row[i * selection.SpaceStride];
                }
        }
        finally
        {
            if (memory >= 0)
                H5S.close(memory);
            if (file >= 0)
                H5S.close(file);
        }
    }

    // Groups sample indices into arithmetic runs, so that a prefix, a block or a stride is one selection.
    private static IEnumerable<(int At, int First, int Step, int Count)> Runs(IReadOnlyList<int> samples, long longest)
    {
        for (var at = 0; at < samples.Count;)
        {
            var step = at + 1 < samples.Count ? samples[at + 1] - samples[at] : 1;
            var count = 1;
            if (step > 0)
                while (count < longest && at + count < samples.Count && samples[at + count] - samples[at + count - 1] == step)
                    count++;
            yield return (at, samples[at], Math.Max(step, 1), count);
            at += count;
        }
    }

    private static CfdInfo Describe(Hdf5Session session, string path)
    {
        long[]? shape = null;
        var isDouble = false;
        foreach (var name in Fields)
        {
            if (H5L.exists(session.File, name) <= 0)
                throw new PdeFileException($"{path} has no data set '{name}': it is not a PDEBench 1D CFD file (those hold {string.Join(", ", Fields)}).");
            var dataset = session.Own(H5D.open(session.File, name), H5D.close, $"open '{name}'");
            var extent = session.Extent(dataset, name);
            if (extent.Length != 3)
                throw new PdeFileException($"'{name}' in {path} has the shape ({string.Join(", ", extent)}); a 1D CFD file has (sample, time, x){(extent.Length == 4 ? ", this looks like a 2D one" : "")}.");
            if (shape is not null && !extent.SequenceEqual(shape))
                throw new PdeFileException($"'{name}' in {path} has the shape ({string.Join(", ", extent)}); '{Fields[0]}' has ({string.Join(", ", shape)}).");
            shape = extent;
            var type = session.Own(H5D.get_type(dataset), H5T.close, $"read the type of '{name}'");
            if (H5T.get_class(type) != H5T.class_t.FLOAT)
                throw new PdeFileException($"'{name}' in {path} does not hold floating-point numbers.");
            isDouble |= (long)H5T.get_size(type) > 4;
        }
        var (samples, frames, points) = ((int)shape![0], (int)shape[1], (int)shape[2]);
        var x = session.Vector("x-coordinate") ?? new FlowSettings().CellCentres(points);
        if (x.Length != points)
            throw new PdeFileException($"'x-coordinate' in {path} has {x.Length} entries for {points} points.");
        var t = session.Vector("t-coordinate");
        if (t is not null)
        {
            if (t.Length < frames)
                throw new PdeFileException($"'t-coordinate' in {path} has {t.Length} entries for {frames} frames.");
            t = t[..frames];
        }
        var attributes = session.NumericAttributes();
        return new CfdInfo(path, samples, frames, points, x, t, Get(attributes, "eta"), Get(attributes, "zeta"), isDouble, attributes,
            session.TextAttribute(OriginAttribute), new FileInfo(path).Length);
    }

    private static double? Get(Dictionary<string, double> values, string name) => values.TryGetValue(name, out var value) ? value : null;
}
