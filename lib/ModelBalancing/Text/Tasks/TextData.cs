// Where labelled text is looked for.

namespace ModelBalancing.Text.Tasks;

/// <summary>The folders that hold labelled text.</summary>
public static class TextData
{
    /// <summary>WORKBOOK_DATA or the cache, its text folder, the packages unpacked there, and the makers' reference data where WORKBOOK_SHARED names it.</summary>
    public static IReadOnlyList<string> Folders
    {
        get
        {
            List<string> folders = [Path.Combine(ModelBalancing.Folders.Cache, "text"), ModelBalancing.Folders.Cache, PackageData.Folder];
            if (Environment.GetEnvironmentVariable("WORKBOOK_SHARED") is { Length: > 0 } shared)
                folders.Add(Path.Combine(shared, "data", "text"));
            return folders;
        }
    }
}
