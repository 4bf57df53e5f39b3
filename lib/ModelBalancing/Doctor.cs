// What this machine computes with, what is missing, and how to get it.

using System.Runtime.InteropServices;
using HDF.PInvoke;
using TorchSharp;

namespace ModelBalancing;

/// <summary>One line of the doctor's findings.</summary>
/// <param name="What">What was looked at: engine, BLAS, threads, ...</param>
/// <param name="Found">What is there, in words.</param>
/// <param name="Ok">False where something is missing or slows the workbook down badly.</param>
/// <param name="Remedy">How to get it, or null.</param>
public sealed record Finding(string What, string Found, bool Ok, string? Remedy = null);

/// <summary>Looks at the machine: engine, matrix library, threads, HDF5, plotly.js, fonts, disk, data.</summary>
public static class Doctor
{
    /// <summary>All findings; a missing part is a finding, never an exception.</summary>
    public static IReadOnlyList<Finding> Examine()
    {
        var engine = Look("engine", ExamineEngine);
        // Without an engine every question about it would get the same answer again.
        IEnumerable<Finding> tensors = engine.Ok ? [engine, Look("BLAS", ExamineBlas), Look("threads", ExamineThreads)] : [engine];
        return [.. tensors, .. ExamineTheRest()];
    }

    private static IEnumerable<Finding> ExamineTheRest() =>
    [
        Look("HDF5", ExamineHdf5),
        Look("build", ExamineBuild),
        Look("plotly.js", ExaminePlotly),
        Look("disk", ExamineDisk),
        Look("data", ExamineData),
    ];

    private static Finding Look(string what, Func<Finding> examine)
    {
        try
        {
            return examine();
        }
        catch (Exception failure)
        {
            var cause = failure;
            while (cause.InnerException is { } inner && cause is TypeInitializationException or AggregateException) cause = inner;
            return new Finding(what, cause.Message.Split('\n')[0], false, "./workbook doctor sets up what is missing; its log is artifacts/setup.log.");
        }
    }

    private static Finding ExamineEngine()
    {
        using var one = torch.ones(1);
        var device = Engine.Device.type == DeviceType.CUDA ? $"GPU ({torch.cuda.device_count()} found)" : "CPU";
        return new Finding("engine", $"{Engine.Name}: libtorch {Engine.TorchVersion} on {device}, {Engine.LibtorchPath ?? "path unknown"}; {RuntimeInformation.FrameworkDescription}", true);
    }

    private static Finding ExamineBlas()
    {
        using var square = torch.ones(8, 8);
        using var product = square.matmul(square);
        var path = Engine.BlasPath;
        if (path is null) return new Finding("BLAS", "the one inside libtorch", true);
        var name = Path.GetFileName(path);
        // The reference BLAS multiplies some 35 times slower than OpenBLAS on two cores.
        return name.Contains("openblas", StringComparison.Ordinal) || path.Contains("openblas", StringComparison.Ordinal) || name.Contains("mkl", StringComparison.Ordinal)
            ? new Finding("BLAS", path, true)
            : new Finding("BLAS", $"{path}, which looks like the slow reference BLAS", false, "apt-get install libopenblas0-pthread");
    }

    private static Finding ExamineThreads() =>
        new("threads", $"{torch.get_num_threads()} for libtorch, {Environment.ProcessorCount} processors", true);

    private static Finding ExamineHdf5()
    {
        uint major = 0, minor = 0, release = 0;
        H5.get_libversion(ref major, ref minor, ref release);
        return new Finding("HDF5", $"{major}.{minor}.{release}, {Engine.Hdf5Path ?? "path unknown"}", true);
    }

    private static Finding ExamineBuild()
    {
        var library = Path.Combine(Folders.Published, "ModelBalancing.dll");
        if (!File.Exists(library)) return new Finding("build", "artifacts/notebook is missing", false, "./workbook doctor builds it; restart the notebook's kernel afterwards.");
        // The stamp says when the build began; a file that did not change keeps its older time.
        var built = Directory.EnumerateFiles(Folders.Published, ".published-*").Append(library).Max(File.GetLastWriteTimeUtc);
        var newest = Directory.EnumerateFiles(Path.Combine(Folders.Root, "lib"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Max(File.GetLastWriteTimeUtc);
        return newest <= built
            ? new Finding("build", $"artifacts/notebook of {built.ToLocalTime():yyyy-MM-dd HH:mm}", true)
            : new Finding("build", "artifacts/notebook is older than the sources", false, "./workbook doctor builds it again; restart the notebook's kernel afterwards.");
    }

    private static Finding ExaminePlotly() => Directory.Exists(Folders.WebPackages)
        ? new Finding("plotly.js", Path.GetRelativePath(Folders.Root, Folders.WebPackages), true)
        : new Finding("plotly.js", "web/node_modules is missing, so figures stay static", false, "./workbook doctor fetches it with npm.");

    private static Finding ExamineDisk()
    {
        const double gigabyte = 1e9, wanted = 2;
        var free = new DriveInfo(Folders.Root).AvailableFreeSpace / gigabyte;
        return new Finding("disk", $"{free:F1} GB free at the checkout", free > wanted, free > wanted ? null : $"The quick profile wants about {wanted} GB.");
    }

    private static Finding ExamineData()
    {
        // Compiled packages of notebooks lie there too, but they are not data.
        var files = Directory.Exists(Folders.Cache) ? Directory.GetFiles(Folders.Cache) : [];
        var found = files.Length == 0 ? "none yet; notebooks make what they need" : $"{files.Length} file{(files.Length == 1 ? "" : "s")}, {files.Sum(file => new FileInfo(file).Length) / 1e6:F0} MB";
        return new Finding("data", $"{found} ({Folders.Cache})", true);
    }
}
