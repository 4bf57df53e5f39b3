// Conversions between tensors and C# numbers, as extension methods.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>Extension methods of tensors.</summary>
public static partial class TensorExtensionMethods
{
    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool or torch.ScalarType.QInt8 or torch.ScalarType.QUInt8 => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 or torch.ScalarType.QInt32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        torch.ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentException($"{type} has no element size.", nameof(type)),
    };

    internal static bool IsIntegral(this torch.ScalarType type) => torch.is_integral(type);
    internal static bool IsFloatingPoint(this torch.ScalarType type) => torch.is_floating_point(type);
    internal static bool IsComplex(this torch.ScalarType type) => torch.is_complex(type);

    /// <summary>A parameter that takes over the tensor, which is empty afterwards.</summary>
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    /// <summary>The shape as 32-bit numbers.</summary>
    public static ReadOnlySpan<int> IntShape(this torch.Tensor tensor) => Array.ConvertAll(tensor.shape, length => checked((int)length));

    /// <summary>The number of elements of a shape.</summary>
    public static long TotalSize(this IEnumerable<long> shape)
    {
        var product = 1L;
        foreach (var length in shape) product *= length;
        return product;
    }

    /// <summary>A tensor of an array's elements, in the given shape.</summary>
    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
    {
        if (rawArray.LongLength < TotalSize(dimensions)) throw new ArgumentException($"An array of {rawArray.LongLength} elements does not fill the shape [{string.Join(", ", dimensions)}].", nameof(dimensions));
        using var flat = torch.from_array(rawArray);
        var result = flat.reshape(dimensions);
        result.requires_grad = requires_grad;
        return result;
    }

    /// <summary>A tensor of no dimensions.</summary>
    public static torch.Tensor ToTensor<T>(this T scalar, torch.Device? device = null, bool requires_grad = false) where T : struct
    {
        if (requires_grad && scalar is not (float or double or Half or BFloat16 or Complex or ValueTuple<float, float>))
            throw new ArgumentException($"Only floating-point numbers can require a gradient, not {typeof(T).Name}.", nameof(requires_grad));
        using var one = torch.from_array(new[] { scalar }, null, device);
        var result = one.reshape([]);
        result.requires_grad = requires_grad;
        return result;
    }

    static Scalar Only(torch.Tensor value) => value.ToScalar();

    public static Half ToHalf(this torch.Tensor value) => Only(value).ToHalf();
    public static BFloat16 ToBFloat16(this torch.Tensor value) => Only(value).ToBFloat16();
    public static float ToSingle(this torch.Tensor value) => Only(value).ToSingle();
    public static double ToDouble(this torch.Tensor value) => Only(value).ToDouble();
    public static sbyte ToSByte(this torch.Tensor value) => Only(value).ToSByte();
    public static byte ToByte(this torch.Tensor value) => Only(value).ToByte();
    public static short ToInt16(this torch.Tensor value) => Only(value).ToInt16();
    public static int ToInt32(this torch.Tensor value) => Only(value).ToInt32();
    public static long ToInt64(this torch.Tensor value) => Only(value).ToInt64();
    public static bool ToBoolean(this torch.Tensor value) => Only(value).ToBoolean();
    public static (float Real, float Imaginary) ToComplexFloat32(this torch.Tensor value) => Only(value).ToComplexFloat32();
    public static Complex ToComplexFloat64(this torch.Tensor value) => Only(value).ToComplexFloat64();
    public static (float Real, float Imaginary) ToComplex32(this torch.Tensor value) => Only(value).ToComplexFloat32();
    public static Complex ToComplex64(this torch.Tensor value) => Only(value).ToComplexFloat64();
}
