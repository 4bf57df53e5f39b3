// Resizing and sampling of images.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator Nearest1 = new("upsample_nearest1d");
            private static readonly Operator Nearest2 = new("upsample_nearest2d");
            private static readonly Operator Nearest3 = new("upsample_nearest3d");
            private static readonly Operator NearestExact1 = new("_upsample_nearest_exact1d");
            private static readonly Operator NearestExact2 = new("_upsample_nearest_exact2d");
            private static readonly Operator NearestExact3 = new("_upsample_nearest_exact3d");
            private static readonly Operator Linear1 = new("upsample_linear1d");
            private static readonly Operator Linear2 = new("upsample_bilinear2d");
            private static readonly Operator Linear3 = new("upsample_trilinear3d");
            private static readonly Operator Cubic2 = new("upsample_bicubic2d");
            private static readonly Operator SmoothLinear2 = new("_upsample_bilinear2d_aa");
            private static readonly Operator SmoothCubic2 = new("_upsample_bicubic2d_aa");
            private static readonly Operator GridSampler = new("grid_sampler");
            private static readonly Operator AffineGrid = new("affine_grid_generator");

            /// <summary>Resizes (N, C, L...) to given lengths or by given factors.</summary>
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                var axes = (int)x.ndim - 2;
                if ((size is null) == (scale_factor is null))
                    throw new ArgumentException("interpolate needs either size or scale_factor, and not both.");
                var factors = scale_factor is { Length: 1 } ? Enumerable.Repeat(scale_factor[0], axes).ToArray() : scale_factor;
                var lengths = size is { Length: 1 } ? Enumerable.Repeat(size[0], axes).ToArray() : size
                    ?? [.. factors!.Select((factor, axis) => (long)Math.Floor(x.size(axis + 2) * factor))];
                if (lengths.Length != axes)
                    throw new ArgumentException($"interpolate got {lengths.Length} lengths or factors for an input with {axes} axes after the channels.");
                if (recompute_scale_factor) factors = null;
                double? Factor(int axis) => factors?[axis];
                var aligned = align_corners ?? false;
                if (align_corners is not null && mode is InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area && aligned)
                    throw new ArgumentException($"align_corners cannot be set with mode {mode}.");
                if (antialias && !(axes == 2 && mode is InterpolationMode.Bilinear or InterpolationMode.Bicubic))
                    throw new ArgumentException("antialias is for the modes Bilinear and Bicubic on (N, C, H, W).");

                return (mode, axes) switch
                {
                    (InterpolationMode.Nearest, 1) => Nearest1.Call(x, lengths, Factor(0)),
                    (InterpolationMode.Nearest, 2) => Nearest2.Call(x, lengths, Factor(0), Factor(1)),
                    (InterpolationMode.Nearest, 3) => Nearest3.Call(x, lengths, Factor(0), Factor(1), Factor(2)),
                    (InterpolationMode.NearestExact, 1) => NearestExact1.Call(x, lengths, Factor(0)),
                    (InterpolationMode.NearestExact, 2) => NearestExact2.Call(x, lengths, Factor(0), Factor(1)),
                    (InterpolationMode.NearestExact, 3) => NearestExact3.Call(x, lengths, Factor(0), Factor(1), Factor(2)),
                    (InterpolationMode.Area, 1) => adaptive_avg_pool1d(x, lengths[0]),
                    (InterpolationMode.Area, 2) => adaptive_avg_pool2d(x, lengths),
                    (InterpolationMode.Area, 3) => adaptive_avg_pool3d(x, lengths),
                    (InterpolationMode.Linear, 1) => Linear1.Call(x, lengths, aligned, Factor(0)),
                    (InterpolationMode.Bilinear, 2) => (antialias ? SmoothLinear2 : Linear2).Call(x, lengths, aligned, Factor(0), Factor(1)),
                    (InterpolationMode.Trilinear, 3) => Linear3.Call(x, lengths, aligned, Factor(0), Factor(1), Factor(2)),
                    (InterpolationMode.Bicubic, 2) => (antialias ? SmoothCubic2 : Cubic2).Call(x, lengths, aligned, Factor(0), Factor(1)),
                    _ => throw new ArgumentException($"Mode {mode} does not resize an input with {axes} axes after the channels."),
                };
            }

            /// <summary>Resizes to given lengths or by given factors.</summary>
            public static Tensor upsample(Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                interpolate(input, size, scale_factor, (InterpolationMode)mode, mode == UpsampleMode.Nearest ? null : align_corners);

            /// <summary>Resizes (N, C, H, W) bilinearly.</summary>
            public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

            /// <summary>Resizes by repeating the nearest element.</summary>
            public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Nearest);

            /// <summary>Resizes (N, C, L) by repeating the nearest element.</summary>
            public static Tensor upsample_nearest1d(Tensor input, long? outputSize, double? scaleFactor) =>
                interpolate(input, outputSize is { } length ? [length] : null, outputSize is null && scaleFactor is { } factor ? [factor] : null);

            /// <summary>Resizes (N, C, H, W) by repeating the nearest element.</summary>
            public static Tensor upsample_nearest2d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                interpolate(input, outputSizes, outputSizes is null ? scaleFactors : null);

            /// <summary>Resizes (N, C, D, H, W) by repeating the nearest element.</summary>
            public static Tensor upsample_nearest3d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                interpolate(input, outputSizes, outputSizes is null ? scaleFactors : null);

            /// <summary>Samples an image at the points of a grid in [−1, 1].</summary>
            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null) =>
                GridSampler.Call(input, grid, mode == GridSampleMode.Nearest ? 1 : 0, padding_mode switch
                {
                    GridSamplePaddingMode.Zeros => 0,
                    GridSamplePaddingMode.Border => 1,
                    _ => 2,
                }, align_corners ?? false);

            /// <summary>The grid of points that an affine map sends the image's points to.</summary>
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) =>
                AffineGrid.Call(theta, size ?? throw new ArgumentNullException(nameof(size)), align_corners);
        }
    }
}
