// The two ways to compute a Fourier layer's transforms against each other, size by size: what the rule of SpectralPaths rests on.
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Benchmarks;

/// <summary>One pass forward and back of a Fourier operator with products and with full FFTs.</summary>
internal static class SpectralPathBenchmark
{
    private const int Width = 20, Batch = 4;

    private static readonly (long[] Points, int Modes)[] sizes =
        [([128], 12), ([1024], 12), ([1024], 64), ([1024], 200), ([2048], 500), ([32, 32], 12), ([64, 64], 12), ([64, 64], 32), ([128, 128], 12), ([128, 128], 32), ([128, 128], 64)];

    /// <summary>Times products (ours) against FFTs (peer).</summary>
    internal static IEnumerable<Result> Run(int threads)
    {
        foreach (var (points, modes) in sizes)
        {
            using var scope = NewDisposeScope();
            using Fno model = points.Length == 1 ? new Fno1d(1, 1, modes, Width) : new Fno2d(1, 1, modes, modes, Width);
            var (given, grid) = (randn([Batch, .. points, 1, 1]), zeros([.. points, points.Length]));
            double Once(SpectralPath path)
            {
                using var pass = NewDisposeScope();
                model.Path = path;
                double start = Clock.Now;
                model.zero_grad();
                model.RollOut(given, grid, 1).square().sum().backward();
                return Clock.Now - start;
            }
            var times = Enumerable.Range(0, 8).Select(_ => (Product: Once(SpectralPath.Product), Fft: Once(SpectralPath.Fft))).Skip(2).ToList();
            double product = times.Select(t => t.Product).Order().ElementAt(2), full = times.Select(t => t.Fft).Order().ElementAt(2);
            yield return new Result($"spectral {string.Join('x', points)} m{modes}{(SpectralPaths.Choose([.. points.Select(n => n + 2)], [.. points.Select(_ => modes)]) == SpectralPath.Product ? " *" : "")}", product, full, "s", product / full, "full FFTs", threads);
        }
    }
}
