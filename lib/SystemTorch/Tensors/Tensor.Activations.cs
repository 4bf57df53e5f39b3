// The nonlinearities of networks.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor threshold(Scalar threshold, Scalar value) => Operators.threshold.Call(this, threshold, value);
        public Tensor threshold_(Scalar threshold, Scalar value) => Operators.threshold_.InPlace(this, threshold, value);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Operators.softmax_int.Call(this, dim, dtype);
        public Tensor softplus(double beta = 1, double threshold = 20) => Operators.softplus.Call(this, beta, threshold);
        public Tensor relu() => Operators.relu.Call(this);
        public Tensor relu_() => Operators.relu_.InPlace(this);
        public Tensor relu6() => Operators.relu6.Call(this);
        public Tensor relu6_() => Operators.relu6_.InPlace(this);
        public Tensor rrelu(double lower = 0.125, double upper = 0.3333333333333333) => Operators.rrelu.Call(this, lower, upper);
        public Tensor rrelu_(double lower = 0.125, double upper = 0.3333333333333333) => Operators.rrelu_.InPlace(this, lower, upper);
        public Tensor celu() => Operators.celu.Call(this);
        public Tensor celu_() => Operators.celu_.InPlace(this);
        public Tensor celu(Scalar alpha) => Operators.celu.Call(this, alpha);
        public Tensor celu_(Scalar alpha) => Operators.celu_.InPlace(this, alpha);
        public Tensor elu(double alpha = 1) => Operators.elu.Call(this, alpha);
        public Tensor elu_(double alpha = 1) => Operators.elu_.InPlace(this, alpha);
        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Operators.elu.Call(this, alpha, scale, input_scale);
        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => Operators.elu_.InPlace(this, alpha, scale, input_scale);
        public Tensor gelu() => Operators.gelu.Call(this);
        public Tensor gelu(Modules.GELU.Approximate approximate) => Operators.gelu.Call(this, approximate == Modules.GELU.Approximate.tanh ? "tanh" : "none");
        public Tensor gelu_() => Operators.gelu_.InPlace(this);
        public Tensor glu(long dim = -1) => Operators.glu.Call(this, dim);
        public Tensor hardsigmoid() => Operators.hardsigmoid.Call(this);
        public Tensor hardsigmoid_() => Operators.hardsigmoid_.InPlace(this);
        public Tensor hardswish() => Operators.hardswish.Call(this);
        public Tensor hardswish_() => Operators.hardswish_.InPlace(this);
        public Tensor hardtanh(Scalar min, Scalar max) => Operators.hardtanh.Call(this, min, max);
        public Tensor hardtanh_(Scalar min, Scalar max) => Operators.hardtanh_.InPlace(this, min, max);
        public Tensor leaky_relu(Scalar negative_slope) => Operators.leaky_relu.Call(this, negative_slope);
        public Tensor leaky_relu_(Scalar negative_slope) => Operators.leaky_relu_.InPlace(this, negative_slope);
        public Tensor selu() => Operators.selu.Call(this);
        public Tensor selu_() => Operators.selu_.InPlace(this);
        public Tensor silu() => Operators.silu.Call(this);
        public Tensor silu_() => Operators.silu_.InPlace(this);
        public Tensor log_sigmoid() => Operators.log_sigmoid.Call(this);
        public Tensor prelu(Tensor target) => Operators.prelu.Call(this, target);
        public Tensor sigmoid() => Operators.sigmoid.Call(this);
        public Tensor sigmoid_() => Operators.sigmoid_.InPlace(this);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Operators.log_softmax_int.Call(this, dim, dtype);
    }
}
