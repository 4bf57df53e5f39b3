using ModelBalancing.Figures;

namespace ModelBalancing.Tests.Figures;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(8.5e-4, "850 µs")]
    [InlineData(0.0449, "45 ms")]
    [InlineData(0.9996, "1.0 s")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(59.97, "1 min 00 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3599.9, "1 h 00 min")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(97200, "1 d 3 h")]
    [InlineData(-5, "−5.0 s")]
    [InlineData(double.NaN, "unknown")]
    public void Durations_read_naturally(double seconds, string expected) => Assert.Equal(expected, Quantities.Duration(seconds));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(812, "812 B")]
    [InlineData(999.6, "1 kB")]
    [InlineData(4_830_000, "4.83 MB")]
    [InlineData(400e6, "400 MB")]
    [InlineData(999_600_000, "1 GB")]
    [InlineData(12_340_000_000, "12.3 GB")]
    public void Sizes_read_naturally(double bytes, string expected) => Assert.Equal(expected, Quantities.Bytes(bytes));

    [Theory]
    [InlineData(0.123456, "0.1235")]
    [InlineData(1234567, "1.235e06")]
    [InlineData(123456, "123456")]
    [InlineData(0.0000123, "1.23e-05")]
    [InlineData(-2.5, "−2.500")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_have_four_significant_digits(double value, string expected) => Assert.Equal(expected, Quantities.Number(value));

    [Fact]
    public void Counts_and_shares_read_naturally()
    {
        Assert.Equal("1,048,576", Quantities.Count(1048576));
        Assert.Equal("5.1 %", Quantities.Percent(0.0512));
    }

    [Fact]
    public void An_estimate_is_a_sentence()
    {
        Assert.Equal("about 3 min 20 s and 400 MB (measured on 5 warm-up steps)", new CostEstimate(TimeSpan.FromSeconds(201.7), 398_000_000, 5).Sentence);
        Assert.Equal("about 20 ms and 1.2 GB (measured on 1 warm-up step)", $"{new CostEstimate(TimeSpan.FromSeconds(0.0203), 1_201_000_000, 1)}");
    }

    [Fact]
    public void An_estimate_extrapolates_the_time_of_its_steps()
    {
        var calls = 0;
        var estimate = CostEstimate.Measure(() => { calls++; Thread.Sleep(5); }, steps: 1000, warmupSteps: 4);
        Assert.Equal(5, calls);
        Assert.True(estimate.Duration >= TimeSpan.FromSeconds(4.9), $"{estimate.Duration}");
        Assert.True(estimate.Bytes > 1_000_000);
        Assert.Throws<ArgumentOutOfRangeException>(() => CostEstimate.Measure(() => { }, 0));
    }
}
