// One tensor in a safetensors file, as its header describes it.
using static TorchSharp.torch;

namespace ModelBalancing.Checkpoints;

/// <summary>Where and what one tensor of a safetensors file is.</summary>
/// <param name="Name">The tensor's name; unique in its file.</param>
/// <param name="Type">Element type of the tensor that is read; complex for a tensor marked as complex.</param>
/// <param name="Shape">Lengths of the axes of the tensor that is read; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">Byte after the last, counted from the end of the header.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End)
{
    /// <summary>Bytes the tensor takes in the file.</summary>
    public long Length => End - Begin;

    /// <summary>Whether the file holds it as pairs (real, imaginary) along a last axis of length 2.</summary>
    public bool IsComplex => Type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;
}
