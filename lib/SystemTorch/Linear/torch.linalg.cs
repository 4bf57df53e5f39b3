// torch.linalg: factorisations, solutions and norms. Batches lie in the leading dimensions.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Linear algebra on matrices and batches of matrices.</summary>
    public static partial class linalg
    {
        public enum QRMode { Reduced = 0, Complete = 1, R = 2 }

        // ---- factorisations

        public static Tensor cholesky(Tensor input) => Operators.linalg_cholesky.Call(input);

        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false) => Operators.linalg_cholesky_ex.CallPair(input, false, check_errors);

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced) => Operators.linalg_qr.CallPair(input, mode switch
        {
            QRMode.Complete => "complete",
            QRMode.R => "r",
            _ => "reduced",
        });

        /// <summary>A = U · diag(S) · Vh, the singular values descending.</summary>
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => Operators.linalg_svd.CallTriple(input, fullMatrices);

        /// <summary>The singular values, descending.</summary>
        public static Tensor svdvals(Tensor input) => Operators.linalg_svdvals.Call(input);

        public static (Tensor, Tensor) eig(Tensor input) => Operators.linalg_eig.CallPair(input);

        /// <summary>Eigenvalues, ascending, and eigenvectors of a symmetric or Hermitian matrix, of which one triangle is read.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Operators.linalg_eigh.CallPair(input, UPLO.ToString());

        public static Tensor eigvals(Tensor input) => Operators.linalg_eigvals.Call(input);

        /// <summary>Eigenvalues, ascending, of a symmetric or Hermitian matrix, of which one triangle is read.</summary>
        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Operators.linalg_eigvalsh.Call(input, UPLO.ToString());

        public static (Tensor P, Tensor L, Tensor U) lu(Tensor input, bool pivot = true) => Operators.linalg_lu.CallTriple(input, pivot);

        public static (Tensor LU, Tensor? Pivots) lu_factor(Tensor input, bool pivot = true) => Operators.linalg_lu_factor.CallPair(input, pivot);

        public static (Tensor LU, Tensor? Pivots) ldl_factor(Tensor input, bool hermitian = true) => Operators.linalg_ldl_factor.CallPair(input, hermitian);

        public static (Tensor LU, Tensor? Pivots, Tensor? Info) ldl_factor_ex(Tensor input, bool hermitian = true, bool check_errors = false) => Operators.linalg_ldl_factor_ex.CallTriple(input, hermitian, check_errors);

        public static Tensor householder_product(Tensor A, Tensor tau) => Operators.linalg_householder_product.Call(A, tau);

        // ---- solutions and inverses

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Operators.linalg_solve.Call(A, B, left);

        public static (Tensor result, Tensor info) solve_ex(Tensor A, Tensor B, bool left = true, bool check_errors = false) => Operators.linalg_solve_ex.CallPair(A, B, left, check_errors);

        public static Tensor solve_triangular(Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null) => @out is null
            ? Operators.linalg_solve_triangular.Call(A, B, upper, left, unitriangular)
            : Operators.linalg_solve_triangular_out.Call(A, B, upper, left, unitriangular, @out);

        public static Tensor lu_solve(Tensor LU, Tensor pivots, Tensor B, bool left = true, bool adjoint = false, Tensor? @out = null) => @out is null
            ? Operators.linalg_lu_solve.Call(LU, pivots, B, left, adjoint)
            : Operators.linalg_lu_solve_out.Call(LU, pivots, B, left, adjoint, @out);

        public static Tensor ldl_solve(Tensor LD, Tensor pivots, Tensor B, bool hermitian = false) => Operators.linalg_ldl_solve.Call(LD, pivots, B, hermitian);

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other) => Operators.linalg_lstsq.CallQuadruple(input, other);

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other, double rcond) => Operators.linalg_lstsq.CallQuadruple(input, other, rcond);

        public static Tensor inv(Tensor input) => Operators.linalg_inv.Call(input);

        public static (Tensor L, Tensor info) inv_ex(Tensor input, bool check_errors = false) => Operators.linalg_inv_ex.CallPair(input, check_errors);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Operators.linalg_pinv_atol_rtol_float.Call(input, atol, rtol, hermitian);

        public static Tensor pinv(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false) => Operators.linalg_pinv_atol_rtol_tensor.Call(input, atol, rtol, hermitian);

        public static Tensor tensorinv(Tensor input, long ind) => Operators.linalg_tensorinv.Call(input, ind);

        public static Tensor tensorsolve(Tensor A, Tensor B, long[] dims) => Operators.linalg_tensorsolve.Call(A, B, dims);

        // ---- norms and numbers

        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) => Operators.linalg_norm_ord_str.Call(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Operators.linalg_norm.Call(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) => Operators.linalg_norm.Call(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => Operators.linalg_norm.Call(input, Argument.None, dims, keepdim);

        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) => Operators.linalg_vector_norm.Call(input, ord, dims, keepdim);

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) => Operators.linalg_matrix_norm_str_ord.Call(input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Operators.linalg_matrix_norm.Call(input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Operators.linalg_matrix_rank_atol_rtol_float.Call(input, atol, rtol, hermitian);

        public static Tensor matrix_rank(Tensor input, Tensor atol, Tensor? rtol = null, bool hermitian = false) => Operators.linalg_matrix_rank_atol_rtol_tensor.Call(input, atol, rtol, hermitian);

        public static Tensor cond(Tensor input, int p) => Operators.linalg_cond.Call(input, p);

        public static Tensor cond(Tensor input, double p) => Operators.linalg_cond.Call(input, p);

        public static Tensor cond(Tensor input, string p) => Operators.linalg_cond_p_str.Call(input, p);

        public static Tensor cond(Tensor input) => Operators.linalg_cond.Call(input);

        public static Tensor det(Tensor input) => Operators.linalg_det.Call(input);

        public static (Tensor, Tensor) slogdet(Tensor input) => Operators.linalg_slogdet.CallPair(input);

        // ---- products and functions

        public static Tensor cross(Tensor input, Tensor other, long dim = -1) => Operators.linalg_cross.Call(input, other, dim);

        public static Tensor vecdot(Tensor x, Tensor y, long dim = -1, Tensor? @out = null) => @out is null ? Tensor.AreComplexVectors(x, y) ? x.vdot(y) : Operators.linalg_vecdot.Call(x, y, dim) : Operators.linalg_vecdot_out.Call(x, y, dim, @out);

        public static Tensor multi_dot(IList<Tensor> tensors) => tensors.Count switch
        {
            0 => throw new ArgumentException("At least one matrix is needed.", nameof(tensors)),
            1 => tensors[0].alias(),
            _ => Operators.linalg_multi_dot.Call(Argument.Of(tensors)),
        };

        public static Tensor matrix_exp(Tensor input) => input.matrix_exp();

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) => input.diagonal(offset, dim1, dim2);

        public static Tensor vander(Tensor input, long? N = null) => Operators.linalg_vander.Call(input, N ?? input.size(-1));
    }
}
