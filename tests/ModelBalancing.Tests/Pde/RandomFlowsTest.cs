// First frames of two and three dimensions have the distributions that they claim.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class RandomFlowsTest(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2, 0.1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    public void Random_flows_have_positive_density_and_pressure_and_the_wanted_Mach_number(int dimensions, double mach)
    {
        var fields = RandomFlows.Draw(FlowStates.Rand, 30, dimensions == 2 ? 24 : 10, dimensions, mach, seed: 1);
        Assert.True(fields.Channels[0].Min() > 0 && fields.Channels[1].Min() > 0);
        var windowed = 0;
        for (var s = 0; s < fields.Samples; s++)
        {
            var corner = Enumerable.Range(2, dimensions).All(c => Math.Abs(fields.Frame(c, s, 0)[0]) < 1e-6);
            if (corner)
            {
                windowed++;
                continue;
            }
            double speed = 0, temperature = 0;
            for (var i = 0; i < fields.Cells; i++)
            {
                speed += Math.Sqrt(Enumerable.Range(2, dimensions).Sum(c => Math.Pow(fields.Frame(c, s, 0)[i], 2)));
                temperature += fields.Frame(1, s, 0)[i] / fields.Frame(0, s, 0)[i];
            }
            var measured = speed / Math.Sqrt(5.0 / 3.0 * temperature / fields.Cells) / Math.Sqrt(fields.Cells);
            Assert.Equal(mach, measured / Math.Sqrt(fields.Cells), 0.1 * mach);
        }
        output.WriteLine($"{windowed} of {fields.Samples} within a window");
        Assert.InRange(windowed, 7, 23);
    }

    [Fact]
    public void Turbulence_has_no_divergence_unless_the_published_projection_is_asked_for()
    {
        double Divergence(bool published)
        {
            const int n = 32;
            var fields = RandomFlows.Draw(FlowStates.Turb, 1, n, 2, 1, seed: 2, publishedProjection: published);
            double[] u = fields.Channels[2], v = fields.Channels[3];
            double largest = 0, gradient = 0;
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                {
                    // The derivative of a sum of waves up to the fourth is exact by eight-point differences to a few per mille.
                    double Slope(double[] f, bool alongX)
                    {
                        double At(int k) => alongX ? f[(i + k + n) % n * n + j] : f[i * n + (j + k + n) % n];
                        return n * (4.0 / 5 * (At(1) - At(-1)) - 1.0 / 5 * (At(2) - At(-2)) + 4.0 / 105 * (At(3) - At(-3)) - 1.0 / 280 * (At(4) - At(-4)));
                    }
                    largest = Math.Max(largest, Math.Abs(Slope(u, true) + Slope(v, false)));
                    gradient = Math.Max(gradient, Math.Abs(Slope(u, true)));
                }
            return largest / gradient;
        }
        var (ours, published) = (Divergence(false), Divergence(true));
        output.WriteLine($"ours {ours:e2}, published {published:e2}");
        Assert.True(ours < 1e-3);
        Assert.True(published > 0.05);
    }

    [Fact]
    public void The_shear_layer_is_two_streams_of_equal_pressure()
    {
        var fields = RandomFlows.Draw(FlowStates.KelvinHelmholtz, 5, 256, 2, 0.1, seed: 3);
        Assert.All(fields.Channels[2], u => Assert.Equal(1, Math.Abs(u)));
        for (var s = 0; s < 5; s++)
        {
            Assert.Single(fields.Frame(1, s, 0).ToArray().Distinct());
            Assert.Equal(2, fields.Frame(0, s, 0).ToArray().Distinct().Count());
            // At 256 points the ripple of 0.005 is more than a cell: the interface is not flat.
            var borders = Enumerable.Range(0, 256).Select(i => fields.Frame(2, s, 0).Slice(i * 256, 256).IndexOf(1.0)).Distinct().Count();
            Assert.True(borders > 1);
        }
    }

    [Fact]
    public void A_sample_depends_on_its_index_only()
    {
        foreach (var states in Enum.GetValues<FlowStates>())
        {
            var many = RandomFlows.Draw(states, 4, 16, 2, 0.5, seed: 7, firstSample: 3);
            var one = RandomFlows.Draw(states, 1, 16, 2, 0.5, seed: 7, firstSample: 5);
            for (var c = 0; c < 4; c++)
                Assert.Equal(many.SamplesAt(2).Channels[c], one.Channels[c]);
        }
        Assert.Contains("Turb and KelvinHelmholtz in 2", Assert.Throws<ArgumentException>(() => RandomFlows.Draw(FlowStates.Turb, 1, 8, 3, 1, 0)).Message);
    }

    [Fact]
    public void The_seven_tubes_are_Toros()
    {
        var tube = RandomFields1d.Tube(3, 100);
        Assert.Equal((5.99924, 19.5975, 460.894), (tube.Density[39], tube.Velocity[39], tube.Pressure[39]));
        Assert.Equal((5.99242, -6.19633, 46.095), (tube.Density[40], tube.Velocity[40], tube.Pressure[40]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomFields1d.Tube(7, 100));
    }
}
