// Where balancing has its spectra from, and what they cost: computed at once, or by a process beside the training and then used one refresh later.
using System.Diagnostics;
using ModelBalancing.Spectra;
using static TorchSharp.torch;

namespace ModelBalancing.Balancing;

/// <summary>Gives the reports that a refresh uses, keeps what is to be saved of them, and measures the time that balancing takes from the training.</summary>
/// <remarks>
/// Asynchronous (<see cref="BalanceOptions.Asynchronous"/>): the weights of refresh k are written down and analysed by a <see cref="SpectraProcess"/>; refresh k + 1 uses
/// them and waits if they are late. The first refresh is computed at once, as the tuned layers are chosen by it, and serves the second too.
/// </remarks>
public sealed class LayerAnalysis : IDisposable
{
    private readonly Func<IReadOnlyList<LayerReport>> now;
    private readonly nn.Module? module;
    private readonly SpectraProcess? beside;
    private readonly Stopwatch clock = new();

    /// <summary>Binds a model.</summary>
    /// <param name="module">The model.</param>
    /// <param name="options">How it is balanced.</param>
    /// <param name="analyse">Another analysis of the model; <see cref="Esd.Analyse(nn.Module, Fidelity, EsdOptions)"/> if left out.</param>
    /// <exception cref="ArgumentException">Another analysis is given and the options ask for the process beside the training.</exception>
    internal LayerAnalysis(nn.Module module, BalanceOptions options, Func<nn.Module, IReadOnlyList<LayerReport>>? analyse)
    {
        if (options.Asynchronous && analyse is not null)
            throw new ArgumentException("The balancing is to be asynchronous and an analysis is given: the process beside the training knows only its own; leave one of the two out.", nameof(analyse));
        this.module = module;
        // As many threads as the training has: a run's numbers and its share of the machine depend on nothing else.
        var esd = new EsdOptions(options.Tail) { Method = options.Method, Tolerance = options.Tolerance, Threads = get_num_threads() };
        now = analyse is null ? () => Esd.Analyse(module, options.Fidelity, esd) : () => analyse(module);
        if (options.Asynchronous)
            beside = new SpectraProcess(options.Fidelity, esd);
    }

    /// <summary>Reports that are made elsewhere.</summary>
    internal LayerAnalysis(Func<IReadOnlyList<LayerReport>> reports) => now = reports;

    /// <summary>Time taken from the training so far: analyses, or snapshots and waiting for late results.</summary>
    public TimeSpan Spent => clock.Elapsed;

    /// <summary>What came of the snapshot that the next refresh uses, waited for; null without the process beside the training.</summary>
    internal PendingSnapshot? Pending => beside?.State;

    /// <summary>The reports that a refresh uses.</summary>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    internal IReadOnlyList<LayerReport> Refresh() => beside is null ? now() : beside.Refresh(module!);

    /// <summary>The reports of the weights as they are.</summary>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    internal IReadOnlyList<LayerReport> Now() => now();

    /// <summary>Takes over what was pending when a run was saved.</summary>
    internal void Restore(PendingSnapshot? pending)
    {
        if (beside is not null && pending is not null)
            beside.Restore(pending);
    }

    /// <summary>Does some of the balancing's work and counts its time.</summary>
    internal T Timed<T>(Func<T> work)
    {
        clock.Start();
        try
        {
            return work();
        }
        finally
        {
            clock.Stop();
        }
    }

    /// <summary>Ends the process beside the training.</summary>
    public void Dispose() => beside?.Dispose();
}
