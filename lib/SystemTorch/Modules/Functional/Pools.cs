// Pooling.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator LargestOf1 = new("max_pool1d");
            private static readonly Operator LargestOf2 = new("max_pool2d");
            private static readonly Operator LargestOf3 = new("max_pool3d");
            private static readonly Operator LargestAndPlace1 = new("max_pool1d_with_indices");
            private static readonly Operator LargestAndPlace2 = new("max_pool2d_with_indices");
            private static readonly Operator LargestAndPlace3 = new("max_pool3d_with_indices");
            private static readonly Operator MeanOf1 = new("avg_pool1d");
            private static readonly Operator MeanOf2 = new("avg_pool2d");
            private static readonly Operator MeanOf3 = new("avg_pool3d");
            private static readonly Operator AdaptiveMean1 = new("adaptive_avg_pool1d");
            private static readonly Operator AdaptiveMean2 = new("adaptive_avg_pool2d");
            private static readonly Operator AdaptiveMean3 = new("adaptive_avg_pool3d");
            private static readonly Operator AdaptiveLargest1 = new("adaptive_max_pool1d");
            private static readonly Operator AdaptiveLargest2 = new("adaptive_max_pool2d");
            private static readonly Operator AdaptiveLargest3 = new("adaptive_max_pool3d");
            private static readonly Operator PutBack2 = new("max_unpool2d");
            private static readonly Operator PutBack3 = new("max_unpool3d");
            private static readonly Operator Fractional2 = new("fractional_max_pool2d");
            private static readonly Operator Fractional3 = new("fractional_max_pool3d");

            /// <summary>Largest element of a sliding window.</summary>
            public static Tensor max_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                LargestOf1.Call(input, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1, ceil_mode);

            /// <summary>Largest element of a sliding window and its position.</summary>
            public static (Tensor output, Tensor indices) max_pool1d_with_indices(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                LargestAndPlace1.CallPair(input, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1, ceil_mode);

            /// <summary>Largest element of a sliding window.</summary>
            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                LargestOf2.Call(input, kernel_size, strides ?? kernel_size, padding ?? Zero, dilation ?? One, ceil_mode);

            /// <summary>Largest element of a sliding window.</summary>
            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                LargestOf2.Call(input, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1, ceil_mode);

            /// <summary>Largest element of a sliding window.</summary>
            public static Tensor max_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, Two(kernel_size), Two(stride ?? kernel_size), Two(padding ?? (0, 0)), Two(dilation ?? (1, 1)), ceil_mode);

            /// <summary>Largest element of a sliding window and its position.</summary>
            public static (Tensor output, Tensor indices) max_pool2d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                LargestAndPlace2.CallPair(input, kernel_size, strides ?? kernel_size, padding ?? Zero, dilation ?? One, ceil_mode);

            /// <summary>Largest element of a sliding window.</summary>
            public static Tensor max_pool3d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                LargestOf3.Call(input, kernel_size, strides ?? kernel_size, padding ?? Zero, dilation ?? One, ceil_mode);

            /// <summary>Largest element of a sliding window and its position.</summary>
            public static (Tensor output, Tensor indices) max_pool3d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                LargestAndPlace3.CallPair(input, kernel_size, strides ?? kernel_size, padding ?? Zero, dilation ?? One, ceil_mode);

            /// <summary>Mean of a sliding window.</summary>
            public static Tensor avg_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true) =>
                MeanOf1.Call(input, kernel_size, stride ?? kernel_size, padding ?? 0, ceil_mode, count_include_pad);

            /// <summary>Mean of a sliding window.</summary>
            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                MeanOf2.Call(input, kernel_size, stride ?? kernel_size, padding ?? Zero, ceil_mode, count_include_pad, divisor_override);

            /// <summary>Mean of a sliding window.</summary>
            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                MeanOf2.Call(input, kernel_size, stride ?? kernel_size, padding, ceil_mode, count_include_pad, divisor_override);

            /// <summary>Mean of a sliding window.</summary>
            public static Tensor avg_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(input, Two(kernel_size), Two(stride ?? kernel_size), Two(padding ?? (0, 0)), ceil_mode, count_include_pad, divisor_override);

            /// <summary>Mean of a sliding window.</summary>
            public static Tensor avg_pool3d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                MeanOf3.Call(input, kernel_size, stride ?? kernel_size, padding ?? Zero, ceil_mode, count_include_pad, divisor_override);

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) => AdaptiveMean1.Call(input, output_size);

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => AdaptiveMean2.Call(input, output_size);

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) => AdaptiveMean2.Call(input, Two(output_size));

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => AdaptiveMean2.Call(input, Two((output_size, output_size)));

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) => AdaptiveMean3.Call(input, output_size);

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) => AdaptiveMean3.Call(input, Three(output_size));

            /// <summary>Means over as many windows as wanted.</summary>
            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) => AdaptiveMean3.Call(input, Three((output_size, output_size, output_size)));

            /// <summary>Largest elements over as many windows as wanted.</summary>
            public static Tensor adaptive_max_pool1d(Tensor input, long output_size) => First(adaptive_max_pool1d_with_indices(input, output_size));

            /// <summary>Largest elements over as many windows as wanted, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) adaptive_max_pool1d_with_indices(Tensor input, long output_size) => AdaptiveLargest1.CallPair(input, output_size);

            /// <summary>Largest elements over as many windows as wanted.</summary>
            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size) => First(adaptive_max_pool2d_with_indices(input, output_size));

            /// <summary>Largest elements over as many windows as wanted, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) adaptive_max_pool2d_with_indices(Tensor input, long[] output_size) => AdaptiveLargest2.CallPair(input, output_size);

            /// <summary>Largest elements over as many windows as wanted.</summary>
            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size) => First(adaptive_max_pool3d_with_indices(input, output_size));

            /// <summary>Largest elements over as many windows as wanted, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) adaptive_max_pool3d_with_indices(Tensor input, long[] output_size) => AdaptiveLargest3.CallPair(input, output_size);

            /// <summary>p-norm of a sliding window.</summary>
            public static Tensor lp_pool1d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false)
            {
                using var scope = NewDisposeScope();
                var means = avg_pool1d(input.pow(norm_type), kernel_size, stride, 0, ceil_mode);
                return Root(means, kernel_size, norm_type).MoveToOuterDisposeScope();
            }

            /// <summary>p-norm of a sliding window.</summary>
            public static Tensor lp_pool2d(Tensor input, double norm_type, long[] kernel_size, long[]? stride = null, bool ceil_mode = false)
            {
                using var scope = NewDisposeScope();
                var means = avg_pool2d(input.pow(norm_type), kernel_size, stride, null, ceil_mode);
                return Root(means, kernel_size[0] * kernel_size[^1], norm_type).MoveToOuterDisposeScope();
            }

            /// <summary>p-norm of a sliding window.</summary>
            public static Tensor lp_pool2d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                lp_pool2d(input, norm_type, Two((kernel_size, kernel_size)), stride is { } step ? Two((step, step)) : null, ceil_mode);

            /// <summary>Puts pooled elements back, zeros elsewhere.</summary>
            public static Tensor max_unpool1d(Tensor input, Tensor indices, long kernel_size, long? stride = null, long? padding = null, long[]? output_size = null)
            {
                using var image = input.unsqueeze(-1);
                using var places = indices.unsqueeze(-1);
                var size = output_size ?? Unpooled(input, [kernel_size], [stride ?? kernel_size], [padding ?? 0]);
                using var result = PutBack2.Call(image, places, new[] { size[^1], 1 });
                return result.squeeze(-1);
            }

            /// <summary>Puts pooled elements back, zeros elsewhere.</summary>
            public static Tensor max_unpool2d(Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                PutBack2.Call(input, indices, output_size is null ? Unpooled(input, kernel_size, stride ?? kernel_size, padding ?? new long[2]) : output_size[^2..]);

            /// <summary>Puts pooled elements back, zeros elsewhere.</summary>
            public static Tensor max_unpool3d(Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                PutBack3.Call(input, indices, output_size is null ? Unpooled(input, kernel_size, stride ?? kernel_size, padding ?? new long[3]) : output_size[^3..], stride ?? kernel_size, padding ?? new long[3]);

            /// <summary>Largest elements of windows drawn at random.</summary>
            public static Tensor fractional_max_pool2d(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) => First(fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>Largest elements of windows drawn at random.</summary>
            public static Tensor fractional_max_pool2d(Tensor input, (long, long) kernel_size, (long, long)? output_size = null, (double, double)? output_ratio = null) => First(fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>Largest elements of windows drawn at random.</summary>
            public static Tensor fractional_max_pool2d(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) => First(fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>Largest elements of windows drawn at random, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool2d_with_indices(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) =>
                fractional_max_pool2d_with_indices(input, (kernel_size, kernel_size), output_size is { } size ? (size, size) : null, output_ratio is { } ratio ? (ratio, ratio) : null);

            /// <summary>Largest elements of windows drawn at random, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool2d_with_indices(Tensor input, (long, long) kernel_size, (long, long)? output_size = null, (double, double)? output_ratio = null) =>
                fractional_max_pool2d_with_indices(input, Two(kernel_size), output_size is { } size ? Two(size) : null, output_ratio is { } ratio ? [ratio.Item1, ratio.Item2] : null);

            /// <summary>Largest elements of windows drawn at random, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool2d_with_indices(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) => DrawWindows(Fractional2, input, kernel_size, output_size, output_ratio);

            /// <summary>Largest elements of windows drawn at random.</summary>
            public static Tensor fractional_max_pool3d(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) => First(fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>Largest elements of windows drawn at random.</summary>
            public static Tensor fractional_max_pool3d(Tensor input, (long, long, long) kernel_size, (long, long, long)? output_size = null, (double, double, double)? output_ratio = null) => First(fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>Largest elements of windows drawn at random.</summary>
            public static Tensor fractional_max_pool3d(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) => First(fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio));

            /// <summary>Largest elements of windows drawn at random, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool3d_with_indices(Tensor input, long kernel_size, long? output_size = null, double? output_ratio = null) =>
                fractional_max_pool3d_with_indices(input, (kernel_size, kernel_size, kernel_size), output_size is { } size ? (size, size, size) : null, output_ratio is { } ratio ? (ratio, ratio, ratio) : null);

            /// <summary>Largest elements of windows drawn at random, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool3d_with_indices(Tensor input, (long, long, long) kernel_size, (long, long, long)? output_size = null, (double, double, double)? output_ratio = null) =>
                fractional_max_pool3d_with_indices(input, Three(kernel_size), output_size is { } size ? Three(size) : null, output_ratio is { } ratio ? [ratio.Item1, ratio.Item2, ratio.Item3] : null);

            /// <summary>Largest elements of windows drawn at random, and their positions.</summary>
            public static (Tensor Values, Tensor Indices) fractional_max_pool3d_with_indices(Tensor input, long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) => DrawWindows(Fractional3, input, kernel_size, output_size, output_ratio);

            private static Tensor First((Tensor values, Tensor indices) pair)
            {
                pair.indices.Dispose();
                return pair.values;
            }

            // (mean of x^p · count)^(1/p), keeping the sign that odd powers have.
            private static Tensor Root(Tensor means, long count, double power) =>
                means.sign().mul(relu(means.abs())).mul(count).pow(1 / power);

            // The lengths before pooling: (L − 1) stride − 2 padding + kernel.
            private static long[] Unpooled(Tensor input, long[] kernel, long[] stride, long[] padding) =>
                [.. kernel.Select((length, axis) => (input.size(axis - kernel.Length) - 1) * stride[axis] - 2 * padding[axis] + length)];

            private static (Tensor, Tensor) DrawWindows(Operator pool, Tensor input, long[] kernel, long[]? size, double[]? ratio)
            {
                var axes = kernel.Length;
                if (size is null && ratio is null)
                    throw new ArgumentException($"fractional_max_pool{axes}d requires specifying either an output_size or an output_ratio");
                size ??= [.. ratio!.Select((part, axis) => (long)(input.size(axis - axes) * part))];
                var batch = input.ndim == axes + 1 ? 1 : input.size(0);
                using var samples = rand([batch, input.size(-axes - 1), axes], input.dtype, input.device);
                return pool.CallPair(input, kernel, size, samples);
            }
        }
    }
}
