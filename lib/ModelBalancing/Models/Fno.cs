// The Fourier neural operator of Li et al. (arXiv 2010.08895) in the form that PDEBench and the paper's authors train
// (models/fno/fno.py of both): lift, four Fourier layers, project. The whole model is in this file; Fno1d, Fno2d and Fno3d
// name their sizes.
//
// Only the lowest modes of a spectrum are used, so the transforms can be products with few rows of the Fourier matrices
// (SpectralPath.Product); SpectralPath.Fft is the same layer by full FFTs. Inside, a field is laid out as
// (last axis, other axes, batch, channels): transforms are then matrix products, and so is a 1x1 convolution.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelBalancing.Models;

/// <summary>Fourier neural operator on a grid of one to three axes: the next frame from <c>T0</c> frames and the coordinates.</summary>
/// <remarks>
/// State dict: <c>fc0</c>, <c>conv0..3.weights1..</c> (complex, (in, out, modes...)), <c>w0..3</c>, <c>fc1</c>, <c>fc2</c>, as published.
/// The field is padded with zero cells at the end of its axes before the first layer; the transforms run over the padded lengths.
/// The exact (erf) GELU follows layers 0 to 2, none follows layer 3. No residual, no normalisation.
/// </remarks>
public abstract class Fno : Module<Tensor, Tensor, Tensor>, IAutoregressiveModel
{
    /// <summary>Number of Fourier layers.</summary>
    public const int Layers = 4;

    /// <summary>Width of the projection's hidden layer.</summary>
    public const int HiddenWidth = 128;

    private readonly int[] modes;
    private readonly int[] padding;
    private readonly Linear fc0, fc1, fc2;
    private readonly SpectralConvolution[] spectral = new SpectralConvolution[Layers];
    private readonly Module<Tensor, Tensor>[] local = new Module<Tensor, Tensor>[Layers];
    private readonly Dictionary<string, FourierProduct> transforms = [];

    private protected Fno(string name, int channels, int givenFrames, int[] modes, int width, int[] padding, bool idleNorms,
        int seed, ScalarType dtype, SpectralPath path) : base(name)
    {
        RequirePositive(channels, nameof(channels));
        RequirePositive(givenFrames, nameof(givenFrames));
        for (int axis = 0; axis < modes.Length; axis++)
            RequirePositive(modes[axis], modes.Length == 1 ? "modes" : $"modes{axis + 1}");
        RequirePositive(width, nameof(width));
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"dtype: {name} is made for Float32 or Float64, not {dtype}.", nameof(dtype));
        (Channels, GivenFrames, Width, Dtype, Path, this.modes, this.padding) = (channels, givenFrames, width, dtype, path, modes, padding);

        register_module("fc0", fc0 = Linear(givenFrames * channels + modes.Length, width, dtype: dtype));
        for (int layer = 0; layer < Layers; layer++)
            register_module($"conv{layer}", spectral[layer] = new SpectralConvolution(width, width, modes, dtype));
        for (int layer = 0; layer < Layers; layer++)
            register_module($"w{layer}", local[layer] = Pointwise());
        for (int layer = 0; idleNorms && layer < Layers; layer++)
            register_module($"bn{layer}", BatchNorm3d(width, dtype: dtype));
        register_module("fc1", fc1 = Linear(width, HiddenWidth, dtype: dtype));
        register_module("fc2", fc2 = Linear(HiddenWidth, channels, dtype: dtype));
        DrawWeights(seed);
    }

    /// <summary>Fields per frame, C.</summary>
    public int Channels { get; }

    /// <inheritdoc/>
    public int GivenFrames { get; }

    /// <summary>Channels of the Fourier layers, w.</summary>
    public int Width { get; }

    /// <summary>Number of axes of the grid.</summary>
    public int Axes => modes.Length;

    /// <summary>Type of the real weights; spectral weights are complex of the same precision.</summary>
    public ScalarType Dtype { get; }

    /// <summary>How the transforms are computed; may be changed at any time.</summary>
    public SpectralPath Path { get; set; }

    /// <summary>Number of parameters, a complex one counted once.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Number of real parameters: a complex one counts as two.</summary>
    public long RealParameterCount => parameters().Sum(p => p.numel() * (is_complex(p) ? 2 : 1));

    /// <summary>Predicts one frame.</summary>
    /// <param name="input">The window, shape (batch, points..., T0·C), time-major: feature t·C + c.</param>
    /// <param name="grid">Coordinates, shape (batch, points..., axes).</param>
    /// <returns>The next frame, shape (batch, points..., 1, C).</returns>
    /// <exception cref="ArgumentException">A shape or dtype differs; the message names the argument.</exception>
    public override Tensor forward(Tensor input, Tensor grid)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != Axes + 2 || input.shape[^1] != GivenFrames * Channels || input.dtype != Dtype)
            throw Unexpected(nameof(input), $"(batch, {Points}, {GivenFrames * Channels}) of {Dtype}", input);
        return RollOut(input.reshape([.. input.shape[..^1], GivenFrames, Channels]), grid, 1);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A shape or dtype differs, the grid is too small for the modes, or frames is not positive.</exception>
    public Tensor RollOut(Tensor given, Tensor grid, int frames, int withoutGradient = 0)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(grid);
        RequirePositive(frames, nameof(frames));
        ArgumentOutOfRangeException.ThrowIfNegative(withoutGradient);
        if (given.dim() != Axes + 3 || given.shape[^2] != GivenFrames || given.shape[^1] != Channels || given.dtype != Dtype)
            throw Unexpected(nameof(given), $"(batch, {Points}, {GivenFrames} frames, {Channels} channels) of {Dtype}", given);
        long batch = given.shape[0];
        long[] points = given.shape[1..^2], padded = [.. points.Select((n, axis) => n + padding[axis])];
        bool shared = grid.shape.SequenceEqual([.. points, Axes]);
        if (grid.dtype != Dtype || !shared && !grid.shape.SequenceEqual([batch, .. points, Axes]))
            throw Unexpected(nameof(grid), $"({batch}, {string.Join(", ", points)}, {Axes}) or ({string.Join(", ", points)}, {Axes}) of {Dtype}", grid);
        for (int axis = 0; axis < Axes; axis++)
            if (modes[axis] > (axis == Axes - 1 ? padded[axis] / 2 + 1 : padded[axis]))
                throw new ArgumentException($"given: {points[axis]} points padded to {padded[axis]} have {(axis == Axes - 1 ? padded[axis] / 2 + 1 : padded[axis])} modes, the model keeps {modes[axis]}.", nameof(given));

        using var scope = NewDisposeScope();
        var plan = PlanFor(points, padded, batch);
        var kernels = Enumerable.Range(0, Layers).Select(layer => Kernel(layer, plan)).ToArray();
        long[] inside = [Axes, .. Enumerable.Range(1, Axes - 1).Select(axis => (long)axis), 0]; // (last axis, other axes, batch)
        var places = shared ? grid.permute([Axes - 1, .. Enumerable.Range(0, Axes - 1).Select(axis => (long)axis), Axes]).unsqueeze(-2).expand([.. plan.Points, batch, Axes])
            : grid.permute([.. inside, Axes + 1]);
        places = places.reshape(plan.Cells * batch, Axes);
        var known = given.permute([.. inside, Axes + 1, Axes + 2]).reshape(plan.Cells * batch, GivenFrames * Channels);

        var predicted = new List<Tensor>(frames);
        for (int frame = 0; frame < frames; frame++)
        {
            var window = new List<Tensor>(GivenFrames + 2);
            if (frame < GivenFrames)
                window.Add(known.narrow(1, frame * Channels, (GivenFrames - frame) * Channels));
            window.AddRange(predicted.Skip(frame - GivenFrames));
            window.Add(places);
            using (frame < withoutGradient ? no_grad() : null)
                predicted.Add(NextFrame(cat(window, 1), kernels, plan)); // (cells·b, C)
        }
        var outward = stack(predicted, 1).view([.. plan.Points, batch, frames, Channels]);
        return outward.permute([Axes, .. Enumerable.Range(1, Axes - 1).Select(axis => (long)axis), 0, Axes + 1, Axes + 2]).MoveToOuterDisposeScope();
    }

    /// <summary>Releases the weights and the Fourier matrices.</summary>
    /// <param name="disposing">True when called by the user, not by the collector.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var matrices in transforms.Values)
                matrices.Dispose();
            transforms.Clear();
        }
        base.Dispose(disposing);
    }

    private string Points => Axes == 1 ? "points" : string.Join(", ", "xyz"[..Axes].ToCharArray());

    /// <summary>A layer's weights in the form the layout wants; made once for all frames of a roll-out.</summary>
    private sealed record LayerKernel(Tensor Spectral, Tensor Local, Tensor Bias);

    /// <summary>Sizes and transforms of a roll-out. Points and Padded have the last axis first, as the fields inside.</summary>
    private sealed record Plan(long[] Points, long[] Padded, long Batch, int[] Low, int[][] Frequencies, FourierProduct? Product)
    {
        public long Cells { get; } = Points.Aggregate(1L, (product, n) => product * n);
    }

    private Plan PlanFor(long[] points, long[] padded, long batch)
    {
        // The high rows win where they overlap the low ones.
        int[] low = [.. Enumerable.Range(0, Axes - 1).Select(axis => (int)Math.Min(modes[axis], padded[axis] - modes[axis]))];
        int[][] frequencies = [.. Enumerable.Range(0, Axes).Select(axis => axis == Axes - 1 ? [.. Enumerable.Range(0, modes[axis])]
            : (int[])[.. Enumerable.Range(0, low[axis]), .. Enumerable.Range((int)padded[axis] - modes[axis], modes[axis])])];
        FourierProduct? product = null;
        if ((Path == SpectralPath.Automatic ? SpectralPaths.Choose(padded, modes) : Path) == SpectralPath.Product)
        {
            string key = $"{fc0.weight.device}:{string.Join(',', points)}";
            if (!transforms.TryGetValue(key, out product))
                transforms[key] = product = new FourierProduct(padded, points, frequencies, Dtype, fc0.weight.device);
        }
        return new Plan([points[^1], .. points[..^1]], [padded[^1], .. padded[..^1]], batch, low, frequencies, product);
    }

    private LayerKernel Kernel(int layer, Plan plan)
    {
        var matrices = spectral[layer].Matrices(plan.Low).view(-1, Width, Width); // (modes, in, out), complex
        if (plan.Product is not null)
        {
            // (x_re, x_im) · [[re, im], [-im, re]] is the complex product written with real numbers.
            var parts = view_as_real(matrices);
            var (re, im) = (parts.select(3, 0), parts.select(3, 1));
            matrices = cat([cat([re, im], 2), cat([-im, re], 2)], 1); // (modes, 2·in, 2·out)
        }
        return new LayerKernel(matrices, local[layer].get_parameter("weight")!.view(Width, Width), local[layer].get_parameter("bias")!);
    }

    /// <summary>One pass: features (cells·b, T0·C + axes) to the next frame (cells·b, C).</summary>
    private Tensor NextFrame(Tensor features, LayerKernel[] kernels, Plan plan)
    {
        long columns = plan.Batch * Width;
        var z = functional.linear(features, fc0.weight, fc0.bias).view([.. plan.Points, columns]);
        var pad = new List<long> { 0, 0 }; // from the last axis of the tensor to the first
        for (int axis = Axes - 1; axis >= 0; axis--)
            pad.AddRange([0, plan.Padded[axis] - plan.Points[axis]]);
        z = functional.pad(z, [.. pad]);
        for (int layer = 0; layer < Layers; layer++)
        {
            var kernel = kernels[layer];
            bool last = layer == Layers - 1; // the padded cells are cut off after the last layer, so they need not be computed
            var beside = functional.linear((last ? Cut(z, plan) : z).reshape(-1, Width), kernel.Local, kernel.Bias);
            if (plan.Product is { } product)
            {
                var spectrum = product.Transform(z).view(-1, 2, plan.Batch, Width).transpose(1, 2).reshape(-1, plan.Batch, 2 * Width);
                var mixed = spectrum.bmm(kernel.Spectral).view(-1, plan.Batch, 2, Width).transpose(1, 2).reshape(-1, 2, columns);
                z = product.AddField(mixed, beside.view(last ? plan.Points[0] : plan.Padded[0], -1), cut: last);
            }
            else
                z = beside.view([.. last ? plan.Points : plan.Padded, columns]) + ByFft(z, kernel.Spectral, plan, last);
            if (!last)
                z = functional.gelu(z);
            z = z.view([.. last ? plan.Points : plan.Padded, columns]);
        }
        var hidden = functional.gelu(functional.linear(z.view(-1, Width), fc1.weight, fc1.bias)); // (cells·b, 128)
        return functional.linear(hidden, fc2.weight, fc2.bias);
    }

    private static Tensor Cut(Tensor z, Plan plan)
    {
        for (int axis = 0; axis < plan.Points.Length; axis++)
            z = z.narrow(axis, 0, plan.Points[axis]);
        return z;
    }

    /// <summary>The spectral part by full FFTs: all axes but the last complex, then complex to real, as the published layer does on a processor.</summary>
    private Tensor ByFft(Tensor z, Tensor matrices, Plan plan, bool cut)
    {
        long columns = z.shape[^1];
        var spectrum = fft.rfft(z, dim: 0).narrow(0, 0, modes[^1]);
        for (int axis = 0; axis < Axes - 1; axis++)
            spectrum = fft.fft_(spectrum, dim: axis + 1).index_select(axis + 1, tensor(plan.Frequencies[axis].Select(k => (long)k).ToArray(), device: z.device));
        var mixed = spectrum.reshape(-1, plan.Batch, Width).bmm(matrices).view([modes[^1], .. plan.Frequencies[..^1].Select(kept => (long)kept.Length), columns]);
        for (int axis = 0; axis < Axes - 1; axis++)
        {
            long[] between = [.. mixed.shape];
            between[axis + 1] = plan.Padded[axis + 1] - between[axis + 1];
            var (low, high) = (mixed.narrow(axis + 1, 0, plan.Low[axis]), mixed.narrow(axis + 1, plan.Low[axis], modes[axis]));
            mixed = fft.ifft(between[axis + 1] > 0 ? cat([low, zeros(between, dtype: mixed.dtype, device: mixed.device), high], axis + 1) : mixed, dim: axis + 1);
        }
        var field = fft.irfft(mixed, n: plan.Padded[0], dim: 0);
        return cut ? Cut(field, plan) : field;
    }

    private Module<Tensor, Tensor> Pointwise() => Axes switch
    {
        1 => Conv1d(Width, Width, 1, dtype: Dtype),
        2 => Conv2d(Width, Width, 1, dtype: Dtype),
        _ => Conv3d(Width, Width, 1, dtype: Dtype),
    };

    private void DrawWeights(int seed)
    {
        var weights = new InitialWeights(seed);
        foreach (var (name, parameter) in named_parameters())
        {
            if (name.StartsWith("bn", StringComparison.Ordinal))
                continue;
            if (is_complex(parameter))
                weights.Uniform(parameter, 0, 1.0 / (Width * Width)); // (1/(in·out)) · (U[0,1) + i·U[0,1)): not centred, as published
            else
                weights.Default(parameter, name.StartsWith("fc0", StringComparison.Ordinal) ? GivenFrames * Channels + Axes
                    : name.StartsWith("fc2", StringComparison.Ordinal) ? HiddenWidth : Width);
        }
    }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
            throw new ArgumentException($"{name}: must be at least 1, is {value}.", name);
    }

    private static ArgumentException Unexpected(string name, string expected, Tensor actual) =>
        new($"{name}: expected {expected}, got ({string.Join(", ", actual.shape)}) of {actual.dtype}.", name);
}
