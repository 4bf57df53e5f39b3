// Every operator of the tables computes PyTorch's values and PyTorch's gradients, in every data type that the fixture has.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

/// <summary>Compares operators with the outputs and gradients recorded from PyTorch.</summary>
public sealed class GoldenOperatorTests
{
    private static readonly Dictionary<string, Func<Tensor[], Tensor[]>> Operators = new[]
    {
        PointwiseOperators.Table, ArithmeticOperators.Table, ReductionOperators.Table, ShapeOperators.Table, IndexOperators.Table,
        ProductOperators.Table, LinearAlgebraOperators.Table, FourierOperators.Table, ComplexOperators.Table, CastOperators.Table, NetworkFunctions.Table,
    }.SelectMany(table => table).ToDictionary();

    public static TheoryData<string> CaseNames => [.. GoldenFixture.Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Values_and_gradients_are_those_of_PyTorch(string caseName)
    {
        var golden = GoldenFixture.Cases[caseName];
        if (PackageDefects.AreLoaded && PackageDefects.Known.TryGetValue(golden.Name, out var defect))
            Assert.Skip($"TorchSharp 0.107: {defect}");
        using var scope = torch.NewDisposeScope();
        var inputs = golden.Inputs.Select(input => Leaf(input)).ToArray();

        var outputs = Operators[golden.Name](inputs);

        Assert.Equal(golden.Outputs.Length, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
            AssertSame(golden.Outputs[i].ToTensor(), outputs[i], golden.Type, $"output {i} of {golden.Expression}");
        if (golden.Inputs.All(input => input.Gradient is null))
            return;
        Loss(outputs).backward();
        for (var i = 0; i < inputs.Length; i++)
        {
            if (golden.Inputs[i].Gradient is null)
                continue;
            var gradient = inputs[i].grad ?? torch.zeros_like(inputs[i]);
            AssertSame(golden.Inputs[i].ToGradient(), gradient, golden.Type, $"gradient of input {i} of {golden.Expression}");
        }
    }

    [Fact]
    public void Every_operator_of_the_tables_has_a_case_and_every_case_an_operator()
    {
        var cases = GoldenFixture.Cases.Values.Select(golden => golden.Name).ToHashSet();

        Assert.Empty(Operators.Keys.Except(cases));
        Assert.Empty(cases.Except(Operators.Keys));
    }

    private static Tensor Leaf(GoldenTensor input)
    {
        var tensor = input.ToTensor();
        tensor.requires_grad = input.Type is "float32" or "float64" or "complex64" or "complex128" or "bfloat16" or "float16";
        return tensor;
    }

    // loss = sum over outputs of Re(sum(output * weights)), weights[i] = cos(1.7 i + 0.3), for complex outputs + i sin(2.3 i + 0.1).
    private static Tensor Loss(IEnumerable<Tensor> outputs)
    {
        Tensor? loss = null;
        foreach (var output in outputs.Where(output => output.requires_grad))
        {
            var index = torch.arange(output.numel(), dtype: ScalarType.Float64).reshape(output.shape);
            var weights = (index * 1.7 + 0.3).cos();
            if (output.is_complex())
                weights = torch.complex(weights, (index * 2.3 + 0.1).sin());
            var part = (output * weights.to_type(output.dtype)).sum();
            if (part.is_complex())
                part = part.real;
            loss = loss is null ? part : loss + part;
        }
        return loss!;
    }

    private static void AssertSame(Tensor expected, Tensor actual, string caseType, string what)
    {
        Assert.True(expected.dtype == actual.dtype, $"{what}: type {actual.dtype}, expected {expected.dtype}");
        Assert.True(expected.shape.SequenceEqual(actual.shape), $"{what}: shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
        using var _ = torch.no_grad();
        var (left, right) = (Plain(expected), Plain(actual));
        if (!expected.is_floating_point() && !expected.is_complex())
        {
            Assert.True(left.equal(right).all().item<bool>(), $"{what}:\n{Text(right)}\nexpected\n{Text(left)}");
            return;
        }
        var (relative, absolute) = Tolerance(caseType, expected.dtype);
        if (torch.allclose(right, left, relative, absolute, equal_nan: true))
            return;
        var difference = (right - left).abs().max().item<double>();
        Assert.Fail($"{what}: largest difference {difference:g3} (allowed {absolute:g2} + {relative:g2} |expected|)\n{Text(right)}\nexpected\n{Text(left)}");
    }

    // Doubles or 64-bit integers, whatever the type: complex tensors as pairs of doubles.
    private static Tensor Plain(Tensor tensor)
    {
        tensor = tensor.detach();
        if (tensor.is_complex())
            return torch.view_as_real(tensor.resolve_conj()).to_type(ScalarType.Float64);
        return tensor.to_type(tensor.is_floating_point() ? ScalarType.Float64 : ScalarType.Int64);
    }

    private static string Text(Tensor plain) => plain.dtype == ScalarType.Int64
        ? string.Join(", ", plain.contiguous().data<long>().ToArray())
        : string.Join(", ", plain.contiguous().data<double>().ToArray().Select(value => value.ToString("g6")));

    /// <summary>Relative and absolute tolerance: a few units in the last place of the coarser of the computing and the resulting type, times what small sums lose.</summary>
    private static (double Relative, double Absolute) Tolerance(string caseType, ScalarType result) => (caseType, result) switch
    {
        ("bfloat16", _) or (_, ScalarType.BFloat16) => (1.6e-2, 1e-2),
        (_, ScalarType.Float16) => (1e-3, 1e-3),
        ("float32" or "complex64", _) or (_, ScalarType.Float32 or ScalarType.ComplexFloat32) => (2e-5, 2e-5),
        _ => (1e-10, 1e-10),
    };
}
