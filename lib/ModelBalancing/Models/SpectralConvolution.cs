// The weights of a Fourier layer's spectral part, under their published names.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Models;

/// <summary>Spectral part of a Fourier layer: one complex (in, out) matrix for every kept mode.</summary>
/// <remarks>State dict: <c>weights1</c>, and in 2D <c>weights2</c>, in 3D <c>weights2..4</c>: the corners of the half spectrum, low rows (+) or high rows (−) of
/// the axes before the last, in the order (+,+), (−,+), (+,−), (−,−). Where corners overlap, the later one counts.</remarks>
public sealed class SpectralConvolution : nn.Module
{
    private readonly int corners;

    internal SpectralConvolution(int inputs, int outputs, int[] modes, ScalarType dtype) : base(nameof(SpectralConvolution))
    {
        corners = 1 << modes.Length - 1;
        for (int corner = 0; corner < corners; corner++)
            register_parameter($"weights{corner + 1}", new Parameter(zeros([inputs, outputs, .. modes.Select(m => (long)m)], dtype: dtype == ScalarType.Float64 ? ScalarType.ComplexFloat64 : ScalarType.ComplexFloat32)));
    }

    /// <summary>Complex weights of a corner, shape (in, out, modes...).</summary>
    /// <param name="corner">From 0.</param>
    public Parameter Corner(int corner) => get_parameter($"weights{corner + 1}")!; // asked for anew: moving a module may replace its parameters

    /// <summary>The matrices of all kept modes.</summary>
    /// <param name="low">Low rows kept of every axis before the last; fewer than the modes where the high rows overlap them.</param>
    /// <returns>(modes of the last axis, rows of the other axes..., in, out), complex, contiguous.</returns>
    internal Tensor Matrices(IReadOnlyList<int> low)
    {
        Tensor[] parts = [.. Enumerable.Range(0, corners).Select(Corner)];
        for (int axis = 0; axis < low.Count; axis++)
            parts = [.. parts.Chunk(2).Select(pair => cat([pair[0].narrow(2 + axis, 0, low[axis]), pair[1]], 2 + axis))];
        long last = 2 + low.Count;
        return parts[0].permute([last, .. Enumerable.Range(2, low.Count).Select(axis => (long)axis), 0, 1]).contiguous();
    }
}
