// Files that other runs rely on are replaced whole or not at all: written beside, flushed to the disk, then renamed.
using System.Text;

namespace ModelBalancing.Checkpoints;

/// <summary>Replaces a file so that a reader sees either the old content or the new one, also after a crash or on a full disk.</summary>
public static class AtomicFile
{
    private const int NoSpaceOnUnix = 28;       // ENOSPC
    private const int NoQuotaOnUnix = 122;      // EDQUOT
    private const int NoSpaceOnWindows = 0x70;  // ERROR_DISK_FULL, low word of the HRESULT

    /// <summary>Writes <paramref name="path"/> through a temporary file in the same folder.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream is positioned at 0, writable and seekable.</param>
    /// <exception cref="CheckpointException">Disk full, no permission, missing folder: the target is as it was, the temporary file is gone.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target);
        if (folder is null || !Directory.Exists(folder))
            throw new CheckpointException($"Cannot write '{path}': its folder does not exist; create '{folder}' first.");
        if (Directory.Exists(target))
            throw new CheckpointException($"Cannot write '{path}': a folder has that name; choose another file name.");

        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Environment.ProcessId}.{Path.GetRandomFileName()}.partial");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
            FolderFlush.ToDisk(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(Sentence(path, failure), failure);
        }
        finally
        {
            Discard(temporary);
        }
    }

    /// <summary>Replaces a file by text in UTF-8.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="CheckpointException">As above.</exception>
    public static void Replace(string path, string text) => Replace(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a failed write, or what caused it, is a full disk or an exhausted quota.</summary>
    /// <param name="failure">What was thrown.</param>
    public static bool IsDiskFull(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
            if (cause is IOException { HResult: var code } && (code is NoSpaceOnUnix or NoQuotaOnUnix || (code & 0xFFFF) == NoSpaceOnWindows))
                return true;
        return false;
    }

    /// <summary>The sentence shown for a failed write.</summary>
    internal static string Sentence(string path, Exception failure) => failure switch
    {
        IOException when IsDiskFull(failure)
            => $"Cannot write '{path}': the disk is full; free some space and try again, what the file held before is untouched.",
        UnauthorizedAccessException
            => $"Cannot write '{path}': permission denied; make the folder writable or choose another one, what the file held before is untouched.",
        _ => $"Cannot write '{path}' ({failure.Message.TrimEnd('.')}); what the file held before is untouched.",
    };

    // After a successful rename there is nothing left to delete; after a failed write the partial file goes.
    private static void Discard(string temporary)
    {
        if (File.Exists(temporary))
            File.Delete(temporary);
    }
}
