// Which libhdf5 is used: the one already in the process if there is one, else the system's.
using System.Collections.Concurrent;
using System.Reflection;

namespace HDF.PInvoke;

/// <summary>Finds libhdf5 and reads the variables it exports.</summary>
/// <remarks>Two copies in one process would not know each other's identifiers; Debian's libtorch_cpu brings libhdf5_serial.so.103, so that
/// very name is asked for first: the loader then hands out the copy that is there.</remarks>
internal static unsafe class NativeLibraryChoice
{
    // HDF5 1.10 and 1.14 of Debian 12 and 13, the unversioned names of development packages, an active conda environment.
    private static readonly string[] Names =
    [
        "libhdf5_serial.so.103", "libhdf5.so.103", "libhdf5_serial.so.310", "libhdf5.so.310", "libhdf5_serial.so", "libhdf5.so",
        .. Environment.GetEnvironmentVariable("CONDA_PREFIX") is { Length: > 0 } conda ? [Path.Combine(conda, "lib", "libhdf5.so")] : Array.Empty<string>(),
        "libhdf5.dylib", "hdf5.dll",
    ];
    private static readonly Lazy<nint> Handle = new(Load);
    private static readonly ConcurrentDictionary<string, nint> Addresses = new();

    /// <summary>Makes every declaration of this assembly resolve to the chosen library.</summary>
    public static void Register() =>
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == H5.Library ? Handle.Value : 0);

    /// <summary>Value of an exported identifier, such as <c>H5T_NATIVE_FLOAT_g</c>; the library must have been started.</summary>
    public static hid_t Global(string name) => *(hid_t*)Addresses.GetOrAdd(name, key => NativeLibrary.GetExport(Handle.Value, key));

    private static nint Load()
    {
        var loaded = AlreadyLoaded();
        if (loaded is not null && NativeLibrary.TryLoad(loaded, out var handle))
            return handle;
        foreach (var name in Names)
            if (NativeLibrary.TryLoad(name, out handle))
                return handle;
        throw new DllNotFoundException("The HDF5 library was not found: install the package libhdf5-103-1 (Debian 12) or libhdf5-310 (Debian 13), or run ./workbook doctor, which does (tried " + string.Join(", ", Names) + ").");
    }

    // The path of a libhdf5 that this process has mapped, whatever its name (a conda environment or a package brings its own).
    private static string? AlreadyLoaded()
    {
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps))
            return null;
        foreach (var line in File.ReadLines(maps))
        {
            var slash = line.IndexOf('/');
            if (slash < 0)
                continue;
            var path = line[slash..];
            var file = Path.GetFileName(path.AsSpan());
            if ((file.StartsWith("libhdf5_serial.so") || file.StartsWith("libhdf5.so") || file.StartsWith("libhdf5-")) && File.Exists(path))
                return path;
        }
        return null;
    }
}
