// Types, files and index tables.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor sparse_coo_tensor(Tensor indices, Tensor values, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(Operators.sparse_coo_tensor_indices_size.Call(indices, values, size, dtype ?? values.dtype, Argument.None, device ?? values.device), requires_grad, names);
    public static Tensor from_file(string filename, bool? shared = null, long? size = 0, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.from_file.Call(filename, shared, size, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad);
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) => Operators.tril_indices.Call(row, col, offset, dtype, Argument.None, device ?? default_device);
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) => Operators.triu_indices.Call(row, col, offset, dtype, Argument.None, device ?? default_device);
    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => (ScalarType)Operators.result_type_Tensor.CallInteger(tensor1, tensor2);
    public static bool can_cast(ScalarType from, ScalarType to) => Operators.can_cast.CallBoolean(from, to);
    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => (ScalarType)Operators.promote_types.CallInteger(type1, type2);
}
