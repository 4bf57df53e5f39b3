// Views, joins, splits and rearrangements.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class ShapeOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "reshape", x => x[0].reshape(4, -1) },
        { "view", x => x[0].view(6, 4) },
        { "flatten", x => x[0].flatten(1) },
        { "unflatten", x => x[0].unflatten(1, 2, 3) },
        { "squeeze", x => x[0].squeeze() },
        { "squeeze_dim", x => x[0].squeeze(1) },
        { "unsqueeze", x => x[0].unsqueeze(1) },
        { "transpose", x => x[0].transpose(0, 2) },
        { "transpose_contiguous", x => x[0].transpose(0, 1).contiguous().view(3, 8) },
        { "permute", x => x[0].permute(2, 0, 1) },
        { "t", x => x[0].t() },
        { "movedim", x => torch.movedim(x[0], 0, 2) },
        { "expand", x => x[0].expand(4, 2, 3) },
        { "expand_as", x => x[0].expand_as(x[1].detach()) },
        { "broadcast_to", x => torch.broadcast_to(x[0], 3, 2) },
        { "repeat", x => x[0].repeat(2, 3) },
        { "repeat_interleave", x => torch.repeat_interleave(x[0], 2, 1) },
        { "tile", x => torch.tile(x[0], new long[] { 2, 1 }) },
        { "flip", x => torch.flip(x[0], 0, 1) },
        { "roll", x => torch.roll(x[0], 1, 1) },
        { "roll_two", x => torch.roll(x[0], new long[] { 1, 2 }, new long[] { 0, 1 }) },
        { "rot90", x => torch.rot90(x[0]) },
        { "cat", x => torch.cat(new[] { x[0], x[1] }, 1) },
        { "stack", x => torch.stack(new[] { x[0], x[1] }, 1) },
        { "hstack", x => torch.hstack(x[0], x[1]) },
        { "vstack", x => torch.vstack(new[] { x[0], x[1] }) },
        { "chunk", x => torch.chunk(x[0], 2, 1) },
        { "split", x => torch.split(x[0], new long[] { 1, 3, 1 }, 1) },
        { "unbind", x => x[0].unbind(1) },
        { "tensor_split", x => torch.tensor_split(x[0], 3, 1) },
        { "tril", x => torch.tril(x[0]) },
        { "triu", x => torch.triu(x[0], 1) },
        { "diag", x => torch.diag(x[0]) },
        { "diag_of_matrix", x => torch.diag(x[0], 1) },
        { "diagonal", x => torch.diagonal(x[0], 0, 1, 2) },
        { "diag_embed", x => torch.diag_embed(x[0]) },
        { "unfold", x => x[0].unfold(1, 3, 2) },
        { "as_strided", x => x[0].as_strided(new long[] { 2, 2 }, new long[] { 1, 2 }, 1) },
        { "meshgrid", x => torch.meshgrid(new[] { x[0], x[1] }, indexing: "ij") },
        { "cartesian_prod", x => torch.cartesian_prod(x[0], x[1]) },
        { "combinations", x => torch.combinations(x[0], 2) },
        { "vander", x => torch.vander(x[0].detach(), 3) },
        { "block_diag", x => torch.block_diag(x[0], x[1]) },
    };
}
