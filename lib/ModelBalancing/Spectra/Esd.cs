// The empirical spectral density of every layer: the table that balancing reads and notebooks show.
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>What is analysed and how the tail is fitted.</summary>
/// <param name="Tail">Where the tail starts.</param>
/// <param name="Select">Keeps the layers whose name it accepts; all if null.</param>
/// <param name="Embeddings">Whether embedding tables are analysed too.</param>
public sealed record EsdOptions(TailRule Tail = TailRule.Mid, Func<string, bool>? Select = null, bool Embeddings = false)
{
    /// <summary>Whether complex spectral weights are analysed too, and how they become matrices; null: they are left out.</summary>
    public SpectralView? Spectral { get; init; }

    /// <summary>Leaves the first layer out, as TempBalance of 2023 does.</summary>
    public bool RemoveFirst { get; init; }

    /// <summary>Leaves the last layer out that has a fit (remove_last_layer of the released code drops the last row of its table).</summary>
    public bool RemoveLast { get; init; }

    /// <summary>How eigenvalues are computed.</summary>
    public EigenvalueMethod Method { get; init; } = EigenvalueMethod.Gram;

    /// <summary>Relative error allowed at the first eigenvalue of the tail by the Gram method; 1e-4 lets float32 products do where they can.</summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>Seed of the approximate methods.</summary>
    public int Seed { get; init; }

    /// <summary>Threads, each with one matrix at a time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether matrices of one shape are stacked and solved together on <see cref="Device"/>; null: where that is not the CPU. Not for the approximate method.</summary>
    public bool? Batched { get; init; }

    /// <summary>Where stacked matrices are solved; null: where the weights are.</summary>
    public Device? Device { get; init; }

    /// <summary>Called after every weight, from the thread that computed it.</summary>
    internal Action? Completed { get; init; }

    /// <summary>Looked at before every weight.</summary>
    internal CancellationToken Cancellation { get; init; }
}

/// <summary>Spectrum and tail of one layer.</summary>
/// <param name="Name">The layer's name in its model.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Rows">Rows of its matrix (of each of them, for convolutions).</param>
/// <param name="Columns">Columns of its matrix.</param>
/// <param name="Spectrum">All its eigenvalues.</param>
/// <param name="Fit">The tail's fit; null if there is none, and <paramref name="Note"/> says why.</param>
/// <param name="Note">What a reader of the row must know; null if nothing.</param>
/// <param name="Kept">Eigenvalues that pass the filter of small ones.</param>
public sealed record LayerReport(string Name, WeightKind Kind, long Rows, long Columns, Spectrum Spectrum, TailFit? Fit, string? Note, int Kept)
{
    /// <summary>Standard error of alpha: of the tail's fit for exact eigenvalues, of the estimate for approximate ones; null without a fit.</summary>
    public double? AlphaError
    {
        get => field ?? Fit?.StandardError;
        init;
    }
}

/// <summary>Empirical spectral densities of a whole model.</summary>
public static class Esd
{
    /// <summary>The weights of a model that the options ask for.</summary>
    internal static IReadOnlyList<WeightMatrix> Weights(nn.Module module, Fidelity? fidelity, EsdOptions options)
    {
        var weights = WeightMatrices.Of(module, fidelity, options.Select, options.Embeddings);
        return options.Spectral is { } view ? [.. weights, .. WeightMatrices.SpectralOf(module, view, options.Select)] : weights;
    }

    /// <summary>Analyses a model's layers as they are now.</summary>
    /// <param name="module">The model.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">What to analyse; the fixed tail of all linear and convolution layers if left out.</param>
    /// <returns>One report a layer in the order of the module tree. Layers with too few eigenvalues have no fit.</returns>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public static IReadOnlyList<LayerReport> Analyse(nn.Module module, Fidelity? fidelity = null, EsdOptions? options = null) =>
        Analyse(module, fidelity, options, progress: null, CancellationToken.None);

    /// <summary>Analyses a model's layers, tells how far it is, and can be stopped.</summary>
    /// <param name="module">The model.</param>
    /// <param name="fidelity">Variant of the method; Corrected if null.</param>
    /// <param name="options">What to analyse; the defaults if null.</param>
    /// <param name="progress">Told how many weights are done, and of how many; from the threads that compute, one call at a time.</param>
    /// <param name="cancellation">Stops between two weights.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public static IReadOnlyList<LayerReport> Analyse(nn.Module module, Fidelity? fidelity, EsdOptions? options, IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        options ??= new EsdOptions();
        return Analyse(Weights(module, fidelity, options), fidelity, options, progress, cancellation);
    }

    /// <summary>Analyses a checkpoint's weights, told from names and shapes.</summary>
    /// <param name="tensors">Names and tensors.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">What to analyse.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public static IReadOnlyList<LayerReport> Analyse(IEnumerable<KeyValuePair<string, Tensor>> tensors, Fidelity? fidelity = null, EsdOptions? options = null)
    {
        options ??= new EsdOptions();
        return Analyse(WeightMatrices.Of(tensors, fidelity, options.Select, options.Embeddings), fidelity, options);
    }

    /// <summary>Analyses weights that are listed already.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">How to analyse them.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public static IReadOnlyList<LayerReport> Analyse(IEnumerable<WeightMatrix> weights, Fidelity? fidelity = null, EsdOptions? options = null) =>
        Analyse(weights, fidelity, options, progress: null, CancellationToken.None);

    /// <summary>Analyses weights that are listed already, tells how far it is, and can be stopped.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="fidelity">Variant of the method; Corrected if null.</param>
    /// <param name="options">How to analyse them; the defaults if null.</param>
    /// <param name="progress">Told how many weights are done, and of how many; from the threads that compute, one call at a time.</param>
    /// <param name="cancellation">Stops between two weights.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public static IReadOnlyList<LayerReport> Analyse(IEnumerable<WeightMatrix> weights, Fidelity? fidelity, EsdOptions? options, IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new EsdOptions();
        var listed = weights.ToList();
        if (options.RemoveFirst && listed.Count > 0)
            listed.RemoveAt(0);
        var (gate, done) = (new Lock(), 0);
        options = options with
        {
            Cancellation = cancellation,
            Completed = progress is null ? null : () =>
            {
                lock (gate)
                    progress.Report((++done, listed.Count));
            },
        };
        var reports = (BatchedSpectrum.IsWanted(listed, options) ? BatchedSpectrum.Of(listed, fidelity ?? Fidelity.Corrected, options) : SpectrumSolver.Of(listed, fidelity, options)).ToList();
        if (options.RemoveLast && reports.FindLastIndex(report => report.Fit is not null) is var last && last >= 0)
            reports.RemoveAt(last);
        return reports;
    }

    /// <summary>The report of a weight whose spectrum is known.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="spectrum">Its eigenvalues.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">Its tail rule is used.</param>
    public static LayerReport Report(WeightMatrix weight, Spectrum spectrum, Fidelity? fidelity = null, EsdOptions? options = null)
    {
        fidelity ??= Fidelity.Corrected;
        var kept = spectrum.Above(fidelity.Small).Length;
        var report = new LayerReport(weight.Name, weight.Kind, weight.Rows, weight.Columns, spectrum, null, weight.Note, kept);
        // The released PDE trainer's two rules differ at equality; the wider one decides whether there is a fit.
        if (!fidelity.HasEnough(kept, atStart: false))
            return report with { Note = Joined(weight.Note, $"{kept} of {spectrum.Count} eigenvalues are usable, too few for a fit ({fidelity.FewestEigenvalues} is the limit)") };
        try
        {
            return report with { Fit = Hill.Fit(spectrum, options?.Tail ?? TailRule.Mid, fidelity) };
        }
        catch (SpectrumException reason)
        {
            return report with { Note = Joined(weight.Note, reason.Message) };
        }
    }

    private static string Joined(string? first, string second) => first is null ? second : $"{first}; {second}";
}
