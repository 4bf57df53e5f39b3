// What a model has to beat: repeating the last frame, a linear map of the given frames, the mean of the training fields.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Pde;

/// <summary>Predictors without a network; a model below one of them is said to be below it.</summary>
public static class Floors
{
    /// <summary>Repeats the last given frame.</summary>
    /// <param name="given">(b, x..., given frames, c).</param>
    /// <param name="frames">Frames to predict, ≥ 1.</param>
    /// <returns>(b, x..., frames, c), a new tensor.</returns>
    public static Tensor Persistence(Tensor given, int frames)
    {
        CheckGiven(given);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        using var scope = NewDisposeScope();
        long time = given.dim() - 2;
        long[] shape = [.. given.shape];
        shape[time] = frames;
        return given.narrow(time, given.shape[time] - 1, 1).expand(shape).clone().MoveToOuterDisposeScope();
    }

    /// <summary>The mean field of the training samples, whatever is given: the floor of Darcy flow, where frames are different fields.</summary>
    /// <param name="future">(training samples, x..., predicted frames, c).</param>
    /// <param name="samples">Samples to predict.</param>
    /// <returns>(samples, x..., predicted frames, c), a new tensor.</returns>
    public static Tensor MeanField(Tensor future, long samples)
    {
        CheckGiven(future);
        using var scope = NewDisposeScope();
        return future.mean([0], keepdim: true).expand([samples, .. future.shape[1..]]).clone().MoveToOuterDisposeScope();
    }

    /// <summary>Fits the linear predictor on training samples.</summary>
    /// <param name="given">(b, x..., given frames, c).</param>
    /// <param name="future">(b, x..., predicted frames, c), what follows.</param>
    public static LinearFloor Linear(Tensor given, Tensor future) => LinearFloor.Fit(given, future);

    internal static void CheckGiven(Tensor given)
    {
        if (given.dim() is < 4 or > 6 || given.shape[^2] < 1)
            throw new ArgumentException($"given has the shape ({string.Join(", ", given.shape)}); expected (batch, x..., time, channel) with at least one frame.", nameof(given));
    }
}
