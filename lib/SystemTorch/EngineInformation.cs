// What `doctor` wants to know about the engine: which libtorch, which BLAS, how many threads.
using System.Runtime.InteropServices;

namespace SystemTorch;

/// <summary>Facts about the libtorch that this process uses.</summary>
public static class EngineInformation
{
    /// <summary>libtorch's version, e.g. "1.13.1", as the native part was compiled for it.</summary>
    public static string Version => Marshal.PtrToStringUTF8(Native.system_torch_version())!;

    /// <summary>libtorch's own description of how it was built and how it runs in parallel.</summary>
    public static string BuildConfiguration => Marshal.PtrToStringUTF8(Native.system_torch_build())!;

    /// <summary>The file libSystemTorch.so that was loaded.</summary>
    public static string ShimPath
    {
        get
        {
            _ = Native.system_torch_threads();
            return Native.LoadedFrom!;
        }
    }

    /// <summary>The file libtorch_cpu.so that is mapped into this process; null if the system does not tell.</summary>
    public static string? LibtorchPath => Mapped(file => file.StartsWith("libtorch_cpu", StringComparison.Ordinal));

    /// <summary>
    /// The BLAS in use: the mapped file of OpenBLAS, MKL, BLIS or the reference BLAS; null if none is mapped because
    /// libtorch holds its own.
    /// </summary>
    /// <remarks>The reference BLAS (libblas.so of the package libblas3) is many times slower than OpenBLAS.</remarks>
    public static string? BlasLibrary =>
        Mapped(file => file.Contains("openblas", StringComparison.Ordinal)) ??
        Mapped(file => file.StartsWith("libmkl", StringComparison.Ordinal) || file.StartsWith("libblis", StringComparison.Ordinal)) ??
        Mapped(file => file.StartsWith("libblas", StringComparison.Ordinal));

    /// <summary>Threads within an operator, and between operators.</summary>
    public static (int Within, int Between) Threads => (Native.system_torch_threads(), Native.system_torch_interop_threads());

    static string? Mapped(Func<string, bool> matches)
    {
        _ = Native.system_torch_threads();
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps)) return null;
        foreach (var line in File.ReadLines(maps))
        {
            var start = line.IndexOf('/');
            if (start >= 0 && matches(Path.GetFileName(line[start..]))) return line[start..];
        }
        return null;
    }
}
