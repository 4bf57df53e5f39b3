// Compresses files with a group a seed, as two of the three published ones are.
using HDF.PInvoke;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>A filter of the groups' data.</summary>
public enum GroupCompression
{
    /// <summary>h5py's LZF, as the published files of diffusion and reaction or sorption.</summary>
    Lzf,

    /// <summary>zlib, which every HDF5 library reads.</summary>
    Gzip,
}

/// <summary>The layout of <see cref="SeedGroupLayout"/> in chunks of whole frames behind a filter.</summary>
public static class CompressedGroups
{
    private const uint GzipLevel = 4, MayBeSkipped = 1;

    // What h5py records with its filter: its own version, liblzf's, and the bytes of a chunk.
    private const uint LzfFilterVersion = 4, LzfVersion = 0x0105;

    // About so many bytes a chunk, at least a frame; the library's cache of chunks holds 1 MiB.
    private const long ChunkBytes = 256 << 10;

    /// <summary>Replaces a file by its compressed form; the old file stays until the new one is whole.</summary>
    /// <param name="path">A file with a group a seed, contiguous or compressed.</param>
    /// <param name="compression">The filter.</param>
    /// <param name="cancellation">Ends it between two groups; the old file is untouched then.</param>
    /// <exception cref="PdeFileException">The file has no groups, is damaged, or cannot be written.</exception>
    public static void Replace(string path, GroupCompression compression, CancellationToken cancellation = default)
    {
        path = Path.GetFullPath(path);
        var info = PdeFile.Info(path);
        if (info.Groups.Count == 0)
            throw new PdeFileException($"{path} has no group a seed; only such files are compressed here.");
        var partial = $"{path}.compressed-{Environment.ProcessId}.partial";
        try
        {
            Write(info, partial, compression, cancellation);
            using (var stream = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                stream.Flush(flushToDisk: true);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new PdeFileException($"{path} could not be compressed: {cause.Message}", cause);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Whether a file's groups went through this filter.</summary>
    public static bool Has(PdeFileInfo info, GroupCompression compression) => info.Storage.Contains(compression.ToString().ToLowerInvariant(), StringComparison.Ordinal);

    private static unsafe void Write(PdeFileInfo info, string partial, GroupCompression compression, CancellationToken cancellation)
    {
        int[] shape = [info.Frames, .. info.Shape, info.Channels.Count];
        (string, float[])[] grid = [.. info.Coordinates.Select((centres, axis) => ("xyz"[axis].ToString(), centres)).Append(("t", info.T)).Where(axis => axis.Item2 is not null)
            .Select(axis => (axis.Item1, Array.ConvertAll(axis.Item2!, value => (float)value)))];
        using var target = Hdf5Session.Create(partial);
        var creation = PdeLayout.Creation(target);
        var filtered = Filtered(target, compression, shape);
        if (info.Origin is { Length: > 0 } origin)
            PdeLayout.WriteText(target, target.File, PdeFile.OriginAttribute, origin);
        for (var sample = 0; sample < info.Samples; sample++)
        {
            cancellation.ThrowIfCancellationRequested();
            var group = info.Groups[sample];
            var values = Mixed(info, sample);
            string? config;
            using (var source = Hdf5Session.Open(info.Path))
                config = source.TextAttribute("config", group);
            var before = target.Count;
            var data = SeedGroupLayout.WriteGroup(target, group, filtered, creation, shape, grid, config);
            fixed (float* start = values)
                target.Check(H5D.write(data, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start), $"write '{group}/data'");
            target.Release(target.Count - before);
        }
        target.Finish();
    }

    private static long Filtered(Hdf5Session session, GroupCompression compression, int[] shape)
    {
        var frame = shape[1..].Aggregate(4L, (product, n) => product * n);
        ulong[] chunk = [.. shape.Select(n => (ulong)n)];
        chunk[0] = (ulong)Math.Clamp(ChunkBytes / frame, 1, shape[0]);
        var creation = session.Own(H5P.create(H5P.DATASET_CREATE), H5P.close, "prepare the data sets");
        H5P.set_obj_track_times(creation, 0);
        session.Check(H5P.set_chunk(creation, chunk.Length, chunk), "cut the data into chunks");
        session.Check(compression == GroupCompression.Gzip
            ? H5P.set_deflate(creation, GzipLevel)
            : H5P.set_filter(creation, LzfFilter.Number, MayBeSkipped, 3, [LzfFilterVersion, LzfVersion, checked((uint)(frame * (long)chunk[0]))]), "set the filter");
        return creation;
    }

    // Channels last.
    private static float[] Mixed(PdeFileInfo info, int sample)
    {
        var fields = PdeFile.Read<float>(info, new PdeSelection { Samples = [sample] });
        int channels = fields.Channels.Count;
        var mixed = new float[fields.Channels[0].Length * channels];
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < fields.Channels[c].Length; i++)
                mixed[i * channels + c] = fields.Channels[c][i];
        return mixed;
    }
}
