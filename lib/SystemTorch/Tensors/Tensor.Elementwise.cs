// Functions and arithmetic, element by element; names ending in an underscore work in place and return the same tensor.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor deg2rad() => Operators.deg2rad.Call(this);

        public Tensor deg2rad_()
        {
            Operators.deg2rad_.Run(this);
            return this;
        }

        public Tensor rad2deg() => Operators.rad2deg.Call(this);

        public Tensor rad2deg_()
        {
            Operators.rad2deg_.Run(this);
            return this;
        }

        public Tensor copysign(Tensor other) => Operators.copysign_Tensor.Call(this, other);

        public Tensor copysign_(Tensor other)
        {
            Operators.copysign__Tensor.Run(this, other);
            return this;
        }

        public Tensor digamma() => Operators.digamma.Call(this);

        public Tensor digamma_()
        {
            Operators.digamma_.Run(this);
            return this;
        }

        public Tensor lgamma() => Operators.lgamma.Call(this);

        public Tensor lgamma_()
        {
            Operators.lgamma_.Run(this);
            return this;
        }

        public Tensor mvlgamma(long p) => Operators.mvlgamma.Call(this, p);

        public Tensor mvlgamma_(long p)
        {
            Operators.mvlgamma_.Run(this, p);
            return this;
        }

        public Tensor polygamma(long p) => Operators.polygamma.Call(p, this);

        public Tensor polygamma_(long p)
        {
            Operators.polygamma_.Run(this, p);
            return this;
        }

        public Tensor positive() => dtype == ScalarType.Bool ? throw new ArgumentException("A boolean tensor has no sign.") : Operators.positive.Call(this);
        public Tensor igamma(Tensor other) => Operators.igamma.Call(this, other);
        public Tensor igammac(Tensor other) => Operators.igammac.Call(this, other);
        public Tensor i0() => Operators.i0.Call(this);

        public Tensor i0_()
        {
            Operators.i0_.Run(this);
            return this;
        }

        public Tensor lerp(Tensor end, Tensor weight) => Operators.lerp_Tensor.Call(this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight)
        {
            Operators.lerp__Tensor.Run(this, end, weight);
            return this;
        }

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Operators.clamp.Call(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Operators.clamp_Tensor.Call(this, min, max);
        public Tensor clip(Scalar? min = null, Scalar? max = null) => Operators.clip.Call(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            Operators.clamp_.Run(this, min, max);
            return this;
        }

        public Tensor clamp_(Tensor? min = null, Tensor? max = null)
        {
            Operators.clamp__Tensor.Run(this, min, max);
            return this;
        }

        public Tensor clamp_max(Scalar max) => Operators.clamp_max.Call(this, max);

        public Tensor clamp_max_(Scalar max)
        {
            Operators.clamp_max_.Run(this, max);
            return this;
        }

        public Tensor clamp_min(Scalar min) => Operators.clamp_min.Call(this, min);

        public Tensor clamp_min_(Scalar min)
        {
            Operators.clamp_min_.Run(this, min);
            return this;
        }

        public Tensor erf() => Operators.erf.Call(this);

        public Tensor erf_()
        {
            Operators.erf_.Run(this);
            return this;
        }

        public Tensor erfc() => Operators.erfc.Call(this);

        public Tensor erfc_()
        {
            Operators.erfc_.Run(this);
            return this;
        }

        public Tensor erfinv() => Operators.erfinv.Call(this);

        public Tensor erfinv_()
        {
            Operators.erfinv_.Run(this);
            return this;
        }

        public Tensor lcm(Tensor other) => Operators.lcm.Call(this, other);

        public Tensor lcm_(Tensor other)
        {
            Operators.lcm_.Run(this, other);
            return this;
        }

        public Tensor ldexp(Tensor other) => Operators.ldexp_Tensor.Call(this, other);

        public Tensor ldexp_(Tensor other)
        {
            Operators.ldexp_.Run(this, other);
            return this;
        }

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Operators.nan_to_num.Call(this, nan, posinf, neginf);

        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null)
        {
            Operators.nan_to_num_.Run(this, nan, posinf, neginf);
            return this;
        }

        public Tensor nextafter(Tensor other) => Operators.nextafter.Call(this, other);

        public Tensor nextafter_(Tensor other)
        {
            Operators.nextafter_.Run(this, other);
            return this;
        }

        public Tensor abs() => Operators.abs.Call(this);
        public Tensor absolute() => Operators.absolute.Call(this);

        public Tensor abs_()
        {
            Operators.abs_.Run(this);
            return this;
        }

        public Tensor absolute_()
        {
            Operators.absolute_.Run(this);
            return this;
        }

        public Tensor add(Tensor target) => Operators.add_Tensor.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Operators.add_Tensor.Call(this, target, alpha);
        public Tensor add(Scalar scalar) => Operators.add_Scalar.Call(this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Operators.add_Scalar.Call(this, scalar, alpha);

        public Tensor add_(Tensor target)
        {
            Operators.add__Tensor.Run(this, target);
            return this;
        }

        public Tensor add_(Tensor target, Scalar alpha)
        {
            Operators.add__Tensor.Run(this, target, alpha);
            return this;
        }

        public Tensor add_(Scalar scalar)
        {
            Operators.add__Scalar.Run(this, scalar);
            return this;
        }

        public Tensor add_(Scalar scalar, Scalar alpha)
        {
            Operators.add__Scalar.Run(this, scalar, alpha);
            return this;
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Operators.addcdiv.Call(this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Operators.addcdiv.Call(this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Operators.addcdiv_.Run(this, tensor1, tensor2, value);
            return this;
        }

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2)
        {
            Operators.addcdiv_.Run(this, tensor1, tensor2);
            return this;
        }

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Operators.addcmul.Call(this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Operators.addcmul_.Run(this, tensor1, tensor2, value);
            return this;
        }

        public Tensor bitwise_and(Tensor other) => Operators.bitwise_and_Tensor.Call(this, other);

        public Tensor bitwise_and_(Tensor other)
        {
            Operators.bitwise_and__Tensor.Run(this, other);
            return this;
        }

        public Tensor bitwise_not() => Operators.bitwise_not.Call(this);

        public Tensor bitwise_not_()
        {
            Operators.bitwise_not_.Run(this);
            return this;
        }

        public Tensor bitwise_or(Tensor other) => Operators.bitwise_or_Tensor.Call(this, other);

        public Tensor bitwise_or_(Tensor other)
        {
            Operators.bitwise_or__Tensor.Run(this, other);
            return this;
        }

        public Tensor bitwise_xor(Tensor other) => Operators.bitwise_xor_Tensor.Call(this, other);

        public Tensor bitwise_xor_(Tensor other)
        {
            Operators.bitwise_xor__Tensor.Run(this, other);
            return this;
        }

        public Tensor bitwise_left_shift(Tensor other) => Operators.bitwise_left_shift_Tensor.Call(this, other);

        public Tensor bitwise_left_shift_(Tensor other)
        {
            Operators.bitwise_left_shift__Tensor.Run(this, other);
            return this;
        }

        public Tensor bitwise_right_shift(Tensor other) => Operators.bitwise_right_shift_Tensor.Call(this, other);

        public Tensor bitwise_right_shift_(Tensor other)
        {
            Operators.bitwise_right_shift__Tensor.Run(this, other);
            return this;
        }

        public Tensor ceil() => Operators.ceil.Call(this);

        public Tensor ceil_()
        {
            Operators.ceil_.Run(this);
            return this;
        }

        public Tensor conj() => Operators.conj.Call(this);
        public Tensor conj_physical() => Operators.conj_physical.Call(this);

        public Tensor conj_physical_()
        {
            Operators.conj_physical_.Run(this);
            return this;
        }

        public Tensor resolve_conj() => Operators.resolve_conj.Call(this);
        public Tensor resolve_neg() => Operators.resolve_neg.Call(this);
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None ? Operators.div_Tensor.Call(this, target) : Operators.div_Tensor_mode.Call(this, target, Mode(rounding_mode));
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None ? Operators.div_Tensor.Call(this, target) : Operators.div_Tensor_mode.Call(this, target, Mode(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None ? Operators.div_Tensor.Call(this, target) : Operators.div_Tensor_mode.Call(this, target, Mode(rounding_mode));
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None ? Operators.div_Tensor.Call(this, target) : Operators.div_Tensor_mode.Call(this, target, Mode(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            Operators.div__Tensor_mode.Run(this, target, Mode(rounding_mode));
            return this;
        }

        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            Operators.div__Tensor_mode.Run(this, target, Mode(rounding_mode));
            return this;
        }

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            Operators.div__Tensor_mode.Run(this, target, Mode(rounding_mode));
            return this;
        }

        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            Operators.div__Tensor_mode.Run(this, target, Mode(rounding_mode));
            return this;
        }

        public Tensor exp() => Operators.exp.Call(this);

        public Tensor exp_()
        {
            Operators.exp_.Run(this);
            return this;
        }

        public Tensor exp2() => Operators.exp2.Call(this);

        public Tensor exp2_()
        {
            Operators.exp2_.Run(this);
            return this;
        }

        public Tensor expm1() => Operators.expm1.Call(this);

        public Tensor expm1_()
        {
            Operators.expm1_.Run(this);
            return this;
        }

        public Tensor float_power(Tensor target) => Operators.float_power_Tensor_Tensor.Call(this, target);

        public Tensor float_power_(Tensor target)
        {
            Operators.float_power__Tensor.Run(this, target);
            return this;
        }

        public Tensor floor() => Operators.floor.Call(this);

        public Tensor floor_()
        {
            Operators.floor_.Run(this);
            return this;
        }

        public Tensor floor_divide(Tensor other) => Operators.floor_divide.Call(this, other);
        public Tensor floor_divide(Scalar other) => Operators.floor_divide_Scalar.Call(this, other);

        public Tensor floor_divide_(Tensor other)
        {
            Operators.floor_divide__Tensor.Run(this, other);
            return this;
        }

        public Tensor floor_divide_(Scalar other)
        {
            Operators.floor_divide__Scalar.Run(this, other);
            return this;
        }

        public Tensor fmod(Tensor target) => Operators.fmod_Tensor.Call(this, target);

        public Tensor fmod_(Tensor target)
        {
            Operators.fmod__Tensor.Run(this, target);
            return this;
        }

        public Tensor fmod(Scalar scalar) => Operators.fmod_Scalar.Call(this, scalar);

        public Tensor fmod_(Scalar scalar)
        {
            Operators.fmod__Scalar.Run(this, scalar);
            return this;
        }

        public Tensor frac() => Operators.frac.Call(this);

        public Tensor frac_()
        {
            Operators.frac_.Run(this);
            return this;
        }

        public (Tensor Mantissa, Tensor Exponent) frexp() => Operators.frexp_Tensor.CallPair(this);
        public Tensor gcd(Tensor other) => Operators.gcd.Call(this, other);

        public Tensor gcd_(Tensor other)
        {
            Operators.gcd_.Run(this, other);
            return this;
        }

        public Tensor hypot(Tensor other) => Operators.hypot.Call(this, other);
        public Tensor log() => Operators.log.Call(this);

        public Tensor log_()
        {
            Operators.log_.Run(this);
            return this;
        }

        public Tensor logaddexp(Tensor other) => Operators.logaddexp.Call(this, other);
        public Tensor logaddexp2(Tensor other) => Operators.logaddexp2.Call(this, other);
        public Tensor log10() => Operators.log10.Call(this);

        public Tensor log10_()
        {
            Operators.log10_.Run(this);
            return this;
        }

        public Tensor log1p() => Operators.log1p.Call(this);

        public Tensor log1p_()
        {
            Operators.log1p_.Run(this);
            return this;
        }

        public Tensor log2() => Operators.log2.Call(this);

        public Tensor log2_()
        {
            Operators.log2_.Run(this);
            return this;
        }

        public Tensor logical_and(Tensor other) => Operators.logical_and.Call(this, other);

        public Tensor logical_and_(Tensor other)
        {
            Operators.logical_and_.Run(this, other);
            return this;
        }

        public Tensor logical_not() => Operators.logical_not.Call(this);

        public Tensor logical_not_()
        {
            Operators.logical_not_.Run(this);
            return this;
        }

        public Tensor logical_or(Tensor other) => Operators.logical_or.Call(this, other);

        public Tensor logical_or_(Tensor other)
        {
            Operators.logical_or_.Run(this, other);
            return this;
        }

        public Tensor logical_xor(Tensor other) => Operators.logical_xor.Call(this, other);

        public Tensor logical_xor_(Tensor other)
        {
            Operators.logical_xor_.Run(this, other);
            return this;
        }

        public Tensor logit(double? eps = null) => Operators.logit.Call(this, eps);

        public Tensor logit_(double? eps = null)
        {
            Operators.logit_.Run(this, eps);
            return this;
        }

        public Tensor mul(Tensor target) => Operators.mul_Tensor.Call(this, target);
        public Tensor multiply(Tensor target) => Operators.multiply_Tensor.Call(this, target);
        public Tensor mul(Scalar target) => Operators.mul_Scalar.Call(this, target);
        public Tensor multiply(Scalar target) => Operators.multiply_Scalar.Call(this, target);

        public Tensor mul_(Tensor target)
        {
            Operators.mul__Tensor.Run(this, target);
            return this;
        }

        public Tensor mul_(Scalar target)
        {
            Operators.mul__Scalar.Run(this, target);
            return this;
        }

        public Tensor neg() => Operators.neg.Call(this);
        public Tensor negative() => Operators.negative.Call(this);

        public Tensor neg_()
        {
            Operators.neg_.Run(this);
            return this;
        }

        public Tensor pow(Tensor exponent) => Operators.pow_Tensor_Tensor.Call(this, exponent);

        public Tensor pow_(Tensor exponent)
        {
            Operators.pow__Tensor.Run(this, exponent);
            return this;
        }

        public Tensor pow(Scalar exponent) => Operators.pow_Tensor_Scalar.Call(this, exponent);

        public Tensor pow_(Scalar exponent)
        {
            Operators.pow__Scalar.Run(this, exponent);
            return this;
        }

        public Tensor reciprocal() => Operators.reciprocal.Call(this);

        public Tensor reciprocal_()
        {
            Operators.reciprocal_.Run(this);
            return this;
        }

        public Tensor remainder(Tensor target) => Operators.remainder_Tensor.Call(this, target);

        public Tensor remainder_(Tensor target)
        {
            Operators.remainder__Tensor.Run(this, target);
            return this;
        }

        public Tensor remainder(Scalar scalar) => Operators.remainder_Scalar.Call(this, scalar);

        public Tensor remainder_(Scalar scalar)
        {
            Operators.remainder__Scalar.Run(this, scalar);
            return this;
        }

        public Tensor round(long decimals = 0) => Operators.round_decimals.Call(this, decimals);

        public Tensor round_(long decimals = 0)
        {
            Operators.round__decimals.Run(this, decimals);
            return this;
        }

        public Tensor rsqrt() => Operators.rsqrt.Call(this);

        public Tensor rsqrt_()
        {
            Operators.rsqrt_.Run(this);
            return this;
        }

        public Tensor square() => Operators.square.Call(this);
        public Tensor sqrt() => Operators.sqrt.Call(this);

        public Tensor sqrt_()
        {
            Operators.sqrt_.Run(this);
            return this;
        }

        public Tensor sign() => Operators.sign.Call(this);

        public Tensor sign_()
        {
            Operators.sign_.Run(this);
            return this;
        }

        public Tensor sgn() => Operators.sgn.Call(this);

        public Tensor sgn_()
        {
            Operators.sgn_.Run(this);
            return this;
        }

        public Tensor signbit() => Operators.signbit.Call(this);
        public Tensor sub(Tensor target) => Operators.sub_Tensor.Call(this, target);
        public Tensor sub(Scalar target) => Operators.sub_Scalar.Call(this, target);
        public Tensor subtract(Scalar target) => Operators.subtract_Scalar.Call(this, target);
        public Tensor subtract(Tensor target) => Operators.subtract_Tensor.Call(this, target);

        public Tensor subtract_(Scalar target)
        {
            Operators.subtract__Scalar.Run(this, target);
            return this;
        }

        public Tensor subtract_(Tensor target)
        {
            Operators.subtract__Tensor.Run(this, target);
            return this;
        }

        public Tensor sub_(Tensor target)
        {
            Operators.sub__Tensor.Run(this, target);
            return this;
        }

        public Tensor sub_(Scalar target)
        {
            Operators.sub__Scalar.Run(this, target);
            return this;
        }

        public Tensor true_divide(Tensor other) => Operators.true_divide_Tensor.Call(this, other);
        public Tensor true_divide(Scalar other) => Operators.true_divide_Scalar.Call(this, other);

        public Tensor true_divide_(Tensor other)
        {
            Operators.true_divide__Tensor.Run(this, other);
            return this;
        }

        public Tensor true_divide_(Scalar other)
        {
            Operators.true_divide__Scalar.Run(this, other);
            return this;
        }

        public Tensor trunc() => Operators.trunc.Call(this);
        public Tensor fix() => Operators.fix.Call(this);

        public Tensor trunc_()
        {
            Operators.trunc_.Run(this);
            return this;
        }

        public Tensor fix_()
        {
            Operators.fix_.Run(this);
            return this;
        }

        public Tensor xlogy(Tensor y) => Operators.xlogy_Tensor.Call(this, y);

        public Tensor xlogy_(Tensor y)
        {
            Operators.xlogy__Tensor.Run(this, y);
            return this;
        }

        public Tensor xlogy(Scalar y) => Operators.xlogy_Scalar_Other.Call(this, y);

        public Tensor xlogy_(Scalar y)
        {
            Operators.xlogy__Scalar_Other.Run(this, y);
            return this;
        }

        public Tensor angle() => Operators.angle.Call(this);
        public Tensor asin() => Operators.asin.Call(this);
        public Tensor arcsin() => Operators.arcsin.Call(this);

        public Tensor asin_()
        {
            Operators.asin_.Run(this);
            return this;
        }

        public Tensor arcsin_()
        {
            Operators.arcsin_.Run(this);
            return this;
        }

        public Tensor acos() => Operators.acos.Call(this);
        public Tensor arccos() => Operators.arccos.Call(this);

        public Tensor acos_()
        {
            Operators.acos_.Run(this);
            return this;
        }

        public Tensor arccos_()
        {
            Operators.arccos_.Run(this);
            return this;
        }

        public Tensor atan() => Operators.atan.Call(this);
        public Tensor arctan() => Operators.arctan.Call(this);
        public Tensor arctan(Tensor other) => atan2(other);
        public Tensor arctan_(Tensor other) => atan2_(other);

        public Tensor atan_()
        {
            Operators.atan_.Run(this);
            return this;
        }

        public Tensor arctan_()
        {
            Operators.arctan_.Run(this);
            return this;
        }

        public Tensor atan2(Tensor other) => Operators.atan2.Call(this, other);

        public Tensor arctan2_(Tensor other)
        {
            Operators.arctan2_.Run(this, other);
            return this;
        }

        public Tensor arctan2(Tensor other) => Operators.arctan2.Call(this, other);

        public Tensor atan2_(Tensor other)
        {
            Operators.atan2_.Run(this, other);
            return this;
        }

        public Tensor cos() => Operators.cos.Call(this);

        public Tensor cos_()
        {
            Operators.cos_.Run(this);
            return this;
        }

        public Tensor sin() => Operators.sin.Call(this);

        public Tensor sin_()
        {
            Operators.sin_.Run(this);
            return this;
        }

        public Tensor tan() => Operators.tan.Call(this);

        public Tensor tan_()
        {
            Operators.tan_.Run(this);
            return this;
        }

        public Tensor sinc() => Operators.sinc.Call(this);

        public Tensor sinc_()
        {
            Operators.sinc_.Run(this);
            return this;
        }

        public Tensor sinh() => Operators.sinh.Call(this);

        public Tensor sinh_()
        {
            Operators.sinh_.Run(this);
            return this;
        }

        public Tensor cosh() => Operators.cosh.Call(this);

        public Tensor cosh_()
        {
            Operators.cosh_.Run(this);
            return this;
        }

        public Tensor tanh() => Operators.tanh.Call(this);

        public Tensor tanh_()
        {
            Operators.tanh_.Run(this);
            return this;
        }

        public Tensor arcsinh() => Operators.arcsinh.Call(this);
        public Tensor asinh() => Operators.asinh.Call(this);

        public Tensor arcsinh_()
        {
            Operators.arcsinh_.Run(this);
            return this;
        }

        public Tensor asinh_()
        {
            Operators.asinh_.Run(this);
            return this;
        }

        public Tensor arccosh() => Operators.arccosh.Call(this);
        public Tensor acosh() => Operators.acosh.Call(this);

        public Tensor arccosh_()
        {
            Operators.arccosh_.Run(this);
            return this;
        }

        public Tensor acosh_()
        {
            Operators.acosh_.Run(this);
            return this;
        }

        public Tensor arctanh() => Operators.arctanh.Call(this);
        public Tensor atanh() => Operators.atanh.Call(this);

        public Tensor arctanh_()
        {
            Operators.arctanh_.Run(this);
            return this;
        }

        public Tensor atanh_()
        {
            Operators.atanh_.Run(this);
            return this;
        }

        static string? Mode(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();
    }
}
