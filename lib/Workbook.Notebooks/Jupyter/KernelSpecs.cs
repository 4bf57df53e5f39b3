// Where front ends look for kernels, and our entry there.
using System.Text.Json;
using System.Text.Json.Nodes;
using Workbook.Notebooks.Documents;

namespace Workbook.Notebooks.Jupyter;

/// <summary>A kernel specification found on this machine.</summary>
/// <param name="Name">The folder's name, by which notebooks ask for the kernel.</param>
/// <param name="DisplayName">What front ends show.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="IsOurs">True when it starts the workbook's kernel.</param>
/// <param name="Command">What it starts.</param>
public sealed record KernelSpec(string Name, string DisplayName, string Folder, bool IsOurs, IReadOnlyList<string> Command);

/// <summary>Installs, removes and lists kernel specifications of the user.</summary>
public static class KernelSpecs
{
    /// <summary>The name that C# notebooks carry, ours and those of .NET Interactive.</summary>
    public const string SharedName = ".net-csharp";

    /// <summary>Our name where the shared one belongs to somebody else.</summary>
    public const string OwnName = "workbook-csharp";

    private const string Mark = "workbook";

    /// <summary>The user's folder for kernels: below JUPYTER_DATA_DIR, else the system's place for a user's data.</summary>
    public static string UserFolder => Path.Combine(UserData(), "kernels");

    /// <summary>Every kernel that front ends find on this machine, the user's first.</summary>
    /// <returns>By folder and name; specifications that cannot be read are left out.</returns>
    public static IReadOnlyList<KernelSpec> Find() =>
        [.. Folders().Where(Directory.Exists).SelectMany(folder => Directory.GetDirectories(folder).Order(StringComparer.Ordinal)).Select(Read).OfType<KernelSpec>()];

    /// <summary>Makes the kernel known to the user's front ends; an earlier entry of ours is replaced.</summary>
    /// <param name="command">The program and first arguments that lead to <see cref="KernelProgram.Main"/>; null for this program with <see cref="KernelProgram.Verb"/>.</param>
    /// <param name="environment">Variables the kernel needs; null for none.</param>
    /// <returns>The entry: named <see cref="OwnName"/> where <see cref="SharedName"/> belongs to somebody else.</returns>
    public static KernelSpec Install(IReadOnlyList<string>? command = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        bool isTaken = Find().Any(spec => spec.Name == SharedName && !spec.IsOurs) || Directory.Exists(Path.Combine(UserFolder, SharedName)) && Read(Path.Combine(UserFolder, SharedName)) is not { IsOurs: true };
        var (name, display) = isTaken ? (OwnName, "C# (workbook)") : (SharedName, ".NET (C#)");
        string folder = Path.Combine(UserFolder, name);
        var variables = new JsonObject { ["DOTNET_TieredPGO"] = "0" };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
            variables[variable] = value;
        ReplacedFile.Write(Path.Combine(folder, "kernel.json"), JsonText.Indented(new JsonObject
        {
            ["argv"] = new JsonArray([.. (command ?? OwnCommand()).Append("{connection_file}").Select(part => (JsonNode)part)]),
            ["display_name"] = display,
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["env"] = variables,
            ["metadata"] = new JsonObject { [Mark] = true, ["debugger"] = false },
        }) + "\n");
        return Read(folder)!;
    }

    /// <summary>Removes our entries; those of others stay.</summary>
    /// <returns>What was removed.</returns>
    public static IReadOnlyList<KernelSpec> Uninstall()
    {
        KernelSpec[] ours = [.. Find().Where(spec => spec.IsOurs && Path.GetDirectoryName(spec.Folder) == UserFolder)];
        foreach (KernelSpec spec in ours)
            Directory.Delete(spec.Folder, recursive: true);
        return ours;
    }

    private static IReadOnlyList<string> OwnCommand()
    {
        string program = Environment.ProcessPath!;
        // Started as `dotnet Program.dll` the program is dotnet itself, and the assembly is its first argument.
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [program, Path.GetFullPath(Environment.GetCommandLineArgs()[0]), KernelProgram.Verb] : [program, KernelProgram.Verb];
    }

    private static KernelSpec? Read(string folder)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")));
            string name = Path.GetFileName(folder);
            return root is null ? null : new KernelSpec(name, root["display_name"]?.ToString() ?? name, folder,
                root["metadata"]?[Mark] is not null, [.. root["argv"]?.AsArray().Select(part => part?.ToString() ?? "") ?? []]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null; // not a kernel, or not for us to read
        }
    }

    private static IEnumerable<string> Folders()
    {
        yield return UserFolder;
        foreach (string path in (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return Path.Combine(path, "kernels");
        foreach (string variable in (string[])["CONDA_PREFIX", "VIRTUAL_ENV"])
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } prefix)
                yield return Path.Combine(prefix, "share", "jupyter", "kernels");
        if (OperatingSystem.IsWindows())
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter", "kernels");
        else
            foreach (string share in (string[])["/usr/local/share/jupyter/kernels", "/usr/share/jupyter/kernels"])
                yield return share;
    }

    private static string UserData()
    {
        if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } chosen)
            return chosen;
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Jupyter");
        return Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data ? Path.Combine(data, "jupyter") : Path.Combine(home, ".local", "share", "jupyter");
    }
}
