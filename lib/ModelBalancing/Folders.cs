// Where things are: the checkout, the user's cache and the runs, found from the program and never from the working folder.

namespace ModelBalancing;

/// <summary>The folders the workbook reads and writes; nothing is written outside them and temporary folders.</summary>
public static class Folders
{
    /// <summary>The checkout: WORKBOOK_ROOT, else the nearest folder above this library that holds Workbook.sln.</summary>
    /// <exception cref="DirectoryNotFoundException">Neither leads to a checkout.</exception>
    public static string Root => root.Value;

    /// <summary>Committed data of the checkout: catalogue, small samples.</summary>
    public static string Data => Path.Combine(Root, "data");

    /// <summary>Downloads and generated data: WORKBOOK_DATA, else ~/.cache/workbook.</summary>
    /// <exception cref="ArgumentException">WORKBOOK_DATA names a file.</exception>
    public static string Cache
    {
        get
        {
            if (Environment.GetEnvironmentVariable("WORKBOOK_DATA") is { Length: > 0 } given)
                return File.Exists(given) ? throw new ArgumentException($"WORKBOOK_DATA is '{given}', which is a file: it must name a folder.") : Path.GetFullPath(given);
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            // An account without a home still gets one place, not one a working folder.
            return home.Length > 0 ? Path.Combine(home, ".cache", "workbook") : Path.Combine(Path.GetTempPath(), "workbook-cache");
        }
    }

    /// <summary>Training runs: the checkout's runs/, ignored by git.</summary>
    public static string Runs => Path.Combine(Root, "runs");

    /// <summary>The active engine's build of everything, which notebooks reference.</summary>
    public static string Published => Path.Combine(Root, "artifacts", "notebook");

    /// <summary>plotly.js and its relatives as npm installed them.</summary>
    public static string WebPackages => Path.Combine(Root, "web", "node_modules");

    private static readonly Lazy<string> root = new(FindRoot);

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("WORKBOOK_ROOT") is { Length: > 0 } given && File.Exists(Path.Combine(given, "Workbook.sln")))
            return Path.GetFullPath(given);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Workbook.sln"))) return folder.FullName;
        // A notebook kernel runs from its own folder; the library it loaded lies in the checkout's artifacts/.
        for (var folder = new FileInfo(typeof(Folders).Assembly.Location).Directory; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Workbook.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("The workbook's folder was not found above the program: set WORKBOOK_ROOT to the checkout.");
    }
}
