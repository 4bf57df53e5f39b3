// Diffusion-reaction and shallow water: the integrator, the laws, the symmetries.
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class ReactionAndWaterTest(ITestOutputHelper output)
{
    [Fact]
    public void The_integrator_and_its_interpolant_follow_an_oscillator_within_their_tolerance()
    {
        void Oscillator(double[] y, double[] f) => (f[0], f[1]) = (y[1], -y[0]);
        foreach (var tolerance in (double[])[1e-3, 1e-6, 1e-9])
        {
            var integrator = new DormandPrince(Oscillator, [0, 1], 10, tolerance, tolerance * 1e-3);
            var worst = 0.0;
            var y = new double[2];
            for (var k = 0; k <= 100; k++)
            {
                Assert.True(integrator.At(k * 0.1, y));
                worst = Math.Max(worst, Math.Abs(y[0] - Math.Sin(k * 0.1)));
            }
            output.WriteLine($"{tolerance:e0}: {worst:e2}");
            Assert.True(worst < 20 * tolerance);
        }
    }

    [Fact]
    public void Default_tolerances_are_visibly_coarser_than_tight_ones()
    {
        var start = new DiffusionReactionStart().Fields;
        var published = DiffusionReaction.Evolve(start, new DiffusionReactionSettings(), 3, 0.25);
        var tight = DiffusionReaction.Evolve(start, new DiffusionReactionSettings { RelativeTolerance = 1e-9, AbsoluteTolerance = 1e-12 }, 3, 0.25);
        var difference = Recompute.Compare(published, tight).Max(c => c.Largest);
        output.WriteLine($"{difference:e2}");
        Assert.InRange(difference, 1e-4, 5e-2);
    }

    [Fact]
    public void Turning_the_square_turns_the_reaction()
    {
        var start = new DiffusionReactionStart().Fields;
        var turned = Transposed(start);
        var end = DiffusionReaction.Evolve(start, new DiffusionReactionSettings(), 2, 0.5);
        Assert.True(Recompute.Compare(DiffusionReaction.Evolve(turned, new DiffusionReactionSettings(), 2, 0.5), Transposed(end)).Max(c => c.Largest) < 1e-10);
    }

    [Fact]
    public void Water_is_conserved_while_the_wave_is_inside_and_stays_mirror_symmetric()
    {
        const int points = 48;
        var start = ShallowWater.DamBreak(points, [0.5], new ShallowWaterSettings());
        var end = ShallowWater.Evolve(start, new ShallowWaterSettings(), 2, 0.8);
        var h = end.Frame(0, 0, 1).ToArray();
        Assert.Equal(start.Channels[0].Sum(), h.Sum(), 1e-9 * h.Sum());
        for (var i = 0; i < points; i++)
            for (var j = 0; j < points; j++)
            {
                Assert.Equal(h[i * points + j], h[(points - 1 - i) * points + j], 1e-12);
                Assert.Equal(h[i * points + j], h[i * points + points - 1 - j], 1e-12);
            }
        Assert.InRange(h.Max(), 1.0, 2.0);
        Assert.True(h.Min() > 0.2);
    }

    [Fact]
    public void Still_water_stays_still()
    {
        var start = ShallowWater.DamBreak(16, [0.0001], new ShallowWaterSettings());
        var end = ShallowWater.Evolve(start, new ShallowWaterSettings(), 2, 1);
        Assert.All(end.Frame(0, 0, 1).ToArray(), h => Assert.Equal(1, h, 1e-14));
    }

    private static Trajectories<double> Transposed(Trajectories<double> fields)
    {
        var turned = fields.SamplesAt(0);
        var n = fields.Shape[0];
        for (var c = 0; c < 2; c++)
            for (var f = 0; f < fields.Frames; f++)
                for (var i = 0; i < fields.Cells; i++)
                    turned.Frame(c, 0, f)[i] = fields.Frame(c, 0, f)[i % n * n + i / n];
        return turned;
    }

    private sealed class DiffusionReactionStart
    {
        public Trajectories<double> Fields { get; } = new(1, 1, [16, 16], DiffusionReaction.ChannelNames);

        public DiffusionReactionStart()
        {
            var random = new SampleRandom(3, 0);
            foreach (var channel in Fields.Channels)
                foreach (ref var value in channel.AsSpan())
                    value = random.Normal();
        }
    }
}
