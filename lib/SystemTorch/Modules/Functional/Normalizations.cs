// Normalizations.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private const bool AllowLibraryKernels = true;

            private static readonly Operator BatchNormalize = new("batch_norm");
            private static readonly Operator InstanceNormalize = new("instance_norm");
            private static readonly Operator GroupNormalize = new("group_norm");
            private static readonly Operator LayerNormalize = new("layer_norm");
            private static readonly Operator VectorNorm = new("linalg_vector_norm");

            /// <summary>Divides by the p-norm along an axis, but never by less than eps.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var norm = VectorNorm.Call(input, p, new[] { dim }, true);
                using var bounded = norm.clamp_min(eps);
                return input.div(bounded);
            }

            /// <summary>Normalizes each channel over the batch, or by running averages.</summary>
            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double eps = 1e-5) =>
                BatchNormalize.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, AllowLibraryKernels);

            /// <summary>Normalizes each group of channels of each sample.</summary>
            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                GroupNormalize.Call(input, num_groups, weight, bias, eps, AllowLibraryKernels);

            /// <summary>Normalizes each channel of each sample, or by running averages.</summary>
            public static Tensor instance_norm(Tensor input, Tensor? running_mean = null, Tensor? running_var = null, Tensor? weight = null, Tensor? bias = null, bool use_input_stats = true, double momentum = 0.1, double eps = 1e-5) =>
                InstanceNormalize.Call(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, AllowLibraryKernels);

            /// <summary>Normalizes over the last axes.</summary>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                LayerNormalize.Call(input, normalized_shape, weight, bias, eps, AllowLibraryKernels);

            /// <summary>Divides by (k + α · mean of squares over neighbouring channels)^β; size counts the channels.</summary>
            public static Tensor local_response_norm(Tensor input, long size, double alpha = 0.0001, double beta = 0.75, double k = 1)
            {
                if (input.Dimensions < 3)
                    throw new ArgumentException($"Invalid number of dimensions for LocalResponseNorm argument: {input.Dimensions}");
                using var scope = NewDisposeScope();
                // Channels become a spatial axis of its own: (N, 1, C, everything else).
                var shape = input.shape;
                var squares = input.square().reshape(shape[0], 1, shape[1], -1);
                var padded = pad(squares, new long[] { 0, 0, size / 2, (size - 1) / 2 });
                var means = avg_pool2d(padded, (size, 1L), (1L, 1L)).reshape(shape);
                return input.div(means.mul(alpha).add(k).pow(beta)).MoveToOuterDisposeScope();
            }
        }
    }
}
