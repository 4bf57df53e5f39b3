// Archives of the catalogue are unpacked beside their place and moved.
using System.Formats.Tar;
using System.IO.Compression;

namespace ModelBalancing.Catalogue;

/// <summary>Unpacks .zip and .tar.gz archives.</summary>
public static class Unpacking
{
    /// <summary>Unpacks an archive; files that are there already are replaced.</summary>
    /// <param name="archive">A .zip, .tar.gz or .tgz file.</param>
    /// <param name="folder">Where its content belongs; is made.</param>
    /// <param name="without">A folder at the beginning of every name that is left out, such as <c>package</c>.</param>
    /// <exception cref="CatalogException">The archive is damaged, or a name in it leads out of the folder.</exception>
    public static void Into(string archive, string folder, string? without = null)
    {
        Directory.CreateDirectory(folder);
        var beside = Directory.CreateDirectory(Path.Combine(folder, $".unpacking-{Guid.NewGuid():N}.partial")).FullName;
        try
        {
            // Both refuse names that lead out of the folder.
            if (archive.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
                ZipFile.ExtractToDirectory(archive, beside);
            else
            {
                using var packed = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
                TarFile.ExtractToDirectory(packed, beside, overwriteFiles: true);
            }
            var source = without is null ? beside : Path.Combine(beside, without);
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var place = Path.Combine(folder, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.Move(file, place, overwrite: true);
            }
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogException($"{archive} cannot be unpacked ({wrong.Message.TrimEnd('.')}); remove it and get it again.", wrong);
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
    }
}
