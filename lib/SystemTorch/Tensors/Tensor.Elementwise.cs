using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool Equals(Tensor? target) => target is not null && Operators.equal.CallBoolean(this, target);
        public Tensor neg() => Operators.neg.Call(this);
        public Tensor bitwise_not() => Operators.bitwise_not.Call(this);
        public Tensor reciprocal() => Operators.reciprocal.Call(this);
        public Tensor mul(Scalar target) => Operators.mul_Scalar.Call(this, target);
        public Tensor mul_(Scalar target) { Operators.mul__Scalar.Run(this, target); return this; }
        public Tensor add_(Scalar target) { Operators.add__Scalar.Run(this, target); return this; }
        public Tensor reshape(params long[] shape) => Operators.reshape.Call(this, shape);
    }
}
