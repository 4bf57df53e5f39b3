// Packages named by #r "nuget: Id, Version": restored by the dotnet command into its ordinary cache.
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Workbook.Notebooks.Sessions;

/// <summary>What stands after <c>nuget:</c>.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="Version">The version or version range wanted; null for the newest.</param>
internal sealed partial record NugetReference(string Id, string? Version)
{
    /// <summary>The reference as it was written, without blanks.</summary>
    internal string Text => Version is null ? Id : $"{Id},{Version}";

    internal static bool TryParse(string reference, [NotNullWhen(true)] out NugetReference? package)
    {
        Match match = Form().Match(reference);
        package = match.Success ? new NugetReference(match.Groups["id"].Value, match.Groups["version"] is { Success: true } version ? version.Value.Trim() : null) : null;
        return match.Success;
    }

    [GeneratedRegex(@"^\s*nuget\s*:\s*(?<id>[A-Za-z0-9_.\-]+)\s*(,\s*(?<version>[0-9A-Za-z.*\-+\[\]\(\), ]+?))?\s*$")]
    private static partial Regex Form();
}

/// <summary>What a restore found.</summary>
/// <param name="Assemblies">Managed files by package id.</param>
/// <param name="NativeFiles">Native libraries for this machine.</param>
internal sealed record RestoredPackages(IReadOnlyDictionary<string, IReadOnlyList<string>> Assemblies, IReadOnlyList<string> NativeFiles);

/// <summary>Restores packages with <c>dotnet restore</c> of a project made for the purpose.</summary>
internal static class NugetRestore
{
    /// <summary>Restores packages and all they depend on.</summary>
    /// <param name="packages">Every package of the session, so that versions fit together.</param>
    /// <param name="cancellation">Stops the command.</param>
    /// <returns>Files in the package cache.</returns>
    /// <exception cref="NugetRestoreException">The command failed; the message holds its first error.</exception>
    internal static RestoredPackages Run(IReadOnlyList<NugetReference> packages, CancellationToken cancellation)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.Version}\n{string.Join('\n', packages.Select(package => package.Text))}")))[..16];
        string folder = Path.Combine(CacheFolder(), "notebook-packages", key);
        string assets = Path.Combine(folder, "obj", "project.assets.json");
        if (File.Exists(assets) && Read(assets) is { } earlier && earlier.Assemblies.Values.SelectMany(files => files).All(File.Exists))
            return earlier;
        Directory.CreateDirectory(folder);
        // Files of these names above this folder must not reach into the restore.
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            File.WriteAllText(Path.Combine(folder, name), "<Project />");
        string project = Path.Combine(folder, "packages.csproj");
        new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup",
                new XElement("TargetFramework", $"net{Environment.Version.Major}.{Environment.Version.Minor}"),
                new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
                new XElement("SelfContained", "false"), new XElement("UseAppHost", "false")),
            new XElement("ItemGroup", packages.Select(package =>
                new XElement("PackageReference", new XAttribute("Include", package.Id), new XAttribute("Version", package.Version ?? "*"))))).Save(project);
        Restore(project, packages, cancellation);
        return Read(assets) ?? throw new NugetRestoreException($"dotnet restore left no list of files for {string.Join(", ", packages.Select(package => package.Id))}.");
    }

    private static void Restore(string project, IReadOnlyList<NugetReference> packages, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["restore", project, "-v", "q", "-nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project)!,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new NugetRestoreException("#r \"nuget: …\" needs the dotnet command on the path, which was not found: install the .NET SDK.", error);
        }
        using (process)
        using (cancellation.Register(() => process.Kill(entireProcessTree: true)))
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode == 0)
                return;
            string reason = output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? "no reason was given";
            int place = reason.IndexOf("error", StringComparison.Ordinal);
            throw new NugetRestoreException($"The package {string.Join(", ", packages.Select(package => package.Text))} could not be restored: {(place < 0 ? reason : reason[place..])}");
        }
    }

    private static RestoredPackages? Read(string assetsFile)
    {
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllText(assetsFile))!;
            string[] caches = [.. root["packageFolders"]!.AsObject().Select(entry => entry.Key)];
            JsonObject target = root["targets"]!.AsObject().Last().Value!.AsObject();
            var assemblies = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
            var native = new List<string>();
            foreach (var (library, entry) in target)
            {
                string? folder = root["libraries"]?[library]?["path"]?.GetValue<string>();
                if (folder is null)
                    continue;
                IReadOnlyList<string> Files(string kind) =>
                    [.. (entry![kind]?.AsObject() ?? []).Select(file => file.Key).Where(file => !file.EndsWith("/_._", StringComparison.Ordinal))
                        .Select(file => caches.Select(cache => Path.Combine(cache, folder, file)).FirstOrDefault(File.Exists)).OfType<string>()];
                assemblies[library.Split('/')[0]] = [.. Files("runtime").Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))];
                native.AddRange(Files("native"));
            }
            return new RestoredPackages(assemblies, native);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or IOException)
        {
            return null; // left by an interrupted restore: restore again
        }
    }

    private static string CacheFolder() => Environment.GetEnvironmentVariable("WORKBOOK_DATA") is { Length: > 0 } data ? data
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workbook");
}

/// <summary>A package could not be restored.</summary>
internal sealed class NugetRestoreException(string message, Exception? inner = null) : Exception(message, inner);
