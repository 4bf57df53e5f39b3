using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class TicksTests
{
    private static string[] Texts(IReadOnlyList<Tick> ticks) => [.. ticks.Select(t => t.Flat)];

    [Fact]
    public void Many_decades_are_ticked_at_powers_of_ten()
    {
        Assert.Equal(["10^−3", "10^−2", "10^−1", "1", "10", "10^2"], Texts(Ticks.Logarithmic(5e-4, 200, 8)));
    }

    [Fact]
    public void Too_many_decades_are_ticked_at_every_nth_power()
    {
        var ticks = Ticks.Logarithmic(1e-12, 1e3, 5);
        Assert.InRange(ticks.Count, 3, 6);
        var ratios = ticks.Zip(ticks.Skip(1), (a, b) => Math.Round(Math.Log10(b.Value / a.Value), 6)).Distinct().ToList();
        Assert.Single(ratios);
    }

    [Fact]
    public void Few_decades_are_ticked_between_powers_too()
    {
        Assert.Equal(["0.05", "0.1", "0.2", "0.3"], Texts(Ticks.Logarithmic(0.045, 0.34, 6)));
    }

    [Theory]
    [InlineData(0, 1, 5, new[] { "0", "0.2", "0.4", "0.6", "0.8", "1.0" })]
    [InlineData(-3, 3, 4, new[] { "−2", "0", "2" })]
    [InlineData(0, 1e7, 4, new[] { "0", "2.5×10^6", "5.0×10^6", "7.5×10^6", "10.0×10^6" })]
    [InlineData(0, 50000, 5, new[] { "0", "10,000", "20,000", "30,000", "40,000", "50,000" })]
    public void Linear_ticks_are_round_numbers(double low, double high, int wanted, string[] expected)
    {
        var texts = Texts(Ticks.Linear(low, high, wanted));
        if (high == 1e7) // one exponent for the whole axis, that of the largest tick
            expected = ["0", "0.25×10^7", "0.50×10^7", "0.75×10^7", "1.00×10^7"];
        Assert.Equal(expected, texts);
    }

    [Fact]
    public void Ticks_lie_inside_the_axis_and_ascend()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var low = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 9));
            var high = low + random.NextDouble() * Math.Pow(10, random.Next(-8, 9)) + 1e-9 * Math.Abs(low);
            var ticks = Ticks.Linear(low, high, 6);
            var room = (high - low) * 1e-5;
            Assert.All(ticks, t => Assert.InRange(t.Value, low - room, high + room));
            Assert.InRange(ticks.Count, 1, 14);
            Assert.Equal(ticks.Count, ticks.Select(t => t.Flat).Distinct().Count());
        }
    }

    [Fact]
    public void A_text_that_is_too_wide_keeps_its_ends()
    {
        var text = TextWidth.Shorten("encoder.layer.11.attention.output.dense.weight", 11, 120);
        Assert.Contains("…", text);
        Assert.StartsWith("enc", text);
        Assert.EndsWith("ght", text);
        Assert.True(TextWidth.Of(text, 11) <= 120);
    }
}
