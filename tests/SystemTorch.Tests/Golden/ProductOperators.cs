// Products of vectors, matrices and batches, and what Einstein's notation says.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class ProductOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "matmul", x => torch.matmul(x[0], x[1]) },
        { "matmul_batched", x => torch.matmul(x[0], x[1]) },
        { "matmul_vector", x => torch.matmul(x[0], x[1]) },
        { "mm", x => torch.mm(x[0], x[1]) },
        { "bmm", x => torch.bmm(x[0], x[1]) },
        { "mv", x => torch.mv(x[0], x[1]) },
        { "dot", x => torch.dot(x[0], x[1]) },
        { "vdot", x => torch.vdot(x[0], x[1]) },
        { "linalg_vecdot", x => torch.linalg.vecdot(x[0], x[1]) },
        { "matmul_two_vectors", x => torch.matmul(x[0], x[1]) },
        { "outer", x => torch.outer(x[0], x[1]) },
        { "inner", x => torch.inner(x[0], x[1]) },
        { "kron", x => torch.kron(x[0], x[1]) },
        { "addmm", x => torch.addmm(x[0], x[1], x[2], 0.5f, 2f) },
        { "addmv", x => torch.addmv(x[0], x[1], x[2], 0.5f, 2f) },
        { "addbmm", x => torch.addbmm(x[0], x[1], x[2]) },
        { "baddbmm", x => torch.baddbmm(x[0], x[1], x[2], 0.5f, 2f) },
        { "addr", x => torch.addr(x[0], x[1], x[2]) },
        { "einsum_matmul", x => torch.einsum("ij,jk->ik", x[0], x[1]) },
        { "einsum_fno", x => torch.einsum("bix,iox->box", x[0], x[1]) },
        { "einsum_trace", x => torch.einsum("ii->", x[0]) },
        { "tensordot", x => torch.tensordot(x[0], x[1], 2) },
        { "tensordot_dims", x => torch.tensordot(x[0], x[1], new long[] { 1 }, new long[] { 0 }) },
        { "trace", x => torch.trace(x[0]) },
        { "cdist", x => torch.cdist(x[0], x[1]) },
        { "cross", x => torch.linalg.cross(x[0], x[1], dim: -1) },
        { "matrix_power", x => torch.matrix_power(x[0], 3) },
    };
}
