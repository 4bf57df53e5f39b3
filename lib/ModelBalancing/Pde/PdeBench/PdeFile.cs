// Any of PDEBench's data files: which family it belongs to, and its samples.
using System.Globalization;
using System.Text.RegularExpressions;
using HDF.PInvoke;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>Reads any of the layouts that Data_Merge.py and the per-seed generators of PDEBench write.</summary>
public static class PdeFile
{
    private static readonly string[] Velocities = ["Vx", "Vy", "Vz"];

    /// <summary>What is in a file, without reading its fields.</summary>
    /// <exception cref="PdeFileException">The file is missing, damaged, or of no known family.</exception>
    public static PdeFileInfo Info(string path)
    {
        using var session = Hdf5Session.Open(path);
        return Describe(session, path);
    }

    /// <summary>Reads samples in float64, whatever the file holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">Samples by index, in the order wanted.</param>
    /// <returns>All frames. Darcy: one frame, u and the conductivity.</returns>
    /// <exception cref="PdeFileException">The file is missing, damaged, or of no known family.</exception>
    /// <exception cref="ArgumentException">A sample is not in the file.</exception>
    public static Trajectories<double> Read(string path, IReadOnlyList<int> samples)
    {
        using var session = Hdf5Session.Open(path);
        var info = Describe(session, path);
        foreach (var sample in samples)
            if (sample < 0 || sample >= info.Samples)
                throw new ArgumentException($"Sample {sample} was asked for; {path} has the samples 0 to {info.Samples - 1}.", nameof(samples));
        var fields = new Trajectories<double>(samples.Count, info.Frames, info.Shape, info.Channels);
        for (var s = 0; s < samples.Count; s++)
        {
            if (info.Groups.Count == 0)
                for (var c = 0; c < info.Channels.Count; c++)
                    ReadSample(session, info.Channels[c], samples[s], fields.Channels[c].AsSpan(s * info.Frames * fields.Cells, info.Frames * fields.Cells));
            else
                ReadGroup(session, info.Groups[samples[s]], fields, s);
        }
        return fields;
    }

    private static unsafe void ReadSample(Hdf5Session session, string name, int sample, Span<double> values)
    {
        var dataset = session.Own(H5D.open(session.File, name), H5D.close, $"open '{name}'");
        var extent = session.Extent(dataset, name);
        var file = session.Own(H5D.get_space(dataset), H5S.close, $"read the extent of '{name}'");
        var start = new ulong[extent.Length];
        start[0] = (ulong)sample;
        var count = Array.ConvertAll(extent, n => (ulong)n);
        count[0] = 1;
        session.Check(H5S.select_hyperslab(file, H5S.seloper_t.SET, start, null!, count, null!), $"select sample {sample} of '{name}'");
        var memory = session.Own(H5S.create_simple(count.Length, count, null!), H5S.close, $"describe sample {sample} of '{name}'");
        fixed (double* to = values)
            session.Check(H5D.read(dataset, H5T.NATIVE_DOUBLE, memory, file, H5P.DEFAULT, (IntPtr)to), $"read sample {sample} of '{name}'");
    }

    // (time, space..., channel) of one group, channels to arrays of their own.
    private static unsafe void ReadGroup(Hdf5Session session, string group, Trajectories<double> fields, int sample)
    {
        var name = group + "/data";
        var dataset = session.Own(H5D.open(session.File, name), H5D.close, $"open '{name}'");
        var extent = session.Extent(dataset, name);
        long[] expected = [fields.Frames, .. fields.Shape.Select(n => (long)n), fields.Channels.Count];
        if (!extent.SequenceEqual(expected))
            throw session.Mismatch(name, extent, expected);
        var mixed = new double[extent.Aggregate(1L, (a, b) => a * b)];
        fixed (double* to = mixed)
            session.Check(H5D.read(dataset, H5T.NATIVE_DOUBLE, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)to), $"read '{name}'");
        var channels = fields.Channels.Count;
        var length = fields.Frames * fields.Cells;
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < length; i++)
                fields.Channels[c][sample * length + i] = mixed[i * channels + c];
    }

    private static PdeFileInfo Describe(Hdf5Session session, string path)
    {
        bool Has(string name) => H5L.exists(session.File, name) > 0;
        var parameters = session.NumericAttributes();
        if (Has("density") && Has("pressure") && Has("Vx"))
            return Contiguous(PdeFamily.CompressibleFlow, ["density", "pressure", .. Velocities.Where(Has)], parameters);
        if (Has("tensor") && Has("nu"))
            return Contiguous(PdeFamily.Darcy, ["tensor", "nu"], parameters);
        if (Has("tensor"))
            return Contiguous(parameters.ContainsKey("rho") ? PdeFamily.ReactionDiffusion : parameters.ContainsKey("Nu") ? PdeFamily.Burgers
                : parameters.ContainsKey("beta") ? PdeFamily.Advection : ByName(path), ["tensor"], parameters);
        var groups = session.Names().Where(name => name.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal).ToList();
        if (groups.Count > 0 && Has(groups[0] + "/data"))
            return Grouped(groups, parameters);
        throw new PdeFileException($"{path} is not a PDEBench file: it holds neither density, pressure and Vx, nor tensor, nor groups 0000, 0001, ... with data.");

        PdeFileInfo Contiguous(PdeFamily family, string[] names, Dictionary<string, double> values)
        {
            long[]? shape = null;
            var isDouble = false;
            foreach (var name in names)
            {
                var (extent, wide) = session.Field(name);
                isDouble |= wide;
                // Darcy's conductivity has no axis of time.
                if (family == PdeFamily.Darcy && name == "nu" && shape is not null)
                    extent = [extent[0], shape[1], .. extent[1..]];
                shape ??= extent;
                if (!extent.SequenceEqual(shape))
                    throw session.Mismatch(name, extent, shape);
            }
            if (shape!.Length is < 3 or > 5)
                throw new PdeFileException($"'{names[0]}' in {path} has {shape.Length} axes; a PDEBench file has sample, time and one to three of space.");
            if (family == PdeFamily.CompressibleFlow && names.Length != shape.Length)
                throw new PdeFileException($"{path} has {names.Length - 2} velocity components on {shape.Length - 2} axes of space.");
            var space = shape[2..].Select(n => (int)n).ToArray();
            string[] axes = ["x-coordinate", "y-coordinate", "z-coordinate"];
            return Finish(family, names, (int)shape[0], (int)shape[1], space, [.. space.Select((_, axis) => session.Vector(axes[axis]))], session.Vector("t-coordinate"), isDouble, values, []);
        }

        PdeFileInfo Grouped(List<string> names, Dictionary<string, double> values)
        {
            var (extent, isDouble) = session.Field(names[0] + "/data");
            if (extent.Length != 4 || extent[3] is not (1 or 2))
                throw new PdeFileException($"'{names[0]}/data' in {path} has the shape ({string.Join(", ", extent)}); expected (time, x, y, channel) with one channel (dam break) or two (diffusion-reaction).");
            foreach (Match match in Regex.Matches(session.TextAttribute("config", names[0]) ?? "", @"^\s*'?(\w+)'?:\s*([-+0-9.eE]+)\s*$", RegexOptions.Multiline))
                if (double.TryParse(match.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    values.TryAdd(match.Groups[1].Value, value);
            var (family, channels) = extent[3] == 2 ? (PdeFamily.DiffusionReaction, DiffusionReaction.ChannelNames) : (PdeFamily.DamBreak, [ShallowWater.ChannelNames[0]]);
            return Finish(family, channels, names.Count, (int)extent[0], [(int)extent[1], (int)extent[2]],
                [session.Vector(names[0] + "/grid/x"), session.Vector(names[0] + "/grid/y")], session.Vector(names[0] + "/grid/t"), isDouble, values, names);
        }

        PdeFileInfo Finish(PdeFamily family, IReadOnlyList<string> channels, int samples, int frames, IReadOnlyList<int> shape, IReadOnlyList<double[]?> coordinates, double[]? t,
            bool isDouble, Dictionary<string, double> values, IReadOnlyList<string> names)
        {
            for (var axis = 0; axis < shape.Count; axis++)
                if (coordinates[axis] is { } centres && centres.Length != shape[axis])
                    throw new PdeFileException($"The coordinate of axis {axis} in {path} has {centres.Length} entries for {shape[axis]} cells.");
            if (t is not null && t.Length < frames)
                throw new PdeFileException($"The times in {path} have {t.Length} entries for {frames} frames.");
            return new PdeFileInfo(path, family, channels, samples, frames, shape, coordinates, t?[..frames], isDouble, values, names,
                session.TextAttribute(CfdFile.OriginAttribute), new FileInfo(path).Length);
        }
    }

    private static PdeFamily ByName(string path) => System.IO.Path.GetFileName(path) switch
    {
        var name when name.Contains("Burgers", StringComparison.OrdinalIgnoreCase) => PdeFamily.Burgers,
        var name when name.Contains("Reac", StringComparison.OrdinalIgnoreCase) => PdeFamily.ReactionDiffusion,
        var name when name.Contains("Advection", StringComparison.OrdinalIgnoreCase) => PdeFamily.Advection,
        _ => throw new PdeFileException($"{path} holds one tensor and neither an attribute (beta, Nu, rho) nor its name says of which equation."),
    };
}
