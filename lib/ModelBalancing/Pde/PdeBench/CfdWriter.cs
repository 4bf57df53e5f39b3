// Writes a PDEBench 1D CFD file sample by sample; what is written stays usable when the writing is interrupted.
using System.Runtime.InteropServices;
using HDF.PInvoke;
using Microsoft.Win32.SafeHandles;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>All of a 1D CFD file but its fields.</summary>
public sealed record CfdHeader
{
    /// <summary>Number of trajectories, ≥ 1.</summary>
    public required int Samples { get; init; }

    /// <summary>Frames of each, ≥ 1.</summary>
    public required int Frames { get; init; }

    /// <summary>Cells of each frame, ≥ 4.</summary>
    public required int Points { get; init; }

    /// <summary>Time between two frames.</summary>
    public required double Interval { get; init; }

    /// <summary>Attribute <c>eta</c>.</summary>
    public double Eta { get; init; } = 1e-8;

    /// <summary>Attribute <c>zeta</c>.</summary>
    public double Zeta { get; init; } = 1e-8;

    /// <summary>Left end of the domain.</summary>
    public double XMin { get; init; } = -1;

    /// <summary>Right end of the domain.</summary>
    public double XMax { get; init; } = 1;

    /// <summary>How the file was made, as JSON; stored in the attribute <c>workbook</c>. Null: no such attribute, the published layout exactly.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes of the finished file's fields and coordinates; the file has some 4 KiB more.</summary>
    public long DataBytes => 4L * (3L * Samples * Frames * Points + Points + Frames + 1);
}

/// <summary>An unfinished file beside its target (<c>NAME.partial</c>); only <see cref="Complete"/> gives it the target's name.</summary>
/// <remarks>The file has its final size and structure from the start and is flushed after every block, so that a killed process leaves a valid
/// file with all finished blocks.</remarks>
public sealed class CfdWriter : IDisposable
{
    // What the layout takes besides its values.
    private const long MetadataBytes = 4096;

    private readonly string target;
    private readonly CfdHeader header;
    private readonly FileStream guard;
    private readonly bool keepPartial;
    private readonly long[] offsets;

    private CfdWriter(string target, CfdHeader header, FileStream guard, long[] offsets, int written, bool keepPartial)
    {
        this.target = target;
        this.header = header;
        this.guard = guard;
        this.offsets = offsets;
        this.keepPartial = keepPartial;
        Written = written;
    }

    /// <summary>Samples written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Whether the file has its final name.</summary>
    public bool IsComplete { get; private set; }

    internal static string PartialOf(string target) => target + ".partial";

    /// <summary>Starts a new file.</summary>
    /// <param name="target">The final name.</param>
    /// <param name="header">Shape, coordinates and attributes.</param>
    /// <param name="keepPartial">Keep the unfinished file when disposed before <see cref="Complete"/>; default: delete it.</param>
    /// <exception cref="PdeFileException">The folder is missing, the disk is too full, or another process is writing the file.</exception>
    public static CfdWriter Create(string target, CfdHeader header, bool keepPartial = false)
    {
        if (header.Samples < 1 || header.Frames < 1 || header.Points < 4)
            throw new ArgumentException($"A file of {header.Samples} samples, {header.Frames} frames and {header.Points} points was asked for; expected at least 1, 1 and 4.", nameof(header));
        target = Path.GetFullPath(target);
        var guard = Guard(target);
        try
        {
            CheckSpace(target, header.DataBytes);
            // Once to know that the library's own few writes will succeed, and again because creating the file gives the space back.
            Reserve(target, header.DataBytes + MetadataBytes);
            var offsets = WriteFrame(PartialOf(target), header);
            Reserve(target, new FileInfo(PartialOf(target)).Length);
            return new CfdWriter(target, header, guard, offsets, 0, keepPartial);
        }
        catch
        {
            File.Delete(PartialOf(target));
            Release(guard);
            throw;
        }
    }

    /// <summary>Goes on with an unfinished file whose first <paramref name="written"/> samples are there.</summary>
    internal static CfdWriter Continue(string target, CfdHeader header, int written, bool keepPartial = true)
    {
        target = Path.GetFullPath(target);
        var guard = Guard(target);
        try
        {
            using var session = Hdf5Session.Open(PartialOf(target));
            var offsets = CfdFile.Fields.Select(name => Offset(session, session.Own(H5D.open(session.File, name), H5D.close, $"open '{name}'"), name)).ToArray();
            return new CfdWriter(target, header, guard, offsets, written, keepPartial);
        }
        catch
        {
            Release(guard);
            throw;
        }
    }

    /// <summary>Adds samples behind those already written.</summary>
    /// <remarks>Values go straight to their place in the file, not through the HDF5 library: a failed write there leaves the library with
    /// buffers that it can neither write nor drop.</remarks>
    /// <exception cref="PdeFileException">The disk is full or the file was damaged; the target is untouched.</exception>
    public void Append(FlowFields1d<float> block)
    {
        if (block.Frames != header.Frames || block.Points != header.Points)
            throw new ArgumentException($"block has {block.Frames} frames of {block.Points} points; the file has {header.Frames} of {header.Points}.", nameof(block));
        if (Written + block.Samples > header.Samples)
            throw new ArgumentException($"{block.Samples} samples do not fit behind {Written} of {header.Samples}.", nameof(block));
        try
        {
            using var file = File.OpenHandle(PartialOf(target), FileMode.Open, FileAccess.Write);
            for (var c = 0; c < offsets.Length; c++)
                RandomAccess.Write(file, MemoryMarshal.AsBytes(block.Channels[c].AsSpan()), offsets[c] + 4L * Written * header.Frames * header.Points);
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(target, cause.Message, cause);
        }
        Written += block.Samples;
    }

    /// <summary>Flushes the file to the disk and gives it its name.</summary>
    /// <exception cref="InvalidOperationException">Samples are missing.</exception>
    public void Complete()
    {
        if (Written != header.Samples)
            throw new InvalidOperationException($"{Written} of {header.Samples} samples are written.");
        var partial = PartialOf(target);
        try
        {
            using (var stream = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                stream.Flush(flushToDisk: true);
            File.Move(partial, target, overwrite: true);
        }
        catch (IOException cause)
        {
            throw new PdeFileException($"{target} could not be finished: {cause.Message}", cause);
        }
        IsComplete = true;
    }

    /// <summary>Ends the writing; an unfinished file is deleted or kept as <see cref="Create"/> was told.</summary>
    public void Dispose()
    {
        if (!IsComplete && !keepPartial)
            File.Delete(PartialOf(target));
        Release(guard);
    }

    // Everything but the fields' values, laid out as h5py does it: contiguous, no time stamps, little-endian float32.
    private static unsafe long[] WriteFrame(string partial, CfdHeader header)
    {
        using var session = Hdf5Session.Create(partial);
        var creation = session.Own(H5P.create(H5P.DATASET_CREATE), H5P.close, "prepare the data sets");
        H5P.set_obj_track_times(creation, 0);
        // All space is reserved now and never filled, so that the file has its final size and layout although it is closed between blocks.
        H5P.set_alloc_time(creation, H5D.alloc_time_t.EARLY);
        H5P.set_fill_time(creation, H5D.fill_time_t.NEVER);
        var offsets = new List<long>();
        foreach (var name in CfdFile.Fields)
        {
            var space = session.Own(H5S.create_simple(3, [(ulong)header.Samples, (ulong)header.Frames, (ulong)header.Points], null!), H5S.close, $"describe '{name}'");
            offsets.Add(Offset(session, session.Own(H5D.create(session.File, name, H5T.IEEE_F32LE, space, H5P.DEFAULT, creation), H5D.close, $"create '{name}'"), name));
        }
        var settings = new FlowSettings { XMin = header.XMin, XMax = header.XMax };
        WriteCoordinate(session, creation, "x-coordinate", Array.ConvertAll(settings.CellCentres(header.Points), x => (float)x));
        WriteCoordinate(session, creation, "t-coordinate", Enumerable.Range(0, header.Frames + 1).Select(k => (float)(k * header.Interval)).ToArray());
        var scalar = session.Own(H5S.create(H5S.class_t.SCALAR), H5S.close, "describe the attributes");
        foreach (var (name, value) in new[] { ("eta", header.Eta), ("zeta", header.Zeta) })
        {
            var attribute = session.Own(H5A.create(session.File, name, H5T.IEEE_F64LE, scalar), H5A.close, $"create the attribute '{name}'");
            session.Check(H5A.write(attribute, H5T.NATIVE_DOUBLE, (IntPtr)(&value)), $"write the attribute '{name}'");
        }
        if (header.Origin is { Length: > 0 } origin)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(origin);
            var type = session.Own(H5T.copy(H5T.C_S1), H5T.close, "prepare a text");
            H5T.set_size(type, bytes.Length);
            H5T.set_cset(type, H5T.cset_t.UTF8);
            H5T.set_strpad(type, H5T.str_t.NULLPAD);
            var attribute = session.Own(H5A.create(session.File, CfdFile.OriginAttribute, type, scalar), H5A.close, "create an attribute");
            fixed (byte* start = bytes)
                session.Check(H5A.write(attribute, type, (IntPtr)start), "write an attribute");
        }
        session.Finish();
        return offsets.ToArray();
    }

    // Where a contiguous data set begins in the file.
    private static long Offset(Hdf5Session session, long dataset, string name)
    {
        var offset = H5D.get_offset(dataset);
        if (offset == ulong.MaxValue)
            session.Check(-1, $"find where '{name}' is stored");
        return (long)offset;
    }

    private static unsafe void WriteCoordinate(Hdf5Session session, long creation, string name, float[] values)
    {
        var space = session.Own(H5S.create_simple(1, [(ulong)values.Length], null!), H5S.close, $"describe '{name}'");
        var dataset = session.Own(H5D.create(session.File, name, H5T.IEEE_F32LE, space, H5P.DEFAULT, creation), H5D.close, $"create '{name}'");
        fixed (float* start = values)
            session.Check(H5D.write(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (IntPtr)start), $"write '{name}'");
    }

    private static FileStream Guard(string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
            throw new PdeFileException($"The folder {folder} does not exist; make it first.");
        try
        {
            return new FileStream(target + ".lock.partial", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause)
        {
            throw new PdeFileException($"{target} is being written by another process; wait until that is done.", cause);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new PdeFileException($"{target} cannot be written: {cause.Message}", cause);
        }
    }

    private static void Release(FileStream guard)
    {
        var path = guard.Name;
        guard.Dispose();
        File.Delete(path);
    }

    private static void CheckSpace(string target, long bytes)
    {
        var free = new DriveInfo(Path.GetDirectoryName(target)!).AvailableFreeSpace;
        if (free < bytes)
            throw new PdeFileException($"{target} needs {Size(bytes)} and the disk has {Size(free)} free; make room or choose another folder.");
    }

    // Takes the space on the disk, so that a full disk shows before the work and not after it.
    private static void Reserve(string target, long bytes)
    {
        try
        {
            using var file = File.OpenHandle(PartialOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite);
            if (OperatingSystem.IsLinux())
            {
                var error = PosixAllocate(file, 0, bytes);
                if (error != 0)
                    throw NotWritten(target, Marshal.GetPInvokeErrorMessage(error), null);
            }
            else
            {
                RandomAccess.SetLength(file, bytes);
            }
        }
        catch (Exception cause) when (cause is not PdeFileException && cause is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(target, cause.Message, cause);
        }
    }

    private static PdeFileException NotWritten(string target, string reason, Exception? cause) =>
        new($"{target} could not be written: {char.ToLowerInvariant(reason[0])}{reason[1..].TrimEnd('.')}; make room or choose another folder.", cause);

    [DllImport("libc", EntryPoint = "posix_fallocate")]
    private static extern int PosixAllocate(SafeFileHandle file, long offset, long length);

    private static string Size(long bytes) => bytes >= 1L << 30 ? $"{bytes / (double)(1L << 30):0.0} GiB" : $"{bytes / (double)(1L << 20):0.0} MiB";
}
