// What the model of a finished run says about the first test rows, beside the truth.
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Given, true and predicted frames of test rows, in physical units; owns its tensors.</summary>
/// <param name="Given">(samples, points..., given frames, channels).</param>
/// <param name="Truth">(samples, points..., predicted frames, channels).</param>
/// <param name="Predicted">The same shape.</param>
/// <param name="Channels">Names of the fields.</param>
public sealed record PdePrediction(Tensor Given, Tensor Truth, Tensor Predicted, IReadOnlyList<string> Channels) : IDisposable
{
    /// <summary>Loads the selected weights of a run of kind "pde" or "fno1d", and its data, and predicts.</summary>
    /// <param name="run">A finished run.</param>
    /// <param name="samples">Test rows, from the first; at most as many as the run has.</param>
    /// <exception cref="RunException">The run's data is gone, or it has fewer test rows.</exception>
    /// <exception cref="CheckpointException">The run's weights are gone.</exception>
    public static PdePrediction Of(RunOutcome run, int samples = 1)
    {
        ArgumentNullException.ThrowIfNull(run);
        var spec = new StoredRun(run.Folder).Spec();
        using var training = new PdeRun(spec, PdeSettings.Of(spec));
        using var weights = SafetensorsFile.Open(Path.Combine(run.Folder, RunFiles.Model));
        return training.Prediction(weights.Read, samples);
    }

    /// <summary>One frame of a field on a plane, to draw.</summary>
    /// <param name="fields"><see cref="Given"/>, <see cref="Truth"/> or <see cref="Predicted"/> of data with two axes.</param>
    /// <param name="channel">Field.</param>
    /// <param name="frame">Frame; −1 is the last.</param>
    /// <param name="sample">Row.</param>
    /// <returns>Values (y, x).</returns>
    public static double[,] Plane(Tensor fields, int channel = 0, int frame = -1, int sample = 0)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.dim() != 5)
            throw new ArgumentException($"fields: expected (samples, x, y, frames, channels), got ({string.Join(", ", fields.shape)}).", nameof(fields));
        using var scope = NewDisposeScope();
        var plane = fields.select(0, sample).select(3, channel).select(2, frame < 0 ? fields.shape[3] + frame : frame).t().to(ScalarType.Float64).contiguous();
        var values = new double[plane.shape[0], plane.shape[1]];
        Buffer.BlockCopy(plane.data<double>().ToArray(), 0, values, 0, values.Length * sizeof(double));
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Given.Dispose();
        Truth.Dispose();
        Predicted.Dispose();
    }
}
