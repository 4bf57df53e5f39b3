// Activation functions; inplace changes the input itself and returns it as another tensor on the same storage.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator Relu = new("relu");
            private static readonly Operator ReluInPlace = new("relu_");
            private static readonly Operator Relu6 = new("relu6");
            private static readonly Operator Relu6InPlace = new("relu6_");
            private static readonly Operator Selu = new("selu");
            private static readonly Operator SeluInPlace = new("selu_");
            private static readonly Operator Silu = new("silu");
            private static readonly Operator SiluInPlace = new("silu_");
            private static readonly Operator MishOperator = new("mish");
            private static readonly Operator MishInPlace = new("mish_");
            private static readonly Operator Hardsigmoid = new("hardsigmoid");
            private static readonly Operator HardsigmoidInPlace = new("hardsigmoid_");
            private static readonly Operator Hardswish = new("hardswish");
            private static readonly Operator HardswishInPlace = new("hardswish_");
            private static readonly Operator Tanh = new("tanh");
            private static readonly Operator TanhInPlace = new("tanh_");
            private static readonly Operator Celu = new("celu");
            private static readonly Operator CeluInPlace = new("celu_");
            private static readonly Operator Elu = new("elu");
            private static readonly Operator EluInPlace = new("elu_");
            private static readonly Operator LeakyRelu = new("leaky_relu");
            private static readonly Operator LeakyReluInPlace = new("leaky_relu_");
            private static readonly Operator HardtanhOperator = new("hardtanh");
            private static readonly Operator HardtanhInPlace = new("hardtanh_");
            private static readonly Operator ThresholdOperator = new("threshold");
            private static readonly Operator ThresholdInPlace = new("threshold_");
            private static readonly Operator Gelu = new("gelu");
            private static readonly Operator GeluInPlace = new("gelu_");
            private static readonly Operator Sigmoid = new("sigmoid");
            private static readonly Operator SigmoidInPlace = new("sigmoid_");
            private static readonly Operator RreluInPlace = new("rrelu_");
            private static readonly Operator Rrelu = new("rrelu");
            private static readonly Operator Glu = new("glu");
            private static readonly Operator HardshrinkOperator = new("hardshrink");
            private static readonly Operator SoftshrinkOperator = new("softshrink");
            private static readonly Operator LogSigmoid = new("log_sigmoid");
            private static readonly Operator LogSoftmax = new("log_softmax", "int");
            private static readonly Operator Softmax = new("softmax", "int");
            private static readonly Operator Softplus = new("softplus");
            private static readonly Operator Prelu = new("prelu");

            /// <summary>max(0, x).</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => (inplace ? ReluInPlace : Relu).Call(x);

            /// <summary>clamp(x, 0, 6).</summary>
            public static Tensor relu6(Tensor x, bool inplace = false) => (inplace ? Relu6InPlace : Relu6).Call(x);

            /// <summary>ELU with the scale and α that keep mean and variance.</summary>
            public static Tensor selu(Tensor x, bool inplace = false) => (inplace ? SeluInPlace : Selu).Call(x);

            /// <summary>x/(1 + exp(−x)).</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => (inplace ? SiluInPlace : Silu).Call(x);

            /// <summary>x tanh(log(1 + exp(x))).</summary>
            public static Tensor mish(Tensor x, bool inplace = false) => (inplace ? MishInPlace : MishOperator).Call(x);

            /// <summary>clamp(x/6 + 1/2, 0, 1).</summary>
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => (inplace ? HardsigmoidInPlace : Hardsigmoid).Call(input);

            /// <summary>x clamp(x/6 + 1/2, 0, 1).</summary>
            public static Tensor hardswish(Tensor input, bool inplace = false) => (inplace ? HardswishInPlace : Hardswish).Call(input);

            /// <summary>tanh(x).</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => (inplace ? TanhInPlace : Tanh).Call(x);

            /// <summary>max(0, x) + min(0, α (exp(x/α) − 1)).</summary>
            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => (inplace ? CeluInPlace : Celu).Call(x, alpha);

            /// <summary>x above zero, α (exp(x) − 1) below.</summary>
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => (inplace ? EluInPlace : Elu).Call(x, alpha);

            /// <summary>x above zero, negative_slope · x below.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) => (inplace ? LeakyReluInPlace : LeakyRelu).Call(input, negative_slope);

            /// <summary>clamp(x, min_val, max_val).</summary>
            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) => (inplace ? HardtanhInPlace : HardtanhOperator).Call(x, min_val, max_val);

            /// <summary>x above the threshold, a fixed value below.</summary>
            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) => (inplace ? ThresholdInPlace : ThresholdOperator).Call(x, threshold, value);

            /// <summary>x Φ(x), Φ the normal distribution function.</summary>
            public static Tensor gelu(Tensor x, bool inplace) => gelu(x, Modules.GELU.Approximate.none, inplace);

            /// <summary>x Φ(x) by the chosen formula for Φ.</summary>
            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) => (inplace ? GeluInPlace : Gelu).Call(x, approximate == Modules.GELU.Approximate.tanh ? "tanh" : "none");

            /// <summary>x Φ(x), Φ the normal distribution function.</summary>
            public static Tensor gelu(Tensor x) => gelu(x, false);

            /// <summary>1/(1 + exp(−x)).</summary>
            public static Tensor sigmoid(Tensor x, bool inplace) => (inplace ? SigmoidInPlace : Sigmoid).Call(x);

            /// <summary>1/(1 + exp(−x)).</summary>
            public static Tensor sigmoid(Tensor x) => Sigmoid.Call(x);

            /// <summary>x above zero, a slope of the middle of its bounds below.</summary>
            public static Tensor rrelu(Tensor x, double lower = 0.125, double upper = 1.0 / 3, bool inplace = false) => (inplace ? RreluInPlace : Rrelu).Call(x, lower, upper);

            /// <summary>First half times the sigmoid of the second half.</summary>
            public static Tensor glu(Tensor input, long dim = -1) => Glu.Call(input, dim);

            /// <summary>x where |x| > λ, else zero.</summary>
            public static Tensor hardshrink(Tensor x, double lambda = 0.5) => HardshrinkOperator.Call(x, lambda);

            /// <summary>x moved towards zero by λ, zero within.</summary>
            public static Tensor softshrink(Tensor x, double lambda = 0.5) => SoftshrinkOperator.Call(x, lambda);

            /// <summary>log(1/(1 + exp(−x))).</summary>
            public static Tensor logsigmoid(Tensor x) => LogSigmoid.Call(x);

            /// <summary>x − log Σ exp(x) along an axis.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => LogSoftmax.Call(x, dim);

            /// <summary>exp(x)/Σ exp(x) along an axis.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => Softmax.Call(input, dim, dtype);

            /// <summary>Softmax over the third axis from the end.</summary>
            public static Tensor softmax2d(Tensor x) => softmax(x, -3);

            /// <summary>Softmax of −x.</summary>
            public static Tensor softmin(Tensor x, long dim)
            {
                using var negative = x.neg();
                return softmax(negative, dim);
            }

            /// <summary>log(1 + exp(βx))/β, x itself where βx is above the threshold.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => Softplus.Call(x, beta, threshold);

            /// <summary>x above zero, weight · x below.</summary>
            public static Tensor prelu(Tensor input, Tensor weight) => Prelu.Call(input, weight);

            /// <summary>x/(1 + |x|).</summary>
            public static Tensor softsign(Tensor x, bool inplace = false)
            {
                using var magnitude = x.abs();
                using var divisor = 1 + magnitude;
                return inplace ? x.div_(divisor).alias() : x.div(divisor);
            }

            /// <summary>x − tanh(x).</summary>
            public static Tensor tanhshrink(Tensor x, bool inplace = false)
            {
                using var bounded = x.tanh();
                return inplace ? x.sub_(bounded).alias() : x.sub(bounded);
            }
        }
    }
}
