// Reads tests/fixtures/torch/operators.jsonl, which make_operators.py wrote with PyTorch.

using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

/// <summary>One operator in one data type, with the outputs and gradients that PyTorch computed.</summary>
/// <param name="Name">Key of the operator in the tables.</param>
/// <param name="Type">The data type that the case is about; inputs may also hold indices or truth values.</param>
/// <param name="Expression">The Python expression behind the outputs, a to f being the inputs.</param>
internal sealed record GoldenCase(string Name, string Type, string Expression, GoldenTensor[] Inputs, GoldenTensor[] Outputs);

/// <summary>A tensor's values, little-endian in base64; bfloat16 and float16 are stored as float32.</summary>
internal sealed record GoldenTensor(string Type, long[] Shape, string Data, string? Gradient)
{
    /// <summary>The data type by its Python name.</summary>
    public ScalarType ScalarType => Type switch
    {
        "float32" => ScalarType.Float32,
        "float64" => ScalarType.Float64,
        "complex64" => ScalarType.ComplexFloat32,
        "complex128" => ScalarType.ComplexFloat64,
        "bfloat16" => ScalarType.BFloat16,
        "float16" => ScalarType.Float16,
        "int64" => ScalarType.Int64,
        "int32" => ScalarType.Int32,
        "bool" => ScalarType.Bool,
        _ => throw new InvalidDataException($"The fixture has a tensor of type '{Type}', which the reader does not know."),
    };

    /// <summary>A new tensor with the stored values.</summary>
    public Tensor ToTensor() => Read(Data);

    /// <summary>A new tensor with the stored gradient, of the same type and shape.</summary>
    public Tensor ToGradient() => Read(Gradient ?? throw new InvalidOperationException("The case has no gradient for this input."));

    private Tensor Read(string data)
    {
        var bytes = Convert.FromBase64String(data);
        switch (ScalarType)
        {
            case ScalarType.Float64:
                return torch.tensor(Values<double>(bytes), Shape);
            case ScalarType.ComplexFloat32:
                return Complex(torch.tensor(Values<float>(bytes), [.. Shape, 2]));
            case ScalarType.ComplexFloat64:
                return Complex(torch.tensor(Values<double>(bytes), [.. Shape, 2]));
            case ScalarType.Int64:
                return torch.tensor(Values<long>(bytes), Shape);
            case ScalarType.Int32:
                return torch.tensor(Values<int>(bytes), Shape);
            case ScalarType.Bool:
                return torch.tensor(Values<bool>(bytes), Shape);
            case ScalarType.Float32:
                return torch.tensor(Values<float>(bytes), Shape);
            default:
            {
                using var stored = torch.tensor(Values<float>(bytes), Shape);
                return stored.to_type(ScalarType);
            }
        }
    }

    // The copy lies in libtorch's own memory: managed arrays are aligned to 8 bytes, and libtorch 2.10 reads complex128 in units of 16.
    private static Tensor Complex(Tensor pairs)
    {
        using (pairs)
            return torch.view_as_complex(pairs.clone());
    }

    private static T[] Values<T>(byte[] bytes) where T : unmanaged
    {
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes);
        return values.ToArray();
    }
}

/// <summary>The cases of the fixture, read once.</summary>
internal static class GoldenFixture
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    /// <summary>All cases by "name type".</summary>
    public static IReadOnlyDictionary<string, GoldenCase> Cases { get; } =
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "fixtures", "torch", "operators.jsonl"))
            .Select(line => JsonSerializer.Deserialize<GoldenCase>(line, Options)!)
            .ToDictionary(golden => $"{golden.Name} {golden.Type}");
}
