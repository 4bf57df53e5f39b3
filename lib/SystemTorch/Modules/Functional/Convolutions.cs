// Convolutions; a single length stands for all axes.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly long[] One = [1];
            private static readonly long[] Zero = [0];
            private static readonly Operator Convolve1 = new("conv1d");
            private static readonly Operator Convolve1ByType = new("conv1d", "padding");
            private static readonly Operator Transpose1 = new("conv_transpose1d");
            private static readonly Operator Convolve2 = new("conv2d");
            private static readonly Operator Convolve2ByType = new("conv2d", "padding");
            private static readonly Operator Transpose2 = new("conv_transpose2d", "input");
            private static readonly Operator Convolve3 = new("conv3d");
            private static readonly Operator Convolve3ByType = new("conv3d", "padding");
            private static readonly Operator Transpose3 = new("conv_transpose3d", "input");

            /// <summary>Convolution along one axis.</summary>
            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                Convolve1.Call(input, weight, bias, stride ?? 1, padding ?? 0, dilation ?? 1, groups);

            /// <summary>Convolution with padding that follows from the kernel.</summary>
            public static Tensor conv1d_padding(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, Padding padding = Padding.Valid, long? dilation = null, long groups = 1) =>
                Convolve1ByType.Call(input, weight, bias, stride ?? 1, padding == Padding.Same ? "same" : "valid", dilation ?? 1, groups);

            /// <summary>Transposed convolution along one axis.</summary>
            public static Tensor conv_transpose1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? output_padding = null, long? dilation = null, long groups = 1) =>
                Transpose1.Call(input, weight, bias, stride ?? 1, padding ?? 0, output_padding ?? 0, groups, dilation ?? 1);

            /// <summary>Convolution along two axes.</summary>
            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolve2.Call(input, weight, bias, strides ?? One, padding ?? Zero, dilation ?? One, groups);

            /// <summary>Convolution with padding that follows from the kernel.</summary>
            public static Tensor conv2d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                Convolve2ByType.Call(input, weight, bias, strides ?? One, padding == Padding.Same ? "same" : "valid", dilation ?? One, groups);

            /// <summary>Transposed convolution along two axes.</summary>
            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1) =>
                Transpose2.Call(input, weight, bias, strides ?? One, padding ?? Zero, output_padding ?? Zero, groups, dilation ?? One);

            /// <summary>Convolution along three axes.</summary>
            public static Tensor conv3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolve3.Call(input, weight, bias, strides ?? One, padding ?? Zero, dilation ?? One, groups);

            /// <summary>Convolution with padding that follows from the kernel.</summary>
            public static Tensor conv3d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                Convolve3ByType.Call(input, weight, bias, strides ?? One, padding == Padding.Same ? "same" : "valid", dilation ?? One, groups);

            /// <summary>Transposed convolution along three axes.</summary>
            public static Tensor conv_transpose3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1) =>
                Transpose3.Call(input, weight, bias, strides ?? One, padding ?? Zero, output_padding ?? Zero, groups, dilation ?? One);
        }
    }
}
