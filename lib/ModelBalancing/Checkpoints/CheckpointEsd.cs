// The layer table of a checkpoint: every weight matrix of the file, read and analysed one after another.
using ModelBalancing.Spectra;
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>Spectra of a checkpoint's weights.</summary>
public static class CheckpointEsd
{
    /// <summary>Analyses every weight matrix of a checkpoint, in the order of the data.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="fidelity">Variant of the method; Corrected if left out.</param>
    /// <param name="options">What to analyse; without <see cref="EsdOptions.Embeddings"/> embedding tables are listed without a fit.</param>
    /// <param name="progress">Told how many matrices are done, and of how many.</param>
    /// <param name="cancellation">Stops between two matrices.</param>
    /// <returns>One report a weight matrix.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or holds no weight matrix that was asked for.</exception>
    /// <remarks>Tensors are read in groups no larger than three of the largest matrices, so that a large file is never loaded whole. A weight with NaN or infinite values has a report of zeros, without a fit.</remarks>
    public static IReadOnlyList<LayerReport> Analyse(Checkpoint checkpoint, Fidelity? fidelity = null, EsdOptions? options = null, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        (fidelity, options) = (fidelity ?? Fidelity.Corrected, options ?? new EsdOptions());
        var listed = checkpoint.Entries.Select(entry => (Entry: entry, Told: WeightMatrices.Tell(entry.Name, entry.Shape, IsReal(entry.Type))))
            .Where(pair => pair.Told is { } told && (options.Select is null || options.Select(told.Layer))).Select(pair => (pair.Entry, Told: pair.Told!)).ToList();
        if (listed.Count == 0)
            throw new CheckpointException($"'{checkpoint.Path}' holds {checkpoint.Entries.Count} tensors and no weight matrix that was asked for; take another filter or another file.");
        var reports = new List<LayerReport>();
        for (var first = 0; first < listed.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            // As many as may be in memory together.
            var budget = 3 * listed.Skip(first).Take(options.Threads).Max(pair => pair.Entry.Length);
            var count = 0;
            for (long bytes = 0; first + count < listed.Count && (count == 0 || bytes + listed[first + count].Entry.Length <= budget); count++)
                bytes += listed[first + count].Entry.Length;
            using (NewDisposeScope())
            {
                var weights = listed.Skip(first).Take(count).Select(pair => Weight(checkpoint, pair.Entry, pair.Told, fidelity)).ToList();
                reports.AddRange(Analysed(weights, fidelity, options, progress is null ? null : new Shifted(progress, first, listed.Count), cancellation));
            }
            first += count;
            progress?.Report((first, listed.Count));
        }
        if (options.RemoveFirst && reports.Count > 0)
            reports.RemoveAt(0);
        if (options.RemoveLast && reports.FindLastIndex(report => report.Fit is not null) is var last && last >= 0)
            reports.RemoveAt(last);
        return reports;
    }

    private static WeightMatrix Weight(Checkpoint checkpoint, SafetensorsEntry entry, ToldWeight told, Fidelity fidelity) =>
        (told.Kind == WeightKind.Spectral ? WeightMatrix.OfFourierBlocks(told.Layer, checkpoint.Read(entry.Name))
            : WeightMatrix.Of(told.Layer, told.Kind, checkpoint.Read(entry.Name), fidelity)) with { Note = told.Note };

    private static IEnumerable<LayerReport> Analysed(List<WeightMatrix> weights, Fidelity fidelity, EsdOptions options, IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        var finite = weights.Where(weight => weight.Weight.isfinite().all().item<bool>()).ToList();
        var reports = Esd.Analyse(finite, fidelity, options with { RemoveFirst = false, RemoveLast = false }, progress, cancellation).GetEnumerator();
        foreach (var weight in weights)
        {
            if (!finite.Contains(weight))
            {
                yield return new LayerReport(weight.Name, weight.Kind, weight.Rows, weight.Columns, new Spectrum(new double[weight.Eigenvalues], weight.Rows, weight.Columns), null, "it holds NaN or infinite values", 0);
                continue;
            }
            reports.MoveNext();
            if (!double.IsFinite(reports.Current.Spectrum.LambdaMax))
            {
                yield return reports.Current with { Fit = null, AlphaError = null, Note = "its values are so large that their squares exceed float64" };
                continue;
            }
            yield return weight.Kind == WeightKind.Embedding && !options.Embeddings
                ? reports.Current with { Fit = null, AlphaError = null, Note = "embedding table: fitted only on request" }
                : reports.Current;
        }
    }

    // Progress of one group as a part of the whole.
    private sealed class Shifted(IProgress<(int Done, int Total)> whole, int before, int total) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => whole.Report((before + value.Done, total));
    }

    private static bool IsReal(ScalarType type) => type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;
}
