// Names that TorchSharp keeps for programs written before it took PyTorch's.
namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The old name of <see cref="hardshrink"/>.</summary>
            [Obsolete("Use hardshrink.")]
            public static Tensor Hardshrink(Tensor x, double lambda = 0.5) => hardshrink(x, lambda);

            /// <summary>The old name of <see cref="hardtanh"/>.</summary>
            [Obsolete("Use hardtanh.")]
            public static Tensor Hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) => hardtanh(x, min_val, max_val, inplace);

            /// <summary>The old name of <see cref="mish"/>.</summary>
            [Obsolete("Use mish.")]
            public static Tensor Mish(Tensor x) => mish(x);

            /// <summary>The old name of <see cref="silu"/>.</summary>
            [Obsolete("Use silu.")]
            public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

            /// <summary>The old name of <see cref="softshrink"/>.</summary>
            [Obsolete("Use softshrink.")]
            public static Tensor Softshrink(Tensor x, double lambda = 0.5) => softshrink(x, lambda);

            /// <summary>The old name of <see cref="softsign"/>.</summary>
            [Obsolete("Use softsign.")]
            public static Tensor Softsign(Tensor x) => softsign(x);

            /// <summary>The old name of <see cref="tanhshrink"/>.</summary>
            [Obsolete("Use tanhshrink.")]
            public static Tensor Tanhshrink(Tensor x) => tanhshrink(x);

            /// <summary>The old name of <see cref="threshold"/>.</summary>
            [Obsolete("Use threshold.")]
            public static Tensor Threshold(Tensor x, double threshold, double value, bool inplace = false) => functional.threshold(x, threshold, value, inplace);
        }
    }
}
