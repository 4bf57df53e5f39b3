// Laws of the standardiser, the schedule and the order of rows.
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public class StandardiserTests
{
    private static Tensor Fields() => tensor(Enumerable.Range(0, 5 * 8 * 4 * 3).Select(i => i % 3 == 0 ? 100 + Math.Sin(i) : i % 3 == 1 ? 1e-3 * Math.Cos(i) : 7).ToArray(), [5, 8, 4, 3]);

    [Fact]
    public void Standardised_channels_have_mean_zero_and_deviation_one()
    {
        using var scope = NewDisposeScope();
        var standard = Standardiser.Fit(Fields()).Apply(Fields()).reshape(-1, 3);
        double[] means = [.. standard.mean([0]).data<double>()], squares = [.. standard.square().mean([0]).data<double>()];
        Assert.All(means, mean => Assert.Equal(0, mean, 1e-11));
        Assert.Equal(1, squares[0], 1e-9);
        Assert.Equal(1, squares[1], 1e-9);
    }

    [Fact]
    public void A_constant_channel_becomes_zero_and_comes_back()
    {
        using var scope = NewDisposeScope();
        var standardiser = Standardiser.Fit(Fields());
        Assert.Equal(7, standardiser.Means[2], 1e-12);
        Assert.Equal(1, standardiser.Deviations[2]);
        Assert.Equal(0, standardiser.Apply(Fields()).select(3, 2).abs().max().item<double>(), 1e-11);
    }

    [Fact]
    public void Inverting_gives_the_physical_fields_back()
    {
        using var scope = NewDisposeScope();
        var standardiser = Standardiser.Fit(Fields());
        Assert.True((standardiser.Invert(standardiser.Apply(Fields())) - Fields()).abs().max().item<double>() < 1e-12);
        var single = Fields().to(ScalarType.Float32);
        Assert.Equal(ScalarType.Float32, standardiser.Apply(single).dtype);
        Assert.True((standardiser.Invert(standardiser.Apply(single)) - single).abs().max().item<float>() < 2e-5);
    }

    [Fact]
    public void Raw_changes_nothing()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, (Standardiser.Raw(3).Apply(Fields()) - Fields()).abs().max().item<double>());
    }

    [Fact]
    public void Wrong_channels_and_values_that_are_not_finite_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("3 channels", Assert.Throws<ArgumentException>(() => Standardiser.Raw(3).Apply(zeros(2, 4))).Message);
        Assert.Contains("channel 1", Assert.Throws<ArgumentException>(() => Standardiser.Fit(tensor(new double[] { 0, 1, 2, double.NaN }, [2, 2]))).Message);
    }

    [Fact]
    public void The_rate_halves_every_so_many_epochs()
    {
        var decay = new StepDecay(100, 0.5);
        Assert.Equal([8, 8, 4, 4, 2], new[] { 0, 99, 100, 199, 200 }.Select(epoch => decay.Rate(8, epoch)));
        Assert.Throws<ArgumentOutOfRangeException>(() => decay.Rate(1, -1));
    }

    [Fact]
    public void An_epochs_order_depends_on_seed_and_epoch_alone()
    {
        int[] order = DataOrder.Epoch(3, 5, 40);
        Assert.Equal(order, DataOrder.Epoch(3, 5, 40));
        Assert.Equal(Enumerable.Range(0, 40), order.Order());
        Assert.NotEqual(order, DataOrder.Epoch(3, 6, 40));
        Assert.NotEqual(order, DataOrder.Epoch(4, 5, 40));
        Assert.Equal([15, 15, 10], DataOrder.Batches(3, 5, 40, 15).Select(batch => batch.Length));
        Assert.Equal(order, DataOrder.Batches(3, 5, 40, 15).SelectMany(batch => batch));
    }
}
