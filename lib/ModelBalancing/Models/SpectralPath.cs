// The two equal ways to compute a Fourier layer's truncated transforms, and the rule that picks one.
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary>How the Fourier layers compute their truncated transforms; all give the same numbers up to rounding.</summary>
public enum SpectralPath
{
    /// <summary>Products with the kept rows of the Fourier matrices.</summary>
    Product,

    /// <summary>Full real FFTs, the kept modes cut out: the reference.</summary>
    Fft,

    /// <summary>Whichever is faster for the size by <see cref="SpectralPaths.Choose"/>.</summary>
    Automatic,
}

/// <summary>Picks a <see cref="SpectralPath"/> by size alone, so that a run's numbers never hang on a timing.</summary>
public static class SpectralPaths
{
    /// <summary>Multiplications per point and channel above which full FFTs are faster.</summary>
    /// <remarks>Measured by <c>./workbook bench spectral</c> on one core (tests/Benchmarks/pde.md): products win below about this many, on lines and planes
    /// alike. The same limit holds on graphics processors, where it has not been measured.</remarks>
    private const double MostMultiplications = 100;

    /// <summary>The faster of the two for a grid.</summary>
    /// <param name="padded">Points of every axis, padding included.</param>
    /// <param name="modes">Kept modes of every axis; the last axis holds half a spectrum.</param>
    /// <returns><see cref="SpectralPath.Product"/> or <see cref="SpectralPath.Fft"/>; depends on nothing but the arguments.</returns>
    public static SpectralPath Choose(IReadOnlyList<long> padded, IReadOnlyList<int> modes)
    {
        ArgumentNullException.ThrowIfNull(padded);
        ArgumentNullException.ThrowIfNull(modes);
        // The half axis first: 2·m products a point; what is left of it goes through the next axis as complex numbers.
        int last = padded.Count - 1;
        double multiplications = 2.0 * modes[last], left = (double)modes[last] / padded[last];
        for (int axis = 0; axis < last; axis++)
        {
            double rows = Math.Min(2L * modes[axis], padded[axis]);
            multiplications += 4 * rows * left;
            left *= rows / padded[axis];
        }
        return multiplications <= MostMultiplications ? SpectralPath.Product : SpectralPath.Fft;
    }
}
