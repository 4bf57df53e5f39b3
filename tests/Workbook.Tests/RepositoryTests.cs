// What no committed file may hold, and what the entry script answers when it is called the wrong way.

using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelBalancing;

namespace Workbook.Tests;

public sealed partial class RepositoryTests
{
    [Fact]
    public void No_committed_file_names_a_package_registry()
    {
        var offenders = TextFiles().Where(file => RegistryHost().IsMatch(File.ReadAllText(file))).Select(Relative);
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_committed_file_is_over_twenty_megabytes()
    {
        var offenders = Tracked().Where(file => new FileInfo(file).Length > 20_000_000).Select(Relative);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Committed_notebooks_have_no_outputs()
    {
        var offenders = Tracked().Where(file => file.EndsWith(".ipynb", StringComparison.Ordinal) && Relative(file).StartsWith("notebooks", StringComparison.Ordinal))
            .Where(file => Regex.IsMatch(File.ReadAllText(file), "\"outputs\": \\[\\s*\\{|\"execution_count\": \\d")).Select(Relative);
        Assert.Empty(offenders);
    }

    [Fact]
    public void An_unknown_engine_is_wrong_usage()
    {
        var (code, _, errors) = Run(("WORKBOOK_ENGINE", "gpu"), "doctor");
        Assert.Equal(2, code);
        Assert.Contains("must be system, cpu or cuda", errors);
    }

    private static (int Code, string Output, string Errors) Run((string Name, string Value) variable, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folders.Root };
        start.ArgumentList.Add(Path.Combine(Folders.Root, "workbook"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment[variable.Name] = variable.Value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }

    private static IEnumerable<string> TextFiles() => Tracked().Where(file => Path.GetExtension(file) is not (".safetensors" or ".hdf5" or ".h5" or ".png" or ".dat" or ".npy" or ".gz"));

    private static IReadOnlyList<string> Tracked()
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, WorkingDirectory = Folders.Root };
        foreach (var argument in (string[])["ls-files", "-z"]) start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed, so committed files cannot be listed.");
            return [];
        }

        using (process)
        {
            var names = process.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            if (process.ExitCode != 0) Assert.Skip("this is not a git checkout, so committed files cannot be listed.");
            return names.Select(name => Path.Combine(Folders.Root, name)).Where(File.Exists).ToList();
        }
    }

    private static string Relative(string file) => Path.GetRelativePath(Folders.Root, file);

    [GeneratedRegex(@"(registry\.npm" + @"js|api\.nu" + @"get|deb\.deb" + @"ian)\.(org|com)")]
    private static partial Regex RegistryHost();
}
