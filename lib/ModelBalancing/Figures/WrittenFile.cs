// Saving a figure or table in the form that the file's extension names.
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Figures;

internal static class WrittenFile
{
    /// <summary>Makes or replaces a file as a whole; its folder is made when missing.</summary>
    public static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Replace(path, stream => stream.Write(content));
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
