// The U-Net on a line.
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary><see cref="UNet"/> on a line.</summary>
public sealed class UNet1d : UNet
{
    /// <summary>Makes the model with PyTorch's default start.</summary>
    /// <param name="channels">Fields per frame, C.</param>
    /// <param name="givenFrames">Frames in the window, T0.</param>
    /// <param name="features">Channels of the first level, f; published 32.</param>
    /// <param name="seed">Seed of the weights; the same seed gives the same weights with every engine.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the dtype is not a real floating type of 32 or 64 bits.</exception>
    public UNet1d(int channels, int givenFrames, int features = 32, int seed = 0, ScalarType dtype = ScalarType.Float32)
        : base(nameof(UNet1d), 1, channels, givenFrames, features, seed, dtype)
    {
    }
}
