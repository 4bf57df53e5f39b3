// Darcy flow against a made-up solution, and the march against the steady state.
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class DarcyFlowTest(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, 0.8, 1.05)] // zero at the centre of the cells beyond the wall, as published
    [InlineData(true, 1.85, 2.1)] // zero on the wall
    public void A_known_solution_is_met_at_the_order_of_its_wall(bool zeroOnTheWall, double least, double most)
    {
        // u = sin πx sin πy, a = 1 + ½ sin πx sin πy, source = −div(a grad u).
        var errors = Array.ConvertAll((int[])[16, 32, 64], points =>
        {
            var problem = new Trajectories<double>(1, 1, [points, points], DarcyFlow.ChannelNames);
            double[] source = new double[points * points], exact = new double[points * points];
            for (var i = 0; i < points; i++)
                for (var j = 0; j < points; j++)
                {
                    double x = Math.PI * (i + 0.5) / points, y = Math.PI * (j + 0.5) / points, wave = Math.Sin(x) * Math.Sin(y);
                    var at = i * points + j;
                    exact[at] = wave;
                    problem.Channels[1][at] = 1 + 0.5 * wave;
                    var slopes = Math.Pow(Math.Cos(x) * Math.Sin(y), 2) + Math.Pow(Math.Sin(x) * Math.Cos(y), 2);
                    source[at] = Math.PI * Math.PI * (2 * wave * (1 + 0.5 * wave) - 0.5 * slopes);
                }
            var solved = DarcyFlow.Steady(problem, new DarcySettings { ZeroOnTheWall = zeroOnTheWall }, null, source);
            return Math.Sqrt(solved.Channels[0].Zip(exact, (a, b) => (a - b) * (a - b)).Average());
        });
        var order = Math.Log2(errors[1] / errors[2]);
        output.WriteLine($"{errors[0]:e2}, {errors[1]:e2}, {errors[2]:e2}, order {order:f2}");
        Assert.InRange(order, least, most);
    }

    [Fact]
    public void The_march_ends_in_the_steady_state_and_the_field_is_linear_in_its_source()
    {
        var problem = DarcyFields.Draw(2, 16, seed: 5);
        var steady = DarcyFlow.Steady(problem, new DarcySettings { Beta = 10 });
        var one = DarcyFlow.Steady(problem, new DarcySettings { Beta = 1 });
        for (var i = 0; i < steady.Channels[0].Length; i++)
            Assert.Equal(10 * one.Channels[0][i], steady.Channels[0][i], 1e-9);
        var march = DarcyFlow.March(problem, new DarcySettings { Beta = 10 }, 2, 40);
        Assert.True(Recompute.Compare(march.FrameAt(1), steady, 1).Single().Largest < 1e-9);
    }

    [Fact]
    public void A_conductivity_takes_two_values_and_depends_on_its_own_index_only()
    {
        var problems = DarcyFields.Draw(30, 24, seed: 1, firstSample: 190);
        Assert.All(problems.Channels[1], a => Assert.True(a is 1 or 0.1));
        Assert.InRange(problems.Channels[1].Average(a => a == 1 ? 1.0 : 0), 0.25, 0.75);
        Assert.Equal(problems.SamplesAt(20).Channels[1], DarcyFields.Draw(1, 24, 1, 210).Channels[1]);
        Assert.Equal(problems.SamplesAt(20).Channels[0], DarcyFields.Draw(1, 24, 1, 210).Channels[0]);
    }

    [Fact]
    public void What_cannot_be_solved_is_refused_in_a_sentence() =>
        Assert.Contains("expected positive", Assert.Throws<ArgumentException>(() => DarcyFlow.Steady(new Trajectories<double>(1, 1, [8, 8], DarcyFlow.ChannelNames), new DarcySettings())).Message);
}
