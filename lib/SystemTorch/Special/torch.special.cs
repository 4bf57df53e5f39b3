// torch.special: special functions, element by element.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Special functions. With <c>out</c> the result is written there too.</summary>
    public static partial class special
    {
        public static Tensor airy_ai(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_airy_ai.Call(input) : Operators.special_airy_ai_out.Call(input, @out);
        public static Tensor bessel_j0(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_bessel_j0.Call(input) : Operators.special_bessel_j0_out.Call(input, @out);
        public static Tensor bessel_j1(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_bessel_j1.Call(input) : Operators.special_bessel_j1_out.Call(input, @out);
        public static Tensor bessel_y0(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_bessel_y0.Call(input) : Operators.special_bessel_y0_out.Call(input, @out);
        public static Tensor bessel_y1(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_bessel_y1.Call(input) : Operators.special_bessel_y1_out.Call(input, @out);
        public static Tensor modified_bessel_i0(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_modified_bessel_i0.Call(input) : Operators.special_modified_bessel_i0_out.Call(input, @out);
        public static Tensor modified_bessel_i1(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_modified_bessel_i1.Call(input) : Operators.special_modified_bessel_i1_out.Call(input, @out);
        public static Tensor modified_bessel_k0(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_modified_bessel_k0.Call(input) : Operators.special_modified_bessel_k0_out.Call(input, @out);
        public static Tensor modified_bessel_k1(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_modified_bessel_k1.Call(input) : Operators.special_modified_bessel_k1_out.Call(input, @out);
        public static Tensor scaled_modified_bessel_k0(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_scaled_modified_bessel_k0.Call(input) : Operators.special_scaled_modified_bessel_k0_out.Call(input, @out);
        public static Tensor scaled_modified_bessel_k1(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_scaled_modified_bessel_k1.Call(input) : Operators.special_scaled_modified_bessel_k1_out.Call(input, @out);
        public static Tensor spherical_bessel_j0(Tensor input, Tensor? @out = null) => @out is null ? Operators.special_spherical_bessel_j0.Call(input) : Operators.special_spherical_bessel_j0_out.Call(input, @out);
        public static Tensor chebyshev_polynomial_t(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_chebyshev_polynomial_t.Call(x, n) : Operators.special_chebyshev_polynomial_t_out.Call(x, n, @out);
        public static Tensor chebyshev_polynomial_u(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_chebyshev_polynomial_u.Call(x, n) : Operators.special_chebyshev_polynomial_u_out.Call(x, n, @out);
        public static Tensor chebyshev_polynomial_v(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_chebyshev_polynomial_v.Call(x, n) : Operators.special_chebyshev_polynomial_v_out.Call(x, n, @out);
        public static Tensor chebyshev_polynomial_w(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_chebyshev_polynomial_w.Call(x, n) : Operators.special_chebyshev_polynomial_w_out.Call(x, n, @out);
        public static Tensor shifted_chebyshev_polynomial_t(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_shifted_chebyshev_polynomial_t.Call(x, n) : Operators.special_shifted_chebyshev_polynomial_t_out.Call(x, n, @out);
        public static Tensor shifted_chebyshev_polynomial_u(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_shifted_chebyshev_polynomial_u.Call(x, n) : Operators.special_shifted_chebyshev_polynomial_u_out.Call(x, n, @out);
        public static Tensor shifted_chebyshev_polynomial_v(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_shifted_chebyshev_polynomial_v.Call(x, n) : Operators.special_shifted_chebyshev_polynomial_v_out.Call(x, n, @out);
        public static Tensor shifted_chebyshev_polynomial_w(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_shifted_chebyshev_polynomial_w.Call(x, n) : Operators.special_shifted_chebyshev_polynomial_w_out.Call(x, n, @out);
        public static Tensor hermite_polynomial_h(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_hermite_polynomial_h.Call(x, n) : Operators.special_hermite_polynomial_h_out.Call(x, n, @out);
        public static Tensor hermite_polynomial_he(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_hermite_polynomial_he.Call(x, n) : Operators.special_hermite_polynomial_he_out.Call(x, n, @out);
        public static Tensor laguerre_polynomial_l(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_laguerre_polynomial_l.Call(x, n) : Operators.special_laguerre_polynomial_l_out.Call(x, n, @out);
        public static Tensor legendre_polynomial_p(Tensor x, Tensor n, Tensor? @out = null) => @out is null ? Operators.special_legendre_polynomial_p.Call(x, n) : Operators.special_legendre_polynomial_p_out.Call(x, n, @out);
        public static Tensor entr(Tensor input) => Operators.special_entr.Call(input);
        public static Tensor erf(Tensor input) => Operators.special_erf.Call(input);
        public static Tensor erfc(Tensor input) => Operators.special_erfc.Call(input);
        public static Tensor erfcx(Tensor input) => Operators.special_erfcx.Call(input);
        public static Tensor erfinv(Tensor input) => Operators.special_erfinv.Call(input);
        public static Tensor expit(Tensor input) => Operators.special_expit.Call(input);
        public static Tensor expm1(Tensor input) => Operators.special_expm1.Call(input);
        public static Tensor exp2(Tensor input) => Operators.special_exp2.Call(input);
        public static Tensor gammaln(Tensor input) => Operators.special_gammaln.Call(input);
        public static Tensor gammainc(Tensor input, Tensor other) => Operators.special_gammainc.Call(input, other);
        public static Tensor gammaincc(Tensor input, Tensor other) => Operators.special_gammaincc.Call(input, other);
        public static Tensor polygamma(long n, Tensor input) => Operators.special_polygamma.Call(n, input);
        public static Tensor multigammaln(Tensor input, long p) => Operators.special_multigammaln.Call(input, p);
        public static Tensor digamma(Tensor input) => Operators.special_digamma.Call(input);
        public static Tensor psi(Tensor input) => Operators.special_psi.Call(input);
        public static Tensor i0(Tensor input) => Operators.special_i0.Call(input);
        public static Tensor i0e(Tensor input) => Operators.special_i0e.Call(input);
        public static Tensor i1(Tensor input) => Operators.special_i1.Call(input);
        public static Tensor i1e(Tensor input) => Operators.special_i1e.Call(input);
        public static Tensor logit(Tensor input) => Operators.special_logit.Call(input);
        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => Operators.special_log_softmax.Call(input, dim, dtype);
        public static Tensor ndtr(Tensor input) => Operators.special_ndtr.Call(input);
        public static Tensor ndtri(Tensor input) => Operators.special_ndtri.Call(input);
        public static Tensor sinc(Tensor input) => Operators.special_sinc.Call(input);
        public static Tensor sigmoid(Tensor input) => input.sigmoid();
        public static Tensor sigmoid_(Tensor input) => input.sigmoid_();
        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => Operators.softmax_int.Call(input, dim, dtype);
        public static Tensor xlog1py(Tensor input, Tensor other) => Operators.special_xlog1py.Call(input, other);
        public static Tensor zeta(Tensor x, Tensor q) => Operators.special_zeta.Call(x, q);
    }
}
