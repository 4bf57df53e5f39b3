// Transposes, real and imaginary parts, raw bytes, and lists of a tensor.
using System.Collections;
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>All dimensions reversed.</summary>
        public Tensor T => permute(Enumerable.Range(1, (int)ndim).Select(i => ndim - i));

        /// <summary>The conjugate transpose of a matrix.</summary>
        public Tensor H => is_complex() ? Operators.conj.Call(transpose(0, 1)) : transpose(0, 1);

        /// <summary>The last two dimensions exchanged.</summary>
        public Tensor mT => Operators.mT.Call(this);

        /// <summary>The last two dimensions exchanged, conjugated.</summary>
        public Tensor mH => Operators.mH.Call(this);

        public Tensor real => Operators.real.Call(this);

        public Tensor imag => Operators.imag.Call(this);

        public Tensor SparseIndices => Operators._indices.Call(this);

        public Tensor SparseValues => Operators._values.Call(this);

        public static Tensor block_diag(params Tensor[] tensors) => torch.block_diag(tensors);

        [Obsolete("The method name misspells 'Detach'; use 'DetachFromDisposeScope'.", false)]
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        /// <summary>The elements as nested lists of <see cref="Scalar"/>, or one Scalar.</summary>
        public object tolist()
        {
            if (ndim == 0) return ToScalar();
            var list = new ArrayList();
            for (var i = 0L; i < size(0); i++)
            {
                using var part = this[i];
                list.Add(part.tolist());
            }
            return list;
        }

        // ---- memory

        /// <summary>The memory of a contiguous CPU tensor, for reading and writing.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                CheckMemory();
                var length = NumberOfElements * ElementSize;
                if (length > int.MaxValue) throw new ArgumentException($"A span holds at most {int.MaxValue} bytes, this tensor has {length}: use WriteBytesToStream.");
                return new Span<byte>((void*)DataPointer, (int)length);
            }
            set
            {
                CheckMemory();
                var length = NumberOfElements * ElementSize;
                if (length != value.Length) throw new ArgumentException($"{value.Length} bytes do not fill a tensor of {length}.");
                value.CopyTo(new Span<byte>((void*)DataPointer, (int)length));
            }
        }

        /// <summary>Writes the elements as they lie in memory.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            CheckMemory();
            var from = (byte*)DataPointer;
            for (var left = NumberOfElements * ElementSize; left > 0;)
            {
                var part = (int)Math.Min(left, 1 << 24);
                stream.Write(new ReadOnlySpan<byte>(from, part));
                from += part;
                left -= part;
            }
            GC.KeepAlive(this);
        }

        /// <summary>Fills the memory from a stream.</summary>
        /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            CheckMemory();
            var into = (byte*)DataPointer;
            for (var left = NumberOfElements * ElementSize; left > 0;)
            {
                var part = (int)Math.Min(left, 1 << 24);
                stream.ReadExactly(new Span<byte>(into, part));
                into += part;
                left -= part;
            }
            GC.KeepAlive(this);
        }

        void CheckMemory()
        {
            if (!is_contiguous()) throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            if (device_type != DeviceType.CPU) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }
    }
}
