// Where tests find files: the checkout, its fixtures, and the shared reference folder that only some machines have.
namespace ModelBalancing.Tests;

/// <summary>Locates test files.</summary>
public static class TestData
{
    /// <summary>The checkout: the first folder above the test program that holds Workbook.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The shared folder (WORKBOOK_SHARED, else "shared" beside the checkout), or null if there is none.</summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>A file under tests/fixtures.</summary>
    /// <param name="name">Path below it with forward slashes, such as "spectra/esd.json".</param>
    public static string Fixture(string name) => Path.Combine([Root, "tests", "fixtures", .. name.Split('/')]);

    /// <summary>A file of the shared folder; the test is skipped where it is absent.</summary>
    /// <param name="name">Path below it with forward slashes.</param>
    public static string SharedOrSkip(string name)
    {
        var path = Shared is null ? null : Path.Combine([Shared, .. name.Split('/')]);
        if (path is null || !File.Exists(path))
            Assert.Skip($"needs {name} of the shared folder; set WORKBOOK_SHARED");
        return path;
    }

    /// <summary>The command-line program, which analyses snapshots beside a training; the test is skipped where it is not built.</summary>
    public static string WorkbookProgram()
    {
        var program = Path.Combine(Root, "lib", "Workbook", "bin", Engine.Name, "Release", "net10.0", "Workbook.dll");
        if (!File.Exists(program))
            Assert.Skip("needs the command-line program: build lib/Workbook");
        return program;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Workbook.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests must run from a checkout: no folder above them holds Workbook.sln.");
    }

    private static string? FindShared()
    {
        var folder = Environment.GetEnvironmentVariable("WORKBOOK_SHARED") is { Length: > 0 } given ? given : Path.Combine(Root, "..", "shared");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }
}
