// The flow solver in two and three dimensions, against the generator's own output, known solutions, and the laws it must keep.
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class CompressibleFlow2dTest(ITestOutputHelper output)
{
    private static readonly FlowSettings Square = new() { Eta = 0.01, Zeta = 0.01, XMin = 0, XMax = 1 };

    [Fact]
    public void The_generators_double_precision_output_is_reproduced()
    {
        var reference = Golden();
        var ours = CompressibleFlow.Evolve(reference.FrameAt(0), Square with { Scheme = CompressibleFlowScheme.AsPublished }, reference.Frames, 0.05);
        foreach (var channel in Recompute.Compare(ours, reference))
        {
            output.WriteLine($"{channel.Name} {channel.Largest:e2}");
            Assert.True(channel.Largest < 1e-10, $"{channel.Name} differs by {channel.Largest:e2}");
        }
    }

    [Theory]
    [InlineData(nameof(CompressibleFlowScheme.RefilledViscousGhosts), 1e-3, 2e-2)] // the seam of the y sweep
    [InlineData(nameof(CompressibleFlowScheme.MixedViscousTerms), 1e-3, 0.5)]
    [InlineData(nameof(CompressibleFlowScheme.TextbookStarEnergy), 1e-8, 0.2)]
    public void Each_switch_changes_the_published_output_visibly(string name, double least, double most)
    {
        var reference = Golden();
        var scheme = name switch
        {
            nameof(CompressibleFlowScheme.RefilledViscousGhosts) => CompressibleFlowScheme.AsPublished with { RefilledViscousGhosts = true },
            nameof(CompressibleFlowScheme.MixedViscousTerms) => CompressibleFlowScheme.AsPublished with { MixedViscousTerms = true },
            _ => CompressibleFlowScheme.AsPublished with { TextbookStarEnergy = true },
        };
        var ours = CompressibleFlow.Evolve(reference.FrameAt(0), Square with { Scheme = scheme }, reference.Frames, 0.05);
        var change = Recompute.Compare(ours, reference).Max(channel => channel.Largest);
        output.WriteLine($"{name} {change:e2}");
        Assert.InRange(change, least, most);
    }

    [Fact]
    public void An_isentropic_vortex_returns_at_second_order()
    {
        // Strength 5, gamma 1.4, carried once through the periodic box of 10 × 10.
        var settings = new FlowSettings { Gamma = 1.4, Eta = 0, Zeta = 0, XMin = 0, XMax = 10 };
        double Error(int points)
        {
            var start = Vortex(points);
            var end = CompressibleFlow.Evolve(start, settings, 2, 10);
            return MeanDifference(end.Frame(0, 0, 1), start.Channels[0]);
        }
        var (coarse, fine) = (Error(32), Error(64));
        output.WriteLine($"{coarse:e2}, {fine:e2}, order {Math.Log2(coarse / fine):f2}");
        Assert.Equal(7.12e-3, coarse, 3e-4);
        Assert.Equal(1.42e-3, fine, 6e-5);
        Assert.True(Math.Log2(coarse / fine) > 1.8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_shear_wave_across_either_axis_decays_at_the_rate_of_its_viscosity(int axis)
    {
        const double eta = 0.01, time = 1;
        var errors = Array.ConvertAll((int[])[16, 32, 64], points =>
        {
            // Few cells across, so that the test is short; the wave does not feel them.
            var start = new Trajectories<double>(1, 1, axis == 0 ? [points, 4] : [4, points], CompressibleFlow.ChannelNames(2));
            start.Channels[0].AsSpan().Fill(1);
            start.Channels[1].AsSpan().Fill(1);
            var across = start.Channels[3 - axis];
            for (var i = 0; i < across.Length; i++)
                across[i] = 1e-4 * Math.Sin(2 * Math.PI * ((axis == 0 ? i / 4 : i % points) + 0.5) / points);
            var settings = axis == 0
                ? new FlowSettings { Eta = eta, Zeta = 0, XMin = 0, XMax = 1, YMin = 0, YMax = 4.0 / points }
                : new FlowSettings { Eta = eta, Zeta = 0, XMin = 0, XMax = 4.0 / points, YMin = 0, YMax = 1 };
            var end = CompressibleFlow.Evolve(start, settings, 2, time);
            var factor = Math.Exp(-eta * 4 * Math.PI * Math.PI * time);
            return MeanDifference(end.Frame(3 - axis, 0, 1), [.. across.Select(v => v * factor)]) / (1e-4 * 2 / Math.PI * factor);
        });
        output.WriteLine($"{errors[0]:e2}, {errors[1]:e2}, {errors[2]:e2}, order {Math.Log2(errors[1] / errors[2]):f2}");
        Assert.True(Math.Log2(errors[1] / errors[2]) > 1.9);
    }

    [Fact]
    public void The_whole_stress_damps_a_compression_wave_alike_in_every_direction()
    {
        // Diagonal and straight waves of velocity along themselves feel 4η/3 + ζ; without the mixed terms the diagonal one feels less. Short times, weak
        // pressure: the viscous part alone is seen.
        double Damping(bool diagonal, bool mixed)
        {
            const int points = 32;
            var start = new Trajectories<double>(1, 1, [points, points], CompressibleFlow.ChannelNames(2));
            start.Channels[0].AsSpan().Fill(1);
            start.Channels[1].AsSpan().Fill(1e-3);
            for (var i = 0; i < points; i++)
                for (var j = 0; j < points; j++)
                {
                    var wave = 1e-4 * Math.Sin(2 * Math.PI * (i + (diagonal ? j : 0) + 0.5) / points);
                    start.Channels[2][i * points + j] = wave;
                    start.Channels[3][i * points + j] = diagonal ? wave : 0;
                }
            var scheme = CompressibleFlowScheme.Corrected with { MixedViscousTerms = mixed };
            var settings = Square with { Eta = 0.05, Zeta = 0.02, Scheme = scheme };
            var still = CompressibleFlow.Evolve(start, settings with { Eta = 0, Zeta = 0 }, 2, 0.02);
            var end = CompressibleFlow.Evolve(start, settings, 2, 0.02);
            double Size(Trajectories<double> flow) => Math.Sqrt(flow.Frame(2, 0, 1).ToArray().Sum(v => v * v));
            var square = 4 * Math.PI * Math.PI * (diagonal ? 2 : 1);
            return -Math.Log(Size(end) / Size(still)) / (0.02 * square);
        }
        var expected = 4 * 0.05 / 3 + 0.02;
        var (straight, slanted, published) = (Damping(false, true), Damping(true, true), Damping(true, false));
        output.WriteLine($"4η/3 + ζ = {expected:f4}; straight {straight:f4}, diagonal {slanted:f4}, diagonal without mixed terms {published:f4}");
        Assert.Equal(expected, straight, 0.03 * expected);
        Assert.Equal(expected, slanted, 0.03 * expected);
        Assert.True(published < 0.9 * expected);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Mass_momentum_and_energy_are_conserved_between_joined_ends(int dimensions)
    {
        var start = RandomFlows.Draw(FlowStates.Rand, 2, dimensions == 2 ? 24 : 12, dimensions, 1, seed: 4);
        var end = CompressibleFlow.Evolve(start, Square, 2, 0.1);
        for (var sample = 0; sample < 2; sample++)
        {
            var (before, _) = Totals(start, sample, 0);
            var (after, size) = Totals(end, sample, 1);
            for (var law = 0; law < before.Length; law++)
            {
                var relative = Math.Abs(after[law] - before[law]) / size[law];
                Assert.True(relative < 1e-12, $"sample {sample}, law {law}: {relative:e2}");
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_mirror_image_of_a_flow_is_the_flow_of_the_mirror_image(int dimensions)
    {
        var points = dimensions == 2 ? 20 : 10;
        var start = RandomFlows.Draw(FlowStates.Rand, 1, points, dimensions, 1, seed: 8);
        for (var axis = 0; axis < dimensions; axis++)
        {
            var mirrored = Mirror(CompressibleFlow.Evolve(start, Square, 2, 0.1), axis);
            var image = CompressibleFlow.Evolve(Mirror(start, axis), Square, 2, 0.1);
            foreach (var channel in Recompute.Compare(image, mirrored))
                Assert.True(channel.Largest < 1e-12, $"axis {axis}, {channel.Name}: {channel.Largest:e2}");
        }
    }

    [Fact]
    public void A_flow_that_does_not_depend_on_an_axis_is_the_flow_of_fewer_axes()
    {
        var line = RandomFields1d.Draw(InitialStates.Rand, 1, 32, seed: 6, xMin: 0, xMax: 1).AsTrajectories();
        var expected = CompressibleFlow.Evolve(line, Square, 2, 0.02);
        foreach (var axis in (int[])[0, 1])
        {
            var start = new Trajectories<double>(1, 1, axis == 0 ? [32, 4] : [4, 32], CompressibleFlow.ChannelNames(2));
            for (var i = 0; i < 128; i++)
            {
                var at = axis == 0 ? i / 4 : i % 32;
                (start.Channels[0][i], start.Channels[1][i], start.Channels[2 + axis][i]) = (line.Channels[0][at], line.Channels[1][at], line.Channels[2][at]);
            }
            // As wide across as long: the other axis must not limit the step, or the steps would differ.
            var settings = axis == 0 ? Square with { YMax = 100, YMin = 0 } : Square with { XMax = 100, YMin = 0, YMax = 1 };
            var end = CompressibleFlow.Evolve(start, settings, 2, 0.02);
            for (var i = 0; i < 128; i++)
                Assert.Equal(expected.Frame(0, 0, 1)[axis == 0 ? i / 4 : i % 32], end.Frame(0, 0, 1)[i], 1e-12);
        }
    }

    [Theory]
    [InlineData(FlowBoundary.Periodic)]
    [InlineData(FlowBoundary.Transparent)]
    [InlineData(FlowBoundary.KelvinHelmholtz)]
    public void A_uniform_flow_stays_uniform(FlowBoundary boundary)
    {
        var start = new Trajectories<double>(1, 1, [9, 7], CompressibleFlow.ChannelNames(2));
        double[] state = [1.3, 2.1, 0.7, -0.4];
        for (var c = 0; c < 4; c++)
            start.Channels[c].AsSpan().Fill(state[c]);
        var end = CompressibleFlow.Evolve(start, Square with { Boundary = boundary }, 2, 0.1);
        for (var c = 0; c < 4; c++)
            foreach (var value in end.Frame(c, 0, 1))
                Assert.Equal(state[c], value, 1e-12);
    }

    [Fact]
    public void A_sample_does_not_depend_on_threads_or_on_its_neighbours()
    {
        var start = RandomFlows.Draw(FlowStates.Rand, 4, 13, 2, 0.5, seed: 3).As<float>();
        var one = CompressibleFlow.Evolve(start, Square, 3, 0.02, new FlowRun { Threads = 1 });
        var four = CompressibleFlow.Evolve(start, Square, 3, 0.02, new FlowRun { Threads = 4 });
        var alone = CompressibleFlow.Evolve(start.SamplesAt(2), Square, 3, 0.02);
        for (var c = 0; c < 4; c++)
        {
            Assert.Equal(one.Channels[c], four.Channels[c]);
            Assert.Equal(one.SamplesAt(2).Channels[c], alone.Channels[c]);
        }
    }

    [Fact]
    public void What_cannot_be_solved_is_refused_in_a_sentence()
    {
        Assert.Contains("velocity components", Assert.Throws<ArgumentException>(() => CompressibleFlow.Evolve(new Trajectories<double>(1, 1, [8, 8], ["a", "b", "c"]), Square, 2, 0.1)).Message);
        Assert.Contains("one to three axes", Assert.Throws<ArgumentException>(() => new Trajectories<double>(1, 1, [8, 3], ["a"])).Message);
        Assert.Contains("lower end", Assert.Throws<ArgumentOutOfRangeException>(() => CompressibleFlow.Evolve(new Trajectories<double>(1, 1, [8, 8], CompressibleFlow.ChannelNames(2)), Square with { YMin = 2 }, 2, 0.1)).Message);
    }

    private static Trajectories<double> Golden() =>
        ReferenceFields.Read(ReferenceFields.Generated("2D_CFD_Rand_M0.1_Eta0.01_periodic_f64.safetensors"), "density", "pressure", "Vx", "Vy");

    private static Trajectories<double> Vortex(int points)
    {
        const double strength = 5, gamma = 1.4;
        var start = new Trajectories<double>(1, 1, [points, points], CompressibleFlow.ChannelNames(2));
        for (var i = 0; i < points; i++)
            for (var j = 0; j < points; j++)
            {
                double x = 10 * (i + 0.5) / points - 5, y = 10 * (j + 0.5) / points - 5, square = x * x + y * y;
                var swirl = strength / (2 * Math.PI) * Math.Exp((1 - square) / 2);
                var temperature = 1 - (gamma - 1) * strength * strength / (8 * gamma * Math.PI * Math.PI) * Math.Exp(1 - square);
                var at = i * points + j;
                start.Channels[0][at] = Math.Pow(temperature, 1 / (gamma - 1));
                start.Channels[1][at] = Math.Pow(temperature, gamma / (gamma - 1));
                start.Channels[2][at] = 1 - swirl * y;
                start.Channels[3][at] = 1 + swirl * x;
            }
        return start;
    }

    // The cells in reverse order along an axis, its velocity component with the other sign.
    private static Trajectories<double> Mirror(Trajectories<double> fields, int axis)
    {
        var mirrored = fields.SamplesAt(0);
        var n = fields.Shape[axis];
        var stride = fields.Shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        for (var c = 0; c < fields.Channels.Count; c++)
            for (var f = 0; f < fields.Frames; f++)
                for (var i = 0; i < fields.Cells; i++)
                {
                    var position = i / stride % n;
                    var value = fields.Frame(c, 0, f)[i + (n - 1 - 2 * position) * stride];
                    mirrored.Frame(c, 0, f)[i] = c == 2 + axis ? -value : value;
                }
        return mirrored;
    }

    // Sums of density, momenta and energy, and sums of their absolute values.
    private static (double[] Sums, double[] Sizes) Totals(Trajectories<double> fields, int sample, int frame)
    {
        var components = fields.Channels.Count - 2;
        double[] sums = new double[2 + components], sizes = new double[2 + components];
        for (var i = 0; i < fields.Cells; i++)
        {
            var rho = fields.Frame(0, sample, frame)[i];
            var energy = 1.5 * fields.Frame(1, sample, frame)[i];
            void Add(int law, double value)
            {
                sums[law] += value;
                sizes[law] += Math.Abs(value);
            }
            Add(0, rho);
            for (var c = 0; c < components; c++)
            {
                var v = fields.Frame(2 + c, sample, frame)[i];
                Add(2 + c, rho * v);
                energy += 0.5 * rho * v * v;
            }
            Add(1, energy);
        }
        return (sums, sizes);
    }

    private static double MeanDifference(ReadOnlySpan<double> values, ReadOnlySpan<double> exact)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
            sum += Math.Abs(values[i] - exact[i]);
        return sum / values.Length;
    }
}
