// Reads the stored reference values of the PDE models (tests/fixtures/pde/README.md); what is too large for the fixtures
// comes from the shared folder.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

internal static class PdeReference
{
    public static JsonElement Models { get; } = Json("models");

    public static JsonElement Training { get; } = Json("training");

    public static JsonElement Metrics { get; } = Json("metrics");

    /// <summary>The fixtures "models", "training" or "metrics".</summary>
    public static SafetensorsFile Open(string part) => SafetensorsFile.Open(TestData.Fixture($"pde/{part}.safetensors"));

    /// <summary>The whole set of the shared folder; the test is skipped where it is absent.</summary>
    public static SafetensorsFile OpenShared(string part) => SafetensorsFile.Open(TestData.SharedOrSkip($"golden/pde/{part}.safetensors"));

    /// <summary>Puts stored weights and buffers into a model.</summary>
    public static void LoadState(nn.Module model, SafetensorsFile file, string prefix)
    {
        using var noGradient = no_grad();
        foreach (var (name, tensor) in model.state_dict())
        {
            using var scope = NewDisposeScope();
            FnoReference.AsReal(tensor).copy_(file.Read(prefix + name));
        }
    }

    /// <summary>A case's configuration: a number by its name.</summary>
    public static int Config(string name, string key) => Models.GetProperty("cases").GetProperty(name).GetProperty("config").GetProperty(key).GetInt32();

    /// <summary>Compares a model's output with the stored one, then every gradient of the mean squared difference to the stored target.</summary>
    /// <remarks>Tolerances are those of the reference's README: float64 1e-12 and 1e-11; float32 as given.</remarks>
    public static void Compare(nn.Module model, SafetensorsFile file, string name, Func<Tensor> predict, ScalarType dtype, double outputTolerance, double gradientTolerance)
    {
        bool exact = dtype == ScalarType.Float64;
        string suffix = exact ? "_f64" : "";
        var output = predict();
        double difference = FnoReference.RelativeDifference(output, file.Read($"{name}/output{suffix}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {dtype} output: {difference:g2}");
        Assert.True(difference < (exact ? 1e-12 : outputTolerance), $"output differs by {difference:g2}");
        (output - file.Read($"{name}/target").to(dtype)).square().mean().backward();
        double worst = 0;
        foreach (var (parameter, value) in model.named_parameters())
        {
            string stored = $"{name}/grad{suffix}/{parameter}";
            if (!file.Names.Contains(stored))
            {
                if (file.Names.Any(n => n.StartsWith($"{name}/grad{suffix}/", StringComparison.Ordinal)))
                    Assert.True(value.grad is null, $"{parameter} has a gradient where the published model has none");
                continue;
            }
            difference = FnoReference.RelativeDifference(value.grad!, file.Read(stored));
            Assert.True(difference < (exact ? 1e-11 : gradientTolerance), $"gradient of {parameter} differs by {difference:g2}");
            worst = Math.Max(worst, difference);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {dtype} gradients: {worst:g2}");
    }

    private static JsonElement Json(string part) => JsonDocument.Parse(File.ReadAllText(TestData.Fixture($"pde/{part}.json"))).RootElement;
}
