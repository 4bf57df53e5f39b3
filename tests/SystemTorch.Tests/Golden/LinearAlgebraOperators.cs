// Decompositions and solutions; where a library may choose signs or phases, the product of the factors is compared.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class LinearAlgebraOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "linalg_inv", x => torch.linalg.inv(x[0]) },
        { "linalg_det", x => torch.linalg.det(x[0]) },
        { "linalg_slogdet", x => torch.linalg.slogdet(x[0]) },
        { "linalg_solve", x => torch.linalg.solve(x[0], x[1]) },
        { "linalg_cholesky", x => torch.linalg.cholesky(x[0]) },
        { "linalg_eigvalsh", x => torch.linalg.eigvalsh(x[0]) },
        { "linalg_eigh_rebuilt", x => Rebuilt(torch.linalg.eigh(x[0])) },
        { "linalg_svdvals", x => torch.linalg.svdvals(x[0]) },
        { "linalg_svd_rebuilt", x => Rebuilt(torch.linalg.svd(x[0], fullMatrices: false)) },
        { "linalg_qr_rebuilt", x => Product(torch.linalg.qr(x[0])) },
        { "linalg_eigvals_modulus", x => torch.linalg.eigvals(x[0]).abs().sort().Values },
        { "linalg_norm", x => torch.linalg.norm(x[0]) },
        { "linalg_vector_norm", x => torch.linalg.vector_norm(x[0], 3.0) },
        { "linalg_matrix_norm_nuclear", x => torch.linalg.matrix_norm(x[0], "nuc") },
        { "linalg_matrix_norm_2", x => torch.linalg.matrix_norm(x[0], 2.0) },
        { "linalg_pinv", x => torch.linalg.pinv(x[0]) },
        { "linalg_lstsq", x => torch.linalg.lstsq(x[0], x[1]).Solution },
        { "linalg_matrix_rank", x => torch.linalg.matrix_rank(x[0]) },
        { "linalg_matrix_exp", x => torch.linalg.matrix_exp(x[0]) },
        { "linalg_solve_triangular", x => torch.linalg.solve_triangular(x[0], x[1], upper: true) },
        { "linalg_multi_dot", x => torch.linalg.multi_dot(new[] { x[0], x[1], x[2] }) },
        { "linalg_lu_rebuilt", x => Product(torch.linalg.lu(x[0])) },
        { "cholesky_inverse", x => torch.cholesky_inverse(torch.linalg.cholesky(x[0])) },
    };

    private static Tensor Rebuilt((Tensor Values, Tensor Vectors) eigen) =>
        eigen.Vectors.matmul(torch.diag(eigen.Values).to_type(eigen.Vectors.dtype)).matmul(eigen.Vectors.mH);

    private static Tensor Rebuilt((Tensor U, Tensor S, Tensor Vh) singular) => singular.U.matmul(torch.diag(singular.S)).matmul(singular.Vh);

    private static Tensor Product((Tensor Left, Tensor Right) factors) => factors.Left.matmul(factors.Right);

    private static Tensor Product((Tensor First, Tensor Second, Tensor Third) factors) => factors.First.matmul(factors.Second).matmul(factors.Third);
}
