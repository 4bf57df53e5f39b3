// Arithmetic of optimizers: in place, with plain numbers, without a C# object for each result.
using static TorchSharp.torch;

namespace SystemTorch;

internal static class InPlace
{
    private static readonly Operator MultiplyNumber = new("mul_", "Scalar");
    private static readonly Operator AddNumber = new("add_", "Scalar");
    private static readonly Operator AddScaled = new("add_", "Tensor");
    private static readonly Operator AddProductOf = new("addcmul_");
    private static readonly Operator AddQuotientOf = new("addcdiv_");
    private static readonly Operator MoveTo = new("lerp_", "Scalar");

    /// <summary>x ← x · factor.</summary>
    internal static void Multiply(Tensor x, double factor) => MultiplyNumber.Run(x, factor);

    /// <summary>x ← x + number.</summary>
    internal static void Add(Tensor x, double number) => AddNumber.Run(x, number);

    /// <summary>x ← x + factor · y.</summary>
    internal static void Add(Tensor x, Tensor y, double factor) => AddScaled.Run(x, y, factor);

    /// <summary>x ← x + factor · y · z.</summary>
    internal static void AddProduct(Tensor x, Tensor y, Tensor z, double factor) => AddProductOf.Run(x, y, z, factor);

    /// <summary>x ← x + factor · y / z.</summary>
    internal static void AddQuotient(Tensor x, Tensor y, Tensor z, double factor) => AddQuotientOf.Run(x, y, z, factor);

    /// <summary>x ← decay · x + (1 − decay) · y, in one pass where libtorch can.</summary>
    internal static void Average(Tensor x, Tensor y, double decay)
    {
        if (x.dtype is ScalarType.Float32 or ScalarType.Float64)
        {
            MoveTo.Run(x, y, 1 - decay);
            return;
        }
        Multiply(x, decay);
        Add(x, y, 1 - decay);
    }

    /// <summary>x ← decay · x + (1 − decay) · y².</summary>
    internal static void AverageSquare(Tensor x, Tensor y, double decay) => AverageProduct(x, y, y, decay);

    /// <summary>x ← decay · x + (1 − decay) · y · z.</summary>
    internal static void AverageProduct(Tensor x, Tensor y, Tensor z, double decay)
    {
        Multiply(x, decay);
        AddProduct(x, y, z, 1 - decay);
    }
}
