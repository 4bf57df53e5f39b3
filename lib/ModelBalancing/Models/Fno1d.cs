// The Fourier operator on a line.
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary><see cref="Fno"/> on a line, padded with two cells at its end.</summary>
public sealed class Fno1d : Fno
{
    /// <summary>Makes the model with the published start: PyTorch's defaults for linear layers and convolutions, all-positive uniform spectral weights.</summary>
    /// <param name="channels">Fields per frame, C.</param>
    /// <param name="givenFrames">Frames in the window, T0.</param>
    /// <param name="modes">Kept Fourier modes m; the padded length L must have that many, m ≤ L/2 + 1.</param>
    /// <param name="width">Channels of the Fourier layers, w.</param>
    /// <param name="seed">Seed of the weights; the same seed gives the same weights with every engine.</param>
    /// <param name="dtype">Float32 (spectral weights Complex64) or Float64 (Complex128).</param>
    /// <param name="path">How the transforms are computed.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the dtype is not a real floating type of 32 or 64 bits.</exception>
    public Fno1d(int channels, int givenFrames, int modes = 12, int width = 20, int seed = 0, ScalarType dtype = ScalarType.Float32, SpectralPath path = SpectralPath.Automatic)
        : base(nameof(Fno1d), channels, givenFrames, [modes], width, [2], idleNorms: false, seed, dtype, path) => Modes = modes;

    /// <summary>Kept Fourier modes m.</summary>
    public int Modes { get; }
}
