// Views and rearrangements: another shape, order or selection of the same elements.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor set_(Tensor source) => Operators.set__source_Tensor.InPlace(this, source);
        public Tensor vander(long N = -1, bool increasing = false) => Dimensions == 1 ? Operators.vander.Call(this, N == -1 ? size(0) : N, increasing) : throw new InvalidOperationException("Input argument for 'vander()' must be 1-D.");
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Operators.as_strided.Call(this, size, strides, storageOffset);
        public Tensor to_dense() => Operators.to_dense.Call(this);
        public Tensor to_sparse() => Operators.to_sparse.Call(this);
        public Tensor to_sparse(int sparse_dim) => Operators.to_sparse_sparse_dim.Call(this, sparse_dim);
        public Tensor clone() => Operators.clone.Call(this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Operators.copy_.InPlace(this, source, nonBlocking);
        public Tensor contiguous() => Operators.contiguous.Call(this);
        public Tensor select(long dim, long index) => Operators.select_int.Call(this, dim, index);
        public Tensor reshape(params long[] shape) => Operators.reshape.Call(this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Operators.flatten_using_ints.Call(this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => Operators.unflatten_int.Call(this, dim, sizes);
        public Tensor unflatten(long dim, Size sizes) => Operators.unflatten_int.Call(this, dim, sizes);
        public Tensor squeeze(long? dim = null) => dim is null ? Operators.squeeze.Call(this) : Operators.squeeze_dim.Call(this, dim);

        public Tensor squeeze_(long? dim = null)
        {
            if (dim is null) Operators.squeeze_.Run(this);
            else Operators.squeeze__dim.Run(this, dim);
            return this;
        }

        public Tensor t() => Operators.t.Call(this);
        public Tensor transpose(long dim0, long dim1) => Operators.transpose_int.Call(this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => Operators.transpose_.InPlace(this, dim0, dim1);
        public Tensor adjoint() => Operators.adjoint.Call(this);
        public Tensor tril(long diagonal = 0) => Operators.tril.Call(this, diagonal);
        public Tensor tril_(long diagonal = 0) => Operators.tril_.InPlace(this, diagonal);
        public Tensor triu(long diagonal = 0) => Operators.triu.Call(this, diagonal);
        public Tensor triu_(long diagonal = 0) => Operators.triu_.InPlace(this, diagonal);
        public Tensor swapdims(long dim0, long dim1) => Operators.swapdims.Call(this, dim0, dim1);
        public Tensor swapaxes(long dim0, long dim1) => Operators.swapaxes.Call(this, dim0, dim1);
        public Tensor view(params long[] shape) => Operators.view.Call(this, shape);
        public Tensor view_as(Tensor other) => Operators.view_as.Call(this, other);
        public Tensor view_as_complex() => Operators.view_as_complex.Call(this);
        public Tensor view_as_real() => Operators.view_as_real.Call(this);
        public Tensor tile(long[] reps) => Operators.tile.Call(this, reps);
        public Tensor ravel() => Operators.ravel.Call(this);
        public Tensor channel_shuffle(long groups) => Operators.channel_shuffle.Call(this, groups);
        public Tensor diag(long diagonal = 0) => Operators.diag.Call(this, diagonal);
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Operators.diag_embed.Call(this, offset, dim1, dim2);
        public Tensor diagflat(long offset = 0) => Operators.diagflat.Call(this, offset);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Operators.diagonal.Call(this, offset, dim1, dim2);
        public Tensor[] unbind(long dimension = 0) => Operators.unbind_int.CallMany(this, dimension);
        public Tensor unfold(long dimension, long size, long step) => Operators.unfold.Call(this, dimension, size, step);
        public Tensor[] split(long size, int dim = 0) => Operators.split_Tensor.CallMany(this, size, dim);
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Operators.split_sizes.CallMany(this, Argument.Of(sizes), dim);
        public Tensor[] split(long[] sizes, long dim = 0) => Operators.split_sizes.CallMany(this, sizes, dim);
        public Tensor[] split(params long[] sizes) => Operators.split_sizes.CallMany(this, sizes);
        public Tensor[] tensor_split(long size, long dim = 0) => Operators.tensor_split_sections.CallMany(this, size, dim);
        public Tensor[] tensor_split(long[] sizes, long dim = 0) => Operators.tensor_split_indices.CallMany(this, sizes, dim);
        public Tensor[] tensor_split(Tensor indices, long dim = 0) => Operators.tensor_split_tensor_indices_or_sections.CallMany(this, indices, dim);
        public Tensor[] vsplit(long size) => Operators.vsplit_int.CallMany(EvenlySplit(0, size), size);
        public Tensor[] vsplit(params long[] sizes) => Operators.vsplit_array.CallMany(this, sizes);
        public Tensor[] vsplit(Tensor indices) => tensor_split(indices, 0);
        public Tensor[] hsplit(long size) => Operators.hsplit_int.CallMany(EvenlySplit(1, size), size);
        public Tensor[] hsplit(params long[] sizes) => Operators.hsplit_array.CallMany(this, sizes);
        public Tensor[] hsplit(Tensor indices) => tensor_split(indices, 1);
        public Tensor[] dsplit(long size) => Operators.dsplit_int.CallMany(EvenlySplit(2, size), size);
        public Tensor[] dsplit((long, long) indices_or_sections) => dsplit([indices_or_sections.Item1, indices_or_sections.Item2]);
        public Tensor[] dsplit((long, long, long) indices_or_sections) => dsplit([indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3]);
        public Tensor[] dsplit((long, long, long, long) indices_or_sections) => dsplit([indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3, indices_or_sections.Item4]);
        public Tensor[] dsplit(params long[] sizes) => Operators.dsplit_array.CallMany(this, sizes);
        public Tensor[] dsplit(Tensor indices) => tensor_split(indices, 2);

        // This tensor, if the dimension falls into so many equal parts; what has fewer dimensions is left to libtorch to refuse.
        Tensor EvenlySplit(int dimension, long parts) => ndim <= dimension || shape[dimension] % parts == 0
            ? this
            : throw new ArgumentException($"Dimension {dimension} of length {shape[dimension]} does not fall into {parts} equal parts.");

        public Tensor[] chunk(long chunks, long dim = 0) => Operators.chunk.CallMany(this, chunks, dim);
        public Tensor renorm(float p, long dim, float maxnorm) => Operators.renorm.Call(this, p, dim, maxnorm);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Operators.expand.Call(this, Argument.Of(sizes), isImplicit);
        public Tensor expand(Size sizes, bool isImplicit = false) => Operators.expand.Call(this, sizes, isImplicit);
        public Tensor expand(long[] sizes, bool isImplicit = false) => Operators.expand.Call(this, sizes, isImplicit);
        public Tensor expand_as(Tensor other) => Operators.expand_as.Call(this, other);
        public Tensor expand(params long[] sizes) => Operators.expand.Call(this, sizes);
        public Tensor repeat(params long[] sizes) => Operators.repeat.Call(this, sizes);
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Operators.repeat_interleave_self_Tensor.Call(this, repeats, dim, output_size);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Operators.repeat_interleave_self_int.Call(this, repeats, dim, output_size);
        public Tensor broadcast_to(params long[] shape) => Operators.broadcast_to.Call(this, shape);
        public Tensor movedim(long[] source, long[] destination) => Operators.movedim_intlist.Call(this, source, destination);
        public Tensor moveaxis(long[] source, long[] destination) => Operators.moveaxis_intlist.Call(this, source, destination);
        public Tensor permute(params long[] permutation) => Operators.permute.Call(this, permutation);
        public Tensor permute(IEnumerable<long> permutation) => Operators.permute.Call(this, permutation.ToArray());
        public Tensor flip(params long[] dims) => Operators.flip.Call(this, dims);
        public Tensor fliplr() => Operators.fliplr.Call(this);
        public Tensor flipud() => Operators.flipud.Call(this);
        public Tensor narrow(long dim, long start, long length) => Operators.narrow.Call(this, dim, start, length);
        public Tensor roll(long shifts, long? dims = null) => Operators.roll.Call(this, shifts, dims);
        public Tensor roll((long, long) shifts, (long, long) dims) => roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);
        public Tensor roll(long[] shifts, long[] dims) => Operators.roll.Call(this, shifts, dims);
        public Tensor roll(long[] shifts) => Operators.roll.Call(this, shifts);
        public Tensor rot90(long k = 1, (long, long)? dims = null) => dims is var (first, second) ? Operators.rot90.Call(this, k, new[] { first, second }) : Operators.rot90.Call(this, k);
        public Tensor roll((long, long, long) shifts, (long, long, long) dims) => roll([shifts.Item1, shifts.Item2, shifts.Item3], [dims.Item1, dims.Item2, dims.Item3]);
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Operators.roll.Call(this, Argument.Of(shifts), Argument.Of(dims));
        public Tensor slice(long dim, long start, long finish, long step) => Operators.slice_Tensor.Call(this, dim, start, finish, step);
        public Tensor unsqueeze(long dim) => Operators.unsqueeze.Call(this, dim);
        public Tensor unsqueeze_(long dim) => Operators.unsqueeze_.InPlace(this, dim);
        public Tensor atleast_1d() => Operators.atleast_1d.Call(this);
        public Tensor atleast_2d() => Operators.atleast_2d.Call(this);
        public Tensor atleast_3d() => Operators.atleast_3d.Call(this);
    }
}
