// Many matrices of one shape at once: stacked, squared and solved by one call on the device where they are.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Spectra;

/// <summary>Exact spectra of stacked matrices through their Gram matrices.</summary>
/// <remarks>
/// Meant for a GPU, whose solver takes a batch; no GPU was at hand, so that it is tested on the CPU for equal numbers and nothing is claimed of its speed.
/// What the precision check of <see cref="GramSpectrum"/> refuses is stacked again in float64, and what it refuses there is decomposed one by one.
/// </remarks>
internal static class BatchedSpectrum
{
    // A stack with its products stays below this in memory.
    private const long MostBytes = 512L << 20;

    internal static bool IsWanted(IReadOnlyList<WeightMatrix> weights, EsdOptions options)
    {
        if (options.Batched == true && options.Method is EigenvalueMethod.Lanczos or EigenvalueMethod.Approximate)
            throw new ArgumentException("The approximate method estimates matrix by matrix: leave Batched out, or take another method.", nameof(options));
        return options.Method == EigenvalueMethod.Gram && (options.Batched ?? weights.Any(weight => DeviceOf(weight, options).type != DeviceType.CPU));
    }

    /// <summary>One report a weight.</summary>
    internal static IEnumerable<LayerReport> Of(IReadOnlyList<WeightMatrix> weights, Fidelity fidelity, EsdOptions options)
    {
        var spectra = Spectra(weights, fidelity, options);
        return weights.Select((weight, i) =>
        {
            options.Cancellation.ThrowIfCancellationRequested();
            var report = Esd.Report(weight, spectra[i] ?? Spectrum.Of(weight), fidelity, options);
            options.Completed?.Invoke();
            return report;
        });
    }

    /// <summary>The pooled spectrum of a weight of several matrices, solved in one pass; null where squaring loses the tail.</summary>
    internal static Spectrum? Of(WeightMatrix weight, Fidelity fidelity, EsdOptions options) => Spectra([weight], fidelity, options)[0];

    private static Spectrum?[] Spectra(IReadOnlyList<WeightMatrix> weights, Fidelity fidelity, EsdOptions options)
    {
        var spectra = new Spectrum?[weights.Count];
        if (options.Tail == TailRule.Mid && options.Tolerance >= GramSpectrum.SingleEpsilon)
            Solve(ScalarType.Float32, weight => weight.Weight.dtype is not (ScalarType.Float64 or ScalarType.ComplexFloat64));
        Solve(ScalarType.Float64, _ => true);
        return spectra;

        void Solve(ScalarType type, Func<WeightMatrix, bool> isMeant)
        {
            var epsilon = type == ScalarType.Float32 ? GramSpectrum.SingleEpsilon : GramSpectrum.DoubleEpsilon;
            var open = Enumerable.Range(0, weights.Count).Where(i => spectra[i] is null && isMeant(weights[i])).ToList();
            foreach (var group in open.GroupBy(i => (weights[i].Rows, weights[i].Columns, weights[i].IsComplex, Device: DeviceOf(weights[i], options).ToString())))
            {
                foreach (var stack in Stacks(weights, [.. group], type))
                {
                    options.Cancellation.ThrowIfCancellationRequested();
                    foreach (var (i, spectrum) in Values(weights, stack, type, DeviceOf(weights[stack[0]], options)))
                    {
                        if (GramSpectrum.IsGoodEnough(spectrum, epsilon, weights[i], fidelity, options))
                            spectra[i] = spectrum;
                    }
                }
            }
        }
    }

    // As many weights as fit together.
    private static IEnumerable<List<int>> Stacks(IReadOnlyList<WeightMatrix> weights, List<int> group, ScalarType type)
    {
        var stack = new List<int>();
        long bytes = 0;
        foreach (var i in group)
        {
            var (smaller, larger) = (Math.Min(weights[i].Rows, weights[i].Columns), Math.Max(weights[i].Rows, weights[i].Columns));
            var own = weights[i].Count * smaller * (larger + 2 * smaller) * (type == ScalarType.Float32 ? sizeof(float) : sizeof(double)) * (weights[i].IsComplex ? 2 : 1);
            if (stack.Count > 0 && bytes + own > MostBytes)
            {
                yield return stack;
                (stack, bytes) = ([], 0);
            }
            stack.Add(i);
            bytes += own;
        }
        yield return stack;
    }

    // Weights whose squares leave the type's range are left out.
    private static List<(int Weight, Spectrum Spectrum)> Values(IReadOnlyList<WeightMatrix> weights, List<int> stack, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var matrices = cat([.. stack.Select(i => weights[i].ViewsOn(type, device))]); // (count, rows, columns)
        var turned = matrices.transpose(-2, -1);
        var adjoint = matrices.is_complex() ? turned.conj() : turned;
        var grams = matrices.shape[1] >= matrices.shape[2] ? adjoint.matmul(matrices) : matrices.matmul(adjoint);
        // A matrix that cannot be solved must not take the others with it.
        var isFinite = (grams.is_complex() ? view_as_real(grams) : grams).isfinite().reshape(grams.shape[0], -1).all(1).cpu().data<bool>().ToArray();
        var usable = Enumerable.Range(0, isFinite.Length).Where(i => isFinite[i]).Select(i => (long)i).ToArray();
        if (usable.Length == 0)
            return [];
        var values = linalg.eigvalsh(usable.Length == isFinite.Length ? grams : grams.index_select(0, tensor(usable, device: device))).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var (side, found, first, row) = ((int)grams.shape[1], new List<(int, Spectrum)>(), 0, 0);
        foreach (var i in stack)
        {
            var count = (int)weights[i].Count;
            var mine = isFinite.AsSpan(first, count).Count(true);
            if (mine == count)
            {
                var own = values.AsSpan(row * side, count * side).ToArray();
                for (var k = 0; k < own.Length; k++)
                    own[k] = Math.Max(0, own[k] * weights[i].Factor);
                Array.Sort(own);
                found.Add((i, new Spectrum(own, weights[i].Rows, weights[i].Columns, weights[i].Weight.dtype)));
            }
            first += count;
            row += mine;
        }
        return found;
    }

    private static Device DeviceOf(WeightMatrix weight, EsdOptions options) => options.Device ?? weight.Weight.device;
}
