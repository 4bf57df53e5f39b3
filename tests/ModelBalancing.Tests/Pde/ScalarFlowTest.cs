// The scalar solvers against exact solutions.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class ScalarFlowTest(ITestOutputHelper output)
{
    [Fact]
    public void A_wave_is_carried_around_the_ring_at_second_order()
    {
        double Error(int points)
        {
            var start = Wave(points, x => Math.Sin(2 * Math.PI * x));
            var end = ScalarFlow.Evolve(start, new ScalarSettings { Beta = 1 }, 2, 1);
            return Mean(end.Frame(0, 0, 1), start.Channels[0]);
        }
        var order = Math.Log2(Error(128) / Error(256));
        output.WriteLine($"order {order:f2}");
        Assert.True(order > 1.8);
    }

    [Fact]
    public void The_full_flux_is_the_half_one_at_twice_the_speed()
    {
        var start = Wave(64, x => Math.Sin(2 * Math.PI * x) + 0.3 * Math.Cos(6 * Math.PI * x));
        // Half a turn of the full flux at β = 1 is a turn: the crest is where it was, which the half flux reaches only at t = 1.
        var full = ScalarFlow.Evolve(start, new ScalarSettings { FullFlux = true }, 2, 0.5);
        var half = ScalarFlow.Evolve(start, new ScalarSettings(), 2, 0.5);
        Assert.True(Mean(full.Frame(0, 0, 1), start.Channels[0]) < 0.05);
        Assert.True(Mean(half.Frame(0, 0, 1), start.Channels[0]) > 0.5);
    }

    [Fact]
    public void Burgers_meets_the_exact_viscous_profile()
    {
        // The Cole-Hopf solution with φ = 1 + a·exp(−D k² t)·cos kx on a ring: u = −2 D φ'/φ.
        const double nu = 0.2, a = 0.9, time = 0.2;
        var diffusivity = nu / Math.PI;
        const double k = 2 * Math.PI;
        double Exact(double x, double t)
        {
            var decay = a * Math.Exp(-diffusivity * k * k * t);
            return 2 * diffusivity * decay * k * Math.Sin(k * x) / (1 + decay * Math.Cos(k * x));
        }
        double Error(int points)
        {
            var end = ScalarFlow.Evolve(Wave(points, x => Exact(x, 0)), new ScalarSettings { Equation = ScalarEquation.Burgers, Nu = nu }, 2, time);
            return Mean(end.Frame(0, 0, 1), Wave(points, x => Exact(x, time)).Channels[0]);
        }
        var (coarse, fine) = (Error(64), Error(128));
        output.WriteLine($"{coarse:e2}, {fine:e2}, order {Math.Log2(coarse / fine):f2}");
        Assert.True(Math.Log2(coarse / fine) > 1.8);
    }

    [Fact]
    public void Growth_alone_is_the_logistic_curve()
    {
        var start = Wave(8, _ => 0.2);
        var end = ScalarFlow.Evolve(start, new ScalarSettings { Equation = ScalarEquation.ReactionDiffusion, Nu = 0.5, Rho = 3 }, 2, 0.7);
        var exact = 1 / (1 + Math.Exp(-3 * 0.7) * 4);
        foreach (var value in end.Frame(0, 0, 1))
            Assert.Equal(exact, value, 1e-12);
    }

    [Fact]
    public void Diffusion_alone_damps_a_wave_at_its_rate()
    {
        const double nu = 0.1, time = 0.1;
        var factor = Math.Exp(-nu * 4 * Math.PI * Math.PI * time);
        var start = Wave(64, x => 0.5 + 0.1 * Math.Sin(2 * Math.PI * x));
        var end = ScalarFlow.Evolve(start, new ScalarSettings { Equation = ScalarEquation.ReactionDiffusion, Nu = nu, Rho = 0 }, 2, time);
        Assert.True(Mean(end.Frame(0, 0, 1), Wave(64, x => 0.5 + 0.1 * factor * Math.Sin(2 * Math.PI * x)).Channels[0]) < 1e-4);
    }

    [Fact]
    public void Precisions_agree_and_equal_seeds_give_equal_starts()
    {
        var start = RandomFields1d.DrawScalar(3, 64, seed: 2, firstSample: 0, xMin: 0, xMax: 1, normalized: true);
        Assert.Equal(start.SamplesAt(2).Channels[0], RandomFields1d.DrawScalar(1, 64, 2, 2, 0, 1, true).Channels[0]);
        Assert.Equal((0, 1), (start.Channels[0].Min(), start.Channels[0].Max()));
        var settings = new ScalarSettings { Equation = ScalarEquation.ReactionDiffusion, Nu = 0.5 };
        var precise = ScalarFlow.Evolve(start, settings, 2, 0.05);
        var rough = ScalarFlow.Evolve(start.As<float>(), settings, 2, 0.05).As<double>();
        Assert.True(ModelBalancing.Pde.PdeBench.Recompute.Compare(rough, precise).Single().Largest < 1e-3);
    }

    private static Trajectories<double> Wave(int points, Func<double, double> field)
    {
        var start = new Trajectories<double>(1, 1, [points], [ScalarFlow.Channel]);
        for (var i = 0; i < points; i++)
            start.Channels[0][i] = field((i + 0.5) / points);
        return start;
    }

    private static double Mean(ReadOnlySpan<double> values, ReadOnlySpan<double> exact)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
            sum += Math.Abs(values[i] - exact[i]);
        return sum / values.Length;
    }
}
