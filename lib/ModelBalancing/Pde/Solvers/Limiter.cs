// The slope-limited reconstruction that the flow and the scalar solvers share.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelBalancing.Pde.Solvers;

/// <summary>Monotonised central slopes (van Leer 1977; limiting in PDEBench's utils.py).</summary>
internal static class Limiter<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Values of the cells i and i + stride at the face between them: q + slope / 2 and q − slope / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reconstruct(ref T values, int i, int stride, out Vector<T> lower, out Vector<T> upper)
    {
        var here = PaddedGrid<T>.At(ref values, i);
        var next = PaddedGrid<T>.At(ref values, i + stride);
        var across = next - here;
        lower = here + HalfSlope(here - PaddedGrid<T>.At(ref values, i - stride), across);
        upper = next - HalfSlope(across, PaddedGrid<T>.At(ref values, i + 2 * stride) - next);
    }

    // Half the slope: the smallest of |a|, |b|, |a + b| / 4 where both one-sided differences agree in sign, else zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> HalfSlope(Vector<T> a, Vector<T> b)
    {
        var central = (a + b) * T.CreateTruncating(0.25);
        var size = Vector.MinNative(Vector.MinNative(Vector.Abs(a), Vector.Abs(b)), Vector.Abs(central));
        var sign = Vector.BitwiseAnd(central, new Vector<T>(T.NegativeZero));
        return Vector.BitwiseAnd(Vector.BitwiseOr(size, sign), Vector.GreaterThan(a * b, Vector<T>.Zero));
    }
}
