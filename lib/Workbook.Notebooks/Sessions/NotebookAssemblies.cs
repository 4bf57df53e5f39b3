// Where the code of cells and of the libraries they refer to is loaded.
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Workbook.Notebooks.Sessions;

/// <summary>
/// One load context a session. A file named by <c>#r</c> is the one that is loaded, whatever the host itself carries;
/// its own dependencies, managed and native, are looked for beside it. Framework assemblies and this one come from the host.
/// </summary>
internal sealed class NotebookAssemblies : AssemblyLoadContext
{
    private readonly ConcurrentDictionary<string, string> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> folders = new();

    internal NotebookAssemblies() : base("notebook") { }

    /// <summary>Files of native libraries by name, from restored packages.</summary>
    internal ConcurrentDictionary<string, string> NativeFiles { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a file known; the first file of a name stays.</summary>
    internal void Know(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (IsOfHost(name))
            return;
        files.TryAdd(name, path);
        folders.TryAdd(Path.GetDirectoryName(path)!, true);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        if (IsOfHost(name))
            return null;
        if (files.TryGetValue(name, out string? path))
            return LoadFromAssemblyPath(path);
        return folders.Keys.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists) is { } beside ? LoadFromAssemblyPath(beside) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = OperatingSystem.IsWindows() ? [unmanagedDllName, unmanagedDllName + ".dll"]
            : OperatingSystem.IsMacOS() ? [unmanagedDllName, $"lib{unmanagedDllName}.dylib", unmanagedDllName + ".dylib"]
            : [unmanagedDllName, $"lib{unmanagedDllName}.so", unmanagedDllName + ".so"];
        string runtime = Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        IEnumerable<string> candidates = names.SelectMany(name => folders.Keys.SelectMany(folder => new[] { Path.Combine(folder, name), Path.Combine(folder, runtime, name) }));
        foreach (string name in names)
            if (NativeFiles.TryGetValue(name, out string? file))
                return NativeLibrary.Load(file);
        return candidates.FirstOrDefault(File.Exists) is { } beside ? NativeLibrary.Load(beside) : 0;
    }

    private static bool IsOfHost(string name) =>
        name == typeof(NotebookAssemblies).Assembly.GetName().Name || FrameworkReferences.Names.Value.ContainsKey(name);
}
