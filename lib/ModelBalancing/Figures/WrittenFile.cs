// Files that are either the old one or the whole new one, never half of it.
namespace ModelBalancing.Figures;

internal static class WrittenFile
{
    /// <summary>Writes beside the target, flushes to disk, and renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        var beside = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.partial");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside); // nothing left after a move; the rest of a failed write otherwise
        }
    }

    /// <summary>Saves in the form that the file's extension names.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="what">"figure" or "table", for the message.</param>
    /// <param name="forms">Extension (with its dot) and what it holds.</param>
    /// <exception cref="ArgumentException">The extension is none of these.</exception>
    public static void Save(string path, string what, params (string Extension, Func<byte[]> Content)[] forms)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var extension = Path.GetExtension(path);
        foreach (var (known, content) in forms)
            if (known.Equals(extension, StringComparison.OrdinalIgnoreCase))
            {
                Write(path, content());
                return;
            }
        var list = string.Join(", ", forms.Select(form => form.Extension));
        throw new ArgumentException($"A {what} cannot be saved as '{Path.GetFileName(path)}': the extension {(extension.Length == 0 ? "is missing" : $"'{extension}' is not known")}; use one of {list}.", nameof(path));
    }
}
