// Small matrices in managed code and stacks of equal shape: the numbers of the one-by-one decomposition, told and stopped on the way.
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class SmallMatricesTests
{
    private static readonly EsdOptions decomposed = new() { Method = EigenvalueMethod.Svd };

    [Fact]
    public void Eigenvalues_of_small_matrices_are_squared_singular_values()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var (worst, refused) = (0.0, 0);
        foreach (var (rows, columns) in new[] { (2, 2), (3, 7), (20, 20), (31, 20), (20, 128), (48, 48), (400, 33) })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16 })
            {
                var weight = WeightMatrix.Of("w", WeightKind.Linear, randn(rows, columns).to(type));
                var (expected, actual) = (Spectrum.Of(weight), SmallSpectrum.Of(weight, Fidelity.Paper, new EsdOptions()));
                if (actual is null)
                {
                    refused++; // squaring has cost the tail's digits
                    continue;
                }
                worst = Math.Max(worst, expected.Eigenvalues.Zip(actual.Eigenvalues, (e, a) => Math.Abs(e - a)).Max() / expected.LambdaMax);
            }
        }
        Report($"{worst:e1} of the largest, {refused} refused");
        Assert.True(worst < 1e-14 && refused < 4);
    }

    [Fact]
    public void Special_matrices_are_solved_too()
    {
        Assert.Equal([1, 4, 9], Values([9, 0, 0, 0, 1, 0, 0, 0, 4], 3), Close);
        Assert.Equal([0, 0, 0], Values(new double[9], 3), Close);
        // Ones everywhere: one eigenvalue n, the others 0.
        Assert.Equal([0, 0, 0, 0, 5], Values([.. Enumerable.Repeat(1.0, 25)], 5), Close);
        Assert.Equal([-1, 3], Values([1, 2, 2, 1], 2), Close);
        Assert.Equal([7], Values([7], 1), Close);

        static bool Close(double a, double b) => Math.Abs(a - b) < 1e-14;
        static double[] Values(double[] matrix, int n)
        {
            var values = new double[n];
            Assert.True(SmallSpectrum.Eigenvalues(matrix, n, values));
            return [.. values.Order()];
        }
    }

    [Fact]
    public void Where_squaring_loses_the_tail_the_matrix_is_decomposed()
    {
        using var scope = NewDisposeScope();
        manual_seed(12);
        var (left, _) = linalg.qr(randn(20, 20, dtype: ScalarType.Float64));
        var steep = WeightMatrix.Of("steep", WeightKind.Linear, left.mul(logspace(0, -9, 20, dtype: ScalarType.Float64)));
        Assert.Null(SmallSpectrum.Of(steep, Fidelity.Paper, new EsdOptions()));
        Assert.Equal(Esd.Analyse([steep], Fidelity.Paper, decomposed)[0].Fit, Esd.Analyse([steep], Fidelity.Paper)[0].Fit);
        var broken = WeightMatrix.Of("broken", WeightKind.Linear, full(20, 20, double.PositiveInfinity));
        Assert.Contains("'broken'", Assert.Throws<SpectrumException>(() => Esd.Analyse([broken])).Message);
        // Squares beyond the range of double.
        var huge = WeightMatrix.Of("huge", WeightKind.Linear, randn(20, 20, dtype: ScalarType.Float64) * 1e160);
        Assert.Null(SmallSpectrum.Of(huge, Fidelity.Paper, new EsdOptions()));
    }

    [Theory]
    [InlineData(1e-10, 1e-9)]
    [InlineData(1e-4, 1e-4)]
    public void A_batch_gives_what_one_matrix_at_a_time_gives(double tolerance, double allowed)
    {
        using var scope = NewDisposeScope();
        manual_seed(13);
        List<WeightMatrix> weights =
        [
            .. Enumerable.Range(0, 5).Select(i => WeightMatrix.Of($"square{i}", WeightKind.Linear, randn(96, 96))),
            .. Enumerable.Range(0, 3).Select(i => WeightMatrix.Of($"tall{i}", WeightKind.Linear, randn(150, 60, dtype: ScalarType.Float64))),
            .. Enumerable.Range(0, 3).Select(i => WeightMatrix.Of($"wide{i}", WeightKind.Linear, randn(60, 150))),
            WeightMatrix.Of("taps", WeightKind.Convolution2d, randn(64, 60, 3, 3)),
            WeightMatrix.OfSpectral("modes", randn(20, 24, 12, dtype: ScalarType.ComplexFloat32)),
            WeightMatrix.OfFourierBlocks("blocks", randn(2, 4, 30, 30)),
            WeightMatrix.OfLowRank("adapter", randn(8, 70), randn(60, 8), 2, randn(60, 70)),
            // One that a batch cannot solve exactly enough.
            WeightMatrix.Of("steep", WeightKind.Linear, linalg.qr(randn(96, 96, dtype: ScalarType.Float64)).Q.mul(logspace(0, -9, 96, dtype: ScalarType.Float64))),
        ];
        var one = Esd.Analyse(weights, options: decomposed);
        var together = Esd.Analyse(weights, options: new EsdOptions { Batched = true, Device = CPU, Tolerance = tolerance });
        Assert.Equal(one.Select(report => (report.Name, report.Kept, report.Spectrum.Count)), together.Select(report => (report.Name, report.Kept, report.Spectrum.Count)));
        var worst = one.Zip(together, (a, b) => Math.Abs(a.Fit!.Alpha - b.Fit!.Alpha)).Max();
        Report($"alpha {worst:e1}");
        Assert.True(worst < allowed);
        var broken = WeightMatrix.Of("broken", WeightKind.Linear, full(96, 96, double.NaN));
        Assert.Contains("'broken'", Assert.Throws<SpectrumException>(() => Esd.Analyse([.. weights, broken], options: new EsdOptions { Batched = true })).Message);
        Assert.Throws<ArgumentException>(() => Esd.Analyse(weights, options: new EsdOptions { Batched = true, Method = EigenvalueMethod.Lanczos }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Progress_is_told_weight_by_weight_and_a_request_to_stop_is_heard(bool batched)
    {
        using var scope = NewDisposeScope();
        manual_seed(14);
        var weights = Enumerable.Range(0, 6).Select(i => WeightMatrix.Of($"w{i}", WeightKind.Linear, randn(80, 80))).ToList();
        var (seen, options) = (new List<(int, int)>(), new EsdOptions { Batched = batched, Threads = 2 });
        Esd.Analyse(weights, null, options, new Told(seen.Add), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 6).Select(done => (done, 6)), seen);
        using var source = new CancellationTokenSource();
        seen.Clear();
        Assert.ThrowsAny<OperationCanceledException>(() => Esd.Analyse(weights, null, options, new Told(told =>
        {
            seen.Add(told);
            if (seen.Count == 2)
                source.Cancel();
        }), source.Token));
        Assert.InRange(seen.Count, 2, 4);
    }

    private sealed class Told(Action<(int Done, int Total)> tell) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => tell(value);
    }
}
