// The data generator beside vectorised NumPy: the same scheme, the same first frames, float32, one core each.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Benchmarks;

/// <summary>Compressible flow at the size of the public files (1D: 1024 points, 101 frames) or half of it (2D: 64², 21 frames), 8 seeds.</summary>
internal sealed class FlowBenchmark : IDisposable
{
    private const int Seeds = 8;

    private readonly int dimensions, points, frames;
    private readonly double interval;
    private readonly FlowSettings settings;
    private readonly Trajectories<float> start;
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-bench-").FullName;

    internal FlowBenchmark(int dimensions)
    {
        this.dimensions = dimensions;
        (points, frames, interval) = dimensions == 1 ? (1024, 101, 0.01) : (64, 21, 0.05);
        settings = new FlowSettings { Eta = 0.01, Zeta = 0.01, XMin = dimensions == 1 ? -1 : 0, XMax = 1 };
        // Seeds 0 to 7, the first sample of each.
        var starts = Enumerable.Range(0, Seeds).Select(seed => dimensions == 1
            ? RandomFields1d.Draw(InitialStates.Rand, 1, points, seed).AsTrajectories()
            : RandomFlows.Draw(FlowStates.Rand, 1, points, 2, 0.1, seed)).ToList();
        start = new Trajectories<float>(Seeds, 1, starts[0].Shape, starts[0].Names);
        for (var s = 0; s < Seeds; s++)
            for (var c = 0; c < start.Channels.Count; c++)
                for (var i = 0; i < start.Cells; i++)
                    start.Frame(c, s, 0)[i] = (float)starts[s].Frame(c, 0, 0)[i];
    }

    /// <summary>Processor seconds of ours for one interval of every seed, the mean.</summary>
    internal double[] Ours(int count) => [.. Enumerable.Range(0, count).Select(_ => Used(() => Evolve(2)) / Seeds)];

    /// <summary>Processor seconds of the peer for the same, the mean.</summary>
    internal double[] Theirs(Peer peer, int count)
    {
        var path = Path.Combine(folder, "start");
        using (var file = File.Create(path))
            for (var s = 0; s < Seeds; s++)
                for (var c = 0; c < start.Channels.Count; c++)
                    file.Write(MemoryMarshal.AsBytes(start.Frame(c, s, 0)));
        return [.. Enumerable.Range(0, count).Select(_ => peer.Ask(string.Create(CultureInfo.InvariantCulture, $"{dimensions} {points} {Seeds} {interval} {path}")).Average())];
    }

    /// <summary>The largest relative difference of the peer's last answer from ours: that it is the same scheme.</summary>
    internal double Difference()
    {
        var theirs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, "start.out")));
        var ours = Evolve(2);
        var largest = 0.0;
        for (var s = 0; s < Seeds; s++)
            for (var c = 0; c < ours.Channels.Count; c++)
            {
                var theirFrame = theirs.Slice((s * ours.Channels.Count + c) * ours.Cells, ours.Cells);
                double difference = 0, size = 0;
                for (var i = 0; i < ours.Cells; i++)
                {
                    difference = Math.Max(difference, Math.Abs(ours.Frame(c, s, 1)[i] - theirFrame[i]));
                    size = Math.Max(size, Math.Abs(theirFrame[i]));
                }
                largest = Math.Max(largest, difference / size);
            }
        return largest;
    }

    /// <summary>Processor seconds of ours a sample for all frames, float32 and float64.</summary>
    internal (double Single, double Double) WholeRun() => (Used(() => Evolve(frames)) / Seeds,
        Used(() => CompressibleFlow.Evolve(start.As<double>(), settings, frames, interval, new FlowRun { Threads = 1 })) / Seeds);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Trajectories<float> Evolve(int howMany) => CompressibleFlow.Evolve(start, settings, howMany, interval, new FlowRun { Threads = 1 });

    // One thread works, so the process's time is the work's.
    private static double Used(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
