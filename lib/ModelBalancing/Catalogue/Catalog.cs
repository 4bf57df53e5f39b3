// data/catalog.json: the data sets the workbook knows.
using System.Text.Json;

namespace ModelBalancing.Catalogue;

/// <summary>One file of a data set.</summary>
/// <param name="Url">Its official address.</param>
/// <param name="Path">Where it belongs, below the cache folder, with forward slashes.</param>
/// <param name="Bytes">Its size, where known.</param>
/// <param name="Md5">MD5 in hexadecimal, where known.</param>
/// <param name="Sha256">SHA-256 in hexadecimal, where known.</param>
/// <param name="Into">An archive (.zip, .tar.gz) is unpacked into this folder below the cache; null: it is no archive.</param>
public sealed record CatalogFile(string Url, string Path, long? Bytes = null, string? Md5 = null, string? Sha256 = null, string? Into = null)
{
    /// <summary>The place on this machine.</summary>
    public string Place(string folder) => System.IO.Path.Combine([folder, .. Path.Split('/')]);
}

/// <summary>What a PDE file holds, as far as it is known.</summary>
/// <param name="Family">Name of the <see cref="Pde.PdeBench.PdeFamily"/>.</param>
/// <param name="Samples">Samples.</param>
/// <param name="Frames">Frames of each.</param>
/// <param name="Shape">Cells of every axis.</param>
public sealed record CatalogLayout(string? Family = null, int? Samples = null, int? Frames = null, IReadOnlyList<int>? Shape = null);

/// <summary>A data set.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">pde, text or package.</param>
/// <param name="Licence">What its makers say about its use, as far as it is known.</param>
/// <param name="Files">Its files; empty for a package.</param>
/// <param name="Layout">What a PDE file holds.</param>
/// <param name="Package">apt or npm: the data set is that package.</param>
public sealed record CatalogEntry(string Id, string Kind, string Licence, IReadOnlyList<CatalogFile>? Files = null, CatalogLayout? Layout = null, string? Package = null)
{
    /// <summary>Size of all files; null when one is not known.</summary>
    public long? Bytes => Files is { Count: > 0 } files && files.All(file => file.Bytes is not null) ? files.Sum(file => file.Bytes) : null;

    /// <summary>Whether all of it is on this machine (there, not checked).</summary>
    /// <param name="folder">The cache folder.</param>
    public bool IsThere(string folder) => Package is not null
        ? Directory.Exists(PackageFetch.Place(folder, Id))
        : Files is { Count: > 0 } files && files.All(file => File.Exists(file.Place(folder)));
}

/// <summary>The catalogue.</summary>
public static class Catalog
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web);

    /// <summary>The checkout's own catalogue.</summary>
    public static string File => Path.Combine(Folders.Data, "catalog.json");

    /// <summary>Reads a catalogue.</summary>
    /// <param name="path">Null: the checkout's own.</param>
    /// <exception cref="CatalogException">The file is missing or damaged.</exception>
    public static IReadOnlyList<CatalogEntry> Read(string? path = null)
    {
        path ??= File;
        try
        {
            using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
            return [.. document.RootElement.GetProperty("entries").EnumerateArray().Select(entry => entry.Deserialize<CatalogEntry>(json)!)];
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new CatalogException($"The catalogue {path} cannot be read ({wrong.Message.TrimEnd('.')}); restore it with git.", wrong);
        }
    }

    /// <summary>An entry by its name, in any case, or by the name of one of its files.</summary>
    /// <exception cref="CatalogException">There is none; the message names the nearest.</exception>
    public static CatalogEntry Find(IReadOnlyList<CatalogEntry> entries, string name) => Known(entries, name)
        ?? throw new CatalogException($"The catalogue has no '{name}'; {Near(entries, name)}");

    /// <summary>As <see cref="Find"/>; null when there is none.</summary>
    public static CatalogEntry? Known(IReadOnlyList<CatalogEntry> entries, string name) =>
        entries.FirstOrDefault(entry => entry.Id.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? entries.FirstOrDefault(entry => entry.Files?.Any(file => Path.GetFileName(file.Path).Equals(name, StringComparison.OrdinalIgnoreCase)) == true);

    private static string Near(IReadOnlyList<CatalogEntry> entries, string name)
    {
        // "SST2" means SST-2.
        static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));
        string[] near = [.. entries.Select(entry => entry.Id).Where(id => Letters(name).Length > 0 && Letters(id).Contains(Letters(name), StringComparison.OrdinalIgnoreCase)).Take(4)];
        return near.Length > 0 ? $"did you mean {string.Join(", ", near)}?" : "./workbook data list shows what there is.";
    }
}

/// <summary>A data set is unknown, cannot be got, or is not what the catalogue says; the message is one sentence with the way out.</summary>
public sealed class CatalogException : IOException
{
    /// <summary>Only a message.</summary>
    public CatalogException(string message) : base(message) { }

    /// <summary>A message and what caused it.</summary>
    public CatalogException(string message, Exception? cause) : base(message, cause) { }
}
