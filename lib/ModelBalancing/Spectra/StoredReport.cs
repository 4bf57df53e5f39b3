// A layer's report as text: what a saved run keeps of an analysis that is to be used later.
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>One layer's report as text, without loss.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Rows">Rows of its matrix.</param>
/// <param name="Columns">Columns of its matrix.</param>
/// <param name="WeightType">The weight's own type.</param>
/// <param name="Eigenvalues">All eigenvalues as little-endian doubles, base 64.</param>
/// <param name="Fit">The tail's fit; null if there is none.</param>
/// <param name="Note">What a reader must know; null if nothing.</param>
/// <param name="Kept">Eigenvalues that pass the filter.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record StoredReport(string Name, WeightKind Kind, long Rows, long Columns, ScalarType WeightType, string Eigenvalues, TailFit? Fit, string? Note, int Kept)
{
    /// <summary>Writes a report down without loss.</summary>
    public static StoredReport Of(LayerReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var bytes = new byte[report.Spectrum.Count * sizeof(double)];
        Buffer.BlockCopy(report.Spectrum.Eigenvalues, 0, bytes, 0, bytes.Length);
        return new StoredReport(report.Name, report.Kind, report.Rows, report.Columns, report.Spectrum.WeightType, Convert.ToBase64String(bytes), report.Fit, report.Note, report.Kept);
    }

    /// <summary>The report again.</summary>
    public LayerReport Restored()
    {
        var bytes = Convert.FromBase64String(Eigenvalues);
        var values = new double[bytes.Length / sizeof(double)];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return new LayerReport(Name, Kind, Rows, Columns, new Spectrum(values, Rows, Columns, WeightType), Fit, Note, Kept);
    }
}

/// <summary>What came of a snapshot that the next refresh will use.</summary>
/// <param name="Reports">One report a layer; empty if it failed, or before the first refresh.</param>
/// <param name="Failure">Why its weights have no spectra; null if they have.</param>
public sealed record PendingSnapshot(IReadOnlyList<StoredReport> Reports, string? Failure = null);
