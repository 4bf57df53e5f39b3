// What one pass of the metric over a model costs, as the released code does it and as we do.
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>How a pass computes its spectra.</summary>
public enum PassMethod
{
    /// <summary>As the released code: values-only singular value decomposition in the weight's own type, one weight after another.</summary>
    Released,

    /// <summary>As balancing does it: through the Gram matrix, checked (<see cref="EigenvalueMethod.Gram"/> at a tolerance of 1e-4).</summary>
    Exact,

    /// <summary>With an error bar (<see cref="EigenvalueMethod.Approximate"/>).</summary>
    Approximate,
}

/// <summary>Time of one pass over a model's weights.</summary>
/// <param name="Method">How.</param>
/// <param name="Matrices">Number of matrices, taps and views counted one by one.</param>
/// <param name="Repeats">Timed repeats, after one that was not.</param>
/// <param name="Seconds">Median time by the clock.</param>
/// <param name="ProcessorSeconds">Mean processor time of the process, all threads.</param>
/// <param name="Alphas">The tail exponents found, in the weights' order; NaN without a fit.</param>
public sealed record PassCost(PassMethod Method, long Matrices, int Repeats, double Seconds, double ProcessorSeconds, IReadOnlyList<double> Alphas)
{
    /// <summary>Tolerance of the exact pass, balancing's own default.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Times passes over a list of weights.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="method">How.</param>
    /// <param name="fidelity">Variant of the fit.</param>
    /// <param name="threads">Threads, at least 1; the process's own number is restored.</param>
    /// <param name="repeats">Timed repeats, at least 1.</param>
    /// <param name="warm">Whether a pass is made first that does not count; without it a first pass has the compiling in it.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread or repeat.</exception>
    public static PassCost Measure(IReadOnlyList<WeightMatrix> weights, PassMethod method, Fidelity fidelity, int threads = 1, int repeats = 3, bool warm = true)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            IReadOnlyList<double> alphas = [];
            if (warm)
                alphas = Pass(weights, method, fidelity, threads);
            var seconds = new double[repeats];
            using var process = Process.GetCurrentProcess();
            var processor = process.TotalProcessorTime;
            for (var i = 0; i < repeats; i++)
            {
                long start = Stopwatch.GetTimestamp();
                alphas = Pass(weights, method, fidelity, threads);
                seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            process.Refresh();
            double spent = (process.TotalProcessorTime - processor).TotalSeconds / repeats;
            Array.Sort(seconds);
            return new(method, weights.Sum(weight => weight.Count), repeats, (seconds[(repeats - 1) / 2] + seconds[repeats / 2]) / 2, spent, alphas);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static IReadOnlyList<double> Pass(IReadOnlyList<WeightMatrix> weights, PassMethod method, Fidelity fidelity, int threads) => method == PassMethod.Released
        ? [.. weights.Select(weight => Released(weight, fidelity))]
        : [.. Esd.Analyse(weights, fidelity, new EsdOptions { Method = method == PassMethod.Exact ? EigenvalueMethod.Gram : EigenvalueMethod.Approximate, Tolerance = Tolerance, Threads = threads })
            .Select(report => report.Fit?.Alpha ?? double.NaN)];

    private static double Released(WeightMatrix weight, Fidelity fidelity)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        double[] values = [.. linalg.svdvals(weight.ViewsOn(weight.Weight.dtype, CPU)).square().mul(weight.Factor).reshape(-1).to(ScalarType.Float64).data<double>()];
        Array.Sort(values);
        return Esd.Report(weight, new Spectrum(values, weight.Rows, weight.Columns, weight.Weight.dtype), fidelity).Fit?.Alpha ?? double.NaN;
    }
}
