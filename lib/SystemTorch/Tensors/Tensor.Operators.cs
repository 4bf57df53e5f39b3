// The operators of C# on tensors.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator ==(Tensor left, Tensor right) => Operators.eq_Tensor.Call(left, right);
        public static Tensor operator ==(Tensor left, Scalar right) => Operators.eq_Scalar.Call(left, right);
        public static Tensor operator ==(Scalar left, Tensor right) => Operators.eq_Scalar.Call(right, left);

        public static Tensor operator !=(Tensor left, Tensor right) => Operators.ne_Tensor.Call(left, right);
        public static Tensor operator !=(Tensor left, Scalar right) => Operators.ne_Scalar.Call(left, right);
        public static Tensor operator !=(Scalar left, Tensor right) => Operators.ne_Scalar.Call(right, left);

        public static Tensor operator <(Tensor left, Tensor right) => Operators.lt_Tensor.Call(left, right);
        public static Tensor operator <(Tensor left, Scalar right) => Operators.lt_Scalar.Call(left, right);
        public static Tensor operator <(Scalar left, Tensor right) => Operators.gt_Scalar.Call(right, left);

        public static Tensor operator <=(Tensor left, Tensor right) => Operators.le_Tensor.Call(left, right);
        public static Tensor operator <=(Tensor left, Scalar right) => Operators.le_Scalar.Call(left, right);
        public static Tensor operator <=(Scalar left, Tensor right) => Operators.ge_Scalar.Call(right, left);

        public static Tensor operator >(Tensor left, Tensor right) => Operators.gt_Tensor.Call(left, right);
        public static Tensor operator >(Tensor left, Scalar right) => Operators.gt_Scalar.Call(left, right);
        public static Tensor operator >(Scalar left, Tensor right) => Operators.lt_Scalar.Call(right, left);

        public static Tensor operator >=(Tensor left, Tensor right) => Operators.ge_Tensor.Call(left, right);
        public static Tensor operator >=(Tensor left, Scalar right) => Operators.ge_Scalar.Call(left, right);
        public static Tensor operator >=(Scalar left, Tensor right) => Operators.le_Scalar.Call(right, left);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator +(Tensor left, Tensor right) => Operators.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Operators.add_Tensor.Call(left, right);
        public static Tensor operator +(Scalar left, Tensor right) => Operators.add_Tensor.Call(right, left);
        public static Tensor operator +(Tensor left, int right) => Operators.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, long right) => Operators.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, float right) => Operators.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, double right) => Operators.add_Tensor.Call(left, right);
        public static Tensor operator +(int left, Tensor right) => Operators.add_Tensor.Call(right, left);
        public static Tensor operator +(long left, Tensor right) => Operators.add_Tensor.Call(right, left);
        public static Tensor operator +(float left, Tensor right) => Operators.add_Tensor.Call(right, left);
        public static Tensor operator +(double left, Tensor right) => Operators.add_Tensor.Call(right, left);

        public static Tensor operator *(Tensor left, Tensor right) => Operators.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Operators.mul_Tensor.Call(left, right);
        public static Tensor operator *(Scalar left, Tensor right) => Operators.mul_Tensor.Call(right, left);
        public static Tensor operator *(Tensor left, int right) => Operators.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, long right) => Operators.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, float right) => Operators.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, double right) => Operators.mul_Tensor.Call(left, right);
        public static Tensor operator *(int left, Tensor right) => Operators.mul_Tensor.Call(right, left);
        public static Tensor operator *(long left, Tensor right) => Operators.mul_Tensor.Call(right, left);
        public static Tensor operator *(float left, Tensor right) => Operators.mul_Tensor.Call(right, left);
        public static Tensor operator *(double left, Tensor right) => Operators.mul_Tensor.Call(right, left);

        public static Tensor operator -(Tensor left, Tensor right) => Operators.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Operators.sub_Tensor.Call(left, right);
        public static Tensor operator -(Scalar left, Tensor right) => Operators.rsub_Scalar.Call(right, left);
        public static Tensor operator -(Tensor left, int right) => Operators.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, long right) => Operators.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, float right) => Operators.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, double right) => Operators.sub_Tensor.Call(left, right);
        public static Tensor operator -(int left, Tensor right) => Operators.rsub_Scalar.Call(right, left);
        public static Tensor operator -(long left, Tensor right) => Operators.rsub_Scalar.Call(right, left);
        public static Tensor operator -(float left, Tensor right) => Operators.rsub_Scalar.Call(right, left);
        public static Tensor operator -(double left, Tensor right) => Operators.rsub_Scalar.Call(right, left);

        public static Tensor operator /(Tensor left, Tensor right) => Operators.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, Scalar right) => Operators.div_Tensor.Call(left, right);
        public static Tensor operator /(Scalar left, Tensor right) => Over(left, right);
        public static Tensor operator /(Tensor left, int right) => Operators.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, long right) => Operators.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, float right) => Operators.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, double right) => Operators.div_Tensor.Call(left, right);
        public static Tensor operator /(int left, Tensor right) => Over(left, right);
        public static Tensor operator /(long left, Tensor right) => Over(left, right);
        public static Tensor operator /(float left, Tensor right) => Over(left, right);
        public static Tensor operator /(double left, Tensor right) => Over(left, right);

        public static Tensor operator %(Tensor left, Tensor right) => Operators.remainder_Tensor.Call(left, right);
        public static Tensor operator %(Tensor left, Scalar right) => Operators.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, int right) => Operators.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, long right) => Operators.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, float right) => Operators.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, double right) => Operators.remainder_Scalar.Call(left, right);

        public static Tensor operator &(Tensor left, Tensor right) => Operators.bitwise_and_Tensor.Call(left, right);

        public static Tensor operator |(Tensor left, Tensor right) => Operators.bitwise_or_Tensor.Call(left, right);

        public static Tensor operator ^(Tensor left, Tensor right) => Operators.bitwise_xor_Tensor.Call(left, right);

        public static Tensor operator ~(Tensor left) => left.bitwise_not();

        // A number divided by a tensor.
        static Tensor Over(Scalar number, Tensor divisor)
        {
            using var inverse = divisor.reciprocal();
            return inverse.mul(number);
        }
    }
}
