// The fast ways to a spectrum against the reference decomposition, and the honesty of the estimate's error bar.
using ModelBalancing.Spectra;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Spectra;

public class SolverTests
{
    private static readonly EsdOptions Exact = new() { Method = EigenvalueMethod.Gram };

    // A heavy-tailed weight of known seed: Gaussian with rows and columns scaled by powers of uniform numbers.
    private static Tensor Heavy(long rows, long columns, int seed, ScalarType type = ScalarType.Float32)
    {
        manual_seed(seed);
        using var scope = NewDisposeScope();
        return randn(rows, columns, dtype: type).mul(rand(rows, 1, dtype: type).pow(-0.4)).mul(rand(1, columns, dtype: type).pow(-0.2)).MoveToOuterDisposeScope();
    }

    // A square one whose rows and columns differ by a factor of two at most.
    private static Tensor Mild(long size, int seed)
    {
        manual_seed(seed);
        using var scope = NewDisposeScope();
        return randn(size, size).mul(rand(size, 1).mul(0.9).add(0.1).pow(-0.3)).mul(rand(1, size).mul(0.9).add(0.1).pow(-0.3)).MoveToOuterDisposeScope();
    }

    [Theory]
    [InlineData(96, 96)]
    [InlineData(300, 80)]
    [InlineData(80, 300)]
    public void The_gram_way_gives_the_decompositions_eigenvalues(long rows, long columns)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var matrix = Heavy(rows, columns, 3, type);
            var weight = WeightMatrix.Of("w", WeightKind.Linear, matrix);
            var expected = Spectrum.Of(weight);
            var actual = Esd.Analyse([weight], options: Exact).Single().Spectrum;
            var worst = expected.Eigenvalues.Zip(actual.Eigenvalues, (e, a) => Math.Abs(e - a)).Max() / expected.LambdaMax;
            Assert.True(worst < 1e-13, $"{worst}");
        }
    }

    [Fact]
    public void With_a_wider_tolerance_float32_does_and_alpha_moves_by_less_than_a_thousandth()
    {
        double worst = 0;
        for (var seed = 0; seed < 6; seed++)
        {
            using var matrix = Heavy(256, 256, seed);
            var weight = WeightMatrix.Of("w", WeightKind.Linear, matrix);
            var expected = Hill.XMinMid(Spectrum.Of(weight)).Alpha;
            foreach (var fidelity in new[] { Fidelity.Corrected, Fidelity.PaperText })
                worst = Math.Max(worst, Math.Abs(Esd.Analyse([weight], fidelity, Exact with { Tolerance = 1e-4 }).Single().Fit!.Alpha - expected));
        }
        Report($"{worst:e1}");
        Assert.True(worst < 1e-3);
    }

    [Fact]
    public void Where_squaring_loses_the_tail_the_matrix_is_decomposed()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        // Singular values from 1 to 1e-14: the Gram matrix holds half of them as noise.
        var (left, _) = linalg.qr(randn(90, 90, dtype: ScalarType.Float64));
        var (right, _) = linalg.qr(randn(90, 90, dtype: ScalarType.Float64));
        var values = logspace(0, -14, 90, dtype: ScalarType.Float64);
        var weight = WeightMatrix.Of("w", WeightKind.Linear, left.mul(values).matmul(right));
        foreach (var tail in new[] { TailRule.Mid, TailRule.Full })
        {
            var report = Esd.Analyse([weight], Fidelity.PaperText, Exact with { Tail = tail }).Single();
            Assert.Equal(Hill.Fit(Spectrum.Of(weight), tail, Fidelity.PaperText).Alpha, report.Fit!.Alpha, 1e-12);
        }
        // A matrix of low rank keeps its zeros out of the tail.
        var low = WeightMatrix.Of("low", WeightKind.Linear, randn(100, 30).matmul(randn(30, 100)));
        Assert.Equal(Esd.Analyse([low]).Single().Fit!.Alpha, Esd.Analyse([low], options: Exact).Single().Fit!.Alpha, 1e-6);
    }

    [Fact]
    public void The_order_and_the_numbers_do_not_depend_on_the_threads()
    {
        using var scope = NewDisposeScope();
        var weights = Enumerable.Range(0, 7).Select(i => WeightMatrix.Of($"w{i}", WeightKind.Linear, Heavy(70 + 30 * i, 100, i))).ToList();
        var one = Esd.Analyse(weights, options: Exact with { Threads = 1 });
        var three = Esd.Analyse(weights, options: Exact with { Threads = 3 });
        Assert.Equal(weights.Select(weight => weight.Name), three.Select(report => report.Name));
        for (var i = 0; i < 7; i++)
            Assert.Equal(one[i].Fit!.Alpha, three[i].Fit!.Alpha, 1e-9);
        using var broken = full(100, 100, double.NaN);
        var failing = weights.Append(WeightMatrix.Of("broken", WeightKind.Linear, broken)).ToList();
        Assert.Contains("'broken'", Assert.Throws<SpectrumException>(() => Esd.Analyse(failing, options: Exact)).Message);
    }

    [Fact]
    public void Alpha_does_not_change_under_scaling_rotation_and_transposition()
    {
        using var scope = NewDisposeScope();
        var matrix = Heavy(120, 90, 8, ScalarType.Float64);
        var (rotation, _) = linalg.qr(randn(120, 120, dtype: ScalarType.Float64));
        var alpha = Alpha(matrix);
        foreach (var other in new[] { matrix.mul(37), rotation.matmul(matrix), matrix.t() })
            Assert.Equal(alpha, Alpha(other), 1e-10);

        static double Alpha(Tensor matrix) => Esd.Analyse([WeightMatrix.Of("w", WeightKind.Linear, matrix)], options: Exact).Single().Fit!.Alpha;
    }

    [Fact]
    public void The_known_exponent_lies_inside_the_interval_as_often_as_it_should()
    {
        var random = new Random(12);
        var (inside, draws) = (0, 1000);
        for (var draw = 0; draw < draws; draw++)
        {
            double[] values = [.. Enumerable.Range(0, 400).Select(_ => Math.Pow(1 - random.NextDouble(), -1 / 1.5)).Order()];
            var fit = Hill.XMinMid(new Spectrum(values));
            inside += Math.Abs(fit.Alpha - 2.5) < fit.StandardError ? 1 : 0;
        }
        Report($"{inside} of {draws} inside one standard error");
        Assert.InRange(inside, 640, 725);
    }

    [Fact]
    public void The_estimate_is_the_same_for_a_seed_and_its_error_falls_with_the_probes()
    {
        using var matrix = Heavy(320, 160, 5);
        var weight = WeightMatrix.Of("w", WeightKind.Linear, matrix);
        Assert.Equal(LanczosEstimate.Of(weight, 3), LanczosEstimate.Of(weight, 3));
        Assert.NotEqual(LanczosEstimate.Of(weight, 3).Alpha, LanczosEstimate.Of(weight, 4).Alpha);
        double Mean(int probes) => Enumerable.Range(0, 8).Average(seed => LanczosEstimate.Of(weight, seed, probes).Error);
        Assert.True(Mean(64) < 0.75 * Mean(8));
        var report = Esd.Analyse([weight], options: new EsdOptions { Method = EigenvalueMethod.Lanczos }).Single();
        Assert.Contains("Lanczos", report.Note);
        Assert.Equal(Spectrum.Of(weight).LambdaMax, report.Spectrum.LambdaMax, 0.01 * report.Spectrum.LambdaMax);
        Assert.Equal(Spectrum.Of(weight).FrobeniusSquared, report.Spectrum.FrobeniusSquared, 1e-4 * report.Spectrum.FrobeniusSquared);
    }

    [Fact]
    public void The_error_bar_of_the_estimate_is_truthful()
    {
        const int repeats = 200, matrices = 20;
        var hits = new List<int>();
        foreach (var (rows, columns) in new[] { (512L, 256L), (384L, 384L) })
        {
            var (differences, errors) = (new List<double>(), new List<double>());
            for (var seed = 0; seed < repeats; seed++)
            {
                using var matrix = Heavy(rows, columns, seed % matrices);
                var weight = WeightMatrix.Of("w", WeightKind.Linear, matrix);
                var estimate = LanczosEstimate.Of(weight, seed);
                differences.Add(estimate.Alpha - Hill.XMinMid(Esd.Analyse([weight], options: Exact).Single().Spectrum).Alpha);
                errors.Add(estimate.Error);
            }
            hits.Add(differences.Zip(errors).Count(pair => Math.Abs(pair.First) < pair.Second));
            Report($"{rows} × {columns}: {hits[^1]} of {repeats} inside one standard error; bias {differences.Average():f4}, deviation {Math.Sqrt(differences.Average(difference => difference * difference)):f4}, mean error bar {errors.Average():f4}");
        }
        Assert.All(hits, inside => Assert.InRange(inside, 0.61 * repeats, 0.75 * repeats));
    }

    [Theory]
    [InlineData(512, 256, false)]
    [InlineData(200, 600, false)]
    [InlineData(576, 576, true)]
    [InlineData(512, 768, true)]
    public void The_error_bar_of_rounding_is_truthful_and_small(long rows, long columns, bool inBytes)
    {
        const int repeats = 200, matrices = 9;
        var fidelity = Fidelity.Corrected with { Small = SmallEigenvalues.Kept };
        using var scope = NewDisposeScope();
        var weights = Enumerable.Range(0, matrices).Select(seed => WeightMatrix.Of("w", WeightKind.Linear, rows == columns ? Mild(rows, seed) : Heavy(rows, columns, seed))).ToList();
        if (!RoundedEstimate.Applies(weights[0]))
            Assert.Skip("This processor has no integer products of 512 bits.");
        var exact = Esd.Analyse(weights, fidelity, Exact).Select(report => report.Fit!.Alpha).ToList();
        var estimates = Enumerable.Range(0, repeats).Select(seed => RoundedEstimate.Of(weights[seed % matrices], seed, fidelity, new EsdOptions(), inBytes)!).ToList();
        var differences = estimates.Select((estimate, seed) => estimate.Fit.Alpha - exact[seed % matrices]).ToList();
        var inside = differences.Zip(estimates).Count(pair => Math.Abs(pair.First) < pair.Second.Error) / (double)repeats;
        Report($"{rows} × {columns}: {inside:p0} inside one standard error; bias {differences.Average():e1}, deviation {Math.Sqrt(differences.Average(difference => difference * difference)):e1}, mean error bar {estimates.Average(estimate => estimate.Error):e1}, worst {differences.Max(Math.Abs):e1}");
        Assert.InRange(inside, 0.61, 0.75);
        Assert.True(differences.Max(Math.Abs) < 0.02);
    }

    [Fact]
    public void A_wide_matrix_of_many_columns_takes_bytes_and_a_square_one_under_a_filter_does_not()
    {
        using var scope = NewDisposeScope();
        var (wide, square) = (WeightMatrix.Of("wide", WeightKind.Linear, Heavy(512, 1024, 1)), WeightMatrix.Of("square", WeightKind.Linear, Heavy(512, 512, 1)));
        if (!RoundedEstimate.Applies(wide))
            Assert.Skip("This processor has no integer products of 512 bits.");
        foreach (var (weight, isCoarse) in new[] { (wide, true), (square, false) })
        {
            var report = Esd.Analyse([weight], Fidelity.Corrected, new EsdOptions { Method = EigenvalueMethod.Approximate }).Single();
            Assert.Equal(Esd.Analyse([weight], Fidelity.Corrected, Exact).Single().Fit!.Alpha, report.Fit!.Alpha, isCoarse ? 0.02 : 2e-4);
            if (isCoarse)
                Assert.InRange(report.AlphaError!.Value, 2e-4, 0.005);
        }
    }

    [Fact]
    public void The_approximate_way_is_the_same_for_a_seed_and_name_and_falls_back_where_it_must()
    {
        using var scope = NewDisposeScope();
        var matrix = Heavy(160, 320, 5);
        var options = new EsdOptions { Method = EigenvalueMethod.Approximate };
        // Every layer has random numbers of its own, by its name.
        var (first, again, other, seeded) = (Alpha("w"), Alpha("w"), Alpha("v"), Alpha("w", 1));
        Assert.Equal(first, again);
        if (RoundedEstimate.Applies(WeightMatrix.Of("w", WeightKind.Linear, matrix)))
        {
            Assert.NotEqual(first, other);
            Assert.NotEqual(first, seeded);
        }
        // Half of the eigenvalues are rounding noise: no estimate, but the exact way's numbers.
        var low = WeightMatrix.Of("low", WeightKind.Linear, randn(100, 30).matmul(randn(30, 100)));
        Assert.Equal(Esd.Analyse([low], options: Exact).Single().Fit!.Alpha, Esd.Analyse([low], options: options).Single().Fit!.Alpha, 1e-6);
        using var broken = full(100, 100, double.NaN, dtype: ScalarType.Float32);
        Assert.Contains("'broken'", Assert.Throws<SpectrumException>(() => Esd.Analyse([WeightMatrix.Of("broken", WeightKind.Linear, broken)], options: options)).Message);

        double Alpha(string name, int seed = 0) => Esd.Analyse([WeightMatrix.Of(name, WeightKind.Linear, matrix)], options: options with { Seed = seed }).Single().Fit!.Alpha;
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(131, 97)]
    [InlineData(97, 131)]
    [InlineData(500, 257)]
    [InlineData(70, 1000)]
    public void Our_own_kernels_give_float32_eigenvalues_of_any_shape_and_layout(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var matrix = Heavy(rows, columns, 6);
        foreach (var layout in new[] { matrix, matrix.t().contiguous().t(), matrix.to(ScalarType.BFloat16), matrix.mul(1e-6f), matrix.mul(1e6f) })
        {
            var expected = Spectrum.Of(WeightMatrix.Of("w", WeightKind.Linear, layout)).Eigenvalues;
            var actual = PackedSpectrum.Single(layout)!;
            Assert.True(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() < 1e-6 * expected[^1]);
        }
        Assert.Null(PackedSpectrum.Single(matrix.mul(1e-30f)));
        Assert.Null(PackedSpectrum.Single(full(rows, columns, float.NaN, dtype: ScalarType.Float32)));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(768)]
    [InlineData(2048)]
    public void Beside_a_square_weight_its_own_kernels_take_less_than_three_times_its_memory(int size)
    {
        using var gram = new PackedSymmetric(size);
        using var kernel = new GramKernel(size);
        Assert.InRange(gram.Bytes + kernel.Bytes, 1, 3L * size * size * sizeof(float));
    }
}
