// The error of predicted frames as the runs report it: in physical units, every sample with the same weight.
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Errors of a roll-out over predicted frames only.</summary>
/// <param name="Nrmse">nRMSE over predicted frames: mean over samples, frames and channels of √(mean_x e²)/√(mean_x y²).</param>
/// <param name="Rmse">Mean over samples, frames and channels of √(mean_x e²), in mixed physical units.</param>
/// <param name="ChannelNrmse">nRMSE of every channel.</param>
/// <param name="SampleNrmse">nRMSE of every sample, for resampling over test rows.</param>
/// <param name="Undefined">Frames of a channel whose field is zero everywhere: they have no relative error and are left out.</param>
public sealed record RollOutErrors(double Nrmse, double Rmse, double[] ChannelNrmse, double[] SampleNrmse, int Undefined)
{
    /// <summary>Compares predictions with the truth.</summary>
    /// <param name="predicted">Shape (samples, points, frames, channels), physical units.</param>
    /// <param name="wanted">The same shape and units.</param>
    /// <returns>The errors; NaN where predictions are not finite.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static RollOutErrors Of(Tensor predicted, Tensor wanted)
    {
        if (!predicted.shape.SequenceEqual(wanted.shape) || predicted.dim() != 4)
            throw new ArgumentException($"predicted: expected ({string.Join(", ", wanted.shape)}), got ({string.Join(", ", predicted.shape)}).", nameof(predicted));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (p, y) = (predicted.to(ScalarType.Float64), wanted.to(ScalarType.Float64));
        double[] errors = [.. (p - y).square().mean([1]).sqrt().contiguous().data<double>()]; // (s, t, c)
        double[] sizes = [.. y.square().mean([1]).sqrt().contiguous().data<double>()];
        var (samples, frames, channels) = ((int)y.shape[0], (int)y.shape[2], (int)y.shape[3]);

        var all = new Mean();
        var (byChannel, bySample) = (new Mean[channels], new Mean[samples]);
        int undefined = 0;
        for (int at = 0; at < errors.Length; at++)
        {
            if (sizes[at] == 0)
            {
                undefined++;
                continue;
            }
            double ratio = errors[at] / sizes[at];
            all.Add(ratio);
            byChannel[at % channels].Add(ratio);
            bySample[at / (frames * channels)].Add(ratio);
        }
        return new(all.Value, errors.Average(), [.. byChannel.Select(m => m.Value)], [.. bySample.Select(m => m.Value)], undefined);
    }

    /// <summary>The errors of repeating the last given frame.</summary>
    /// <param name="trajectories">Shape (samples, points, all frames, channels), physical units.</param>
    /// <param name="givenFrames">Frames that are given.</param>
    public static RollOutErrors OfPersistence(Tensor trajectories, int givenFrames)
    {
        using var scope = NewDisposeScope();
        var wanted = trajectories.narrow(2, givenFrames, trajectories.shape[2] - givenFrames);
        return Of(trajectories.narrow(2, givenFrames - 1, 1).expand_as(wanted), wanted);
    }

    /// <summary>The errors as JSON; values that are not finite are null.</summary>
    /// <param name="channels">Names of the channels.</param>
    /// <param name="givenFrames">Given frames.</param>
    /// <param name="predictedFrames">Predicted frames.</param>
    public JsonObject ToJson(IReadOnlyList<string> channels, int givenFrames, int predictedFrames) => new()
    {
        ["nrmsePredictedFrames"] = Finite(Nrmse),
        ["nrmseAllFrames"] = Finite(Nrmse * predictedFrames / (givenFrames + predictedFrames)), // given frames count with an error of 0, as released
        ["rmsePredictedFrames"] = Finite(Rmse),
        ["channels"] = new JsonObject(channels.Select((name, channel) => KeyValuePair.Create(name, Finite(ChannelNrmse[channel])))),
        ["samples"] = new JsonArray([.. SampleNrmse.Select(Finite)]),
        ["undefined"] = Undefined,
    };

    internal static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private struct Mean
    {
        private double sum;
        private int count;

        public void Add(double value) => (sum, count) = (sum + value, count + 1);
        public readonly double Value => count == 0 ? double.NaN : sum / count;
    }
}
