// Finished runs that nobody trained: folders like those of real ones, for the index and its benchmark.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Experiments;

internal static class SyntheticRuns
{
    /// <summary>Writes runs; a number always gives the same run.</summary>
    /// <param name="root">The folder of runs.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    public static void Write(string root, int first, int count) => Parallel.For(first, first + count, number => Write(root, number));

    /// <summary>Writes one run and returns its folder.</summary>
    public static string Write(string root, int number)
    {
        var random = new Random(number);
        double Near(double value) => value * (0.9 + 0.2 * random.NextDouble());
        JsonObject Errors(double error) => new()
        {
            ["nRMSE"] = Near(error),
            ["RMSE"] = Near(error),
            ["cRMSE"] = Near(error / 10),
            ["bRMSE"] = Near(error),
            ["nRMSEAllFrames"] = Near(error / 2),
            ["channels"] = new JsonObject { ["density"] = Near(error), ["pressure"] = Near(error), ["Vx"] = Near(error) },
            ["zeroFields"] = 0,
        };
        JsonObject Alphas() => new(new[] { "fc0", "w0", "w1", "w2", "w3", "fc1" }.Select(layer => KeyValuePair.Create(layer, (JsonNode?)Near(2.5))));

        int rows = 8 << number % 6, seed = number / 6 % 10;
        bool balanced = number % 2 == 0;
        var spec = new RunSpec
        {
            Kind = "fno1d",
            Data = new DataReference("synthetic.hdf5"),
            Rows = rows,
            Seeds = RunSeeds.Of(seed),
            Epochs = 125,
            LearningRate = number % 3 == 0 ? 1e-2 : 5e-3,
            Decay = new StepDecay(25),
            Balancing = balanced ? new BalancingSpec() : null,
            Settings = new JsonObject { ["testRows"] = 64, ["givenFrames"] = 10, ["frames"] = 21, ["modes"] = 12, ["width"] = 20, ["serial"] = number },
        };
        string id = CanonicalJson.Hash(spec.Canonical())[..16], folder = Path.Combine(root, $"fno1d-{id}");
        var identity = new JsonObject { ["id"] = id, ["engine"] = "synthetic", ["threads"] = 1, ["science"] = ScienceVersion.Current };
        Directory.CreateDirectory(folder);
        void Save(string name, JsonNode content) => File.WriteAllText(Path.Combine(folder, name), content.ToJsonString());
        Save(RunFiles.Spec, JsonSerializer.SerializeToNode(spec, RunSpec.Json)!);
        Save(RunFiles.Environment, new JsonObject { ["identity"] = identity.DeepClone(), ["machine"] = "nowhere", ["processors"] = 2, ["torch"] = "0" });
        Save(RunFiles.Times, new JsonObject { ["seconds"] = Near(60), ["sessions"] = 1, ["finished"] = DateTimeOffset.UnixEpoch.AddMinutes(number).ToString("o") });
        Save(RunFiles.Result, new JsonObject
        {
            ["identity"] = identity,
            ["result"] = new JsonObject
            {
                ["method"] = balanced ? "balanced" : "baseline",
                ["fidelity"] = "Corrected",
                ["rows"] = rows,
                ["steps"] = 500,
                ["diverged"] = number % 50 == 49,
                ["selectionError"] = Near(0.2),
                ["test"] = Errors(0.2),
                ["floors"] = new JsonObject { ["persistence"] = Errors(0.6), ["linear"] = Errors(0.3) },
                ["belowFloors"] = new JsonArray("linear"),
                ["alphaStart"] = Alphas(),
                ["alphaEnd"] = Alphas(),
                ["samples"] = new JsonArray([.. Enumerable.Range(0, 64).Select(_ => (JsonNode?)Near(0.2))]),
            },
        });
        return folder;
    }
}
