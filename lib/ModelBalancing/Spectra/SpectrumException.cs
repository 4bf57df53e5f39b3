// What is thrown when a weight has no usable spectrum or a spectrum no usable tail.
namespace ModelBalancing.Spectra;

/// <summary>A weight or spectrum that allows no estimate: not finite, empty, or with a tail that has no exponent.</summary>
public sealed class SpectrumException : Exception
{
    /// <summary>A failure described by one sentence.</summary>
    public SpectrumException(string message) : base(message)
    {
    }
}
