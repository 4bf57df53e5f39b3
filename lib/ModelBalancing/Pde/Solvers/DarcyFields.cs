// Conductivities and starts of Darcy problems.
using System.Collections.Concurrent;

namespace ModelBalancing.Pde.Solvers;

/// <summary>PDEBench's random Darcy problems on the unit square: each sample depends on the seed and its own index only.</summary>
/// <remarks>A conductivity is 1 where a sum of five Gaussians exceeds the mean over the 200 samples that the generator made at a time, else 0.1
/// (reaction_diffusion_2D_multi_solution_Hydra.py, commit a68cac4); samples 0 to 199 are one such batch, and so on.</remarks>
public static class DarcyFields
{
    private const int BatchSize = 200;
    private const int Bumps = 5;

    private static readonly ConcurrentDictionary<(long Seed, long Batch, int Points), double> Thresholds = new();

    /// <summary>Problems: u, the random start of the published march, and the conductivity.</summary>
    /// <param name="samples">How many, ≥ 0.</param>
    /// <param name="points">Cells along both axes, ≥ 4.</param>
    /// <param name="seed">Seed of the whole set.</param>
    /// <param name="firstSample">Index of the first sample.</param>
    public static Trajectories<double> Draw(int samples, int points, long seed, long firstSample = 0)
    {
        var fields = new Trajectories<double>(samples, 1, [points, points], DarcyFlow.ChannelNames);
        var x = new FlowSettings { XMin = 0, XMax = 1 }.CellCentres(points);
        for (var s = 0; s < samples; s++)
        {
            var sample = firstSample + s;
            var batch = sample / BatchSize;
            var threshold = Thresholds.GetOrAdd((seed, batch, points), key => Enumerable.Range(0, BatchSize).Average(k => Bump(new SampleRandom(key.Seed, key.Batch * BatchSize + k), x).Average()));
            var random = new SampleRandom(seed, sample);
            var conductivity = Bump(random, x);
            for (var i = 0; i < conductivity.Length; i++)
                fields.Frame(1, s, 0)[i] = conductivity[i] > threshold ? 1 : 0.1;
            RandomFlows.DrawScalar(random, fields.Frame(0, s, 0), x);
        }
        return fields;
    }

    // Σ exp(−((x − xm)² + (y − ym)²) / s); a Gaussian is a product of one along x and one along y.
    private static double[] Bump(SampleRandom random, double[] x)
    {
        var sum = new double[x.Length * x.Length];
        for (var k = 0; k < Bumps; k++)
        {
            double xm = random.Uniform(), ym = random.Uniform(), spread = 0.5 * random.Uniform();
            var alongX = Array.ConvertAll(x, at => Math.Exp(-(at - xm) * (at - xm) / spread));
            var alongY = Array.ConvertAll(x, at => Math.Exp(-(at - ym) * (at - ym) / spread));
            for (var i = 0; i < x.Length; i++)
                for (var j = 0; j < x.Length; j++)
                    sum[i * x.Length + j] += alongX[i] * alongY[j];
        }
        return sum;
    }
}
