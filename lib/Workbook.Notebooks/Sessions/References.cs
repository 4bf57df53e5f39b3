// What cells compile against. The framework's metadata is read once a process: reading it anew for each cell costs megabytes a cell.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Workbook.Notebooks.Sessions;

/// <summary>The framework's assemblies and this one, as compiler references.</summary>
internal static class FrameworkReferences
{
    /// <summary>Where the running framework's assemblies are.</summary>
    internal static readonly string Folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>File by simple name of the framework's managed assemblies.</summary>
    internal static readonly Lazy<ImmutableDictionary<string, string>> Names = new(() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Folder)
            .ToImmutableDictionary(path => Path.GetFileNameWithoutExtension(path), path => path, StringComparer.OrdinalIgnoreCase));

    private static readonly Lazy<ImmutableArray<MetadataReference>> Read = new(() =>
        [.. Names.Value.Values.Append(typeof(FrameworkReferences).Assembly.Location).Select(path => MetadataReference.CreateFromFile(path))]);

    internal static ImmutableArray<MetadataReference> All => Read.Value;
}

/// <summary>Resolves <c>#r</c> lines against the notebook's folder, each file once.</summary>
internal sealed class SessionReferences(string folder) : MetadataReferenceResolver
{
    private readonly ConcurrentDictionary<string, PortableExecutableReference> files = new();

    /// <summary>Called with every file that cells refer to.</summary>
    internal Action<string>? Referenced { get; set; }

    /// <summary>The assemblies of restored packages, by the text after <c>nuget:</c>.</summary>
    internal Dictionary<string, IReadOnlyList<string>> Packages { get; } = new(StringComparer.OrdinalIgnoreCase);

    public override bool ResolveMissingAssemblies => true;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (NugetReference.TryParse(reference, out NugetReference? package))
        {
            string assembly = Packages.TryGetValue(package.Text, out var assemblies) && assemblies.Count > 0 ? assemblies[0] : typeof(object).Assembly.Location;
            return [File(assembly).WithProperties(properties)];
        }
        string start = baseFilePath is not null && Path.IsPathRooted(baseFilePath) ? Path.GetDirectoryName(baseFilePath)! : folder;
        string path = Path.GetFullPath(reference, start);
        if (System.IO.File.Exists(path))
            return [File(path).WithProperties(properties)];
        string name = reference.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? reference[..^4] : reference;
        return FrameworkReferences.Names.Value.TryGetValue(name, out string? framework) ? [File(framework).WithProperties(properties)] : [];
    }

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        if ((definition as PortableExecutableReference)?.FilePath is not { } path || Path.GetDirectoryName(path) is not { } beside)
            return null;
        string candidate = Path.Combine(beside, referenceIdentity.Name + ".dll");
        return System.IO.File.Exists(candidate) ? File(candidate) : null;
    }

    /// <summary>The reference of a file, read once.</summary>
    internal PortableExecutableReference File(string path)
    {
        Referenced?.Invoke(path);
        return files.GetOrAdd(path, static path => MetadataReference.CreateFromFile(path));
    }

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => folder.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Resolves <c>#load</c> lines: relative to the loading file, for a cell to the notebook's folder.</summary>
internal sealed class SessionSources(string folder) : SourceReferenceResolver
{
    public override string? NormalizePath(string path, string? baseFilePath) => path;

    public override string? ResolveReference(string path, string? baseFilePath)
    {
        string start = baseFilePath is not null && Path.IsPathRooted(baseFilePath) ? Path.GetDirectoryName(baseFilePath)! : folder;
        string full = Path.GetFullPath(path, start);
        if (System.IO.File.Exists(full)) return full;
        // A notebook outside the checkout may load what the checkout's notebooks load.
        if (Environment.GetEnvironmentVariable("WORKBOOK_ROOT") is not { Length: > 0 } root || Path.IsPathRooted(path)) return null;
        string shared = Path.Combine(root, "notebooks", path);
        return System.IO.File.Exists(shared) ? shared : null;
    }

    public override Stream OpenRead(string resolvedPath) => System.IO.File.OpenRead(resolvedPath);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => folder.GetHashCode(StringComparison.Ordinal);
}
