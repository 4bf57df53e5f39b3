// Reading and writing elements by position, slice, index tensor and mask.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class IndexOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "index_integer", x => x[0][1] },
        { "index_slice", x => x[0][TensorIndex.Colon, TensorIndex.Slice(1, 3)] },
        { "index_step", x => x[0][TensorIndex.Slice(step: 2), 1] },
        { "index_ellipsis", x => x[0][TensorIndex.Ellipsis, 0] },
        { "index_none", x => x[0][TensorIndex.Colon, TensorIndex.None] },
        { "index_tensor", x => x[0][x[1]] },
        { "index_two_tensors", x => x[0][x[1], x[2]] },
        { "index_mask", x => x[0][x[0] > 0] },
        { "index_negative", x => x[0][-1, -2] },
        { "narrow", x => torch.narrow(x[0], 1, 1, 2) },
        { "select", x => torch.select(x[0], 1, 2) },
        { "gather", x => torch.gather(x[0], 1, x[1]) },
        { "scatter", x => torch.scatter(x[0], 1, x[1], x[2]) },
        { "scatter_add", x => torch.scatter_add(x[0], 1, x[1], x[2]) },
        { "index_select", x => torch.index_select(x[0], 1, x[1]) },
        { "index_add", x => torch.index_add(x[0], 0, x[1], x[2], 1) },
        { "index_copy", x => torch.index_copy(x[0], 0, x[1][..1], x[2]) },
        { "index_fill", x => torch.index_fill(x[0], 0, x[1], 1.5) },
        { "masked_fill", x => x[0].masked_fill(x[1], -2.0) },
        { "masked_select", x => torch.masked_select(x[0], x[1]) },
        { "take", x => torch.take(x[0], x[1]) },
        { "take_along_dim", x => torch.take_along_dim(x[0], x[1], 1) },
        { "nonzero", x => torch.nonzero(x[0]) },
        { "argwhere", x => torch.argwhere(x[0]) },
        { "slice_scatter", x => torch.slice_scatter(x[0], x[1], 1, 1, 3, 1) },
        { "select_scatter", x => torch.select_scatter(x[0], x[1], 1, 2) },
        { "one_hot", x => torch.nn.functional.one_hot(x[0], 6) },
    };
}
