// Reads the stored reference values of encoders and of their training (tests/fixtures/text/README.md) and compares with them.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

internal static class EncoderReference
{
    public static JsonElement Encoders { get; } = Json("encoders");

    public static JsonElement Training { get; } = Json("training");

    public static SafetensorsFile Open(string name) => SafetensorsFile.Open(TestData.Fixture($"text/{name}.safetensors"));

    /// <summary>The settings of a stored configuration, without dropout as the values were made.</summary>
    public static EncoderSettings Settings(JsonElement config) => EncoderSettings.Parse(config.GetRawText()).WithoutDropout;

    /// <summary>Puts stored weights into a model; every stored one must have a place and every parameter must be stored.</summary>
    public static void Fill(nn.Module model, SafetensorsFile file, string prefix)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var parameters = model.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter);
        Assert.Equal(file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).Order(), parameters.Keys.Order());
        foreach (var (name, parameter) in parameters)
            parameter.copy_(file.Read(prefix + name));
    }

    public static EncoderInput Input(SafetensorsFile file, string prefix)
    {
        Tensor? Find(string name) => file.Names.Contains($"{prefix}{name}") ? Whole(file, $"{prefix}{name}") : null;
        return new EncoderInput(Whole(file, $"{prefix}input_ids"), Find("attention_mask"), Find("token_type_ids"));
    }

    /// <summary>Ids and labels, which are stored as int32.</summary>
    public static Tensor Whole(SafetensorsFile file, string name) => file.Read(name).to(ScalarType.Int64);

    /// <summary>Whether all entries are equal.</summary>
    public static bool Same(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return one.detach().ne(other.detach()).sum().item<long>() == 0;
    }

    /// <summary>Largest difference over the largest stored entry.</summary>
    public static double Difference(Tensor actual, Tensor stored)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Assert.Equal(stored.shape, actual.shape);
        var (a, s) = (actual.to(ScalarType.Float64), stored.to(ScalarType.Float64));
        return ((a - s).abs().max() / s.abs().max()).item<double>();
    }

    private static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestData.Fixture($"text/{name}.json")));
        return document.RootElement.Clone();
    }
}
