// The solver against solutions that are known, and against the laws it must keep.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class CompressibleFlow1dTest(ITestOutputHelper output)
{
    private static readonly FlowSettings Inviscid = new() { Eta = 0, Zeta = 0, XMin = 0, XMax = 1 };

    [Fact]
    public void An_entropy_wave_is_carried_along_at_second_order()
    {
        var errors = Errors([32, 64, 128, 256], points =>
        {
            var start = RandomFields1d.EntropyWave(points);
            var end = CompressibleFlow1d.Evolve(start, Inviscid, 2, 1.0);
            return MeanDifference(end.Row(end.Density, 0, 1), start.Density);
        });
        Assert.True(Order(errors) > 1.8, $"order {Order(errors):f2}");
        Assert.Equal(8.42e-5, errors[^1], 2e-6);
    }

    [Fact]
    public void An_entropy_wave_in_a_faster_stream_keeps_its_order_and_mirrors_in_a_backward_one()
    {
        double[] At(double velocity) => Errors([64, 128, 256], points =>
        {
            var start = RandomFields1d.EntropyWave(points, velocity: velocity);
            var end = CompressibleFlow1d.Evolve(start, Inviscid, 2, 1.0);
            return MeanDifference(end.Row(end.Density, 0, 1), start.Density);
        });
        var (forth, back, fast) = (At(1), At(-1), At(3));
        Assert.All(forth.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.True(Order(fast) > 1.8, $"order {Order(fast):f2}");
        Assert.InRange(fast[^1] / forth[^1], 1, 4); // three times the way
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_contact_at_rest_stays_sharp(bool published)
    {
        // PDEBench's sixth tube.
        var start = RandomFields1d.Tube(5, 50);
        var settings = new FlowSettings { Eta = 0, Zeta = 0, Boundary = FlowBoundary.Transparent, Scheme = published ? CompressibleFlowScheme.AsPublished : CompressibleFlowScheme.Corrected };
        var end = CompressibleFlow1d.Evolve(start, settings, 2, 0.2);
        for (var i = 0; i < 50; i++)
            Assert.Equal(start.Density[i], end.Row(end.Density, 0, 1)[i], 1e-12);
    }

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(2, 0.012)]
    [InlineData(3, 0.035)]
    public void Toros_tubes_come_near_their_exact_solutions(int tube, double time)
    {
        var start = RandomFields1d.Tube(tube, 256);
        TubeState Side(int i) => new(start.Density[i], start.Velocity[i], start.Pressure[i]);
        var exact = new ExactRiemann(Side(0), Side(255), 5.0 / 3.0);
        var jump = Array.FindIndex(start.Density, 1, d => d != start.Density[0]) is var cell and > 0 ? cell : Array.FindIndex(start.Pressure, p => p != start.Pressure[0]);
        var settings = new FlowSettings { Eta = 0, Zeta = 0, Boundary = FlowBoundary.Transparent };
        var end = CompressibleFlow1d.Evolve(start, settings, 2, time);
        var reference = settings.CellCentres(256).Select(x => exact.Density((x - (-1 + jump * 2.0 / 256)) / time)).ToArray();
        var error = MeanDifference(end.Row(end.Density, 0, 1), reference) / reference.Max();
        output.WriteLine($"tube {tube + 1}: {error:e2} of the largest density");
        Assert.True(error < 0.02);
    }

    [Fact]
    public void A_sound_wave_returns_after_one_period_at_second_order()
    {
        const double amplitude = 1e-6;
        var errors = Errors([32, 64, 128, 256], points =>
        {
            var start = RandomFields1d.SoundWave(points, amplitude: amplitude);
            var end = CompressibleFlow1d.Evolve(start, Inviscid, 2, 0.5);
            return MeanDifference(end.Row(end.Density, 0, 1), start.Density) / amplitude;
        });
        Assert.True(Order(errors) > 1.8, $"order {Order(errors):f2}");
        Assert.Equal(4.60e-4, errors[^1], 1e-5);
    }

    [Theory]
    [InlineData(1.4, 0.303130, 0.927453, 1.752156)]
    [InlineData(5.0 / 3.0, 0.293945, 0.841195, 1.844473)]
    public void Sods_tube_converges_to_the_exact_solution(double gamma, double pressure, double velocity, double shock)
    {
        var exact = new ExactRiemann(new TubeState(1, 0, 1), new TubeState(0.125, 0, 0.1), gamma);
        Assert.Equal(pressure, exact.Pressure, 1e-6);
        Assert.Equal(velocity, exact.Velocity, 1e-6);
        Assert.Equal(shock, exact.RightShock, 1e-6);

        foreach (var textbook in new[] { false, true })
        {
            var settings = Inviscid with { Gamma = gamma, Boundary = FlowBoundary.Transparent, Scheme = CompressibleFlowScheme.Corrected with { TextbookStarEnergy = textbook } };
            output.WriteLine($"textbook star energy: {textbook}");
            var errors = Errors([64, 128, 256], points =>
            {
                var end = CompressibleFlow1d.Evolve(RandomFields1d.Sod(points), settings, 2, 0.2);
                var reference = settings.CellCentres(points).Select(x => exact.Density((x - 0.5) / 0.2)).ToArray();
                return MeanDifference(end.Row(end.Density, 0, 1), reference);
            });
            Assert.InRange(Order(errors), 0.75, 1.05);
            Assert.InRange(errors[^1], 1.5e-3, 2.6e-3);
        }
    }

    [Fact]
    public void A_shear_wave_decays_at_the_rate_of_its_viscosity()
    {
        const double eta = 0.01, time = 1.0;
        var decay = Math.Exp(-eta * 4 * Math.PI * Math.PI * time);
        var errors = Errors([16, 32, 64], points =>
        {
            var start = new FlowFields1d<double>(1, 1, points, transverse: true);
            for (var i = 0; i < points; i++)
                (start.Density[i], start.Pressure[i], start.TransverseVelocity![i]) = (1, 1, 1e-4 * Math.Sin(2 * Math.PI * (i + 0.5) / points));
            var end = CompressibleFlow1d.Evolve(start, Inviscid with { Eta = eta }, 2, time);
            var expected = start.TransverseVelocity!.Select(v => v * decay).ToArray();
            return MeanDifference(end.Row(end.TransverseVelocity!, 0, 1), expected) / (1e-4 * 2 / Math.PI);
        });
        Assert.True(Order(errors) > 1.9, $"order {Order(errors):f2}");
    }

    [Fact]
    public void Mass_momentum_and_energy_are_conserved_between_joined_ends()
    {
        var settings = new FlowSettings { Eta = 0.01, Zeta = 0.01 };
        var fields = CompressibleFlow1d.Evolve(RandomFields1d.Draw(InitialStates.Rand, 3, 64, seed: 7), settings, 3, 0.1);
        for (var sample = 0; sample < fields.Samples; sample++)
        {
            var (before, after) = (Totals(fields, sample, 0), Totals(fields, sample, 2));
            for (var law = 0; law < 3; law++)
            {
                var relative = Math.Abs(after[law] - before[law]) / before[3 + law];
                output.WriteLine($"{relative:e2}");
                Assert.True(relative < 1e-12, $"sample {sample}, law {law}: {relative:e2}");
            }
        }
    }

    [Theory]
    [InlineData(-1.0, 1.0, 5.0 / 3.0)] // two streams meet
    [InlineData(2.0, 0.4, 1.4)] // two streams part (Toro's 123 problem)
    public void Mirror_images_stay_mirror_images(double rightVelocity, double pressure, double gamma)
    {
        double Asymmetry(CompressibleFlowScheme scheme)
        {
            var start = RandomFields1d.ShockTube(100, new(1, -rightVelocity, pressure), new(1, rightVelocity, pressure), 0.5, 0, 1);
            var end = CompressibleFlow1d.Evolve(start, Inviscid with { Gamma = gamma, Boundary = FlowBoundary.Transparent, Scheme = scheme }, 2, 0.1);
            var density = end.Row(end.Density, 0, 1);
            var worst = 0.0;
            for (var i = 0; i < density.Length; i++)
                worst = Math.Max(worst, Math.Abs(density[i] - density[^(i + 1)]));
            return worst;
        }
        var (corrected, published) = (Asymmetry(CompressibleFlowScheme.Corrected), Asymmetry(CompressibleFlowScheme.AsPublished));
        output.WriteLine($"corrected {corrected:e2}, as published {published:e2}");
        Assert.True(corrected < 1e-12, $"{corrected:e2}");
        Assert.True(published > 1e-3, $"{published:e2}");
    }

    [Theory]
    [InlineData(FlowBoundary.Periodic)]
    [InlineData(FlowBoundary.Transparent)]
    public void A_uniform_flow_stays_uniform(FlowBoundary boundary)
    {
        var start = RandomFields1d.ShockTube(37, new(1.3, 0.7, 2.1), new(1.3, 0.7, 2.1), 0, -1, 1);
        var end = CompressibleFlow1d.Evolve(start, new FlowSettings { Eta = 0.1, Zeta = 0.1, Boundary = boundary }, 2, 0.2);
        Assert.All(end.Row(end.Density, 0, 1).ToArray(), v => Assert.Equal(1.3, v, 1e-13));
        Assert.All(end.Row(end.Velocity, 0, 1).ToArray(), v => Assert.Equal(0.7, v, 1e-13));
        Assert.All(end.Row(end.Pressure, 0, 1).ToArray(), v => Assert.Equal(2.1, v, 1e-12));
    }

    [Fact]
    public void A_sample_does_not_depend_on_threads_or_on_its_neighbours()
    {
        var start = RandomFields1d.Draw(InitialStates.Rand, 6, 33, seed: 3).As<float>();
        var settings = new FlowSettings { Eta = 0.01, Zeta = 0.01, Scheme = CompressibleFlowScheme.AsPublished };
        var one = CompressibleFlow1d.Evolve(start, settings, 3, 0.05, new FlowRun { Threads = 1 });
        var two = CompressibleFlow1d.Evolve(start, settings, 3, 0.05, new FlowRun { Threads = 4 });
        var alone = CompressibleFlow1d.Evolve(start.SamplesAt(4), settings, 3, 0.05);
        for (var c = 0; c < 3; c++)
        {
            Assert.Equal(one.Channels[c], two.Channels[c]);
            Assert.Equal(one.SamplesAt(4).Channels[c], alone.Channels[c]);
        }
    }

    [Fact]
    public void Single_and_double_precision_agree_to_single_precision()
    {
        var start = RandomFields1d.Draw(InitialStates.Rand, 4, 64, seed: 5);
        var settings = new FlowSettings { Eta = 0.01, Zeta = 0.01 };
        var precise = CompressibleFlow1d.Evolve(start, settings, 3, 0.05);
        var rough = CompressibleFlow1d.Evolve(start.As<float>(), settings, 3, 0.05).As<double>();
        foreach (var channel in ModelBalancing.Pde.PdeBench.Recompute.Compare(rough, precise))
            Assert.True(channel.Largest < 1e-3, $"{channel.Name} {channel.Largest:e2}");
    }

    [Fact]
    public void A_sample_that_breaks_down_is_NaN_and_leaves_the_others_alone()
    {
        var start = RandomFields1d.Draw(InitialStates.Rand, 2, 32, seed: 1);
        start.Row(start.Pressure, 0, 0).Fill(double.NaN);
        var fields = CompressibleFlow1d.Evolve(start, new FlowSettings(), 3, 0.01);
        Assert.True(double.IsNaN(fields.Row(fields.Density, 0, 1)[0]));
        Assert.All(fields.Row(fields.Density, 1, 2).ToArray(), v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void A_run_can_be_cancelled_and_tells_how_far_it_is()
    {
        using var source = new CancellationTokenSource();
        var told = new List<SampleProgress>();
        var progress = new Immediate(p =>
        {
            told.Add(p);
            source.Cancel();
        });
        var start = RandomFields1d.Draw(InitialStates.Rand, 4, 32, seed: 1);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            CompressibleFlow1d.Evolve(start, new FlowSettings(), 2, 0.05, new FlowRun { Threads = 1, Progress = progress, Cancellation = source.Token }));
        Assert.Equal(1, Assert.Single(told).Done);
        Assert.NotNull(told[0].Left);
    }

    [Fact]
    public void Cancelling_ends_the_many_viscous_steps_of_one_time_step_too()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var start = RandomFields1d.Draw(InitialStates.Rand, 1, 32, seed: 1);
        // So viscous that one time step takes some 1e12 of them.
        Assert.ThrowsAny<OperationCanceledException>(() =>
            CompressibleFlow1d.Evolve(start, new FlowSettings { Zeta = 1e12 }, 2, 0.05, new FlowRun { Threads = 1, Cancellation = source.Token }));
    }

    [Fact]
    public void What_cannot_be_solved_is_refused_in_a_sentence()
    {
        var start = RandomFields1d.Draw(InitialStates.Rand, 1, 32, seed: 1);
        Assert.Contains("expected greater than 1", Assert.Throws<ArgumentOutOfRangeException>(() => CompressibleFlow1d.Evolve(start, new FlowSettings { Gamma = 1 }, 2, 0.1)).Message);
        Assert.Contains("positive time", Assert.Throws<ArgumentOutOfRangeException>(() => CompressibleFlow1d.Evolve(start, new FlowSettings(), 2, 0)).Message);
        Assert.Contains("FrameAt(0)", Assert.Throws<ArgumentException>(() => CompressibleFlow1d.Evolve(new FlowFields1d<double>(1, 2, 8), new FlowSettings(), 2, 0.1)).Message);
    }

    private double[] Errors(int[] grids, Func<int, double> error)
    {
        var errors = Array.ConvertAll(grids, n => error(n));
        output.WriteLine($"errors {string.Join(", ", errors.Select(e => e.ToString("e2")))}; last order {Order(errors):f2}");
        return errors;
    }

    private static double Order(double[] errors) => Math.Log2(errors[^2] / errors[^1]);

    private static double MeanDifference(ReadOnlySpan<double> values, ReadOnlySpan<double> exact)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
            sum += Math.Abs(values[i] - exact[i]);
        return sum / values.Length;
    }

    // Sums of density, momentum and energy, and of their absolute values.
    private static double[] Totals(FlowFields1d<double> fields, int sample, int frame)
    {
        var totals = new double[6];
        for (var i = 0; i < fields.Points; i++)
        {
            var rho = fields.Row(fields.Density, sample, frame)[i];
            var u = fields.Row(fields.Velocity, sample, frame)[i];
            var energy = fields.Row(fields.Pressure, sample, frame)[i] * 1.5 + 0.5 * rho * u * u;
            double[] parts = [rho, rho * u, energy];
            for (var law = 0; law < 3; law++)
            {
                totals[law] += parts[law];
                totals[3 + law] += Math.Abs(parts[law]);
            }
        }
        return totals;
    }

    private sealed class Immediate(Action<SampleProgress> report) : IProgress<SampleProgress>
    {
        public void Report(SampleProgress value) => report(value);
    }
}
