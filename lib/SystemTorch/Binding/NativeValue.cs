// One argument or result as the native side lays it out (struct Value in native/SystemTorch.cpp).
using System.Runtime.InteropServices;

namespace SystemTorch;

internal enum ValueKind
{
    UseDefault = 0, None = 1, Tensor = 2, Integer = 3, Real = 4, Boolean = 5, Complex = 6, Integers = 7, Reals = 8,
    Booleans = 9, Tensors = 10, Text = 11, Device = 12, Generator = 13,
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    internal ValueKind Kind;
    internal int Count;
    internal long Bits;
    internal long Second;

    internal readonly double Real => BitConverter.Int64BitsToDouble(Bits);
    internal readonly double Imaginary => BitConverter.Int64BitsToDouble(Second);
}
