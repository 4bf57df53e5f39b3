// tensor[...], reading and writing.
using System.Runtime.CompilerServices;
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(i1);
            set => index_put_(value, i1);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(i1, i2, i3, i4, i5);
            set => index_put_(value, i1, i2, i3, i4, i5);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index(i1, i2, i3, i4, i5, i6);
            set => index_put_(value, i1, i2, i3, i4, i5, i6);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, index => TensorIndex.Single(index)));
            set => index_put_(value, Array.ConvertAll(indices, index => TensorIndex.Single(index)));
        }

        /// <summary>What the indices select, by PyTorch's rules: numbers and slices give views, tensors of numbers or booleans copies.</summary>
        public unsafe Tensor index(params TensorIndex[] indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            Encode(indices, native);
            var result = new Tensor(Native.Check(Native.system_torch_index(Handle, native, indices.Length)));
            GC.KeepAlive(this);
            GC.KeepAlive(indices);
            return result;
        }

        public Tensor index(params Tensor[] indices) => index(ByTensors(indices));

        /// <summary>Writes a tensor, spread to the shape of what the indices select.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            Put(new NativeValue { Kind = ValueKind.Tensor, Bits = value.Handle }, indices);
            GC.KeepAlive(value);
            return this;
        }

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            if (!accumulate) return index_put_(value, indices);
            using var scope = NewDisposeScope();
            if (!Array.Exists(indices, index => index.ByTensor is not null))
            {
                index(indices).add_(value);
                return this;
            }
            // Slices and new axes first, as a view; the tensors of positions, and numbers as such tensors, then index the view.
            var view = index([.. indices.SelectMany(index => index.IsPosition ? Enumerable.Repeat(TensorIndex.Colon, index.Width) : [index])]);
            var positions = new List<Tensor?>();
            for (var i = 0; i < indices.Length; i++)
            {
                if (indices[i].IsPosition) positions.Add(indices[i].AsPosition());
                else if (!indices[i].IsEllipsis) positions.Add(null);
                else positions.AddRange(Enumerable.Repeat<Tensor?>(null, (int)view.ndim - indices.Where(index => !index.IsEllipsis).Sum(index => index.Width)));
            }
            Operators.index_put_.Run(view, positions.ToArray(), value, true);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, ByTensors(indices));

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => index_put_(value, ByTensors(indices), accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            Put(new NativeValue { Kind = value.Kind, Bits = value.Bits, Second = value.Second }, indices);
            return this;
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, ByTensors(indices));

        static TensorIndex[] ByTensors(Tensor[] indices) => Array.ConvertAll(indices, TensorIndex.Tensor);

        unsafe void Put(NativeValue value, TensorIndex[] indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            Encode(indices, native);
            Native.Check(Native.system_torch_index_put(Handle, native, indices.Length, &value));
            GC.KeepAlive(this);
            GC.KeepAlive(indices);
        }

        static unsafe void Encode(TensorIndex[] indices, NativeIndex* into)
        {
            for (var i = 0; i < indices.Length; i++) into[i] = indices[i].Encode();
        }
    }
}
