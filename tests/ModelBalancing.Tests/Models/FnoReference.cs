// Reads the stored reference values of the one-dimensional FNO (tests/fixtures/fno/README.md) and compares with them.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

internal static class FnoReference
{
    private static string Folder => Path.Combine(Folders.Root, "tests", "fixtures", "fno");

    public static JsonElement Json { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "fno.json"))).RootElement;

    public static SafetensorsFile Open() => SafetensorsFile.Open(Path.Combine(Folder, "fno.safetensors"));

    /// <summary>Puts stored weights into a model, converting float32 numbers to the model's precision.</summary>
    public static void Load(nn.Module model, SafetensorsFile file, string prefix)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            using var scope = NewDisposeScope();
            AsReal(parameter).copy_(file.Read(prefix + name));
        }
    }

    /// <summary>Complex tensors as pairs of reals: the stored form.</summary>
    public static Tensor AsReal(Tensor value) => is_complex(value) ? view_as_real(value) : value;

    /// <summary>Largest difference, relative to the largest stored value.</summary>
    public static double RelativeDifference(Tensor actual, Tensor stored)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Assert.Equal(stored.shape, AsReal(actual).shape);
        var (a, s) = (AsReal(actual).to(ScalarType.Float64), stored.to(ScalarType.Float64));
        return ((a - s).abs().max() / s.abs().max()).item<double>();
    }

    /// <summary>Largest absolute difference.</summary>
    public static double Difference(Tensor actual, Tensor stored)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return (AsReal(actual).to(ScalarType.Float64) - stored.to(ScalarType.Float64)).abs().max().item<double>();
    }
}
