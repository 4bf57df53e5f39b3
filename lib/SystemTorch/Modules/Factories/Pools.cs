// Construction of modules: pools.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <inheritdoc cref="Modules.MaxPool1d"/>
        public static MaxPool1d MaxPool1d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
            new(kernel_size, stride, padding, dilation, ceil_mode);

        /// <inheritdoc cref="Modules.MaxPool2d"/>
        public static MaxPool2d MaxPool2d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
            new([kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue] : null, padding is { } paddingValue ? [paddingValue, paddingValue] : null, dilation is { } dilationValue ? [dilationValue, dilationValue] : null, ceil_mode);

        /// <inheritdoc cref="Modules.MaxPool2d"/>
        public static MaxPool2d MaxPool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
            new(functional.Two(kernel_size), stride is { } strideValue ? [strideValue.Item1, strideValue.Item2] : null, padding is { } paddingValue ? [paddingValue.Item1, paddingValue.Item2] : null, dilation is { } dilationValue ? [dilationValue.Item1, dilationValue.Item2] : null, ceil_mode);

        /// <inheritdoc cref="Modules.MaxPool2d"/>
        public static MaxPool2d MaxPool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
            new(kernel_size, stride, padding, dilation, ceil_mode);

        /// <inheritdoc cref="Modules.MaxPool3d"/>
        public static MaxPool3d MaxPool3d(long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
            new([kernel_size, kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue, strideValue] : null, padding is { } paddingValue ? [paddingValue, paddingValue, paddingValue] : null, dilation is { } dilationValue ? [dilationValue, dilationValue, dilationValue] : null, ceil_mode);

        /// <inheritdoc cref="Modules.MaxPool3d"/>
        public static MaxPool3d MaxPool3d((long, long, long) kernel_size, (long, long, long)? stride = null, (long, long, long)? padding = null, (long, long, long)? dilation = null, bool ceil_mode = false) =>
            new(functional.Three(kernel_size), stride is { } strideValue ? [strideValue.Item1, strideValue.Item2, strideValue.Item3] : null, padding is { } paddingValue ? [paddingValue.Item1, paddingValue.Item2, paddingValue.Item3] : null, dilation is { } dilationValue ? [dilationValue.Item1, dilationValue.Item2, dilationValue.Item3] : null, ceil_mode);

        /// <inheritdoc cref="Modules.MaxPool3d"/>
        public static MaxPool3d MaxPool3d(long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
            new(kernel_size, stride, padding, dilation, ceil_mode);

        /// <inheritdoc cref="Modules.AvgPool1d"/>
        public static AvgPool1d AvgPool1d(long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true) =>
            new(kernel_size, stride, padding, ceil_mode, count_include_pad);

        /// <inheritdoc cref="Modules.AvgPool2d"/>
        public static AvgPool2d AvgPool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

        /// <inheritdoc cref="Modules.AvgPool2d"/>
        public static AvgPool2d AvgPool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new(functional.Two(kernel_size), stride is { } strideValue ? [strideValue.Item1, strideValue.Item2] : null, padding is { } paddingValue ? [paddingValue.Item1, paddingValue.Item2] : null, ceil_mode, count_include_pad, divisor_override);

        /// <inheritdoc cref="Modules.AvgPool2d"/>
        public static AvgPool2d AvgPool2d(long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new([kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue] : null, padding is { } paddingValue ? [paddingValue, paddingValue] : null, ceil_mode, count_include_pad, divisor_override);

        /// <inheritdoc cref="Modules.AvgPool3d"/>
        public static AvgPool3d AvgPool3d(long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

        /// <inheritdoc cref="Modules.AvgPool3d"/>
        public static AvgPool3d AvgPool3d((long, long, long) kernel_size, (long, long, long)? stride = null, (long, long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new(functional.Three(kernel_size), stride is { } strideValue ? [strideValue.Item1, strideValue.Item2, strideValue.Item3] : null, padding is { } paddingValue ? [paddingValue.Item1, paddingValue.Item2, paddingValue.Item3] : null, ceil_mode, count_include_pad, divisor_override);

        /// <inheritdoc cref="Modules.AvgPool3d"/>
        public static AvgPool3d AvgPool3d(long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
            new([kernel_size, kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue, strideValue] : null, padding is { } paddingValue ? [paddingValue, paddingValue, paddingValue] : null, ceil_mode, count_include_pad, divisor_override);

        /// <inheritdoc cref="Modules.AdaptiveAvgPool1d"/>
        public static AdaptiveAvgPool1d AdaptiveAvgPool1d(long output_size) => new(output_size);

        /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
        public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long[] output_size) => new(output_size);

        /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
        public static AdaptiveAvgPool2d AdaptiveAvgPool2d((long, long) output_size) => new(functional.Two(output_size));

        /// <inheritdoc cref="Modules.AdaptiveAvgPool2d"/>
        public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long output_size) => new([output_size, output_size]);

        /// <inheritdoc cref="Modules.AdaptiveAvgPool3d"/>
        public static AdaptiveAvgPool3d AdaptiveAvgPool3d(long[] output_size) => new(output_size);

        /// <inheritdoc cref="Modules.AdaptiveAvgPool3d"/>
        public static AdaptiveAvgPool3d AdaptiveAvgPool3d((long, long, long) output_size) => new(functional.Three(output_size));

        /// <inheritdoc cref="Modules.AdaptiveAvgPool3d"/>
        public static AdaptiveAvgPool3d AdaptiveAvgPool3d(long output_size) => new([output_size, output_size, output_size]);

        /// <inheritdoc cref="Modules.AdaptiveMaxPool1d"/>
        public static AdaptiveMaxPool1d AdaptiveMaxPool1d(long output_size) => new(output_size);

        /// <inheritdoc cref="Modules.AdaptiveMaxPool2d"/>
        public static AdaptiveMaxPool2d AdaptiveMaxPool2d(long[] output_size) => new(output_size);

        /// <inheritdoc cref="Modules.AdaptiveMaxPool3d"/>
        public static AdaptiveMaxPool3d AdaptiveMaxPool3d(long[] output_size) => new(output_size);

        /// <inheritdoc cref="Modules.LPPool1d"/>
        public static LPPool1d LPPool1d(double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
            new(norm_type, kernel_size, stride, ceil_mode);

        /// <inheritdoc cref="Modules.LPPool2d"/>
        public static LPPool2d LPPool2d(double norm_type, long[] kernel_size, long[]? stride = null, bool ceil_mode = false) =>
            new(norm_type, kernel_size, stride, ceil_mode);

        /// <inheritdoc cref="Modules.LPPool2d"/>
        public static LPPool2d LPPool2d(double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
            new(norm_type, [kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue] : null, ceil_mode);

        /// <inheritdoc cref="Modules.MaxUnpool1d"/>
        public static MaxUnpool1d MaxUnpool1d(long kernel_size, long? stride = null, long? padding = null) => new(kernel_size, stride, padding);

        /// <inheritdoc cref="Modules.MaxUnpool2d"/>
        public static MaxUnpool2d MaxUnpool2d(long kernel_size, long? stride = null, long? padding = null) =>
            new([kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue] : null, padding is { } paddingValue ? [paddingValue, paddingValue] : null);

        /// <inheritdoc cref="Modules.MaxUnpool2d"/>
        public static MaxUnpool2d MaxUnpool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null) =>
            new(functional.Two(kernel_size), stride is { } strideValue ? [strideValue.Item1, strideValue.Item2] : null, padding is { } paddingValue ? [paddingValue.Item1, paddingValue.Item2] : null);

        /// <inheritdoc cref="Modules.MaxUnpool2d"/>
        public static MaxUnpool2d MaxUnpool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null) => new(kernel_size, stride, padding);

        /// <inheritdoc cref="Modules.MaxUnpool3d"/>
        public static MaxUnpool3d MaxUnpool3d(long kernel_size, long? stride = null, long? padding = null) =>
            new([kernel_size, kernel_size, kernel_size], stride is { } strideValue ? [strideValue, strideValue, strideValue] : null, padding is { } paddingValue ? [paddingValue, paddingValue, paddingValue] : null);

        /// <inheritdoc cref="Modules.MaxUnpool3d"/>
        public static MaxUnpool3d MaxUnpool3d((long, long, long) kernel_size, (long, long, long)? stride = null, (long, long, long)? padding = null) =>
            new(functional.Three(kernel_size), stride is { } strideValue ? [strideValue.Item1, strideValue.Item2, strideValue.Item3] : null, padding is { } paddingValue ? [paddingValue.Item1, paddingValue.Item2, paddingValue.Item3] : null);

        /// <inheritdoc cref="Modules.MaxUnpool3d"/>
        public static MaxUnpool3d MaxUnpool3d(long[] kernel_size, long[]? stride = null, long[]? padding = null) => new(kernel_size, stride, padding);

        /// <inheritdoc cref="Modules.FractionalMaxPool2d"/>
        public static FractionalMaxPool2d FractionalMaxPool2d(long kernel_size, long? output_size = null, double? output_ratio = null) =>
            new([kernel_size, kernel_size], output_size is { } output_sizeValue ? [output_sizeValue, output_sizeValue] : null, output_ratio is { } output_ratioValue ? [output_ratioValue, output_ratioValue] : null);

        /// <inheritdoc cref="Modules.FractionalMaxPool2d"/>
        public static FractionalMaxPool2d FractionalMaxPool2d((long, long) kernel_size, (long, long)? output_size = null, (double, double)? output_ratio = null) =>
            new(functional.Two(kernel_size), output_size is { } output_sizeValue ? [output_sizeValue.Item1, output_sizeValue.Item2] : null, output_ratio is { } output_ratioValue ? [output_ratioValue.Item1, output_ratioValue.Item2] : null);

        /// <inheritdoc cref="Modules.FractionalMaxPool2d"/>
        public static FractionalMaxPool2d FractionalMaxPool2d(long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
            new(kernel_size, output_size, output_ratio);

        /// <inheritdoc cref="Modules.FractionalMaxPool3d"/>
        public static FractionalMaxPool3d FractionalMaxPool3d(long kernel_size, long? output_size = null, double? output_ratio = null) =>
            new([kernel_size, kernel_size, kernel_size], output_size is { } output_sizeValue ? [output_sizeValue, output_sizeValue, output_sizeValue] : null, output_ratio is { } output_ratioValue ? [output_ratioValue, output_ratioValue, output_ratioValue] : null);

        /// <inheritdoc cref="Modules.FractionalMaxPool3d"/>
        public static FractionalMaxPool3d FractionalMaxPool3d((long, long, long) kernel_size, (long, long, long)? output_size = null, (double, double, double)? output_ratio = null) =>
            new(functional.Three(kernel_size), output_size is { } output_sizeValue ? [output_sizeValue.Item1, output_sizeValue.Item2, output_sizeValue.Item3] : null, output_ratio is { } output_ratioValue ? [output_ratioValue.Item1, output_ratioValue.Item2, output_ratioValue.Item3] : null);

        /// <inheritdoc cref="Modules.FractionalMaxPool3d"/>
        public static FractionalMaxPool3d FractionalMaxPool3d(long[] kernel_size, long[]? output_size = null, double[]? output_ratio = null) =>
            new(kernel_size, output_size, output_ratio);
    }
}
