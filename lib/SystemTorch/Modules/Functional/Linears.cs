// Products with weights.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator LinearMap = new("linear");
            private static readonly Operator BilinearMap = new("bilinear");

            /// <summary>y = x Wᵀ + b along the last axis.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => LinearMap.Call(input, weights, bias);

            /// <summary>y = x₁ᵀ A x₂ + b along the last axes.</summary>
            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias = null) => BilinearMap.Call(input1, input2, weight, bias);
        }
    }
}
