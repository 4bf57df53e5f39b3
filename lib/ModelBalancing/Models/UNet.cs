// The U-Net that PDEBench trains (models/unet/unet.py): four levels down, four up, tanh, batch normalisation. The whole
// model is in this file; UNet1d and UNet2d name their sizes.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelBalancing.Models;

/// <summary>U-Net on a grid of one or two axes: the next frame from <c>T0</c> frames. It sees no coordinates.</summary>
/// <remarks>
/// A block is twice (convolution of 3 without bias, batch normalisation, tanh). f, 2f, 4f, 8f channels down with pooling by 2, 16f at the bottom; up again by
/// transposed convolutions of 2, each joined as (raised, skipped). State dict: <c>encoder1.enc1conv1.weight</c>, ..., <c>bottleneck.bottleneckconv1.weight</c>,
/// <c>upconv4.weight</c>, <c>decoder4.dec4conv1.weight</c>, ..., <c>conv.weight</c>, as published. Every size must be a multiple of 16.
/// </remarks>
public abstract class UNet : Module<Tensor, Tensor>, IAutoregressiveModel
{
    private const int Levels = 4;

    private readonly Sequential[] encoders = new Sequential[Levels], decoders = new Sequential[Levels];
    private readonly Module<Tensor, Tensor>[] raises = new Module<Tensor, Tensor>[Levels];
    private readonly Sequential bottleneck;
    private readonly Module<Tensor, Tensor> last;

    private protected UNet(string name, int axes, int channels, int givenFrames, int features, int seed, ScalarType dtype) : base(name)
    {
        foreach (var (size, what) in new[] { (channels, nameof(channels)), (givenFrames, nameof(givenFrames)), (features, nameof(features)) })
            if (size < 1)
                throw new ArgumentException($"{what}: must be at least 1, is {size}.", what);
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"dtype: {name} is made for Float32 or Float64, not {dtype}.", nameof(dtype));
        (Axes, Channels, GivenFrames, Features, Dtype) = (axes, channels, givenFrames, features, dtype);

        for (int level = 0; level < Levels; level++)
            register_module($"encoder{level + 1}", encoders[level] = Block(level == 0 ? givenFrames * channels : features << level - 1, features << level, $"enc{level + 1}"));
        register_module("bottleneck", bottleneck = Block(features << Levels - 1, features << Levels, "bottleneck"));
        for (int level = Levels - 1; level >= 0; level--)
        {
            register_module($"upconv{level + 1}", raises[level] = Raise(features << level + 1, features << level));
            register_module($"decoder{level + 1}", decoders[level] = Block(features << level + 1, features << level, $"dec{level + 1}"));
        }
        register_module("conv", last = Convolution(features, channels, 1, 0, bias: true));
        DrawWeights(seed);
    }

    /// <summary>Number of axes of the grid.</summary>
    public int Axes { get; }

    /// <summary>Fields per frame, C.</summary>
    public int Channels { get; }

    /// <inheritdoc/>
    public int GivenFrames { get; }

    /// <summary>Channels of the first level, f (init_features).</summary>
    public int Features { get; }

    /// <summary>Type of the weights.</summary>
    public ScalarType Dtype { get; }

    /// <summary>Number of parameters.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Predicts one frame. In training mode the batch's own statistics normalise, and move the running ones.</summary>
    /// <param name="input">The window, shape (batch, T0·C, points...), time-major: channel t·C + c.</param>
    /// <returns>The next frame, shape (batch, C, points...).</returns>
    /// <exception cref="ArgumentException">A shape or dtype differs.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != Axes + 2 || input.shape[1] != GivenFrames * Channels || input.dtype != Dtype || input.shape[2..].Any(n => n % (1 << Levels) != 0))
            throw new ArgumentException($"input: expected (batch, {GivenFrames * Channels}, {(Axes == 1 ? "points" : "x, y")}) of {Dtype}, sizes multiples of {1 << Levels}, got ({string.Join(", ", input.shape)}) of {input.dtype}.", nameof(input));
        using var scope = NewDisposeScope();
        var skipped = new Tensor[Levels];
        var x = input;
        for (int level = 0; level < Levels; level++)
        {
            skipped[level] = encoders[level].call(x);
            x = Axes == 1 ? functional.max_pool1d(skipped[level], 2, 2) : functional.max_pool2d(skipped[level], 2, 2);
        }
        x = bottleneck.call(x);
        for (int level = Levels - 1; level >= 0; level--)
            x = decoders[level].call(cat([raises[level].call(x), skipped[level]], 1));
        return last.call(x).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>The grid is not looked at.</remarks>
    /// <exception cref="ArgumentException">A shape or dtype differs, or frames is not positive.</exception>
    public Tensor RollOut(Tensor given, Tensor grid, int frames, int withoutGradient = 0)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        ArgumentOutOfRangeException.ThrowIfNegative(withoutGradient);
        if (given.dim() != Axes + 3 || given.shape[^2] != GivenFrames || given.shape[^1] != Channels || given.dtype != Dtype)
            throw new ArgumentException($"given: expected (batch, {(Axes == 1 ? "points" : "x, y")}, {GivenFrames} frames, {Channels} channels) of {Dtype}, got ({string.Join(", ", given.shape)}) of {given.dtype}.", nameof(given));
        using var scope = NewDisposeScope();
        long[] points = given.shape[1..^2], axes = [.. Enumerable.Range(1, Axes).Select(axis => (long)axis)];
        var known = given.permute([0, Axes + 1, Axes + 2, .. axes]).reshape([given.shape[0], GivenFrames * Channels, .. points]);
        var predicted = new List<Tensor>(frames);
        for (int frame = 0; frame < frames; frame++)
        {
            var window = new List<Tensor>(GivenFrames + 1);
            if (frame < GivenFrames)
                window.Add(known.narrow(1, frame * Channels, (GivenFrames - frame) * Channels));
            window.AddRange(predicted.Skip(frame - GivenFrames));
            using (frame < withoutGradient ? no_grad() : null)
                predicted.Add(call(window.Count == 1 ? window[0] : cat(window, 1))); // (b, C, points...)
        }
        return stack(predicted, 1).permute([0, .. axes.Select(axis => axis + 2), 1, 2]).MoveToOuterDisposeScope();
    }

    private Sequential Block(int inputs, int outputs, string name) => Sequential(
        ($"{name}conv1", Convolution(inputs, outputs, 3, 1, bias: false)),
        ($"{name}norm1", Norm(outputs)),
        ($"{name}tanh1", Tanh()),
        ($"{name}conv2", Convolution(outputs, outputs, 3, 1, bias: false)),
        ($"{name}norm2", Norm(outputs)),
        ($"{name}tanh2", Tanh()));

    private Module<Tensor, Tensor> Convolution(int inputs, int outputs, int size, int padding, bool bias) => Axes == 1
        ? Conv1d(inputs, outputs, size, padding: padding, bias: bias, dtype: Dtype)
        : Conv2d(inputs, outputs, size, padding: padding, bias: bias, dtype: Dtype);

    private Module<Tensor, Tensor> Raise(int inputs, int outputs) => Axes == 1
        ? ConvTranspose1d(inputs, outputs, 2, stride: 2, dtype: Dtype)
        : ConvTranspose2d(inputs, outputs, 2, stride: 2, dtype: Dtype);

    // A dtype that is said is also the type of the batch counter, which is an integer in PyTorch.
    private Module<Tensor, Tensor> Norm(int channels) => Axes == 1
        ? BatchNorm1d(channels, dtype: Dtype == ScalarType.Float32 ? null : Dtype)
        : BatchNorm2d(channels, dtype: Dtype == ScalarType.Float32 ? null : Dtype);

    private void DrawWeights(int seed)
    {
        var weights = new InitialWeights(seed);
        long fanIn = 1;
        foreach (var (name, parameter) in named_parameters())
        {
            if (name.Contains("norm", StringComparison.Ordinal))
                continue; // 1 and 0
            if (name.EndsWith(".weight", StringComparison.Ordinal))
                fanIn = parameter.numel() / parameter.shape[0]; // of the bias after it too
            weights.Default(parameter, fanIn);
        }
    }
}
