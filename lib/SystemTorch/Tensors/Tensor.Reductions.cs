// Reductions, order statistics, and what runs along a dimension.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            var (output, inverse, counts) = dim is { } along
                ? Operators.unique_dim.CallTriple(this, along, sorted, return_inverse, return_counts)
                : Operators._unique2.CallTriple(this, sorted, return_inverse, return_counts);
            return (output, Wanted(inverse, return_inverse), Wanted(counts, return_counts));
        }

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            var (output, inverse, counts) = Operators.unique_consecutive.CallTriple(this, return_inverse, return_counts, dim);
            return (output, Wanted(inverse, return_inverse), Wanted(counts, return_counts));
        }

        public Tensor all() => Operators.all.Call(this);
        public Tensor all(long dim, bool keepdim = false) => Operators.all_dim.Call(this, dim, keepdim);
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => @out is null ? Operators.amax.Call(this, dims, keepdim) : Operators.amax_out.Call(this, dims, keepdim, @out);
        public Tensor amax(params long[] dims) => Operators.amax.Call(this, dims);
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amax(dims.ToArray(), keepdim, @out);
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amin(dims.ToArray(), keepdim, @out);
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => @out is null ? Operators.amin.Call(this, dims, keepdim) : Operators.amin_out.Call(this, dims, keepdim, @out);
        public Tensor amin(params long[] dims) => Operators.amin.Call(this, dims);
        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Operators.aminmax.CallPair(this, dim, keepdim);
        public Tensor any() => Operators.any.Call(this);
        public Tensor any(long dim, bool keepdim = false) => Operators.any_dim.Call(this, dim, keepdim);
        public Tensor argmax() => Operators.argmax.Call(this);
        public Tensor argmax(long dim, bool keepdim = false) => Operators.argmax.Call(this, dim, keepdim);
        public Tensor argmin() => Operators.argmin.Call(this);
        public Tensor argmin(long dim, bool keepdim = false) => Operators.argmin.Call(this, dim, keepdim);
        public Tensor argsort(long dim = -1, bool descending = false) => Operators.argsort.Call(this, dim, descending);
        public Tensor count_nonzero(long[]? dims = null) => dims is null ? Operators.count_nonzero.Call(this) : Operators.count_nonzero_dim_IntList.Call(this, dims);
        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null) => Operators.cov.Call(this, correction, fweights, aweights);
        public Tensor corrcoef() => Operators.corrcoef.Call(this);
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) => Operators.bucketize_Tensor.Call(this, boundaries, outInt32, right);
        public Tensor bincount(Tensor? weights, long minlength = 0) => Operators.bincount.Call(this, weights, minlength);
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => Operators.diff.Call(this, n, dim, prepend, append);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Operators.topk.CallPair(this, k, dim, largest, sorted);
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => Operators.kthvalue.CallPair(this, k, dim ?? -1, keepdim);
        public Tensor max() => Operators.max.Call(this);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Operators.max_dim.CallPair(this, dim, keepdim);
        public Tensor mean() => Operators.mean.Call(this);
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Operators.quantile.Call(this, q, dim, keepdim);
        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Operators.nanquantile.Call(this, q, dim, keepdim);
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false) => Operators.mode.CallPair(this, dim, keepdim);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Operators.mean_dim.Call(this, dimensions, keepdim, type);
        public Tensor median() => Operators.median.Call(this);
        public Tensor min() => Operators.min.Call(this);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Operators.min_dim.CallPair(this, dim, keepdim);
        public Tensor msort() => Operators.msort.Call(this);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => Operators.sort_stable.CallPair(this, stable, dim, descending);
        public Tensor dist(Tensor other, float p = 2f) => Operators.dist.Call(this, other, p);
        public Tensor norm(float p = 2f) => Operators.norm_Scalar.Call(this, p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2f) => Operators.norm_ScalarOpt_dim.Call(this, p, dim, keepdim);
        public Tensor std(bool unbiased = true) => Operators.std.Call(this, unbiased);
        public Tensor var(bool unbiased = true) => Operators.var.Call(this, unbiased);
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std(dimensions.ToArray(), unbiased, keepdim, type);
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var(dimensions.ToArray(), unbiased, keepdim, type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.std_dim.Call(this, dimensions, unbiased, keepdim);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.var_dim.Call(this, dimensions, unbiased, keepdim);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.std_dim.Call(this, dim, unbiased, keepdim);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.var_dim.Call(this, dim, unbiased, keepdim);
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim.Item1, dim.Item2], unbiased, keepdim, type);
        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim.Item1, dim.Item2], unbiased, keepdim, type);
        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);
        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Operators.std_mean.CallPair(this, unbiased);
        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => Operators.var_mean.CallPair(this, unbiased);
        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.std_mean_dim.CallPair(this, dimensions, unbiased, keepdim);
        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.var_mean_dim.CallPair(this, dimensions, unbiased, keepdim);
        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std_mean(dimensions.ToArray(), unbiased, keepdim, type);
        public (Tensor std, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var_mean(dimensions.ToArray(), unbiased, keepdim, type);
        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.std_mean_dim.CallPair(this, dim, unbiased, keepdim);
        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Operators.var_mean_dim.CallPair(this, dim, unbiased, keepdim);
        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std_mean([dim.Item1, dim.Item2], unbiased, keepdim, type);
        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var_mean([dim.Item1, dim.Item2], unbiased, keepdim, type);
        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std_mean([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);
        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var_mean([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);
        public Tensor prod(ScalarType? type = null) => Operators.prod.Call(this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Operators.prod_dim_int.Call(this, dim, keepdim, type);
        public Tensor sum(ScalarType? type = null) => Operators.sum.Call(this, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Operators.sum_dim_IntList.Call(this, dim, keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Operators.sum_dim_IntList.Call(this, Argument.Of(dim), keepdim, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Operators.sum_dim_IntList.Call(this, dim, keepdim, type);
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1, dim2], keepdim, type);
        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) => Operators.nanmean.Call(this, (long)(dim ?? -1), keepdim, dtype ?? this.dtype);
        public Tensor nanmedian() => Operators.nanmedian.Call(this);
        public Tensor nansum() => Operators.nansum.Call(this);
        public Tensor nonzero() => Operators.nonzero.Call(this);

        public IList<Tensor> nonzero_as_list()
        {
            var positions = nonzero();
            return positions.chunk(positions.shape[1], 1);
        }

        public (Tensor values, Tensor indexes) cummax(long dim) => Operators.cummax.CallPair(this, dim);
        public (Tensor values, Tensor indexes) cummin(long dim) => Operators.cummin.CallPair(this, dim);
        public Tensor cumsum(long dim, ScalarType? type = null) => Operators.cumsum.Call(this, dim, type);
        public Tensor cumprod(long dim, ScalarType? type = null) => Operators.cumprod.Call(this, dim, type);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Operators.histc.Call(this, bins, min, max);
        public Tensor logcumsumexp(long dim) => Operators.logcumsumexp.Call(this, dim);
        public Tensor logsumexp(long dim, bool keepdim = false) => Operators.logsumexp.Call(this, dim, keepdim);
        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => Operators.cumulative_trapezoid_dx.Call(this, dx, dim);
        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => Operators.cumulative_trapezoid_x.Call(this, x, dim);
        public Tensor trapezoid(double dx = 1, long dim = -1) => Operators.trapezoid_dx.Call(this, dx, dim);
        public Tensor trapezoid(Tensor x, long dim = -1) => Operators.trapezoid_x.Call(this, x, dim);

        // A result that was computed but not asked for is not handed out.
        static Tensor? Wanted(Tensor tensor, bool wanted)
        {
            if (wanted) return tensor;
            tensor?.Dispose();
            return null;
        }
    }
}
