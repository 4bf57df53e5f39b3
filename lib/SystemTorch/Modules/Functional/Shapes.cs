// Sliding blocks and shuffled pixels.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator Columns = new("im2col");
            private static readonly Operator Image = new("col2im");
            private static readonly Operator ShufflePixels = new("pixel_shuffle");
            private static readonly Operator UnshufflePixels = new("pixel_unshuffle");

            /// <summary>(N, C r², H, W) to (N, C, H r, W r).</summary>
            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) => ShufflePixels.Call(input, upscale_factor);

            /// <summary>(N, C, H r, W r) to (N, C r², H, W).</summary>
            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) => UnshufflePixels.Call(input, downscale_factor);

            /// <summary>Sums sliding blocks into an image.</summary>
            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                fold(input, (output_size, output_size), (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            /// <summary>Sums sliding blocks into an image.</summary>
            public static Tensor fold(Tensor input, (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                Image.Call(input, Two(output_size), Two(kernel_size), Two(dilation ?? (1, 1)), Two(padding ?? (0, 0)), Two(stride ?? (1, 1)));

            /// <summary>Takes sliding blocks of an image.</summary>
            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            /// <summary>Takes sliding blocks of an image.</summary>
            public static Tensor unfold(Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                Columns.Call(input, Two(kernel_size), Two(dilation ?? (1, 1)), Two(padding ?? (0, 0)), Two(stride ?? (1, 1)));

            internal static long[] Two((long, long) pair) => [pair.Item1, pair.Item2];

            internal static long[] Three((long, long, long) triple) => [triple.Item1, triple.Item2, triple.Item3];
        }
    }
}
