// What a model has to beat, checked on problems whose answer is known.
using ModelBalancing.Pde;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Pde;

public class FloorsTest
{
    [Fact]
    public void Persistence_repeats_the_last_given_frame()
    {
        using var scope = NewDisposeScope();
        var given = randn(2, 5, 3, 2);
        var predicted = Floors.Persistence(given, 4);
        Assert.Equal(new long[] { 2, 5, 4, 2 }, predicted.shape);
        for (var t = 0; t < 4; t++)
            Assert.True(predicted.select(2, t).equal(given.select(2, 2)).all().item<bool>());
    }

    [Fact]
    public void A_linear_evolution_is_predicted_by_the_linear_floor()
    {
        using var scope = NewDisposeScope();
        // Fields of three waves; each frame is the one before, moved by one cell: linear, and spanned by few samples.
        var fields = Moving(samples: 24, points: 16, frames: 7, seed: 1);
        var fresh = Moving(samples: 5, points: 16, frames: 7, seed: 2);
        var floor = Floors.Linear(fields.narrow(2, 0, 3), fields.narrow(2, 3, 4));
        var predicted = floor.Predict(fresh.narrow(2, 0, 3));
        Assert.Equal(new long[] { 5, 16, 4, 1 }, predicted.shape);
        Assert.True(Metrics.OfPredictedFrames(predicted, fresh.narrow(2, 3, 4), 3).NRmse.Mean < 1e-2);
        var persistence = Floors.Persistence(fresh.narrow(2, 0, 3), 4);
        Assert.True(Metrics.OfPredictedFrames(persistence, fresh.narrow(2, 3, 4), 3).NRmse.Mean > 0.3);
    }

    [Fact]
    public void On_a_plane_a_moving_wave_is_predicted_too()
    {
        using var scope = NewDisposeScope();
        Tensor Fields(int samples, int seed)
        {
            var random = new Random(seed);
            double[] values = new double[samples * 8 * 9 * 6];
            for (int s = 0, at = 0; s < samples; s++)
            {
                var (first, second) = (random.NextDouble() * 6, random.NextDouble() * 6);
                for (int x = 0; x < 8; x++)
                    for (int y = 0; y < 9; y++)
                        for (int t = 0; t < 6; t++)
                            values[at++] = 3 + Math.Sin(2 * Math.PI * (x - t) / 8.0 + first) + Math.Cos(2 * Math.PI * (2.0 * (y - 2 * t) / 9 + (x - t) / 8.0) + second);
            }
            return tensor(values).reshape(samples, 8, 9, 6, 1);
        }
        var (fields, fresh) = (Fields(12, 1), Fields(3, 2));
        var predicted = Floors.Linear(fields.narrow(3, 0, 2), fields.narrow(3, 2, 4)).Predict(fresh.narrow(3, 0, 2));
        Assert.True(Metrics.OfPredictedFrames(predicted, fresh.narrow(3, 2, 4), 2).NRmse.Mean < 1e-3);
        Assert.True(Metrics.OfPredictedFrames(Floors.Persistence(fresh.narrow(3, 0, 2), 4), fresh.narrow(3, 2, 4), 2).NRmse.Mean > 0.1);
    }

    [Fact]
    public void The_mean_field_is_that_of_the_training_samples()
    {
        using var scope = NewDisposeScope();
        var future = arange(24, dtype: ScalarType.Float64).reshape(3, 2, 2, 1, 2);
        var predicted = Floors.MeanField(future, 5);
        Assert.Equal([5, 2, 2, 1, 2], predicted.shape);
        Assert.Equal(8 + 3, predicted[4, 0, 1, 0, 1].item<double>());
    }

    [Fact]
    public void Without_anything_to_learn_the_linear_floor_keeps_a_large_penalty()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var given = randn(20, 8, 2, 1);
        // Noise upon the last frame: the best guess is no change at all.
        var future = given.narrow(2, 1, 1) + randn(20, 8, 2, 1);
        Assert.True(Floors.Linear(given, future).Penalty >= 1);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        var floor = Floors.Linear(randn(4, 8, 2, 1), randn(4, 8, 3, 1));
        Assert.Contains("fitted for (batch, 8, 2, 1)", Assert.Throws<ArgumentException>(() => floor.Predict(randn(4, 8, 3, 1))).Message);
        Assert.Contains("two or more", Assert.Throws<ArgumentException>(() => Floors.Linear(randn(1, 8, 2, 1), randn(1, 8, 3, 1))).Message);
        Assert.Contains("(batch, x..., time, channel)", Assert.Throws<ArgumentException>(() => Floors.Persistence(randn(4, 8), 2)).Message);
    }

    private static TorchSharp.torch.Tensor Moving(int samples, int points, int frames, int seed)
    {
        var random = new Random(seed);
        var values = new float[samples * points * frames];
        for (var s = 0; s < samples; s++)
        {
            var waves = Enumerable.Range(1, 3).Select(k => (k, random.NextDouble(), random.NextDouble() * 2 * Math.PI)).ToArray();
            for (var x = 0; x < points; x++)
                for (var t = 0; t < frames; t++)
                    values[(s * points + x) * frames + t] = (float)waves.Sum(w => w.Item2 * Math.Sin(2 * Math.PI * w.k * (x - t) / points + w.Item3));
        }
        return tensor(values, new long[] { samples, points, frames, 1 });
    }
}
