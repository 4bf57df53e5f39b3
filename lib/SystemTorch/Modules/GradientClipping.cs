// torch.nn.utils: clipping of gradients, parameters as one vector, and normalization folded into weights.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Work on all parameters at once.</summary>
        public static partial class utils
        {
            private const double KeepsDivisionFinite = 1e-6;

            private static readonly Operator VectorNorm = new("linalg_vector_norm");

            /// <summary>Scales all gradients so that the norm of all of them together is at most a bound.</summary>
            /// <param name="tensors">The parameters; those without gradient are left out.</param>
            /// <param name="max_norm">The bound.</param>
            /// <param name="norm_type">The power p; infinity means the largest magnitude.</param>
            /// <returns>The norm before scaling.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var gradients = no_grad();
                using var scope = NewDisposeScope();
                var grads = Gradients(tensors);
                if (grads.Count == 0) return 0;
                var norms = grads.ConvertAll(grad => VectorNorm.Call(grad, norm_type));
                var total = norms.Count == 1 ? norms[0].ToDouble() : VectorNorm.Call(stack(norms), norm_type).ToDouble();
                var factor = max_norm / (total + KeepsDivisionFinite);
                if (!(factor >= 1))
                    foreach (var grad in grads)
                        grad.mul_(factor);
                return total;
            }

            /// <summary>Bounds each element of all gradients.</summary>
            /// <param name="tensors">The parameters.</param>
            /// <param name="clip_value">The largest magnitude.</param>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var gradients = no_grad();
                using var scope = NewDisposeScope();
                foreach (var grad in Gradients(tensors)) grad.clamp_(-clip_value, clip_value);
            }

            /// <summary>All parameters one after the other in one vector.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(parameter => parameter.reshape(-1)).ToList(), 0).MoveToOuterDisposeScope();
            }

            /// <summary>Takes all parameters from one vector; they are copies.</summary>
            /// <param name="vec">One axis, as long as all parameters together.</param>
            /// <param name="tensors">The parameters.</param>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var gradients = no_grad();
                using var scope = NewDisposeScope();
                long start = 0;
                foreach (var parameter in tensors)
                {
                    var count = parameter.numel();
                    parameter.copy_(vec.narrow(0, start, count).view_as(parameter));
                    start += count;
                }
            }

            /// <summary>Weights of a convolution that does the following batch normalization's work too.</summary>
            /// <param name="conv_w">The kernels.</param>
            /// <param name="conv_b">The offsets, or null.</param>
            /// <param name="bn_rm">Running mean.</param>
            /// <param name="bn_rv">Running variance.</param>
            /// <param name="bn_eps">Added to the variance.</param>
            /// <param name="bn_w">Scale, or null.</param>
            /// <param name="bn_b">Shift, or null.</param>
            /// <param name="transpose">Whether the convolution is transposed.</param>
            public static (Parameter weight, Parameter bias) fuse_conv_bn_weights(Tensor conv_w, Tensor? conv_b, Tensor bn_rm, Tensor bn_rv, double bn_eps, Tensor? bn_w, Tensor? bn_b, bool transpose = false)
            {
                using var scope = NewDisposeScope();
                var factor = bn_rv.add(bn_eps).rsqrt();
                if (bn_w is not null) factor = factor.mul(bn_w);
                var channels = Enumerable.Repeat(1L, (int)conv_w.ndim).ToArray();
                channels[transpose ? 1 : 0] = -1;
                var offset = bn_rm.neg();
                if (conv_b is not null) offset = offset.add(conv_b);
                offset = offset.mul(factor);
                if (bn_b is not null) offset = offset.add(bn_b);
                return Fused(conv_w.mul(factor.reshape(channels)).to(conv_w.dtype), conv_w.requires_grad, offset.to(conv_b?.dtype ?? conv_w.dtype), conv_b?.requires_grad ?? false);
            }

            /// <summary>Weights of a linear map that does the following batch normalization's work too.</summary>
            /// <param name="linear_w">The matrix.</param>
            /// <param name="linear_b">The vector, or null.</param>
            /// <param name="bn_rm">Running mean.</param>
            /// <param name="bn_rv">Running variance.</param>
            /// <param name="bn_eps">Added to the variance.</param>
            /// <param name="bn_w">Scale.</param>
            /// <param name="bn_b">Shift.</param>
            public static (Parameter weight, Parameter bias) fuse_linear_bn_weights(Tensor linear_w, Tensor? linear_b, Tensor bn_rm, Tensor bn_rv, double bn_eps, Tensor bn_w, Tensor bn_b)
            {
                using var scope = NewDisposeScope();
                var factor = bn_rv.add(bn_eps).rsqrt().mul(bn_w);
                var offset = (linear_b is null ? bn_rm.neg() : linear_b.sub(bn_rm)).mul(factor).add(bn_b);
                return Fused(linear_w.mul(factor.unsqueeze(-1)), linear_w.requires_grad, offset, linear_b?.requires_grad ?? false);
            }

            /// <summary>A linear map that does the following batch normalization's work too; both must evaluate.</summary>
            public static Linear fuse_linear_bn_eval(Linear linear, BatchNorm bn)
            {
                if (linear.training || bn.training) throw new InvalidOperationException("Fusing operators is valid only for eval mode.");
                var (weight, bias) = fuse_linear_bn_weights(linear.weight, linear.bias, bn.running_mean!, bn.running_var!, bn.eps, bn.weight, bn.bias!);
                return Linear(weight, bias);
            }

            private static (Parameter, Parameter) Fused(Tensor weight, bool weightLearns, Tensor bias, bool biasLearns)
            {
                var (w, b) = (new Parameter(weight.detach(), weightLearns), new Parameter(bias.detach(), biasLearns));
                w.MoveToOuterDisposeScope();
                b.MoveToOuterDisposeScope();
                return (w, b);
            }

            private static List<Tensor> Gradients(IEnumerable<Parameter> parameters)
            {
                var grads = new List<Tensor>();
                foreach (var parameter in parameters)
                    if (parameter.grad is { } grad)
                        grads.Add(grad);
                return grads;
            }
        }
    }
}
