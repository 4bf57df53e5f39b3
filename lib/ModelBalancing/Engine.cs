// Which tensor engine this build runs on: the one file that knows. Everything else is the same source for all engines.

using TorchSharp;

namespace ModelBalancing;

/// <summary>The tensor engine of this build and the native libraries it has loaded.</summary>
public static class Engine
{
    /// <summary>"system" (this machine's libtorch), "cpu" or "cuda" (the TorchSharp packages).</summary>
    public const string Name =
#if ENGINE_CUDA
        "cuda";
#elif ENGINE_CPU
        "cpu";
#else
        "system";
#endif

    /// <summary>Version of the libtorch in use, such as "1.13.0" or "2.10.0.0".</summary>
    public static string TorchVersion => torch.__version__;

    /// <summary>The device that computes: the first GPU under engine cuda where there is one, else the CPU.</summary>
    public static torch.Device Device => Name == "cuda" && torch.cuda.is_available() ? torch.CUDA : torch.CPU;

    /// <summary>Path of the loaded libtorch, or null before the first tensor.</summary>
    public static string? LibtorchPath => LoadedLibrary("libtorch_cpu");

    /// <summary>Path of the loaded matrix library (OpenBLAS, MKL, the reference BLAS), or null where libtorch carries its own.</summary>
    public static string? BlasPath => LoadedLibrary("libopenblas") ?? LoadedLibrary("libmkl") ?? LoadedLibrary("libblas");

    /// <summary>Path of the loaded libhdf5, or null before the first file.</summary>
    public static string? Hdf5Path => LoadedLibrary("libhdf5_serial.") ?? LoadedLibrary("libhdf5.");

    /// <summary>The file behind a library that this process has mapped; Linux only, null elsewhere.</summary>
    private static string? LoadedLibrary(string prefix)
    {
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps)) return null;
        return File.ReadLines(maps)
            .Select(line => line.IndexOf('/') is var start && start >= 0 ? line[start..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal));
    }
}
