// Putting tensors together.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => Operators.concatenate.Call(Argument.Of(tensors), axis);
    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => Operators.concatenate.Call(tensors, axis);
    public static Tensor concatenate(ReadOnlySpan<Tensor> tensors, long axis = 0) => Operators.concatenate.Call(Argument.Of(tensors), axis);
    public static Tensor column_stack(IList<Tensor> tensors) => Operators.column_stack.Call(Argument.Of(tensors));
    public static Tensor column_stack(params Tensor[] tensors) => Operators.column_stack.Call(tensors);
    public static Tensor column_stack(ReadOnlySpan<Tensor> tensors) => Operators.column_stack.Call(Argument.Of(tensors));
    public static Tensor row_stack(IList<Tensor> tensors) => Operators.row_stack.Call(Argument.Of(tensors));
    public static Tensor row_stack(params Tensor[] tensors) => Operators.row_stack.Call(tensors);
    public static Tensor row_stack(ReadOnlySpan<Tensor> tensors) => Operators.row_stack.Call(Argument.Of(tensors));
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Operators.cat.Call(Argument.Of(tensors), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Operators.cat.Call(tensors, dim);
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Operators.cat.Call(Argument.Of(tensors), dim);
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => Operators.concat.Call(Argument.Of(tensors), dim);
    public static Tensor concat(Tensor[] tensors, long dim = 0) => Operators.concat.Call(tensors, dim);
    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Operators.concat.Call(Argument.Of(tensors), dim);
    public static Tensor dstack(params Tensor[] tensors) => Operators.dstack.Call(tensors);
    public static Tensor dstack(IList<Tensor> tensors) => Operators.dstack.Call(Argument.Of(tensors));
    public static Tensor dstack(ReadOnlySpan<Tensor> tensors) => Operators.dstack.Call(Argument.Of(tensors));
    public static Tensor dstack(IEnumerable<Tensor> tensors) => Operators.dstack.Call(Argument.Of(tensors));
    public static Tensor hstack(IList<Tensor> tensors) => Operators.hstack.Call(Argument.Of(tensors));
    public static Tensor hstack(params Tensor[] tensors) => Operators.hstack.Call(tensors);
    public static Tensor hstack(IEnumerable<Tensor> tensors) => Operators.hstack.Call(Argument.Of(tensors));
    public static Tensor hstack(ReadOnlySpan<Tensor> tensors) => Operators.hstack.Call(Argument.Of(tensors));
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Operators.stack.Call(Argument.Of(tensors), dim);
    public static Tensor vstack(IList<Tensor> tensors) => Operators.vstack.Call(Argument.Of(tensors));
    public static Tensor vstack(Tensor[] tensors) => Operators.vstack.Call(tensors);
    public static Tensor vstack(ReadOnlySpan<Tensor> tensors) => Operators.vstack.Call(Argument.Of(tensors));
    public static Tensor block_diag(params Tensor[] tensors) => Operators.block_diag.Call(tensors);
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Operators.broadcast_tensors.CallMany(tensors);

    public static Size broadcast_shapes(params long[][] shapes)
    {
        var result = new long[shapes.Max(shape => shape.Length)];
        Array.Fill(result, 1);
        foreach (var shape in shapes)
            for (var i = 1; i <= shape.Length; i++)
            {
                var length = shape[^i];
                if (length == 1 || length == result[^i]) continue;
                if (result[^i] != 1) throw new ArgumentException("Shape mismatch: objects cannot be broadcast to a single shape", nameof(shapes));
                result[^i] = length;
            }
        return result;
    }

    public static Tensor cartesian_prod(IList<Tensor> tensors) => Operators.cartesian_prod.Call(Argument.Of(tensors));
    public static Tensor cartesian_prod(params Tensor[] tensors) => Operators.cartesian_prod.Call(tensors);
    public static Tensor cartesian_prod(ReadOnlySpan<Tensor> tensors) => Operators.cartesian_prod.Call(Argument.Of(tensors));
    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false) => Operators.combinations.Call(input, r, with_replacement);
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => Operators.meshgrid_indexing.CallMany(Argument.Of(tensors), indexing);
}
