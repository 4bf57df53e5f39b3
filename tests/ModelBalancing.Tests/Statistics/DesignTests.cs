// What designs find: drawn studies against the formula of power, and the parts of a spread in groups.
using ModelBalancing.Statistics;

namespace ModelBalancing.Tests.Statistics;

public sealed class DesignTests
{
    [Theory]
    [InlineData(3, 1.0)]
    [InlineData(3, 3.3)]
    [InlineData(10, 1.0)]
    [InlineData(10, 0.3)]
    public void Drawn_studies_find_an_effect_as_often_as_the_noncentral_t_says(int pairs, double effect)
    {
        var drawn = PairedStudies.Draw(effect, pairs);
        double power = Power.Paired(effect, pairs), error = Math.Sqrt(power * (1 - power) / drawn.Studies);
        Assert.InRange(drawn.Found, power - 4 * error, power + 4 * error);
    }

    [Fact]
    public void Without_an_effect_a_share_of_the_level_is_found_half_of_it_on_either_side()
    {
        var drawn = PairedStudies.Draw(0, 5, studies: 40_000);
        Assert.InRange(drawn.Found, 0.045, 0.055);
        Assert.InRange(drawn.WrongSide, 0.45, 0.55);
        Assert.Equal(double.PositiveInfinity, drawn.Exaggeration);
    }

    [Fact]
    public void Significant_effects_look_too_large_and_the_more_so_the_weaker_the_design()
    {
        double[] exaggerations = [.. new[] { 3, 5, 10, 30 }.Select(pairs => PairedStudies.Draw(0.5, pairs).Exaggeration)];
        Assert.Equal(exaggerations.OrderDescending(), exaggerations);
        Assert.InRange(exaggerations[^1], 1, 1.2);
        Assert.True(exaggerations[0] > 2);
    }

    [Fact]
    public void Draws_depend_on_the_seed_alone()
    {
        Assert.Equal(PairedStudies.Draw(0.5, 4, 500, seed: 7), PairedStudies.Draw(0.5, 4, 500, seed: 7));
        Assert.NotEqual(PairedStudies.Draw(0.5, 4, 500, seed: 7).FoundSize, PairedStudies.Draw(0.5, 4, 500, seed: 8).FoundSize);
    }

    [Theory]
    [InlineData(-1, 3, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 3, 0)]
    public void Designs_that_cannot_be_are_refused(double effect, int pairs, int studies) =>
        Assert.Throws<ArgumentException>(() => PairedStudies.Draw(effect, pairs, studies));

    [Fact]
    public void Components_of_equal_groups_are_those_of_the_analysis_of_variance()
    {
        var parts = NestedVariance.Of([[1, 2, 3], [4, 5, 6]]);
        Assert.Equal(1, parts.Within, 12);
        Assert.Equal(12.5 / 3, parts.Between, 12);
        Assert.Equal(13.5, parts.F, 12);
        Assert.Equal(0.021311641128756727, parts.P, 12); // scipy.stats.f.sf(13.5, 1, 4)
        Assert.Equal(12.5 / 15.5, parts.GroupShare, 12);
    }

    [Fact]
    public void Groups_may_differ_in_size()
    {
        var parts = NestedVariance.Of([[1, 2, 3], [4, 7], [5]]);
        double within = 6.5 / 3, size = (6 - 14.0 / 6) / 2;
        double between = (3 * Math.Pow(2 - 22.0 / 6, 2) + 2 * Math.Pow(5.5 - 22.0 / 6, 2) + Math.Pow(5 - 22.0 / 6, 2)) / 2;
        Assert.Equal(within, parts.Within, 12);
        Assert.Equal((between - within) / size, parts.Between, 12);
    }

    [Fact]
    public void A_variance_between_groups_is_never_below_zero()
    {
        var parts = NestedVariance.Of([[1, 3], [3, 1]]);
        Assert.Equal((0, 2), (parts.Between, parts.Within));
        Assert.Throws<ArgumentException>(() => NestedVariance.Of([[1.0], [2.0]]));
        Assert.Throws<ArgumentException>(() => NestedVariance.Of([[1.0, 2.0], []]));
    }
}
