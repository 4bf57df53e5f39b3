// A weight as a matrix, or as a stack of matrices whose spectra are pooled.
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>What a weight belongs to.</summary>
public enum WeightKind
{
    /// <summary>A linear layer, out × in.</summary>
    Linear,

    /// <summary>A 1-D convolution, out × in × taps.</summary>
    Convolution1d,

    /// <summary>A 2-D convolution, out × in × height × width.</summary>
    Convolution2d,

    /// <summary>An embedding table, entries × width; analysed only on request.</summary>
    Embedding,

    /// <summary>Complex weights of a Fourier layer, in × out × modes (FNO) or blocks × in × out (AFNO); analysed only on request.</summary>
    Spectral,

    /// <summary>What a low-rank adapter adds, s·B·A, alone or on top of its base weight.</summary>
    LowRank,

    /// <summary>What training has changed, W − W₀.</summary>
    Difference,
}

/// <summary>How complex spectral weights become matrices.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpectralView>))]
public enum SpectralView
{
    /// <summary>One complex in × out matrix a mode, eigenvalues pooled.</summary>
    PerMode,

    /// <summary>One complex in × (out·modes) matrix.</summary>
    Flattened,

    /// <summary>One complex (in·modes) × out matrix.</summary>
    FlattenedByOutput,
}

/// <summary>One weight to be analysed, with its reading as matrices.</summary>
/// <param name="Name">The layer's name in its model, without ".weight".</param>
/// <param name="Kind">What it belongs to.</param>
/// <param name="Weight">The weight as stored; not copied, not owned.</param>
/// <param name="Count">Number of matrices.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Columns">Columns of each.</param>
/// <param name="Factor">What the eigenvalues are multiplied by; 1/2 for 2-D convolutions.</param>
/// <remarks>A change of the weight during training shows in the next <see cref="Views"/>.</remarks>
public sealed record WeightMatrix(string Name, WeightKind Kind, Tensor Weight, long Count, long Rows, long Columns, double Factor)
{
    /// <summary>Factor of 2-D convolutions (conv_norm of the released code; WeightWatcher's 1/√2 squared).</summary>
    public const double ConvolutionFactor = 0.5;

    /// <summary>Makes the matrices of weights that are not one stored tensor; null where <see cref="Weight"/> is read as it is.</summary>
    private Func<Tensor>? Composed { get; init; }

    /// <summary>Whether the matrices are made from several tensors or of complex numbers.</summary>
    internal bool IsComposed => Composed is not null;

    /// <summary>Whether the matrices are complex.</summary>
    internal bool IsComplex { get; private init; }

    /// <summary>What a reader of the layer's row must know; null if nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Eigenvalues the spectrum has: Count · min(Rows, Columns).</summary>
    public long Eigenvalues => Count * Math.Min(Rows, Columns);

    /// <summary>Reads a weight as matrices.</summary>
    /// <param name="name">The layer's name, for reports and messages.</param>
    /// <param name="kind">What it belongs to.</param>
    /// <param name="weight">Real weight with 2 (linear, embedding), 3 (1-D convolution) or 4 (2-D convolution) axes.</param>
    /// <param name="fidelity">Decides the view of 1-D convolutions; Corrected if left out.</param>
    /// <exception cref="ArgumentException">The weight is complex, whole-numbered, empty, or has another number of axes.</exception>
    public static WeightMatrix Of(string name, WeightKind kind, Tensor weight, Fidelity? fidelity = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(weight);
        var shape = weight.shape;
        var axes = kind switch { WeightKind.Convolution1d => 3, WeightKind.Convolution2d => 4, _ => 2 };
        if (shape.Length != axes || shape.Contains(0))
            throw new ArgumentException($"The weight of '{name}' has shape [{string.Join(", ", shape)}]; {kind} needs {axes} axes without a length of 0.", nameof(weight));
        if (!weight.is_floating_point())
            throw new ArgumentException($"The weight of '{name}' has type {weight.dtype}; a real floating-point weight is needed.", nameof(weight));
        var (rows, columns) = (shape[0], shape[1]);
        return kind switch
        {
            WeightKind.Convolution1d when (fidelity ?? Fidelity.Corrected).Convolution1d == Convolution1dView.PerOutput
                => new WeightMatrix(name, kind, weight, rows, columns, shape[2], 1),
            WeightKind.Convolution1d => new WeightMatrix(name, kind, weight, 1, rows, columns * shape[2], 1),
            WeightKind.Convolution2d => new WeightMatrix(name, kind, weight, shape[2] * shape[3], rows, columns, ConvolutionFactor),
            _ => new WeightMatrix(name, kind, weight, 1, rows, columns, 1),
        };
    }

    /// <summary>Reads complex spectral weights of an FNO layer as matrices.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="weight">Complex, in × out × modes [× modes ...].</param>
    /// <param name="view">One matrix a mode, or all modes side by side.</param>
    /// <exception cref="ArgumentException">The weight is real, empty or has fewer than three axes.</exception>
    /// <remarks>Not part of the paper's method, whose code never looks at these weights.</remarks>
    public static WeightMatrix OfSpectral(string name, Tensor weight, SpectralView view = SpectralView.PerMode)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var shape = weight.shape;
        if (!weight.is_complex() || shape.Length < 3 || shape.Contains(0))
            throw new ArgumentException($"The spectral weight '{name}' has type {weight.dtype} and shape [{string.Join(", ", shape)}]; complex in × out × modes is needed.", nameof(weight));
        var (inputs, outputs, modes) = (shape[0], shape[1], shape[2..].Aggregate(1L, (product, axis) => product * axis));
        var (count, rows, columns) = view switch
        {
            SpectralView.PerMode => (modes, inputs, outputs),
            SpectralView.Flattened => (1, inputs, outputs * modes),
            _ => (1, inputs * modes, outputs),
        };
        return new WeightMatrix(name, WeightKind.Spectral, weight, count, rows, columns, 1)
        {
            IsComplex = true,
            Composed = () =>
            {
                var flat = Complex(weight).reshape(inputs, outputs, modes);
                return view switch
                {
                    SpectralView.PerMode => flat.permute(2, 0, 1),
                    SpectralView.Flattened => flat.reshape(1, inputs, outputs * modes),
                    _ => flat.permute(0, 2, 1).reshape(1, inputs * modes, outputs),
                };
            },
        };
    }

    /// <summary>Reads the block-diagonal complex weights of an adaptive Fourier layer (AFNO, DPOT) as one complex matrix a block, pooled.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="weight">Real, 2 × blocks × in × out: the real and the imaginary parts.</param>
    /// <exception cref="ArgumentException">The weight has another shape or type.</exception>
    public static WeightMatrix OfFourierBlocks(string name, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var shape = weight.shape;
        if (shape.Length != 4 || shape[0] != 2 || shape.Contains(0) || !weight.is_floating_point())
            throw new ArgumentException($"The Fourier block weight '{name}' has type {weight.dtype} and shape [{string.Join(", ", shape)}]; real 2 × blocks × in × out is needed.", nameof(weight));
        return new WeightMatrix(name, WeightKind.Spectral, weight, shape[1], shape[2], shape[3], 1)
        {
            IsComplex = true,
            Composed = () =>
            {
                var parts = Real(weight);
                return complex(parts[0], parts[1]);
            },
        };
    }

    /// <summary>What a low-rank adapter adds to its layer, alone or with the layer's own weight.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="a">A, rank × in.</param>
    /// <param name="b">B, out × rank.</param>
    /// <param name="scale">What B·A is multiplied by: alpha / rank; 1 as the released estimator has it.</param>
    /// <param name="weight">The layer's own weight, out × in, which is added; null for the product alone.</param>
    /// <param name="full">For the product alone: all min(out, in) eigenvalues, most of them rounding noise, as released; else only the rank ones that exist.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <remarks>Paper E.5: W' = W + B·A. The product alone has rank eigenvalues, found from the two triangles of B = Q·R and Aᵀ = Q·R.</remarks>
    public static WeightMatrix OfLowRank(string name, Tensor a, Tensor b, double scale, Tensor? weight = null, bool full = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var fits = a.dim() == 2 && b.dim() == 2 && a.shape[0] == b.shape[1] && (weight is null || weight.shape is [var rows, var columns] && rows == b.shape[0] && columns == a.shape[1]);
        if (!fits)
            throw new ArgumentException($"The adapter of '{name}' has A [{string.Join(", ", a.shape)}], B [{string.Join(", ", b.shape)}]{(weight is null ? "" : $" and W [{string.Join(", ", weight.shape)}]")}; rank × in, out × rank and out × in are needed.", nameof(a));
        var (outputs, inputs, rank) = (b.shape[0], a.shape[1], a.shape[0]);
        if (weight is null && !full && rank <= Math.Min(outputs, inputs))
        {
            return new WeightMatrix(name, WeightKind.LowRank, a, 1, rank, rank, 1)
            {
                Composed = () =>
                {
                    var (_, left) = linalg.qr(Real(b));
                    var (_, right) = linalg.qr(Real(a).t());
                    return left.matmul(right.t()).mul(scale).unsqueeze(0);
                },
                Note = $"B·A of rank {rank}, {outputs} × {inputs}",
            };
        }
        return new WeightMatrix(name, WeightKind.LowRank, weight ?? a, 1, outputs, inputs, 1)
        {
            Composed = () =>
            {
                var product = Real(b).matmul(Real(a)).mul(scale);
                return (weight is null ? product : product.add(Real(weight))).unsqueeze(0);
            },
        };
    }

    /// <summary>What training has changed so far: the weight minus its value at the start.</summary>
    /// <param name="now">The weight as it is read now.</param>
    /// <param name="start">The same weight at the start; not copied.</param>
    /// <exception cref="ArgumentException">The two differ in shape or reading.</exception>
    public static WeightMatrix OfDifference(WeightMatrix now, WeightMatrix start)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(start);
        if ((now.Count, now.Rows, now.Columns, now.Factor) != (start.Count, start.Rows, start.Columns, start.Factor))
            throw new ArgumentException($"'{now.Name}' has {now.Count} × {now.Rows} × {now.Columns}, its start {start.Count} × {start.Rows} × {start.Columns}: the two must be the same layer.", nameof(start));
        return now with { Kind = WeightKind.Difference, Composed = () => now.Views().sub_(start.Views()) };
    }

    /// <summary>The matrices as they are now.</summary>
    /// <returns>New float64 (complex: complex float64) tensor on the CPU, Count × Rows × Columns, without <see cref="Factor"/>; the caller disposes it.</returns>
    public Tensor Views()
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        if (Composed is { } compose)
            return compose().contiguous().MoveToOuterDisposeScope();
        return Shaped(Real(Weight)).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The matrices as they are now, in another type and place; complex ones in the complex type of that precision.</summary>
    internal Tensor ViewsOn(ScalarType type, Device device)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var views = Composed is { } compose ? compose() : Shaped(Weight.detach());
        return views.to(device).to(!views.is_complex() ? type : type == ScalarType.Float32 ? ScalarType.ComplexFloat32 : ScalarType.ComplexFloat64).contiguous().MoveToOuterDisposeScope();
    }

    // A 2-D convolution is one matrix a tap: (out, in, h, w) -> (h·w, out, in).
    private Tensor Shaped(Tensor weight) => Kind == WeightKind.Convolution2d
        ? weight.reshape(Rows, Columns, Count).permute(2, 0, 1)
        : weight.reshape(Count, Rows, Columns);

    private static Tensor Real(Tensor tensor) => tensor.detach().cpu().to(ScalarType.Float64);

    private static Tensor Complex(Tensor tensor) => tensor.detach().cpu().to(ScalarType.ComplexFloat64);
}
