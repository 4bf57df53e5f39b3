// The loader on a large written file, its cache dropped: first batch of a small subset, memory over an epoch, a full pass against dd, and the released way.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;
using ModelBalancing.Training;
using TorchSharp;

namespace ModelBalancing.Benchmarks;

/// <summary>A file in the layout of the published 2D flows, 128 x 128 cells and 21 frames, in a temporary folder.</summary>
internal sealed class PdeLoaderBenchmark : IDisposable
{
    /// <summary>Environment: size of the file in GB, and where it is written.</summary>
    public const string SizeKey = "WORKBOOK_BENCH_GB", FolderKey = "WORKBOOK_BENCH_FOLDER";

    private const int Frames = 21, Side = 128, Batch = 20;
    private const long SampleBytes = 4L * 4 * Frames * Side * Side;
    private static readonly TimeSpan PassesEnd = TimeSpan.FromMinutes(2);
    private static readonly string[] fields = ["density", "pressure", "Vx", "Vy"];

    private readonly string folder;
    private readonly string path;

    public PdeLoaderBenchmark(double gigabytes)
    {
        folder = Directory.CreateDirectory(Path.Combine(Environment.GetEnvironmentVariable(FolderKey) is { Length: > 0 } given ? given : Path.GetTempPath(), $"workbook-loader-{Environment.ProcessId}")).FullName;
        path = Path.Combine(folder, "2D_CFD_bench.hdf5");
        // Whole ninths, so that the authors' split fits.
        Samples = (int)Math.Ceiling(gigabytes * 1e9 / SampleBytes / 1_800) * 1_800 is var round && gigabytes >= 5 ? round : Math.Max(20, (int)(gigabytes * 1e9 / SampleBytes));
        try
        {
            Write();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Samples { get; }

    public long Bytes => new FileInfo(path).Length;

    public static double Gigabytes => double.TryParse(Environment.GetEnvironmentVariable(SizeKey), CultureInfo.InvariantCulture, out var size) && size > 0 ? size : 8.5;

    public IEnumerable<Result> Run(int threads)
    {
        var allocated = Blocks(path) * 512;
        Console.Error.WriteLine($"pde-loader: {Bytes / 1e9:f2} GB, {Samples} samples; {allocated / 1e9:f2} GB of it on the disk (not sparse); cache dropped before every measurement: {(Drop() ? "yes" : "NO")}");
        if (allocated < Bytes)
            throw new InvalidOperationException("The file is sparse.");

        var subset = Subset();
        foreach (var (name, stride) in new[] { ("", 1), ("-64", 2) })
        {
            var (seconds, bytes) = FirstBatches(subset, stride);
            yield return new Result($"pde-loader-first{name}", seconds, 0.3, "s", seconds / 0.3, $"bound; {subset.Length} rows = {100.0 * subset.Length / Samples:f2} % at space stride {stride}, {bytes / 1e6:f0} MB from the disk", threads);
        }

        foreach (var (name, rows, stride, isShuffled) in new[] { ("subset", subset, 1, true), ("all-64", [.. Enumerable.Range(0, Samples)], 2, true) })
        {
            Drop();
            yield return Memory(name, Epoch(rows, stride, isShuffled), threads);
        }

        // Ours and dd in turns; the machine may be loaded, so every pair is told too. On a slow disk fewer of them.
        List<double> ours = [], theirs = [];
        Pass worst = new(0, 0, 0);
        var began = Stopwatch.StartNew();
        for (var round = 0; round < 3 && (round == 0 || began.Elapsed < PassesEnd); round++)
        {
            Drop();
            theirs.Add(Bytes / DiskDump());
            Drop();
            var pass = Epoch([.. Enumerable.Range(0, Samples)], 1, isShuffled: false);
            ours.Add(pass.Bytes / pass.Seconds);
            worst = pass.Most > worst.Most ? pass : worst;
            Console.Error.WriteLine($"pde-loader: pass {round + 1}: dd {theirs[^1] / 1e6:f0} MB/s, loader {ours[^1] / 1e6:f0} MB/s");
        }
        yield return Memory("all", worst, threads);
        double a = Middle(theirs) / 1e6, b = Middle(ours) / 1e6;
        yield return new Result("pde-loader-pass", b, a, "MB/s", b / a, $"dd bs=1M, medians of {ours.Count} (here larger is better; wanted 0.7)", threads);

        // The released way at a size that fits: every field whole, then the stride.
        var few = Math.Min(Samples, 360);
        int[] wanted = [.. Enumerable.Range(0, few).Where(row => row % 180 == 0)];
        Drop();
        var before = Anonymous();
        var clock = Stopwatch.StartNew();
        var whole = PdeFile.Read<float>(PdeFile.Info(path), new PdeSelection { Samples = [.. Enumerable.Range(0, few)] });
        var kept = whole.SamplesAt(wanted);
        var released = clock.Elapsed.TotalSeconds;
        var held = Anonymous() - before;
        GC.KeepAlive(whole);
        GC.KeepAlive(kept);
        Drop();
        clock.Restart();
        var info = PdeFile.Info(path);
        using (new PublishedTrajectories(info).Read(wanted, Frames))
            yield return new Result("pde-loader-released-way", clock.Elapsed.TotalSeconds, released, "s", clock.Elapsed.TotalSeconds / released, $"{wanted.Length} of {few} samples by reading all, {held / 1e6:f0} MB held", threads);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // 0.6 %: the authors' stride of 180 where it divides, else every 180th.
    private int[] Subset() => Samples % 1_800 == 0 ? PublishedSplits.Authors(Samples, 180, Samples / 10 * 9).Train : [.. Enumerable.Range(0, Samples).Where(row => row % 180 == 0)];

    // The median of five, each after a dropped cache; a sixth before them, in which code is compiled, is told only. Bytes: what the process had read from the disk.
    private (double Seconds, long Bytes) FirstBatches(int[] rows, int stride)
    {
        List<double> seconds = [];
        long bytes = 0;
        for (var round = 0; round < 6; round++)
        {
            Drop();
            var before = FromDisk();
            seconds.Add(FirstBatch(rows, stride));
            bytes = FromDisk() - before;
        }
        Console.Error.WriteLine($"pde-loader: first batch at space stride {stride}: {string.Join(", ", seconds.Select(one => one.ToString("f3", CultureInfo.InvariantCulture)))} s");
        return (Middle(seconds[1..]), bytes);
    }

    private double FirstBatch(int[] rows, int stride)
    {
        var clock = Stopwatch.StartNew();
        var loader = new PdeLoader(TrajectoryData.Open(path), [.. rows.Chunk(Batch)], new PdeLoaderOptions { SpaceStride = stride });
        foreach (var batch in loader)
            return batch.Fields.shape[0] == Math.Min(Batch, rows.Length) ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException("The batch is not what was asked for.");
        return double.NaN;
    }

    private static Result Memory(string name, Pass pass, int threads) =>
        new($"pde-loader-memory-{name}", pass.Most / 1e6, 300, "MB", pass.Most / 300e6, $"bound; an epoch of {pass.Bytes / 1e9:f2} GB in {pass.Seconds:f1} s", threads);

    private Pass Epoch(int[] rows, int stride, bool isShuffled)
    {
        var order = isShuffled ? DataOrder.Batches(1, 0, rows.Length, Batch).Select(batch => Array.ConvertAll(batch, place => rows[place])) : rows.Chunk(Batch);
        var loader = new PdeLoader(TrajectoryData.Open(path), [.. order], new PdeLoaderOptions { SpaceStride = stride });
        GC.Collect();
        var idle = Anonymous();
        long most = 0, bytes = 0;
        using var stop = new CancellationTokenSource();
        var watcher = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                most = Math.Max(most, Anonymous());
                Thread.Sleep(3);
            }
        });
        watcher.Start();
        var clock = Stopwatch.StartNew();
        foreach (var batch in loader)
            bytes += batch.Fields.numel() * 4;
        var seconds = clock.Elapsed.TotalSeconds;
        stop.Cancel();
        watcher.Join();
        return new Pass(most - idle, seconds, bytes);
    }

    private double DiskDump()
    {
        var start = new ProcessStartInfo("dd", [$"if={path}", "of=/dev/null", "bs=1M"]) { RedirectStandardError = true };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return clock.Elapsed.TotalSeconds;
    }

    private void Write()
    {
        var layout = new ContiguousLayout
        {
            Samples = Samples,
            Arrays = [.. fields.Select(name => new SampleArray(name, [Frames, Side, Side]))],
            Coordinates = [new Coordinate("x-coordinate", [.. Enumerable.Range(0, Side).Select(i => (i + 0.5f) / Side)]), new Coordinate("y-coordinate", [.. Enumerable.Range(0, Side).Select(i => (i + 0.5f) / Side)]),
                new Coordinate("t-coordinate", [.. Enumerable.Range(0, Frames + 1).Select(i => i * 0.05f)])],
            Attributes = [("eta", 0.01), ("zeta", 0.01), ("M", 0.1)],
        };
        using var writer = PdeWriter.Create(path, layout);
        const int block = 20;
        var values = new Trajectories<float>(block, Frames, [Side, Side], fields);
        var random = new Random(1);
        for (var c = 0; c < fields.Length; c++)
            for (var i = 0; i < values.Channels[c].Length; i++)
                values.Channels[c][i] = random.NextSingle();
        for (var first = 0; first < Samples; first += block)
        {
            var some = first + block <= Samples ? values : values.SamplesAt([.. Enumerable.Range(0, Samples - first)]);
            some.Channels[0][0] = first; // no two blocks are equal
            writer.Append(some);
        }
        writer.Complete();
    }

    // The kernel's whole cache where we may, else this file's pages.
    private bool Drop()
    {
        Process.Start("sync")!.WaitForExit();
        try
        {
            File.WriteAllText("/proc/sys/vm/drop_caches", "3");
            return true;
        }
        catch (Exception forbidden) when (forbidden is IOException or UnauthorizedAccessException)
        {
            using var file = File.OpenHandle(path);
            return Advise(file, 0, 0, 4) == 0; // POSIX_FADV_DONTNEED
        }
    }

    private static double Middle(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static long Anonymous() =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "").Trim(), CultureInfo.InvariantCulture) * 1024;

    private static long FromDisk() => long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("read_bytes", StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);

    private static long Blocks(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        return long.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);

    /// <summary>An epoch: bytes of anonymous memory above idle at most, seconds, bytes of the batches.</summary>
    private sealed record Pass(long Most, double Seconds, long Bytes);
}
