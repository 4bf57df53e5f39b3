// The spectra of many weights: exact or approximate, several matrices at a time with one thread each.
using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>How eigenvalues are computed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EigenvalueMethod>))]
public enum EigenvalueMethod
{
    /// <summary>Values-only singular value decomposition in float64: the reference, right to the last digits.</summary>
    Svd,

    /// <summary>Eigenvalues of the Gram matrix of the smaller side, in the precision that <see cref="EsdOptions.Tolerance"/> needs; the SVD where squaring loses the tail.</summary>
    Gram,

    /// <summary>Stochastic Lanczos quadrature: alpha of the fixed tail with an error bar, no eigenvalues.</summary>
    Lanczos,

    /// <summary>The fastest way with an error bar: eigenvalues of the weight rounded to 16 bits, or, for matrices too large for that, stochastic Lanczos quadrature.</summary>
    Approximate,
}

/// <summary>Computes the reports of many weights.</summary>
internal static class SpectrumSolver
{
    // Below this many entries a matrix is not worth a thread of its own.
    private const long SmallMatrix = 64 * 64;

    internal static IEnumerable<LayerReport> Of(IReadOnlyList<WeightMatrix> weights, Fidelity? fidelity, EsdOptions options)
    {
        var reports = new LayerReport[weights.Count];
        // Largest first, so that no thread is left alone with a large one at the end.
        var order = Enumerable.Range(0, weights.Count).OrderByDescending(i => weights[i].Count * weights[i].Rows * weights[i].Columns).ToList();
        var threads = Math.Min(options.Threads, order.Count(i => weights[i].Count * weights[i].Rows * weights[i].Columns > SmallMatrix));
        if (threads < 2 || options.Method == EigenvalueMethod.Svd)
        {
            foreach (var i in order)
                reports[i] = Report(weights[i], fidelity, options);
            return reports;
        }
        var before = get_num_threads();
        var queue = new ConcurrentQueue<int>(order);
        var failures = new ConcurrentQueue<Exception>();
        // The thread count of a matrix library is one for the whole process: set once, restored when all are done.
        set_num_threads(1);
        try
        {
            var workers = Enumerable.Range(0, threads - 1).Select(_ => new Thread(Work)).ToList();
            workers.ForEach(worker => worker.Start());
            Work();
            workers.ForEach(worker => worker.Join());
        }
        finally
        {
            set_num_threads(before);
        }
        if (failures.TryDequeue(out var failure))
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return reports;

        void Work()
        {
            set_num_threads(1);
            try
            {
                while (failures.IsEmpty && queue.TryDequeue(out var i))
                    reports[i] = Report(weights[i], fidelity, options);
            }
            catch (Exception wrong)
            {
                failures.Enqueue(wrong);
            }
        }
    }

    private static LayerReport Report(WeightMatrix weight, Fidelity? fidelity, EsdOptions options)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        var report = options.Method switch
        {
            EigenvalueMethod.Svd => Esd.Report(weight, Spectrum.Of(weight), fidelity, options),
            EigenvalueMethod.Gram => Esd.Report(weight, GramSpectrum.Of(weight, fidelity ?? Fidelity.Corrected, options), fidelity, options),
            EigenvalueMethod.Approximate when RoundedEstimate.Applies(weight) => RoundedEstimate.Report(weight, fidelity ?? Fidelity.Corrected, options),
            _ => LanczosEstimate.Report(weight, fidelity ?? Fidelity.Corrected, options),
        };
        options.Completed?.Invoke();
        return report;
    }
}
