// Writes a data file sample by sample; what is written stays usable when the writing is interrupted.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>An unfinished file beside its target (<c>NAME.partial</c>); only <see cref="Complete"/> gives it the target's name.</summary>
/// <remarks>The file has its final size and structure from the start and is flushed after every block, so that a killed process leaves a valid
/// file with all finished blocks.</remarks>
public sealed class PdeWriter : IDisposable
{
    // What the layout takes besides its values.
    private const long MetadataBytes = 4096;

    private readonly string target;
    private readonly PdeLayout layout;
    private readonly FileStream guard;
    private readonly bool keepPartial;
    private readonly long[] starts;

    private PdeWriter(string target, PdeLayout layout, FileStream guard, long[] starts, int written, bool keepPartial)
    {
        this.target = target;
        this.layout = layout;
        this.guard = guard;
        this.starts = starts;
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
    /// <param name="layout">Shape, coordinates and attributes.</param>
    /// <param name="keepPartial">Keep the unfinished file when disposed before <see cref="Complete"/>; default: delete it.</param>
    /// <exception cref="PdeFileException">The folder is missing, the disk is too full, or another process is writing the file.</exception>
    public static PdeWriter Create(string target, PdeLayout layout, bool keepPartial = false)
    {
        layout.Check(null);
        target = Path.GetFullPath(target);
        var guard = Guard(target);
        try
        {
            CheckSpace(target, layout.DataBytes);
            // Once to know that the library's own few writes will succeed, and again because creating the file gives the space back.
            Reserve(target, layout.DataBytes + MetadataBytes);
            var starts = WriteFrame(PartialOf(target), layout);
            Reserve(target, new FileInfo(PartialOf(target)).Length);
            return new PdeWriter(target, layout, guard, starts, 0, keepPartial);
        }
        catch
        {
            File.Delete(PartialOf(target));
            Release(guard);
            throw;
        }
    }

    /// <summary>Goes on with an unfinished file whose first <paramref name="written"/> samples are there.</summary>
    internal static PdeWriter Continue(string target, PdeLayout layout, int written, bool keepPartial = true)
    {
        target = Path.GetFullPath(target);
        var guard = Guard(target);
        try
        {
            using var session = Hdf5Session.Open(PartialOf(target));
            var starts = layout.Starts(session);
            return new PdeWriter(target, layout, guard, starts, written, keepPartial);
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
    public void Append(Trajectories<float> block)
    {
        layout.Check(block);
        if (Written + block.Samples > layout.Samples)
            throw new ArgumentException($"{block.Samples} samples do not fit behind {Written} of {layout.Samples}.", nameof(block));
        try
        {
            using var file = File.OpenHandle(PartialOf(target), FileMode.Open, FileAccess.Write);
            for (var dataset = 0; dataset < layout.DatasetsPerSample; dataset++)
                for (var s = 0; s < block.Samples; s++)
                    RandomAccess.Write(file, MemoryMarshal.AsBytes(layout.Values(block, dataset, s)), layout.Place(starts, dataset, Written + s));
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
        if (Written != layout.Samples)
            throw new InvalidOperationException($"{Written} of {layout.Samples} samples are written.");
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

    private static long[] WriteFrame(string partial, PdeLayout layout)
    {
        using (var session = Hdf5Session.Create(partial))
        {
            layout.WriteFrame(session);
            session.Finish();
        }
        using var written = Hdf5Session.Open(partial);
        return layout.Starts(written);
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
