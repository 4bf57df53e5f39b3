// The workbook's own program, which serves beside a training or a sweep: notebook hosts and tests are other programs.
using System.Runtime.InteropServices;

namespace ModelBalancing;

/// <summary>Finds how to start the workbook.</summary>
public static class WorkbookProgram
{
    private const string Name = "Workbook.dll";

    /// <summary>Program and first argument: this process's own program where it is the workbook, else WORKBOOK_PROGRAM, else the one beside the library, else the published one.</summary>
    /// <param name="places">The files that were looked for.</param>
    /// <returns>The command; null if none of the files exists.</returns>
    public static IReadOnlyList<string>? Find(out IReadOnlyList<string> places)
    {
        places = [];
        if (Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == Path.GetFileNameWithoutExtension(Name))
            return [own];
        places = Environment.GetEnvironmentVariable("WORKBOOK_PROGRAM") is { Length: > 0 } given ? [Path.GetFullPath(given)]
            : [Path.Combine(AppContext.BaseDirectory, Name), Path.Combine(Path.GetDirectoryName(typeof(WorkbookProgram).Assembly.Location)!, Name), Path.Combine(Folders.Published, Name)];
        return places.FirstOrDefault(File.Exists) is { } program ? [Host(), program] : null;
    }

    /// <summary>The dotnet that runs this process, by its full path: another node or account may have another one first.</summary>
    private static string Host()
    {
        if (Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet")
            return path;
        string beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")); // shared/Microsoft.NETCore.App/VERSION
        return File.Exists(beside) ? beside : "dotnet";
    }
}
