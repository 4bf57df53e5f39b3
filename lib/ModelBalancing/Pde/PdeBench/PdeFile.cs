// Any of PDEBench's data files: which family it belongs to, what it says about itself, and its samples.
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Reads any of the layouts that Data_Merge.py and the per-seed generators of PDEBench write, and files like them: without times, in float64,
/// compressed, with other channels.</summary>
public static class PdeFile
{
    /// <summary>Name of the attribute with which the workbook records how a file was made.</summary>
    internal const string OriginAttribute = "workbook";

    // The order of PDEBench's loaders, whatever the file's.
    private static readonly string[] KnownFields = ["density", "pressure", "Vx", "Vy", "Vz", "tensor", "nu"];
    private static readonly string[] Velocities = ["Vx", "Vy", "Vz"];
    private static readonly string[] Axes = ["x-coordinate", "y-coordinate", "z-coordinate"];

    /// <summary>What is in a file, without reading its fields.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, being written, or in no known layout.</exception>
    public static PdeFileInfo Info(string path)
    {
        using var session = Hdf5Session.Open(path);
        return Describe(session, path);
    }

    /// <summary>Reads samples in float64, whatever the file holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">Samples by index, in the order wanted.</param>
    /// <returns>All frames. Darcy: one frame, u and the conductivity.</returns>
    /// <exception cref="PdeFileException">The file is missing, damaged, or in no known layout.</exception>
    /// <exception cref="ArgumentException">A sample is not in the file.</exception>
    public static Trajectories<double> Read(string path, IReadOnlyList<int> samples) => Read<double>(Info(path), new PdeSelection { Samples = samples });

    /// <summary>Reads a part of a file; only the bytes of the chosen samples are touched.</summary>
    /// <param name="info">The file, as <see cref="Info"/> found it.</param>
    /// <param name="selection">The part; null: all.</param>
    /// <param name="cancellation">Ends the reading between blocks of some megabytes.</param>
    /// <typeparam name="T">float or double, whatever the file holds.</typeparam>
    /// <exception cref="PdeFileException">The file is missing or damaged, or has changed since.</exception>
    /// <exception cref="ArgumentException">The selection asks for what the file does not have.</exception>
    public static unsafe Trajectories<T> Read<T>(PdeFileInfo info, PdeSelection? selection = null, CancellationToken cancellation = default) where T : unmanaged, IFloatingPointIeee754<T>
    {
        selection ??= new PdeSelection();
        var (samples, frames, shape) = selection.In(info);
        var length = checked(samples.Count * frames * Trajectories<T>.Product(shape));
        var channels = info.Channels.Select(_ => new T[length]).ToArray();
        var handles = Array.ConvertAll(channels, channel => new Memory<T>(channel).Pin());
        try
        {
            Fill(info, selection, info.Channels, [.. handles.Select(handle => (nint)handle.Pointer)], typeof(T) == typeof(double), cancellation);
        }
        finally
        {
            foreach (var handle in handles)
                handle.Dispose();
        }
        return new Trajectories<T>(samples.Count, frames, shape, info.Channels, channels);
    }

    /// <summary>Reads a part of a file into memory of the caller.</summary>
    /// <param name="info">The file.</param>
    /// <param name="selection">The part.</param>
    /// <param name="channels">Which channels, in which order.</param>
    /// <param name="places">Where each channel goes: (sample, time, space...), contiguous.</param>
    /// <param name="isDouble">Values are wanted as float64, else as float32.</param>
    /// <param name="cancellation">Ends the reading between blocks.</param>
    /// <param name="soon">Samples that will be asked for next: the disk may begin with them.</param>
    internal static void Fill(PdeFileInfo info, PdeSelection selection, IReadOnlyList<string> channels, IReadOnlyList<nint> places, bool isDouble, CancellationToken cancellation, IReadOnlyList<int>? soon = null)
    {
        using var session = Hdf5Session.Open(info.Path);
        if (isDouble)
            new PdeReader<double>(session, info, selection, cancellation).Fill(channels, places, soon);
        else
            new PdeReader<float>(session, info, selection, cancellation).Fill(channels, places, soon);
    }

    private static PdeFileInfo Describe(Hdf5Session session, string path)
    {
        var names = session.Names();
        var parameters = session.NumericAttributes();
        var groups = names.Where(name => name.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal).ToList();
        if (groups.Count > 0 && session.Has(groups[0] + "/data"))
            return Grouped(session, path, groups, parameters);
        // A known name that holds something else than fields is an error later; an unknown one is no field then.
        var fields = names.Where(name => !name.EndsWith("-coordinate", StringComparison.Ordinal) && (KnownFields.Contains(name) || session.IsField(name)))
            .OrderBy(name => Array.IndexOf(KnownFields, name) is >= 0 and var known ? known : KnownFields.Length).ThenBy(name => name, StringComparer.Ordinal).ToList();
        if (fields.Count == 0)
            throw new PdeFileException($"{path} is not a PDEBench file: it holds neither density, pressure and Vx, nor tensor, nor groups 0000, 0001, ... with data, nor other fields (sample, time, space).");
        var (family, channels) = FamilyOf(fields, parameters, path);
        return Contiguous(session, path, family, channels, [.. names.Where(name => !channels.Contains(name) && !name.EndsWith("-coordinate", StringComparison.Ordinal)).Order(StringComparer.Ordinal)], parameters);
    }

    private static (PdeFamily Family, IReadOnlyList<string> Channels) FamilyOf(List<string> fields, Dictionary<string, double> parameters, string path)
    {
        if (fields.Contains("density") && fields.Contains("pressure") && fields.Contains("Vx"))
            return (PdeFamily.CompressibleFlow, ["density", "pressure", .. Velocities.Where(fields.Contains)]);
        if (!fields.Contains("tensor"))
            return (PdeFamily.Other, fields);
        if (fields.Contains("nu"))
            return (PdeFamily.Darcy, ["tensor", "nu"]);
        var name = System.IO.Path.GetFileName(path);
        bool Named(string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);
        return (parameters.ContainsKey("rho") ? PdeFamily.ReactionDiffusion : parameters.ContainsKey("Nu") ? PdeFamily.Burgers : parameters.ContainsKey("beta") ? PdeFamily.Advection
            : Named("Burgers") ? PdeFamily.Burgers : Named("Reac") ? PdeFamily.ReactionDiffusion : Named("Advection") ? PdeFamily.Advection : PdeFamily.Other, ["tensor"]);
    }

    private static PdeFileInfo Contiguous(Hdf5Session session, string path, PdeFamily family, IReadOnlyList<string> channels, IReadOnlyList<string> others, Dictionary<string, double> parameters)
    {
        long[]? shape = null;
        var isDouble = false;
        var storage = "";
        foreach (var name in channels)
        {
            var field = session.Field(name);
            isDouble |= field.IsDouble;
            storage = storage.Length == 0 || storage == field.Storage ? field.Storage : "mixed";
            var extent = field.Extent;
            if (extent.Length is < 3 or > 5)
                throw new PdeFileException($"'{name}' in {path} has {extent.Length} axes; a PDEBench file has sample, time and one to three of space.");
            // Darcy's conductivity has no axis of time.
            if (family == PdeFamily.Darcy && name == "nu" && shape is not null)
                extent = [extent[0], shape[1], .. extent[1..]];
            shape ??= extent;
            if (!extent.SequenceEqual(shape))
                throw session.Mismatch(name, field.Extent, shape);
        }
        if (family == PdeFamily.CompressibleFlow && channels.Count != shape!.Length)
            throw new PdeFileException($"{path} has {channels.Count - 2} velocity components on {shape.Length - 2} axes of space.");
        var space = shape![2..];
        return Finish(session, path, family, channels, shape[0], shape[1], space, [.. space.Select((_, axis) => session.Vector(Axes[axis]))], session.Vector("t-coordinate"), isDouble, parameters, [], storage, others);
    }

    private static PdeFileInfo Grouped(Hdf5Session session, string path, List<string> groups, Dictionary<string, double> parameters)
    {
        var first = groups[0];
        var field = session.Field(first + "/data");
        var extent = field.Extent;
        if (extent.Length is < 3 or > 5)
            throw new PdeFileException($"'{first}/data' in {path} has the shape ({string.Join(", ", extent)}); expected (time, space..., channel) with one to three axes of space.");
        foreach (Match match in Regex.Matches(session.TextAttribute("config", first) ?? "", @"^\s*'?(\w+)'?:\s*([-+0-9.eE]+)\s*$", RegexOptions.Multiline))
            if (double.TryParse(match.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                parameters.TryAdd(match.Groups[1].Value, value);
        var (family, channels) = (extent.Length, extent[^1]) switch
        {
            (4, 2) => (PdeFamily.DiffusionReaction, DiffusionReaction.ChannelNames),
            (4, 1) => (PdeFamily.DamBreak, [ShallowWater.ChannelNames[0]]),
            (3, 1) => (PdeFamily.DiffusionSorption, (IReadOnlyList<string>)["u"]),
            (_, var count and > 0 and <= 64) => (PdeFamily.Other, [.. Enumerable.Range(0, (int)count).Select(channel => $"field{channel}")]),
            _ => throw new PdeFileException($"'{first}/data' in {path} has the shape ({string.Join(", ", extent)}); expected (time, space..., channel) with few channels."),
        };
        string[] axes = [first + "/grid/x", first + "/grid/y", first + "/grid/z"];
        return Finish(session, path, family, channels, groups.Count, extent[0], extent[1..^1], [.. extent[1..^1].Select((_, axis) => session.Vector(axes[axis]))], session.Vector(first + "/grid/t"),
            field.IsDouble, parameters, groups, field.Storage, []);
    }

    private static PdeFileInfo Finish(Hdf5Session session, string path, PdeFamily family, IReadOnlyList<string> channels, long samples, long frames, long[] space, double[]?[] coordinates, double[]? t,
        bool isDouble, Dictionary<string, double> parameters, IReadOnlyList<string> groups, string storage, IReadOnlyList<string> others)
    {
        if (samples < 1 || frames < 1 || space.Any(n => n < 1))
            throw new PdeFileException($"{path} holds no values: {samples} samples of {frames} frames on {string.Join(" × ", space)} cells.");
        for (var axis = 0; axis < space.Length; axis++)
            if (coordinates[axis] is { } centres && centres.Length != space[axis])
                throw new PdeFileException($"The coordinate of axis {axis} in {path} has {centres.Length} entries for {space[axis]} cells"
                    + (centres.Length == frames || space.Contains(centres.Length) ? "; the axes seem to be in another order than (sample, time, x, y, z)." : "."));
        if (t is not null && t.Length < frames)
            throw new PdeFileException($"The times in {path} have {t.Length} entries for {frames} frames"
                + (space.Any(n => n == t.Length || n == t.Length - 1) ? "; the axes seem to be in another order than (sample, time, x, y, z)." : "."));
        return new PdeFileInfo(path, family, channels, (int)samples, (int)frames, [.. space.Select(n => (int)n)], coordinates, t?[..(int)frames], isDouble, parameters, groups,
            session.TextAttribute(OriginAttribute), new FileInfo(path).Length, storage, others);
    }
}
