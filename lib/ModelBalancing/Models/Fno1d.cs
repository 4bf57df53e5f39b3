// The one-dimensional Fourier neural operator of Li et al. (arXiv 2010.08895) in the form that PDEBench and the paper's
// authors train (models/fno/fno.py of both): lift, four Fourier layers, project. The whole model is in this file.
//
// Only the m lowest modes of a spectrum are used, so the transforms are products with m rows of the Fourier matrix
// (SpectralPath.Product); SpectralPath.Fft is the same layer by full FFTs, kept as the reference. Inside, a field is
// laid out as (points, batch, channels): a transform over all points is then one matrix product, and so is a 1x1 convolution.
using MathNet.Numerics.Random;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelBalancing.Models;

/// <summary>How the Fourier layers compute their truncated transforms; both give the same numbers up to rounding.</summary>
public enum SpectralPath
{
    /// <summary>Products with the kept rows of the Fourier matrix: fast, because few modes are kept.</summary>
    Product,

    /// <summary>Full real FFTs, the kept modes cut out: the reference.</summary>
    Fft,
}

/// <summary>Fourier neural operator on a line: the next frame from <c>T0</c> frames and the coordinates.</summary>
/// <remarks>
/// State dict: <c>fc0</c>, <c>conv0..3.weights1</c> (complex, (in, out, modes)), <c>w0..3</c>, <c>fc1</c>, <c>fc2</c>, as published.
/// The field is padded with two zero cells at the end before the first layer; the transforms run over the padded length.
/// The exact (erf) GELU follows layers 0 to 2, none follows layer 3. No residual, no normalisation.
/// </remarks>
public sealed class Fno1d : Module<Tensor, Tensor, Tensor>, IAutoregressiveModel
{
    /// <summary>Zero cells added at the end of the line before the first Fourier layer.</summary>
    public const int Padding = 2;

    /// <summary>Number of Fourier layers.</summary>
    public const int Layers = 4;

    /// <summary>Width of the projection's hidden layer.</summary>
    public const int HiddenWidth = 128;

    private readonly Linear fc0, fc1, fc2;
    private readonly SpectralConvolution1d[] spectral = new SpectralConvolution1d[Layers];
    private readonly Conv1d[] pointwise = new Conv1d[Layers];
    private readonly Dictionary<long, FourierRows> rows = [];

    /// <summary>Makes the model with the published start: PyTorch's defaults for linear layers and convolutions, all-positive uniform spectral weights.</summary>
    /// <param name="channels">Fields per frame, C.</param>
    /// <param name="givenFrames">Frames in the window, T0.</param>
    /// <param name="modes">Kept Fourier modes m; the padded length L must have that many, m ≤ L/2 + 1.</param>
    /// <param name="width">Channels of the Fourier layers, w.</param>
    /// <param name="seed">Seed of the weights; the same seed gives the same weights with every engine.</param>
    /// <param name="dtype">Float32 (spectral weights Complex64) or Float64 (Complex128).</param>
    /// <param name="path">How the transforms are computed.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the dtype is not a real floating type of 32 or 64 bits.</exception>
    public Fno1d(int channels, int givenFrames, int modes = 12, int width = 20, int seed = 0,
        ScalarType dtype = ScalarType.Float32, SpectralPath path = SpectralPath.Product) : base(nameof(Fno1d))
    {
        RequirePositive(channels, nameof(channels));
        RequirePositive(givenFrames, nameof(givenFrames));
        RequirePositive(modes, nameof(modes));
        RequirePositive(width, nameof(width));
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"dtype: Fno1d is made for Float32 or Float64, not {dtype}.", nameof(dtype));
        (Channels, GivenFrames, Modes, Width, Dtype, Path) = (channels, givenFrames, modes, width, dtype, path);

        register_module("fc0", fc0 = Linear(givenFrames * channels + 1, width, dtype: dtype));
        for (int layer = 0; layer < Layers; layer++)
            register_module($"conv{layer}", spectral[layer] = new SpectralConvolution1d(width, width, modes, dtype));
        for (int layer = 0; layer < Layers; layer++)
            register_module($"w{layer}", pointwise[layer] = Conv1d(width, width, 1, dtype: dtype));
        register_module("fc1", fc1 = Linear(width, HiddenWidth, dtype: dtype));
        register_module("fc2", fc2 = Linear(HiddenWidth, channels, dtype: dtype));
        DrawWeights(seed);
    }

    /// <summary>Fields per frame, C.</summary>
    public int Channels { get; }

    /// <inheritdoc/>
    public int GivenFrames { get; }

    /// <summary>Kept Fourier modes m.</summary>
    public int Modes { get; }

    /// <summary>Channels of the Fourier layers, w.</summary>
    public int Width { get; }

    /// <summary>Type of the real weights; spectral weights are complex of the same precision.</summary>
    public ScalarType Dtype { get; }

    /// <summary>How the transforms are computed; may be changed at any time.</summary>
    public SpectralPath Path { get; set; }

    /// <summary>Number of parameters, a complex one counted once.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Number of real parameters: a complex one counts as two.</summary>
    public long RealParameterCount => parameters().Sum(p => p.numel() * (is_complex(p) ? 2 : 1));

    /// <summary>Predicts one frame.</summary>
    /// <param name="input">The window, shape (batch, points, T0·C), time-major: feature t·C + c.</param>
    /// <param name="grid">Coordinates, shape (batch, points, 1).</param>
    /// <returns>The next frame, shape (batch, points, 1, C).</returns>
    /// <exception cref="ArgumentException">A shape or dtype differs; the message names the argument.</exception>
    public override Tensor forward(Tensor input, Tensor grid)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 3 || input.shape[2] != GivenFrames * Channels || input.dtype != Dtype)
            throw Unexpected(nameof(input), $"(batch, points, {GivenFrames * Channels}) of {Dtype}", input);
        return RollOut(input.reshape(input.shape[0], input.shape[1], GivenFrames, Channels), grid, 1);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A shape or dtype differs, the line is too short for the modes, or frames is not positive.</exception>
    public Tensor RollOut(Tensor given, Tensor grid, int frames)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(grid);
        RequirePositive(frames, nameof(frames));
        if (given.dim() != 4 || given.shape[2] != GivenFrames || given.shape[3] != Channels || given.dtype != Dtype)
            throw Unexpected(nameof(given), $"(batch, points, {GivenFrames} frames, {Channels} channels) of {Dtype}", given);
        var (batch, points) = (given.shape[0], given.shape[1]);
        bool shared = grid.dim() == 2 && grid.shape[0] == points && grid.shape[1] == 1;
        if (grid.dtype != Dtype || !shared && (grid.dim() != 3 || grid.shape[0] != batch || grid.shape[1] != points || grid.shape[2] != 1))
            throw Unexpected(nameof(grid), $"({batch}, {points}, 1) or ({points}, 1) of {Dtype}", grid);
        if (Modes > (points + Padding) / 2 + 1)
            throw new ArgumentException($"given: {points} points padded to {points + Padding} have {(points + Padding) / 2 + 1} modes, the model keeps {Modes}.", nameof(given));

        using var scope = NewDisposeScope();
        var kernels = Enumerable.Range(0, Layers).Select(Kernel).ToArray();
        var places = (shared ? grid.unsqueeze(1).expand(points, batch, 1) : grid.transpose(0, 1)).contiguous(); // (n, b, 1)
        var known = given.transpose(0, 1).reshape(points, batch, GivenFrames * Channels);                      // (n, b, T0·C)

        var predicted = new List<Tensor>(frames);
        for (int frame = 0; frame < frames; frame++)
        {
            var window = new List<Tensor>(GivenFrames + 2);
            if (frame < GivenFrames)
                window.Add(known.narrow(2, frame * Channels, (GivenFrames - frame) * Channels));
            window.AddRange(predicted.Skip(frame - GivenFrames));
            window.Add(places);
            predicted.Add(NextFrame(cat(window, 2), kernels));                                                 // (n, b, C)
        }
        return stack(predicted, 2).transpose(0, 1).MoveToOuterDisposeScope();                                  // (b, n, frames, C)
    }

    /// <summary>Releases the weights and the Fourier matrices.</summary>
    /// <param name="disposing">True when called by the user, not by the collector.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var matrices in rows.Values)
                matrices.Dispose();
            rows.Clear();
        }
        base.Dispose(disposing);
    }

    /// <summary>A layer's weights in the form the layout wants; made once for all frames of a roll-out.</summary>
    private sealed record LayerKernel(Tensor Spectral, Tensor Pointwise, Tensor Bias);

    private LayerKernel Kernel(int layer)
    {
        var perMode = spectral[layer].weights1.permute(2, 0, 1); // (m, in, out), complex
        if (Path == SpectralPath.Product)
        {
            // (x_re, x_im) · [[re, im], [-im, re]] is the complex product written with real numbers.
            var parts = view_as_real(perMode);
            var (re, im) = (parts.select(3, 0), parts.select(3, 1));
            perMode = cat([cat([re, im], 2), cat([-im, re], 2)], 1); // (m, 2·in, 2·out)
        }
        return new LayerKernel(perMode, pointwise[layer].weight.squeeze(-1), pointwise[layer].bias!);
    }

    /// <summary>One pass: features (n, b, T0·C + 1) to the next frame (n, b, C).</summary>
    private Tensor NextFrame(Tensor features, LayerKernel[] kernels)
    {
        var (points, batch, padded) = (features.shape[0], features.shape[1], features.shape[0] + Padding);
        var fourier = Rows(padded);

        var z = functional.linear(features.view(points * batch, -1), fc0.weight, fc0.bias); // (n·b, w)
        z = functional.pad(z.view(points, batch * Width), [0, 0, 0, Padding]);              // (L, b·w)
        for (int layer = 0; layer < Layers; layer++)
        {
            var kernel = kernels[layer];
            bool last = layer == Layers - 1;
            long kept = last ? points : padded; // the padded cells are cut off after the last layer, so they need not be computed
            var local = functional.linear((last ? z.narrow(0, 0, points) : z).view(kept * batch, Width), kernel.Pointwise, kernel.Bias).view(kept, batch * Width);
            if (Path == SpectralPath.Product)
            {
                var modes = fourier.Forward.mm(z).view(Modes, 2, batch, Width).transpose(1, 2).reshape(Modes, batch, 2 * Width);
                var mixed = modes.bmm(kernel.Spectral).view(Modes, batch, 2, Width).transpose(1, 2).reshape(2 * Modes, batch * Width);
                z = local.addmm(last ? fourier.Inverse.narrow(0, 0, points) : fourier.Inverse, mixed);
            }
            else
            {
                var modes = fft.rfft(z, dim: 0).narrow(0, 0, Modes).view(Modes, batch, Width);
                var mixed = modes.bmm(kernel.Spectral).view(Modes, batch * Width);
                z = local + fft.irfft(mixed, n: padded, dim: 0).narrow(0, 0, kept);
            }
            if (!last)
                z = functional.gelu(z);
        }
        var hidden = functional.gelu(functional.linear(z.view(points * batch, Width), fc1.weight, fc1.bias)); // (n·b, 128)
        return functional.linear(hidden, fc2.weight, fc2.bias).view(points, batch, Channels);
    }

    /// <summary>The kept rows of the real Fourier matrix and of its inverse, for one padded length.</summary>
    /// <param name="Forward">Shape (2·m, L): row 2k gives the real, row 2k+1 the imaginary part of mode k.</param>
    /// <param name="Inverse">Shape (L, 2·m), with the factor 1/L.</param>
    private sealed record FourierRows(Tensor Forward, Tensor Inverse) : IDisposable
    {
        public void Dispose()
        {
            Forward.Dispose();
            Inverse.Dispose();
        }
    }

    private FourierRows Rows(long padded)
    {
        if (rows.TryGetValue(padded, out var known))
            return known;
        var forward = new double[2 * Modes, padded];
        var inverse = new double[padded, 2 * Modes];
        for (int k = 0; k < Modes; k++)
        {
            // A real field's spectrum counts every mode twice, but not the constant and, for an even length, the highest.
            bool unpaired = k == 0 || 2L * k == padded;
            double weight = (unpaired ? 1.0 : 2.0) / padded;
            for (long n = 0; n < padded; n++)
            {
                double angle = 2 * Math.PI * (k * n % padded) / padded;
                double cosine = Math.Cos(angle);
                double sine = unpaired ? 0 : Math.Sin(angle); // exactly 0: the inverse transform ignores those imaginary parts
                (forward[2 * k, n], forward[2 * k + 1, n]) = (cosine, -sine);
                (inverse[n, 2 * k], inverse[n, 2 * k + 1]) = (weight * cosine, -weight * sine);
            }
        }
        return rows[padded] = new FourierRows(Constant(forward), Constant(inverse));

        Tensor Constant(double[,] values)
        {
            using var exact = tensor(values, dtype: ScalarType.Float64);
            return exact.to(Dtype, copy: true).to(fc0.weight.device).DetachFromDisposeScope();
        }
    }

    private void DrawWeights(int seed)
    {
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        using var noGradient = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            using var scope = NewDisposeScope();
            if (name.EndsWith(".weights1", StringComparison.Ordinal))
            {
                // (1/(in·out)) · (U[0,1) + i·U[0,1)): not centred, as published.
                var parts = view_as_real(parameter);
                parts.copy_(Uniform(parts.shape, 0, 1.0 / (Width * Width)));
            }
            else
            {
                // PyTorch's default for linear layers and convolutions: weight and bias uniform within ±1/√fan_in.
                long fanIn = name.StartsWith("fc0", StringComparison.Ordinal) ? GivenFrames * Channels + 1
                    : name.StartsWith("fc2", StringComparison.Ordinal) ? HiddenWidth : Width;
                double bound = 1 / Math.Sqrt(fanIn);
                parameter.copy_(Uniform(parameter.shape, -bound, bound));
            }
        }

        Tensor Uniform(long[] shape, double low, double high)
        {
            var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
            for (int i = 0; i < values.Length; i++)
                values[i] = low + (high - low) * random.NextDouble();
            return tensor(values, shape, dtype: ScalarType.Float64).to(Dtype);
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

/// <summary>Spectral part of a Fourier layer: one complex matrix for every kept mode. Holds the weights under the published name.</summary>
public sealed class SpectralConvolution1d : Module
{
    /// <summary>Complex weights, shape (in, out, modes).</summary>
    public Parameter weights1 { get; }

    internal SpectralConvolution1d(int inputs, int outputs, int modes, ScalarType dtype) : base(nameof(SpectralConvolution1d))
    {
        weights1 = new Parameter(zeros(inputs, outputs, modes, dtype: dtype == ScalarType.Float64 ? ScalarType.ComplexFloat64 : ScalarType.ComplexFloat32));
        register_parameter(nameof(weights1), weights1);
    }
}
