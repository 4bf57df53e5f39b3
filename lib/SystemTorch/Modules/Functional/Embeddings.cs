// Whole numbers as vectors.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator LookUp = new("embedding");
            private static readonly Operator Renormalize = new("embedding_renorm_");
            private static readonly Operator OneHot = new("one_hot");

            /// <summary>A one at each number's place, zeros elsewhere, on a new last axis.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => x.dtype == ScalarType.Int64
                ? OneHot.Call(x, num_classes)
                : throw new ArgumentException("OneHot input tensor must have elements of type Int64");

            // Rows of a table; those longer than the greatest norm are shortened in the table first.
            internal static Tensor Embed(Tensor indices, Tensor table, long? paddingIndex, double? maximumNorm, double normType, bool scaleByFrequency, bool sparse)
            {
                if (maximumNorm is { } norm)
                    using (no_grad())
                        Renormalize.Run(table, indices.contiguous(), norm, normType);
                return LookUp.Call(table, indices, paddingIndex ?? -1, scaleByFrequency, sparse);
            }
        }
    }
}
