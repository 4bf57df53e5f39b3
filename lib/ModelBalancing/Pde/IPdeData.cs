// What a training run asks of a data set, whatever file or generator is behind it.
using TorchSharp;

namespace ModelBalancing.Pde;

/// <summary>Trajectories of fields on a grid of one to three axes.</summary>
/// <remarks>Darcy flow is a trajectory of two frames: the diffusivity and the solution.</remarks>
public interface IPdeData
{
    /// <summary>Trajectories in the set.</summary>
    int Samples { get; }

    /// <summary>Names of the fields, in their order.</summary>
    IReadOnlyList<string> Channels { get; }

    /// <summary>Frames of a trajectory.</summary>
    int Frames { get; }

    /// <summary>Points of every axis.</summary>
    IReadOnlyList<int> Points { get; }

    /// <summary>Reads rows; nothing else of the file need be touched.</summary>
    /// <param name="rows">Sample numbers, in the order wanted.</param>
    /// <param name="frames">Frames after the time stride; the first ones.</param>
    /// <param name="spaceStride">Every so many-th point of every axis.</param>
    /// <param name="timeStride">Every so many-th frame.</param>
    /// <returns>Float32 fields (rows, points..., frames, channels), in physical units; the caller disposes them.</returns>
    torch.Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1);

    /// <summary>Coordinates of the points.</summary>
    /// <param name="spaceStride">Every so many-th point of every axis.</param>
    /// <returns>Float32, (points..., axes); the caller disposes it.</returns>
    torch.Tensor Grid(int spaceStride = 1);
}
