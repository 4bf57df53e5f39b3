// How images are resized and sampled.
namespace TorchSharp;

public static partial class torch
{
    /// <summary>How values between points are found when upsampling.</summary>
    public enum UpsampleMode
    {
        /// <summary>The nearest element.</summary>
        Nearest = 0,

        /// <summary>A line, one axis.</summary>
        Linear = 1,

        /// <summary>Lines, two axes.</summary>
        Bilinear = 2,

        /// <summary>Cubics, two axes.</summary>
        Bicubic = 3,

        /// <summary>Lines, three axes.</summary>
        Trilinear = 4,
    }

    /// <summary>How values between points are found when resizing.</summary>
    public enum InterpolationMode
    {
        /// <summary>The nearest element, as OpenCV counts.</summary>
        Nearest = 0,

        /// <summary>A line, one axis.</summary>
        Linear = 1,

        /// <summary>Lines, two axes.</summary>
        Bilinear = 2,

        /// <summary>Cubics, two axes.</summary>
        Bicubic = 3,

        /// <summary>Lines, three axes.</summary>
        Trilinear = 4,

        /// <summary>Means.</summary>
        Area = 5,

        /// <summary>The nearest element, by centres.</summary>
        NearestExact = 6,
    }

    /// <summary>How values between points are found when sampling.</summary>
    public enum GridSampleMode
    {
        /// <summary>The nearest element.</summary>
        Nearest = 0,

        /// <summary>Lines, two axes.</summary>
        Bilinear = 2,
    }

    /// <summary>What stands beyond the border when sampling.</summary>
    public enum GridSamplePaddingMode
    {
        /// <summary>Zeros.</summary>
        Zeros = 0,

        /// <summary>The mirror image.</summary>
        Reflection = 1,

        /// <summary>The border element.</summary>
        Border = 2,
    }
}
