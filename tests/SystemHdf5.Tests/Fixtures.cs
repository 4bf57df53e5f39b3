// Where the tests find files that h5py wrote, and a folder for their own.
namespace SystemHdf5.Tests;

internal static class Fixtures
{
    /// <summary>A file of tests/fixtures/hdf5.</summary>
    public static string Of(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Workbook.sln")))
                return Path.Combine(folder.FullName, "tests", "fixtures", "hdf5", name);
        throw new DirectoryNotFoundException("The tests must run from a checkout: no folder above them holds Workbook.sln.");
    }
}
