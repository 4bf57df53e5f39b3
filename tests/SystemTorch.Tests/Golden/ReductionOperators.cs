// Sums, extremes, statistics, running and sorted results.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class ReductionOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "sum", x => x[0].sum() },
        { "sum_dim", x => x[0].sum(1) },
        { "sum_dims_keepdim", x => x[0].sum([0L, 2L], keepdim: true) },
        { "sum_to_float64", x => x[0].sum(type: ScalarType.Float64) },
        { "sum_of_truth_values", x => x[0].sum(1) },
        { "mean", x => x[0].mean() },
        { "mean_dims_keepdim", x => x[0].mean([-1, 0], keepdim: true) },
        { "prod", x => x[0].prod() },
        { "prod_dim", x => x[0].prod(1) },
        { "std", x => x[0].std() },
        { "std_dim", x => torch.std(x[0], 1, unbiased: false, keepdim: true) },
        { "var", x => x[0].var() },
        { "var_dim", x => torch.var(x[0], 1, unbiased: true, keepdim: false) },
        { "var_mean", x => torch.var_mean(x[0], unbiased: false) },
        { "std_mean", x => torch.std_mean(x[0], unbiased: true) },
        { "max", x => x[0].max() },
        { "min", x => x[0].min() },
        { "max_dim", x => torch.max(x[0], 1) },
        { "min_dim", x => torch.min(x[0], 0, keepdim: true) },
        { "amax", x => torch.amax(x[0], new long[] { 0, 1 }) },
        { "amin", x => torch.amin(x[0], new long[] { 1 }, keepdim: true) },
        { "aminmax", x => torch.aminmax(x[0].detach()) },
        { "argmax", x => x[0].argmax() },
        { "argmax_dim", x => x[0].argmax(1, keepdim: true) },
        { "argmin_dim", x => x[0].argmin(0) },
        { "all", x => x[0].all() },
        { "any_dim", x => x[0].any(1) },
        { "count_nonzero", x => torch.count_nonzero(x[0]) },
        { "cumsum", x => x[0].cumsum(1) },
        { "cumprod", x => x[0].cumprod(0) },
        { "cummax", x => torch.cummax(x[0], 1) },
        { "cummin", x => torch.cummin(x[0], 1) },
        { "logcumsumexp", x => torch.logcumsumexp(x[0], 1) },
        { "logsumexp", x => torch.logsumexp(x[0], 1) },
        { "norm", x => x[0].norm() },
        { "norm_1", x => x[0].norm(1, false, 1f) },
        { "median", x => x[0].median() },
        { "quantile", x => torch.quantile(x[0], torch.tensor(new[] { 0.25, 0.6 }, dtype: x[0].dtype), 1) },
        { "nanmean", x => torch.nanmean(x[0], 1) },
        { "nansum", x => torch.nansum(x[0]) },
        { "kthvalue", x => torch.kthvalue(x[0], 2, 1) },
        { "topk", x => torch.topk(x[0], 2, 1) },
        { "sort", x => torch.sort(x[0], 1) },
        { "sort_descending", x => torch.sort(x[0], 0, descending: true) },
        { "argsort", x => torch.argsort(x[0], 1) },
        { "unique", x => torch.unique(x[0], sorted: true, return_inverse: true, return_counts: true) },
        { "bincount", x => torch.bincount(x[0]) },
        { "histc", x => torch.histc(x[0].detach(), 5, -2, 2) },
        { "diff", x => torch.diff(x[0]) },
        { "trapezoid", x => torch.trapezoid(x[0]) },
        { "searchsorted", x => torch.searchsorted(x[0].sort().Values, x[1]) },
        { "bucketize", x => torch.bucketize(x[1], x[0].sort().Values) },
        { "cov", x => torch.cov(x[0]) },
        { "corrcoef", x => torch.corrcoef(x[0]) },
        { "renorm", x => torch.renorm(x[0], 2f, 0, 1f) },
    };
}
