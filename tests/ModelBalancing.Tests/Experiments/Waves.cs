// Small made-up trajectories (travelling waves) and the spec of a run on them that takes a fraction of a second.
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Experiments;

internal static class Waves
{
    /// <summary>Fields (samples, points, frames, channels) and the grid (points, 1), float32.</summary>
    public static (Tensor Fields, Tensor Grid) Tensors(int samples, int points, int frames, int channels, int seed = 0)
    {
        var random = new Random(seed);
        var values = new float[samples * points * frames * channels];
        int at = 0;
        for (int s = 0; s < samples; s++)
        {
            double phase = random.NextDouble() * 6, speed = 0.2 + random.NextDouble(), height = 0.5 + random.NextDouble();
            for (int x = 0; x < points; x++)
                for (int t = 0; t < frames; t++)
                    for (int c = 0; c < channels; c++)
                        values[at++] = (float)(c + 1 + height * Math.Sin(2 * Math.PI * (c + 1) * x / points + phase - speed * t));
        }
        return (tensor(values, [samples, points, frames, channels]), linspace(0, 1, points).reshape(points, 1));
    }

    /// <summary>Writes a data file and returns its path.</summary>
    public static string File(string folder, int samples = 60, int seed = 0)
    {
        using var scope = NewDisposeScope();
        var (fields, grid) = Tensors(samples, 32, 8, 3, seed);
        string path = Path.Combine(folder, $"waves{seed}.safetensors");
        SafetensorsFile.Write(path, [new(TrajectoryFile.FieldsName, fields), new(TrajectoryFile.PositionsName, grid.reshape(-1))]);
        return path;
    }

    /// <summary>A run of a few steps: 32 points, 8 modes, 4 given frames of 8, n = 8.</summary>
    public static RunSpec Spec(string data, int epochs = 4, bool balanced = true) => new()
    {
        Kind = "fno1d",
        Data = new DataReference(data),
        Rows = 8,
        Seeds = RunSeeds.Of(3),
        Epochs = epochs,
        BatchSize = 3,
        LearningRate = 5e-3,
        Decay = new StepDecay(2, 0.5),
        Balancing = balanced ? new BalancingSpec() : null,
        Settings = new JsonObject { ["testRows"] = 10, ["givenFrames"] = 4, ["frames"] = 8, ["modes"] = 8, ["width"] = 12 },
    };
}

/// <summary>A temporary folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("workbook-runs-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
