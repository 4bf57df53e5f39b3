// Where a data file that was named on the command line lies.

using ModelBalancing;
using ModelBalancing.Catalogue;
using ModelBalancing.Pde.PdeBench;

namespace Workbook.Commands;

/// <summary>Finds data files by path or by bare name.</summary>
internal static class DataFileArgument
{
    internal const string Where = "a path, or the name of a file or a data set in the cache";

    /// <summary>The file that a name means: as it stands, else in the cache's folder, else where the catalogue puts it there.</summary>
    /// <exception cref="PdeFileException">There is none; the sentence says where it was looked for.</exception>
    internal static string Find(string name)
    {
        if (File.Exists(name) || Path.IsPathRooted(name)) return name;
        return Places(name).FirstOrDefault(File.Exists)
            ?? throw new PdeFileException($"There is no file '{name}' here, nor is it in the cache: looked at {string.Join(" and ", Places(name))}; `./workbook data list` names what is there.");
    }

    /// <summary>Where in the cache a name may be.</summary>
    internal static IReadOnlyList<string> Places(string name) => [.. new[] { Path.Combine(Folders.Cache, name) }.Concat(Catalogued(name)).Distinct()];

    private static IEnumerable<string> Catalogued(string name) => Catalog.Known(Catalog.Read(), name) is not { Files: { } files } entry ? []
        : files.Where(file => entry.Id.Equals(name, StringComparison.OrdinalIgnoreCase) || Path.GetFileName(file.Path).Equals(name, StringComparison.OrdinalIgnoreCase)).Select(file => file.Place(Folders.Cache));
}
