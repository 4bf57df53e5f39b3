// Dropout: elements or channels set to zero at random.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator Drop = new("dropout");
            private static readonly Operator DropInPlace = new("dropout_");
            private static readonly Operator DropFeatures = new("feature_dropout");
            private static readonly Operator DropFeaturesInPlace = new("feature_dropout_");
            private static readonly Operator DropAlpha = new("alpha_dropout");
            private static readonly Operator DropAlphaInPlace = new("alpha_dropout_");
            private static readonly Operator DropAlphaFeatures = new("feature_alpha_dropout");
            private static readonly Operator DropAlphaFeaturesInPlace = new("feature_alpha_dropout_");

            /// <summary>Sets elements to zero with probability p and divides the others by 1 − p.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => (inplace ? DropInPlace : Drop).Call(input, Probability(p), training);

            /// <summary>Sets channels of (N, C, L) or (C, L) to zero.</summary>
            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (input.ndim == 3) return (inplace ? DropFeaturesInPlace : DropFeatures).Call(input, Probability(p), training);
                using var batch = input.unsqueeze(0);
                using var dropped = (inplace ? DropFeaturesInPlace : DropFeatures).Call(batch, Probability(p), training);
                return dropped.squeeze(0);
            }

            /// <summary>Sets channels of (N, C, H, W) to zero.</summary>
            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => (inplace ? DropFeaturesInPlace : DropFeatures).Call(input, Probability(p), training);

            /// <summary>Sets channels of (N, C, D, H, W) to zero.</summary>
            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => (inplace ? DropFeaturesInPlace : DropFeatures).Call(input, Probability(p), training);

            /// <summary>Dropout that keeps mean and variance of SELU networks.</summary>
            public static Tensor alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) => (inplace ? DropAlphaInPlace : DropAlpha).Call(input, Probability(p), training);

            /// <summary>Alpha dropout of whole channels.</summary>
            public static Tensor feature_alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) => (inplace ? DropAlphaFeaturesInPlace : DropAlphaFeatures).Call(input, Probability(p), training);

            private static double Probability(double p) =>
                p is >= 0 and <= 1 ? p : throw new ArgumentException($"dropout probability has to be between 0 and 1, but got {p}", nameof(p));
        }
    }
}
