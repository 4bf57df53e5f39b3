// The field metrics against hand-made cases and against what the two public metric functions returned.
using System.Text.Json;
using ModelBalancing.Pde;
using ModelBalancing.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Pde;

public class MetricsTest
{
    private const int Points = 64;

    // (a) of the specification
    [Fact]
    public void A_perfect_prediction_has_no_error()
    {
        var metrics = Constant((_, x, t, c) => 1 + x + t + c, (_, x, t, c) => 1 + x + t + c);
        Assert.All(metrics.Means.Values, v => Assert.Equal(0.0, v));
        Assert.Equal(0, metrics.ZeroFields);
    }

    // (b)
    [Fact]
    public void A_constant_offset_is_an_error_of_the_lowest_mode_only()
    {
        const double offset = 0.25;
        var means = Constant((_, _, _, _) => 1 + offset, (_, _, _, _) => 1).Means;
        foreach (var name in new[] { "RMSE", "cRMSE", "Max", "bRMSE", "nRMSE" })
            Assert.Equal(offset, means[name], 1e-12);
        Assert.Equal(offset / 4, means["fRMSE_low"], 1e-12);
        Assert.Equal(0, means["fRMSE_mid"], 1e-12);
        Assert.Equal(0, means["fRMSE_high"], 1e-12);
    }

    // (c)
    [Fact]
    public void A_wave_is_an_error_of_its_own_band()
    {
        const double size = 0.1;
        // On the grid 0, 1/64, ...: the end cells hold cos 0 and cos(-2 pi 6/64).
        var means = Constant((_, x, _, _) => 2 + size * Math.Cos(2 * Math.PI * 6 * x / Points), (_, _, _, _) => 2).Means;
        Assert.Equal(size / 16, means["fRMSE_mid"], 1e-12);
        Assert.Equal(0, means["fRMSE_low"], 1e-12);
        Assert.Equal(0.9196 * size, means["bRMSE"], 1e-4 * size);
        Assert.Equal(size / Math.Sqrt(2), means["RMSE"], 1e-12);
        Assert.Equal(0, means["cRMSE"], 1e-12);
    }

    // (d)
    [Fact]
    public void Half_of_the_target_is_half_wrong() =>
        Assert.Equal(0.5, Constant((_, _, _, _) => 1, (_, _, _, _) => 2).NRmse.Mean, 1e-15);

    // (f)
    [Fact]
    public void The_authors_variant_is_smaller_by_the_share_of_the_given_frames()
    {
        var metrics = Constant((_, _, t, _) => t < 2 ? 2 : 1, (_, _, _, _) => 2, frames: 5, given: 2);
        Assert.Equal(0.5, metrics.NRmse.Mean, 1e-15);
        Assert.Equal(0.3, metrics.NRmseAllFrames.Mean, 1e-15);
    }

    [Fact]
    public void Predicted_frames_alone_give_the_same_as_all_frames_with_exact_given_ones()
    {
        using var scope = NewDisposeScope();
        var target = randn(3, 16, 6, 2);
        var prediction = target.clone();
        prediction.narrow(2, 2, 4).add_(randn(3, 16, 4, 2), 0.1);
        var all = Metrics.Of(prediction, target, 2);
        var predicted = Metrics.OfPredictedFrames(prediction.narrow(2, 2, 4), target.narrow(2, 2, 4), 2);
        foreach (var (name, value) in all.Means)
            Assert.Equal(value, predicted.Means[name], 1e-12);
        Assert.Equal(all.NRmseAllFrames.PerChannel, predicted.NRmseAllFrames.PerChannel, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(all.NRmse.Mean, Metrics.NRmse(prediction, target, 2), 1e-12);
        Assert.Equal(all.NRmseAllFrames.Mean, Metrics.NRmseAllFrames(prediction, target, 2), 1e-12);
    }

    [Fact]
    public void Every_sample_weighs_the_same_in_whatever_batches_it_came()
    {
        // Five samples with errors 1 to 5: their mean is 3; batches of two, averaged, would say 3.33.
        var metrics = Constant((s, _, _, _) => 10 + s + 1, (_, _, _, _) => 10, samples: 5);
        Assert.Equal(3, metrics.Rmse.Mean, 1e-12);
        Assert.Equal(5, metrics.MaxError.Mean, 1e-12);
    }

    [Fact]
    public void A_zero_field_is_left_out_of_the_ratio_and_counted()
    {
        // Channel 0 of sample 0 is at rest.
        double Target(int s, int x, int t, int c) => s == 0 && c == 0 ? 0 : 2;
        double Prediction(int s, int x, int t, int c) => Target(s, x, t, c) + 1;
        var guarded = Constant(Prediction, Target, samples: 2, frames: 3);
        Assert.Equal(0.5, guarded.NRmse.Mean, 1e-15);
        Assert.Equal(3, guarded.ZeroFields);
        var published = Constant(Prediction, Target, samples: 2, frames: 3, guard: false);
        Assert.Equal(double.PositiveInfinity, published.NRmse.Mean);
    }

    [Fact]
    public void A_NaN_shows_in_every_metric()
    {
        var means = Constant((s, x, _, _) => s == 0 && x == 0 ? double.NaN : 1, (_, _, _, _) => 1).Means;
        Assert.All(means.Values, v => Assert.True(double.IsNaN(v)));
    }

    [Theory]
    [InlineData("1d")]
    [InlineData("1d_context")]
    [InlineData("1d_odd_near_zero")]
    [InlineData("1d_zero")]
    [InlineData("1d_short_high_band_empty")]
    [InlineData("2d")]
    [InlineData("2d_nonsquare")]
    [InlineData("2d_odd")]
    [InlineData("2d_small")]
    [InlineData("2d_darcy")]
    [InlineData("3d")]
    [InlineData("3d_b1")]
    public void The_public_metric_functions_give_the_same_numbers(string name)
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("metrics");
        var entry = PdeReference.Metrics.GetProperty("pdebench_and_authors").GetProperty(name);
        var (prediction, target) = (file.Read($"{name}/pred"), file.Read($"{name}/target"));
        int given = entry.GetProperty("initial_step").GetInt32();
        var pdebench = Metrics.Of(prediction, target, given, guardZeroFields: false);
        Check(entry.GetProperty("pdebench_mean_f64"), entry.GetProperty("pdebench_per_channel_time_f64"), pdebench);
        // In space the authors' function fails but for one word; its bRMSE has axes of its own.
        string suffix = name.StartsWith('3') ? "_view_replaced_by_reshape" : "";
        var authors = Metrics.Of(prediction, target, 0, guardZeroFields: false);
        var means = entry.GetProperty($"authors_mean_f64{suffix}");
        Check(means.TryGetProperty("error", out _) ? null : means, entry.GetProperty($"authors_per_channel_time_f64{suffix}"), authors);
        // The authors' nRMSE is the variant over all frames of the very same call.
        if (!name.StartsWith('3'))
            Same(Number(means.GetProperty("nRMSE")), pdebench.NRmseAllFrames.Mean, 1e-12);
    }

    [Fact]
    public void Batches_are_averaged_as_the_public_loop_does_it()
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("metrics");
        var entry = PdeReference.Metrics.GetProperty("loader_average");
        var data = file.Read("loader/data");
        int given = entry.GetProperty("initial_step").GetInt32(), batch = entry.GetProperty("batch_size").GetInt32();
        var predicted = cat([data.narrow(2, 0, given), Floors.Persistence(data.narrow(2, 0, given), (int)data.shape[2] - given)], 2);
        var wanted = entry.GetProperty("authors_metrics()");
        var authors = Metrics.BatchAverages(predicted, data, 0, batch);
        foreach (var name in new[] { "RMSE", "nRMSE", "cRMSE", "Max", "bRMSE" })
            Same(Number(wanted.GetProperty(name)), authors[name], 2e-6); // float32 there
        Same(Number(wanted.GetProperty("nRMSE")), Metrics.BatchAverages(predicted, data, given, batch)["nRMSEAllFrames"], 2e-6);
        // PDEBench's own loop divides three batches by two.
        var parts = entry.GetProperty("pdebench_metric_func_per_batch").EnumerateArray().Select(part => Number(part.GetProperty("nRMSE"))).ToList();
        Same(parts.Average(), Metrics.BatchAverages(predicted, data, given, batch)["nRMSE"], 2e-6);
        Same(parts.Sum() / (parts.Count - 1), Number(entry.GetProperty("pdebench_metrics()").GetProperty("nRMSE")), 2e-6);
    }

    // (e)
    [Theory]
    [InlineData(1, 1)]
    [InlineData(-1, 0)]
    public void The_published_spectrum_of_a_plane_sees_one_diagonal_and_the_corrected_one_both(int direction, double seen)
    {
        using var scope = NewDisposeScope();
        const double size = 0.1;
        const int points = 32;
        var target = ones([1, points, points, 1, 1], dtype: ScalarType.Float64);
        double[] wave = [.. from i in Enumerable.Range(0, points) from j in Enumerable.Range(0, points) select size * Math.Cos(2 * Math.PI * (3 * i + direction * 4 * j) / points)];
        var means = Metrics.Of(target + tensor(wave).reshape(1, points, points, 1, 1), target, 0).Means;
        Assert.Equal(seen * size / 16, means["fRMSE_mid"], 1e-12);
        Assert.Equal(size / 16, means["fRMSE_mid_corrected"], 1e-12);
        Assert.Equal(0, means["fRMSE_low_corrected"], 1e-12);
    }

    [Fact]
    public void On_a_line_the_corrected_spectrum_is_the_published_one_and_parts_of_samples_do_not_matter()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (target, prediction) = (randn([3, 25, 2, 1]), randn([3, 25, 2, 1]));
        var metrics = Metrics.Of(prediction, target, 0);
        Assert.Equal(metrics.FRmseLow.Mean, metrics.FRmseLowCorrected.Mean, 1e-14);
        Assert.Equal(metrics.FRmseHigh.Mean, metrics.FRmseHighCorrected.Mean, 1e-14);
        // 40 samples of 2^18 numbers go in pieces of 32.
        var plane = randn([40, 256, 256, 2, 2]);
        var pieces = Metrics.Of(plane * 1.5, plane, 1);
        Assert.Equal(0.5, pieces.NRmse.Mean, 1e-6);
        Assert.Equal(40, pieces.Samples);
    }

    [Fact]
    public void The_relative_errors_of_DPOT_are_the_published_ones()
    {
        using var scope = NewDisposeScope();
        using var file = PdeReference.Open("metrics");
        var wanted = PdeReference.Metrics.GetProperty("dpot").GetProperty("f64");
        Tensor Stored(string part) => file.Read($"dpot/{part}").to(ScalarType.Float64);
        var (prediction, target, mask) = (Stored("pred"), Stored("target"), Stored("mask"));
        Same(Number(wanted.GetProperty("SimpleLpLoss(size_average=False) = training loss, summed over samples")), RelativeL2.PerSample(prediction, target).sum().item<double>(), 1e-12);
        var masked = RelativeL2.PerSample(prediction, target, mask);
        Same(Number(wanted.GetProperty("SimpleLpLoss(size_average=False), mask")), masked.sum().item<double>(), 1e-12);
        for (int sample = 0; sample < 2; sample++)
            Same(Number(wanted.GetProperty("SimpleLpLoss(reduction=False), mask, per sample")[sample]), masked[sample].item<double>(), 1e-12);
        Same(Number(wanted.GetProperty("test l2 full: mean over samples, norm over all frames, mask")), RelativeL2.AllFrames(prediction, target, mask), 1e-12);
        Same(Number(wanted.GetProperty("test l2 step: mean over samples and frames of one-frame values, mask")), RelativeL2.FrameByFrame(prediction, target, mask), 1e-12);
        Assert.Contains("expected that of target", Assert.Throws<ArgumentException>(() => RelativeL2.PerSample(prediction, target.narrow(0, 0, 1))).Message);
    }

    [Fact]
    public void A_wrong_shape_is_named()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("(2, 3)", Assert.Throws<ArgumentException>(() => Metrics.Of(zeros(2, 3), zeros(2, 3), 0)).Message);
        Assert.Contains("expected that of target", Assert.Throws<ArgumentException>(() => Metrics.Of(zeros(1, 2, 3, 4), zeros(1, 2, 3, 5), 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.Of(zeros(1, 2, 3, 4), zeros(1, 2, 3, 4), 3));
    }

    private static void Check(JsonElement? means, JsonElement parts, FieldMetrics ours)
    {
        (string Name, MetricValue Value)[] plain = [("RMSE", ours.Rmse), ("nRMSE", ours.NRmse), ("cRMSE", ours.CRmse), ("Max", ours.MaxError), ("bRMSE", ours.BRmse)];
        foreach (var (name, value) in plain)
        {
            // The error of the mean is a small difference of large sums.
            var tolerance = name == "cRMSE" ? 1e-9 : 1e-12;
            if (means is { } mean)
                Same(Number(mean.GetProperty(name)), name == "bRMSE" ? ours.PublishedBRmse : value.Mean, tolerance);
            if (name == "bRMSE" && ours.Axes == 3)
                continue; // (sample, time) there: channels are merged
            for (var c = 0; c < value.PerChannelFrame.Length; c++)
                for (var t = 0; t < value.PerChannelFrame[c].Length; t++)
                    Same(Number(parts.GetProperty(name)[c][t]), value.PerChannelFrame[c][t], tolerance);
        }
        MetricValue[] bands = [ours.FRmseLow, ours.FRmseMid, ours.FRmseHigh];
        for (var band = 0; band < 3; band++)
        {
            if (means is { } mean)
                Same(Number(mean.GetProperty("fRMSE")[band]), bands[band].Mean, 1e-10);
            for (var c = 0; c < bands[band].PerChannelFrame.Length; c++)
                for (var t = 0; t < bands[band].PerChannelFrame[c].Length; t++)
                    Same(Number(parts.GetProperty("fRMSE")[c][band][t]), bands[band].PerChannelFrame[c][t], 1e-9);
        }
    }

    private static void Same(double expected, double actual, double relative)
    {
        if (double.IsFinite(expected))
            Assert.Equal(expected, actual, Math.Abs(expected) * relative + 1e-300);
        else
            Assert.Equal(expected, actual);
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, _ => double.NegativeInfinity };

    private static FieldMetrics Constant(Func<int, int, int, int, double> prediction, Func<int, int, int, int, double> target, int samples = 2, int frames = 2, int given = 0, bool guard = true)
    {
        const int channels = 2;
        double[] p = new double[samples * Points * frames * channels], y = new double[p.Length];
        for (int s = 0, i = 0; s < samples; s++)
            for (var x = 0; x < Points; x++)
                for (var t = 0; t < frames; t++)
                    for (var c = 0; c < channels; c++, i++)
                        (p[i], y[i]) = (prediction(s, x, t, c), target(s, x, t, c));
        return Metrics.Of(p, y, samples, Points, frames, channels, given, guard);
    }
}
