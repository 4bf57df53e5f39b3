// One index of `tensor[...]` as the native side lays it out (struct Index in native/SystemTorch.cpp).
using System.Runtime.InteropServices;

namespace SystemTorch;

internal enum IndexKind { NewAxis = 0, Single = 1, Ellipsis = 2, Boolean = 3, Tensor = 4, Slice = 5 }

[StructLayout(LayoutKind.Sequential)]
internal struct NativeIndex
{
    internal IndexKind Kind;
    internal int Given;
    internal long Start;
    internal long Stop;
    internal long Step;
    internal nint Tensor;
}
