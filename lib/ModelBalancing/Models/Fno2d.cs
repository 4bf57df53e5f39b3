// The Fourier operator on a plane.
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary><see cref="Fno"/> on a plane, both axes padded with two cells at their end.</summary>
public sealed class Fno2d : Fno
{
    /// <summary>Makes the model with the published start, as <see cref="Fno1d"/> does.</summary>
    /// <param name="channels">Fields per frame, C.</param>
    /// <param name="givenFrames">Frames in the window, T0.</param>
    /// <param name="modes1">Kept modes of the first axis, of either sign: the lowest and the highest m1 rows of its spectrum, m1 ≤ padded length. The highest count where both overlap.</param>
    /// <param name="modes2">Kept modes of the second axis, m2 ≤ padded length / 2 + 1.</param>
    /// <param name="width">Channels of the Fourier layers, w.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <param name="path">How the transforms are computed.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the dtype is not a real floating type of 32 or 64 bits.</exception>
    public Fno2d(int channels, int givenFrames, int modes1 = 12, int modes2 = 12, int width = 20, int seed = 0, ScalarType dtype = ScalarType.Float32, SpectralPath path = SpectralPath.Automatic)
        : base(nameof(Fno2d), channels, givenFrames, [modes1, modes2], width, [2, 2], idleNorms: false, seed, dtype, path)
    {
    }
}
