// The training step and the roll-out of models that continue trajectories (the authors' fno/train.py, PDEBench's unet/train.py,
// DPOT's finetune.py).
using MathNet.Numerics.Random;
using ModelBalancing.Models;
using ModelBalancing.Pde;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Trains and evaluates a model on whole trajectories.</summary>
/// <param name="model">The model; its window is filled with the first frames of a trajectory.</param>
/// <param name="grid">Coordinates of the points, shape (points..., axes), of the model's dtype and device; owned by the caller.</param>
/// <param name="mode">How it is trained; by default autoregressively.</param>
/// <remarks>A training step switches a module to training mode and a prediction to evaluation mode, which matters to batch normalisation.</remarks>
public sealed class TrajectoryLoop(IAutoregressiveModel model, Tensor grid, TrainingMode? mode = null)
{
    private static readonly TrainingMode.Autoregressive autoregressive = new();

    /// <summary>How the model is trained.</summary>
    public TrainingMode Mode { get; } = mode ?? autoregressive;

    /// <summary>Loss of a batch, with gradients.</summary>
    /// <param name="trajectories">Shape (batch, points..., frames, channels); the first T0 frames are given, the rest is to be predicted.</param>
    /// <param name="seed">Seed of what is random in a step: noise, and where windows start.</param>
    /// <returns>Scalar tensor; see <see cref="TrainingMode"/>.</returns>
    /// <exception cref="ArgumentException">There is no frame to predict, or the model refuses the shape.</exception>
    public Tensor Loss(Tensor trajectories, long seed = 0)
    {
        int frames = FramesToPredict(trajectories);
        using var scope = NewDisposeScope();
        return (Mode switch
        {
            TrainingMode.PushForward push => Chain(trajectories, frames, Detached(frames, push.Unrolled)),
            TrainingMode.OneStep step => TrueFrames(trajectories, frames, step.Noise, seed),
            TrainingMode.SingleStep => LastFrame(trajectories),
            TrainingMode.RelativeStep step => Relative(trajectories, step, seed),
            _ => Chain(trajectories, frames, 0),
        }).MoveToOuterDisposeScope();
    }

    /// <summary>One optimiser step on a batch. Everything made on the way is released.</summary>
    /// <param name="trajectories">Shape (batch, points..., frames, channels).</param>
    /// <param name="optimizer">Updates the model's parameters.</param>
    /// <param name="seed">As in <see cref="Loss"/>.</param>
    /// <returns>The loss before the step.</returns>
    public double Step(Tensor trajectories, optim.Optimizer optimizer, long seed = 0)
    {
        using var scope = NewDisposeScope();
        (model as nn.Module)?.train();
        optimizer.zero_grad();
        var loss = Loss(trajectories, seed);
        loss.backward();
        optimizer.step();
        return loss.to(ScalarType.Float64).item<double>();
    }

    /// <summary>Predicts all frames after the given ones, without gradients; a model of a single step predicts the last frame alone.</summary>
    /// <param name="trajectories">Shape (samples, points..., frames, channels); only the first T0 frames are read.</param>
    /// <param name="batch">Samples predicted at a time; does not change the result beyond rounding.</param>
    /// <returns>Shape (samples, points..., frames − T0, channels), on the trajectories' device; one frame for <see cref="TrainingMode.SingleStep"/>.</returns>
    public Tensor Predict(Tensor trajectories, int batch = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        int frames = Mode is TrainingMode.SingleStep ? Math.Min(1, FramesToPredict(trajectories)) : FramesToPredict(trajectories);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (model as nn.Module)?.eval();
        var parts = new List<Tensor>();
        for (long start = 0; start < trajectories.shape[0]; start += batch)
        {
            using var pass = NewDisposeScope(); // what a pass makes does not pile up
            var part = trajectories.narrow(0, start, Math.Min(batch, trajectories.shape[0] - start));
            parts.Add(model.RollOut(Frames(part, 0, model.GivenFrames).to(grid.device), grid, frames).to(trajectories.device).MoveToOuterDisposeScope());
        }
        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    private Tensor Chain(Tensor trajectories, int frames, int detached)
    {
        var predicted = model.RollOut(Frames(trajectories, 0, model.GivenFrames), grid, frames, detached);
        return FrameErrors(Frames(predicted, detached, frames - detached), Frames(trajectories, model.GivenFrames + detached, frames - detached));
    }

    // The released rule: if (all frames − unrolled) is below 1, unroll one less than all frames. Frame t has a gradient from (all frames − unrolled) on.
    private int Detached(int frames, int unrolled)
    {
        int all = model.GivenFrames + frames;
        int first = all - (all - unrolled < 1 ? all - 1 : unrolled);
        return Math.Clamp(first - model.GivenFrames, 0, frames - 1);
    }

    private Tensor TrueFrames(Tensor trajectories, int frames, double noise, long seed)
    {
        using var random = noise > 0 ? Seeded(seed) : null;
        Tensor? loss = null;
        for (int frame = 0; frame < frames; frame++)
        {
            var window = Frames(trajectories, frame, model.GivenFrames);
            if (random is not null)
                window = window + noise * Normal(window, random);
            var error = FrameErrors(model.RollOut(window, grid, 1), Frames(trajectories, frame + model.GivenFrames, 1));
            loss = loss is null ? error : loss + error;
        }
        return loss!;
    }

    private Tensor LastFrame(Tensor trajectories) =>
        FrameErrors(model.RollOut(Frames(trajectories, 0, model.GivenFrames), grid, 1), Frames(trajectories, (int)trajectories.shape[^2] - 1, 1));

    private Tensor Relative(Tensor trajectories, TrainingMode.RelativeStep step, long seed)
    {
        int length = model.GivenFrames + step.Frames, starts = (int)trajectories.shape[^2] - length + 1;
        if (starts < 1)
            throw new ArgumentException($"trajectories: {trajectories.shape[^2]} frames are fewer than the {length} of a window.", nameof(trajectories));
        var windows = trajectories;
        if (starts > 1)
        {
            var places = new Xoshiro256StarStar(unchecked((int)(seed * 7_919 + 1)), threadSafe: false);
            windows = stack([.. Enumerable.Range(0, (int)trajectories.shape[0]).Select(sample => Frames(trajectories.select(0, sample), places.Next(starts), length))], 0);
        }
        var given = Frames(windows, 0, model.GivenFrames);
        if (step.Noise > 0)
        {
            using var random = Seeded(seed);
            long[] all = [.. Enumerable.Range(1, (int)given.dim() - 2).Select(axis => (long)axis)]; // points and frames
            given = given + step.Noise * given.square().sum(all, keepdim: true).sqrt() * Normal(given, random);
        }
        var predicted = model.RollOut(given, grid, step.Frames);
        var loss = RelativeL2.PerSample(Frames(predicted, 0, 1), Frames(windows, model.GivenFrames, 1)).sum();
        for (int frame = 1; frame < step.Frames; frame++)
            loss = loss + RelativeL2.PerSample(Frames(predicted, frame, 1), Frames(windows, model.GivenFrames + frame, 1)).sum();
        return loss;
    }

    /// <summary>Σ over frames of the mean over batch, points and channels of the squared error.</summary>
    private static Tensor FrameErrors(Tensor predicted, Tensor wanted)
    {
        var difference = predicted - wanted;
        return difference.square().sum() / (difference.numel() / difference.shape[^2]);
    }

    private static Tensor Frames(Tensor fields, int first, int count) => fields.narrow(fields.dim() - 2, first, count);

    private static Generator Seeded(long seed) => new((ulong)seed);

    private static Tensor Normal(Tensor like, Generator random) => randn(like.shape, dtype: like.dtype, generator: random).to(like.device);

    private int FramesToPredict(Tensor trajectories)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        if (trajectories.dim() is < 4 or > 6 || trajectories.shape[0] == 0 || trajectories.shape[^2] <= model.GivenFrames)
            throw new ArgumentException($"trajectories: expected (samples, points, more than {model.GivenFrames} frames, channels), got ({string.Join(", ", trajectories.shape)}).", nameof(trajectories));
        return (int)(trajectories.shape[^2] - model.GivenFrames);
    }
}
