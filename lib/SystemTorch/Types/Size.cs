// The shape of a tensor.
using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A shape. Equality is, as in TorchSharp, that of the array behind it, not of its elements.</summary>
    public struct Size : IEnumerable<long>
    {
        readonly long[] lengths;

        public static Size Empty = new(Array.Empty<long>());

        public Size(long[] shape) => lengths = (long[])shape.Clone();
        public Size(IEnumerable<long> shape) => lengths = shape.ToArray();
        public Size(int[] shape) => lengths = Array.ConvertAll(shape, length => (long)length);
        public Size(long size) => lengths = [size];
        public Size((long, long) size) => lengths = [size.Item1, size.Item2];
        public Size((long, long, long) size) => lengths = [size.Item1, size.Item2, size.Item3];
        public Size((long, long, long, long) size) => lengths = [size.Item1, size.Item2, size.Item3, size.Item4];
        public Size((long, long, long, long, long) size) => lengths = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];
        public Size((long, long, long, long, long, long) size) => lengths = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];
        public Size(int size) => lengths = [size];
        public Size((int, int) size) => lengths = [size.Item1, size.Item2];
        public Size((int, int, int) size) => lengths = [size.Item1, size.Item2, size.Item3];
        public Size((int, int, int, int) size) => lengths = [size.Item1, size.Item2, size.Item3, size.Item4];
        public Size((int, int, int, int, int) size) => lengths = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];
        public Size((int, int, int, int, int, int) size) => lengths = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public static implicit operator Size(long size) => new(size);
        public static implicit operator Size((long, long) size) => new(size);
        public static implicit operator Size((long, long, long) size) => new(size);
        public static implicit operator Size((long, long, long, long) size) => new(size);
        public static implicit operator Size((long, long, long, long, long) size) => new(size);
        public static implicit operator Size((long, long, long, long, long, long) size) => new(size);
        public static implicit operator Size(long[] size) => new(size);

        public static Size operator +(Size left, Size right) => new([.. left.lengths, .. right.lengths]);
        public static Size operator +(Size left, IEnumerable<long> right) => new([.. left.lengths, .. right]);
        public static bool operator ==(Size left, Size right) => left.lengths == right.lengths;
        public static bool operator !=(Size left, Size right) => left.lengths != right.lengths;

        public override bool Equals(object? obj) => obj is Size other && lengths.Equals(other.lengths);
        public override int GetHashCode() => lengths.GetHashCode();

        /// <summary>The dimensions from <paramref name="first"/> up to, not including, <paramref name="next"/>; negative numbers count from the end.</summary>
        public Size Slice(int first, int next)
        {
            if (next < 0) next += lengths.Length;
            if (first < 0) first += lengths.Length;
            if (next <= first) return Empty;
            return first == 0 && next == lengths.Length ? this : new Size(lengths.Skip(first).Take(next - first));
        }

        /// <summary>The number of elements: the product of the lengths.</summary>
        public long numel()
        {
            var product = 1L;
            foreach (var length in lengths) product *= length;
            return product;
        }

        public bool IsEmpty => lengths.Length == 0;
        public bool IsScalar => IsEmpty;
        public int Length => lengths.Length;
        public long[] Shape => lengths;
        public long this[int idx] => lengths[idx];
        public long this[long idx] => lengths[idx];

        public IEnumerable<long> Take(int i) => lengths.Take(i);
        public IEnumerator<long> GetEnumerator() => lengths.AsEnumerable().GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
