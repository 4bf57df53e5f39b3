// A number of any kind, as operators take it.
using System.Numerics;
using SystemTorch;

namespace TorchSharp;

/// <summary>A dynamically typed number. It lives in managed memory; Dispose is there because TorchSharp has it.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly ValueKind Kind;
    internal readonly long Bits;
    internal readonly long Second;

    internal Scalar(ValueKind kind, long bits, long second = 0)
    {
        Kind = kind;
        Bits = bits;
        Second = second;
    }

    internal static Scalar OfReal(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    internal static Scalar OfInteger(long value) => new(ValueKind.Integer, value);

    internal static Scalar OfComplex(double real, double imaginary) => new(ValueKind.Complex, BitConverter.DoubleToInt64Bits(real), BitConverter.DoubleToInt64Bits(imaginary));

    /// <summary>Int64, Float64, Bool or ComplexFloat64: what libtorch keeps a number as.</summary>
    public torch.ScalarType Type => Kind switch
    {
        ValueKind.Integer => torch.ScalarType.Int64,
        ValueKind.Boolean => torch.ScalarType.Bool,
        ValueKind.Complex => torch.ScalarType.ComplexFloat64,
        _ => torch.ScalarType.Float64,
    };

    internal double Real => Kind is ValueKind.Real or ValueKind.Complex ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal double Imaginary => Kind == ValueKind.Complex ? BitConverter.Int64BitsToDouble(Second) : 0;

    internal long Whole => Kind is ValueKind.Integer or ValueKind.Boolean ? Bits : checked((long)RealOnly);

    /// <summary>The value as a real number.</summary>
    internal double RealOnly => Imaginary == 0 ? Real : throw new System.Runtime.InteropServices.ExternalException($"The number {Real} + {Imaginary}i has no real value.");

    public void Dispose() { }

    public static implicit operator Scalar(byte value) => OfInteger(value);
    public static implicit operator Scalar(sbyte value) => OfInteger(value);
    public static implicit operator Scalar(short value) => OfInteger(value);
    public static implicit operator Scalar(int value) => OfInteger(value);
    public static implicit operator Scalar(long value) => OfInteger(value);
    public static implicit operator Scalar(Half value) => OfReal((double)value);
    public static implicit operator Scalar(BFloat16 value) => OfReal(value.ToSingle());
    public static implicit operator Scalar(float value) => OfReal(value);
    public static implicit operator Scalar(double value) => OfReal(value);
    public static implicit operator Scalar(bool value) => new(ValueKind.Boolean, value ? 1 : 0);
    public static implicit operator Scalar((float, float) value) => OfComplex(value.Item1, value.Item2);
    public static implicit operator Scalar(Complex value) => OfComplex(value.Real, value.Imaginary);
}

/// <summary>Conversions between numbers and <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this (float, float) value) => value;
    public static Scalar ToScalar(this Complex value) => value;
    public static Scalar ToScalar(this bool value) => value;
    public static Scalar ToScalar(this Half value) => value;
    public static Scalar ToScalar(this BFloat16 value) => value;
    public static Scalar ToBFloat16Scalar(this float value) => new BFloat16(value);

    public static Half ToHalf(this Scalar value) => (Half)value.RealOnly;
    public static BFloat16 ToBFloat16(this Scalar value) => new((float)value.RealOnly);
    public static float ToSingle(this Scalar value) => (float)value.RealOnly;
    public static double ToDouble(this Scalar value) => value.RealOnly;
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Whole;
    public static byte ToByte(this Scalar value) => (byte)value.Whole;
    public static short ToInt16(this Scalar value) => (short)value.Whole;
    public static int ToInt32(this Scalar value) => (int)value.Whole;
    public static long ToInt64(this Scalar value) => value.Whole;
    public static bool ToBoolean(this Scalar value) => value.Real != 0 || value.Imaginary != 0;
    public static (float Real, float Imaginary) ToComplexFloat32(this Scalar value) => ((float)value.Real, (float)value.Imaginary);
    public static Complex ToComplexFloat64(this Scalar value) => new(value.Real, value.Imaginary);
}
