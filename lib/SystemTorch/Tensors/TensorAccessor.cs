// A tensor's elements as C# values, in place.
using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a CPU tensor without copying them; keeps the tensor alive.</summary>
/// <remarks>Linear positions count in row-major order, whatever the strides. Indices are checked.</remarks>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    readonly long[] shape;
    readonly long[] strides;
    readonly bool contiguous;
    readonly T* first;
    readonly torch.Tensor tensor;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        this.tensor = tensor;
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        first = (T*)tensor.DataPointer;
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    internal static T ReadItemAt(torch.Tensor tensor, long index)
    {
        tensor.ValidateType(typeof(T));
        return new TensorAccessor<T>(tensor)[index];
    }

    /// <summary>All elements, row by row.</summary>
    public T[] ToArray()
    {
        var result = new T[Count];
        if (Count > 0) CopyTo(result.AsSpan());
        return result;
    }

    /// <summary>All elements as an array of the tensor's rank; a scalar becomes an array of one.</summary>
    public Array ToNDArray()
    {
        if (shape.Length <= 1) return ToArray();
        var result = Array.CreateInstance(typeof(T), shape);
        if (Count == 0) return result;
        var flat = MemoryMarshal.CreateSpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(result)), checked((int)Count));
        CopyTo(flat);
        return result;
    }

    public T this[params long[] indices]
    {
        get
        {
            var value = first[Offset(indices)];
            GC.KeepAlive(tensor);
            return value;
        }
        set
        {
            first[Offset(indices)] = value;
            GC.KeepAlive(tensor);
        }
    }

    long Offset(long[] indices)
    {
        if (indices.Length == 1)
        {
            if (indices[0] >= Count) throw new IndexOutOfRangeException($"Index {indices[0]} in a tensor of {Count} elements.");
            return Offset(indices[0]);
        }
        var offset = 0L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (indices[i] >= shape[i] || indices[i] < 0) throw new IndexOutOfRangeException($"Index {indices[i]} in dimension {i} of length {shape[i]}.");
            offset += indices[i] * strides[i];
        }
        return offset;
    }

    // The memory offset of a row-major position.
    long Offset(long position)
    {
        if (position < 0 || position >= Count) throw new ArgumentOutOfRangeException(nameof(position), $"Position {position} in a tensor of {Count} elements.");
        if (contiguous) return position;
        var offset = 0L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            (position, var index) = Math.DivRem(position, shape[i]);
            offset += index * strides[i];
        }
        return offset;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies as many elements as there are, or as fit.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        if (tensorIndex < 0 || tensorIndex >= Count) throw new ArgumentOutOfRangeException(nameof(tensorIndex));
        var into = array[Math.Min(arrayIndex, array.Length)..];
        var length = (int)Math.Min(into.Length, Count - tensorIndex);
        if (contiguous) new ReadOnlySpan<T>(first + tensorIndex, length).CopyTo(into);
        else
        {
            var walk = new Walk(this, tensorIndex);
            for (var i = 0; i < length; i++) into[i] = first[walk.Next()];
        }
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        if (tensorIndex < 0 || tensorIndex >= Count) throw new ArgumentOutOfRangeException(nameof(tensorIndex));
        var from = array[Math.Min(arrayIndex, array.Length)..];
        var length = (int)Math.Min(from.Length, Count - tensorIndex);
        if (contiguous) from[..length].CopyTo(new Span<T>(first + tensorIndex, length));
        else
        {
            var walk = new Walk(this, tensorIndex);
            for (var i = 0; i < length; i++) first[walk.Next()] = from[i];
        }
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        if (Count == 0) yield break;
        var walk = new Walk(this, 0);
        for (var i = 0L; i < Count; i++) yield return At(walk.Next());
    }

    T At(long offset)
    {
        var value = first[offset];
        GC.KeepAlive(tensor);
        return value;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.Count == right.Count && left.SequenceEqual(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && this == other;

    public override int GetHashCode() => tensor.GetHashCode();

    /// <summary>Nothing to do: the tensor belongs to whoever made it.</summary>
    public void Dispose() { }

    // Memory offsets in row-major order, each from the one before.
    sealed class Walk
    {
        readonly TensorAccessor<T> over;
        readonly long[] position;
        long offset;

        internal Walk(TensorAccessor<T> over, long start)
        {
            this.over = over;
            position = new long[over.shape.Length];
            offset = over.Offset(start);
            for (var i = position.Length - 1; i >= 0; i--) (start, position[i]) = Math.DivRem(start, over.shape[i]);
        }

        internal long Next()
        {
            var result = offset;
            for (var i = position.Length - 1; i >= 0; i--)
            {
                offset += over.strides[i];
                if (++position[i] < over.shape[i]) break;
                offset -= position[i] * over.strides[i];
                position[i] = 0;
            }
            return result;
        }
    }
}
