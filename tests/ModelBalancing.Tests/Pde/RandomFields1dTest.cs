// First frames: reproducible, in their ranges, and distributed as published.
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class RandomFields1dTest
{
    [Theory]
    [InlineData(InitialStates.Rand)]
    [InlineData(InitialStates.Shock)]
    public void A_sample_depends_on_the_seed_and_its_index_only(InitialStates states)
    {
        var many = RandomFields1d.Draw(states, 5, 40, seed: 11);
        var one = RandomFields1d.Draw(states, 1, 40, seed: 11, firstSample: 3);
        var other = RandomFields1d.Draw(states, 1, 40, seed: 12, firstSample: 3);
        for (var c = 0; c < 3; c++)
        {
            Assert.Equal(many.SamplesAt(3).Channels[c], one.Channels[c]);
            Assert.NotEqual(one.Channels[c], other.Channels[c]);
        }
    }

    [Fact]
    public void Rand_fields_stay_in_their_published_ranges()
    {
        var fields = RandomFields1d.Draw(InitialStates.Rand, 500, 64, seed: 1);
        Assert.All(fields.Density, v => Assert.InRange(v, 1, 20));
        Assert.All(fields.Pressure, v => Assert.InRange(v, 10, 200));
        Assert.All(fields.Velocity, v => Assert.InRange(v, -3, 3));
    }

    [Fact]
    public void Half_of_the_velocities_are_windowed_and_the_window_is_in_the_right_half()
    {
        const int samples = 2000, points = 128;
        var fields = RandomFields1d.Draw(InitialStates.Rand, samples, points, seed: 2);
        var windowed = 0;
        for (var s = 0; s < samples; s++)
        {
            var velocity = fields.Row(fields.Velocity, s, 0);
            // Windows lie within (0.1, 0.725): the left half is then practically zero.
            if (velocity[..(points / 2)].ToArray().All(v => Math.Abs(v) < 1e-6))
                windowed++;
        }
        // 2000 tosses of a fair coin: standard deviation 22.
        Assert.InRange(windowed, 890, 1110);
    }

    [Fact]
    public void Each_jump_lies_where_its_right_state_says()
    {
        const int points = 200;
        var fields = RandomFields1d.Draw(InitialStates.Shock, 50, points, seed: 4);
        (double Low, double High)[] ranges = [(1, 10), (10, 100), (Math.Exp(-0.5), Math.Exp(0.5))];
        for (var s = 0; s < fields.Samples; s++)
            for (var c = 0; c < 3; c++)
            {
                var row = fields.Row(fields.Channels[c], s, 0);
                var u = Math.Log(row[^1] / ranges[c].Low) / Math.Log(ranges[c].High / ranges[c].Low);
                var cell = (int)(points * (0.25 + 0.5 * u) + 1e-9);
                Assert.InRange(row[0], ranges[c].Low, ranges[c].High);
                Assert.All(row[(cell + 1)..].ToArray(), v => Assert.Equal(fields.Channels[c][(s + 1) * points - 1], v));
                Assert.Equal(row[0], row[cell - 1]);
            }
    }
}
