// The Fourier operator in space.
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary><see cref="Fno"/> in space, the last axis padded with six cells at its end.</summary>
/// <remarks>Has four batch normalisations <c>bn0..3</c> that the published model declares and never uses: they count as parameters and get no gradient.</remarks>
public sealed class Fno3d : Fno
{
    /// <summary>Makes the model with the published start, as <see cref="Fno1d"/> does.</summary>
    /// <param name="channels">Fields per frame, C.</param>
    /// <param name="givenFrames">Frames in the window, T0.</param>
    /// <param name="modes1">Kept modes of the first axis, of either sign.</param>
    /// <param name="modes2">Kept modes of the second axis, of either sign.</param>
    /// <param name="modes3">Kept modes of the third axis.</param>
    /// <param name="width">Channels of the Fourier layers, w.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <param name="path">How the transforms are computed.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the dtype is not a real floating type of 32 or 64 bits.</exception>
    public Fno3d(int channels, int givenFrames, int modes1 = 8, int modes2 = 8, int modes3 = 8, int width = 20, int seed = 0, ScalarType dtype = ScalarType.Float32, SpectralPath path = SpectralPath.Automatic)
        : base(nameof(Fno3d), channels, givenFrames, [modes1, modes2, modes3], width, [0, 0, 6], idleNorms: true, seed, dtype, path)
    {
    }
}
