// Writing a file so that nobody ever reads half of it.
namespace Workbook.Notebooks.Documents;

/// <summary>Writes beside the target, flushes to disk, then renames.</summary>
internal static class ReplacedFile
{
    private const int NoSpace = 28; // ENOSPC

    /// <summary>Makes or replaces a file in one step.</summary>
    /// <param name="path">The target; its folder is made when missing.</param>
    /// <param name="content">The whole content.</param>
    /// <exception cref="IOException">It could not be written: one sentence that says why; what was there before is untouched.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string beside = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Guid.NewGuid():N}.partial");
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside)) File.Delete(beside); // there may not even be a folder
            string reason = failure is UnauthorizedAccessException ? "permission denied; choose another folder"
                : failure.HResult is NoSpace ? "the disk is full; free some space and run again"
                : failure.Message.TrimEnd('.');
            throw new IOException($"Cannot write '{path}': {reason}.", failure);
        }
    }

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})"/>
    internal static void Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));
}
