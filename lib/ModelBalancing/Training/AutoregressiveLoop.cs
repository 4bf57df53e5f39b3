// The training step and the roll-out of models that feed on their own predictions (the authors' fno/train.py).
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Trains and evaluates an autoregressive model on whole trajectories.</summary>
/// <param name="model">The model; its window is filled with the first frames of a trajectory.</param>
/// <param name="grid">Coordinates of the points, shape (points, 1), of the model's dtype; owned by the caller.</param>
/// <remarks>The loss of a batch is the sum over predicted frames of the mean squared error of a frame; one backward pass goes through the whole chain, predictions are not detached.</remarks>
public sealed class AutoregressiveLoop(IAutoregressiveModel model, Tensor grid)
{
    /// <summary>Loss of a batch, with gradients.</summary>
    /// <param name="trajectories">Shape (batch, points, frames, channels); the first T0 frames are given, the rest is predicted.</param>
    /// <returns>Scalar tensor: Σ over predicted frames of the mean over batch, points and channels of the squared error.</returns>
    /// <exception cref="ArgumentException">There is no frame to predict, or the model refuses the shape.</exception>
    public Tensor Loss(Tensor trajectories)
    {
        int frames = FramesToPredict(trajectories);
        using var scope = NewDisposeScope();
        var given = trajectories.narrow(2, 0, model.GivenFrames);
        var wanted = trajectories.narrow(2, model.GivenFrames, frames);
        var difference = model.RollOut(given, grid, frames) - wanted;
        return (difference.square().sum() / (difference.numel() / frames)).MoveToOuterDisposeScope();
    }

    /// <summary>One optimiser step on a batch. Everything made on the way is released.</summary>
    /// <param name="trajectories">Shape (batch, points, frames, channels).</param>
    /// <param name="optimizer">Updates the model's parameters.</param>
    /// <returns>The loss before the step.</returns>
    public double Step(Tensor trajectories, optim.Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = Loss(trajectories);
        loss.backward();
        optimizer.step();
        return loss.to(ScalarType.Float64).item<double>();
    }

    /// <summary>Predicts all frames after the given ones, without gradients.</summary>
    /// <param name="trajectories">Shape (samples, points, frames, channels); only the first T0 frames are read.</param>
    /// <param name="batch">Samples predicted at a time; does not change the result beyond rounding.</param>
    /// <returns>Shape (samples, points, frames − T0, channels).</returns>
    public Tensor Predict(Tensor trajectories, int batch = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        int frames = FramesToPredict(trajectories);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        for (long start = 0; start < trajectories.shape[0]; start += batch)
        {
            var part = trajectories.narrow(0, start, Math.Min(batch, trajectories.shape[0] - start));
            parts.Add(model.RollOut(part.narrow(2, 0, model.GivenFrames), grid, frames));
        }
        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    private int FramesToPredict(Tensor trajectories)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        if (trajectories.dim() != 4 || trajectories.shape[0] == 0 || trajectories.shape[2] <= model.GivenFrames)
            throw new ArgumentException($"trajectories: expected (samples, points, more than {model.GivenFrames} frames, channels), got ({string.Join(", ", trajectories.shape)}).", nameof(trajectories));
        return (int)(trajectories.shape[2] - model.GivenFrames);
    }
}
