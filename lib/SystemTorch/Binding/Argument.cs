// An argument of an operator call: whatever C# has, as a value that costs no allocation.
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch;

/// <summary>
/// One argument of <see cref="Operator"/>'s calls. Converts implicitly from everything an ATen schema can ask for;
/// a null tensor, number or list is "none". The native side turns it into what the schema wants (an int where a
/// Scalar, a float or an int list is expected, and so on).
/// </summary>
internal readonly struct Argument
{
    internal readonly ValueKind Kind;
    internal readonly long Bits;
    internal readonly long Second;
    internal readonly object? Reference;

    Argument(ValueKind kind, long bits = 0, long second = 0, object? reference = null)
    {
        Kind = kind;
        Bits = bits;
        Second = second;
        Reference = reference;
    }

    internal static Argument None => new(ValueKind.None);

    /// <summary>The schema's own default; arguments left off at the end get it without being named.</summary>
    internal static Argument Default => new(ValueKind.UseDefault);

    /// <summary>A list of tensors; null elements are "no tensor" where the schema allows it.</summary>
    internal static Argument Of(IEnumerable<Tensor?>? tensors) => tensors is null ? None : new(ValueKind.Tensors, reference: tensors as Tensor?[] ?? [.. tensors]);

    internal static Argument Of(ReadOnlySpan<long> values) => values.ToArray();

    internal static Argument Of(ReadOnlySpan<Tensor> tensors) => new(ValueKind.Tensors, reference: tensors.ToArray());

    static Argument Number(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(Tensor? tensor) => tensor is null ? None : new(ValueKind.Tensor, reference: tensor);
    public static implicit operator Argument(Tensor?[]? tensors) => tensors is null ? None : new(ValueKind.Tensors, reference: tensors);
    public static implicit operator Argument(Scalar? scalar) => scalar is null ? None : new(scalar.Kind, scalar.Bits, scalar.Second);
    public static implicit operator Argument(long value) => new(ValueKind.Integer, value);
    public static implicit operator Argument(int value) => new(ValueKind.Integer, value);
    public static implicit operator Argument(double value) => Number(value);
    public static implicit operator Argument(float value) => Number(value);
    public static implicit operator Argument(bool value) => new(ValueKind.Boolean, value ? 1 : 0);
    public static implicit operator Argument(long? value) => value is { } given ? given : None;
    public static implicit operator Argument(int? value) => value is { } given ? given : None;
    public static implicit operator Argument(double? value) => value is { } given ? Number(given) : None;
    public static implicit operator Argument(bool? value) => value is { } given ? given : None;
    public static implicit operator Argument(long[]? values) => values is null ? None : new(ValueKind.Integers, reference: values);
    public static implicit operator Argument(int[]? values) => values is null ? None : new(ValueKind.Integers, reference: Array.ConvertAll(values, value => (long)value));
    public static implicit operator Argument(double[]? values) => values is null ? None : new(ValueKind.Reals, reference: values);
    public static implicit operator Argument(bool[]? values) => values is null ? None : new(ValueKind.Booleans, reference: values);
    public static implicit operator Argument(Size size) => size.Shape;
    public static implicit operator Argument(ScalarType type) => new(ValueKind.Integer, (long)type);
    public static implicit operator Argument(ScalarType? type) => type is { } given ? given : None;
    public static implicit operator Argument(Device? device) => device is null ? None : new(ValueKind.Device, (long)device.type, device.index);
    public static implicit operator Argument(Generator? generator) => generator is null ? None : new(ValueKind.Generator, reference: generator);
    public static implicit operator Argument(string? text) => text is null ? None : new(ValueKind.Text, reference: text);
}
