// A renamed file is safe from a power cut only when its folder is on the disk too.
using System.Runtime.InteropServices;

namespace ModelBalancing.Checkpoints;

/// <summary>Brings a folder's entries (names made, replaced or removed in it) to the disk.</summary>
public static partial class FolderFlush
{
    private const int ReadOnlyFolder = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC on Linux; read-only is 0

    /// <summary>fsync of a folder on Linux; elsewhere the file system is trusted. A file system that cannot do it (some network ones) is left alone.</summary>
    /// <param name="folder">The folder.</param>
    public static void ToDisk(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        int descriptor = Open(folder, ReadOnlyFolder);
        if (descriptor < 0)
            return;
        _ = Synchronise(descriptor); // its failure takes nothing away: the rename itself has happened
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronise(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
