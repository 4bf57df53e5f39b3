// Reads tests/fixtures/torch/modules.json, which make_modules.py wrote with PyTorch.
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Modules;

/// <summary>A tensor's values, float64 or int64.</summary>
internal sealed record StoredTensor(long[] Shape, double[] Values, bool Whole = false)
{
    public Tensor ToTensor() => Whole
        ? torch.tensor(Array.ConvertAll(Values, value => (long)value), Shape)
        : torch.tensor(Values, Shape);
}

/// <summary>What a module of PyTorch did with an input.</summary>
internal sealed record ModuleCase(
    string Name,
    Dictionary<string, StoredTensor> Before,
    StoredTensor[] Inputs,
    StoredTensor Output,
    Dictionary<string, StoredTensor> Gradients,
    StoredTensor? Input_gradient,
    Dictionary<string, StoredTensor> After,
    StoredTensor Evaluation);

/// <summary>The parameters after each step of an optimizer of PyTorch.</summary>
internal sealed record OptimizerCase(string Name, StoredTensor[][] Steps);

/// <summary>The rates of each group, and the first group's momentum, after construction and each step of a schedule of PyTorch.</summary>
internal sealed record ScheduleCase(string Name, double[][] Rates, double[] Momenta);

/// <summary>The whole file.</summary>
internal sealed record ModuleFixture(
    ModuleCase[] Modules,
    StoredTensor[] Problem,
    OptimizerCase[] Optimizers,
    double[] Metrics,
    ScheduleCase[] Schedules,
    Dictionary<string, Dictionary<string, StoredTensor>> Draws)
{
    private static readonly Lazy<ModuleFixture> Read = new(() =>
    {
        using var stream = File.OpenRead(PathOf("modules.json"));
        return JsonSerializer.Deserialize<ModuleFixture>(stream, new JsonSerializerOptions { PropertyNameCaseInsensitive = true })!;
    });

    public static ModuleFixture Instance => Read.Value;

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "fixtures", "torch", file);
}

/// <summary>Comparisons with stored values.</summary>
internal static class Closeness
{
    /// <summary>Requires the same shape and, element by element, |a − b| ≤ tolerance · (1 + |b|).</summary>
    public static void RequireClose(this Tensor actual, StoredTensor expected, string what, double tolerance = 1e-10)
    {
        Assert.True(actual.shape.AsSpan().SequenceEqual(expected.Shape), $"{what}: shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.Shape)}]");
        using var wide = actual.detach().to(ScalarType.Float64).contiguous();
        var values = wide.data<double>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var distance = Math.Abs(values[i] - expected.Values[i]);
            Assert.True(distance <= tolerance * (1 + Math.Abs(expected.Values[i])), $"{what}: element {i} is {values[i]:R}, expected {expected.Values[i]:R}");
        }
    }
}
