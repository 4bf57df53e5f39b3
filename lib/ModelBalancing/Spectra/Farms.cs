// FARMS: sub-matrices of one fixed shape, so that layers of different aspect ratio can be compared.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Which copy of FARMS is followed.</summary>
public enum FarmsVariant
{
    /// <summary>Windows never exceed the matrix; all rows of a convolution are used.</summary>
    Corrected,

    /// <summary>The released image-classification copy: windows larger than the matrix start at a negative index.</summary>
    ReleasedImage,

    /// <summary>The released language-model copy: windows have at most as many rows as the matrix's smaller side; no convolutions.</summary>
    ReleasedLanguage,
}

/// <summary>Windows of FARMS.</summary>
/// <param name="Rows">Rows m of a window.</param>
/// <param name="Aspect">Q, columns over rows: a window has int(m·Q) columns.</param>
/// <param name="Operations">Windows along each dimension; null for the constant <paramref name="Step"/> of the method's first version.</param>
/// <param name="Step">Distance between windows where their number is not given.</param>
/// <param name="Variant">Which copy.</param>
/// <remarks>Defaults: the released settings for language models with the cap on m.</remarks>
public sealed record FarmsOptions(int Rows = 2000, double Aspect = 1, int? Operations = 15, int Step = 10, FarmsVariant Variant = FarmsVariant.Corrected);

/// <summary>Pooled spectra of windows of fixed aspect ratio.</summary>
/// <remarks>FARMS (ICML 2025, arXiv 2506.06280), released code HUST-AI-HYZ/FARMS; section 7 of the method's description.</remarks>
public static class Farms
{
    /// <summary>The pooled spectra of a weight: one for a linear layer, in the released copies one a block of rows for a 2-D convolution.</summary>
    /// <param name="weight">Real weight.</param>
    /// <param name="options">The windows.</param>
    /// <returns>Spectra; a released copy can give none, or empty windows that are left out.</returns>
    /// <exception cref="ArgumentException">A window of no rows or columns, no operation, or a convolution with the language-model copy.</exception>
    public static IReadOnlyList<Spectrum> Spectra(WeightMatrix weight, FarmsOptions options)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Rows < 1 || !(options.Aspect > 0) || (int)(options.Rows * options.Aspect) < 1 || options.Step < 1)
            throw new ArgumentException($"FARMS windows of {options.Rows} rows, aspect {options.Aspect} and step {options.Step} hold nothing; all three must be positive.", nameof(options));
        if (options.Operations is { } operations && operations < (options.Variant == FarmsVariant.Corrected ? 1 : 2))
            throw new ArgumentException($"FARMS with {operations} windows a dimension divides by zero in the released code; take at least 2.", nameof(options));
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var views = weight.Views();
        if (!views.isfinite().all().item<bool>())
            throw new SpectrumException($"The weight of layer '{weight.Name}' holds NaN or infinite values: the training diverged or the checkpoint is damaged.");
        if (weight.Kind == WeightKind.Convolution2d && options.Variant != FarmsVariant.Corrected)
            return ConvolutionBlocks(weight, views, options);
        var pooled = new List<double>();
        var (rows, columns) = Window(weight.Rows, weight.Columns, options);
        for (long view = 0; view < weight.Count; view++)
        {
            using var window = NewDisposeScope();
            foreach (var (top, bottom) in Ranges(weight.Rows, rows, options))
            {
                foreach (var (left, right) in Ranges(weight.Columns, columns, options))
                {
                    if (bottom > top && right > left)
                        pooled.AddRange(linalg.svdvals(views[view].narrow(0, top, bottom - top).narrow(1, left, right - left)).square().mul(weight.Factor).data<double>());
                }
            }
        }
        return pooled.Count == 0 ? [] : [Pooled(pooled, rows, columns, weight)];
    }

    /// <summary>The layer's alpha: of the pooled spectrum, or the mean over blocks where the released copy has several.</summary>
    /// <param name="weight">Real weight.</param>
    /// <param name="options">The windows.</param>
    /// <param name="rule">Where the tail starts.</param>
    /// <param name="fidelity">Variant of the fit; Corrected if left out.</param>
    /// <returns>Mean alpha and mean KS distance, and the number of pooled eigenvalues.</returns>
    /// <exception cref="SpectrumException">No window, or no tail.</exception>
    public static FarmsFit Fit(WeightMatrix weight, FarmsOptions options, TailRule rule = TailRule.Mid, Fidelity? fidelity = null)
    {
        var spectra = Spectra(weight, options);
        if (spectra.Count == 0)
            throw new SpectrumException($"No window of layer '{weight.Name}' holds anything.");
        var fits = spectra.Select(spectrum => Hill.Fit(spectrum, rule, fidelity)).ToList();
        return new FarmsFit(fits.Average(fit => fit.Alpha), fits.Average(fit => fit.Distance), spectra.Sum(spectrum => spectrum.Count));
    }

    private static (long Rows, long Columns) Window(long rows, long columns, FarmsOptions options)
    {
        // Only the constant number of windows is capped in the released language-model copy.
        var capped = options.Variant == FarmsVariant.Corrected || (options.Variant == FarmsVariant.ReleasedLanguage && options.Operations is not null);
        var height = capped ? Math.Min(options.Rows, Math.Min(rows, columns)) : options.Rows;
        if (options.Variant == FarmsVariant.Corrected)
            height = Math.Max(1, Math.Min(height, (long)(columns / options.Aspect)));
        return (height, Math.Max(options.Variant == FarmsVariant.Corrected ? 1 : 0, (long)(height * options.Aspect)));
    }

    // First and last + 1 index of every window along one dimension, a negative first index read as Python reads it.
    private static IEnumerable<(long First, long End)> Ranges(long length, long window, FarmsOptions options)
    {
        var room = length - window;
        if (options.Operations is not { } operations)
        {
            var windows = Math.Max(1, FloorDivide(room, options.Step) + 1);
            for (long i = 0; i < windows; i++)
                yield return (i * options.Step, Math.Min(length, i * options.Step + window));
            yield break;
        }
        var step = operations == 1 ? Math.Max(1, room) : Math.Max(1, FloorDivide(room, operations - 1));
        var count = Math.Min(operations, Math.Max(1, FloorDivide(room, step) + 1));
        for (long i = 0; i < count; i++)
        {
            var first = Math.Min(i * step, room);
            var end = first + window;
            yield return (first < 0 ? Math.Max(0, first + length) : first, Math.Clamp(end, 0, length));
        }
    }

    // The released image copy: taps turned so that rows >= columns, rows cut into rows/columns blocks of columns/Q rows, one spectrum a block over all taps.
    private static IReadOnlyList<Spectrum> ConvolutionBlocks(WeightMatrix weight, Tensor views, FarmsOptions options)
    {
        if (options.Variant == FarmsVariant.ReleasedLanguage)
            throw new ArgumentException("The released language-model copy of FARMS fails on convolutions; take another variant.", nameof(options));
        var (rows, columns) = (Math.Max(weight.Rows, weight.Columns), Math.Min(weight.Rows, weight.Columns));
        var turned = weight.Rows >= weight.Columns ? views : views.transpose(1, 2);
        var height = Math.Max(1, options.Aspect > 1 ? (long)Math.Floor(columns / options.Aspect) : columns);
        var width = Math.Max(1, options.Aspect > 1 ? columns : (long)Math.Floor(columns / (1 / options.Aspect)));
        var spectra = new List<Spectrum>();
        for (long block = 0; block < rows / columns; block++)
        {
            var part = turned.narrow(1, block * height, height).narrow(2, 0, Math.Min(width, columns));
            spectra.Add(Pooled([.. linalg.svdvals(part).square().mul(weight.Factor).reshape(-1).data<double>()], height, width, weight));
        }
        return spectra;
    }

    private static Spectrum Pooled(List<double> eigenvalues, long rows, long columns, WeightMatrix weight)
    {
        eigenvalues.Sort();
        return new Spectrum([.. eigenvalues], rows, columns, weight.Weight.dtype);
    }

    private static long FloorDivide(long value, long divisor) => (long)Math.Floor((double)value / divisor);
}

/// <summary>A layer's fit by FARMS.</summary>
/// <param name="Alpha">Exponent, the mean over blocks where there are several.</param>
/// <param name="Distance">KS distance, likewise.</param>
/// <param name="Count">Pooled eigenvalues.</param>
public sealed record FarmsFit(double Alpha, double Distance, int Count);
