// What stands between the brackets of `tensor[...]`.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>An index: a number, a slice, an ellipsis, a new axis, a boolean, or a tensor of numbers or booleans.</summary>
    public struct TensorIndex
    {
        IndexKind kind;
        long? start, stop, step;
        internal Tensor? ByTensor { get; private set; }

        public static TensorIndex Ellipsis = new() { kind = IndexKind.Ellipsis };

        /// <summary>A new axis of length one.</summary>
        public static TensorIndex None = new() { kind = IndexKind.NewAxis };

        /// <summary>A new axis of length one.</summary>
        public static TensorIndex Null = new() { kind = IndexKind.NewAxis };

        /// <summary>All of the dimension.</summary>
        public static TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { kind = IndexKind.Slice, start = start, stop = stop, step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range)
        {
            var (first, last) = (range.Start, range.End);
            long? stop = last.IsFromEnd ? last.Value == 0 ? null : -last.Value : last.Value;
            return Slice(first.IsFromEnd ? -first.Value : first.Value, stop);
        }

        public static TensorIndex Bool(bool value) => new() { kind = IndexKind.Boolean, start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { kind = IndexKind.Single, start = index };

        /// <remarks>Positions of narrower integers become Int64, which libtorch 1.13 asks for.</remarks>
        public static TensorIndex Tensor(Tensor tensor) => new()
        {
            kind = IndexKind.Tensor,
            ByTensor = tensor?.dtype is ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 ? tensor.to_type(ScalarType.Int64) : tensor,
        };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("An index is not a tensor.");

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        internal readonly bool IsEllipsis => kind == IndexKind.Ellipsis;

        /// <summary>Whether it picks positions, by number or by tensor, and is no slice, ellipsis or new axis.</summary>
        internal readonly bool IsPosition => kind is IndexKind.Single or IndexKind.Tensor;

        /// <summary>How many dimensions it indexes: a mask as many as it has.</summary>
        internal readonly int Width => ByTensor is { } tensor && tensor.dtype is ScalarType.Bool or ScalarType.Byte ? (int)tensor.ndim : 1;

        internal readonly Tensor AsPosition() => ByTensor ?? tensor(start ?? 0, ScalarType.Int64);

        internal readonly NativeIndex Encode() => new()
        {
            Kind = kind,
            Given = (start.HasValue ? 1 : 0) | (stop.HasValue ? 2 : 0) | (step.HasValue ? 4 : 0),
            Start = start ?? 0,
            Stop = stop ?? 0,
            Step = step ?? 0,
            Tensor = ByTensor?.Handle ?? 0,
        };
    }
}
