// DPOT (Hao et al., arXiv 2403.03542): a transformer whose attention is a Fourier filter, pre-trained on many PDEs. After
// models/dpot.py of thu-ml/DPOT; the whole model is in this file.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelBalancing.Models;

/// <summary>DPOT on a square grid: the next frames from T frames.</summary>
/// <remarks>
/// Coordinates (x, y, t) in [0, 1] are appended to every frame, patches of it embedded, frames aggregated over time; then L blocks of Fourier filter
/// and pointwise network, and a transposed convolution back to the grid. State dict: <c>pos_embed</c>, <c>patch_embed.proj.{0,2}</c>,
/// <c>blocks.i.{norm1,norm2,filter,mlp.0,mlp.2}</c>, <c>cls_head.{0,2,4}</c>, <c>time_agg_layer.{w,gamma}</c>, <c>out_layer.{0,2,4}</c>, as published.
/// The classification head's loss is not part of the published total, so that it gets no gradient.
/// </remarks>
public sealed class Dpot : Module<Tensor, Tensor>, IAutoregressiveModel
{
    internal const int NormGroups = 8;

    // A parameter has its field's name, so that both stay the same when the module is moved.
    private readonly Parameter pos_embed;
    private readonly PatchEmbedding patches;
    private readonly TimeAggregation times;
    private readonly Block[] blocks;
    private readonly Sequential classes, output;
    private readonly Linear? scaleMean, scaleDeviation;

    /// <summary>Makes the model with the published start.</summary>
    /// <param name="settings">Sizes.</param>
    /// <param name="seed">Seed of the weights; the same seed gives the same weights with every engine.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ArgumentException">A size is wrong.</exception>
    public Dpot(DpotSettings settings, int seed = 0, ScalarType dtype = ScalarType.Float32) : base(nameof(Dpot))
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"dtype: Dpot is made for Float32 or Float64, not {dtype}.", nameof(dtype));
        (Settings, Dtype) = (settings, dtype);
        int width = settings.Width, side = settings.Resolution / settings.Patch;

        register_parameter("pos_embed", pos_embed = new Parameter(zeros([1, width, side, side], dtype: dtype)));
        register_module("patch_embed", patches = new PatchEmbedding(settings, dtype));
        register_module("blocks", ModuleList(blocks = [.. Enumerable.Range(0, settings.Depth).Select(_ => new Block(settings, dtype))]));
        if (settings.Normalize)
        {
            register_module("scale_feats_mu", scaleMean = Linear(2 * settings.Channels, width, dtype: dtype));
            register_module("scale_feats_sigma", scaleDeviation = Linear(2 * settings.Channels, width, dtype: dtype));
        }
        register_module("cls_head", classes = Sequential(Linear(width, width, dtype: dtype), GELU(), Linear(width, width, dtype: dtype), GELU(), Linear(width, settings.Classes, dtype: dtype)));
        register_module("time_agg_layer", times = new TimeAggregation(settings, dtype));
        register_module("out_layer", output = Sequential(
            ConvTranspose2d(width, settings.OutputWidth, settings.Patch, stride: settings.Patch, dtype: dtype), GELU(),
            Conv2d(settings.OutputWidth, settings.OutputWidth, 1, dtype: dtype), GELU(),
            Conv2d(settings.OutputWidth, settings.PredictedChannels * settings.PredictedFrames, 1, dtype: dtype)));
        DrawWeights(seed);
    }

    /// <summary>Sizes.</summary>
    public DpotSettings Settings { get; }

    /// <inheritdoc/>
    public int GivenFrames => Settings.GivenFrames;

    /// <summary>Type of the weights.</summary>
    public ScalarType Dtype { get; }

    /// <summary>How the filters' transforms are computed; may be changed at any time.</summary>
    public SpectralPath Path
    {
        get => blocks[0].Path;
        set
        {
            foreach (var block in blocks)
                block.Path = value;
        }
    }

    /// <summary>Number of parameters.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Predicts the next frames.</summary>
    /// <param name="input">The window, shape (batch, x, y, T, C).</param>
    /// <returns>Shape (batch, x, y, predicted frames, predicted channels).</returns>
    /// <exception cref="ArgumentException">A shape or dtype differs.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Frames(input, out _).MoveToOuterDisposeScope();
    }

    /// <summary>Predicts the next frames and tells the data sets apart.</summary>
    /// <param name="input">The window, shape (batch, x, y, T, C).</param>
    /// <returns>Frames as of <see cref="forward"/>, and logits of shape (batch, classes).</returns>
    public (Tensor Frames, Tensor Classes) Classify(Tensor input)
    {
        using var scope = NewDisposeScope();
        var frames = Frames(input, out var features);
        return (frames.MoveToOuterDisposeScope(), classes.call(features.mean([2, 3])).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    /// <remarks>The grid is not looked at: the model has coordinates of its own.</remarks>
    public Tensor RollOut(Tensor given, Tensor grid, int frames, int withoutGradient = 0)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        ArgumentOutOfRangeException.ThrowIfNegative(withoutGradient);
        if (Settings.Channels != Settings.PredictedChannels)
            throw new InvalidOperationException($"The model predicts {Settings.PredictedChannels} of {Settings.Channels} channels and cannot go on from its own predictions.");
        using var scope = NewDisposeScope();
        var window = given;
        var predicted = new List<Tensor>();
        for (int done = 0; done < frames; done += Settings.PredictedFrames)
        {
            using (done < withoutGradient ? no_grad() : null)
                predicted.Add(call(window));
            var known = cat([window, predicted[^1]], 3);
            window = known.narrow(3, known.shape[3] - GivenFrames, GivenFrames);
        }
        return (predicted.Count == 1 ? predicted[0] : cat(predicted, 3)).narrow(3, 0, frames).MoveToOuterDisposeScope();
    }

    private Tensor Frames(Tensor input, out Tensor features)
    {
        ArgumentNullException.ThrowIfNull(input);
        var s = Settings;
        if (input.dim() != 5 || input.dtype != Dtype || !input.shape[1..].SequenceEqual([s.Resolution, s.Resolution, s.GivenFrames, s.Channels]))
            throw new ArgumentException($"input: expected (batch, {s.Resolution}, {s.Resolution}, {s.GivenFrames} frames, {s.Channels} channels) of {Dtype}, got ({string.Join(", ", input.shape)}) of {input.dtype}.", nameof(input));
        long batch = input.shape[0];
        int side = s.Resolution / s.Patch;
        Tensor? mean = null, deviation = null;
        if (s.Normalize)
        {
            mean = input.mean([1, 2, 3], keepdim: true);                                 // (b, 1, 1, 1, C)
            long count = (long)s.Resolution * s.Resolution * s.GivenFrames;
            deviation = ((input - mean).square().sum([1, 2, 3], keepdim: true) / (count - 1)).sqrt() + 1e-6;
            input = (input - mean) / deviation;
        }
        var fields = cat([input, Coordinates(batch, input.device)], 4).permute(0, 3, 4, 1, 2); // (b, T, C + 3, x, y)
        var z = patches.call(fields.reshape(batch * s.GivenFrames, s.Channels + 3, s.Resolution, s.Resolution)) + pos_embed;
        z = times.call(z.view(batch, s.GivenFrames, s.Width, side, side));                       // (b, W, h, h)
        if (mean is not null && deviation is not null)
        {
            var statistics = cat([mean, deviation], 4).view(batch, 2 * s.Channels);
            z = scaleDeviation!.call(statistics).view(batch, s.Width, 1, 1) * z + scaleMean!.call(statistics).view(batch, s.Width, 1, 1);
        }
        foreach (var block in blocks)
            z = block.call(z);
        features = z;
        var frames = output.call(z).permute(0, 2, 3, 1).reshape(batch, s.Resolution, s.Resolution, s.PredictedFrames, s.PredictedChannels);
        return mean is not null && deviation is not null ? frames * deviation + mean : frames;
    }

    private Tensor Coordinates(long batch, Device device)
    {
        Tensor Along(int points, params long[] shape) => linspace(0, 1, points, dtype: Dtype, device: device).reshape(shape).expand(batch, Settings.Resolution, Settings.Resolution, Settings.GivenFrames, 1);
        return cat([Along(Settings.Resolution, 1, -1, 1, 1, 1), Along(Settings.Resolution, 1, 1, -1, 1, 1), Along(Settings.GivenFrames, 1, 1, 1, -1, 1)], 4);
    }

    private void DrawWeights(int seed)
    {
        var weights = new InitialWeights(seed);
        long fanIn = 1;
        foreach (var (name, parameter) in named_parameters())
        {
            string last = name[(name.LastIndexOf('.') + 1)..];
            if (name.Contains(".norm", StringComparison.Ordinal))
            {
                weights.Constant(parameter, last == "weight" ? 1 : 0);
                continue;
            }
            if (name == "pos_embed")
                weights.Normal(parameter, 0.02);
            else if (name.Contains(".filter.", StringComparison.Ordinal))
                weights.Uniform(parameter, 0, 1.0 / (parameter.shape[2] * parameter.shape[2])); // all positive, as published
            else if (name == "time_agg_layer.w")
                weights.Normal(parameter, 1 / (GivenFrames * Math.Sqrt(Settings.Width)));
            else if (last == "gamma")
                TimeAggregation.SetFrequencies(parameter);
            else
            {
                if (last == "weight")
                    fanIn = parameter.numel() / parameter.shape[0];
                weights.Default(parameter, fanIn);
            }
        }
    }

    /// <summary>Patches of a frame: convolution of patch size, GELU, 1x1 convolution.</summary>
    private sealed class PatchEmbedding : Module<Tensor, Tensor>
    {
        private readonly Sequential proj;

        public PatchEmbedding(DpotSettings s, ScalarType dtype) : base(nameof(PatchEmbedding))
        {
            int inner = s.PredictedChannels * s.Patch + 3;
            register_module("proj", proj = Sequential(Conv2d(s.Channels + 3, inner, s.Patch, stride: s.Patch, dtype: dtype), GELU(), Conv2d(inner, s.Width, 1, dtype: dtype)));
        }

        public override Tensor forward(Tensor input) => proj.call(input);
    }

    /// <summary>out_j = Σ over frames t and channels i of w[t, i, j] · z[t, i] · cos(τ_t · γ_i), τ from 0 to 1.</summary>
    private sealed class TimeAggregation : Module<Tensor, Tensor>
    {
        private readonly Parameter w, gamma;

        public TimeAggregation(DpotSettings s, ScalarType dtype) : base(nameof(TimeAggregation))
        {
            register_parameter("gamma", gamma = new Parameter(zeros([1, s.Width], dtype: dtype)));
            register_parameter("w", w = new Parameter(zeros([s.GivenFrames, s.Width, s.Width], dtype: dtype)));
        }

        /// <summary>γ = 2^x with x from −10 to 10.</summary>
        public static void SetFrequencies(Parameter gamma)
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            gamma.copy_(tensor(2.0).pow(linspace(-10, 10, gamma.shape[1])).unsqueeze(0));
        }

        // (b, T, W, h, h) to (b, W, h, h); one product over frames and channels together.
        public override Tensor forward(Tensor frames)
        {
            var (batch, count, width, side) = (frames.shape[0], frames.shape[1], frames.shape[2], frames.shape[3]);
            var waves = linspace(0, 1, count, dtype: frames.dtype, device: frames.device).unsqueeze(1).matmul(gamma).cos();  // (T, W)
            var weights = (waves.unsqueeze(2) * w).view(count * width, width);                                               // (T·W, W)
            var places = frames.view(batch, count * width, side * side);
            return weights.t().unsqueeze(0).expand(batch, -1, -1).bmm(places).view(batch, width, side, side);
        }
    }

    /// <summary>x + mlp(norm(filter(norm(x)))).</summary>
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly GroupNorm norm1, norm2;
        private readonly FourierFilter filter;
        private readonly Sequential mlp;

        public Block(DpotSettings s, ScalarType dtype) : base(nameof(Block))
        {
            register_module("norm1", norm1 = GroupNorm(NormGroups, s.Width, dtype: dtype));
            register_module("filter", filter = new FourierFilter(s, dtype));
            register_module("norm2", norm2 = GroupNorm(NormGroups, s.Width, dtype: dtype));
            register_module("mlp", mlp = Sequential(Conv2d(s.Width, s.MlpRatio * s.Width, 1, dtype: dtype), GELU(), Conv2d(s.MlpRatio * s.Width, s.Width, 1, dtype: dtype)));
        }

        public SpectralPath Path
        {
            get => filter.Path;
            set => filter.Path = value;
        }

        public override Tensor forward(Tensor input) => input + mlp.call(norm2.call(filter.call(norm1.call(input))));
    }

    /// <summary>Two complex layers in Fourier space, group by group of channels, GELU on real and imaginary part between them; plus the input.</summary>
    private sealed class FourierFilter : Module<Tensor, Tensor>
    {
        private readonly Parameter w1, b1, w2, b2; // first axis: real, imaginary
        private readonly int groups, modes;
        private FourierProduct? product;
        private string place = "";

        public FourierFilter(DpotSettings s, ScalarType dtype) : base(nameof(FourierFilter))
        {
            (groups, modes) = (s.Groups, s.Modes);
            int size = s.Width / s.Groups;
            register_parameter("w1", w1 = new Parameter(zeros([2, groups, size, size], dtype: dtype)));
            register_parameter("b1", b1 = new Parameter(zeros([2, groups, size], dtype: dtype)));
            register_parameter("w2", w2 = new Parameter(zeros([2, groups, size, size], dtype: dtype)));
            register_parameter("b2", b2 = new Parameter(zeros([2, groups, size], dtype: dtype)));
        }

        public SpectralPath Path { get; set; } = SpectralPath.Automatic;

        public override Tensor forward(Tensor input)
        {
            var (batch, width, side) = (input.shape[0], input.shape[1], input.shape[2]);
            int rows = (int)Math.Min(modes, side), columns = (int)Math.Min(modes, side / 2 + 1);
            var field = input.permute(3, 2, 0, 1).contiguous().view(side, side, batch * width); // (y, x, b·W): the half spectrum is y's
            if ((Path == SpectralPath.Automatic ? SpectralPaths.Choose([side, side], [(rows + 1) / 2, columns]) : Path) == SpectralPath.Product)
            {
                if (product is null || place != input.device.ToString())
                {
                    product?.Dispose();
                    product = new FourierProduct([side, side], [side, side], [[.. Enumerable.Range(0, rows)], [.. Enumerable.Range(0, columns)]], input.dtype, input.device);
                    place = input.device.ToString();
                }
                // The product transforms as 1 and 1/N; the filter works between 1/√N and 1/√N.
                var spectrum = product.Transform(field).view(-1, 2, batch, groups, width / groups).permute(3, 0, 2, 1, 4).reshape(groups, -1, 2 * width / groups) / (double)side;
                var mixed = Mix(spectrum).view(groups, -1, batch, 2, width / groups).permute(1, 3, 2, 0, 4).reshape(-1, 2, batch * width) * (double)side;
                field = product.AddField(mixed, field.view(side, -1), cut: false);
            }
            else
            {
                var spectrum = view_as_real(fft.fft_(fft.rfft(field, dim: 0, norm: FFTNormType.Ortho).narrow(0, 0, columns), dim: 1, norm: FFTNormType.Ortho).narrow(1, 0, rows));
                var inside = spectrum.reshape(-1, batch, groups, width / groups, 2).permute(2, 0, 1, 4, 3).reshape(groups, -1, 2 * width / groups);
                var mixed = view_as_complex(Mix(inside).view(groups, -1, batch, 2, width / groups).permute(1, 2, 0, 4, 3).contiguous()).reshape(columns, rows, batch * width);
                if (rows < side)
                    mixed = cat([mixed, zeros([columns, side - rows, batch * width], dtype: mixed.dtype, device: mixed.device)], 1);
                field = field + fft.irfft(fft.ifft(mixed, dim: 1, norm: FFTNormType.Ortho), n: side, dim: 0, norm: FFTNormType.Ortho);
            }
            return field.view(side, side, batch, width).permute(2, 3, 1, 0).contiguous();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                product?.Dispose();
            base.Dispose(disposing);
        }

        // (groups, places, re then im) through both layers.
        private Tensor Mix(Tensor spectrum) => Complex(functional.gelu(Complex(spectrum, w1, b1)), w2, b2);

        private static Tensor Complex(Tensor spectrum, Parameter weight, Parameter bias)
        {
            var (re, im) = (weight.select(0, 0), weight.select(0, 1));
            var matrices = cat([cat([re, im], 2), cat([-im, re], 2)], 1);
            return spectrum.bmm(matrices) + bias.transpose(0, 1).reshape(bias.shape[1], 1, -1);
        }
    }
}
