// Shape, type, place and gradient of a tensor.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions
        {
            get
            {
                var dimensions = Native.system_torch_dimensions(Handle);
                GC.KeepAlive(this);
                return dimensions;
            }
        }

        public long dim() => Dimensions;
        public long ndim => Dimensions;

        public long NumberOfElements
        {
            get
            {
                var count = Native.system_torch_count(Handle);
                GC.KeepAlive(this);
                return count;
            }
        }

        public long numel() => NumberOfElements;

        /// <summary>Bytes of one element.</summary>
        public long ElementSize
        {
            get
            {
                var size = Native.system_torch_element_size(Handle);
                GC.KeepAlive(this);
                return size;
            }
        }

        public long element_size() => ElementSize;

        public ScalarType dtype
        {
            get
            {
                var type = (ScalarType)Native.system_torch_dtype(Handle);
                GC.KeepAlive(this);
                return type;
            }
        }

        public long[] shape => size();

        public unsafe long[] size()
        {
            var native = Handle;
            var result = new ReadOnlySpan<long>(Native.system_torch_sizes(native), Native.system_torch_dimensions(native)).ToArray();
            GC.KeepAlive(this);
            return result;
        }

        public unsafe long size(int dim)
        {
            var native = Handle;
            var dimensions = Native.system_torch_dimensions(native);
            var index = dim < 0 ? dim + dimensions : dim;
            if (index < 0 || index >= dimensions)
                throw new System.Runtime.InteropServices.ExternalException($"Dimension out of range (expected to be in range of [{-dimensions}, {dimensions - 1}], but got {dim})");
            var length = Native.system_torch_sizes(native)[index];
            GC.KeepAlive(this);
            return length;
        }

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* into = strides) Native.Check(Native.system_torch_strides(Handle, into));
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => Operators.stride_int.CallInteger(this, dim);

        public long storage_offset()
        {
            var offset = Native.Check(Native.system_torch_storage_offset(Handle));
            GC.KeepAlive(this);
            return offset;
        }

        unsafe (DeviceType Type, int Index) Place
        {
            get
            {
                int type, index;
                Native.system_torch_device(Handle, &type, &index);
                GC.KeepAlive(this);
                return ((DeviceType)type, index);
            }
        }

        public Device device => Place is var (type, index) && type == DeviceType.CPU ? new Device(DeviceType.CPU) : new Device(type, index);
        public DeviceType device_type => Place.Type;
        public int device_index => Place.Index;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_sparse
        {
            get
            {
                var layout = Native.Check(Native.system_torch_layout(Handle));
                GC.KeepAlive(this);
                return layout == (int)TorchSharp.layout.sparse_coo;
            }
        }

        public bool is_contiguous()
        {
            var contiguous = Native.Check(Native.system_torch_is_contiguous(Handle, 0));
            GC.KeepAlive(this);
            return contiguous != 0;
        }

        public bool is_pinned() => Operators.is_pinned.CallBoolean(this);
        public Tensor pin_memory() => Operators.pin_memory.Call(this);
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public bool is_quantized() => torch.is_quantized(dtype);
        public bool is_conj() => Operators.is_conj.CallBoolean(this);
        public bool is_neg() => Operators.is_neg.CallBoolean(this);

        /// <summary>Whether the one element is not zero.</summary>
        /// <exception cref="InvalidOperationException">There is not exactly one element.</exception>
        public bool is_nonzero() => numel() == 1 ? Operators.is_nonzero.CallBoolean(this) : throw new InvalidOperationException("is_nonzero() called on non-singleton tensor");

        // ---- autograd

        /// <summary>Whether operations on this tensor are recorded for gradients.</summary>
        public bool requires_grad
        {
            get
            {
                var value = Native.Check(Native.system_torch_requires_grad(Handle));
                GC.KeepAlive(this);
                return value != 0;
            }
            set
            {
                Native.Check(Native.system_torch_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public bool is_leaf
        {
            get
            {
                var leaf = Native.Check(Native.system_torch_is_leaf(Handle));
                GC.KeepAlive(this);
                return leaf != 0;
            }
        }

        /// <summary>Keeps the gradient of a tensor that is not a leaf.</summary>
        public void retain_grad()
        {
            Native.Check(Native.system_torch_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        /// <summary>The accumulated gradient; null before the first backward pass. Every read makes a tensor that shares its memory.</summary>
        public Tensor? grad
        {
            get
            {
                var gradient = Native.system_torch_grad(Handle);
                GC.KeepAlive(this);
                if (gradient != 0) return new Tensor(gradient);
                return Native.ErrorText is { Length: > 0 } ? throw Native.Failure() : null;
            }
            set
            {
                Native.Check(Native.system_torch_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Accumulates the gradients of this scalar in the leaves it was computed from.</summary>
        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>The same memory, cut off from what it was computed from.</summary>
        public Tensor detach() => Operators.detach.Call(this);
        public Tensor detach_() => Operators.detach_.InPlace(this);
    }
}
