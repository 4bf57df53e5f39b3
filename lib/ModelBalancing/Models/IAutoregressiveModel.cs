// What the training loops ask of a model that continues a trajectory from its own predictions.
using TorchSharp;

namespace ModelBalancing.Models;

/// <summary>A model that predicts the next frame of a trajectory from the frames before it, and goes on from its own predictions.</summary>
public interface IAutoregressiveModel
{
    /// <summary>How many frames the model needs before it can predict one.</summary>
    int GivenFrames { get; }

    /// <summary>Predicts frame after frame; every prediction enters the window of the next one, with gradients.</summary>
    /// <param name="given">The last known frames, shape (batch, points..., <see cref="GivenFrames"/>, channels) with one to three axes of points.</param>
    /// <param name="grid">Coordinates of the points, shape (batch, points..., axes) or (points..., axes).</param>
    /// <param name="frames">How many frames to predict, at least 1.</param>
    /// <param name="withoutGradient">How many of the first predictions are made without gradient: those of the push-forward trick.</param>
    /// <returns>The predicted frames, shape (batch, points..., frames, channels), in the model's dtype.</returns>
    torch.Tensor RollOut(torch.Tensor given, torch.Tensor grid, int frames, int withoutGradient = 0);
}
