// Alpha of RoBERTa-base's 72 block matrices: one SVD a matrix as the released code does it, ours exact, ours estimated.
using System.Diagnostics;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Benchmarks;

/// <summary>The cost of one refresh of the metrics.</summary>
internal sealed class SpectraBenchmark : IDisposable
{
    private const int Blocks = 12, Width = 768, Inner = 3072;

    private readonly IReadOnlyList<WeightMatrix> weights;
    private readonly EsdOptions options;
    private readonly Fidelity fidelity;
    private double[] released = [];

    /// <summary>Random weights of known seed: Gaussian, rows and columns scaled so that alpha lies where trained layers have it.</summary>
    internal SpectraBenchmark(EigenvalueMethod method, Fidelity fidelity, int threads)
    {
        this.fidelity = fidelity;
        options = new EsdOptions { Method = method, Tolerance = 1e-4, Threads = threads };
        weights = RandomTransformer.Blocks(Blocks, Width, Inner, seed: 72);
    }

    /// <summary>Largest difference of alpha from the released way's, and the mean of the error bars.</summary>
    internal (double Largest, double Mean, double ErrorBar) Differences()
    {
        var expected = weights.Select(weight => Hill.XMinMid(Spectrum.Of(weight), null, fidelity).Alpha).ToList();
        var reports = Esd.Analyse(weights, fidelity, options);
        var differences = reports.Select((report, i) => Math.Abs(report.Fit!.Alpha - expected[i])).ToList();
        return (differences.Max(), differences.Average(), reports.Average(report => report.AlphaError!.Value));
    }

    /// <summary>Times ours.</summary>
    internal double[] Ours(int count) => Timed(count, () => Esd.Analyse(weights, fidelity, options));

    /// <summary>Times the released way: values-only SVD in float32, one matrix after another, then the fit.</summary>
    internal double[] Svd(int count) => Timed(count, () =>
    {
        released = [.. weights.Select(weight =>
        {
            using var scope = NewDisposeScope();
            double[] values = [.. linalg.svdvals(weight.Weight).square().to(ScalarType.Float64).data<double>()];
            Array.Sort(values);
            return Hill.XMinMid(new Spectrum(values, weight.Rows, weight.Columns, ScalarType.Float32), null, fidelity).Alpha;
        })];
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in weights)
            weight.Weight.Dispose();
    }

    private static double[] Timed(int count, Action work)
    {
        var seconds = new double[count];
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return seconds;
    }
}
