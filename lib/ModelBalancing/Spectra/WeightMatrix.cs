// A weight as a matrix, or as a stack of matrices whose spectra are pooled.
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

    /// <summary>The matrices as they are now.</summary>
    /// <returns>New float64 tensor on the CPU, Count × Rows × Columns, without <see cref="Factor"/>; the caller disposes it.</returns>
    public Tensor Views()
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var weight = Weight.detach().cpu().to(ScalarType.Float64);
        // A 2-D convolution is one matrix a tap: (out, in, h, w) -> (h·w, out, in).
        var views = Kind == WeightKind.Convolution2d
            ? weight.reshape(Rows, Columns, Count).permute(2, 0, 1)
            : weight.reshape(Count, Rows, Columns);
        return views.contiguous().MoveToOuterDisposeScope();
    }
}
