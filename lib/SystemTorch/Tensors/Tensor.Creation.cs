// New tensors in the likeness of one that exists.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.zeros_like.Call(this, dtype, Argument.None, device), requires_grad);
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.ones_like.Call(this, dtype, Argument.None, device), requires_grad);
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.empty_like.Call(this, dtype, Argument.None, device), requires_grad);
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.full_like.Call(this, value, dtype, Argument.None, device), requires_grad);
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.rand_like.Call(this, dtype, Argument.None, device), requires_grad);
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.randn_like.Call(this, dtype, Argument.None, device), requires_grad);
        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.randint_like_low_dtype.Call(this, low, high, dtype, Argument.None, device), requires_grad);

        // ---- the same type and device, another shape; and this tensor's memory filled anew

        public Tensor fill_(Scalar value) => Operators.fill__Scalar.InPlace(this, value);
        public Tensor arange_out(Scalar start, Scalar stop, Scalar step) => Operators.arange_start_out.Call(start, stop, step, this);
        public Tensor ones(params long[] sizes) => Operators.ones_out.Call(sizes, this);
        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_ones.Call(this, new[] { size }, dtype, Argument.None, device), requires_grad);
        public Tensor new_ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_ones.Call(this, new[] { rows, columns }, dtype, Argument.None, device), requires_grad);
        public Tensor new_ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_ones.Call(this, new[] { dim0, dim1, dim2 }, dtype, Argument.None, device), requires_grad);
        public Tensor new_ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_ones.Call(this, new[] { dim0, dim1, dim2, dim3 }, dtype, Argument.None, device), requires_grad);
        public Tensor zeros(params long[] sizes) => Operators.zeros_out.Call(sizes, this);
        public Tensor zero_() => Operators.zero_.InPlace(this);
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_zeros.Call(this, size, dtype, Argument.None, device), requires_grad);
        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => new_zeros(size.ToArray(), dtype, device, requires_grad);
        public Tensor new_zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_zeros.Call(this, new[] { size }, dtype, Argument.None, device), requires_grad);
        public Tensor new_zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_zeros.Call(this, new[] { rows, columns }, dtype, Argument.None, device), requires_grad);
        public Tensor new_zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_zeros.Call(this, new[] { dim0, dim1, dim2 }, dtype, Argument.None, device), requires_grad);
        public Tensor new_zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_zeros.Call(this, new[] { dim0, dim1, dim2, dim3 }, dtype, Argument.None, device), requires_grad);
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_empty.Call(this, size, dtype, Argument.None, device), requires_grad);
        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => new_empty(size.ToArray(), dtype, device, requires_grad);
        public Tensor new_empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_empty.Call(this, new[] { size }, dtype, Argument.None, device), requires_grad);
        public Tensor new_empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_empty.Call(this, new[] { rows, columns }, dtype, Argument.None, device), requires_grad);
        public Tensor new_empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_empty.Call(this, new[] { dim0, dim1, dim2 }, dtype, Argument.None, device), requires_grad);
        public Tensor new_empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_empty.Call(this, new[] { dim0, dim1, dim2, dim3 }, dtype, Argument.None, device), requires_grad);
        public Tensor empty(params long[] sizes) => Operators.empty_out.Call(sizes, this);
        public Tensor full(long[] sizes, Scalar value) => Operators.full_out.Call(sizes, value, this);
        public Tensor full(ReadOnlySpan<long> sizes, Scalar value) => full(sizes.ToArray(), value);
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_full.Call(this, size, value, dtype, Argument.None, device), requires_grad);
        public Tensor new_full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => new_full(size.ToArray(), value, dtype, device, requires_grad);
        public Tensor new_full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_full.Call(this, new[] { size }, value, dtype, Argument.None, device), requires_grad);
        public Tensor new_full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_full.Call(this, new[] { rows, columns }, value, dtype, Argument.None, device), requires_grad);
        public Tensor new_full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_full.Call(this, new[] { dim0, dim1, dim2 }, value, dtype, Argument.None, device), requires_grad);
        public Tensor new_full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.new_full.Call(this, new[] { dim0, dim1, dim2, dim3 }, value, dtype, Argument.None, device), requires_grad);
        public Tensor eye(long rows, long columns) => Operators.eye_m_out.Call(rows, columns, this);
    }
}
