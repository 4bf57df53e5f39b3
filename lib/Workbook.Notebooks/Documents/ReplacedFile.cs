// Writing a file so that nobody ever reads half of it.
namespace Workbook.Notebooks.Documents;

/// <summary>Writes beside the target, flushes to disk, then renames.</summary>
internal static class ReplacedFile
{
    /// <summary>Makes or replaces a file in one step.</summary>
    /// <param name="path">The target; its folder is made when missing.</param>
    /// <param name="content">The whole content.</param>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        string beside = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Guid.NewGuid():N}.partial");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})"/>
    internal static void Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));
}
