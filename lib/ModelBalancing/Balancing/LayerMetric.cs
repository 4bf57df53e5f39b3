// Which number of a layer's report the multipliers follow.
using System.Text.Json.Serialization;
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>The metric that is balanced; the curves take it with the same sign, a larger one means a larger rate.</summary>
/// <remarks>Released option "metric". The released PDE trainer takes stable ranks of the whole spectrum at the start and of its upper half later; here it is always the whole.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<LayerMetric>))]
public enum LayerMetric
{
    /// <summary>Exponent of the tail (PL_Alpha_Hill).</summary>
    Alpha,

    /// <summary>Largest eigenvalue of WᵀW, what the released code calls spectral_norm.</summary>
    LambdaMax,

    /// <summary>Squared Frobenius norm, what the released code calls norm.</summary>
    FrobeniusSquared,

    /// <summary>Stable rank.</summary>
    StableRank,

    /// <summary>Mean eigenvalue, what the released code calls norm_stable_rank.</summary>
    MeanEigenvalue,

    /// <summary>Largest eigenvalue over the middle one.</summary>
    EigenvalueRatio,

    /// <summary>Kolmogorov–Smirnov distance of the tail's fit.</summary>
    Distance,
}

/// <summary>Reads a metric off a report.</summary>
public static class LayerMetrics
{
    /// <summary>The metric's value, NaN if the layer has none.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="report">The layer.</param>
    /// <param name="fidelity">Its filter decides which eigenvalues the rank-like metrics see.</param>
    public static double Of(this LayerMetric metric, LayerReport report, Fidelity fidelity) => metric switch
    {
        LayerMetric.Alpha => report.Fit?.Alpha ?? double.NaN,
        LayerMetric.Distance => report.Fit?.Distance ?? double.NaN,
        LayerMetric.LambdaMax => report.Spectrum.LambdaMax,
        LayerMetric.FrobeniusSquared => report.Spectrum.FrobeniusSquared,
        LayerMetric.StableRank => report.Spectrum.Measures(fidelity.Small).StableRank,
        LayerMetric.MeanEigenvalue => report.Spectrum.Measures(fidelity.Small).MeanEigenvalue,
        _ => report.Spectrum.Measures(fidelity.Small).EigenvalueRatio,
    };
}
