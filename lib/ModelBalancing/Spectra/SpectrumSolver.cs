// The spectra of many weights: exact or approximate, several at a time.
namespace ModelBalancing.Spectra;

/// <summary>How eigenvalues are computed.</summary>
public enum EigenvalueMethod
{
    /// <summary>Values-only singular value decomposition in float64: the reference, right to the last digits.</summary>
    Svd,
}

/// <summary>Computes the reports of many weights.</summary>
internal static class SpectrumSolver
{
    internal static IEnumerable<LayerReport> Of(IReadOnlyList<WeightMatrix> weights, Fidelity? fidelity, EsdOptions options) =>
        weights.Select(weight => Esd.Report(weight, Spectrum.Of(weight), fidelity, options));
}
